"""An empty bare repository that borrows its objects from others (docs/format.md, "Where git
runs"), written without git, which would take a process and the machine's templates."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from attest.git import alternates

EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
"""The id of the tree without entries, by object format; git knows it without having it."""


def create(folder: Path, object_format: str, objects: Sequence[Path]) -> None:
    """Fill an empty folder.

    Args:
        object_format: one of `EMPTY_TREE`.
        objects: the object directories to borrow from, most important first.

    Raises:
        OSError: it cannot be written.
    """
    for part in ("objects/info", "refs/heads"):
        (folder / part).mkdir(parents=True)
    (folder / "HEAD").write_bytes(b"ref: refs/heads/none\n")
    extension = "[extensions]\n\tobjectFormat = sha256\n"
    (folder / "config").write_text(
        "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n"
        + (extension if object_format == "sha256" else "")
    )
    lines = b"".join(alternates.line(path) for path in objects)
    (folder / "objects/info/alternates").write_bytes(lines)

"""Reading a raw commit object."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attest.errors import EnvironmentFault

_IDENT = re.compile(rb"(.*?) ?<([^>]*)> ?-?\d* ?[-+]?\d*$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Commit:
    """The parts of a commit object that matter here; bytes as they are in it.

    Args:
        author_email: the bytes between `<` and `>` of the author line.
        message: everything behind the headers.
    """

    tree: str
    parents: tuple[str, ...]
    author_email: bytes
    encoding: str | None
    message: bytes

    @property
    def subject(self) -> str:
        """The first line with text, decoded for showing."""
        first = next((line for line in self.message.split(b"\n") if line.strip()), b"")
        return first.strip().decode("utf-8", "surrogateescape")


def parse(raw: bytes, oid: str) -> Commit:
    """Read the raw bytes of a commit object.

    Raises:
        EnvironmentFault: it is damaged, named by *oid*.
    """
    head, _, message = raw.partition(b"\n\n")
    tree, author, encoding = "", b"", None
    parents = []
    for line in head.split(b"\n"):
        key, _, value = line.partition(b" ")
        if key == b"tree" and not tree:
            tree = value.decode("ascii", "replace")
        elif key == b"parent":
            parents.append(value.decode("ascii", "replace"))
        elif key == b"author" and not author:
            author = value
        elif key == b"encoding":
            encoding = value.decode("ascii", "replace")
    match = _IDENT.match(author)
    if not tree or match is None:
        raise EnvironmentFault(f"commit {oid} is damaged", "Run `git fsck`.")
    return Commit(tree, tuple(parents), match[2], encoding, message)

"""The shell recipe of docs/format.md, and the product's digests in its words."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from attest.git import commit_object, merge
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.git.repository import Repository

PAGE = Path(__file__).parents[2] / "docs" / "format.md"


def script() -> str:
    """The page's `sh` blocks, in order."""
    blocks = re.compile(r"^```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return "".join(blocks.findall(PAGE.read_text("utf-8")))


def run(
    path: Path, revision: str, *signers: str, env: dict[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run the recipe on a commit."""
    command = ["sh", "-c", script(), "recipe.sh", str(path), revision, *signers]
    return subprocess.run(command, env=env, capture_output=True, check=False, timeout=120)


def digests(path: Path, revision: str, *, env: dict[str, str] | None = None) -> list[str]:
    """The recipe's digests: `change D`, `hunk D PATH`, `file D PATH`."""
    result = run(path, revision, env=env)
    assert result.returncode in (0, 1), (result.returncode, result.stderr)
    assert not result.stderr, result.stderr
    lines = result.stdout.decode("ascii").splitlines()
    return [line for line in lines if not line.startswith("block ")]


def product(revision: str) -> list[str]:
    """The product's digests of a commit in the working directory, in the same form."""
    repository = Repository.find()
    with repository.isolated() as isolated:
        return product_in(isolated, repository.resolve(revision))


def product_in(isolated: Isolated, oid: str) -> list[str]:
    """The product's digests of a commit, by its full id."""
    outcome = commit_object.parse(isolated.commit(oid), oid)
    return in_words(
        isolated.change(merge.base_tree(isolated, outcome.parents, outcome.tree), outcome.tree)
    )


def in_words(change: Change) -> list[str]:
    """A change as the recipe prints it."""
    lines = [f"change {change.digest}"]
    for file in change.files:
        shown = shown_path(file.path)
        lines += [f"hunk {hunk.digest} {shown}" for hunk in file.hunks]
        lines.append(f"file {file.digest} {shown}")
    return lines


def shown_path(path: bytes) -> str:
    """A path as the recipe shows it: what is no plain ASCII as `\\ooo`."""
    plain = [32 < byte < 127 and byte != 92 for byte in path]
    return "".join(
        chr(byte) if ok else f"\\{byte:03o}" for byte, ok in zip(path, plain, strict=True)
    )


def write_raw(folder: Path, name: bytes, content: bytes) -> None:
    """Write a file whose name may have any bytes."""
    full = os.path.join(os.fsencode(folder), name)
    os.makedirs(os.path.dirname(full), exist_ok=True)
    with open(full, "wb") as file:
        file.write(content)

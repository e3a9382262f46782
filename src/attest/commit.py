"""Reading a raw commit object."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attest.errors import EnvironmentFault

_OID = re.compile(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_IDENT = re.compile(rb"[^<]*<([^>]*)>(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Commit:
    """The parts of a commit object that matter here; bytes as they are in it.

    Args:
        author_email: the bytes between `<` and `>` of the author line; empty, so
            nobody's, where there are several addresses or lines.
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
    """Read the raw bytes of a commit object, header by header as git does: a
    `parent` line behind the author is no parent.

    Raises:
        EnvironmentFault: it is damaged, named by *oid*.
    """
    head, separator, message = raw.partition(b"\n\n")
    lines = head.split(b"\n")
    parents = []
    at = 1
    while at < len(lines) and lines[at].startswith(b"parent "):
        parents.append(_oid(lines[at][7:], oid))
        at += 1
    if (
        b"\0" in head
        or not lines[0].startswith(b"tree ")
        or not separator
        or at >= len(lines)
        or not lines[at].startswith(b"author ")
    ):
        raise _damaged(oid)
    author = lines[at][7:]
    encodings = [line[9:] for line in lines[at:] if line.startswith(b"encoding ")]
    encoding = encodings[0].decode("ascii", "replace") if encodings else None
    tree = _oid(lines[0][5:], oid)
    match = _IDENT.match(author)
    if match is None:
        raise _damaged(oid)
    several = sum(line.startswith(b"author ") for line in lines) > 1
    unclear = several or b"<" in match[1] or b"<" in match[2] or b">" in match[2]
    return Commit(tree, tuple(parents), b"" if unclear else match[1], encoding, message)


def _oid(value: bytes, commit: str) -> str:
    if not _OID.fullmatch(value):
        raise _damaged(commit)
    return value.decode("ascii")


def _damaged(oid: str) -> EnvironmentFault:
    return EnvironmentFault(f"commit {oid} is damaged", "Run `git fsck`.")

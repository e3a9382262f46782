"""Reading a raw commit object."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from attest.errors import EnvironmentFault
from attest.text import lazy

_OID = lazy(rb"[0-9a-f]{40}|[0-9a-f]{64}")
_IDENT = lazy(rb"[^<]*<([^>]*)>(.*)", re.DOTALL)
_HEADERS = lazy(
    rb"tree ([0-9a-f]{40}(?:[0-9a-f]{24})?)\n"
    rb"((?>(?:parent [0-9a-f]{40}(?:[0-9a-f]{24})?\n)*))"
    rb"author ([^<>\n]*<([^<>\n]*)>)[^<>\n]*+\n"
    rb"committer (?:([^>\n]*>)[^>\n]*+(?=\n)|.*+)"
    rb"(?:\ngpgsig(?:-sha256)? .*+(?>(?:\n .*+)*))?\n\n"
)
"""The headers of a commit as git writes nearly all of them: one author with one address, no
encoding."""


class Commit(NamedTuple):
    """The parts of a commit object that matter here; bytes as they are in it.

    Args:
        author_email: the bytes between `<` and `>` of the author line; empty, so
            nobody's, where there are several addresses or lines.
        message: everything behind the headers.
        author, committer: name and address in these lines, for showing; see `person`.
    """

    tree: str
    parents: tuple[str, ...]
    author_email: bytes
    encoding: str | None
    message: bytes
    author: bytes = b""
    committer: bytes = b""

    @property
    def people(self) -> tuple[str, str]:
        """Author and committer, decoded for showing."""
        author = self.author.decode("utf-8", "replace")
        if self.committer == self.author:
            return author, author
        return author, self.committer.decode("utf-8", "replace")

    @property
    def subject(self) -> str:
        """The first line with text, decoded for showing."""
        message = self.message.lstrip()
        end = message.find(b"\n")
        first = message if end < 0 else message[:end]
        return first.rstrip().decode("utf-8", "surrogateescape")


def parse(raw: bytes, oid: str) -> Commit:
    """Read the raw bytes of a commit object, header by header as git does: a
    `parent` line behind the author is not a parent.

    Raises:
        EnvironmentFault: it is damaged, named by *oid*.
    """
    usual = _HEADERS.match(raw)
    if usual is not None and raw.find(b"\0", 0, usual.end()) < 0:
        tree, lines, author, email, committer = usual.groups()
        parents = tuple(lines.decode("ascii").replace("parent ", "").split())
        if committer is None:
            committer = person(raw, b"committer")
        message = raw[usual.end() :]
        return Commit(tree.decode("ascii"), parents, email, None, message, author, committer)
    return _parse_unusual(raw, oid)


def _parse_unusual(raw: bytes, oid: str) -> Commit:
    """`parse`, header by header."""
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
    is_ambiguous = several or b"<" in match[1] or b"<" in match[2] or b">" in match[2]
    return Commit(
        tree,
        tuple(parents),
        b"" if is_ambiguous else match[1],
        encoding,
        message,
        person(raw, b"author"),
        person(raw, b"committer"),
    )


def person(raw: bytes, role: bytes) -> bytes:
    """Name and address in the author or committer line; empty where there is none.

    Args:
        role: `author` or `committer`.
    """
    head = raw.partition(b"\n\n")[0]
    _, _, rest = head.partition(b"\n" + role + b" ")
    name, bracket, _ = rest.partition(b"\n")[0].rpartition(b">")
    return name + bracket


def committer_email(raw: bytes) -> bytes:
    """The address in the committer line; empty where there is none to read."""
    for line in raw.partition(b"\n\n")[0].split(b"\n"):
        if line.startswith(b"committer "):
            match = _IDENT.match(line[10:])
            return match[1] if match else b""
    return b""


def author_line(raw: bytes) -> bytes:
    """The value of the author line: name, address and time, which a commit keeps when it is
    rewritten; empty where there is none."""
    lines = raw.partition(b"\n\n")[0].split(b"\n")
    return next((line[7:] for line in lines if line.startswith(b"author ")), b"")


def committer_time(raw: bytes) -> int:
    """When the committer line says that it was made, in seconds; 0 where it does not."""
    for line in raw.partition(b"\n\n")[0].split(b"\n"):
        if line.startswith(b"committer "):
            words = line.rsplit(b"> ", 1)[-1].split(b" ")
            return int(words[0]) if words[0].isdigit() and len(words[0]) < 19 else 0
    return 0


def kept_headers(raw: bytes) -> list[tuple[bytes, list[bytes]]]:
    """The headers that `rewritten` keeps: all but parents, committer, signature."""
    excluded = (b"parent", b"committer", *_SIGNATURES)
    return [pair for pair in _headers(raw.partition(b"\n\n")[0]) if pair[0] not in excluded]


def signature(raw: bytes) -> bytes | None:
    """The armoured signature that git made of a commit, or None."""
    for name, lines in _headers(raw.partition(b"\n\n")[0]):
        if name in _SIGNATURES:
            return b"\n".join([lines[0].partition(b" ")[2], *(line[1:] for line in lines[1:])])
    return None


def signed_parts(raw: bytes) -> tuple[bytes, bytes] | None:
    """What git's signature of a commit signs, and the armoured signature; None where
    there is not exactly one, in the header of the commit's own object format."""
    head, separator, message = raw.partition(b"\n\n")
    signatures = [pair for pair in _headers(head) if pair[0] in _SIGNATURES]
    tree = head.partition(b"\n")[0].partition(b" ")[2]
    name = b"gpgsig" if len(tree) == 40 else b"gpgsig-sha256"
    if len(signatures) != 1 or signatures[0][0] != name:
        return None
    lines = signatures[0][1]
    armoured = b"\n".join([lines[0].partition(b" ")[2], *(line[1:] for line in lines[1:])])
    payload = [line for key, rest in _headers(head) if key not in _SIGNATURES for line in rest]
    return b"\n".join(payload) + separator + message, armoured


def rewritten(
    raw: bytes, oid: str, *, parents: Sequence[str], committer: bytes, message: bytes | None
) -> bytes:
    """The commit with other parents, committer and message, and without git's
    signature. The tree, the author, the encoding and every other header stay.

    Args:
        oid: its name, for errors.
        committer: name, address, time and zone, in the commit's encoding.
        message: None for the same.

    Raises:
        EnvironmentFault: its headers are not as git writes them.
    """
    parse(raw, oid)
    head, _, old = raw.partition(b"\n\n")
    tree, *rest = [pair for pair in _headers(head) if pair[0] not in _SIGNATURES]
    others = [pair for pair in rest if pair[0] != b"parent"]
    if [name for name, _ in others[:2]] != [b"author", b"committer"]:
        raise _damaged(oid)
    lines = [*tree[1], *(f"parent {parent}".encode() for parent in parents), *others[0][1]]
    lines += [b"committer " + committer, *(line for _, rest in others[2:] for line in rest)]
    return b"\n".join(lines) + b"\n\n" + (old if message is None else message)


def with_signature(raw: bytes, armoured: bytes) -> bytes:
    """The commit with a signature, where git puts it: behind the other headers."""
    head, _, message = raw.partition(b"\n\n")
    tree = head.partition(b"\n")[0].partition(b" ")[2]
    name = b"gpgsig" if len(tree) == 40 else b"gpgsig-sha256"
    signature_lines = armoured.replace(b"\r", b"").rstrip(b"\n").replace(b"\n", b"\n ")
    return head + b"\n" + name + b" " + signature_lines + b"\n\n" + message


_SIGNATURES = (b"gpgsig", b"gpgsig-sha256")


def _headers(head: bytes) -> list[tuple[bytes, list[bytes]]]:
    """The headers, each by its name, with the lines that continue it."""
    headers: list[tuple[bytes, list[bytes]]] = []
    for line in head.split(b"\n"):
        if line.startswith(b" ") and headers:
            headers[-1][1].append(line)
        else:
            headers.append((line.partition(b" ")[0], [line]))
    return headers


def _oid(value: bytes, commit: str) -> str:
    if not _OID.fullmatch(value):
        raise _damaged(commit)
    return value.decode("ascii")


def _damaged(oid: str) -> EnvironmentFault:
    return EnvironmentFault(f"commit {oid} is damaged", "Run `git fsck`.")

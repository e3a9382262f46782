"""The message of a squash that keeps what the messages of a branch say: nothing runs git here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attest.attestation import block, codec, message
from attest.attestation.message import Cleanup
from attest.policy import stated_lines
from attest.policy.model import Disclosure

_AS_IT_IS = Cleanup(comments=False, scissors=True, aborts=False)
_TRAILER_LINE = re.compile(rb"^([A-Za-z0-9][A-Za-z0-9-]*): *(\S.*)$")
_FIXUP_START = re.compile(r"^(?:fixup|squash|amend)! ")
_CO_AUTHOR = b"co-authored-by"


@dataclass(frozen=True, slots=True)
class SquashCommit:
    """A commit that is squashed.

    Args:
        author: name and address, as in a `Co-authored-by` line.
    """

    author: bytes
    message: bytes

    @classmethod
    def of(cls, raw: bytes) -> SquashCommit:
        """A commit from the bytes of its object."""
        head, _, content = raw.partition(b"\n\n")
        (author, *_) = [line for line in head.split(b"\n") if line.startswith(b"author ")]
        return cls(author[7:].rpartition(b"> ")[0] + b">", content)

    @property
    def email(self) -> bytes:
        """The author's address, in lower case."""
        return self.author.rpartition(b"<")[2].removesuffix(b">").lower()


@dataclass(frozen=True, slots=True)
class SquashParts:
    """What a message says.

    Args:
        subject: its first line.
        text: what stands below, without trailers and blocks.
        trailers: the lines of its last paragraph, if that is one of trailers.
    """

    subject: str
    text: bytes
    trailers: tuple[bytes, ...]


def parts(raw: bytes) -> SquashParts:
    """Take a message apart."""
    plain = message.remove(raw, lambda _: True)
    lines = [line.rstrip() for line in plain.split(b"\n")]
    while lines and not lines[0]:
        del lines[0]
    subject, body = lines[:1], lines[1:]
    start = len(body)
    while start and not body[start - 1]:
        start -= 1
    end = start
    while start and body[start - 1]:
        start -= 1
    last = body[start:end]
    trailers = last if last and all(map(_TRAILER_LINE.match, last)) else []
    text = b"\n".join(body[:start] if trailers else body).strip(b"\n")
    return SquashParts(b"".join(subject).decode("utf-8", "replace"), text, tuple(trailers))


def attester_email(lines: Sequence[str]) -> str:
    """Whose address a block has; empty where there is none."""
    return codec.parse([line.encode() for line in lines]).email if lines else ""


def compose(
    commits: Sequence[SquashCommit],
    blocks: Sequence[str],
    rules: Disclosure,
    title: str = "",
    author: str = "",
) -> bytes:
    """The message of a commit that squashes a branch.

    Args:
        commits: of the branch, without merges, the oldest first; one at least.
        blocks: the lines of the block for all of them; none to keep the blocks that they have.
        rules: the project's rules for disclosure.
        title: the first line; empty for the subject of the first commit.
        author: the address of the squash's author, who is no co-author; empty for the first
            commit's.
    """
    all_parts = [parts(commit.message) for commit in commits]
    named = [one for one in all_parts if not _FIXUP_START.match(one.subject)] or all_parts
    title = title or named[0].subject
    text = b"\n\n".join(filter(None, _texts(named, title)))
    head = title.encode() + b"\n"
    body = head + (b"\n" + text + b"\n" if text else b"")
    email = author.encode().lower() or commits[0].email
    trailers = [
        line.decode("utf-8", "replace") for line in _trailers(commits, all_parts, rules, email)
    ]
    lines = list(blocks) or [line for one in _existing(commits) for line in one]
    composed = message.insert(body, lines, trailers, lambda _: False, _AS_IT_IS)
    assert composed is not None, "a message with a title is never refused"
    return composed


def _texts(named: Sequence[SquashParts], title: str) -> Iterator[bytes]:
    """The first commit's text, if the title says what its subject does, and an item of a list for
    each of the others."""
    is_first = title.startswith(named[0].subject)  # with a number behind it, perhaps
    if is_first:
        yield named[0].text
    for one in named[is_first:]:
        item = b"* " + one.subject.encode()
        yield item + (b"\n\n" + one.text if one.text else b"")


def _trailers(
    commits: Sequence[SquashCommit],
    all_parts: Sequence[SquashParts],
    rules: Disclosure,
    email: bytes,
) -> list[bytes]:
    """Each trailer once, co-authors once by their address, and one disclosure: that no tool
    helped is not true of the whole if one helped with a part."""
    lines: dict[bytes, bytes] = {}
    for one in all_parts:
        for line in one.trailers:
            lines.setdefault(_key(line), line)
    for commit in commits:
        line = b"Co-authored-by: " + commit.author
        lines.setdefault(_key(line), line)
    lines.pop(_key(b"Co-authored-by: <%b>" % email), None)
    stated = b"\n\n" + b"\n".join(lines.values())
    stale = stated_lines.find_superseded(stated, rules, (), replace=False)
    kept = [line for line in lines.values() if line not in stale]
    return sorted(kept, key=lambda line: line.lower().startswith(_CO_AUTHOR))


def _key(line: bytes) -> bytes:
    """What two lines have in common that say the same."""
    lower = line.lower()
    if lower.startswith(_CO_AUTHOR):
        return _CO_AUTHOR + lower.rpartition(b"<")[2]
    return b" ".join(line.split())


def _existing(commits: Sequence[SquashCommit]) -> Iterator[list[str]]:
    """The blocks of the commits, each once."""
    known: set[tuple[bytes, ...]] = set()
    for commit in commits:
        for span in block.scan(commit.message).spans:
            if span.lines not in known:
                known.add(span.lines)
                yield [line.decode("utf-8", "replace") for line in span.lines]

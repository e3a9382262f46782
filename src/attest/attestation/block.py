"""What an attestation block holds, and where blocks stand in a commit message.

The message is hostile input. The limits are those of docs/format.md, "Grammar"; past one
of them nothing is read and the check of the commit fails, so that no block can hide
behind others, and so that no message takes long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Literal, NamedTuple, overload

from attest.text import lazy

MAX_BLOCKS = 64
MAX_LINES = 4096
"""Lines of all blocks of a message."""
MAX_MESSAGE = 1 << 20
MAX_LINE = 998
"""Bytes of one line, as in a mail (RFC 5322, section 2.1.1): a patch that was sent by mail
must carry its block unharmed."""
MAX_FILES = 1000
"""`Attest-File` lines of a block. Past it a writer leaves them all out, since the lines would
fill the message; the block then covers the exact change alone."""

MAX_FACT = 200
"""Characters of an `Attest-Fact`, decoded: a sentence, and room for one only."""

Mode = Literal["tty", "editor", "file"]

_BLOCK_LINES = lazy(rb"Attest: [^\n]*+(?:\n[ \t]*+(?:Attest-|Attested-by:)[^\n]*+)*")
"""The lines of a block, if only blanks are before them. It begins with letters, which are found
faster than the beginnings of lines."""
_WITHIN = lazy(rb"(?m)^[ \t]*+(?:Attest-|Attested-by:)")
_UNUSUAL = lazy(rb"\n(?:(?<=[ \t\r]\n)|(?!Attest(?:-|ed-by:)))")
"""Where a line of a block ends with a blank, or the next one is none of a block."""


class BlockError(ValueError):
    """Why a block is invalid; `line` counts from 0 within the block."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


class Question(NamedTuple):
    """A question made for one hunk, and its answer."""

    text: str
    answer: str


@dataclass(frozen=True, slots=True)
class AttestedHunk:
    """An `Attest-Hunk` and the answers below it.

    Args:
        digest: of the hunk (docs/format.md, "Digests").
        place: as written; no program shows it, because it may lie.
        invariant, breaks: the answers to the standing questions, decoded.
        questions: the questions made for this hunk, with their answers.
        unsure: what the attester does not know, decoded.
        fact: the fact that was shown with the questions, by the attester's claim, decoded;
            empty where there was none. Nothing judges it.
    """

    digest: str
    place: str
    invariant: str = ""
    breaks: str = ""
    questions: tuple[Question, ...] = ()
    unsure: str = ""
    fact: str = ""


class LazyHunks(Sequence[AttestedHunk]):
    """The answers of a block whose lines are known to be in the grammar, read when somebody
    looks at them. Equal to the tuple of them.

    Args:
        read: reads them.
    """

    def __init__(self, read: Callable[[], tuple[AttestedHunk, ...]]) -> None:
        self._read = read

    @cached_property
    def _all(self) -> tuple[AttestedHunk, ...]:
        return self._read()

    @overload
    def __getitem__(self, index: int) -> AttestedHunk: ...

    @overload
    def __getitem__(self, index: slice) -> tuple[AttestedHunk, ...]: ...

    def __getitem__(self, index: int | slice) -> AttestedHunk | tuple[AttestedHunk, ...]:
        return self._all[index]

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[AttestedHunk]:
        return iter(self._all)

    def __eq__(self, other: object) -> bool:
        return self._all == (other._all if isinstance(other, LazyHunks) else other)

    def __hash__(self) -> int:
        return hash(self._all)


@dataclass(frozen=True, slots=True)
class Block:
    """A whole attestation. All but the digests and the key is the attester's own claim; the
    signature proves who claims it.

    Args:
        at: when, by the attester's claim; UTC, whole seconds.
        mode: how the questions were asked, by the attester's claim.
        hunk_counts: hunks asked about, and hunks of the change; None where the line that has both
            would be too wide.
        rules: version of the rules that chose what to ask.
        name, email: of `Attested-by`.
        key: the value of `Attest-Key`: kind, one space, fingerprint.
        change: digest of the whole change.
        hunks, files: what is covered.
        project, policy: of a policy, else None.
        branch_commits: of a block for a branch: how many commits the branch had, without
            merges, by the attester's claim. None in a block for one commit.
        signature: the signature's bytes; empty before signing.
        payload: the signed bytes, as read or as written.
    """

    at: datetime
    mode: Mode
    hunk_counts: tuple[int, int | None]
    rules: int
    name: str
    email: str
    key: str
    change: str
    hunks: Sequence[AttestedHunk]
    files: tuple[str, ...]
    project: str | None = None
    policy: str | None = None
    branch_commits: int | None = None
    signature: bytes = b""
    payload: bytes = field(default=b"", compare=False)

    @property
    def attester(self) -> str:
        return f"{self.name} <{self.email}>"

    @property
    def fingerprint(self) -> str:
        return self.key.split(" ", 1)[1]


class BlockSpan(NamedTuple):
    """Where a block stands in a message: lines [start, stop), and their text, each line without
    the blanks around it and with its end."""

    start: int
    stop: int
    text: bytes

    @property
    def lines(self) -> tuple[bytes, ...]:
        """The lines, without their ends."""
        return tuple(self.text[:-1].split(b"\n"))


class Scan(NamedTuple):
    """The blocks of a message.

    Args:
        spans: where they stand, in order; none where a limit was passed.
        limit: which limit was passed, in words; empty where none was.
        stray: `Attest-` lines stand outside of every block, as if one had lost its head.
    """

    spans: tuple[BlockSpan, ...]
    limit: str = ""
    stray: bool = False


def scan(message: bytes) -> Scan:
    """Find every block in the raw bytes of a commit message, in any paragraph: squashes and
    cherry-picks put text behind them. Linear in the message."""
    if len(message) > MAX_MESSAGE:
        return Scan((), f"the message is larger than {MAX_MESSAGE} bytes")
    usual = find_usual(message)
    if usual is None:
        return _scan_all(message)
    start, text = usual
    first = message.count(b"\n", 0, start)
    span = BlockSpan(first, first + text.count(b"\n"), text)
    return Scan((span,), stray=_has_stray(message, 0, start))


def find_usual(message: bytes) -> tuple[int, bytes] | None:
    """Where the one block of a message begins that ends with it, as nearly all do, and its text;
    None where `_scan_all` has to look closer."""
    start = message.find(b"Attest: ")
    end = len(message) - message.endswith(b"\n")
    if (
        start < 1
        or len(message) > MAX_MESSAGE
        or message[start - 1 : start] != b"\n"
        or _UNUSUAL.search(message, start, end)
        or message.endswith((b" ", b"\t", b"\r"), 0, end)
    ):
        return None
    text = message[start:end] + b"\n"
    return None if text.count(b"\n") > MAX_LINES else (start, text)


def _scan_all(message: bytes) -> Scan:
    spans: list[BlockSpan] = []
    count, number, end, stray = 0, 0, 0, False
    for match in _BLOCK_LINES.finditer(message):
        start = message.rfind(b"\n", end, match.start()) + 1 or end
        if message[start : match.start()].strip(b" \t"):
            continue  # in the middle of a line, no block begins
        stray = stray or _has_stray(message, end, start)
        text = _stripped(message[start : match.end()])
        size = text.count(b"\n")
        number += message.count(b"\n", end, start)
        count += size
        if count > MAX_LINES:
            return Scan((), f"the message has more than {MAX_LINES} lines of blocks")
        spans.append(BlockSpan(number, number + size, text))
        if len(spans) > MAX_BLOCKS:
            return Scan((), f"the message has more than {MAX_BLOCKS} blocks")
        number, end = number + size - 1, match.end()
    return Scan(tuple(spans), stray=stray or _has_stray(message, end, len(message)))


def _stripped(text: bytes) -> bytes:
    """The lines of a block without the blanks around them, each with its end."""
    lines = [line.lstrip(b" \t").rstrip(b" \t\r") for line in text.split(b"\n")]
    return b"\n".join([*lines, b""])


def _has_stray(message: bytes, start: int, end: int) -> bool:
    """Whether a line of a part of a message that is in no block looks like one of a block."""
    return message.find(b"Attest", start, end) >= 0 and bool(_WITHIN.search(message[start:end]))

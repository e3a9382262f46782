"""From the lines of a block to a `Block`, and back (docs/format.md, "Grammar", "Writing").

The reader is strict: whatever is not in the grammar makes that block invalid, with the
reason. What is not judged could be read differently by two readers, and a signature
would then mean two things.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator, Sequence

from attest import text
from attest.attestation import encoding, usual_block
from attest.attestation.block import (
    MAX_FACT,
    MAX_LINE,
    AttestedHunk,
    Block,
    BlockError,
    Question,
)
from attest.text import lazy

_HEAD = lazy(usual_block.HEAD, re.ASCII)
_DIGEST = lazy(r"[0-9a-f]{56}")
_KEY = lazy(usual_block.KEY)
_IDENT = lazy(r"([^<>]+) <([^<> ]+)>")
_BRANCH_UNIT = lazy(r"branch; commits=([1-9]\d{0,8})", re.ASCII)
_PAIRS = lazy(
    r"(?m)^(Attest(?:ed-by|-(?:Project|Fact|Invariant|Breaks|Asked|Answer|Unsure|Key|Policy|Unit"
    r"|Change|Hunk|Where|File|Sig))?): ([^ \t\n][^\n]*)$"
)
_TEXTS = frozenset({"Project", "Fact", "Invariant", "Breaks", "Asked", "Answer", "Unsure"})
_KNOWN = _TEXTS | {"Key", "Policy", "Unit", "Change", "Hunk", "Where", "File", "Sig"}


def parse(lines: Sequence[bytes]) -> Block:
    """Read the lines of one block.

    Args:
        lines: as `block.scan` strips them.

    Raises:
        BlockError: the first thing that is not in the grammar.
    """
    joined = b"\n".join([*lines, b""])
    if lines and joined.count(b"\n") == len(lines):
        return parse_text(joined)
    return _Parser(_split_all(lines)).block(lines)


def parse_text(joined: bytes) -> Block:
    """Read the text of one block; see `parse`.

    Args:
        joined: the text of a `BlockSpan`.

    Raises:
        BlockError: see `parse`.
    """
    block = usual_block.read(joined, _read_hunks)
    if block is None:
        lines = joined[:-1].split(b"\n")
        block = _Parser(_split_all(lines)).block(lines)
    return block


def _read_hunks(lines: str) -> tuple[AttestedHunk, ...]:
    pairs = [(key.removeprefix("Attest-"), value) for key, value in _PAIRS.findall(lines)]
    return tuple(_Parser(pairs).hunks())


def _split_all(lines: Sequence[bytes]) -> list[tuple[str, str]]:
    """The key, without `Attest-`, and the value of each line. All lines are looked at in one go;
    one by one only where that shows that something is wrong.

    Raises:
        BlockError: the first line that is none of a block.
    """
    joined = b"\n".join(lines)
    if max(map(len, lines), default=0) <= MAX_LINE:
        decoded = usual_block.decode(joined)
        pairs: list[tuple[str, str]] = _PAIRS.findall(decoded) if decoded is not None else []
        if len(pairs) == len(lines):
            return [(key.removeprefix("Attest-"), value) for key, value in pairs]
    return [_split(number, line) for number, line in enumerate(lines)]


def _split(number: int, line: bytes) -> tuple[str, str]:
    if len(line) > MAX_LINE:
        raise BlockError(f"a line of {len(line)} bytes; {MAX_LINE} are allowed", number)
    try:
        decoded = line.decode("utf-8")
    except UnicodeDecodeError:
        raise BlockError("a line that is not UTF-8", number) from None
    key, separator, value = decoded.partition(": ")
    if not separator or not value or value[0] in " \t":
        raise BlockError(f"a line that is not `Key: value`: {decoded[:60]!r}", number)
    if text.CONTROL.search(value):
        raise BlockError(f"control or bidi characters in {key}", number)
    short = key.removeprefix("Attest-")
    if key not in ("Attest", "Attested-by") and (short == key or short not in _KNOWN):
        raise BlockError(f"unknown key {key[:40]!r}", number)
    return short, value


class _Parser:
    """Recursive descent over (key, value) pairs, keys without `Attest-`. The order of its
    steps is the order that the grammar demands; a key in another place is an error."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self.keys = [*(key for key, _ in pairs), ""]
        self.values = [value for _, value in pairs]
        self.at = 0

    def block(self, lines: Sequence[bytes]) -> Block:
        head = self._match("Attest", _HEAD, "v1; at=…Z; mode=…; asked=…; rules=…")
        ident = self._match("Attested-by", _IDENT, "Name <address>", self._attester())
        key = self._match("Key", _KEY, "`ssh SHA256:…` or `openpgp …`")
        project = self._text("Project") if self._peek() == "Project" else None
        policy = self._digest("Policy") if self._peek() == "Policy" else None
        branch_commits = self._branch_commits() if self._peek() == "Unit" else None
        change = self._digest("Change")
        hunks, files = tuple(self.hunks()), tuple(self._files())
        signature = self._signature()
        if self.at != len(self.values):
            raise self._out_of_order("the end of the block")
        try:
            at = usual_block.read_time(head[1])
        except ValueError:
            raise BlockError(f"no such time: {head[1]}", 0) from None  # the head is line 0
        return Block(
            at=at,
            mode=head[2],  # type: ignore[arg-type]  # the pattern allows the three
            hunk_counts=(int(head[3]), usual_block.read_count(head[4])),
            rules=int(head[5]),
            name=ident[1].strip(),
            email=ident[2],
            key=key[0],
            change=change,
            hunks=hunks,
            files=files,
            project=project,
            policy=policy,
            branch_commits=branch_commits,
            signature=signature,
            payload=payload(lines),
        )

    def _peek(self) -> str:
        return self.keys[self.at]

    def _take(self, key: str) -> str:
        if self.keys[self.at] != key:
            raise self._out_of_order(_full(key))
        self.at += 1
        return self.values[self.at - 1]

    def _take_all(self, key: str) -> list[str]:
        """The values of all lines from here on that have a key."""
        start = self.at
        while self.keys[self.at] == key:
            self.at += 1
        return self.values[start : self.at]

    def _attester(self) -> str:
        """One line, or several where an address is too long for one: its value ends with `>`."""
        parts = [self._take("Attested-by")]
        while self._peek() == "Attested-by" and not parts[-1].endswith(">"):
            parts.append(self._take("Attested-by"))
        return encoding.join(parts)

    def _match(
        self, key: str, pattern: re.Pattern[str], expected: str, value: str = ""
    ) -> re.Match[str]:
        value = value or self._take(key)
        if key == "Attest" and not value.startswith("v1;"):
            version = value.split(";")[0][:20]
            raise BlockError(f"unknown version {version!r}; this attest reads v1", self.at - 1)
        match = pattern.fullmatch(value)
        if match is None:
            raise BlockError(f"{_full(key)} is not {expected}", self.at - 1)
        return match

    def _digest(self, key: str) -> str:
        return self._match(key, _DIGEST, "56 lowercase hexadecimal digits")[0]

    def _branch_commits(self) -> int:
        return int(self._match("Unit", _BRANCH_UNIT, "`branch; commits=N`, with N from 1")[1])

    def hunks(self) -> Iterator[AttestedHunk]:
        while self._peek() == "Hunk":
            digest = self._digest("Hunk")
            where, fact = self._take("Where"), self._fact()
            invariant, breaks = self._text("Invariant"), self._text("Breaks")
            questions = []
            while self._peek() == "Asked":
                counts = self._text("Asked")
                if self._peek() != "Answer":
                    raise self._out_of_order(_full("Answer"))
                questions.append(Question(counts, self._text("Answer")))
            unsure = self._text("Unsure")
            yield AttestedHunk(digest, where, invariant, breaks, tuple(questions), unsure, fact)

    def _fact(self) -> str:
        fact = self._text("Fact")
        if len(fact) > MAX_FACT:
            reason = f"a fact of {len(fact)} characters; {MAX_FACT} are allowed"
            raise BlockError(reason, self.at - 1)
        return fact

    def _files(self) -> Iterator[str]:
        while self._peek() == "File":
            yield self._digest("File")

    def _text(self, key: str) -> str:
        parts = self._take_all(key)
        if not parts:
            return ""
        try:
            return encoding.decode(encoding.join(parts))
        except ValueError as error:
            raise BlockError(f"in {_full(key)}: {error}", self.at - 1) from None

    def _signature(self) -> bytes:
        chunks = [self._take("Sig"), *self._take_all("Sig")]
        try:
            return text.from_base64("".join(chunks))
        except ValueError as error:
            raise BlockError(f"Attest-Sig is {error}", self.at - 1) from None

    def _out_of_order(self, expected: str) -> BlockError:
        actual = _full(self._peek()) if self._peek() else "the end of the block"
        return BlockError(f"expected {expected}, found {actual}", self.at)


def _full(key: str) -> str:
    return key if key in ("Attest", "Attested-by") else f"Attest-{key}"


def payload(lines: Sequence[bytes]) -> bytes:
    """The bytes that are signed: every stripped line but `Attest-Sig` (docs/format.md, "What
    is signed"). They are those that were read, never written again from the parsed block:
    what is verified is what stands in the commit."""
    kept = [line for line in lines if not line.startswith(b"Attest-Sig: ")]
    return b"\n".join([*kept, b""]) if kept else b""


def write(block: Block, *, ascii_only: bool = False) -> list[str]:
    """Write a block's lines, without newlines; those of the signature last, and
    only if there is one.

    Args:
        block: texts must be normalised (`text.normalise`), facts be `encoding.as_fact`, and
            places encoded by `encoding.encode_path`.
        ascii_only: keep to ASCII, for a commit with an `encoding` header.
    """
    attester = encoding.to_ascii(block.attester) if ascii_only else block.attester
    lines = [
        _head(block),
        *_wrapped("Attested-by", attester),
        f"Attest-Key: {block.key}",
    ]
    if block.project is not None:
        lines += _wrapped("Attest-Project", encoding.encode(block.project, ascii_only=ascii_only))
    if block.policy is not None:
        lines.append(f"Attest-Policy: {block.policy}")
    if block.branch_commits is not None:
        lines.append(f"Attest-Unit: branch; commits={block.branch_commits}")
    lines.append(f"Attest-Change: {block.change}")
    for hunk in block.hunks:
        lines += _hunk_lines(hunk, ascii_only)
    lines += [f"Attest-File: {file}" for file in block.files]
    encoded = base64.b64encode(block.signature).decode()
    return lines + [f"Attest-Sig: {encoded[i : i + 60]}" for i in range(0, len(encoded), 60)]


def _head(block: Block) -> str:
    """The first line. What is asked and the rules have four digits at most, so that it always
    fits without the number of all hunks; with it, only where there is room."""
    asked, count = block.hunk_counts
    start = f"Attest: v1; at={block.at:%Y-%m-%dT%H:%M:%SZ}; mode={block.mode}; asked={asked}"
    end = f"; rules={block.rules}"
    whole = f"{start}/{count}{end}"
    return start + end if count is None or len(whole) > encoding.WIDTH else whole


def _hunk_lines(hunk: AttestedHunk, ascii_only: bool) -> list[str]:
    texts = [("Fact", hunk.fact), ("Invariant", hunk.invariant), ("Breaks", hunk.breaks)]
    for question in hunk.questions:
        texts += [("Asked", question.text), ("Answer", question.answer)]
    texts.append(("Unsure", hunk.unsure))
    lines = [f"Attest-Hunk: {hunk.digest}", f"Attest-Where: {hunk.place}"]
    for key, value in texts:
        lines += _wrapped(f"Attest-{key}", encoding.encode(value, ascii_only=ascii_only))
    return lines


def _wrapped(key: str, value: str) -> list[str]:
    """A value in as many lines as it takes."""
    pieces = encoding.wrap(value, encoding.WIDTH - len(f"{key}: "))
    return [f"{key}: {piece}" for piece in pieces]

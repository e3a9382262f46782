"""One gitignore pattern, matched without backtracking (docs/adr/0018-own-gitignore-matcher.md).

A pattern becomes a list of tokens. A path is read once, byte by byte, with one bit for each
place in that list that the bytes so far can have reached. So a path costs at most its bytes
times the bits of the pattern, whatever both contain. Bytes as git takes them (gitignore(5),
git's wildmatch.c): `?` and `[…]` stand for one byte, a newline is a byte like any other.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

_SLASH = ord("/")
_ALL = frozenset(range(256))
_IN_A_NAME = _ALL - {_SLASH}
_SPECIAL = frozenset(b"*?[\\")


def _byte_ranges(*ranges: tuple[int, int]) -> frozenset[int]:
    return frozenset(byte for first, last in ranges for byte in range(first, last + 1))


_DIGIT, _UPPER, _LOWER = (0x30, 0x39), (0x41, 0x5A), (0x61, 0x7A)
_CLASSES = {
    b"alnum": _byte_ranges(_DIGIT, _UPPER, _LOWER),
    b"alpha": _byte_ranges(_UPPER, _LOWER),
    b"blank": frozenset(b" \t"),
    b"cntrl": _byte_ranges((0, 0x1F), (0x7F, 0x7F)),
    b"digit": _byte_ranges(_DIGIT),
    b"graph": _byte_ranges((0x21, 0x7E)),
    b"lower": _byte_ranges(_LOWER),
    b"print": _byte_ranges((0x20, 0x7E)),
    b"punct": _byte_ranges((0x21, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0x7E)),
    b"space": frozenset(b" \t\n\r\v\f"),
    b"upper": _byte_ranges(_UPPER),
    b"xdigit": _byte_ranges(_DIGIT, (0x41, 0x46), (0x61, 0x66)),
}
"""POSIX's classes, of ASCII, as git has them in every locale."""


class _Token(NamedTuple):
    """One byte of *accepts*; with *repeats*, any number of them. With *folders*, it and the
    slash behind it can be left out."""

    accepts: frozenset[int]
    repeats: bool = False
    folders: bool = False


class Glob:
    """A gitignore pattern.

    Args:
        line: the pattern, as a line of a file has it.

    Attributes:
        include: whether the pattern has no `!`.

    Raises:
        ValueError: gitignore(5) calls it invalid, or it can match no path.
    """

    def __init__(self, line: str) -> None:
        body = _without_spaces(line.encode("utf-8", "surrogateescape"))
        self.include = not body.startswith(b"!")
        body = body if self.include else body[1:]
        self._folder = body.endswith(b"/")
        body = body.removesuffix(b"/")
        # A pattern without a slash is compared with each name of a path by itself.
        self._by_name = b"/" not in body
        body = body.removeprefix(b"/")
        if not body:
            raise ValueError("it names nothing")
        literal = next((n for n, byte in enumerate(body) if byte in _SPECIAL), len(body))
        self._prefix = body[:literal]
        tokens = _tokens(body, by_name=self._by_name)
        self._end = 1 << len(tokens)
        self._repeatable = _bits(token.repeats for token in tokens)
        self._skippable = _bits(token.folders for token in tokens)
        self._accepts = [0] * 256
        self._loops = [0] * 256
        for place, token in enumerate(tokens):
            table = self._loops if token.repeats else self._accepts
            for byte in token.accepts:
                table[byte] |= 1 << place

    def depth(self, path: bytes) -> int:
        """How many names from the start of *path* make the longest path that the pattern
        matches: all of them, or those of a folder above; 0 where it matches none."""
        deepest = 0
        names = path.split(b"/")
        folders = len(names) - 1
        reached = self._reach(1)
        if not self._by_name and not path.startswith(self._prefix):
            return 0
        for depth, name in enumerate(names):
            if self._by_name:
                reached = self._reach(1) if name.startswith(self._prefix) else 0
            elif depth:
                reached = self._advance(reached, b"/")
            reached = self._advance(reached, name)
            if reached & self._end and (depth < folders or not self._folder):
                deepest = depth + 1
            if not reached and not self._by_name:
                break
        return deepest

    def _advance(self, reached: int, data: bytes) -> int:
        """The places that are reached after some more bytes."""
        accepts, loops = self._accepts, self._loops
        for byte in data:
            if not reached:
                return 0
            reached = self._reach((reached & accepts[byte]) << 1, reached & loops[byte])
        return reached

    def _reach(self, entries: int, loops: int = 0) -> int:
        """The places that were entered or stayed at, and those behind what can be left out:
        folders only where they begin, `*` at any time."""
        reached = entries | (entries & self._skippable) << 2 | loops
        return reached | (reached & self._repeatable) << 1


def _bits(flags: Iterable[bool]) -> int:
    return sum(1 << place for place, flag in enumerate(flags) if flag)


def _without_spaces(line: bytes) -> bytes:
    """A line without the spaces at its end, but for one behind a backslash."""
    stripped = line.rstrip(b" ")
    escapes = len(stripped) - len(stripped.rstrip(b"\\"))
    return line[: len(stripped) + 1] if escapes % 2 else stripped


def _tokens(body: bytes, *, by_name: bool) -> list[_Token]:
    tokens: list[_Token] = []
    at = 0
    while at < len(body):
        if body[at] == ord("*"):
            begin = at
            while body[at : at + 1] == b"*":
                at += 1
            token = _stars(body, begin, at, by_name=by_name)
            # Two in a row mean what one means: `**/**/` is skipped in one step.
            if token.folders and tokens[-2:-1] == [token]:
                at += 1
                continue
            tokens.append(token)
            continue
        if body[at] == ord("["):
            accepts, at = _bracket(body, at + 1)
        elif body[at] == ord("?"):
            accepts, at = _IN_A_NAME, at + 1
        else:
            at += body[at] == ord("\\")
            if at == len(body):
                raise ValueError("a backslash at its end")
            accepts, at = frozenset({body[at]}), at + 1
        tokens.append(_Token(accepts))
    return tokens


def _stars(body: bytes, begin: int, end: int, *, by_name: bool) -> _Token:
    """What the stars from *begin* to *end* mean: two alone between slashes are any folders."""
    is_whole_name = begin == 0 or body[begin - 1] == _SLASH
    if by_name or end - begin < 2 or not is_whole_name or body[end : end + 1] not in (b"", b"/"):
        return _Token(_IN_A_NAME, repeats=True)
    return _Token(_ALL, repeats=True, folders=end < len(body))


def _bracket(body: bytes, at: int) -> tuple[frozenset[int], int]:
    """The bytes that a `[…]` accepts, and where it ends; *at* is behind the bracket."""
    negated = body[at : at + 1] in (b"!", b"^")
    at += negated
    accepted: set[int] = set()
    first = at
    previous: int | None = None
    while at == first or body[at : at + 1] != b"]":
        end = body.find(b"]", at + 2) if body.startswith(b"[:", at) else -1
        if end > at + 2 and body[end - 1] == ord(":"):
            name = body[at + 2 : end - 1]
            if name not in _CLASSES:
                raise ValueError(f"no class {name.decode('utf-8', 'replace')!r}")
            accepted |= _CLASSES[name]
            previous, at = None, end + 1
            continue
        dash = previous is not None and body[at : at + 1] == b"-"
        if dash and body[at + 1 : at + 2] not in (b"", b"]"):
            last, at = _member(body, at + 1)
            if last < (previous or 0):
                raise ValueError("a range that ends before it begins, such as `[z-a]`")
            accepted.update(range(previous or 0, last + 1))
            previous = None
        else:
            previous, at = _member(body, at)
            accepted.add(previous)
    accepts = (_ALL - accepted if negated else frozenset(accepted)) - {_SLASH}
    if not accepts:
        raise ValueError("a `[…]` that no character matches; a range begins with its first one")
    return accepts, at + 1


def _member(body: bytes, at: int) -> tuple[int, int]:
    """One byte of a `[…]`, and where it ends."""
    at += body[at : at + 1] == b"\\"
    if at >= len(body):
        raise ValueError("a `[` that is not closed; write `\\[` for the character")
    return body[at], at + 1

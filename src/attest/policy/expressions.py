"""The regular expressions of a policy, in an engine that does not backtrack.

They are tried on text that anybody can write, so the time may not grow faster than the
text. RE2 runs every expression that it accepts in time linear in the text times the size of
the expression, and refuses what it cannot run so (look-around, back-references). No other
module imports it, and this one only where a policy has an expression: to import it takes a
part of the time of a check.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

from attest.errors import GrammarsUnavailable
from attest.text import lazy

if TYPE_CHECKING:
    from re2 import _Regexp

SYNTAX = "https://github.com/google/re2/wiki/Syntax"
ANYTHING = ".+"
MAX_MEMORY = 8 << 20
"""Bytes that RE2 uses for an expression and for the states that it remembers while it
searches; where they do not suffice, it forgets states and goes on."""
MAX_PROGRAM = 2_000
"""Steps of a compiled expression. It is the most that each byte of a text can cost."""

_REMEDIES = (
    ("invalid perl operator: (?", "look-around, comments and atomic groups are not supported"),
    ("invalid escape sequence", r"back-references, \Z and \u are not supported"),
    ("bad repetition operator", "possessive quantifiers are not supported; write a single one"),
)
"""What begins an error of RE2, and what most likely is meant."""
_OF_WHOLE_TEXT = (r"\A", r"\z", "(?")
"""Parts of an expression that may look beyond the line: the ends of a text, and flags."""


class Expression:
    """A regular expression.

    Args:
        pattern: as the policy has it.

    Raises:
        ValueError: RE2 does not know it, or it is too large.
        GrammarsUnavailable: RE2 is not installed.
    """

    def __init__(self, pattern: str) -> None:
        self._written = pattern
        self._whole = _compile(pattern)
        if self._whole.programsize > MAX_PROGRAM:
            raise ValueError(
                f"a regular expression of {self._whole.programsize} steps; at most {MAX_PROGRAM} "
                "are allowed: use smaller repetitions, or several patterns"
            )

    def matches(self, value: str) -> bool:
        """Whether it matches the whole of a value."""
        return self._whole.fullmatch(_encode(value)) is not None

    def occurs(self, value: str) -> bool:
        """Whether it is found in a value."""
        return self._whole.search(_encode(value)) is not None

    def in_a_line(self, lines: bytes) -> bool:
        """Whether it is found in one of some lines, each by itself. Time: linear.

        Args:
            lines: with a newline between them, and none at the end.
        """
        if any(part in self._written for part in _OF_WHOLE_TEXT):
            return any(self._in_text(line, self._whole) for line in lines.split(b"\n"))
        return self._in_text(lines, self._lines)

    @cached_property
    def _lines(self) -> _Regexp:
        """The expression for many lines at once: `^` and `$` are the ends of each, and nothing
        of it matches a newline."""
        return _compile(f"(?m){self._written}", one_line=True)

    @staticmethod
    def _in_text(text: bytes, expression: _Regexp) -> bool:
        return any(expression.search(form) is not None for form in _forms(text))


@lru_cache(maxsize=256)
def expression(pattern: str) -> Expression:
    """An expression of a policy: compiled once, and tried often.

    Raises:
        ValueError, GrammarsUnavailable: see `Expression`.
    """
    return Expression(pattern)


def matches(pattern: str, value: str) -> bool:
    """Whether an expression of a policy matches the whole of a value.

    Raises:
        GrammarsUnavailable: RE2 is needed, and not installed.
    """
    if pattern == ANYTHING:  # what most policies have: RE2 need not be imported for it
        return bool(value) and "\n" not in value
    return expression(pattern).matches(value)


def assert_expression(pattern: str) -> None:
    """Make sure that an expression can be used. Where RE2 is not installed, this is found out
    when it is needed: a policy can be read there, too.

    Raises:
        ValueError: it cannot; says why, and what to write.
    """
    if pattern == ANYTHING:
        return
    try:
        expression(pattern)
    except GrammarsUnavailable:
        return


def _compile(pattern: str, *, one_line: bool = False) -> _Regexp:
    try:
        import re2
    except ImportError as error:
        raise GrammarsUnavailable(
            f"the policy has regular expressions, and google-re2 cannot be imported ({error})",
            "Install it: python -m pip install google-re2",
        ) from None
    options = re2.Options()
    options.max_mem = MAX_MEMORY
    options.log_errors = False  # it would write them to standard error
    options.never_capture = True
    options.never_nl = one_line
    try:
        return re2.compile(pattern.encode("utf-8", "replace"), options)
    except re2.error as error:
        raise ValueError(_reason(error)) from None


def _reason(error: Exception) -> str:
    """What RE2 says of an expression, and what to do about it."""
    reason = error.args[0] if error.args else b""
    message = reason.decode("utf-8", "replace") if isinstance(reason, bytes) else str(reason)
    if "too large" in message:
        return "a regular expression that needs too much memory: use smaller repetitions"
    remedy = next((remedy for start, remedy in _REMEDIES if message.startswith(start)), "")
    return (
        f"not a regular expression: {message} ({remedy + '; ' if remedy else ''}syntax: {SYNTAX})"
    )


def _encode(value: str) -> bytes:
    return value.encode("utf-8", "replace")


_ORDER_MARK = lazy(rb"(?m)^(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)")


def _forms(text: bytes) -> Iterator[bytes]:
    """A text as an expression may have to see it, so that nobody hides something from it by
    a byte that is not text: RE2 matches none of those that are not UTF-8 with `.`, lone
    carriage returns end lines for many programs, NUL bytes part the letters of UTF-16, and a
    byte order mark stands before a line that an expression may want to begin."""
    texts = [text, _ORDER_MARK.sub(b"", text)]
    forms = [one.decode("utf-8", "replace").encode() for one in texts[: 1 + (texts[1] != text)]]
    if forms[0] != text:
        forms += [one.decode("latin-1").encode() for one in texts[: len(forms)]]
    if b"\r" in text:
        forms += [form.replace(b"\r", b"\n") for form in forms]
    if b"\0" in text:
        forms += [form.replace(b"\0", b"") for form in forms]
    yield from forms

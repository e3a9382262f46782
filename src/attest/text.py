"""Text as the format has it (docs/format.md, "Values"), and as a terminal may show it."""

from __future__ import annotations

import binascii
import re
import unicodedata
from functools import lru_cache
from typing import Any, AnyStr, Generic, cast


class LazyPattern(Generic[AnyStr]):
    """A regular expression that is compiled when it is first used; see `lazy`.

    Args:
        pattern, flags: as for `re.compile`.
    """

    def __init__(self, pattern: AnyStr, flags: int) -> None:
        self._source: tuple[AnyStr, int] = pattern, flags

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        # Only for what is not in the instance: from its second use on, a method costs no more
        # than that of a compiled pattern.
        value = getattr(re.compile(*self._source), name)
        self.__dict__[name] = value
        return value


def lazy(pattern: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return a regular expression that is compiled when it is first used: most runs use few
    of those in the modules that they load, and to compile one takes longer than a search. It has
    all attributes of an `re.Pattern`, but is not one to `isinstance` and to the functions of
    `re`.

    Args:
        pattern, flags: as for `re.compile`.
    """
    return cast("re.Pattern[AnyStr]", LazyPattern(pattern, flags))


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set, for tables that a person reads."""
    return frozenset(text.split())


BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
CONTROL = lazy(f"[\x00-\x1f\x7f-\x9f{BIDI}]")
_INVISIBLE = "\u00ad\u180e\u200b\u2060-\u2064\u206a-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
"""What no reader sees and no script needs: it hides words, or makes two names look alike. Joiners
and variation selectors stay, which some scripts need."""
_UNSHOWABLE = lazy(f"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff{BIDI}{_INVISIBLE}]")
_SPACE = lazy(r"\s+")
RUNNER_COMMAND = lazy(r"(##[A-Za-z]*)\[")
"""What a CI runner takes for a command to itself, anywhere in a line."""


def json_for_runners(written: str) -> str:
    """Return JSON that means the same and has nothing that a CI runner takes for a command.
    `#` stands only inside of strings there."""
    return RUNNER_COMMAND.sub(r"\1\\u005b", written)


def normalise(text: str) -> str:
    """Return *text* as a value may hold it: NFC, white space collapsed, no
    control or bidi characters, no lone surrogates."""
    if _is_plain(text):
        return " ".join(text.split())
    text = text.encode("utf-8", "replace").decode("utf-8")
    text = CONTROL.sub("", _SPACE.sub(" ", text))
    return _SPACE.sub(" ", unicodedata.normalize("NFC", stream_safe(text))).strip()


def _is_plain(text: str) -> bool:
    """Whether *text* is printable ASCII: the usual case, for which no pattern need be compiled.
    What else is printable depends on Python's version of Unicode."""
    return text.isascii() and text.isprintable()


_MOST_MARKS = 30
_JOINER = "\u034f"


def stream_safe(text: str) -> str:
    """Return *text* with U+034F behind every 30 combining marks in a row, as in Unicode's
    Stream-Safe Text Process (UAX #15, section 13). No language needs as many; Python
    sorts them in time that grows with their square."""
    if text.isascii():
        return text
    out: list[str] = []
    count = 0
    for c in text:
        leading, trailing, marks_alone = _marks(c)
        if count + leading > _MOST_MARKS:
            out.append(_JOINER)
            count = 0
        out.append(c)
        count = count + leading if marks_alone else trailing
    return "".join(out)


@lru_cache(maxsize=4096)
def _marks(c: str) -> tuple[int, int, bool]:
    """How many combining marks a character begins and ends with, decomposed; and whether
    it is nothing else."""
    classes = [unicodedata.combining(part) > 0 for part in unicodedata.normalize("NFKD", c)]
    leading = next((n for n, mark in enumerate(classes) if not mark), len(classes))
    trailing = next((n for n, mark in enumerate(reversed(classes)) if not mark), len(classes))
    return leading, trailing, leading == len(classes)


_SHOWS_NOTHING = frozenset("\u115f\u1160\u2800\u3164\uffa0")


def says_something(text: str) -> bool:
    """Whether *text* has a character that a reader sees: no blank, control,
    format character or lone mark. What Unicode has not named yet counts as
    seen, so that its version does not decide."""
    return any(c not in _SHOWS_NOTHING and unicodedata.category(c) not in _UNSEEN for c in text)


def has_words(text: str) -> bool:
    """Whether *text* has a letter or a digit. Punctuation and symbols alone are no words. What
    Unicode has not named yet counts as a letter, so that its version does not decide about a
    language."""
    return any(c.isalnum() or unicodedata.category(c) in ("Cn", "Co") for c in text)


_UNSPACED = lazy(
    "[\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Letters of scripts that put no blanks between words: Thai, Lao, Tibetan, Burmese,
Khmer, Japanese, Chinese. (Korean does.)"""


def words(text: str) -> int:
    """How many words a text has: runs between blanks that say something; in scripts
    without blanks, two letters count as a word."""
    if text.isascii() and text.isprintable():
        return len(text.split())  # every run says something
    count = 0
    for run in text.split():
        if run.isascii():  # the usual case, without a pattern that takes long to compile
            count += says_something(run)
            continue
        letters = len(_UNSPACED.findall(run))
        rest = _UNSPACED.sub(" ", run).split()
        count += -(-letters // 2) + sum(map(says_something, rest))
    return count


_UNSEEN = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Me"})


def from_base64(written: str | bytes) -> bytes:
    """Decode base64 that is written in its one canonical way (RFC 4648, section 4, with
    the checks of 3.2, 3.3 and 3.5): letters of the alphabet alone, whole padding, no
    bits set behind the last byte. Python's own decoder accepts more, and not the same
    in each version. ssh-keygen reads keys as strictly as this.

    Raises:
        ValueError: it is anything else.
    """
    raw = written.encode() if isinstance(written, str) else written
    try:
        blob = binascii.a2b_base64(raw, strict_mode=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if binascii.b2a_base64(blob, newline=False) != raw:
        raise ValueError("not canonical base64")
    return blob


def columns(text: str) -> int:
    """Columns that *text* takes on a terminal (wide characters take two)."""
    return sum(
        0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1
        for c in text
    )


def showable(text: str | bytes) -> str:
    """Return *text* with everything written out that could steer a terminal or
    reorder a line, or hide words in it (C0, C1, bidi, line separators, bytes that are not UTF-8,
    characters that show nothing).

    So is the bracket of `##[`, with or without a word before it: CI runners search whole lines
    for such a command (`##[error]` of GitHub, `##vso[` of Azure, `##teamcity[` of TeamCity).

    This is the one escape for plain-text output; the result has no newline.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    shown = text if _is_plain(text) else _UNSHOWABLE.sub(_written_out, text)
    return RUNNER_COMMAND.sub(r"\1\\x5b", shown) if "##" in shown else shown


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(
        match[0], f"\\x{code:02x}" if code < 0x100 else _escape_of(code)
    )


def _escape_of(code: int) -> str:
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"

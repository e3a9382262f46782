"""What stands elsewhere and has to agree with a value that a hunk changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from attest.analysis.syntax import languages
from attest.facts import wording
from attest.facts.fact import Fact
from attest.facts.names import is_name
from attest.facts.occurrences import Occurrence, grep, position, sort_of
from attest.facts.uses import Surroundings
from attest.git.lookups import LookupFailed, Lookups
from attest.questions.compose import HunkQuestions
from attest.text import lazy

_LITERAL = lazy(
    r"\"[^\"\\]{1,60}\"|'[^'\\]{1,60}'|(?<![\w.])(?:0x[0-9a-fA-F]+|[0-9]+(?:\.[0-9]+)?)(?![\w.])|"
    r"\b(?:True|False|true|false|None|null|nil)\b"
)
_SETTING = lazy(
    r"([A-Za-z_]\w{2,40})[\"']?\s{0,9}(?::\s{0,9}[\w\[\]., |?]{1,30})?(?:=>|:=|=|:)\s{0,9}$"
)
_SORTS = ("code", "configuration", "build")
_MOST_LINES, _LONGEST = 20, 400
"""Lines of a hunk on each side, and characters of them, in which a value is looked for."""
_ROUND = lazy(r"^(?:1|2|5)?0*$")
_DOCUMENTS = ("*.md", "*.rst", "*.adoc", "*.txt", "*.1", "*.markdown", "*.pod", "README*")


@dataclass(frozen=True, slots=True)
class Setting:
    """A value that a hunk replaces by another one.

    Args:
        name: what has the value; empty where that is not on its line.
        old, new: the two literals, as they are written.
    """

    name: str
    old: str
    new: str


def setting(hunk_questions: HunkQuestions) -> Setting | None:
    """The one value that a hunk replaces; None where it does more, or something else."""
    analysis = hunk_questions.analysis
    if analysis.language.test or analysis.language.sort not in _SORTS:
        return None
    if len(analysis.old) != len(analysis.new) or len(analysis.old) > _MOST_LINES:
        return None
    changed = [(a, b) for a, b in zip(analysis.old, analysis.new, strict=True) if a != b]
    if len(changed) != 1:
        return None
    old, new = changed[0][0][:_LONGEST], changed[0][1][:_LONGEST]
    pairs = list(zip(_LITERAL.finditer(old), _LITERAL.finditer(new), strict=False))
    different = [(a, b) for a, b in pairs if a[0] != b[0]]
    if len(different) != 1 or _LITERAL.sub("\0", old) != _LITERAL.sub("\0", new):
        return None
    ((before, after),) = different
    named = _SETTING.search(old[: before.start()])
    return Setting(named[1] if named else "", before[0], after[0])


def unusual(literal: str) -> str:
    """A literal as it is looked for in other files; empty where it may mean many things."""
    if literal[0] in "\"'":
        inner = literal[1:-1]
        return inner if len(inner) >= 8 and re.search(r"[^a-z]", inner) and " " not in inner else ""
    if literal.lower().startswith("0x"):
        digits = literal[2:].lower()
        return literal if len(digits) >= 4 and len(set(digits)) > 2 else ""
    digits = literal.replace(".", "")
    if not digits.isdigit() or len(digits) < 4 or _ROUND.match(digits):
        return ""
    value = int(digits)
    is_power = value & (value - 1) == 0 or value & (value + 1) == 0
    return "" if is_power or 1900 <= value <= 2100 else literal


def same_constant(value: Setting, occurrences: Sequence[Occurrence], around: Surroundings) -> Fact:
    """The one other place that has the old value.

    Raises:
        LookupFailed: there is none, or more than one.
    """
    others = [one for one in occurrences if one.path != around.path]
    if len(others) != 1 or others[0].sort != "code":
        raise LookupFailed("the old value is not in exactly one other file of code")
    place = wording.place(others[0].path, others[0].line)
    text = f"{wording.quoted(value.old)} is also in {place}"
    return Fact("relation", wording.sentence(text), "Why does it stay as it is there?")


def documented(value: Setting, tree: str, around: Surroundings, git: Lookups) -> Fact:
    """A document that still has the old value of a setting.

    Raises:
        LookupFailed: there is none, or git could not search.
    """
    if not is_name(value.name):
        raise LookupFailed("the value has no name that can be looked for")
    old = value.old.strip("\"'")
    expression = ["-w", "-F", "-e", value.name, "--and", "-e", old]
    for path, number, text in grep(tree, expression, git, _DOCUMENTS):
        if path == around.path or sort_of(path, languages.of(path)) != "document":
            continue
        if _documents(text[:400], value.name, old, value.new.strip("\"'")):
            place = wording.place(path, number)
            shown = f"{place} still has {wording.quoted(old)} for {wording.quoted(value.name)}"
            return Fact("relation", wording.sentence(shown), "Which of the two is right?")
    raise LookupFailed("no document has the old value")


def _documents(text: str, name: str, old: str, new: str) -> bool:
    """Whether a line says that a setting has the old value."""
    at = position(text, name)
    behind = text[at + len(name) :] if at >= 0 else ""
    value = position(behind, old)
    if value < 0 or position(text, new) >= 0:
        return False
    between = behind[:value]
    return bool(_IS_VALUE.match(between)) or ("default" in text.lower() and len(between) <= 120)


_IS_VALUE = lazy(r"^[\s`*\"')\]]*(?:=|:|=>)[\s`*\"']*$")

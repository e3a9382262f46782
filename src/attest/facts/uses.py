"""What the rest of the tree does with the definition that a hunk changes or takes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from attest.facts import lines, wording
from attest.facts.fact import Fact
from attest.facts.names import Definition
from attest.facts.occurrences import Occurrence, family
from attest.git.lookups import LookupFailed
from attest.text import lazy

MOST_CLAUSES = 3
"""Overloads of a name; where there are more, a use may be of any of them."""
MOST_FILES = 100
"""A name that occurs in more files is a common word there."""

_EXPORTS = {"rust": "pub ", "javascript": "export "}
"""What the head of a definition has that other files can use, by language."""
_PRIVATE = lazy(r"(?:\w+\s+){0,3}(?:private|static|internal|fileprivate|local|defp)\b")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a hunk where its names are looked up.

    Args:
        path, language: of its file.
        changed: the paths that the whole change touches.
        last: the last line of the hunk in the new file.
    """

    path: bytes
    language: str
    changed: Set[bytes]
    last: int


class Uses:
    """The occurrences of the definition that a hunk changes, and what they show.

    Raises:
        LookupFailed: the name is doubtful: it occurs in too many files, or does not stand for
            this one definition.
    """

    def __init__(
        self, definition: Definition, occurrences: Sequence[Occurrence], around: Surroundings
    ) -> None:
        self._name = definition.name
        self._definition, self._around = definition, around
        self._occurrences = occurrences
        kin = family(around.language)
        self._kin = [one for one in occurrences if family(one.language) == kin]
        self._assert_clear()
        own = [one for one in self._kin if one.path == around.path and one.role == "definition"]
        self._head = own[0].text
        self._is_type = lines.defines_type(own[0].text, own[0].start)

    @property
    def is_exported(self) -> bool:
        """Whether others than its own file can use it, as far as its name and its head say."""
        name, language, head = self._name, self._around.language, self._head.strip()
        if language == "go":
            return name[:1].isupper()
        marks = _EXPORTS.get(family(language), "")
        return not name.startswith("_") and not _PRIVATE.match(head) and marks in head

    def _assert_clear(self) -> None:
        if len({one.path for one in self._occurrences}) > MOST_FILES:
            raise LookupFailed(f"the name occurs in more than {MOST_FILES} files")
        definitions = [one for one in self._kin if one.role == "definition"]
        own = [one for one in definitions if one.path == self._around.path]
        if not own:
            raise LookupFailed("the name is not that of a definition in this file")
        if len(definitions) > len(own):
            raise LookupFailed("the name is defined in several files")
        if min(one.line for one in own) > self._around.last:
            raise LookupFailed("the definition begins below the hunk")
        clauses = self._around.language in lines.CLAUSES
        if len(own) > 1 and not (clauses and len(own) <= MOST_CLAUSES):
            raise LookupFailed("the name is defined in several places of this file")

    def untested(self, neighbours: Mapping[str, Sequence[Occurrence]]) -> Fact:
        """That no test mentions the definition, where tests mention others of its file.

        Args:
            neighbours: the occurrences of other names that the file defines.

        Raises:
            LookupFailed: a test does, it is a type, or tests mention less than half of the others.
        """
        if self._is_type or any(one.sort == "test" for one in self._occurrences):
            raise LookupFailed("a test mentions it, or it is a type")
        kin = family(self._around.language)
        tested = [
            name
            for name, occurrences in neighbours.items()
            if any(
                one.sort == "test" and one.role == "use" and family(one.language) == kin
                for one in occurrences
            )
        ]
        if not tested or 2 * len(tested) < len(neighbours):
            raise LookupFailed("tests mention few of the other definitions of this file")
        text = wording.sentence(f"No test mentions {wording.quoted(self._name)}")
        return Fact("tests", text, "What would fail without this hunk?")


def still_used(name: str, occurrences: Sequence[Occurrence], around: Surroundings) -> Fact:
    """What still names a definition that a hunk takes out.

    Raises:
        LookupFailed: nothing does, or the name is still defined somewhere.
    """
    if any(one.role in ("definition", "declaration") for one in occurrences):
        raise LookupFailed("the name is still defined somewhere")
    if len({one.path for one in occurrences}) > MOST_FILES:
        raise LookupFailed(f"the name occurs in more than {MOST_FILES} files")
    kin = family(around.language)
    code = [
        one
        for one in occurrences
        if one.role in ("use", "import") and one.sort == "code" and family(one.language) == kin
    ]
    documents = [one for one in occurrences if one.sort == "document"]
    shown_name = wording.quoted(name)
    if code:
        place = wording.place(code[0].path, code[0].line)
        text = f"{shown_name} is taken out here and still named in {place}"
        return Fact("still-used", wording.sentence(text), "What does that line find now?")
    if documents:
        place = wording.place(documents[0].path, documents[0].line)
        text = f"{shown_name} is taken out here and still documented in {place}"
        return Fact("still-used", wording.sentence(text), "What should a reader find there now?")
    raise LookupFailed("nothing names what the hunk takes out")


def option_still_documented(option: str, occurrences: Sequence[Occurrence]) -> Fact:
    """A document that still has an option which no code has.

    Raises:
        LookupFailed: there is none.
    """
    if any(one.sort != "document" for one in occurrences):
        raise LookupFailed("code or data still has the option")
    if not occurrences:
        raise LookupFailed("nothing names what the hunk takes out")
    place = wording.place(occurrences[0].path, occurrences[0].line)
    text = f"{wording.quoted(option)} is in no code now and still documented in {place}"
    return Fact("still-used", wording.sentence(text), "What should a reader find there now?")

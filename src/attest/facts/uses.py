"""What the rest of the tree does with the definition that a hunk changes or takes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass

from attest.facts import lines, wording
from attest.facts.fact import Fact
from attest.facts.names import Definition
from attest.facts.occurrences import Occurrence, family, shown
from attest.git.lookups import LookupFailed
from attest.text import word_set

_NOTICES = "Which of them notices, and how?"
_RELIES = "What must it guarantee there?"
MOST_CLAUSES = 3
"""Overloads of a name; where there are more, a use may be of any of them."""
MOST_FILES = 100
"""A name that occurs in more files is a common word there."""

_ENTRIES = word_set(
    "__init__.py index.js index.mjs index.cjs index.ts index.tsx main.js main.ts mod.ts lib.rs"
)
"""Files by which a package says what it offers to others."""


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
        self._found = occurrences
        kin = family(around.language)
        self._kin = [one for one in occurrences if family(one.language) == kin]
        self._assert_clear()
        own = [one for one in self._kin if one.path == around.path and one.role == "definition"]
        self._is_type = bool(own) and lines.defines_type(own[0].text, own[0].start)

    def _assert_clear(self) -> None:
        if len({one.path for one in self._found}) > MOST_FILES:
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

    def users(self) -> Fact:
        """The other code that uses the definition.

        Raises:
            LookupFailed: none does.
        """
        definition = self._definition
        if self._is_type:
            raise LookupFailed("the name is that of a type")
        every = [one for one in self._used() if one.sort == "code" and self._is_call(one)]
        used = [one for one in every if not one.example] or every
        if not used:
            raise LookupFailed("no other file uses it")
        untouched = [one for one in used if one.path not in self._around.changed]
        by_file: dict[bytes, int] = {}
        for one in sorted(untouched or used, key=lambda one: (one.path, one.line)):
            by_file.setdefault(one.path, one.line)
        name = wording.quoted(self._name)
        if len(by_file) == 1:
            ((path, line),) = by_file.items()
            text = f"{name} is used in {wording.place(path, line)}"
            question = _RELIES if definition.new else "What is different for that caller?"
            return Fact("users", wording.sentence(text), question)
        text = wording.with_paths(f"{name} is used in ", list(by_file), "file")
        result = definition.takes or definition.gives
        question = "Which of them gets a different result?" if result else _NOTICES
        question = _RELIES if definition.new else question
        return Fact("users", text, question)

    def tests(self) -> Fact | None:
        """The tests that name the definition; None where no test does.

        Raises:
            LookupFailed: what there is of them is no reason for a question.
        """
        if self._is_type:
            raise LookupFailed("the name is that of a type")
        tests = [one for one in self._found if one.sort == "test" and one.role != "definition"]
        if not tests:
            return None
        tests = [one for one in self._used() if one.sort == "test"]
        if not tests:
            raise LookupFailed("it is not sure that a test uses it")
        start = f"{wording.quoted(self._name)} is tested in "
        paths = sorted({one.path for one in tests})
        touched = [path for path in paths if path in self._around.changed]
        if touched:
            text = wording.with_paths(start, touched, "file", ", which this change touches.")
            return Fact("tests", text, "Which test there fails without this hunk?")
        text = wording.with_paths(start, paths, "file", ", which this change leaves as it is.")
        return Fact("tests", text, "Which test there covers what is different now?")

    def untested(self, neighbours: Mapping[str, Sequence[Occurrence]]) -> Fact:
        """That no test mentions the definition, where tests mention others of its file.

        Args:
            neighbours: the occurrences of other names that the file defines.

        Raises:
            LookupFailed: tests mention less than half of them.
        """
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

    def promise(self) -> Fact:
        """The place that offers the definition to others.

        Raises:
            LookupFailed: there is none, or the hunk changes nothing that others write.
        """
        if not (self._definition.takes or self._definition.gives):
            raise LookupFailed("what a caller writes and gets stays the same")
        for one in self._found:
            if one.path == self._around.path or one.sort != "code":
                continue
            name, place = wording.quoted(self._name), wording.place(one.path, one.line)
            if one.role == "declaration" and one.path not in self._around.changed:
                text = f"{name} is declared in {place}, which this change leaves as it is"
                return Fact("promise", wording.sentence(text), "Does that declaration still fit?")
            if _offers(one):
                text = f"{name} is offered to others by {place}"
                now = "write" if self._definition.takes else "get"
                question = f"Who imports it, and what do they {now} now?"
                return Fact("promise", wording.sentence(text), question)
        raise LookupFailed("no file that offers it to others is known")

    def _is_call(self, one: Occurrence) -> bool:
        return lines.is_call(one.text, one.start + len(self._name), one.language)

    def _used(self) -> list[Occurrence]:
        """Lines of other files that use the definition. A single word is a use only in a file
        that imports it."""
        others = [one for one in self._kin if one.path != self._around.path]
        imports = {one.path for one in others if one.role == "import"}
        if not self._definition.distinctive:
            others = [one for one in others if one.path in imports]
        return [one for one in others if one.role == "use"]


def _offers(one: Occurrence) -> bool:
    """Whether a line is one by which a package offers a name."""
    base = shown(one.path).rpartition("/")[2]
    if base not in _ENTRIES:
        return False
    listed = one.text.strip().rstrip(",").strip("\"'")
    if base.endswith(".py"):
        return one.role == "import" or listed == one.text[one.start :].strip().rstrip(",").strip(
            "\"'"
        )
    return one.text.lstrip().startswith(("export", "pub use", "pub mod"))


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

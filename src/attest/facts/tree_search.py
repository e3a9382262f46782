"""What the new tree has of the names and values that a change's hunks are about."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

from attest.facts import names, occurrences, relations, uses
from attest.facts.fact import Fact, FactKind
from attest.facts.lines import defined_by
from attest.facts.names import Definition
from attest.facts.occurrences import Occurrence
from attest.facts.uses import Surroundings, Uses
from attest.git.diff import Change
from attest.git.lookups import LookupFailed, Lookups
from attest.questions.compose import HunkQuestions
from attest.text import lazy

Search = Callable[[], Fact | None]

MOST_NEIGHBOURS = 8
"""Other definitions of a file that are looked for in tests."""
_INNER_TESTS = lazy(r"#\[(?:cfg\()?test\b|^test \"|^\s*iex> |^\s*>>> ", re.MULTILINE)
"""Tests that stand in the file that they test: of Rust, Zig, Elixir and Python."""


class TreeSearch:
    """One search of the tree for all hunks of a change.

    Args:
        tree: the new tree.
    """

    def __init__(self, tree: str, change: Change, git: Lookups) -> None:
        self._tree, self._git = tree, git
        self._changed = {file.path for file in change.files}
        self._contents: dict[str, str] = {}
        self._occurrences: Mapping[str, Sequence[Occurrence]] = {}
        self._failed = ""

    def read(self, chosen: Sequence[HunkQuestions]) -> None:
        """Search the tree for everything that the hunks give reason to look for."""
        terms: set[str] = set()
        try:
            for one in chosen:
                terms |= self._terms(one)
            self._occurrences = occurrences.find(self._tree, terms, self._git)
        except LookupFailed as failed:
            self._failed = str(failed)

    def searches(self, one: HunkQuestions) -> Iterator[tuple[FactKind, Search]]:
        """What there is to find about a hunk, by kind of fact."""
        yield "still-used", partial(self._still_used, one)
        yield "relation", partial(self._relation, one)
        yield "tests", partial(self._untested, one)

    def _terms(self, one: HunkQuestions) -> set[str]:
        terms = {*names.removed_names(one), *names.removed_options(one)}
        definition = names.changed(one)
        if definition is not None:
            terms |= {definition.name, *self._neighbours(one, definition)}
        value = relations.setting(one)
        if value is not None:
            terms |= {relations.unusual(value.old)} - {""}
        return terms

    def _content(self, one: HunkQuestions) -> str:
        """The new side of a hunk's file."""
        oid = one.hunk.row.new_oid
        if not oid.strip("0"):
            return ""
        if oid not in self._contents:
            out = self._git.run("cat-file", "blob", oid)
            self._contents[oid] = out.decode("utf-8", "replace")
        return self._contents[oid]

    def _neighbours(self, one: HunkQuestions, definition: Definition) -> list[str]:
        """Other names that the file of a hunk defines."""
        if not definition.distinctive or _INNER_TESTS.search(self._content(one)):
            return []
        language = one.analysis.language.name
        defined = (defined_by(line, language) for line in self._content(one).split("\n"))
        others = [name for name in dict.fromkeys(defined) if name and name != definition.name]
        good = [name for name in others if names.is_name(name) and names.is_distinctive(name)]
        return good[:MOST_NEIGHBOURS]

    def _around(self, one: HunkQuestions) -> Surroundings:
        hunk = one.hunk
        last = hunk.new_start + max(hunk.new_lines - 1, 0)
        return Surroundings(hunk.path, one.analysis.language.name, self._changed, last)

    def _look(self, term: str) -> Sequence[Occurrence]:
        if self._failed:
            raise LookupFailed(self._failed)
        return self._occurrences[term]

    def _still_used(self, one: HunkQuestions) -> Fact:
        removed, options = names.removed_names(one), names.removed_options(one)
        reason = "no name that can be looked for is taken out"
        around = self._around(one)
        for term in [*removed, *options]:
            try:
                if term in options:
                    return uses.option_still_documented(term, self._look(term))
                return uses.still_used(term, self._look(term), around)
            except LookupFailed as failed:
                reason = str(failed)
        raise LookupFailed(reason)

    def _relation(self, one: HunkQuestions) -> Fact:
        value = relations.setting(one)
        if value is None:
            raise LookupFailed("no single value is replaced")
        around = self._around(one)
        if relations.unusual(value.old):
            try:
                hits = self._look(relations.unusual(value.old))
                return relations.same_constant(value, hits, around)
            except LookupFailed as failed:
                if not value.name:
                    raise
                del failed
        return relations.documented(value, self._tree, around, self._git)

    def _untested(self, one: HunkQuestions) -> Fact:
        definition = names.changed(one)
        if definition is None:
            raise LookupFailed("no definition that can be looked for is changed")
        used = Uses(definition, self._look(definition.name), self._around(one))
        neighbours = self._neighbours(one, definition)
        if not neighbours or not used.is_exported:
            raise LookupFailed("no test mentions it, and that is usual here")
        return used.untested({name: self._look(name) for name in neighbours})

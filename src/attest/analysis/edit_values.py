"""What an edit computes or gives otherwise, where it shows nothing more telling."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis import lexicon
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.kinds import Kind
from attest.analysis.quoting import LONGEST_LINE, Quoting
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit

_WORD = re.compile(r"\w*")


class Values(Quoting):
    """The part of a look at an edit that is about values."""

    def values(self) -> list[Effect]:
        """Facts about values; none where there is nothing to compare."""
        run = (*self.old, *self.new)
        before, after = self.units()
        name = self.target()
        anchor = self.anchor(new=True) or run[0]
        if self._is_unit(before, after, name):
            return [Effect("units", before, after, name or anchor.callee)]
        if self._computes():
            return [Effect("arithmetic", before, after)]
        plain = all(t.role in ("number", "string", "keyword") for t in run)
        if self.old and self.new and plain:
            constant = is_constant(name, anchor, self.side(new=bool(self.new)))
            kind: Kind = "constant-changed" if constant else "value-changed"
            return [Effect(kind, before, after, name or anchor.callee)]
        if self.old and self.new and name and name.isupper():
            return [Effect("constant-changed", before, after, name)]
        called = next((t.callee for t in run if t.callee), "")
        if _asserts(called):
            return [Effect("condition-changed", before, after)]
        if called and (self._same_call(called) or not (self.old and self.new)):
            if (self.old and self.new) or touches(self.edit, Where.ARGUMENT):
                return [Effect("call-changed", before, after, called)]
        elif called and self.old and self.new:
            return [Effect("code-changed", before, after)]
        if self.old and self.new and name:
            return [Effect("value-changed", before, after, name)]
        return []

    def _is_unit(self, before: str, after: str, name: str) -> bool:
        """Whether an amount of something was changed, or what it is counted in."""
        if not (self.old and self.new) or before == after:
            return False
        if any(t.role == "number" for t in (*self.old, *self.new)):
            lines = f"{before} {after} {name}"
            return bool(lexicon.UNITS.search(lines))
        counted = [
            {word.text.lower() for word in run if lexicon.is_counted(word.text)}
            for run in (self.old, self.new)
        ]
        return bool(counted[0] and counted[1]) and counted[0] != counted[1]

    def _computes(self) -> bool:
        """Whether numbers are computed otherwise."""
        run = (*self.old, *self.new)
        barred = Where.TYPE | Where.HEAD | Where.PARAMETER
        if any(t.role == "string" for t in run) or not self.of.new.parsed:
            return False
        numbers = any(t.role == "number" for t in run)
        signs = [
            every[at]
            for every, first, last in (
                (self.edit.all_old, self.edit.i1, self.edit.i2),
                (self.edit.all_new, self.edit.j1, self.edit.j2),
            )
            for at in range(first, last)
            if every[at].text in lexicon.ARITHMETIC
            and every[at].role == "operator"
            and not every[at].where & barred
            and not _is_unary(every, at)
        ]
        if not numbers:
            signs = [t for t in signs if t.text not in ("<<", ">>", "&", "|", "+=")]
        lines = [self.units()] if signs else []
        if not signs and all(t.text in ("(", ")") for t in run):
            lines = [self.sides()]
            signs = [t for t in self.edit.all_new if t.text in lexicon.ARITHMETIC][:1]
        return bool(signs) and any(old and new and old != new for old, new in lines)

    def _same_call(self, called: str) -> bool:
        """Whether both sides call the same."""
        old, new = self.anchor(new=False), self.anchor(new=True)
        return old is not None and new is not None and old.callee == new.callee == called

    def anything(self) -> Effect:
        """The lines that differ, where nothing more can be told."""
        scope = next((t.scope for t in (*self.new, *self.old) if t.scope), ())
        name = ".".join(scope)
        if self.old and self.new:
            return Effect("code-changed", *self.units(), name)
        before, after = self.rest_of_line(new=False), self.rest_of_line(new=True)
        if before and after and before != after:
            return Effect("code-changed", *quote_pair(before, after), name)
        if not self.old:
            return Effect("code-added", new=self._first(new=True), name=name)
        return Effect("code-removed", old=self._first(new=False), name=name)

    def _first(self, *, new: bool) -> str:
        """The first line of a side that says something."""
        run = self.new if new else self.old
        telling = [t for t in run if t.role in ("name", "keyword", "string", "number")]
        if not telling:
            return quote(" ".join(t.text for t in run[:8]))
        lines = (self.line(token, new=new) for token in telling)
        first = next((line for line in lines if not re.match(r"#\s|//|--\s|;|\* ", line)), "")
        return quote(first or self.line(telling[0], new=new))


def is_constant(name: str, token: Token, side: Side) -> bool:
    """Whether a name stands for the same value everywhere: by its capitals, by a word in
    its line, or by getting its value outside of every function."""
    line = side.lines[token.line] if token.line < len(side.lines) else ""
    if not name or name.isupper() or re.search(r"\b(const|constexpr|define)\b", line):
        return bool(name)
    return not token.scope and bool(
        re.search(rf"(?<![\w.]){re.escape(name)}\s*(:[^=]*)?(=|<-)", line[:LONGEST_LINE])
    )


def _asserts(called: str) -> bool:
    """Whether the last part of a name, behind a dot or an underscore, begins with
    `assert`."""
    name = called.removesuffix("!")
    at = max(name.rfind(".assert"), name.rfind("_assert"))
    if at < 0 and not name.startswith("assert"):
        return False
    return _WORD.fullmatch(name[at + 1 :]) is not None


def _is_unary(every: Sequence[Token], at: int) -> bool:
    """Whether a sign stands before one operand, and not between two."""
    before = every[at - 1] if at else None
    return (
        before is None
        or before.line != every[at].line
        or (before.role in ("operator", "keyword") and before.text not in (")", "]", "}"))
    )


def touches(edit: Edit, where: Where) -> bool:
    """Whether an edit is within something on each side that it has."""
    run = (*edit.old, *edit.new)
    telling = [t for t in run if not lexicon.OPEN_CLOSE.match(t.text)] or run
    return bool(telling) and all(token.where & where for token in telling)

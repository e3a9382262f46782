"""One look at one edit: the facts that it shows."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from attest.analysis import lexicon
from attest.analysis.edit_values import Values, touches
from attest.analysis.effects import Effect, quote, quote_around, quote_pair
from attest.analysis.kinds import HIGH, Kind
from attest.analysis.quoting import LONGEST_LINE, Hunks
from attest.analysis.subjects import clause, is_regex, named_subject, subject, target
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit

ERASED = frozenset({"python", "typescript", "tsx"})
"""Languages that run the same with or without their type annotations."""
_ANNOTATED = re.compile(r"\s*[\w.]+\s*:\s*[^=]+$")
"""A line of Python that says of what type a name is, and no more."""
_PUBLIC = frozenset(["public", "pub", "export", "open"])
_REACH = 8
"""Lines above an edit where the head of its catch clause may stand."""


class Look(Values):
    """One look at one edit."""

    def __init__(self, edit: Edit, of: Hunks) -> None:
        super().__init__(edit, of)
        self.was = _all(self.old)
        self.now = _all(self.new)

    def facts(self, *, inside: bool) -> list[Effect]:
        """What the edit shows.

        Args:
            inside: it is part of definitions that are new, or that are gone.
        """
        found = [*self._subjects(), *self._swallowed()]
        if inside:
            return [fact for fact in found if fact.risk >= HIGH]
        found += self._flags()
        for look in (self._imports, self._hidden, self._annotations, self._attributes):
            only = look()
            if only:
                return found + only
        found += [
            *self._checks(),
            *self._raises(),
            *self._catches(),
            *self._loops(),
            *self._parameters(),
            *self._returns(),
            *self._nulls(),
        ]
        found += self.values() if not found else []
        return found or [self.anything()]

    # what the words tell

    def _subjects(self) -> Iterator[Effect]:
        """Words that tell what code can do."""
        seen: set[Kind] = set()
        for new in (False, True):
            every = self.every(new=new)
            first, last = (self.edit.j1, self.edit.j2) if new else (self.edit.i1, self.edit.i2)
            for at in range(first, last):
                kind = self._subject(at, new=new)
                if kind is not None and kind not in seen:
                    seen.add(kind)
                    yield self._subject_fact(kind, every[at], new=new)
        kind = self._subject_around()
        if kind is not None and kind not in seen:
            token = self.anchor(new=bool(self.new))
            assert token is not None
            yield Effect(kind, *self.sides(), quote(token.callee or self.target()))

    def _subject(self, at: int, *, new: bool) -> Kind | None:
        """The subject of a token of the edit, as it matters on its side."""
        token = self.every(new=new)[at]
        if token.role == "string":
            if lexicon.SQL.search(token.text):
                return "sql"
            return "regular-expression" if is_regex(token) else None
        if token.role not in ("name", "keyword") or Where.IMPORT in token.where:
            return None
        kind = subject(self.every(new=new), at, self.of.language)
        if new or token.text in self.now:
            return kind
        if kind == "concurrency" and lexicon.locks(token.text) and self._fewer(token.text):
            return "lock-dropped"
        if kind == "resource" and lexicon.releases(token.text) and self._fewer(token.text):
            return "resource-leaked"
        return kind

    def _subject_around(self) -> Kind | None:
        """The subject of whom the edit is an argument to, or a new value of."""
        token = self.anchor(new=bool(self.new))
        if token is None or Where.IMPORT in token.where:
            return None
        if token.callee and token.where & Where.ARGUMENT:
            return named_subject(token.callee, self.of.language)
        return named_subject(self.target(), self.of.language, value=True)

    def _fewer(self, word: str) -> bool:
        """Whether a word stands less often on the hunk's new side."""
        return self._counted[0][word] > self._counted[1][word]

    @cached_property
    def _counted(self) -> tuple[Counter[str], Counter[str]]:
        old, new = (
            Counter(token.text for token in side) for side in (self.edit.all_old, self.edit.all_new)
        )
        return old, new

    def _subject_fact(self, kind: Kind, token: Token, *, new: bool) -> Effect:
        before, after = self.sides()
        if not before or not after or token.text not in (after if new else before):
            text, start = self.around(token, new=new)
            shown = quote_around(text, start, start + len(token.text))
            before, after = ("", shown) if new else (shown, "")
        return Effect(kind, before, after, quote(token.text))

    def _swallowed(self) -> Iterator[Effect]:
        side = self.of.new
        start = self.head(lexicon.CATCHES, Where.CATCH, new=True)
        if start is not None:
            token = self.edit.all_new[start]
            head, body = clause(side, token.start, token.line)
            if body is not None and not body:
                yield Effect("exception-swallowed", new=quote(head))
                return
        elif self.old and (head := self._emptied()):
            yield Effect("exception-swallowed", new=quote(head))
            return
        found = lexicon.SWALLOWED.search(self.lines(new=True))
        if found and not lexicon.SWALLOWED.search(self.lines(new=False)):
            yield Effect("exception-swallowed", new=quote(_line_of(found.string, found.start())))

    def _emptied(self) -> str:
        """The head of the catch clause that the edit left without a body; empty where
        there is none."""
        side, j1 = self.of.new, self.edit.j1
        if self.new:
            line = self.new[0].line
        else:
            line = self.edit.all_new[j1 - 1].line if j1 and self.edit.all_new else self.of.at
        for number in range(min(line, len(side.lines) - 1), max(line - _REACH, -1), -1):
            found = re.search(r"\b(catch|except|rescue)\b", side.lines[number])
            if found is None:
                continue
            start = side.starts[number] + found.start()
            head, body = clause(side, start, number)
            within = body is not None and not body and line - number <= 2
            return head if within else ""
        return ""

    def _flags(self) -> Iterator[Effect]:
        if lexicon.FLAGS.search(f"{self.lines(new=False)}\n{self.lines(new=True)}"):
            before, after = self.sides()
            if lexicon.FLAGS.search(f"{before} {after}"):
                yield Effect("feature-flag", before, after, self.target())

    def _imports(self) -> list[Effect]:
        if all(token.where & Where.IMPORT for token in (*self.old, *self.new)):
            return [Effect("import-changed", *self.sides())]
        return []

    def _hidden(self) -> list[Effect]:
        """What others could use, and no longer can."""
        gone = [t for t in self.old if t.text in _PUBLIC and t.role == "keyword"]
        gone = gone or [t for t in self.old if t.text in _PUBLIC and len(self.old) <= 2]
        if not gone or self.now & _PUBLIC or len(self.old) > 4:
            return []
        before, after = self.sides()
        if not before or not after:
            return []
        return [Effect("public-api", before, after, ".".join(gone[0].scope))]

    def _annotations(self) -> list[Effect]:
        run = (*self.old, *self.new)
        typed = [t for t in run if t.where & Where.TYPE]
        if self.of.language == "python" and all(
            _ANNOTATED.match(self.side(new=new).lines[token.line][:LONGEST_LINE])
            for new, tokens in ((False, self.old), (True, self.new))
            for token in tokens
        ):
            return [Effect("type-annotation", *self.sides())]
        marks = (":", "->", "?", "(", ")", ",")
        if not typed or any(t.text not in marks for t in run if not t.where & Where.TYPE):
            return []
        if any(t.where & (Where.CATCH | Where.RAISE) for t in run):
            return []
        before, after = self.units()
        if self.of.language in ERASED:
            return [Effect("type-annotation", before, after)]
        if any(t.where & Where.PARAMETER for t in typed):
            return [Effect("parameter-changed", before, after, ".".join(typed[0].scope))]
        head = self.line(typed[0], new=typed[0] in self.new)
        if re.search(r"\b(class|interface|trait|enum|record)\b[^(]*$", head):
            return []
        if any(t.where & Where.HEAD for t in typed):
            old, new = self.typed(new=False), self.typed(new=True)
            return [Effect("return-type-changed", old, new, ".".join(typed[0].scope))]
        return [Effect("value-changed", before, after, self.target())]

    def _attributes(self) -> list[Effect]:
        if all(token.where & Where.DECORATOR for token in (*self.old, *self.new)):
            return [Effect("attribute", *self.sides())]
        return []

    # what is done, and when

    def _checks(self) -> Iterator[Effect]:
        heads = lexicon.IFS | lexicon.ASSERTS
        was = self.head(heads, Where.CONDITION, new=False)
        now = self.head(heads, Where.CONDITION, new=True)
        if now is not None and was is None:
            condition = self.condition(now, new=True)
            leaves = [t.text for t in self.new if t.text in lexicon.LEAVES]
            if leaves and not self.old:
                if self.edit.all_new[now].text in ("unless", "guard"):
                    condition = f"!({condition})" if " " in condition else f"!{condition}"
                yield Effect("early-return", new=quote(condition), name=leaves[0])
            else:
                yield Effect("condition-added", self.unit(new=False) if self.old else "", condition)
        elif was is not None and now is None:
            stands = self.unit(new=True) if self.new else ""
            yield Effect("check-removed", old=self.condition(was, new=False), new=stands)
        elif was is not None and now is not None:
            before, after = self.condition(was, new=False), self.condition(now, new=True)
            if before != after:
                yield Effect("condition-changed", before, after)
        elif touches(self.edit, Where.CONDITION):
            yield Effect("condition-changed", *self.whole_conditions())

    def _raises(self) -> Iterator[Effect]:
        was = self.head(lexicon.RAISES, Where.RAISE, new=False)
        now = self.head(lexicon.RAISES, Where.RAISE, new=True)
        if now is not None and was is None:
            yield Effect("exception-raised", new=self.statement(now, new=True))
        elif was is not None and now is None:
            yield Effect("exception-removed", old=self.statement(was, new=False))
        elif touches(self.edit, Where.RAISE) and self._only(Where.RAISE):
            strings = all(t.role == "string" for t in (*self.old, *self.new))
            kind: Kind = "message-text" if strings else "exception-raised"
            yield Effect(kind, *self.units())

    def _catches(self) -> Iterator[Effect]:
        was = self.head(lexicon.CATCHES, Where.CATCH, new=False)
        now = self.head(lexicon.CATCHES, Where.CATCH, new=True)
        caught = any(t.where & Where.CATCH for t in (*self.old, *self.new))
        if now is not None or was is not None or (caught and touches(self.edit, Where.CATCH)):
            before = self._clause_head(was, new=False)
            after = self._clause_head(now, new=True)
            if before != after:
                yield Effect("exception-caught", before, after)

    def _clause_head(self, at: int | None, *, new: bool) -> str:
        token = self.every(new=new)[at] if at is not None else self.anchor(new=new)
        if token is None or not token.where & Where.CATCH:
            return ""
        return quote(self.line(token, new=new).strip(" \t}:{"))

    def _loops(self) -> Iterator[Effect]:
        was = self.head(lexicon.LOOPS, Where.LOOP, new=False)
        now = self.head(lexicon.LOOPS, Where.LOOP, new=True)
        if was is not None or now is not None:
            before, after = (
                quote(self.line(self.every(new=new)[at], new=new).strip(" \t}:{"))
                if at is not None
                else ""
                for new, at in ((False, was), (True, now))
            )
            if before != after:
                yield Effect("loop-changed", before, after)
        elif touches(self.edit, Where.LOOP):
            yield Effect("loop-changed", *self.units())

    def _parameters(self) -> Iterator[Effect]:
        run = (*self.old, *self.new)
        if not run or not any(token.where & Where.PARAMETER for token in run):
            return
        scope = ".".join(run[0].scope)
        if any(t.where & Where.DEFAULT for t in run) and (self._one_default() or not self._named()):
            yield Effect("default-changed", *self.units(), scope)
            return
        was, now = _parameter(self.old), _parameter(self.new)
        if now and not was:
            yield Effect("parameter-added", new=now, name=scope)
        elif was and not now:
            yield Effect("parameter-removed", old=was, name=scope)
        elif was != now or was:
            yield Effect("parameter-changed", *self.units(), scope)

    def _one_default(self) -> bool:
        """Whether the old side of the edit is a default, and the new one of the same name."""
        old, new = self.anchor(new=False), self.anchor(new=True)
        if old is None or new is None or not old.where & Where.DEFAULT:
            return False
        return not self._named() and target(old, self.of.old) == target(new, self.of.new)

    def _named(self) -> bool:
        """Whether a parameter's own name is part of the edit."""
        return any(_parameter(run) for run in (self.old, self.new))

    def _returns(self) -> Iterator[Effect]:
        if not touches(self.edit, Where.RETURN):
            return
        before, after = self._returned(new=False), self._returned(new=True)
        if before and after:
            before, after = quote_pair(before, after)
        if before != after:
            yield Effect("return-changed", quote(before), quote(after))

    def _returned(self, *, new: bool) -> str:
        run = self.new if new else self.old
        token = next((t for t in run if t.where & Where.RETURN), None)
        if token is None:
            anchor = self.anchor(new=new)
            token = anchor if anchor is not None and anchor.where & Where.RETURN else None
        if token is None:
            return ""
        line = self.line(token, new=new)
        if "return" in line:
            return line[line.index("return") :]
        return self.around(token, new=new)[0]

    def _nulls(self) -> Iterator[Effect]:
        was, now = self._null_words(self.old), self._null_words(self.new)
        if was != now:
            yield Effect("null-handling", *self.sides(), min(now - was or was - now))

    def _null_words(self, run: Sequence[Token]) -> set[str]:
        erased = self.of.language in ERASED
        return {
            token.text
            for token in run
            if lexicon.NULLS.match(token.text) and not (erased and Where.TYPE in token.where)
        }

    def _only(self, where: Where) -> bool:
        return all(token.where & where for token in (*self.old, *self.new))


def _all(run: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in run)


def _line_of(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at + 1) + 1
    end = text.find("\n", at + 1)
    return text[start : len(text) if end < 0 else end].strip()


def _parameter(run: Sequence[Token]) -> str:
    """The name of the first parameter that a run has; empty where it has none."""
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR
    for token in run:
        if token.role == "name" and token.where & Where.PARAMETER and not token.where & barred:
            return token.text
    return ""

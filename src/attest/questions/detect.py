"""From the differences of a hunk of code to the facts that they show."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from attest.kinds import Kind
from attest.questions import words
from attest.questions.compare import Edit
from attest.questions.facts import Fact, quote, quote_around
from attest.questions.tokens import Side, Token, Where

ERASED = frozenset({"python", "typescript", "tsx"})
"""Languages that run the same with or without their type annotations."""

_CALLED: frozenset[Kind] = frozenset(
    {"eval", "shell", "resource", "unsafe", "permission", "deserialisation", "crypto"}
)


@dataclass(frozen=True, slots=True)
class Hunks:
    """The two sides of a hunk, for what looks at them.

    Args:
        edits: what differs.
        old, new: the files around it.
        language: the name of the grammar.
    """

    edits: Sequence[Edit]
    old: Side
    new: Side
    language: str


def facts(of: Hunks) -> list[Fact]:
    """Every fact that the edits show, in their order."""
    fresh = _defined(edit.new for edit in of.edits)
    gone = _defined(edit.old for edit in of.edits)
    both = {name for name, _ in fresh} & {name for name, _ in gone}
    found: list[Fact] = []
    if of.edits and all(_is_words_alone(edit) for edit in of.edits):
        return list(_words(of))
    for name, token in fresh:
        if name not in both:
            found.append(_definition("added", token, of.new))
    for name, token in gone:
        if name not in both:
            found.append(_definition("removed", token, of.old))
    new_scopes = {token.scope for name, token in fresh if name not in both}
    old_scopes = {token.scope for name, token in gone if name not in both}
    for edit in of.edits:
        found += _Look(edit, of).facts(
            fresh=_within(edit.new, new_scopes), gone=_within(edit.old, old_scopes)
        )
    return found


def _defined(runs: Iterator[Sequence[Token]]) -> list[tuple[str, Token]]:
    """The functions and types whose names stand in the runs."""
    found = []
    for run in runs:
        for token in run:
            head = Where.HEAD in token.where and not token.where & (
                Where.PARAMETER | Where.DECORATOR
            )
            if head and token.scope and token.role != "operator":
                name = token.scope[-1]
                if (
                    words.NAME.findall(name)[-1:] == [token.text]
                    and Where.ARGUMENT not in token.where
                ):
                    found.append((".".join(token.scope), token))
    return found


def _within(run: Sequence[Token], scopes: set[tuple[str, ...]]) -> bool:
    """Whether all of a run is part of one of some definitions."""
    return bool(run) and all(
        any(token.scope[: len(scope)] == scope for scope in scopes)
        for token in run
        if token.role in ("name", "keyword", "number", "string")
        and Where.DECORATOR not in token.where
    )


def _definition(what: str, token: Token, side: Side) -> Fact:
    line = side.lines[token.line] if token.line < len(side.lines) else token.text
    head = quote(line.strip().rstrip("{: "))
    name = ".".join(token.scope)
    if what == "added":
        return Fact("function-added", new=head, name=name)
    return Fact("function-removed", old=head, name=name)


def _is_words_alone(edit: Edit) -> bool:
    return bool(edit.old and edit.new) and all(
        token.role == "string" for token in (*edit.old, *edit.new)
    )


def _words(of: Hunks) -> Iterator[Fact]:
    """Strings that were replaced by strings."""
    for edit in of.edits:
        old, new = edit.old[0], edit.new[0]
        before, after = quote(old.text), quote(new.text)
        name = new.callee
        if words.SQL.search(new.text) or words.SQL.search(old.text):
            yield Fact("sql", before, after, name)
        elif _is_regex(new) or _is_regex(old):
            yield Fact("regular-expression", before, after, name)
        elif words.LOGS.search(name):
            yield Fact("log-text", before, after, name)
        elif Where.RAISE in new.where:
            yield Fact("message-text", before, after, name)
        elif Where.IMPORT in new.where:
            yield Fact("import-changed", before, after)
        elif Where.CONDITION in new.where and new.unit != (0, 0):
            yield Fact(
                "condition-changed", quote(of.old.shown(old.unit)), quote(of.new.shown(new.unit))
            )
        else:
            yield Fact("value-changed", before, after, _target(new, of.new) or name)


def _is_regex(token: Token) -> bool:
    if token.role != "string":
        return False
    slashed = token.text.startswith("/") and token.text.rstrip("gimsuyx").endswith("/")
    return (slashed and len(token.text) > 2) or bool(words.REGEX_CALLS.search(token.callee))


def _target(token: Token, side: Side) -> str:
    """The name that the unit of a token gives a value to, if it does."""
    unit = side.text[token.unit[0] : token.unit[1]]
    head, separator, _ = unit.partition("=")
    if not separator or len(head) > 80 or head.rstrip().endswith(("!", "<", ">", "=")):
        head, separator, _ = unit.partition(":")
        if not separator or len(head) > 40:
            return ""
    found = words.NAME.findall(head.partition(":")[0] if "::" not in head else head)
    return found[-1] if found else ""


class _Look:
    """One look at one edit."""

    def __init__(self, edit: Edit, of: Hunks) -> None:
        self.edit, self.of = edit, of
        self.old, self.new = edit.old, edit.new
        self.was = _all(self.old)
        self.now = _all(self.new)

    def facts(self, *, fresh: bool, gone: bool) -> list[Fact]:
        """What the edit shows.

        Args:
            fresh, gone: it is part of a definition that is new, or that is gone.
        """
        found = [*self._subjects(), *self._swallowed()]
        if (fresh or not self.new) and (gone or not self.old):
            return found
        for look in (self._imports, self._annotations, self._attributes):
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
        found += self._values() if not found else []
        return found or [self._anything()]

    # what the quoted code is

    def _unit(self, *, new: bool) -> str:
        """The expression or statement that the edit is in, on one of its sides."""
        side = self.of.new if new else self.of.old
        token = self._anchor(new=new)
        if token is None:
            return ""
        start, end = token.unit
        if (start, end) == (0, 0) or end - start > 2000:
            line = side.lines[token.line] if token.line < len(side.lines) else ""
            return quote(line.strip())
        return quote_around(side.text[start:end], token.start - start, token.end - start)

    def _anchor(self, *, new: bool) -> Token | None:
        """The token of one side that stands for the edit there."""
        every = self.edit.all_new if new else self.edit.all_old
        run = self.new if new else self.old
        first = self.edit.j1 if new else self.edit.i1
        telling = next((t for t in run if not words.OPEN_CLOSE.match(t.text)), None)
        if telling is not None:
            return telling
        if run:
            return run[0]
        return every[first - 1] if 0 < first <= len(every) else (every[0] if every else None)

    def _condition(self, start: int, *, new: bool) -> str:
        """The condition behind the head at an index of one side."""
        every = self.edit.all_new if new else self.edit.all_old
        side = self.of.new if new else self.of.old
        head = every[start]
        if head.unit != (0, 0) and head.unit[0] < head.start:
            begin = head.unit[0]
            return quote_around(
                side.text[begin : head.unit[1]], head.start - begin, head.end - begin
            )
        end = start + 1
        while (
            end < len(every)
            and every[end].where & (Where.CONDITION | Where.LOOP)
            and (every[end].text not in ("then", "do", "{"))
            and not every[end].where & Where.RETURN
        ):
            end += 1
        if end == start + 1:
            return quote(side.lines[every[start].line].strip())
        text = " ".join(side.text[every[start + 1].start : every[end - 1].end].split())
        text = text.rstrip(":{ ")
        bare = text[1:-1] if text.startswith("(") and text.endswith(")") else text
        return quote(bare if bare.count("(") == bare.count(")") and ")(" not in bare else text)

    def _head(self, texts: frozenset[str], where: Where, *, new: bool) -> int | None:
        """Index of the first head of that sort within the edit; None where there is none."""
        every = self.edit.all_new if new else self.edit.all_old
        first, last = (self.edit.j1, self.edit.j2) if new else (self.edit.i1, self.edit.i2)
        for at in range(first, last):
            token = every[at]
            if (
                token.text in texts
                and token.role != "string"
                and (token.where & where or not where)
            ):
                return at
        return None

    # what it shows

    def _subjects(self) -> Iterator[Fact]:
        """Words that tell what code can do."""
        seen: set[Kind] = set()
        for new in (False, True):
            every = self.edit.all_new if new else self.edit.all_old
            other = self.was if new else self.now
            first, last = (self.edit.j1, self.edit.j2) if new else (self.edit.i1, self.edit.i2)
            for at in range(first, last):
                token = every[at]
                if token.role == "string":
                    kind: Kind | None = "sql" if words.SQL.search(token.text) else None
                    kind = "regular-expression" if kind is None and _is_regex(token) else kind
                elif token.role in ("name", "keyword") and Where.IMPORT not in token.where:
                    kind = _subject(every, at, self.of.language)
                else:
                    continue
                if kind is None or (kind in seen and not new):
                    continue
                dropped = not new and token.text not in other
                if dropped and kind == "concurrency" and words.locks(token.text):
                    kind = "lock-dropped"
                if dropped and kind == "resource" and words.releases(token.text):
                    kind = "resource-leaked"
                if kind not in seen:
                    seen.add(kind)
                    yield self._subject_fact(kind, token, new=new)

    def _subject_fact(self, kind: Kind, token: Token, *, new: bool) -> Fact:
        side = self.of.new if new else self.of.old
        start, end = token.unit
        if (start, end) == (0, 0) or end - start > 2000:
            shown = quote(side.lines[token.line].strip())
        else:
            shown = quote_around(side.text[start:end], token.start - start, token.end - start)
        if not self.old or not self.new:
            return Fact(kind, "" if new else shown, shown if new else "", quote(token.text))
        return Fact(kind, self._unit(new=False), self._unit(new=True), quote(token.text))

    def _swallowed(self) -> Iterator[Fact]:
        start = self._head(words.CATCHES, Where.CATCH, new=True)
        if start is not None:
            token = self.edit.all_new[start]
            clause = _clause(self.of.new, token)
            head, body = clause
            if body is not None and not body:
                yield Fact("exception-swallowed", new=quote(head))
                return
        if self.new:
            text = self.of.new.text[self.new[0].start : self.new[-1].end]
            found = words.SWALLOWED.search(text)
            if found and not words.SWALLOWED.search(self._text(new=False)):
                yield Fact("exception-swallowed", new=quote(_line_of(text, found.start())))

    def _text(self, *, new: bool) -> str:
        run = self.new if new else self.old
        side = self.of.new if new else self.of.old
        return side.text[run[0].start : run[-1].end] if run else ""

    def _imports(self) -> list[Fact]:
        if all(token.where & Where.IMPORT for token in (*self.old, *self.new)):
            return [Fact("import-changed", self._unit_if(new=False), self._unit_if(new=True))]
        return []

    def _unit_if(self, *, new: bool) -> str:
        return self._unit(new=new) if (self.new if new else self.old) else ""

    def _annotations(self) -> list[Fact]:
        run = (*self.old, *self.new)
        typed = [t for t in run if t.where & Where.TYPE]
        if not typed or any(
            t.text not in (":", "->", "?") for t in run if not t.where & Where.TYPE
        ):
            return []
        before, after = self._unit(new=False), self._unit(new=True)
        if self.of.language in ERASED:
            return [Fact("type-annotation", before, after)]
        if any(t.where & Where.PARAMETER for t in typed):
            return [
                Fact(
                    "parameter-changed", before, after, typed[0].scope[-1] if typed[0].scope else ""
                )
            ]
        if any(t.where & Where.HEAD for t in typed):
            old, new = (_joined(self.old, self.of.old), _joined(self.new, self.of.new))
            return [Fact("return-type-changed", old, new, ".".join(typed[0].scope))]
        return [Fact("value-changed", before, after)]

    def _attributes(self) -> list[Fact]:
        run = (*self.old, *self.new)
        if all(token.where & Where.DECORATOR for token in run):
            return [
                Fact("attribute", _joined(self.old, self.of.old), _joined(self.new, self.of.new))
            ]
        return []

    def _checks(self) -> Iterator[Fact]:
        heads = words.IFS | words.ASSERTS
        was = self._head(heads, Where.CONDITION, new=False)
        now = self._head(heads, Where.CONDITION, new=True)
        if now is not None and was is None:
            condition = self._condition(now, new=True)
            leaves = [t.text for t in self.new if t.text in words.LEAVES]
            if leaves and not self.old:
                yield Fact("early-return", new=condition, name=leaves[0])
            else:
                yield Fact("condition-added", self._unit_if(new=False), condition)
        elif was is not None and now is None:
            yield Fact(
                "check-removed", old=self._condition(was, new=False), new=self._unit_if(new=True)
            )
        elif was is not None and now is not None:
            before, after = self._condition(was, new=False), self._condition(now, new=True)
            if before != after:
                yield Fact("condition-changed", before, after)
        elif _touches(self.edit, Where.CONDITION):
            yield Fact("condition-changed", self._unit(new=False), self._unit(new=True))

    def _raises(self) -> Iterator[Fact]:
        was = self._head(words.RAISES, Where.RAISE, new=False)
        now = self._head(words.RAISES, Where.RAISE, new=True)
        if now is not None and was is None:
            yield Fact("exception-raised", new=self._statement(now, new=True))
        elif was is not None and now is None:
            yield Fact("exception-removed", old=self._statement(was, new=False))
        elif _touches(self.edit, Where.RAISE) and self._only(Where.RAISE):
            strings = all(t.role == "string" for t in (*self.old, *self.new))
            kind: Kind = "message-text" if strings else "exception-raised"
            yield Fact(kind, self._unit(new=False), self._unit(new=True))

    def _statement(self, at: int, *, new: bool) -> str:
        side = self.of.new if new else self.of.old
        token = (self.edit.all_new if new else self.edit.all_old)[at]
        if token.unit == (0, 0):
            return quote(side.lines[token.line].strip())
        return quote(side.shown(token.unit))

    def _catches(self) -> Iterator[Fact]:
        was = self._head(words.CATCHES, Where.CATCH, new=False)
        now = self._head(words.CATCHES, Where.CATCH, new=True)
        if now is not None or was is not None or _touches(self.edit, Where.CATCH):
            before = self._line(was, new=False) if was is not None else self._line_if(new=False)
            after = self._line(now, new=True) if now is not None else self._line_if(new=True)
            if before != after:
                yield Fact("exception-caught", before, after)

    def _line(self, at: int, *, new: bool) -> str:
        side = self.of.new if new else self.of.old
        token = (self.edit.all_new if new else self.edit.all_old)[at]
        return quote(side.lines[token.line].strip(" \t}:{"))

    def _line_if(self, *, new: bool) -> str:
        token = self._anchor(new=new)
        side = self.of.new if new else self.of.old
        if token is None or not token.where & Where.CATCH:
            return ""
        return quote(side.lines[token.line].strip(" \t}:{"))

    def _loops(self) -> Iterator[Fact]:
        was = self._head(words.LOOPS, Where.LOOP, new=False)
        now = self._head(words.LOOPS, Where.LOOP, new=True)
        if was is not None or now is not None:
            before = self._line(was, new=False) if was is not None else ""
            after = self._line(now, new=True) if now is not None else ""
            if before != after:
                yield Fact("loop-changed", before, after)
        elif _touches(self.edit, Where.LOOP):
            yield Fact("loop-changed", self._unit(new=False), self._unit(new=True))

    def _parameters(self) -> Iterator[Fact]:
        run = (*self.old, *self.new)
        if not run or not any(token.where & Where.PARAMETER for token in run):
            return
        if any(t.where & Where.DEFAULT for t in run) and (
            self._defaulted(new=False) or not self._named()
        ):
            name = _target(self._anchor(new=True) or run[0], self.of.new)
            yield Fact("default-changed", self._unit(new=False), self._unit(new=True), name)
            return
        was, now = _parameter(self.old), _parameter(self.new)
        scope = ".".join(run[0].scope)
        if now and not was:
            yield Fact("parameter-added", new=now, name=scope)
        elif was and not now:
            yield Fact("parameter-removed", old=was, name=scope)
        elif was != now or was:
            yield Fact("parameter-changed", self._unit(new=False), self._unit(new=True), scope)

    def _defaulted(self, *, new: bool) -> bool:
        token = self._anchor(new=new)
        return token is not None and bool(token.where & Where.DEFAULT)

    def _named(self) -> bool:
        """Whether a parameter's own name is part of the edit."""
        return any(_parameter(run) for run in (self.old, self.new))

    def _returns(self) -> Iterator[Fact]:
        if not _touches(self.edit, Where.RETURN):
            return
        before, after = self._returned(new=False), self._returned(new=True)
        if before != after:
            yield Fact("return-changed", before, after)

    def _returned(self, *, new: bool) -> str:
        run = self.new if new else self.old
        token = next((t for t in run if t.where & Where.RETURN), None)
        if token is None:
            anchor = self._anchor(new=new)
            token = anchor if anchor is not None and anchor.where & Where.RETURN else None
        if token is None:
            return ""
        side = self.of.new if new else self.of.old
        line = side.lines[token.line].strip().rstrip(";")
        if len(line) <= 60 and "return" in line:
            return quote(line[line.index("return") :])
        return self._unit(new=new)

    def _nulls(self) -> Iterator[Fact]:
        was = {t for t in self.was if words.NULLS.match(t)}
        now = {t for t in self.now if words.NULLS.match(t)}
        if was != now:
            name = min(now - was or was - now)
            yield Fact("null-handling", self._unit_if(new=False), self._unit_if(new=True), name)

    def _only(self, where: Where) -> bool:
        return all(token.where & where for token in (*self.old, *self.new))

    def _values(self) -> list[Fact]:
        """What is computed or given, where nothing above fits."""
        run = (*self.old, *self.new)
        before, after = self._unit(new=False), self._unit(new=True)
        anchor = self._anchor(new=True) or run[0]
        name = _target(anchor, self.of.new)
        operators = [t for t in run if t.text in words.ARITHMETIC and t.role == "operator"]
        numbers = [t for t in run if t.role == "number"]
        if numbers and self.old and self.new and words.UNITS.search(f"{before} {after} {name}"):
            return [Fact("units", before, after, name or anchor.callee)]
        if words.FLAGS.search(f"{before} {after}"):
            return [Fact("feature-flag", self._unit_if(new=False), self._unit_if(new=True), name)]
        if operators and before and after and self.old and self.new:
            return [Fact("arithmetic", before, after)]
        plain = all(t.role in ("number", "string", "keyword") for t in run)
        top = not any(t.scope for t in run) or name.isupper()
        if self.old and self.new and name and top and (plain or name.isupper()):
            return [Fact("constant-changed", before, after, name)]
        if self.old and self.new and plain:
            return [Fact("value-changed", before, after, name or anchor.callee)]
        called = next((t.callee for t in run if t.callee), "")
        if called and ((self.old and self.new) or _touches(self.edit, Where.ARGUMENT)):
            return [Fact("call-changed", before, after, called)]
        if self.old and self.new and name:
            return [Fact("value-changed", before, after, name)]
        return []

    def _anything(self) -> Fact:
        scope = next((t.scope for t in (*self.new, *self.old) if t.scope), ())
        name = ".".join(scope)
        before = self._first(self.old, self.of.old)
        after = self._first(self.new, self.of.new)
        if not self.old:
            return Fact("code-added", new=after, name=name)
        if not self.new:
            return Fact("code-removed", old=before, name=name)
        return Fact("code-changed", self._unit(new=False), self._unit(new=True), name)

    def _first(self, run: Sequence[Token], side: Side) -> str:
        """The first line of a run that says something."""
        token = next((t for t in run if t.role in ("name", "keyword", "string", "number")), None)
        if token is None:
            return quote(" ".join(t.text for t in run[:8]))
        return quote(side.lines[token.line].strip())


def _all(run: Sequence[Token]) -> frozenset[str]:
    return frozenset(token.text for token in run)


def _touches(edit: Edit, where: Where) -> bool:
    """Whether an edit is within something on each side that it has."""
    run = (*edit.old, *edit.new)
    telling = [t for t in run if not words.OPEN_CLOSE.match(t.text)] or run
    return bool(telling) and all(token.where & where for token in telling)


def _subject(every: Sequence[Token], at: int, language: str) -> Kind | None:
    """The subject of a word, by itself and by what stands before it."""
    token = every[at]
    following = every[at + 1].text if at + 1 < len(every) else ""
    before = every[at - 1].text if at else ""
    kind = words.subject(token.text)
    if before in (".", "::", "->") and at > 1:
        kind = words.subject(f"{every[at - 2].text}{before}{token.text}") or kind
    if kind is None:
        return None
    if token.text == "shell" and following in ("=", ":"):
        return "shell"
    called = (
        following.startswith(("(", "::", "!", "[")) or token.role == "keyword" or language == "bash"
    )
    if kind in _CALLED and not called and before not in ("new", "import") and following != ".":
        return None
    if kind == "resource" and token.role != "keyword" and not following.startswith("("):
        return None
    if kind in ("shell", "resource", "unsafe") and language == "bash" and token.text != "sudo":
        return None
    if Where.HEAD in token.where and kind in _CALLED and token.role == "name":
        return None
    return kind


def _clause(side: Side, token: Token) -> tuple[str, list[str] | None]:
    """Head and body of the clause that begins with a token; no body where it is not
    found within a few lines. Of an empty body, nothing is left."""
    text = side.text[token.start : token.start + 2000]
    lines = text.split("\n")
    head = lines[0].strip().rstrip("{: ")
    body: list[str] = []
    rest = lines[0].partition("{")[2] if "{" in lines[0] else lines[0].partition(":")[2]
    inside = [rest, *lines[1:4]]
    indent = len(side.lines[token.line]) - len(side.lines[token.line].lstrip())
    for number, line in enumerate(inside):
        bare = line.split("//")[0].split("#")[0].strip(" \t\r;")
        if number and bare and len(line) - len(line.lstrip()) <= indent:
            break
        if bare.startswith(("}", "end")):
            break
        bare = bare.rstrip("} ")
        if bare and bare not in (
            "pass",
            "...",
            "continue",
            "nil",
            "null",
            "return",
            "return nil",
            "{",
        ):
            body.append(bare)
        if line.rstrip().endswith("}") and "{" not in line:
            break
    return head, body


def _line_of(text: str, at: int) -> str:
    start = text.rfind("\n", 0, at + 1) + 1
    end = text.find("\n", at + 1)
    return text[start : len(text) if end < 0 else end].strip()


def _joined(run: Sequence[Token], side: Side) -> str:
    return quote(side.text[run[0].start : run[-1].end]) if run else ""


def _parameter(run: Sequence[Token]) -> str:
    """The name of the first parameter that a run has; empty where it has none."""
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR
    for token in run:
        if token.role == "name" and token.where & Where.PARAMETER and not token.where & barred:
            return token.text
    return ""

"""What the tokens of an edit are that no definition and no clause explains: a rule for each sort,
tried in one order for all languages (edits.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from attest.analysis import apis, claims, clause_changes, clauses, values
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, quoted, words
from attest.analysis.syntax.tokens import Where
from attest.text import lazy, word_set

_LOGS = lazy(
    r"(^|[.:>])(_?log(ger|ging)?s?|slog|syslog|console|klog|logrus|zap|tracing|NSLog|print(ln|"
    r"f|err)?!?|"
    r"eprint(ln)?!?|fprintf|debug!?|info!?|warn(ing)?!?|trace!?|puts|echo|secho|dbg!)([.:(]|\Z|->)",
    re.IGNORECASE,
)
"""What writes words for people."""
_LONGEST_CALLEE = 200
_LITERALS = word_set("true false True False null nil None undefined")
_DYNAMIC = word_set("javascript php python ruby tsx typescript")
"""Languages in which a type takes no part in what is called, though a program may read it."""
_POSITIONAL = word_set("c cpp go java javascript typescript tsx rust lua haskell zig bash solidity")
"""Languages in which a caller gives arguments by their place alone."""
_HEADS_TYPE = lazy(r"\b(class|interface|trait|enum|record)\b[^(]*$")


def _of_strings(old: Part, new: Part) -> Effect | None:
    """Strings in place of strings, where they are words for people."""
    if not (old.run and new.run) or any(t.role != "string" for t in (*old.run, *new.run)):
        return None
    before, after = old.run[0], new.run[0]
    pair = quote_pair(before.text, after.text)
    if not claims.has_same_places(before, after):
        return None
    if before.text[1:-1] == after.text[1:-1] and not set(after.text) & set("\\$#{"):
        return Effect("code-changed", *pair)  # the same text between other marks
    first = new.start > 0 and new.every[new.start - 1].text == "("
    if first and claims.is_log_message(before, after, new.side):
        return Effect("log-text", *pair, after.callee)
    called = after.callee.rpartition(".")[2]
    condition = Where.CONDITION | Where.ARGUMENT
    of_assert = after.where & condition == condition and called in clauses.ASSERTS
    if of_assert or after.where & Where.RAISE or _LOGS.search(after.callee[:_LONGEST_CALLEE]):
        return Effect("comment-text", *pair, after.callee)
    return None


def _of_import(old: Part, new: Part) -> Effect | None:
    both = (*old.run, *new.run)
    if all(token.where & (Where.IMPORT | Where.DECORATOR) == Where.IMPORT for token in both):
        return Effect("import-changed", *quoted(old, new))
    return None


def _of_type(old: Part, new: Part, language: str) -> Effect | None:
    """Types, where nothing else is part of the edit."""
    both = (*old.run, *new.run)
    typed = [token for token in both if token.where & Where.TYPE]
    marks = (":", "->", "?", "(", ")", ",")
    if not typed or any(t.text not in marks and not t.where & Where.TYPE for t in both):
        return None
    if any(token.where & (Where.CATCH | Where.RAISE) for token in both):
        return None
    scope = ".".join(typed[0].scope)
    if all(claims.is_erased(part.side, language) for part in (old, new)):
        return Effect("type-annotation", *quoted(old, new), scope)
    if language in _DYNAMIC:
        outside = any(token.where & (Where.PARAMETER | Where.HEAD) for token in typed)
        kind: Kind = "parameter-changed" if outside else "code-changed"
        return Effect("type-annotation", *quoted(old, new), scope, RISK[kind])
    if any(token.where & Where.PARAMETER for token in typed):
        return Effect("parameter-changed", *quoted(old, new), scope)
    line = (new if new.run else old).line(typed[0])
    head = any(token.where & Where.HEAD for token in typed)
    if head and not _HEADS_TYPE.search(line[:_LONGEST_CALLEE]):
        return Effect("return-changed", *quoted(old, new), scope)
    return None


def _of_parameter(old: Part, new: Part, language: str) -> Effect | None:
    """A parameter that is new, gone or another, or that has another default."""
    mark = Where.PARAMETER | Where.HEAD
    both = [token for token in words((*old.run, *new.run)) if token.where & mark == mark]
    if not both or not all(values.is_part_of_head(part) for part in (old, new)):
        return None
    scope = ".".join(both[0].scope)
    if language in _POSITIONAL and values.are_names(old.run, new.run):
        return None  # callers do not write them
    before, after = values.parameter(old.run), values.parameter(new.run)
    if any(t.where & Where.DEFAULT for t in both) and not before and not after:
        return Effect("default-changed", *quoted(old, new), scope)
    if bool(before) != bool(after):
        return Effect("parameter-changed", before, after, scope)
    return Effect("parameter-changed", *quoted(old, new), scope)


def of_rest(old: Part, new: Part, language: str) -> Iterator[Effect]:
    """Clauses that begin outside of the hunk; values, and other code."""
    both = words((*old.run, *new.run))
    pair = quoted(old, new)
    given = values.is_argument(both)
    for sort in clauses.SORTS:
        if sort.mark in (Where.CONDITION, Where.RETURN):
            continue
        if all(token.where & sort.mark for token in both):
            yield Effect(sort.changed, *pair, scope_of(old, new), clause_changes.weight(sort))
            return
    replaces = bool(old.run and new.run)
    if all(values.is_documentation(part) for part in (old, new) if part.run):
        # A program may read it.
        yield Effect("comment-text", *pair, scope_of(old, new), RISK["code-changed"])
        return
    name = values.target(new)
    literal = all(t.role in ("number", "string") or t.text in _LITERALS for t in both)
    called = both[0].callee
    if called and given and apis.of_call(called, language) == "assertion":
        yield Effect("condition-changed", *pair)
    elif replaces and literal and name and not any(map(values.is_text, both)):
        yield Effect("value-changed", *pair, name)
    else:
        yield Effect("code-changed", *pair, scope_of(old, new))


def narrow(old: Part, new: Part, language: str) -> Iterator[Effect | None]:
    """What each of the rules proves that are about one sort of token, in their order; None where
    one proves nothing. They are tried one by one, as long as the caller goes on."""
    yield _of_strings(old, new)
    yield _of_import(old, new)
    yield _of_type(old, new, language)
    yield _of_parameter(old, new, language)


def scope_of(old: Part, new: Part) -> str:
    """The scope of an edit: that of its first token which has one, the new side first."""
    return ".".join(next((t.scope for t in (*new.run, *old.run) if t.scope), ()))

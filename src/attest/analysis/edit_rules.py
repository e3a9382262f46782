"""What the tokens of an edit are that no definition and no clause explains: a rule for each sort,
tried in one order for all languages (edits.py)."""

from __future__ import annotations

from attest.analysis import claims, clause_changes, clauses, values
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, quoted, words
from attest.analysis.syntax.tokens import Where
from attest.text import word_set

_DYNAMIC = word_set("javascript php python ruby tsx typescript")
"""Languages in which a type takes no part in what is called, though a program may read it."""
_POSITIONAL = word_set("c cpp go java javascript typescript tsx rust lua haskell zig bash solidity")
"""Languages in which a caller gives arguments by their place alone."""


def _of_strings(old: Part, new: Part) -> Effect | None:
    """Strings in place of strings, where they are words for people."""
    if not (old.run and new.run) or any(t.role != "string" for t in (*old.run, *new.run)):
        return None
    before, after = old.run[0], new.run[0]
    pair = quote_pair(before.text, after.text)
    if not claims.has_same_places(before, after):
        return None
    first = new.start > 0 and new.every[new.start - 1].text == "("
    if first and claims.is_log_message(before, after, new.side):
        return Effect("prose", *pair, after.callee)
    if after.where & Where.RAISE:
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
    head = [token for token in typed if token.where & Where.HEAD]  # and not of a lambda's
    of_parameter = any(token.where & Where.PARAMETER for token in head)
    kind: Kind = (
        "parameter-changed" if of_parameter and language not in _DYNAMIC else "code-changed"
    )
    rank = RISK["parameter-changed"] if head else 0
    return Effect(kind, *quoted(old, new), ".".join(typed[0].scope), rank)


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
    if bool(before) != bool(after):
        return Effect("parameter-changed", before, after, scope)
    # Callers that give nothing get another default, and no line of theirs shows it.
    weight = _RISK_OF_DEFAULT if any(token.where & Where.DEFAULT for token in both) else 0
    return Effect("parameter-changed", *quoted(old, new), scope, weight)


_RISK_OF_DEFAULT = 8


def of_rest(old: Part, new: Part, language: str) -> Effect:
    """Clauses that begin outside of the hunk; documentation, and other code."""
    both = words((*old.run, *new.run))
    pair = quoted(old, new)
    for sort in clauses.SORTS:
        if sort.mark in (Where.CONDITION, Where.RETURN):
            continue
        if all(token.where & sort.mark for token in both):
            return Effect(sort.kind, *pair, scope_of(old, new), clause_changes.weight(sort))
    if all(map(values.is_documentation, both)):
        if language == "python" and all(map(claims.is_docstring_of_words, (old, new))):
            return Effect("prose", *pair, scope_of(old, new))
        # A program may read it.
        return Effect("comment-text", *pair, scope_of(old, new), RISK["code-changed"])
    return Effect("code-changed", *pair, scope_of(old, new))


def narrow(old: Part, new: Part, language: str) -> Effect | None:
    """What the first of the rules proves that are about one sort of token; None where none
    proves anything."""
    return (
        _of_strings(old, new)
        or _of_import(old, new)
        or _of_type(old, new, language)
        or _of_parameter(old, new, language)
    )


def scope_of(old: Part, new: Part) -> str:
    """The scope of an edit: that of its first token which has one, the new side first."""
    return ".".join(next((t.scope for t in (*new.run, *old.run) if t.scope), ()))

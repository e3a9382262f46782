"""What the tokens of an edit are that no definition and no clause explains: a rule for each sort,
tried in one order for all languages (edits.py)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis import clauses
from attest.analysis.effects import Effect, quote_pair
from attest.analysis.kinds import RISK, Kind
from attest.analysis.quoting import Part, quoted, words
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy, word_set


def _of_strings(old: Part, new: Part) -> Effect | None:
    """Strings in place of strings, where they are words for people."""
    if not (old.run and new.run) or any(t.role != "string" for t in (*old.run, *new.run)):
        return None
    before, after = old.run[0], new.run[0]
    pair = quote_pair(before.text, after.text)
    if not _has_same_places(before, after):
        return None
    first = new.start > 0 and new.every[new.start - 1].text == "("
    if first and _is_log_message(before, after, new.side):
        return Effect("prose", *pair, after.callee)
    if after.where & Where.RAISE:
        return Effect("comment-text", *pair, after.callee)
    return None


_LOGGER = lazy(
    r"(?:[\w$]+(?:\.|::|->))*_?(?i:log|logger|logging|slog|tracing)(?:\.|::|->)"
    r"(?i:trace|debug|info|notice|warn|warning|error|critical|exception|"
    r"log(?:trace|debug|information|warning|error|critical)|(?-i:Print))(?:f|ln|w)?!?"
)
_BOUND = lazy(
    r"(?im)^(?:(?!log)[^\n]){0,200}\b(?:class|def|fn|func?|fun|function|as)\s+_?(?:LOG)\b|"
    r"(?:^|(?<=[\s.(,]))_?(?:LOG)\s{0,9}:?=(?![=>]|\s?None)(?![^\n]{0,200}log)".replace(
        "LOG", "log|logger|logging|slog|tracing"
    )
)
"""A line that gives the name of a logger to something else, as far as its words say."""
_COMPUTED = lazy(r"\$|#\{|\\\(|^[A-Za-z]*[fFbB]|^[`/]")
"""What makes a string more than its text: variables, expressions, templates, bytes."""
_WORD = lazy(r"[^\W_]*(?:['-][^\W_]+)*[,.;:!?]?")
"""A word of a text, with the marks around it; what else stands between two blanks has a place for
a value, whatever the way of a language to write one."""


def _is_log_message(old: Token, new: Token, side: Side) -> bool:
    """Whether a string in place of another one is the literal message of a logger, with the
    same places for values. What is printed is not: a program may read it."""
    if not side.parsed or old.callee != new.callee or not _LOGGER.fullmatch(new.callee[:200]):
        return False
    if side.has(_BOUND):
        return False
    if any(_COMPUTED.search(token.text) or "::" in token.text for token in (old, new)):
        return False
    alone = old.where & new.where & Where.STATEMENT
    return bool(alone) and _has_same_places(old, new)


def _has_same_places(old: Token, new: Token) -> bool:
    """Whether two strings have the same places for values, in the same order. A place with a
    blank inside is not read, and so is not the same."""
    pieces = (token.text.strip("\"'`").split() for token in (old, new))
    places = [[one for one in own if not _WORD.fullmatch(one)] for own in pieces]
    brackets = [[one.count(mark) for one in places[0]] for mark in "{}()"]
    return places[0] == places[1] and brackets[::2] == brackets[1::2]


def _of_import(old: Part, new: Part) -> Effect | None:
    both = (*old.run, *new.run)
    if all(token.where & (Where.IMPORT | Where.DECORATOR) == Where.IMPORT for token in both):
        return Effect("import-changed", *quoted(old, new))
    return None


def _of_type(old: Part, new: Part) -> Effect | None:
    """Types, where nothing else is part of the edit."""
    both = (*old.run, *new.run)
    typed = [token for token in both if token.where & Where.TYPE]
    marks = (":", "->", "?", "(", ")", ",")
    if not typed or any(t.text not in marks and not t.where & Where.TYPE for t in both):
        return None
    if any(token.where & (Where.CATCH | Where.RAISE) for token in both):
        return None
    head = [token for token in typed if token.where & Where.HEAD]  # and not of a lambda
    of_parameter = any(token.where & Where.PARAMETER for token in head)
    kind: Kind = "parameter-changed" if of_parameter else "code-changed"
    rank = RISK["parameter-changed"] if head else 0
    return Effect(kind, *quoted(old, new), ".".join(typed[0].scope), rank)


def _of_parameter(old: Part, new: Part) -> Effect | None:
    """A parameter that is new, gone or another, or that has another default."""
    mark = Where.PARAMETER | Where.HEAD
    both = [token for token in words((*old.run, *new.run)) if token.where & mark == mark]
    if not both or not all(_is_part_of_head(part) for part in (old, new)):
        return None
    scope = ".".join(both[0].scope)
    before, after = _parameter(old.run), _parameter(new.run)
    if bool(before) != bool(after):
        return Effect("parameter-changed", before, after, scope)
    # Callers that give nothing get another default, and no line of theirs shows it.
    weight = _RISK_OF_DEFAULT if any(token.where & Where.DEFAULT for token in both) else 0
    return Effect("parameter-changed", *quoted(old, new), scope, weight)


_RISK_OF_DEFAULT = 8


def _is_part_of_head(part: Part) -> bool:
    """Whether what an edit has of a definition is a part of its head, and not its name too: a
    definition that is as it was elsewhere takes no other parameters."""
    barred = Where.HEAD | Where.PARAMETER | Where.TYPE | Where.DECORATOR
    return not any(t.role == "name" and t.where & barred == Where.HEAD for t in part.run)


def _parameter(run: Sequence[Token]) -> str:
    """The name of the first parameter that a run has; empty where it has none."""
    barred = Where.PARAMETER | Where.TYPE | Where.DEFAULT | Where.DECORATOR
    names = (token for token in run if token.role == "name")
    return next((one.text for one in names if one.where & barred == Where.PARAMETER), "")


def of_rest(old: Part, new: Part) -> Effect:
    """Clauses that begin outside of the hunk; documentation, and other code."""
    both = words((*old.run, *new.run))
    pair = quoted(old, new)
    for sort in clauses.SORTS:
        if sort.mark in (Where.CONDITION, Where.RETURN):
            continue
        if all(token.where & sort.mark for token in both):
            return Effect(sort.kind, *pair, scope_of(old, new), sort.weight)
    if all(map(_is_documentation, both)):
        # A program may read it.
        return Effect("comment-text", *pair, scope_of(old, new), RISK["code-changed"])
    return Effect("code-changed", *pair, scope_of(old, new))


def _is_documentation(token: Token) -> bool:
    """Whether a token is a string that is a statement by itself, or a line of one."""
    return token.role == "string" and bool(token.where & Where.STATEMENT) and not token.callee


def narrow(old: Part, new: Part) -> Effect | None:
    """What the first of the rules proves that are about one sort of token; None where none
    proves anything."""
    rules = (_of_strings, _of_import, _of_type, _of_parameter)
    return next(filter(None, (rule(old, new) for rule in rules)), None)


def scope_of(old: Part, new: Part) -> str:
    """The scope of an edit: that of its first token which has one, the new side first."""
    return ".".join(next((t.scope for t in (*new.run, *old.run) if t.scope), ()))


_OCTAL = word_set("bash c cpp go java javascript php ruby typescript")
"""Languages in which a leading zero alone makes a number octal."""


def is_same_number(old: Sequence[Token], new: Sequence[Token], language: str) -> bool:
    """Whether an edit writes a whole number in another way: `0600` and `0o600`."""
    both = (*old, *new)
    if len(old) != 1 or len(new) != 1 or any(t.role != "number" or len(t.text) > 80 for t in both):
        return False
    values = [_whole_number(token.text, language) for token in (old[0], new[0])]
    return values[0] is not None and values[0] == values[1]


def _whole_number(text: str, language: str) -> int | None:
    """The value of a literal of a whole number; None where it is anything else."""
    digits = text.replace("'", "").lower()
    if language in _OCTAL:
        digits = re.sub(r"^0(?=[0-7_]+$)", "0o", digits)
    try:
        return int(digits, 0)
    except ValueError:
        return None

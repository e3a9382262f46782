"""What was done to what: the same for an edit that is repeated elsewhere."""

from __future__ import annotations

from collections.abc import Sequence

from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit

_GIVES = frozenset({"=", ":=", ":", "=>", "<-", "+=", "-=", "?=", "==", "->"})
"""What stands between a name or key and its value."""
_MAX_BACK = 64
"""Tokens before an edit among which its target is looked for."""

Signature = tuple[tuple[str, str, str], ...]


def signature(edits: Sequence[Edit], language: Language, scope: Sequence[str]) -> Signature | None:
    """For each edit: the tokens before, the tokens after, and what they are part of.

    Two hunks with equal signatures are the same edit: not only do the same words differ, they
    are words of the same call, name or key. None where that cannot be said of an edit, or
    where nothing differs; such a hunk is nobody's repetition. Linear in the hunk.

    Args:
        scope: what is around the hunk. A key of configuration is the same only under the
            same keys.
    """
    if not any((*edit.old, *edit.new) for edit in edits):
        return None
    around = ".".join(scope)
    whole_scope = around if language.sort not in ("code", "migration") else ""
    found = []
    for edit in edits:
        target = _target(edit, around)
        if target is None:
            return None
        found.append((_text(edit.old), _text(edit.new), f"{whole_scope} {target}"))
    return tuple(found)


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _target(edit: Edit, around: str) -> str | None:
    """What an edit is part of; None where that is not known."""
    if _is_name_of_call(edit):
        return ""  # what is called is the edited thing itself
    both = (*edit.old, *edit.new)
    own = Where.RETURN | Where.PARAMETER | Where.DEFAULT
    if not any(token.callee for token in both) and any(token.where & own for token in both):
        return around  # what a function takes and gives is its own
    callees = {token.callee for token in both}
    if len(callees) > 1:
        return None
    callee = callees.pop()
    names = {
        _name_before(edit.all_old, edit.old_start, edit.old_end),
        _name_before(edit.all_new, edit.new_start, edit.new_end),
    }
    if len(names) > 1 or None in names:
        return None
    name = names.pop()
    if not callee and not name:
        return None
    return f"{callee} {name}"


def _is_name_of_call(edit: Edit) -> bool:
    """Whether the edit puts what is called in place of what was called: then that is the
    edited thing itself."""
    return all(
        len(run) > 0
        and run[-1].role == "name"
        and end < len(every)
        and every[end].text in ("(", "!(", "!")
        for run, every, end in (
            (edit.old, edit.all_old, edit.old_end),
            (edit.new, edit.all_new, edit.new_end),
        )
    )


def _name_before(every: Sequence[Token], start: int, end: int) -> str | None:
    """What stands before the nearest `=` or `:` on the line of an edit; empty where there is
    none; None where that is too far away to know."""
    if start >= len(every) and not every:
        return ""
    line = every[start].line if start < end else None
    if line is None:
        return ""
    for at in range(start - 1, max(start - _MAX_BACK, 0) - 1, -1):
        token = every[at]
        if token.line != line:
            return ""
        if token.text in _GIVES:
            first = at
            while first > 0 and every[first - 1].line == line and at - first < _MAX_BACK:
                first -= 1
            return _text(every[first:at])
    return "" if start < _MAX_BACK else None

"""What was done to what: the same for an edit that is repeated elsewhere."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from attest.analysis.quoting import Part
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy

_MAX_LINE = 64
"""Tokens of a line on either side of an edit; in a longer line no edit is a repetition."""

_GIVES = frozenset({"=", ":=", ":", "=>", "<-", "+=", "-=", "?=", "->"})
"""What stands between a name or key and its value."""

Signature = tuple[tuple[str, str, str], ...]


def signature(edits: Sequence[tuple[Part, Part]], scope: Sequence[str]) -> Signature | None:
    """For each edit: the tokens before, the tokens after, and what they are part of.

    Two hunks with equal signatures are the same edit: not only do the same words differ, they
    are arguments of the same call in the same line, the value of the same name or key in a scope
    of the same names, parts of the same import, or one name in place of another in the same
    line. None where that cannot be said of an edit, or where nothing differs: such a hunk is
    nobody's repetition. What a function gives and takes is its own. Takes time that is linear
    in the hunk.

    Args:
        scope: what is around the hunk, outermost first.
    """
    if not edits:
        return None
    rows = []
    for old, new in edits:
        target = _target(old, new, scope)
        if target is None:
            return None
        rows.append((_text(old.run), _text(new.run), target))
    return tuple(rows)


def _text(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _target(old: Part, new: Part, scope: Sequence[str]) -> str | None:
    """What an edit is part of; None where that is not known."""
    receiver = _receiver(old)
    if receiver is not None and _receiver(new) is not None:
        return _of_its_own(receiver, scope)  # what is called is the edited thing itself
    both = (*old.run, *new.run)
    callees = {token.callee for token in both}
    own = Where.RETURN | Where.PARAMETER | Where.DEFAULT
    if len(callees) > 1 or any(not token.callee and token.where & own for token in both):
        return None
    callee = callees.pop()
    rest = _rest_of_line(old)
    if rest is None or rest != _rest_of_line(new):
        return None
    before = rest.partition(" _ ")[0].split()
    given = not callee and not _GIVES.isdisjoint(before)
    if not callee and not given and any(token.role != "name" for token in both):
        return None
    on_its_line = callee and _NAME_OF_CALL.sub("", callee) in before
    place = None if on_its_line else _place(old, new)
    around = ".".join(scope) if given and place is not None else _of_its_own(callee, scope)
    return f"{around}: {place}: {rest}"


def _of_its_own(called: str, scope: Sequence[str]) -> str:
    """What is called; what an object calls of itself, with the name of its type."""
    return f"{scope[0]}: {called}" if scope and _OWN.match(called) else called


_OWN = lazy(r"@|\$? ?(?:self|Self|this|cls|super)\b")
_NAME_OF_CALL = lazy(r"(?s).*\W")
_NAMED_BY_ITSELF = lazy(r"[\"']?[\w.-]+[@/:][\w./:@-]*[\"']?")
"""An address, or a dependency with its version, which is the same thing wherever it stands."""


def _place(old: Part, new: Part) -> int | None:
    """The place of an edit, which tells the things apart that have the same name: a key of one
    table and of another. None where the replaced word says by itself what it is."""
    if len(old.run) == 1 and _NAMED_BY_ITSELF.fullmatch(old.run[0].text):
        return None
    return new.side.places[new.run[0].line]


def _receiver(part: Part) -> str | None:
    """The object or the module that has what an edit calls, as written; nothing for a function of
    the file that it defines. None where one side of it does not end with such a name, or where that
    is not known or long."""
    name = part.run[-1] if part.run else None
    called = any(token.text in ("(", "!(", "!") for token in part.every[part.end : part.end + 1])
    if name is None or not called or name.role != "name" or name.where & Where.DECORATOR:
        return None
    if not name.callee:
        # A method has a type before its name, or around it.
        before = [token.role for token in part.every[max(part.end - 2, 0) : part.end - 1]]
        of_file = before == ["keyword"] and len(name.scope) == 1
        return "" if name.where & Where.HEAD and of_file else None
    if name.start - name.unit[0] > _MAX_RECEIVER:
        return None
    # The callee of a token may be the end of a long chain alone.
    return "".join(part.side.text[name.unit[0] : name.start].split())


_MAX_RECEIVER = 200
"""Characters of what something is called on; of a longer one no edit is a repetition."""
_line = attrgetter("line")


def _rest_of_line(part: Part) -> str | None:
    """What is on the lines of an edit besides it; None where that is too much, or where this
    side has nothing of it."""
    _, every, start, end = part
    if start == end:
        return None
    lo, hi = max(start - _MAX_LINE - 1, 0), min(end + _MAX_LINE + 1, len(every))
    first = bisect_left(every, every[start].line, lo, start, key=_line)
    last = bisect_right(every, every[end - 1].line, end, hi, key=_line)
    if max(start - first, last - end) > _MAX_LINE:
        return None
    return f"{_text(every[first:start])} _ {_text(every[end:last])}"

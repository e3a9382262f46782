"""Functions and types that a hunk defines or takes away as a whole, and code that has another one
around it now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import RISK
from attest.analysis.quoting import Part, heading, significance
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.syntax.whole_text import count_definitions, is_elsewhere
from attest.text import lazy

_NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*")
_NAMESPACE = lazy(
    r"^\s*(inline\s+|export\s+|declare\s+|unsafe\s+)*"
    r"((namespace|module|package|mod|extern|impl|extension)\b|type\s+\w+[^={]{0,80}=)"
)
"""What may begin more than once, and so is no definition; another name for a type."""


class Definitions:
    """Definitions of one side that the other one does not have.

    Args:
        heads: the token of each that is its name; its scope has that name, too.
    """

    def __init__(self, heads: list[Token]) -> None:
        self.heads = heads
        self.scopes = frozenset(token.scope for token in heads)

    def contain(self, token: Token) -> bool | None:
        """Whether a token is part of one of them; None where it may be either: a mark, or a
        decorator, which is not in the scope of what is below it."""
        if not self.scopes:
            return False
        scope = token.scope
        if any(scope[:end] in self.scopes for end in range(1, len(scope) + 1)):
            return True
        return None if token.where & Where.DECORATOR or token.role == "operator" else False


def of_both(parts: Sequence[tuple[Part, Part]]) -> tuple[Definitions, Definitions]:
    """The definitions that the edits of a hunk take out, and those that they put in. One that
    is on both sides was changed, and is neither."""
    removed = _heads(parts)
    added = _heads([(new, old) for old, new in parts])
    stays = {token.scope for token in removed} & {token.scope for token in added}
    return (
        Definitions([token for token in removed if token.scope not in stays]),
        Definitions([token for token in added if token.scope not in stays]),
    )


def _heads(parts: Sequence[tuple[Part, Part]]) -> list[Token]:
    """The names of definitions in the first part of each pair. A line that is on the other
    side too was not defined by this change."""
    barred = Where.PARAMETER | Where.DECORATOR | Where.ARGUMENT
    return [
        token
        for part, other in parts
        for at, token in enumerate(part.run, part.start + 1)
        if token.where & Where.HEAD
        and not (at < len(part.every) and part.every[at].text in (",", "}"))
        and not token.where & barred
        and token.scope
        and token.role != "operator"
        and _NAME.findall(token.scope[-1])[-1:] == [token.text]
        and not _NAMESPACE.match(part.side.lines[token.line])
        and not other.side.has_stripped(part.side.lines[token.line].strip())
        and not _is_defined(token.text, part.side, other.side)
    ]


def _is_defined(name: str, side: Side, other: Side) -> bool:
    """Whether another side of the file defines a name no less often than this one."""
    return is_elsewhere(count_definitions, name, side, other, word=name)


def renamed(
    removed: Definitions,
    added: Definitions,
    parts: Sequence[Part],
    behind: tuple[Token, Token] | None,
) -> dict[tuple[str, ...], tuple[str, ...]]:
    """The scopes of definitions with another name now, and their new ones: what is behind the
    hunk was in the one and is in the other, or most words that the hunk takes out are in what it
    puts in.

    Args:
        parts: any part of each side, the old one first.
        behind: the first token behind the hunk on both sides.
    """
    if not removed.heads or len(removed.heads) != len(added.heads):
        return {}
    goes_on = behind is not None and all(
        of.contain(token) for of, token in zip((removed, added), behind, strict=True)
    )
    gone, came = (
        Counter(token.text for token in part.every if token.role == "name") for part in parts
    )
    if not goes_on and 2 * (gone & came).total() <= gone.total():
        return {}
    pairs = zip(removed.heads, added.heads, strict=True)
    return {before.scope: after.scope for before, after in pairs}


def effects(removed: Definitions, added: Definitions, parts: Sequence[Part]) -> list[Effect]:
    """An effect for each of them.

    Args:
        parts: any part of each side, the old one first.
    """
    old, new = parts
    last = new.every[-1].line if new.every else 0
    lines = [*(token.line for token in added.heads), last + 1]
    sizes = [end - line for line, end in pairwise(lines)]
    result = [
        Effect("function-added", "", *_shown(new, token), _LARGE if size >= MOST_SMALL else 0)
        for size, token in sorted(zip(sizes, added.heads, strict=True), key=lambda one: -one[0])
    ]
    gone = (_shown(old, token) for token in removed.heads)
    return [*result, *(Effect("function-removed", head, "", name) for head, name in gone)]


MOST_SMALL = 20
"""Lines from which on a new definition ranks as what it has: conditions, results, failures."""
_LARGE = RISK["condition-added"]


def _shown(part: Part, token: Token) -> tuple[str, str]:
    """The head of a definition, and its name."""
    return heading(part.side.lines[token.line]), ".".join(token.scope)


def slide_effects(hunk: HunkTokens) -> Iterator[Effect]:
    """What is below a hunk and part of another function now, though no line of it differs; it
    ranks as a check that is gone. Where a new definition is put between the head of a function and
    its body, a diff shows the new lines alone: a check below them left its function.

    A function that got the same lines back has not changed: git may show a new function with the
    end of the one before it. Takes time that is linear in the hunk.
    """
    if hunk.next is None or hunk.old.tokens:
        return
    before, after = hunk.next
    around = before.scope
    if not around or after.scope[: len(around)] == around:
        return
    heads = {token.scope for token in hunk.new.code if token.where & Where.HEAD}
    if not any(after.scope[:end] in heads for end in range(1, len(after.scope) + 1)):
        return  # what is around it was there before
    own = [token for token in hunk.new.code if token.scope[: len(around)] == around]
    old_lines, new_lines = hunk.old.side.lines, hunk.new.side.lines
    first, begin = hunk.old.spot[1], hunk.new.spot[0]
    last = own[-1].last if own else begin - 1
    got = list(filter(str.strip, new_lines[begin : last + 1]))
    had = list(filter(str.strip, old_lines[first : first + last + 5 - begin]))
    same = [one.strip() for one in got] == [one.strip() for one in had[: len(got)]]
    if got and same and _ends(had, len(got)):
        return
    line = max(new_lines[after.line : after.line + 5], key=significance).strip()
    yield Effect("code-changed", "", quote(line), ".".join(around), RISK["check-removed"])


def _ends(lines: Sequence[str], count: int) -> bool:
    """Whether a function ends with so many lines: with a bracket, or above one that is indented
    less than they are."""
    behind = lines[count] if count < len(lines) else ""
    return _indentation(behind) < _indentation(lines[0]) or lines[count - 1].strip() == "}"


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())

"""Code that has another function around it now, though no line of it differs.

Where a new definition is put between the head of a function and its body, a diff shows the new
lines alone: the body below them stands in the diff as it was. A check in it left its function.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest.analysis.effects import Effect, quote
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import RISK
from attest.analysis.quoting import significance
from attest.analysis.syntax.tokens import Where


def effects(hunk: HunkTokens) -> Iterator[Effect]:
    """What is below a hunk and part of another function now; it ranks as a check that is gone.

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

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
    if hunk.next is None or hunk.old_tokens:
        return
    before, after = hunk.next
    around = before.scope
    if not around or after.scope[: len(around)] == around:
        return
    heads = {token.scope for token in hunk.new_code if token.where & Where.HEAD}
    if not any(after.scope[:end] in heads for end in range(1, len(after.scope) + 1)):
        return  # what is around it was there before
    own = [token for token in hunk.new_code if token.scope[: len(around)] == around]
    last = own[-1].last if own else hunk.new_spot[0] - 1
    got = _filled(hunk.new.lines[hunk.new_spot[0] : last + 1])
    first = hunk.old_spot[1]
    had = _filled(hunk.old.lines[first : first + last + 5 - hunk.new_spot[0]])
    stripped = [[line.strip() for line in lines] for lines in (got, had[: len(got)])]
    if got and stripped[0] == stripped[1] and _ends(had, len(got)):
        return
    line = max(hunk.new.lines[after.line : after.line + 5], key=significance).strip()
    yield Effect("code-changed", "", quote(line), ".".join(around), RISK["check-removed"])


def _filled(lines: Sequence[str]) -> list[str]:
    return [line for line in lines if line.strip()]


def _ends(lines: Sequence[str], count: int) -> bool:
    """Whether a function ends with so many lines: with a bracket, or above one that is indented
    less than they are."""
    behind = lines[count] if count < len(lines) else ""
    return _indentation(behind) < _indentation(lines[0]) or lines[count - 1].strip() == "}"


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())

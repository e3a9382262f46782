"""What the edits of a hunk do, as far as a grammar proves it.

An edit is compared as tokens with marks (`Where`). The rules stand in one order, for all
languages: what is run or opened, whole definitions, clauses, and then what the rest of the
tokens are. What none of them proves is changed code, and no more is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import or_

from attest.analysis import apis, clause_changes, clauses, definitions, edit_rules
from attest.analysis.clause_changes import Around
from attest.analysis.effects import Effect, quote, quote_around
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import HIGH, Kind
from attest.analysis.quoting import Part, heading, quoted, words
from attest.analysis.syntax.tokens import Side, Spot, Token, Where

_LONGEST_CALLEE = 200


class HunkEdits:
    """The edits of a hunk that a grammar read.

    Args:
        tokens: of the hunk; there is at least one edit.
        language: the name of the grammar.
    """

    def __init__(self, tokens: HunkTokens, language: str) -> None:
        self._tokens = tokens
        self._language = language
        self._parts = tokens.edits
        self._removed, self._added = definitions.of_both(self._parts)
        old, new = self._parts[0]
        # Counted once for all edits: to count for each of them would take quadratic time.
        self._counts = tuple(Counter(token.text for token in side.every) for side in (old, new))
        self._swallowed = [_swallowing(side.every) for side in (old, new)]
        self._compared = False  # whether a clause differs
        self._last: tuple[object, str] = None, ""  # the last expression, and what it proves

    def effects(self) -> list[Effect]:
        """Every effect that the edits show, in their order."""
        result = definitions.effects(self._removed, self._added, self._parts[0])
        of_clauses = list(self._clause_effects())
        self._compared = bool(of_clauses)
        for old, new in self._parts:
            result += self._of_edit(old, new)
        result += of_clauses
        result += definitions.slide_effects(self._tokens)
        if not result:
            old, new = self._parts[0]
            result.append(Effect("code-changed", *quoted(old, new), edit_rules.scope_of(old, new)))
        return result

    def _clause_effects(self) -> Iterator[Effect]:
        """What becomes of conditions, loops, exceptions and results; notes where they are."""
        old, new = self._parts[0]
        lines = {old.side.lines[token.line].strip() for token in old.every}
        renamed = definitions.renamed(self._removed, self._added, (old, new), self._tokens.next)
        around = Around(
            lambda one: bool(renamed) or self._removed.contain(old.every[one.start]) is not True,
            lambda one: bool(renamed) or self._added.contain(new.every[one.start]) is not True,
            old,
            new,
            {
                token.text.lstrip("$@")
                for token in new.every
                if new.side.lines[token.line].strip() not in lines
            },
            len({token.line for token in old.every}) > clause_changes.MOST_LINES,
        )
        marks = reduce(or_, (token.where for token in (*old.every, *new.every)), 0)
        for sort in clauses.SORTS:
            if not marks & sort.mark:
                continue
            before = clauses.clauses(old.every, old.side, sort)
            after = clauses.clauses(new.every, new.side, sort)
            before = [one.in_place_of(renamed) for one in before]
            yield from clause_changes.compare(sort, before, after, around)

    def _of_edit(self, old: Part, new: Part) -> list[Effect]:
        """What one edit shows besides clauses and definitions. Of what is within a definition
        that is new only what is risky is named, and nothing of one that is gone."""
        if edit_rules.is_same_number(old.run, new.run, self._language):
            return []
        result = [*self._api_effects(old, new), *self._swallow_effects(new)]
        if self._is_within_definition(old, new):
            return [effect for effect in result if effect.risk > HIGH and new.run]
        effect = edit_rules.narrow(old, new)
        if effect is not None:
            return [*result, effect]
        of_clause = any(token.where & Where.CLAUSE for token in (*old.run, *new.run))
        if result or (self._compared and of_clause):
            return result
        token = next(iter((*new.run, *old.run)))
        return [edit_rules.of_rest(old, new)._replace(scope=token.scope)]

    def _is_within_definition(self, old: Part, new: Part) -> bool:
        pairs = ((old, self._removed), (new, self._added))
        return all(
            not part.run
            or (bool(those.scopes) and all(those.contain(token) is not False for token in part.run))
            for part, those in pairs
        )

    # --- rules

    def _api_effects(self, old: Part, new: Part) -> Iterator[Effect]:
        """What is done with known APIs: an effect for each kind, at the first token that
        proves it."""
        seen: set[str] = set()
        before, after = self._counts
        for part, gone in ((old, True), (new, False)):
            for at in range(part.start, part.end):
                api = self._api(part, at)
                if not api:  # as for nearly all
                    continue
                token = part.every[at]
                # Where the new side has it as often, it only moved within the hunk.
                rarer = before[token.text] > after[token.text]
                proven = apis.kind_of(api, gone=gone and rarer)
                if proven is None or proven[0] in seen:
                    continue
                kind, weight = proven
                seen.add(kind)
                pair = quoted(old, new)
                if token.text not in pair[not gone]:
                    line = quote_around(part.line(token), token.text)
                    pair = (line, "") if gone else ("", line)
                yield Effect(kind, *pair, quote(token.callee or token.text), weight)

    def _api(self, part: Part, at: int) -> str:
        """What a token of an edit proves; empty for most, and where the word is on both sides
        of the hunk as often: then another thing changed."""
        token = part.every[at]
        if token.text == "await" and any(other.text != "await" for other in words(part.run)):
            return ""  # what was waited for changed too
        names = token.role == "keyword" or token.text == "?" or apis.is_name_of_call(token)
        names = names or bool(token.where & (Where.TYPE | Where.DECORATOR))
        before, after = self._counts
        if names and before[token.text] == after[token.text]:
            return ""
        proven = apis.of_token(part.every, at, self._language)
        return proven or self._member(part.side, token.unit)

    def _member(self, side: Side, unit: Spot) -> str:
        """What an expression proves, see `of_member`; looked for once for the tokens in it."""
        start, end = unit
        if self._last[0] != (side, unit):
            # Not the whole unit: each token of a long list would copy all of the list.
            text = side.text[start : min(end, start + _LONGEST_CALLEE)]
            self._last = (side, unit), apis.of_member(text, self._language)
        return self._last[1]

    def _swallow_effects(self, new: Part) -> Iterator[Effect]:
        """A catch clause that does nothing now (`Where.SWALLOWS`), but did something."""
        token = next((t for t in new.run if t.where & Where.SWALLOWS), None)
        if token is None and not new.run:
            # The clause may have lost its body alone: then its head is before the edit.
            hunk, first = self._tokens.new, self._tokens.new.spot[0]
            above = hunk.tokens[:1] or new.side.between(first - 1, first)[-1:]
            before = new.every[new.start - 1 : new.start] or above
            token = next((t for t in before if t.where & Where.SWALLOWS), None)
        then, now = self._swallowed
        if token is None or (then and then >= now):
            return  # one did nothing before, too
        start, end = token.unit
        line = new.side.text[start : min(end, start + _LONGEST_CALLEE)].partition("\n")[0]
        head = line if line.endswith("=>") else line.partition("{")[0]
        yield Effect("exception-swallowed", "", heading(head))


def _swallowing(tokens: Sequence[Token]) -> int:
    """How many catch clauses that do nothing begin among some tokens."""
    marks = [token.where & Where.SWALLOWS for token in tokens]
    return sum(mark and not before for before, mark in zip([False, *marks], marks, strict=False))


def condition_effects(hunk: HunkTokens) -> Iterator[Effect]:
    """Conditions of a file that is not code, such as `for_each` of HCL or `if:` of a job."""
    for old, new in hunk.edits:
        decide = [bool(t.where & Where.CONDITION) for t in words((*old.run, *new.run))]
        if all(decide):
            before, after = quoted(old, new)
            kind: Kind = "condition-changed" if after else "check-removed"
            yield Effect(kind if before else "condition-added", before, after)

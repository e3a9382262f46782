"""What of the code around an edit is quoted.

What differs is always within the quote, on both sides, and both quotes are of the same kind:
an expression beside an expression at the same place of the tree, else lines. "`x` was `y`"
misleads where x and y do different things. Short code is quoted whole, and long code around
the difference.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple

from attest.analysis.effects import SHOWN, SHOWN_BESIDE, quote, quote_pair
from attest.analysis.syntax.tokens import Side, Token
from attest.text import lazy

LONGEST_UNIT = 2_000
"""Characters of an expression or statement; of a longer one, a line is quoted."""
_MARKS = lazy(r"[^\w]+\Z|(end|then|do|else|return|try|finally)\Z")


class Part(NamedTuple):
    """One side of an edit, a run of tokens that was put in place of another; either may be empty.

    Args:
        every: all tokens of that side of the hunk, without comments.
        start, end: those of the edit, as indices of these.
    """

    side: Side
    every: Sequence[Token]
    start: int
    end: int

    @property
    def run(self) -> Sequence[Token]:
        """The tokens of the edit."""
        return self.every[self.start : self.end]

    def line(self, token: Token) -> str:
        """The line that a token begins on, without what only separates it; of a long line, what
        is around the token: many edits may be on one line."""
        lines = self.side.lines
        line = lines[token.line] if token.line < len(lines) else ""
        if len(line) > LONGEST_UNIT:
            column = token.start - self.side.start(token.line)
            line = line[max(column - LONGEST_UNIT // 4, 0) : column + LONGEST_UNIT // 2]
        line = line.strip().removeprefix(", ")
        return line.rstrip(",; {") or line

    def unit(self, token: Token) -> str:
        """The expression or statement that a token is in, or its line."""
        start, end = token.unit
        if start == end or end - start > LONGEST_UNIT:
            return self.line(token)
        return self.side.text[start:end]


def words(tokens: Sequence[Token]) -> Sequence[Token]:
    """The tokens that are not marks alone; all of them where there is nothing else."""
    return [token for token in tokens if not _MARKS.match(token.text)] or tokens


def quoted(old: Part, new: Part) -> tuple[str, str]:
    """Both sides of an edit. One is empty where whole lines were put in or taken out."""
    both = bool(old.run and new.run)
    before, after = _at_other_end(old, new), _at_other_end(new, old)
    apart = not both and not _is_part_of_line(old if old.run else new)
    if apart or before is None or after is None:
        return _only(old) if old.run else "", _only(new) if new.run else ""
    lines = " ".join(old.line(before).split()), " ".join(new.line(after).split())
    if both and not are_alike(*lines):
        return "", _only(new)
    units = " ".join(old.unit(before).split()), " ".join(new.unit(after).split())
    if max(map(len, lines)) > SHOWN_BESIDE and units[0] != units[1] and are_alike(*units):
        lines = units
    if lines[0] != lines[1]:
        return quote_pair(*lines)
    return quote_pair(*(" ".join(token.text for token in part.run) for part in (old, new)))


def are_alike(old: str, new: str) -> bool:
    """Whether one line is there instead of another one, as far as the lines say: half of their
    words are the same."""
    before, after = (Counter(_ANY_WORD.findall(line[:LONGEST_UNIT])) for line in (old, new))
    return 4 * (before & after).total() >= before.total() + after.total() > 0


_ANY_WORD = lazy(r"\w+")
_SAYS_LITTLE = lazy(
    r"^\s*(?:[#;%}\])]|//|--\s|/?\*[*/ ]|/\*|<!--|\"\"\"|'''|\.\. |!\[|</?\w[^<{$]*>?$|@\w+$|"
    r"(?:import|from|use|using|package|include|require|extern)\b|"
    r"(?:\w+\.)*(?:log\w*|console|print\w*|echo|puts|ls)\b|"
    r"(?:-\s+)?[\"']?(?:name|description|title|label|summary|id|type|default|required)[\"']?\s*[:=])"
)
"""Lines that are never what a change is about where it has others: comments, marks, tags, imports,
logs, titles."""
_ACTS = lazy(r"\w[!?]?\(|[=<>]|\b(?:return|if|unless|while|for|match|case|when|throw|raise)\b")
_NAMING = lazy(r"[^\W\d_]\w+")


_ENOUGH = 6
"""Words from which on a line says no more."""


def significance(line: str) -> int:
    """How much a line says of what is done: the more words, the more; a call, a value, a condition
    or a result more than other words."""
    if _SAYS_LITTLE.match(line):
        return 0
    words_of_line = _NAMING.findall(line[:LONGEST_UNIT])
    return 1 + min(len(words_of_line), _ENOUGH) + 3 * bool(_ACTS.search(line))


def _at_other_end(part: Part, other: Part) -> Token | None:
    """The token that stands for an edit; where the part has none of it, its neighbour on the
    line that the edit is part of."""
    if part.run:
        return next((one for one in part.run if not _MARKS.match(one.text)), part.run[0])
    goes_on = other.end < len(other.every) and other.every[other.end].line == other.run[-1].line
    at = part.start if goes_on else part.start - 1
    return part.every[at] if 0 <= at < len(part.every) else None


def _is_part_of_line(part: Part) -> bool:
    """Whether there is something else on the line of an edit."""
    run = part.run
    if not run or run[0].line != run[-1].line:
        return False
    around = part.every[max(part.start - 1, 0) : part.end + 1]
    return sum(token.line == run[0].line for token in around) > len(run)


def _first_of_lines(
    tokens: Sequence[Token], is_left_out: Callable[[str], object] = lambda _: False
) -> dict[int, Token]:
    """The first token on each of the first lines, by their numbers."""
    firsts: dict[int, Token] = {}
    for token in tokens:
        if token.line not in firsts and not is_left_out(token.text):
            firsts[token.line] = token
            if len(firsts) > LINES_READ:
                break
    return firsts


def _only(part: Part) -> str:
    """Of whole lines the one that says most, and of these the first; a short statement whole."""
    firsts = _first_of_lines(part.run, _MARKS.match) or _first_of_lines(part.run)
    says = [(significance(part.line(one)), one) for one in firsts.values()]
    most = max(weight for weight, _ in says)
    token = next(one for weight, one in says if weight >= most - 1)
    line, unit = part.line(token), part.unit(token)
    whole = len(line) < len(unit) and (len(unit) <= SHOWN or line.endswith(("(", "[")))
    return quote(unit if whole else line)


LINES_READ = 40
"""Lines of which the one that says most is quoted."""


def heading(line: str) -> str:
    """The head of a clause or definition, without the mark that opens its body."""
    return quote(line.strip(" \t}:{"))

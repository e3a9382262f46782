"""What is proven to be seen by no program: a closed table of languages and rules.

A hunk is trivial only where one of two written arguments applies to its language. What
is not in `TABLE` is never trivial, however harmless it looks: being wrong about a
language then costs one question, and never silence (docs/questions.md, "Trivial").

The arguments rest on a grammar, and a grammar may be wrong. So each of them also asks
for what can be seen without it: the bytes of both sides agree but for white space, or but
for the plain words of comments.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from attest.analysis.hunk_tokens import HunkSide
from attest.analysis.plain_words import is_plain, is_sentence
from attest.analysis.syntax.tokens import Side, Spot, Token
from attest.text import lazy

Rule = Literal["white-space", "comment"]


class Proofs(NamedTuple):
    """What is proven for a language.

    Args:
        layout: what white space may differ: anything between two tokens (`all`); how much of it
            there is in a line (`amount`); whole blank lines alone (`blank-lines`); empty where
            none is proven.
        layout_argument: why no program sees it.
        delimiters: of comments, each with what closes it; empty for those of a line.
        argument: why no program sees the words of a comment.
        barred: what must not be anywhere in the file.
    """

    layout: Literal["all", "amount", "blank-lines", ""]
    layout_argument: str
    delimiters: tuple[tuple[str, str], ...] = ()
    argument: str = ""
    barred: re.Pattern[str] | None = None


_SLASHES = (("// ", ""), ("/* ", " */"))
_HASH = (("# ", ""),)

TABLE: dict[str, Proofs] = {
    "c": Proofs(
        "amount",
        "Phase 7 drops white space between tokens. `#` of a macro turns any amount of it "
        "into one space (C17 6.10.3.2), so the amount cannot be seen, but whether there is any "
        "can; and a line break ends a directive.",
        _SLASHES,
        "A comment becomes one space before the preprocessor reads a directive or an argument "
        "(C17 5.1.1.2, phase 3).",
    ),
    "cpp": Proofs(
        "amount", "As in C ([cpp.stringize]).", _SLASHES, "As in C ([lex.phases], phase 3)."
    ),
    "go": Proofs(
        "amount",
        "White space but for line breaks only parts tokens; a line break may become a "
        "semicolon (spec, Tokens and Semicolons).",
    ),
    "hcl": Proofs(
        "blank-lines",
        "A line break ends what comes before it; another one ends nothing.",
        (*_HASH, ("// ", "")),
        "Comments are not tokens (HCL syntax, Comments); heredocs and templates are texts.",
    ),
    "java": Proofs(
        "all",
        "White space is dropped when tokens are made, and nothing else of a program sees "
        "it (JLS 3.5, 3.6). Text blocks are tokens.",
        _SLASHES,
        "Comments are no input elements that become tokens (JLS 3.5). An escape such as "
        "`\\u000a` may end one (JLS 3.3), so a file must have none.",
        lazy(r"\\u"),
    ),
    "json": Proofs(
        "all", "White space around structural characters is insignificant (RFC 8259, 2)."
    ),
    "kotlin": Proofs(
        "blank-lines", "One line break or several are the same (Kotlin grammar, `NL+`)."
    ),
    "python": Proofs(
        "blank-lines",
        "A blank line makes no token (reference, 2.1.7).",
        _HASH,
        "A comment ends the physical line and is ignored by the syntax (reference, 2.1.3). An "
        "encoding or a type comment has a mark that no plain words have.",
    ),
    "rust": Proofs("blank-lines", "White space only parts tokens (reference, Whitespace)."),
    "yaml": Proofs(
        "",
        "",
        _HASH,
        "Comments are a presentation detail and no part of the data (YAML 1.2.2, 3.2.3.3). One of "
        "a template may be part of a text in what is made of it.",
        lazy(r"\{(?:%|(?<!\$\{)\{)|<%"),
    ),
}

_SPACE = " \t\r\n"
_CONTINUED = lazy(r"\\\s*$|\?\?/")
"""A backslash at the end of a line joins it with the next one; so does its trigraph."""
_WITH_DIRECTIVES = frozenset({"c", "cpp"})
_DIRECTIVE = lazy(r"^\s*(#|%:|\?\?=)")


def _is_joined(hunk: HunkSide) -> bool:
    """Whether a line of a hunk, or the one before it, goes on in the next one."""
    first, last = hunk.spot
    return any(map(_CONTINUED.search, hunk.side.lines[max(first - 1, 0) : last]))


def proven(language: str, old: HunkSide, new: HunkSide) -> Rule | None:
    """The rule by which no program sees a hunk; None where nothing is proven.

    Takes time that is linear in the hunk.

    Args:
        language: the name of a grammar, known for certain and not guessed.
    """
    proofs = TABLE.get(language)
    if proofs is None or not all(one.is_faultless and not _is_joined(one) for one in (old, new)):
        return None
    if language in _WITH_DIRECTIVES and any(map(_DIRECTIVE.match, (*old.lines, *new.lines))):
        return None
    if proofs.layout and _same_but_space(proofs.layout, old, new):
        return "white-space"
    return "comment" if _same_but_comments(proofs, old, new) else None


def spots(
    language: str,
    texts: Sequence[str],
    lines: Sequence[Sequence[str]],
    hunks: Sequence[Sequence[Spot]],
) -> tuple[Sequence[Spot], Sequence[Spot]]:
    """The lines of those hunks of which something may be proven, on both sides: a proof needs the
    leaves on them, which are dear. Linear in the file.

    Args:
        texts, lines: the whole file, the old side first.
        hunks: the lines of all hunks, on both sides.
    """
    proofs = TABLE.get(language)
    both = "\n".join(texts)
    if proofs is None or "\0" in both or (proofs.barred and proofs.barred.search(both)):
        return [], []
    pairs = []
    for pair in zip(*hunks, strict=True):
        sides = ["\n".join(of[slice(*at)]) for of, at in zip(lines, pair, strict=True)]
        commented = all(any(opens in side for opens, _ in proofs.delimiters) for side in sides)
        if commented or _without_space(sides[0]) == _without_space(sides[1]):
            pairs.append(pair)
    return [before for before, _ in pairs], [after for _, after in pairs]


def _without_space(text: str) -> str:
    for mark in _SPACE:
        text = text.replace(mark, "")
    return text


def _same_but_space(free: str, old: HunkSide, new: HunkSide) -> bool:
    """Whether both sides have the same tokens, with another white space between them."""
    bare = [_without_space("\n".join(side.lines)) for side in (old, new)]
    if bare[0] != bare[1]:
        return False
    before, after = old.tokens, new.tokens
    if [(one.text, one.shape) for one in before] != [(one.text, one.shape) for one in after]:
        return False
    if not only_parts_words(old, new):
        return False
    if free == "blank-lines":
        return _filled(old.lines) == _filled(new.lines)
    return free == "all" or _gaps(before) == _gaps(after)


def only_parts_words(old: HunkSide, new: HunkSide) -> bool:
    """Whether the comments of a line in and around a hunk are plain words, and so are the others in
    it, unless its tokens stand on the same lines. What a comment means to a tool may depend on the
    line that it stands on, or right above: an encoding, code for cgo, `NOSONAR`."""
    breaks = [[ends for _, ends in _gaps(one.tokens)] for one in (old, new)]
    inside = (line for one in (*old.comments, *new.comments) for line in one.text.split("\n"))
    same = breaks[0] == breaks[1] or all(_is_sentence(line.strip(" \t\r")) for line in inside)
    return same and _has_plain_lines(old) and _has_plain_lines(new)


def _has_plain_lines(hunk: HunkSide) -> bool:
    """Whether the comments of a line in and around a hunk are plain words."""
    side, (first, last) = hunk.side, hunk.spot
    lines = side.lines
    above = next((n for n in range(first - 1, -1, -1) if lines[n].strip(" \t\r")), first)
    below = next((n for n in range(last, len(lines)) if lines[n].strip(" \t\r")), last)
    numbers = range(above, below + 1)
    return _are_plain(side, [side.block(n, mark) for n in numbers for mark in _MARKS])


def _filled(lines: Sequence[str]) -> list[str]:
    """The lines that are not blank."""
    return [line for line in lines if line.strip(" \t\r")]


def _gaps(tokens: Sequence[Token]) -> list[tuple[bool, bool]]:
    """Between each token and the next one: whether there is anything, and whether a line ends."""
    pairs = pairwise(tokens)
    return [(one.end == other.start, one.last == other.line) for one, other in pairs]


def _same_but_comments(proofs: Proofs, old: HunkSide, new: HunkSide) -> bool:
    """Whether both sides are the same bytes but for the plain words of comments."""
    if [token.text for token in old.code] != [token.text for token in new.code]:
        return False
    before, after = old.comments, new.comments
    if old.around(before) != new.around(after):
        return False
    changed = [pair for pair in zip(before, after, strict=True) if pair[0].text != pair[1].text]
    marks = [
        (_marks_of_plain(proofs, old.side, one), _marks_of_plain(proofs, new.side, other))
        for one, other in changed
    ]
    return bool(marks) and all(one is not None and one == other for one, other in marks)


def _marks_of_plain(proofs: Proofs, side: Side, comment: Token) -> tuple[str, str] | None:
    """The delimiters of a comment whose words are plain, and so are those of the comments right
    above and below one of a line: a tool may read the whole block, such as the output of an
    example. None where it is of another sort, such as documentation."""
    text, above, below = comment.text, comment.line - 1, comment.last + 1
    for opens, closes in proofs.delimiters:
        if text.startswith(opens) and text.endswith(closes) and len(text) > len(opens):
            blocks = [] if closes else [side.block(n, opens.strip()) for n in (above, below)]
            plain = is_plain(text[len(opens) : len(text) - len(closes)])
            return (opens, closes) if plain and _are_plain(side, blocks) else None
    return None


def _are_plain(side: Side, blocks: Collection[range]) -> bool:
    """Whether all comments of some blocks are plain words. Found once for each block."""
    for block in blocks:
        if block not in side.memo:
            lines = (side.lines[number].strip(" \t\r") for number in block)
            side.memo[block] = all(map(_is_sentence, lines))
    return all(side.memo[block] for block in blocks)


_MARKS = ("//", "#", "/*", "--")


def _is_sentence(line: str) -> bool:
    words = line[2 if line.startswith(("/", "--")) else 1 :].removesuffix("*/")
    return is_sentence(words.strip(" "))

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
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from attest.analysis.hunk_tokens import HunkSide, spot
from attest.analysis.plain_words import is_plain, is_sentence
from attest.analysis.syntax.tokens import Side, Spot, Token, Where
from attest.git.diff import Hunk
from attest.text import lazy

Rule = Literal["white-space", "comment"]


class Proofs(NamedTuple):
    """What is proven for a language.

    Args:
        delimiters: of comments, each with what closes it; empty for those of a line.
        argument: why no program sees the words of a comment.
        layout: what white space may differ: anything between two tokens (`all`); anything but
            line breaks (`in-line`); how much of it there is in a line (`amount`); whole blank
            lines alone (`blank-lines`); empty where white space is not proven.
        layout_argument: why no program sees it.
        inside: whether only comments in blocks of statements are proven.
        barred: what must not be anywhere in the file.
    """

    delimiters: tuple[tuple[str, str], ...]
    argument: str
    layout: Literal["all", "in-line", "amount", "blank-lines", ""] = ""
    layout_argument: str = ""
    inside: bool = False
    barred: re.Pattern[str] | None = None


_SLASHES = (("// ", ""), ("/* ", " */"))
_HASH = (("# ", ""),)
_TEMPLATE = lazy(r"(?<!\$)\{\{|\{%|<%")
"""Marks of templates. A comment of the template may be part of a text in what it makes."""

TABLE: dict[str, Proofs] = {
    "c": Proofs(
        _SLASHES,
        "A comment becomes one space before the preprocessor reads a directive or an argument "
        "(C17 5.1.1.2, phase 3).",
        "amount",
        "Phase 7 drops white space between tokens. `#` of a macro turns any amount of it "
        "into one space (6.10.3.2), so the amount cannot be seen, but whether there is any "
        "can; and a line break ends a directive.",
    ),
    "cpp": Proofs(
        _SLASHES,
        "As in C ([lex.phases], phase 3).",
        "amount",
        "As in C ([cpp.stringize]).",
    ),
    "csharp": Proofs(
        (("// ", ""),),
        "Comments are not tokens (ECMA-334, 6.3.3). White space is not proven: "
        "CallerArgumentExpression gives a method the text of its arguments.",
    ),
    "go": Proofs(
        (("// ", ""),),
        "A line comment acts like a newline, whatever it says (spec, Comments). Outside of "
        "functions, go/doc and generators read comments, and cgo compiles them. Directives and "
        "the output of examples have a mark that no plain words have.",
        "in-line",
        "White space but for line breaks only parts tokens; a line break may become a "
        "semicolon (spec, Tokens and Semicolons).",
        inside=True,
    ),
    "hcl": Proofs(
        (*_HASH, ("// ", "")),
        "Comments are not tokens (HCL syntax, Comments); heredocs and templates are texts.",
        "blank-lines",
        "A line break ends what comes before it; another one ends nothing.",
    ),
    "java": Proofs(
        _SLASHES,
        "Comments are no input elements that become tokens (JLS 3.5). An escape such as "
        "`\\u000a` may end one (JLS 3.3), so a file must have none.",
        "all",
        "White space is dropped when tokens are made, and nothing else of a program sees "
        "it (JLS 3.5, 3.6). Text blocks are tokens.",
        barred=lazy(r"\\u"),
    ),
    "json": Proofs(
        (),
        "There are no comments.",
        "all",
        "White space around structural characters is insignificant (RFC 8259, 2).",
    ),
    "kotlin": Proofs(
        (("// ", ""),),
        "Comments are hidden tokens (Kotlin grammar, Comments).",
        "blank-lines",
        "One line break or several are the same (Kotlin grammar, `NL+`).",
    ),
    "python": Proofs(
        _HASH,
        "A comment ends the physical line and is ignored by the syntax (reference, 2.1.3). An "
        "encoding or a type comment has a mark that no plain words have.",
        "blank-lines",
        "A blank line makes no token (reference, 2.1.7).",
    ),
    "rust": Proofs(
        (("// ", ""),),
        "Comments that document nothing are white space (reference, Comments), to macros too.",
        "blank-lines",
        "White space only parts tokens (reference, Whitespace).",
    ),
    "yaml": Proofs(
        _HASH,
        "Comments are a presentation detail and no part of the data (YAML 1.2.2, 3.2.3.3).",
        barred=_TEMPLATE,
    ),
}

_SPACE = lazy(r"[ \t\r\n]+")
_CONTINUED = lazy(r"\\\s*$|\?\?/")
"""A backslash at the end of a line joins it with the next one; so does its trigraph."""
_WITH_DIRECTIVES = frozenset({"c", "cpp", "csharp"})
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
    language: str, hunks: Sequence[Hunk], old: str, new: str
) -> tuple[Sequence[Spot], Sequence[Spot]]:
    """The lines of those hunks of which something may be proven, on both sides: a proof needs the
    leaves on them, which are dear. Linear in the file.

    Args:
        old, new: the whole file.
    """
    proofs = TABLE.get(language)
    both = f"{old}\n{new}"
    if proofs is None or "\0" in both or (proofs.barred and proofs.barred.search(both)):
        return [], []
    lines = old.split("\n"), new.split("\n")
    pairs = []
    for hunk in hunks:
        pair = spot(hunk.old_start, hunk.old_lines), spot(hunk.new_start, hunk.new_lines)
        sides = ["\n".join(of[slice(*at)]) for of, at in zip(lines, pair, strict=True)]
        commented = all(any(opens in side for opens, _ in proofs.delimiters) for side in sides)
        if commented or _SPACE.sub("", sides[0]) == _SPACE.sub("", sides[1]):
            pairs.append(pair)
    return [before for before, _ in pairs], [after for _, after in pairs]


def _same_but_space(free: str, old: HunkSide, new: HunkSide) -> bool:
    """Whether both sides have the same tokens, with another white space between them."""
    bare = [_SPACE.sub("", "\n".join(side.lines)) for side in (old, new)]
    if bare[0] != bare[1]:
        return False
    before, after = old.tokens, new.tokens
    if [(one.text, one.shape) for one in before] != [(one.text, one.shape) for one in after]:
        return False
    if not (parts_words(old) and parts_words(new)):
        return False
    if free == "blank-lines":
        return _filled(old.lines) == _filled(new.lines)
    if free != "all" and _breaks(before) != _breaks(after):
        return False
    return free != "amount" or _joints(before) == _joints(after)


def parts_words(hunk: HunkSide) -> bool:
    """Whether the comments of a line in and around a hunk are plain words. What others mean may
    depend on the line that they stand on, or right above: an encoding, code for cgo."""
    side, (first, last) = hunk.side, hunk.spot
    lines = side.lines
    above = next((n for n in range(first - 1, -1, -1) if lines[n].strip(" \t\r")), first)
    below = next((n for n in range(last, len(lines)) if lines[n].strip(" \t\r")), last)
    return all(
        is_plain_block(side, side.block(number, mark))
        for number in range(above, below + 1)
        for mark in ("//", "#", "/*")
    )


def _filled(lines: Sequence[str]) -> list[str]:
    """The lines that are not blank."""
    return [line for line in lines if line.strip(" \t\r")]


def _breaks(tokens: Sequence[Token]) -> list[bool]:
    """Between each token and the next one: whether a line ends there."""
    return [one.last != other.line for one, other in pairwise(tokens)]


def _joints(tokens: Sequence[Token]) -> list[bool]:
    """Between each token and the next one: whether there is nothing."""
    return [one.end == other.start for one, other in pairwise(tokens)]


def _same_but_comments(proofs: Proofs, old: HunkSide, new: HunkSide) -> bool:
    """Whether both sides are the same bytes but for the plain words of comments."""
    if len(old.tokens) != len(new.tokens):
        return False
    for one, other in zip(old.tokens, new.tokens, strict=True):
        if one.role != other.role:
            return False
        if one.text == other.text:
            continue
        if one.role != "comment":
            return False
        if proofs.inside and not one.where & other.where & Where.INSIDE:
            return False
        words = [_words(token.text, proofs.delimiters) for token in (one, other)]
        if words[0] is None or words[1] is None or words[0][0] != words[1][0]:
            return False
        if not (is_plain(words[0][1]) and is_plain(words[1][1])):
            return False
        if not all(_block_is_plain(of.side, token) for of, token in ((old, one), (new, other))):
            return False
    return old.around(old.comments) == new.around(new.comments)


def _block_is_plain(side: Side, comment: Token) -> bool:
    """Whether the comments right above and below a comment of a line are plain words, too. A
    tool may read the whole block: the output of an example, code for cgo."""
    mark = comment.text[:2].rstrip()
    above, below = comment.line - 1, comment.last + 1
    return mark == "/*" or all(is_plain_block(side, side.block(n, mark)) for n in (above, below))


def is_plain_block(side: Side, block: range) -> bool:
    """Whether all comments of a block are plain words. Found once for each block."""
    if block not in side.memo:
        lines = (side.lines[number].strip(" \t\r") for number in block)
        side.memo[block] = all(map(_is_sentence, lines))
    return bool(side.memo[block])


def _is_sentence(line: str) -> bool:
    words = line[2 if line.startswith("/") else 1 :].removesuffix("*/")
    return is_sentence(words.strip(" "))


def _words(
    comment: str, delimiters: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], str] | None:
    """A comment's delimiters, and what stands between them; None where it is of another
    sort, such as documentation."""
    for opens, closes in delimiters:
        if comment.startswith(opens) and comment.endswith(closes) and len(comment) > len(opens):
            return (opens, closes), comment[len(opens) : len(comment) - len(closes)]
    return None

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
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from attest.analysis.plain_words import is_plain, is_sentence
from attest.analysis.syntax.leaves import Leaf, Spot
from attest.analysis.syntax.tokens import Side
from attest.text import lazy

Rule = Literal["white-space", "comment"]


class Layout(NamedTuple):
    """The argument for white space in a language.

    Args:
        free: what may differ: anything between two tokens; anything but line breaks
            (`in-line`); how much of it there is in a line (`amount`); whole blank lines
            alone (`blank-lines`).
        argument: why no program sees it.
    """

    free: Literal["all", "in-line", "amount", "blank-lines"]
    argument: str


class Proofs(NamedTuple):
    """What is proven for a language.

    Args:
        delimiters: of comments, each with what closes it; empty for those of a line.
        argument: why no program sees the words of a comment.
        layout: None where white space is not proven.
        inside: whether only comments in blocks of statements are proven.
        barred: what must not be anywhere in the file.
    """

    delimiters: tuple[tuple[str, str], ...]
    argument: str
    layout: Layout | None = None
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
        Layout(
            "amount",
            "Phase 7 drops white space between tokens. `#` of a macro turns any amount of it "
            "into one space (6.10.3.2), so the amount cannot be seen, but whether there is any "
            "can; and a line break ends a directive.",
        ),
    ),
    "cpp": Proofs(
        _SLASHES,
        "As in C ([lex.phases], phase 3).",
        Layout("amount", "As in C ([cpp.stringize])."),
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
        Layout(
            "in-line",
            "White space but for line breaks only parts tokens; a line break may become a "
            "semicolon (spec, Tokens and Semicolons).",
        ),
        inside=True,
    ),
    "hcl": Proofs(
        (*_HASH, ("// ", "")),
        "Comments are not tokens (HCL syntax, Comments); heredocs and templates are texts.",
        Layout("blank-lines", "A line break ends what comes before it; another one ends nothing."),
    ),
    "java": Proofs(
        _SLASHES,
        "Comments are no input elements that become tokens (JLS 3.5). An escape such as "
        "`\\u000a` may end one (JLS 3.3), so a file must have none.",
        Layout(
            "all",
            "White space is dropped when tokens are made, and nothing else of a program sees "
            "it (JLS 3.5, 3.6). Text blocks are tokens.",
        ),
        barred=lazy(r"\\u"),
    ),
    "json": Proofs(
        (),
        "There are no comments.",
        Layout("all", "White space around structural characters is insignificant (RFC 8259, 2)."),
    ),
    "kotlin": Proofs(
        (("// ", ""),),
        "Comments are hidden tokens (Kotlin grammar, Comments).",
        Layout("blank-lines", "One line break or several are the same (Kotlin grammar, `NL+`)."),
    ),
    "python": Proofs(
        _HASH,
        "A comment ends the physical line and is ignored by the syntax (reference, 2.1.3). An "
        "encoding or a type comment has a mark that no plain words have.",
        Layout("blank-lines", "A blank line makes no token (reference, 2.1.7)."),
    ),
    "rust": Proofs(
        (("// ", ""),),
        "Comments that document nothing are white space (reference, Comments), to macros too.",
        Layout("blank-lines", "White space only parts tokens (reference, Whitespace)."),
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


class Source(NamedTuple):
    """One side of a hunk, as a grammar read it.

    Args:
        side: the whole file.
        spot: the lines of the hunk.
        leaves: those on them.
    """

    side: Side
    spot: Spot
    leaves: Sequence[Leaf]

    @property
    def hunk(self) -> Sequence[str]:
        return self.side.lines[self.spot[0] : self.spot[1]]

    @property
    def is_joined(self) -> bool:
        """Whether a line of the hunk, or the one before it, goes on in the next one."""
        first, last = self.spot
        return any(_CONTINUED.search(line) for line in self.side.lines[max(first - 1, 0) : last])


def proven(language: str, old: Source, new: Source) -> Rule | None:
    """The rule by which no program sees a hunk; None where nothing is proven.

    Takes time that is linear in the hunk.

    Args:
        language: the name of a grammar, known for certain and not guessed.
    """
    proofs = TABLE.get(language)
    if proofs is None or old.is_joined or new.is_joined:
        return None
    if language in _WITH_DIRECTIVES and any(map(_DIRECTIVE.match, (*old.hunk, *new.hunk))):
        return None
    if proofs.layout and _same_but_space(proofs.layout.free, old, new):
        return "white-space"
    return "comment" if _same_but_comments(proofs, old, new) else None


def is_barred(language: str, text: str) -> bool:
    """Whether a file has something by which nothing in it can be proven; linear in it."""
    proofs = TABLE.get(language)
    return proofs is None or (proofs.barred is not None and bool(proofs.barred.search(text)))


def _same_but_space(free: str, old: Source, new: Source) -> bool:
    """Whether both sides have the same tokens, with another white space between them."""
    bare = [_SPACE.sub("", "\n".join(side.hunk)) for side in (old, new)]
    if bare[0] != bare[1]:
        return False
    before, after = old.leaves, new.leaves
    if [(leaf.kind, leaf.text) for leaf in before] != [(leaf.kind, leaf.text) for leaf in after]:
        return False
    if not all(parts_words(of.side, of.spot) for of in (old, new)):
        return False
    if free == "blank-lines":
        return _filled(old.hunk) == _filled(new.hunk)
    if free != "all" and _breaks(before) != _breaks(after):
        return False
    return free != "amount" or _joints(before) == _joints(after)


def parts_words(side: Side, spot: Spot) -> bool:
    """Whether the comments of a line in and around a hunk are plain words. What others mean may
    depend on the line that they stand on, or right above: an encoding, code for cgo."""
    lines, (first, last) = side.lines, spot
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


def _breaks(leaves: Sequence[Leaf]) -> list[bool]:
    """Between each token and the next one: whether a line ends there."""
    return [one.last_line != other.line for one, other in pairwise(leaves)]


def _joints(leaves: Sequence[Leaf]) -> list[bool]:
    """Between each token and the next one: whether there is nothing."""
    return [one.end == other.start for one, other in pairwise(leaves)]


def _same_but_comments(proofs: Proofs, old: Source, new: Source) -> bool:
    """Whether both sides are the same bytes but for the plain words of comments."""
    if len(old.leaves) != len(new.leaves):
        return False
    for one, other in zip(old.leaves, new.leaves, strict=True):
        if one.comment != other.comment or (not one.comment and one.text != other.text):
            return False
        if one.text == other.text:
            continue
        if proofs.inside and not (one.inside and other.inside):
            return False
        words = [_words(leaf.text, proofs.delimiters) for leaf in (one, other)]
        if words[0] is None or words[1] is None or words[0][0] != words[1][0]:
            return False
        if not (is_plain(words[0][1]) and is_plain(words[1][1])):
            return False
        if not all(_block_is_plain(of.side, leaf) for of, leaf in ((old, one), (new, other))):
            return False
    return list(_frame(old)) == list(_frame(new))


def _block_is_plain(side: Side, leaf: Leaf) -> bool:
    """Whether the comments right above and below a comment of a line are plain words, too. A
    tool may read the whole block: the output of an example, code for cgo."""
    mark = leaf.text[:2].rstrip()
    above, below = leaf.line - 1, leaf.last_line + 1
    return mark == "/*" or all(is_plain_block(side, side.block(n, mark)) for n in (above, below))


def is_plain_block(side: Side, block: range) -> bool:
    """Whether all comments of a block are plain words. Found once for each block."""
    if block not in side.memo:
        lines = (side.lines[number].strip(" \t\r") for number in block)
        side.memo[block] = all(map(_is_sentence, lines))
    return side.memo[block]


def _is_sentence(line: str) -> bool:
    words = line[2 if line.startswith("/") else 1 :].removesuffix("*/")
    return is_sentence(words.strip(" "))


def _frame(source: Source) -> Iterator[str]:
    """The bytes of a hunk around its comments, white space and all."""
    text, (at, end) = source.side.text, source.side.span(source.spot)
    for leaf in source.leaves:
        if leaf.comment:
            yield text[at : leaf.start]
            at = leaf.end
    yield text[at:end]


def _words(
    comment: str, delimiters: Sequence[tuple[str, str]]
) -> tuple[tuple[str, str], str] | None:
    """A comment's delimiters, and what stands between them; None where it is of another
    sort, such as documentation."""
    for opens, closes in delimiters:
        if comment.startswith(opens) and comment.endswith(closes) and len(comment) > len(opens):
            return (opens, closes), comment[len(opens) : len(comment) - len(closes)]
    return None

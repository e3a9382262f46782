"""What becomes of a hunk whose code is the same on both sides: only its white space,
comments or documentation differ.

When nothing is proven (analysis/proofs.py), it is asked about: whoever wants to slip in a
change without a question will dress it up as one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from attest.analysis import claims, proofs
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import RISK, Kind
from attest.analysis.non_code import first_difference
from attest.analysis.proofs import Source, parts_words
from attest.analysis.syntax.leaves import Spot
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy, word_set


def trivial_effect(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect | None:
    """What no program sees; None where that is not proven."""
    old, new = tokens.old.leaves.get(tokens.old_spot), tokens.new.leaves.get(tokens.new_spot)
    if old is None or new is None:
        return None
    before = Source(tokens.old, tokens.old_spot, old)
    rule = proofs.proven(analysis.language.name, before, Source(tokens.new, tokens.new_spot, new))
    if rule != "comment":
        return Effect(rule) if rule else None
    return _words_effect("comment", tokens)


def unproven_effect(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect:
    """What differs where the code is the same: documentation, a comment, or the layout."""
    old, new = (_comments(side) for side in (tokens.old_tokens, tokens.new_tokens))
    rests = [
        _without(tokens.old, tokens.old_spot, old),
        _without(tokens.new, tokens.new_spot, new),
    ]
    if rests[0] != rests[1]:
        # A grammar gives no tokens for the inside of some texts (a block of YAML).
        return Effect("code-changed", *quote_pair(*first_difference(analysis)))
    if [token.text for token in old] == [token.text for token in new]:
        first = next(filter(str.strip, [*analysis.new, *analysis.old]), "")
        return Effect("layout", "", quote(first), weight=_weight_of_layout(analysis, tokens))
    if claims.is_explanation(analysis, old, new, tokens.old, tokens.new):
        return _words_effect("prose", tokens)
    return _words_effect("comment-text", tokens)


_FREE = word_set("c cpp go java javascript lua php rust tsx typescript")
"""Languages with a grammar in which white space only parts tokens."""
_BY_WORDS = word_set("bash css kotlin ruby swift")
"""Languages with a grammar in which indentation means nothing, and other white space may: between
the words of a shell, before an argument of Ruby, around an operator of Swift."""
_WITHOUT_TEXTS = word_set("html markdown yaml")
"""Languages whose grammar has no token for each line of a text, where a blank line is data."""
_HAS_TEXT = {
    "bash": lazy(r"<<"),
    "hcl": lazy(r"<<"),
    "php": lazy(r"<<<|\?>|(?i:__halt_compiler)|\A(?!<\?)"),
    "ruby": lazy(r"<<[-~]?[\"'`\w]|^__END__"),
}
"""What begins a text of several lines, by language: its lines are no code."""


def _weight_of_layout(analysis: HunkAnalysis, tokens: HunkTokens) -> int:
    """What other white space is ranked by: low where a grammar reads the same tokens, texts
    too, and nothing else that differs may mean something."""
    known = analysis.parsed and not analysis.broken and analysis.language.certain
    name = analysis.language.name
    if not known or name in _WITHOUT_TEXTS:
        return RISK["code-changed"]
    text = _HAS_TEXT.get(name)
    if text is not None and (tokens.old.has(text) or tokens.new.has(text)):
        return RISK["code-changed"]
    sides = ((tokens.old, tokens.old_spot), (tokens.new, tokens.new_spot))
    lines = [[line.rstrip(" \t") for line in side] for side in (analysis.old, analysis.new)]
    filled = [list(filter(None, side)) for side in lines]
    if filled[0] == filled[1] and not all(parts_words(*side) for side in sides):
        return RISK["code-changed"]
    if name in ("c", "cpp"):
        spacing = [_spacing_of_arguments(code) for code in (tokens.old_code, tokens.new_code)]
        return 0 if spacing[0] == spacing[1] else RISK["code-changed"]
    if name in _BY_WORDS:
        filled = [[line.strip(" \t") for line in side] for side in filled]
    return 0 if name in _FREE or filled[0] == filled[1] else RISK["code-changed"]


def _spacing_of_arguments(code: Sequence[Token]) -> list[bool]:
    """Between each two tokens that are given to one call: whether nothing is between them. A macro
    may make a text of what it is given, in which any white space is one space (C17 6.10.3.2)."""
    return [a.end == b.start for a, b in pairwise(code) if a.where & b.where & Where.GIVEN]


_LAYOUT = str.maketrans("", "", " \t\r\n")


def _without(side: Side, spot: Spot, comments: Sequence[Token]) -> str:
    """The text of a hunk without white space and without these comments."""
    first, last = side.span(spot)
    parts = []
    for comment in comments:
        parts.append(side.text[first : comment.start])
        first = max(first, comment.end)
    parts.append(side.text[first:last])
    return "".join(parts).translate(_LAYOUT)


def _words_effect(kind: Kind, tokens: HunkTokens) -> Effect:
    """An effect on comments, which quotes the first of them that differs."""
    old, new = (
        [token.text for token in _comments(side)] for side in (tokens.old_tokens, tokens.new_tokens)
    )
    in_old, in_new = set(old), set(new)
    before = next((text for text in old if text not in in_new), "")
    after = next((text for text in new if text not in in_old), "")
    return Effect(kind, *quote_pair(before, after))


def _comments(tokens: Sequence[Token]) -> list[Token]:
    return [token for token in tokens if token.role == "comment"]

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
from attest.analysis.proofs import parts_words
from attest.analysis.syntax.tokens import Token, Where
from attest.text import lazy, word_set


def trivial_effect(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect | None:
    """What no program sees; None where that is not proven."""
    rule = proofs.proven(analysis.language.name, tokens.old, tokens.new)
    return _words_effect("comment", tokens) if rule == "comment" else rule and Effect(rule)


def unproven_effect(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect:
    """What differs where the code is the same: documentation, a comment, or the layout."""
    old, new = tokens.old.comments, tokens.new.comments
    rests = ["".join(tokens.old.around(old)), "".join(tokens.new.around(new))]
    if rests[0].translate(_LAYOUT) != rests[1].translate(_LAYOUT):
        # A grammar gives no tokens for the inside of some texts (a block of YAML).
        return Effect("code-changed", *quote_pair(*first_difference(analysis)))
    if [token.text for token in old] == [token.text for token in new]:
        first = next(filter(str.strip, [*analysis.new, *analysis.old]), "")
        return Effect("layout", "", quote(first), weight=_weight_of_layout(analysis, tokens))
    if claims.is_explanation(analysis, tokens):
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
    sides, text = (tokens.old, tokens.new), _HAS_TEXT.get(name)
    if text is not None and any(of.side.has(text) for of in sides):
        return RISK["code-changed"]
    lines = [[line.rstrip(" \t") for line in of.lines] for of in sides]
    filled = [list(filter(None, own)) for own in lines]
    if filled[0] == filled[1] and not all(map(parts_words, sides)):
        return RISK["code-changed"]
    if name in ("c", "cpp"):
        spacing = [_spacing_of_arguments(code) for code in (tokens.old.code, tokens.new.code)]
        return 0 if spacing[0] == spacing[1] else RISK["code-changed"]
    if name in _BY_WORDS:
        filled = [[line.strip(" \t") for line in side] for side in filled]
    return 0 if name in _FREE or filled[0] == filled[1] else RISK["code-changed"]


def _spacing_of_arguments(code: Sequence[Token]) -> list[bool]:
    """Between each two tokens that are given to one call: whether nothing is between them. A macro
    may make a text of what it is given, in which any white space is one space (C17 6.10.3.2)."""
    return [a.end == b.start for a, b in pairwise(code) if a.where & b.where & Where.GIVEN]


_LAYOUT = str.maketrans("", "", " \t\r\n")


def _words_effect(kind: Kind, tokens: HunkTokens) -> Effect:
    """An effect on comments, which quotes the first of them that differs."""
    old, new = ([token.text for token in of.comments] for of in (tokens.old, tokens.new))
    in_old, in_new = set(old), set(new)
    before = next((text for text in old if text not in in_new), "")
    after = next((text for text in new if text not in in_old), "")
    return Effect(kind, *quote_pair(before, after))

"""What becomes of a hunk whose code is the same on both sides: only its white space,
comments or documentation differ.

When nothing is proven (analysis/proofs.py), it is asked about: whoever wants to slip in a
change without a question will dress it up as one of these.
"""

from __future__ import annotations

from attest.analysis import proofs
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.kinds import RISK, Kind
from attest.analysis.non_code import first_difference
from attest.analysis.proofs import only_parts_words
from attest.text import word_set


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
        weight = 0 if _only_parts_tokens(analysis, tokens) else RISK["code-changed"]
        return Effect("layout", "", quote(first), weight=weight)
    return _words_effect("comment-text", tokens)


_FREE = word_set("go java javascript lua rust tsx typescript")
"""Languages in which white space only parts tokens, and texts of several lines are tokens."""


def _only_parts_tokens(analysis: HunkAnalysis, tokens: HunkTokens) -> bool:
    """Whether other white space ranks low: a grammar reads the same tokens, and no comment is for
    a tool, which may read it by the line that it stands on."""
    known = analysis.parsed and not analysis.broken and analysis.language.certain
    free = known and analysis.language.name in _FREE
    return free and only_parts_words(tokens.old, tokens.new)


_LAYOUT = str.maketrans("", "", " \t\r\n")


def _words_effect(kind: Kind, tokens: HunkTokens) -> Effect:
    """An effect on comments, which quotes the first of them that differs."""
    old, new = ([token.text for token in of.comments] for of in (tokens.old, tokens.new))
    in_old, in_new = set(old), set(new)
    before = next((text for text in old if text not in in_new), "")
    after = next((text for text in new if text not in in_old), "")
    return Effect(kind, *quote_pair(before, after))

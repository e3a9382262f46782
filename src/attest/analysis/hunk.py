"""One hunk by itself: what it changes, and where."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from itertools import chain

from attest.analysis.edits import HunkEdits
from attest.analysis.edits import condition_effects as decisions
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkSide, HunkTokens
from attest.analysis.kinds import REORDERED, RISK
from attest.analysis.non_code import effect_on_file, first_difference, has_own_kind
from attest.analysis.quoting import Part, significance
from attest.analysis.signature import signature
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.testing import effects_on_tests, is_of_tests
from attest.analysis.text_rules import condition_effects
from attest.analysis.trivial import trivial_effect, unproven_effect
from attest.git.diff import Hunk

_SUBMODULE = "160000"
_LINES_BEFORE, _LINES_AFTER = 25, 60
"""Lines around the beginning of a hunk whose words an answer may use."""
_MAX_SHOWN_LINE = 300
"""Characters of each of them."""


def analyse_opaque(hunk: Hunk, language: Language) -> HunkAnalysis:
    """A path without lines that could be compared: a submodule, a mode, an empty file, or what
    became something else, such as a file that became a link."""
    row = hunk.row
    name = _file_name(hunk)
    if _SUBMODULE in (row.old_mode, row.new_mode):
        old, new = (
            f"{name} {oid[:10]}" if mode == _SUBMODULE else ""
            for mode, oid in ((row.old_mode, row.old_oid), (row.new_mode, row.new_oid))
        )
        effect = Effect("configuration", old, new, name, RISK["code-changed"])
    elif row.retyped:
        effect = Effect("code-changed", name=f"{name}:{hunk.line}")
    elif row.old_oid == row.new_oid:
        effect = _mode_effect(hunk)
    else:
        removed = row.status == "D"
        effect = Effect("code-changed", name) if removed else Effect("code-changed", "", name)
    return HunkAnalysis(hunk, language, (effect,))


def analyse(hunk: Hunk, language: Language, old: Side, new: Side) -> HunkAnalysis:
    """Analyse a hunk between the two sides of its file."""
    tokens = HunkTokens.of(hunk, old, new)
    analysis = _described(hunk, language, tokens)
    analysis.effects = _effects(analysis, tokens)
    return analysis


def _described(hunk: Hunk, language: Language, tokens: HunkTokens) -> HunkAnalysis:
    """Where a hunk is and what it is made of, before anything is said of its effects."""
    old, new = tokens.old, tokens.new
    around = new if hunk.new_lines else old
    every = (*new.tokens, *old.tokens)
    scope = _scope(tokens.edits, every)
    broken = any(token.where & Where.BROKEN for token in every)
    return HunkAnalysis(
        hunk=hunk,
        language=language,
        effects=(Effect("code-changed"),),
        scope=scope,
        signature=None if broken else signature(tokens.edits, scope),
        old=old.lines,
        new=new.lines,
        surroundings=_surroundings(around),
        whole=_is_whole(around),
        parsed=old.side.parsed and new.side.parsed,
        broken=broken,
    )


def _effects(analysis: HunkAnalysis, tokens: HunkTokens) -> tuple[Effect, ...]:
    """What a hunk changes, the riskiest first: nothing that a program sees, something of a
    file that is not code, or what its edits do to the code."""
    row = analysis.hunk.row
    mode_changed = row.status == "M" and row.old_mode != row.new_mode
    mode = [_mode_effect(analysis.hunk)] if mode_changed else []
    unseen = trivial_effect(analysis, tokens) if tokens.same_edges else None
    if unseen is not None:
        return (*mode, unseen)
    known = analysis.parsed and not analysis.broken
    conditions: list[Effect] = []
    if analysis.language.sort not in ("data", "prose") and row.status != "D":
        conditions = condition_effects(analysis, tokens)
    if not tokens.edits and not conditions:
        if not tokens.same_edges:
            # The same code, but a comment or string begins or ends elsewhere around it.
            return (*mode, Effect("comment-text", *quote_pair(*first_difference(analysis))))
        shapes = ([token.shape for token in of.code] for of in (tokens.old, tokens.new))
        if operator.eq(*shapes) and analysis.language.sort != "prose":
            return (*mode, unproven_effect(analysis, tokens))
    if has_own_kind(analysis):
        conditions += decisions(tokens) if known and row.status != "D" else []
        result = conditions or [effect_on_file(analysis, tokens)]
    else:
        result = conditions or _effects_on_code(analysis, tokens)
    return tuple(dict.fromkeys(sorted([*result, *mode], key=_rank)))


def _rank(effect: Effect) -> tuple[int, bool, int]:
    """The riskiest effect comes first, then one whose kind says something, and then what says most
    in its quotes: a lone `break` or `err != nil` says little."""
    says = max(significance(effect.old), significance(effect.new))
    claims = effect.kind != "code-changed"
    return (-effect.risk, not claims, -min(says, 3 if claims else says))


def _effects_on_code(analysis: HunkAnalysis, tokens: HunkTokens) -> list[Effect]:
    language = analysis.language
    known = analysis.parsed and not analysis.broken
    if analysis.hunk.row.status == "D":
        # With the file all goes that it did; nothing of it is a change by itself.
        effects = [
            Effect(
                "code-changed",
                _file_name(analysis.hunk),
                weight=RISK["function-removed"],
                words="removed-file",
            )
        ]
    elif tokens.edits and known:
        effects = HunkEdits(tokens, language.name).effects()
    else:
        # Not read by a grammar; or the same code, which is under another tree now: its lines or
        # the blocks around them are in another order.
        pair = quote_pair(*first_difference(analysis))
        rank = REORDERED if known else 0
        words = "" if known or any(map(significance, pair)) else "comment-text"
        effects = [Effect("code-changed", *pair, ".".join(analysis.scope), rank, words=words)]
    analysis.test = is_of_tests(analysis, tokens)
    if analysis.test:
        effects = effects_on_tests(effects, analysis, tokens)
    if language.sort == "migration":
        effects.append(effects[0]._replace(kind="migration"))
    return effects


def _mode_effect(hunk: Hunk) -> Effect:
    return Effect("file-mode", hunk.row.old_mode, hunk.row.new_mode, _file_name(hunk))


def _file_name(hunk: Hunk) -> str:
    return quote(hunk.path.decode("utf-8", "replace").rpartition("/")[2])


def _scope(edits: Sequence[tuple[Part, Part]], every: Sequence[Token]) -> tuple[str, ...]:
    """What is around the first difference; around the first token where there is none."""
    edited = (token for old, new in edits for token in (*new.run, *old.run))
    return next((token.scope for token in chain(edited, every) if token.scope), ())


def _surroundings(around: HunkSide) -> str:
    """Some lines before and after the beginning of a hunk."""
    first = around.spot[0]
    lines = around.side.lines[max(first - _LINES_BEFORE, 0) : first + _LINES_AFTER]
    if max(map(len, lines), default=0) > _MAX_SHOWN_LINE:
        lines = [line[:_MAX_SHOWN_LINE] for line in lines]
    return "\n".join(lines)


def _is_whole(around: HunkSide) -> bool:
    """Whether a side of a hunk is made of whole definitions at the outermost level."""
    first = next((line for line in around.lines if line.strip()), " ")
    code = [] if first[0].isspace() else around.code
    return (
        bool(code)
        and all(
            token.scope or token.where & Where.DECORATOR or token.role in ("operator", "keyword")
            for token in code
        )
        and any(token.where & Where.HEAD for token in code)
    )

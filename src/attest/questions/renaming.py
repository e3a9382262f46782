"""Names in place of names: which pairs a hunk has, and which of them it defines."""

from __future__ import annotations

from collections.abc import Sequence

from attest.questions import words
from attest.questions.compare import Edit
from attest.questions.tokens import Token, Where


def renames(found: Sequence[Edit]) -> frozenset[tuple[str, str]]:
    """The pairs of names, where every difference is a name for a name."""
    pairs = set()
    for edit in found:
        if len(edit.old) != len(edit.new):
            return frozenset()
        for old, new in zip(edit.old, edit.new, strict=True):
            if old.text == new.text:
                continue
            if old.role != "name" or new.role != "name" or old.where & Where.IMPORT:
                return frozenset()
            pairs.add((old.text, new.text))
    return frozenset(pairs)


def definitions(found: Sequence[Edit], language: str) -> frozenset[str]:
    """The new names that a difference defines: of functions, types and variables, and of
    parameters where callers do not name them."""
    return frozenset(
        token.text
        for edit in found
        for at, token in enumerate(edit.new, edit.j1)
        if token.role == "name"
        and (_is_head(token) or _is_parameter(token, language) or _assigned(edit.all_new, at))
    )


_POSITIONAL = frozenset(
    ["bash", "c", "cpp", "go", "java", "javascript", "lua", "rust", "solidity", "tsx", "typescript"]
)
"""Languages whose callers do not say the names of parameters."""


def _is_head(token: Token) -> bool:
    barred = Where.PARAMETER | Where.TYPE | Where.DECORATOR | Where.ARGUMENT | Where.DEFAULT
    if Where.HEAD not in token.where or token.where & barred or not token.scope:
        return False
    return words.NAME.findall(token.scope[-1])[-1:] == [token.text]


def _is_parameter(token: Token, language: str) -> bool:
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR | Where.ARGUMENT
    inside = Where.PARAMETER in token.where and not token.where & barred
    return inside and language in _POSITIONAL


def _assigned(every: Sequence[Token], at: int) -> bool:
    token = every[at]
    if token.where & (Where.PARAMETER | Where.ARGUMENT | Where.CONDITION | Where.TYPE):
        return False
    following = every[at + 1].text if at + 1 < len(every) else ""
    before = every[at - 1].text if at else ""
    return following in ("=", ":=") and before not in (".", "->", "::", ",", "(", "{", "&.")

"""Names in place of names: which pairs a hunk has, and which of them it defines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from attest.analysis import lexicon
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit


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


def definitions(found: Sequence[Edit], language: Language, side: Side) -> frozenset[str]:
    """The new names that a difference defines, and that nobody else can know: of
    functions without a mark at the outermost level, of variables of a function, and of
    parameters where callers do not name them."""
    if language.reader != "tree" or language.sort != "code" or language.test:
        return frozenset()
    if language.name not in _OF_OWN_NAMES:
        return frozenset()
    return frozenset(
        token.text
        for edit in found
        for at, token in enumerate(edit.new, edit.j1)
        if token.role == "name"
        and not _MAGIC.search(token.text)
        and (
            _is_head(token, side)
            or _is_parameter(token, language.name)
            or _is_local(edit.all_new, at, side)
        )
    )


_POSITIONAL = frozenset(
    ["c", "cpp", "go", "java", "javascript", "lua", "rust", "solidity", "tsx", "typescript"]
)
"""Languages whose callers do not say the names of parameters."""
_OF_OWN_NAMES = _POSITIONAL | {"csharp", "dart", "kotlin", "php", "python", "scala", "swift", "zig"}
"""Languages in which a variable of a function is nobody else's."""
_MAGIC = re.compile(r"^__|^(init|main|setup|teardown)$|^[tT]est|^[A-Z0-9_]+$")
"""Names that something outside knows."""


def _is_head(token: Token, side: Side) -> bool:
    barred = Where.PARAMETER | Where.TYPE | Where.DECORATOR | Where.ARGUMENT | Where.DEFAULT
    if Where.HEAD not in token.where or token.where & barred or len(token.scope) != 1:
        return False
    above = side.lines[token.line - 1].strip() if token.line else ""
    marked = above.startswith(("@", "#[", "[", "//export", "//go:"))
    exported = re.search(r"\b(export|extern|pub|public|protected)\b", side.lines[token.line])
    named = lexicon.NAME.findall(token.scope[-1])[-1:] == [token.text]
    return named and not marked and not exported


def _is_parameter(token: Token, language: str) -> bool:
    barred = Where.TYPE | Where.DEFAULT | Where.DECORATOR | Where.ARGUMENT
    inside = Where.PARAMETER in token.where and not token.where & barred
    return inside and language in _POSITIONAL


def _is_local(every: Sequence[Token], at: int, side: Side) -> bool:
    """Whether a name gets its value inside of a function."""
    token = every[at]
    barred = Where.PARAMETER | Where.ARGUMENT | Where.CONDITION | Where.TYPE | Where.HEAD
    if token.where & barred or not token.scope:
        return False
    following = every[at + 1].text if at + 1 < len(every) else ""
    before = every[at - 1].text if at else ""
    if following not in ("=", ":=") or before in (".", "->", "::", ",", "(", "{", "&."):
        return False
    return _is_function(token.scope[-1], side.text)


@lru_cache(maxsize=1024)
def _is_function(name: str, text: str) -> bool:
    """Whether a name is that of a function, and of no type, wherever it stands in a file."""
    around = re.escape(name)
    if re.search(rf"\b({_TYPES})\s+{around}\b", text):
        return False
    return bool(re.search(rf"(?<!\w){around}\s*+(<[^<>\n]*+>\s*+)?(=\s*+(async\s*+)?)?\(", text))


_TYPES = "class|struct|object|interface|trait|module|namespace|enum|record|contract|impl"

"""Names in place of names, and which of them were replaced throughout.

A renaming is trivial only where nobody else can know the name (a variable of a function, a
private function), where the change replaces the definition and every use, and where the old
name is gone and the new one is not a name that was there before: else code may now mean
another thing than it did.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache

from attest.analysis import lexicon
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.languages import Language
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.analysis.token_diff import Edit
from attest.text import lazy

MAX_RENAMED = 200
"""Names that a change may replace throughout and still be called a renaming: a person can
read a list of so many, and each costs a search of every file in which it stands."""

Pair = tuple[str, str]
"""An old name, and the one in its place."""

_NAME = lazy(r"[\w$]+", re.ASCII)


def replaced_names(edits: Sequence[Edit]) -> frozenset[Pair]:
    """The pairs of names, where every difference is a name for a name; else none."""
    pairs = set()
    for edit in edits:
        if len(edit.old) != len(edit.new):
            return frozenset()
        for old, new in zip(edit.old, edit.new, strict=True):
            if old.text == new.text:
                continue
            if old.role != "name" or new.role != "name" or old.where & Where.IMPORT:
                return frozenset()
            pairs.add((old.text, new.text))
    return frozenset(pairs)


def mark_renamed(analyses: Sequence[HunkAnalysis]) -> None:
    """Mark hunks in which nothing but such names were replaced throughout, their
    definition with them."""
    pairs = _one_to_one(analyses)
    if not pairs:
        return
    pairs = _throughout(pairs, analyses)
    for analysis in analyses:
        # A public name or a named parameter is known to others, whatever the pairs say.
        known = any(
            effect.kind in ("public-api", "parameter-removed") for effect in analysis.effects
        )
        covered = bool(analysis.names) and analysis.names <= pairs
        if analysis.risk and covered and not known and not analysis.broken:
            analysis.reclassify("renamed")


def _one_to_one(analyses: Sequence[HunkAnalysis]) -> set[Pair]:
    """The pairs whose new name is defined in the change and used more than once, and of
    which neither name is part of another pair: two names that become one may hide that they
    were two things."""
    defined: set[Pair] = set()
    for analysis in analyses:
        if not analysis.broken:
            defined |= {pair for pair in analysis.names if pair[1] in analysis.defined}
    if not defined:
        return set()
    uses = Counter(
        pair
        for analysis in analyses
        for pair in analysis.names
        for _ in range(_count(pair[1], analysis.new))
    )
    # A name that is used once is a definition alone, and its uses may be elsewhere.
    defined = {pair for pair in defined if uses[pair] > 1}
    old = Counter(pair[0] for pair in defined)
    new = Counter(pair[1] for pair in defined)
    pairs = {pair for pair in defined if old[pair[0]] == 1 and new[pair[1]] == 1}
    return pairs if len(pairs) <= MAX_RENAMED else set()


def _count(name: str, lines: Sequence[str]) -> int:
    return sum(_NAME.findall(line).count(name) for line in lines)


def _throughout(pairs: set[Pair], analyses: Sequence[HunkAnalysis]) -> set[Pair]:
    """The pairs of which the old name is nowhere any more, and the new one was nowhere
    before: in all files where one was put in place of the other, and in every other line
    that changed."""
    names_of: dict[tuple[bytes, int], frozenset[str]] = {}
    for analysis in analyses:
        path = analysis.hunk.path
        if analysis.names & pairs:
            for side in (0, 1):
                if (path, side) not in names_of:
                    names_of[path, side] = frozenset(_NAME.findall(analysis.file[side]))
            pairs = {
                (old, new)
                for old, new in pairs
                if (old, new) not in analysis.names
                or (new not in names_of[path, 0] and old not in names_of[path, 1])
            }
        before, after = (
            frozenset(_NAME.findall("\n".join(lines))) for lines in (analysis.old, analysis.new)
        )
        pairs = {pair for pair in pairs if pair[0] not in after and pair[1] not in before}
    return pairs


def defined_names(edits: Sequence[Edit], language: Language, side: Side) -> frozenset[str]:
    """The new names that a difference defines, and that nobody else can know: of
    functions without a mark at the outermost level, of variables of a function, and of
    parameters where callers do not name them.

    Args:
        side: the new side of the file.
    """
    if language.reader != "tree" or language.sort != "code" or language.test:
        return frozenset()
    if language.name not in _OF_OWN_NAMES:
        return frozenset()
    return frozenset(
        token.text
        for edit in edits
        for at, token in enumerate(edit.new, edit.new_start)
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
_MAGIC = lazy(r"^__|^(init|main|setup|teardown)$|^[tT]est|^[A-Z0-9_]+$")
"""Names that something outside knows: a runtime, a test runner, or (in capitals) a reader of
constants."""


def _is_head(token: Token, side: Side) -> bool:
    """Whether a token is the name of a function or type at the outermost level that is
    neither marked nor exported."""
    barred = Where.PARAMETER | Where.TYPE | Where.DECORATOR | Where.ARGUMENT | Where.DEFAULT
    if Where.HEAD not in token.where or token.where & barred or len(token.scope) != 1:
        return False
    above = side.lines[token.line - 1].strip() if token.line else ""
    marked = above.startswith(("@", "#[", "[", "//export", "//go:"))
    exported = re.search(r"\b(export|extern|pub|public|protected)\b", side.lines[token.line])
    named = lexicon.NAME.findall(token.scope[-1])[-1:] == [token.text]
    return named and not marked and not exported


def _is_parameter(token: Token, language: str) -> bool:
    """Whether a token is a parameter's name that no caller writes."""
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
    """Whether a name is that of a function, and not of a type, wherever it is in a file. A
    variable of a type is an attribute, which others can use."""
    escaped = re.escape(name)
    if re.search(rf"\b({_TYPES})\s+{escaped}\b", text):
        return False
    return bool(re.search(rf"(?<!\w){escaped}\s*+(<[^<>\n]*+>\s*+)?(=\s*+(async\s*+)?)?\(", text))


_TYPES = "class|struct|object|interface|trait|module|namespace|enum|record|contract|impl"

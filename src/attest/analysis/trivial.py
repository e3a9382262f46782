"""What no program sees of a hunk."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from attest.analysis import lexicon
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import Edit, alike


def trivial(
    looked: HunkAnalysis,
    was: Sequence[Token],
    now: Sequence[Token],
    before: Sequence[Token],
    after: Sequence[Token],
    found: Sequence[Edit],
) -> Effect | None:
    """What no program sees; None where one might."""
    fact = _unseen(looked, was, now, before, after, found)
    if fact is None or fact.kind not in ("white-space", "comment"):
        return fact
    comments = [[t.text for t in side if t.role == "comment"] for side in (was, now)]
    if fact.kind == "white-space":
        comments = [[], []]
    rest = [_without(side, texts) for side, texts in zip(_lines(looked), comments, strict=True)]
    # A grammar may take lines for the inside of one text, and give no token for them (a
    # block of YAML). So the bytes themselves must agree, whatever the tokens say.
    return fact if rest[0] is not None and rest[0] == rest[1] else None


_LAYOUT = str.maketrans("", "", " \t\r\n")


def _without(lines: Sequence[str], comments: Sequence[str]) -> str | None:
    """All that lines say, without blanks, tabs, line ends and these comments; None where
    a comment is not found in its place."""
    text = "".join(lines).translate(_LAYOUT)
    kept, at = [], 0
    for comment in (one.translate(_LAYOUT) for one in comments):
        place = text.find(comment, at)
        if place < 0:
            return None
        kept.append(text[at:place])
        at = place + len(comment)
    return "".join([*kept, text[at:]])


def _unseen(
    looked: HunkAnalysis,
    was: Sequence[Token],
    now: Sequence[Token],
    before: Sequence[Token],
    after: Sequence[Token],
    found: Sequence[Edit],
) -> Effect | None:
    """What the tokens say that no program sees."""
    said = _said(looked.new)
    if looked.language.sort == "prose" and said and _said(looked.old) == said:
        return Effect("white-space")  # words laid out anew
    if looked.broken or looked.language.sort in ("data", "prose"):
        return None
    if looked.language.reader == "lines":
        same = stripped(looked.old) == stripped(looked.new) and _same_layout(looked)
        return Effect("white-space") if same else None
    if not found and alike(before, after):
        comments = [[t.text for t in side if t.role == "comment"] for side in (was, now)]
        if comments[0] == comments[1] and _beside(was) != _beside(now):
            return Effect("directive", quote(_first(comments[0])), quote(_first(comments[1])))
        if comments[0] == comments[1]:
            return Effect("white-space") if _same_layout(looked) else None
        told = [_told(comments[n], comments[1 - n]) for n in (0, 1)]
        if _shows_another(comments[1]) or _may_end(*comments) or _may_end(*reversed(comments)):
            return Effect("directive", quote(_first(comments[0])), quote(_first(comments[1])))
        if any(told) or (looked.language.sort == "migration" and not looked.parsed):
            return Effect("directive", *quote_pair(*told))
        if not looked.parsed and _leading(looked.old) != _leading(looked.new) and before:
            return None
        return Effect("comment", *quote_pair(_first(comments[0]), _first(comments[1])))
    imports = all(token.where & Where.IMPORT for token in (*before, *after))
    if before and imports and (_names_sorted(looked) or _lines_sorted(looked)):
        return Effect("imports-sorted")
    return None


_BEGINS = re.compile(r"\s*(pub\s+)?(import|from|use|using|open|alias|export|require)\b")


def _names_sorted(looked: HunkAnalysis) -> bool:
    """Whether one import lists the same names in another order."""
    said = [" ".join(" ".join(stripped(lines)).split()) for lines in _lines(looked)]
    begun = [sum(bool(_BEGINS.match(line)) for line in lines) for lines in _lines(looked)]
    items = [_names(one) for one in said]
    return begun[0] == begun[1] <= 1 and items[0] == items[1] and "*" not in said[0]


_HEAD = re.compile(r"from \S+ import\b|import(?= [\w.]+ ?(,|;|$))|.*?\b(show|hide)\b|")


def _names(said: str) -> tuple[str, list[str]]:
    """What an import is of, and the names that it lists, sorted."""
    head = _HEAD.match(said)
    begun = head[0] if head else ""
    items = (item.strip(" ;") for item in re.split(r"[,{}()]", said[len(begun) :]))
    return begun, sorted(filter(None, items))


def _lines_sorted(looked: HunkAnalysis) -> bool:
    """Whether the same imports stand in another order."""
    return sorted(stripped(looked.old)) == sorted(stripped(looked.new)) and is_sortable(looked)


_ONE_IMPORT = re.compile(
    r"\s*+(import|from|use|using|open|alias)\b(?!\s*+['\"])[^*()\\]*+(\([^*()]*+\)\s*+)?;?\s*+\Z"
)
_ANY_ORDER = frozenset(
    [
        "csharp",
        "dart",
        "go",
        "haskell",
        "java",
        "javascript",
        "kotlin",
        "python",
        "rust",
        "scala",
        "swift",
        "tsx",
        "typescript",
    ]
)
"""Languages whose imports may stand in any order, but for what loading them does."""


def is_sortable(looked: HunkAnalysis) -> bool:
    """Whether each line of a hunk is one whole import of names, in a language where their
    order is taste."""
    go = looked.language.name == "go"
    lines = [*stripped(looked.old), *stripped(looked.new)]
    return looked.language.name in _ANY_ORDER and all(
        _ONE_IMPORT.match(line) or (go and re.fullmatch(r'\s*"[\w./-]+"', line)) for line in lines
    )


def _said(lines: Sequence[str]) -> list[str]:
    """All of prose but how it is laid out in lines."""
    return " ".join(lines).split()


def _first(comments: Sequence[str]) -> str:
    return comments[0] if comments else ""


def stripped(lines: Sequence[str]) -> list[str]:
    """Lines that say something, without the white space at their ends."""
    return [line.rstrip(" \t\r") for line in lines if line.strip()]


def _leading(lines: Sequence[str]) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


_REORDERS = re.compile("[\u202a-\u202e\u2066-\u2069]")


def _shows_another(comments: Sequence[str]) -> bool:
    """Whether comments show readers another code than programs read (CVE-2021-42574)."""
    return any(_REORDERS.search(comment) for comment in comments)


_ENDS = re.compile(r"\r(?!\n|$)|[\x0b\x0c\x85\u2028\u2029]|\\u+[0-9a-fA-F]{4}|\\\s*\Z")


def _may_end(comments: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a comment of one side alone holds what may end it earlier, or later, than a
    grammar thinks: a lone carriage return, an escape of Java, a backslash at its end."""
    return any(_ENDS.search(comment) for comment in comments if comment not in others)


_TEXTS = frozenset(["html", "yaml"])
"""Languages in which blank lines may be part of a text."""
_INNER = frozenset(["groovy", "ocaml", "perl", "protobuf", "sql"])
"""Languages read by a lexer in which blanks between words are taste."""
_BY_LINES = frozenset(["", "bash", "docker", "make"])
"""Languages to which a carriage return at the end of a line is part of it."""


def _same_layout(looked: HunkAnalysis) -> bool:
    """Whether no white space that differs can matter to a program."""
    ends = [[line.endswith("\r") for line in lines if line.strip()] for lines in _lines(looked)]
    if looked.language.name in _BY_LINES and ends[0] != ends[1]:
        return False
    name = looked.language.name
    if name in _TEXTS and _blanks(looked.old) != _blanks(looked.new):
        return False
    if not looked.language.layout or stripped(looked.old) == stripped(looked.new):
        return True
    inner = looked.parsed or looked.language.name in _INNER
    return inner and _leading(looked.old) == _leading(looked.new)


def _lines(looked: HunkAnalysis) -> tuple[Sequence[str], Sequence[str]]:
    return looked.old, looked.new


def _beside(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Each comment that tells a program something, with the code on its line."""
    lines: dict[int, list[str]] = {}
    for token in tokens:
        if token.role != "comment":
            lines.setdefault(token.line, []).append(token.text)
    told = (t for t in tokens if t.role == "comment" and lexicon.is_directive(t.text))
    return [(token.text, " ".join(lines.get(token.line, []))) for token in told]


def _told(comments: Sequence[str], others: Sequence[str]) -> str:
    """The first comment of one side alone that tells a program something."""
    left = Counter(comments) - Counter(others)
    return next((comment for comment in left if lexicon.is_directive(comment)), "")


def _blanks(lines: Sequence[str]) -> int:
    return sum(not line.strip() for line in lines)

"""What no program sees: white space, comments, the order of imports.

When in doubt, a hunk is not trivial (docs/adr/0009): whoever wants to slip in a change
without a question will dress it up as one of these.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from attest.analysis import lexicon
from attest.analysis.effects import Effect, quote, quote_pair
from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkTokens
from attest.analysis.syntax.tokens import Token, Where
from attest.analysis.token_diff import alike
from attest.text import lazy


def trivial_effect(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect | None:
    """What no program sees; None where one might."""
    effect = _unseen(analysis, tokens)
    if effect is None or effect.kind not in ("white-space", "comment"):
        return effect
    old_comments, new_comments = _comments(tokens) if effect.kind == "comment" else ([], [])
    old = _without(analysis.old, old_comments)
    new = _without(analysis.new, new_comments)
    # A grammar may take lines for the inside of one text, and give no token for them (a
    # block of YAML). So the bytes themselves must agree, whatever the tokens say.
    return effect if old is not None and old == new else None


_LAYOUT = str.maketrans("", "", " \t\r\n")


def _without(lines: Sequence[str], comments: Sequence[str]) -> str | None:
    """The text of lines without blanks, tabs, line ends and these comments; None where a
    comment is not found in its place."""
    text = "".join(lines).translate(_LAYOUT)
    kept, at = [], 0
    for comment in (comment.translate(_LAYOUT) for comment in comments):
        place = text.find(comment, at)
        if place < 0:
            return None
        kept.append(text[at:place])
        at = place + len(comment)
    return "".join([*kept, text[at:]])


def _comments(tokens: HunkTokens) -> tuple[list[str], list[str]]:
    """The comments of both sides."""
    old, new = (
        [token.text for token in side if token.role == "comment"]
        for side in (tokens.old_tokens, tokens.new_tokens)
    )
    return old, new


def _unseen(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect | None:
    """What the tokens say that no program sees."""
    words = _words(analysis.new)
    if analysis.language.sort == "prose" and words and _words(analysis.old) == words:
        return Effect("white-space")  # the same words in lines of other lengths
    if analysis.broken or analysis.language.sort in ("data", "prose"):
        return None
    if analysis.language.reader == "lines":
        same = stripped(analysis.old) == stripped(analysis.new) and _same_layout(analysis)
        return Effect("white-space") if same else None
    if not tokens.edits and alike(tokens.old_code, tokens.new_code):
        return _same_code(analysis, tokens)
    code = (*tokens.old_code, *tokens.new_code)
    imports = all(token.where & Where.IMPORT for token in code)
    if tokens.old_code and imports and (_names_sorted(analysis) or _lines_sorted(analysis)):
        return Effect("imports-sorted")
    return None


def _same_code(analysis: HunkAnalysis, tokens: HunkTokens) -> Effect | None:
    """What differs where the code, and the tree above it, are the same: white space, a
    comment, or one that a program reads (a directive)."""
    old, new = _comments(tokens)
    firsts = quote(_first(old)), quote(_first(new))
    if old == new:
        if _directives_in_place(tokens.old_tokens) != _directives_in_place(tokens.new_tokens):
            return Effect("directive", *firsts)
        return Effect("white-space") if _same_layout(analysis) else None
    if _reorders(new) or _may_end_elsewhere(old, new) or _may_end_elsewhere(new, old):
        return Effect("directive", *firsts)
    directives = _directive(old, new), _directive(new, old)
    unread_migration = analysis.language.sort == "migration" and not analysis.parsed
    if any(directives) or unread_migration:
        return Effect("directive", *quote_pair(*directives))
    indented = _indentations(analysis.old) != _indentations(analysis.new)
    if not analysis.parsed and indented and tokens.old_code:
        return None
    return Effect("comment", *quote_pair(_first(old), _first(new)))


_BEGINS = lazy(r"\s*(pub\s+)?(import|from|use|using|open|alias|export|require)\b")


def _names_sorted(analysis: HunkAnalysis) -> bool:
    """Whether one import lists the same names in another order."""
    old, new = (" ".join(" ".join(stripped(lines)).split()) for lines in _lines(analysis))
    counts = [sum(bool(_BEGINS.match(line)) for line in lines) for lines in _lines(analysis)]
    # What `*` brings depends on what was imported before it.
    return counts[0] == counts[1] <= 1 and _names(old) == _names(new) and "*" not in old


_HEAD = lazy(r"from \S+ import\b|import(?= [\w.]+ ?(,|;|$))|.*?\b(show|hide)\b|")


def _names(line: str) -> tuple[str, list[str]]:
    """What an import is of, and the names that it lists, sorted."""
    match = _HEAD.match(line)
    head = match[0] if match else ""
    items = (item.strip(" ;") for item in re.split(r"[,{}()]", line[len(head) :]))
    return head, sorted(filter(None, items))


def _lines_sorted(analysis: HunkAnalysis) -> bool:
    """Whether the same imports are in another order."""
    return sorted(stripped(analysis.old)) == sorted(stripped(analysis.new)) and is_sortable(
        analysis
    )


_ONE_IMPORT = lazy(
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
"""Languages whose imports may be in any order, but for what loading them does."""


def is_sortable(analysis: HunkAnalysis) -> bool:
    """Whether each line of a hunk is one whole import of names, in a language where their
    order is taste."""
    go = analysis.language.name == "go"
    lines = [*stripped(analysis.old), *stripped(analysis.new)]
    return analysis.language.name in _ANY_ORDER and all(
        _ONE_IMPORT.match(line) or (go and re.fullmatch(r'\s*"[\w./-]+"', line)) for line in lines
    )


def _words(lines: Sequence[str]) -> list[str]:
    """The words of prose, without how they are laid out in lines."""
    return " ".join(lines).split()


def _first(comments: Sequence[str]) -> str:
    return comments[0] if comments else ""


def stripped(lines: Sequence[str]) -> list[str]:
    """Lines that are not blank, without the white space at their ends."""
    return [line.rstrip(" \t\r") for line in lines if line.strip()]


def _indentations(lines: Sequence[str]) -> list[str]:
    return [line[: len(line) - len(line.lstrip())] for line in lines if line.strip()]


_DIRECTION_MARKS = lazy("[\u202a-\u202e\u2066-\u2069]")


def _reorders(comments: Sequence[str]) -> bool:
    """Whether comments show readers other code than programs read: Unicode's marks of
    direction let what follows look as if it were part of the comment, or not
    (CVE-2021-42574)."""
    return any(_DIRECTION_MARKS.search(comment) for comment in comments)


_ENDS = lazy(r"\r(?!\n|$)|[\x0b\x0c\x85\u2028\u2029]|\\u+[0-9a-fA-F]{4}|\\\s*\Z")


def _may_end_elsewhere(comments: Sequence[str], others: Sequence[str]) -> bool:
    """Whether a comment of one side alone has something that may end it earlier, or later,
    than a grammar thinks: a carriage return or another end of a line of some languages,
    `\\u000a` (Java reads such escapes before comments), a backslash at its end (C joins the
    next line to it)."""
    known = frozenset(others)
    return any(_ENDS.search(comment) for comment in comments if comment not in known)


_TEXTS = frozenset(["html", "yaml"])
"""Languages in which blank lines may be part of a text: of `<pre>`, of a block scalar."""
_INNER = frozenset(["groovy", "ocaml", "perl", "protobuf", "sql"])
"""Languages read by a lexer in which blanks between words are taste."""
_BY_LINES = frozenset(["", "bash", "docker", "make"])
"""Languages to which a carriage return at the end of a line is part of it."""


def _same_layout(analysis: HunkAnalysis) -> bool:
    """Whether no white space that differs can matter to a program."""
    ends = [[line.endswith("\r") for line in lines if line.strip()] for lines in _lines(analysis)]
    if analysis.language.name in _BY_LINES and ends[0] != ends[1]:
        return False
    name = analysis.language.name
    if name in _TEXTS and _blanks(analysis.old) != _blanks(analysis.new):
        return False
    if not analysis.language.layout or stripped(analysis.old) == stripped(analysis.new):
        return True
    inner = analysis.parsed or analysis.language.name in _INNER
    return inner and _indentations(analysis.old) == _indentations(analysis.new)


def _lines(analysis: HunkAnalysis) -> tuple[Sequence[str], Sequence[str]]:
    return analysis.old, analysis.new


def _directives_in_place(tokens: Sequence[Token]) -> list[tuple[str, str]]:
    """Each comment that a program reads, with the code on its line: the same `# noqa` on
    another line has another effect."""
    lines: dict[int, list[str]] = {}
    for token in tokens:
        if token.role != "comment":
            lines.setdefault(token.line, []).append(token.text)
    directives = (t for t in tokens if t.role == "comment" and lexicon.is_directive(t.text))
    return [(token.text, " ".join(lines.get(token.line, []))) for token in directives]


def _directive(comments: Sequence[str], others: Sequence[str]) -> str:
    """The first comment of one side alone that a program reads."""
    unmatched = Counter(comments) - Counter(others)
    return next((comment for comment in unmatched if lexicon.is_directive(comment)), "")


def _blanks(lines: Sequence[str]) -> int:
    return sum(not line.strip() for line in lines)

"""The subject of a word or string: what the code can do with it (docs/questions.md)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from attest.analysis import lexicon
from attest.analysis.kinds import Kind
from attest.analysis.subject_words import subject_of
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy

_CALLED: frozenset[Kind] = frozenset(
    {"eval", "shell", "resource", "unsafe", "permission", "deserialisation", "crypto"}
)
"""Subjects of a name only where it is called: a variable `open` opens nothing."""


def subject(every: Sequence[Token], at: int, language: str) -> Kind | None:
    """The subject of a word, by itself and by what stands before it."""
    token = every[at]
    following = every[at + 1].text if at + 1 < len(every) else ""
    before = every[at - 1].text if at else ""
    receiver = every[at - 2].text if before in (".", "::", "->") and at > 1 else ""
    kind = _by_name(token, before, receiver)
    if token.role == "keyword" and token.text == "go" and language == "go":
        return "concurrency"
    if token.text == "shell" and following in ("=", ":"):
        return "shell"
    if kind is None or (kind == "unsafe" and _MARKUP.search(token.text)):
        return kind
    if language == "bash" and kind in ("shell", "resource", "unsafe", "eval"):
        return kind if token.text in ("sudo", "eval") else None
    called = (
        following.startswith(("(", "::", "!", "[")) or token.role == "keyword" or language == "bash"
    )
    if kind in _CALLED and not called and before not in ("new", "import") and following != ".":
        return None
    uncalled = token.text in lexicon.ALWAYS or not following.startswith("(")
    if kind == "resource" and token.role != "keyword" and uncalled:
        return None
    if Where.HEAD in token.where and kind in _CALLED and token.role == "name":
        return None
    return kind


_MARKUP = lazy(r"HTML|html_safe|mark_safe")


def _by_name(token: Token, before: str, receiver: str) -> Kind | None:
    """The subject of a name with what it belongs to, else of the name alone."""
    alone = subject_of(token.text.strip(":!?@"))
    if before == "new":
        return subject_of(f"new {token.text}") or alone
    if not receiver:
        return alone
    together = subject_of(f"{receiver}{before}{token.text}")
    return together if token.text in ("system", "exec") else together or alone


_AROUND: frozenset[Kind] = frozenset(
    {
        "authentication",
        "crypto",
        "deserialisation",
        "eval",
        "permission",
        "shell",
        "unsafe",
    }
)
"""Subjects that matter also where only what they are given changes."""


def named_subject(name: str, language: str, *, value: bool = False) -> Kind | None:
    """The subject of a name that an edit is an argument to, or a new value of.

    Args:
        value: it is a name that gets a value, not one that is called.
    """
    parts = [part for part in re.split(r"[.:>-]+|\s+", name) if part]
    if not parts:
        return None
    last = "::".join(parts[-2:]), ".".join(parts[-2:]), parts[-1]
    kind = next((found for found in map(subject_of, last) if found in _AROUND), None)
    if kind is None and not value and parts[-1] in ("open", "fopen", "fdopen", "OpenFile"):
        return "resource"
    if value and kind not in ("authentication", "crypto", "permission"):
        return None
    if kind in ("shell", "unsafe", "eval") and language == "bash" and parts[-1] != "eval":
        return None
    return kind


def is_regex(token: Token) -> bool:
    """Whether a string is a regular expression: by its slashes, or by what it is given to."""
    if token.role != "string":
        return False
    if token.text.startswith("~r"):  # a sigil of Elixir
        return True
    slashed = token.text.startswith("/") and token.text.rstrip("gimsuyx").endswith("/")
    return (slashed and len(token.text) > 2) or bool(lexicon.REGEX_CALLS.search(token.callee))


def target(token: Token, side: Side) -> str:
    """The name that the unit of a token gives a value to, or its line; empty where there
    is none."""
    unit = side.text[token.unit[0] : token.unit[1]]
    line = side.lines[token.line] if token.line < len(side.lines) else ""
    defined = re.match(r"#\s*define\s+(\w+)", unit or line.lstrip(), re.ASCII)
    if defined:
        return defined[1]
    head, separator, _ = unit.partition("=")
    if separator and len(head) <= 80 and not head.rstrip().endswith(("!", "<", ">", "=")):
        return _last_name(head)
    head, separator, _ = unit.partition(":")
    if separator and re.fullmatch(r"[\w.\"'$@-]{1,40}\s*", head):
        return _last_name(head)
    before = line[: max(token.start - side.starts[token.line], 0)][-200:]
    given = re.search(r"([A-Za-z_][\w.]*)\s*(:[^=(]{0,40})?(?<![=!<>])(=|:=)\s*[^=(,]*$", before)
    return given[1].rpartition(".")[2] if given else ""


def _last_name(head: str) -> str:
    found = lexicon.NAME.findall(head.partition(":")[0] if "::" not in head else head)
    return found[-1] if found else ""


def clause(side: Side, start: int, number: int) -> tuple[str, list[str]]:
    """Head and body of the clause that begins at a place on a line. Only its first lines are
    read: of a longer body it is clear that it is not empty. A body that does nothing (comments
    alone, `pass`) has no lines.

    Args:
        start: where the clause begins in the text.
        number: the line that it begins on, from 0.
    """
    text = side.text[start : start + 2000]
    lines = text.split("\n")
    head = lines[0].strip().rstrip("{: ")
    body: list[str] = []
    rest = lines[0].partition("{")[2] if "{" in lines[0] else lines[0].partition(":")[2]
    inside = [rest, *lines[1:4]]
    indent = len(side.lines[number]) - len(side.lines[number].lstrip())
    for count, line in enumerate(inside):
        bare = line.split("//")[0].split("#")[0].strip(" \t\r;")
        bare = re.sub(r"/\*.*?(\*/|$)", "", bare).strip()
        if count and bare and len(line) - len(line.lstrip()) <= indent:
            break
        if bare.startswith(("}", "end")):
            break
        bare = bare.rstrip("} ")
        if bare and bare not in _NOTHING:
            body.append(bare)
        if line.rstrip().endswith("}") and "{" not in line:
            break
    return head, body


_NOTHING = frozenset(["pass", "...", "continue", "nil", "null", "return", "return nil", "{"])
"""Statements of a clause that do nothing about what it caught."""

"""Proofs that a hunk of a document changes words that only people read."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import PurePosixPath

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkSide, HunkTokens
from attest.text import lazy

_DOCUMENTS = frozenset({"md", "markdown", "rst"})
"""Markup that is rendered for readers. Not MDX, which has code, nor `.txt`, which may be
anything."""
_KNOWN = lazy(
    r"(?i:readme|change(s|log)|history|news|authors|contributors|maintainers|contributing|todo|"
    r"thanks|install|security|faq)([.-]\w\w)?"
)
"""Names of documents, whatever their ending. Not licences: their words are what counts."""
_ANYWHERE = lazy(r"(?i:readme|changelog|changes)([.-]\w\w)?")
"""Documents that a part of a project has, too."""
_FOLDER = lazy(r"(?i)docs?|documentation|man(ual)?")
"""Folders of documents for readers. Elsewhere, a document may be an instruction to a program."""
_FOR_PROGRAMS = lazy(
    r"\A[\s\ufeff]*(?:#!|\{\s|(?:---|\+\+\+|;;;)[ \t]*\r?\n|\w[\w -]{0,40}:[ \t]+\S)"
)
"""The beginning of a script, or of a file with front matter: a program reads it."""
_READ_BY_PROGRAMS = lazy(
    r"\{\{|\{[%:]|<[%?!\w]|\$[{(]|>>>|```|~~~|--8<--|"
    r"^\s*(\.\.|::\w|:[\w!-]+:(?:\s|$)|include::|ifn?def|![\w\[]|\[[a-z][^\]]*\]\s*$)"
)
"""Marks in a line of a document that something other than a reader acts on: templates,
scripts, examples that are run, code blocks, directives."""
_MACHINE_READ = lazy(
    r"`[^`\n]*`|://[^\s)>]+|\]\([^)\n(\]]*|\[\[[^\]\n]*|www\.\S+|[\w+-]@[\w-]{1,99}\.\S+|"
    r"\b[a-z]{2,9}:[^\s\[]{1,200}\[|(?m:^[ \t]*\[[^\]^\n]+\]:.*|^__ .*)"
)
"""What readers copy or follow: code in a line, addresses, the targets of links."""
_INDENTED = re.compile(r" {4}|\t")
_READ_MODES = frozenset({"000000", "100644"})
"""Modes of a file that is read, and not run; and of a side without one."""


def is_prose(analysis: HunkAnalysis, tokens: HunkTokens) -> bool:
    """Whether a hunk of a document changes words that only people read.

    Takes time that is linear in the hunk, and in the file once.
    """
    path = PurePosixPath(analysis.hunk.path.decode("utf-8", "replace"))
    if not {analysis.hunk.row.old_mode, analysis.hunk.row.new_mode} <= _READ_MODES:
        return False  # a shell runs it
    if any(part.startswith(".") for part in path.parts):
        return False  # folders in which tools look for their own files
    stem, _, ending = path.name.partition(".")
    ending = ending.lower()
    known = _KNOWN.fullmatch(stem) is not None
    if ending not in _DOCUMENTS and not (known and stem.isupper() and ending in ("", "txt")):
        return False
    of_documents = any(_FOLDER.fullmatch(part) for part in path.parts[:-1])
    anywhere = known and (len(path.parts) == 1 or _ANYWHERE.fullmatch(stem))
    if not (of_documents or anywhere) or (stem.isupper() and not known):
        return False  # a name in capitals: instructions to a program
    sides = (tokens.old, tokens.new)
    followed = [_MACHINE_READ.findall("\n".join(of.lines)) for of in sides]
    if followed[0] != followed[1] and all(of.lines for of in sides):
        return False
    return all(_is_for_readers(of, ending) for of in sides)


def _is_for_readers(hunk: HunkSide, ending: str) -> bool:
    """Whether no program reads the lines of one side of a hunk, or what is around a side
    without any."""
    side, (first, last), lines = hunk.side, hunk.spot, hunk.lines
    if side.has(_FOR_PROGRAMS):
        return False
    indented = ending == "rst" and any(line[:1].isspace() for line in lines)
    if indented or any(map(_is_indented_code, lines)):
        return False
    barred = _lines_for_programs(side.text, ending)
    return barred.isdisjoint(range(first, last)) if lines else not {first - 1, first} <= barred


_ITEM = lazy(r"\s*([-*+]|\d+[.)])\s")


def _is_indented_code(line: str) -> bool:
    """Whether a line is indented by four columns, and no item of a list."""
    return bool(_INDENTED.match(line) and line.strip() and not _ITEM.match(line))


_FENCE = lazy(r"[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?(`{3,}|~{3,})[^`]*\Z")
_RAW = lazy(r"(?i)[\s>]*(?:(?:[-*+]|\d+[.)])\s+)?<(?:(script|style|pre|textarea)\b|!--)")
"""What begins a block of HTML that goes on behind a blank line (CommonMark, "HTML blocks")."""


@lru_cache(maxsize=16)
def _lines_for_programs(text: str, ending: str) -> frozenset[int]:
    """The numbers, from 0, of the lines of blocks that a program reads: from one mark to another,
    or each paragraph and item of a list with a mark in it. Linear; remembered for the last few.

    A block begins at `first`, and ends at a blank line or where an item of a list begins; but not
    while `closes`, what ends a fence or raw text, has not come. `marked` says whether a program
    reads it. A block that begins with `---` may be YAML, and keeps its items. A paragraph of
    reStructuredText that ends with `::` marks the block behind the blank line.
    """
    result: set[int] = set()
    first, closes, marked = 0, "", False
    lines = text.split("\n")
    for number, line in enumerate(lines):
        if closes:
            closes = "" if _closes(line, closes) else closes
            continue
        blank = not line.strip()
        if blank or (_ITEM.match(line) and lines[first].rstrip() != "---"):
            result.update(range(first, number + blank) if marked else ())
            literal = blank and first < number and lines[number - 1].rstrip().endswith("::")
            marked = (literal and ending == "rst") or (marked and blank and first == number)
            first = number + blank
        closes = _opens(line)
        marks = closes or _READ_BY_PROGRAMS.search(line)
        marked = marked or bool(marks) or (number == first and line.rstrip() == "---")
    return frozenset([*result, *(range(first, len(lines)) if marked else ())])


def _opens(line: str) -> str:
    """What closes the block that a line begins; empty where it begins none."""
    fence, raw = _FENCE.match(line), _RAW.match(line)
    if fence or not raw:
        return fence[1] if fence else ""
    closes = f"</{raw[1]}".lower() if raw[1] else "-->"
    return "" if closes in line[raw.end() :].lower() else closes


def _closes(line: str, mark: str) -> bool:
    """Whether a line ends the block that `mark` is to end: a fence by one that is at least as long
    and has nothing behind it, and HTML by its tag anywhere."""
    if mark[-1] in "`~":
        bare = line.strip(" \t\r>")
        return bare.startswith(mark) and not bare.strip(mark[0])
    return mark in line.lower()

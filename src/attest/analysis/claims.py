"""Proofs that a change matters little: of comments, a log's message, the project's version.

A hunk of such a kind is asked about only where a commit has nothing else. So a low rank is a
claim, too: what is not proven here is plain code (docs/questions.md, "What ranks low").
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from operator import attrgetter

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.plain_words import COMMAND, is_sentence
from attest.analysis.statements import is_statement
from attest.analysis.syntax.tokens import Side, Token
from attest.text import lazy


def is_explanation(
    analysis: HunkAnalysis,
    old: Sequence[Token],
    new: Sequence[Token],
    old_side: Side,
    new_side: Side,
) -> bool:
    """Whether all that differs between two runs of comments and docstrings explains something.

    A tool that reads comments looks for its mark where a line of them begins (`noqa`, `@tag`,
    `key: value`, `a-b`, capitals), and for a whole line of code in an example, a usage or a
    grammar. A line without either is words for readers. Takes time that is linear in the hunk.
    """
    if not analysis.parsed or analysis.broken or not analysis.language.certain:
        return False
    before, after = (
        {line for token in side for line in token.text.split("\n")} for side in (old, new)
    )
    changed = before ^ after
    if not changed or any(map(_is_for_a_tool, changed)):
        return False
    # Markup has tags, and so have its comments, of which some are conditions.
    of_markup = any(token.text.startswith("<!") for token in (*old, *new))
    if of_markup and not all(is_sentence(line.strip(" \t\r<!->")) for line in changed):
        return False
    if old_side.has(_LEAVES_CODE) or new_side.has(_LEAVES_CODE):
        return False
    return all(_block_explains(*of) for of in ((old_side, old), (new_side, new)))


def _block_explains(side: Side, comments: Sequence[Token]) -> bool:
    """Whether some tokens stand above all that a tool reads in the comments that they are part
    of. What it reads begins with a mark and may go on without one."""
    for token in comments:
        text = token.text.strip(" \t\r\n")
        at = bisect_right(side.tokens, token.start, key=_start) - 1
        whole, last = side.tokens[at], side.last_lines[at]
        line_mark = _LINE_MARK.match(text)
        block = range(whole.line, last + 1)
        if line_mark and last == whole.line + whole.text.endswith("\n"):
            block = side.block(token.line, line_mark[0])
        if text and token.line + text.count("\n") >= _end_of_words(side, block):
            return False
    return True


def _end_of_words(side: Side, block: range) -> int:
    """The first line of a block of comments that is for a tool, or the one behind the block. Found
    once for each block."""
    if block not in side.ends_of_words:
        end = next((n for n in block if _is_for_a_tool(side.lines[n].strip(" \t\r"))), block.stop)
        side.ends_of_words[block] = end
    return side.ends_of_words[block]


_start = attrgetter("start")
_LINE_MARK = lazy(r"//|#|--")
_LEAVES_CODE = lazy(r"(?m)\?>|^[ \t]*(?:import[ \t]+)?\"C\"")
"""Behind the end of a script of PHP stands text, which the grammar takes for code; above this
import of Go stands code of C, of which no line need have a mark."""
_OPENS = lazy(r"(?://[/!]?|#+|--+|/\*+|\*+/?|<!--|\{-)(?![^ \t])[ \t]*(?:[-*|^] )?")
"""What stands before the words of a comment on a line. What stands right behind a delimiter, or
begins with another mark, is for a tool: `#define`, `# !pip`, `# %%`, `//export`, `/*!`, `--!`."""
_CLOSES = lazy(r"(?:\*/|-->|-\})\Z")
_RULE = lazy(r"([-=*~_#+./])\1{3,}|[-=*~_.]{3}")
"""A line that only separates others."""
_MARK = lazy(
    r"[^\w`(\[\"'.,]|\w[\w -]{0,40}:\s*$|(?:\w+ ){0,3}\w[\w-]*\s*[:=\[>]|[A-Z_]{3}|[a-z0-9]+-[a-z]|"
    r"[\w.+-]*\w$|[\w.]+/"
)
_CODE = lazy(
    r"[;{}]$|\s[:=|]{1,2}\s|>>>|^\$|```|\w:\w|\w=\w|(?:^|[\s*])[#@+]\s?\w|\bNO[A-Z]{2}|"
    r"\b(?i:no(?:check|cover|inspection|lint|pep|qa|sec|sem|sonar|verify)|lgtm|pragma|ggignore|skipcq)"
)


def _is_for_a_tool(line: str) -> bool:
    opened = line.strip(" \t\r")
    mark = _OPENS.match(opened)
    words = _CLOSES.sub("", opened[mark.end() if mark else 0 :][:MAX_WORDS]).rstrip(" \t*")
    if not words or _RULE.fullmatch(words):
        return False
    if opened.endswith(("\\", "??/")) or "\\u" in opened:
        return True  # the next line is part of it, or it may end before its own line does
    if any(map(COMMAND.fullmatch, words.split()[:3])):
        return True
    return bool(_MARK.match(words) or _CODE.search(words) or len(opened) > MAX_WORDS)


MAX_WORDS = 1_000
"""Characters of a line of a comment; of a longer one nothing is proven."""


_LOGGER = lazy(
    r"(?:[\w$]+(?:\.|::|->))*_?(?i:log|logger|logging|slog|tracing)(?:\.|::|->)"
    r"(?i:trace|debug|info|notice|warn|warning|error|critical|exception|"
    r"log(?:trace|debug|information|warning|error|critical)|(?-i:Print))(?:f|ln|w)?!?"
)
_BOUND = lazy(
    r"(?im)^(?:(?!log)[^\n]){0,200}\b(?:class|def|fn|func?|fun|function|as)\s+_?(?:LOG)\b|"
    r"(?:^|(?<=[\s.(,]))_?(?:LOG)\s{0,9}:?=(?![=>]|\s?None)(?![^\n]{0,200}log)".replace(
        "LOG", "log|logger|logging|slog|tracing"
    )
)
"""A line that gives the name of a logger to something else, as far as its words say."""
_COMPUTED = lazy(r"\$|#\{|\\\(|^[A-Za-z]*[fFbB]|^[`/]")
"""What makes a string more than its text: variables, expressions, templates, bytes."""
_PLACES = lazy(
    r"%(?:\(\w{1,40}\))?[-+ #0]{0,5}[\d.*]{0,9}(?:hh?|ll?|[jztLq])?[A-Za-z%]|"
    r"\{[^{}]*\}|\$\w+|\\\([^()]*\)"
)
"""Places for values in a text, by the ways of several languages."""


def is_log_message(old: Token, new: Token, side: Side) -> bool:
    """Whether a string in place of another one is the literal message of a logger, with the
    same places for values. What is printed is not: a program may read it."""
    if not side.parsed or old.callee != new.callee or not _LOGGER.fullmatch(new.callee[:200]):
        return False
    if side.has(_BOUND):
        return False
    if any(_COMPUTED.search(token.text) or "::" in token.text for token in (old, new)):
        return False
    return has_same_places(old, new) and is_statement(side.text, *new.unit)


_NUMBER = lazy(r"[\s\w.\"'-]*?[:=]\s*['\"]?v?\d[\w.+-]*['\"]?,?\s*")
_LONG_TEXT = lazy(r"\"\"\"|'''")
_SECTIONS = frozenset({"[package]", "[project]", "[tool.poetry]", "[workspace.package]"})


def is_own_version(analysis: HunkAnalysis, new: Side, lines: tuple[str, str]) -> bool:
    """Whether a hunk of a dependency manifest changes the project's own version alone.

    Args:
        lines: the line that differs, before and after.
    """
    alone = len(analysis.old) == len(analysis.new) == 1
    if (
        analysis.language.sort != "dependency"
        or not alone
        or not all(_NUMBER.fullmatch(line[:200]) for line in lines)
    ):
        return False
    if analysis.language.parsed:
        return analysis.scope == ("version",)
    if new.has(_LONG_TEXT):
        return False  # a line of it may look like the head of a section
    above = bisect_left(new.sections, analysis.hunk.new_start) - 1
    section = new.lines[new.sections[above]].strip() if above >= 0 else ""
    return re.match(r"version\s*=", lines[1]) is not None and section in _SECTIONS


_BASED_ON = lazy(
    r"(^|\.)(uses|image|rev|distributionUrl)$|(?i:dependenc|requires?(-dev)?(\.|$))|^require|"
    r"packages?(\.|\]|$)|(^|\.)(catalogs?|overrides|resolutions)(\.|$)"
)
"""Names of keys and sections that say what a project or a job is based on."""
_PIN = lazy(
    r"^FROM\s|^-?\s*uses:|^(\w+\.)?(gem|pod|\.package|implementation|api|compileOnly|runtimeOnly|classpath|"
    r"test[A-Z]\w*|add_dependency|add_development_dependency)[\s(]|^id[\s(].*version|<version>|<Package(Reference|Version)|"
    r"^[\"']?[\w.-]+(\[[\w,-]+\])?\s*(==|>=|~=|<=|\^|~>)\s*v?\d|"
    r"\{:\w+, [\"'~]|\w% [\"']|[\"'] %%? [\"']"
)
"""Lines that name something that a build is based on, by the tools that read them."""
_LISTS = lazy(
    r"(^|/)(requirements[^/]*\.(txt|in)|constraints[^/]*\.txt|go\.mod|libs\.versions\.toml|"
    r"\.gitmodules)$"
)
"""Files that list nothing but dependencies."""


def is_dependency(analysis: HunkAnalysis, name: str, lines: tuple[str, str]) -> bool:
    """Whether a line of a manifest or of a build file says what it is based on.

    Args:
        name: the keys or the section around it.
        lines: the line that differs, before and after.
    """
    if analysis.language.sort not in ("dependency", "build"):
        return False
    path = analysis.hunk.path.decode("utf-8", "replace")
    named = _BASED_ON.search(name) or any(_BASED_ON.search(one) for one in analysis.scope)
    return bool(_LISTS.search(path) or named or any(_PIN.search(line) for line in lines if line))


def has_same_places(old: Token, new: Token) -> bool:
    """Whether two strings have the same places for values, in the same order. A place with
    another one inside is not read, and so is not the same."""
    places = [_PLACES.findall(token.text) for token in (old, new)]
    marks = ("{", "\\(")
    read = all(
        sum(place.startswith(mark) for place in own) == token.text.count(mark)
        for mark in marks
        for token, own in zip((old, new), places, strict=True)
        if _COMPUTED.search(token.text)
    )
    return read and places[0] == places[1]

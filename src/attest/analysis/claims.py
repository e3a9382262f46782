"""Proofs that a change matters little: of comments, a log's message, the project's version.

A hunk of such a kind is asked about only where a commit has nothing else. So a low rank is a
claim, too: what is not proven here is plain code (docs/questions.md, "What ranks low").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from operator import attrgetter

from attest.analysis.hunk_analysis import HunkAnalysis
from attest.analysis.hunk_tokens import HunkSide, HunkTokens
from attest.analysis.plain_words import COMMAND, is_sentence
from attest.analysis.quoting import Part
from attest.analysis.syntax.tokens import Side, Token, Where
from attest.text import lazy


def is_explanation(analysis: HunkAnalysis, tokens: HunkTokens) -> bool:
    """Whether all that differs between the comments of a hunk explains something.

    A tool that reads comments looks for its mark where a line of them begins (`noqa`, `@tag`,
    `key: value`, `a-b`, capitals), and for a whole line of code in an example, a usage or a
    grammar. A line without either is words for readers. Takes time that is linear in the hunk.
    """
    if not analysis.parsed or analysis.broken or not analysis.language.certain:
        return False
    sides = (tokens.old, tokens.new)
    before, after = (
        {line for token in of.comments for line in token.text.split("\n")} for of in sides
    )
    changed = before ^ after
    if not changed or any(map(_is_for_a_tool, changed)):
        return False
    # Markup has tags, and so have its comments, of which some are conditions.
    of_markup = any(token.text.startswith("<!") for of in sides for token in of.comments)
    if of_markup and not all(is_sentence(line.strip(" \t\r<!->")) for line in changed):
        return False
    if any(of.side.has(_LEAVES_CODE) for of in sides):
        return False
    return all(map(_block_explains, sides))


def _block_explains(hunk: HunkSide) -> bool:
    """Whether the comments of a hunk stand above all that a tool reads in the comments that they
    are part of. What it reads begins with a mark and may go on without one."""
    side = hunk.side
    for token in hunk.comments:
        text = token.text.strip(" \t\r\n")
        at = bisect_right(side.tokens, token.start, key=_start) - 1
        whole, last = side.tokens[at], side.last_lines[at]
        line_mark = _LINE_MARK.match(text)
        block = range(whole.line, last + 1)
        if line_mark and last == whole.line:
            block = side.block(token.line, line_mark[0])
        if text and token.line + text.count("\n") >= _end_of_words(side, block):
            return False
    return True


def _end_of_words(side: Side, block: range) -> int:
    """The first line of a block of comments that is for a tool, or the one behind the block. Found
    once for each block."""
    key = "end of words", block
    if key not in side.memo:
        end = next((n for n in block if _is_for_a_tool(side.lines[n].strip(" \t\r"))), block.stop)
        side.memo[key] = end
    return side.memo[key]


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
_WORD = lazy(r"[^\W_]*(?:['-][^\W_]+)*[,.;:!?]?")
"""A word of a text, with the marks around it; what else stands between two blanks has a place for
a value, whatever the way of a language to write one."""


def is_log_message(old: Token, new: Token, side: Side) -> bool:
    """Whether a string in place of another one is the literal message of a logger, with the
    same places for values. What is printed is not: a program may read it."""
    if not side.parsed or old.callee != new.callee or not _LOGGER.fullmatch(new.callee[:200]):
        return False
    if side.has(_BOUND):
        return False
    if any(_COMPUTED.search(token.text) or "::" in token.text for token in (old, new)):
        return False
    alone = old.where & new.where & Where.STATEMENT
    return bool(alone) and has_same_places(old, new)


_DOCSTRING = lazy(r"(\"\"\"|\'\'\'|\"|\')(.*)\1", re.DOTALL)


def is_docstring_of_words(part: Part) -> bool:
    """Whether an edit is within docstrings of Python with nothing but sentences: no mark of a
    usage, a grammar, a test or an example, which programs read in a docstring."""
    tokens = part.side.tokens
    # The token of a hunk may be a part of the string: the rest of it counts, too.
    places = (bisect_right(tokens, token.start, key=_start) - 1 for token in part.run)
    return all(_is_docstring_of_words(tokens[at].text) for at in places)


@lru_cache(maxsize=16)
def _is_docstring_of_words(text: str) -> bool:
    words = _DOCSTRING.fullmatch(text)
    return words is not None and all(is_sentence(line.strip()) for line in words[2].split("\n"))


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
    return lines[1].startswith("version") and "".join(analysis.scope) in _SECTIONS


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
    """Whether two strings have the same places for values, in the same order. A place with a
    blank inside is not read, and so is not the same."""
    pieces = (token.text.strip("\"'`").split() for token in (old, new))
    places = [[one for one in own if not _WORD.fullmatch(one)] for own in pieces]
    brackets = [[one.count(mark) for one in places[0]] for mark in "{}()"]
    return places[0] == places[1] and brackets[::2] == brackets[1::2]

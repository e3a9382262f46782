"""What a line of code does with a name that occurs in it, by rules for text.

These lines are of files that the change may not touch, found by `git grep`; no grammar reads
them. So the rules are strict: where a line leaves doubt, it counts as `other`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from attest.text import lazy, word_set

Role = Literal["definition", "declaration", "import", "use", "other"]

LONGEST_LINE = 400
"""Characters of a line that is looked at; a longer one is made by a program."""

_WORDS = (
    "def|defp|defmacro|defmacrop|defguard|fn|func|fun|function|sub|proc|macro|class|struct|enum|"
    "trait|interface|type|data|newtype|actor|protocol|union|module|object|record|const|let|var|val|"
    "static|local"
)
_TYPES = word_set(
    "class struct enum trait interface type data newtype actor protocol union module object record"
)
_BEFORE = lazy(
    rf"(?:^|[\s(;{{])({_WORDS})\s+(?:[\w<>,]+\s+)?(?:\([^()]{{0,80}}\)\s*)?(?:[\w<>]+(?:\.|::|:))?\*?$"
)
_DEFINED_NAME = lazy(
    r"^\s*(?:(?:pub(?:\([a-z]+\))?|public|export|default|async|static)\s+){0,4}(?:def|defp|defmacro|"
    r"fn|func|function|sub|class|struct|enum|trait|interface|module|macro|data|newtype|const|#\s*define)\s+"
    r"(?:self\.)?([^\W\d]\w*[!?]?)|^([A-Z][A-Z0-9]+_[A-Z0-9_]+)\s*(?::[^=()]{1,60})?=(?![=~>])"
)
_DEFINE = lazy(r"#\s*define\s+$|macro_rules!\s*$")
_ASSIGNED = lazy(r"^\s*(?::[^=()]{1,60})?=(?![=~>])")
_PROPERTY = lazy(r"^\s*:\s*(?:async\s+)?function\b")
_IMPORT_LINE = lazy(
    r"^\s*(?:from|import|use|pub use|require|require_relative|include|#include|export|using|alias)"
    r"\b|\brequire\("
)
_LISTED = lazy(r"^\s*(?:,\s*)?$")
_TYPE_PIECE = lazy(r"^[\w<>\[\],.&*:~@?]+$")
_NO_TYPE = word_set(
    "return else throw new await yield case in not and or if elif assert raise echo print "
    "goto delete do use import from when while until unless is as select where end then"
)
_AFTER_USE = lazy(r"^(?:!?[(\[]|<\w|::|\?\.|\.\w|\s*[,)\];}]|\s*=>)")
_BEFORE_USE = lazy(r"(?:[.(,=\[&@!{|]|::|->|\|>)\s*$")
_LIKE_CODE = lazy(
    r"\w[(\[{]|[\w)\]\"'];|[=<>&|]\s|->|[{};:]\s*$|"
    r"^\s*(?:return|else|end|break|continue|raise|use|case|if|yield|await)\b"
)
_SLASHES = word_set(
    "c cpp csharp dart go java javascript kotlin php rust scala solidity swift tsx typescript "
    "zig groovy css"
)
_HASHES = word_set("python ruby bash elixir julia perl r make cmake php nix yaml nim")
_DASHES = word_set("haskell lua sql elm")
_HASH_COMMENT = lazy(r"(?:^|\s)#(?!\s*define)")
_BRACED = word_set("javascript typescript tsx java csharp cpp dart php kotlin")
_TYPED = word_set("c cpp csharp java dart php solidity groovy")
CLAUSES = word_set("elixir haskell erlang typescript tsx java csharp cpp c kotlin swift scala")
"""Languages in which a function may be defined in several clauses, overloads or `#if`s."""


def role(line: str, start: int, end: int, language: str) -> Role:
    """What a line does with the name that stands in it.

    Args:
        start, end: where the name stands.
        language: as `languages.of` names it.
    """
    if len(line) > LONGEST_LINE:
        return "other"
    before, after = line[:start], line[end:]
    code = _outside_strings(before)
    if code is None or _is_comment(code, language):
        return "other"
    if _defines(before, after, line, language):
        return "declaration" if _is_declaration(line, language) else "definition"
    if _IMPORT_LINE.search(line) or (not before.strip() and _LISTED.match(after)):
        return "import"
    if _follows_words(before):
        return "other"
    if _AFTER_USE.match(after) or (
        _BEFORE_USE.search(before) and not before.strip().endswith("//")
    ):
        return "use"
    return "other"


def is_code(written: Sequence[str]) -> bool:
    """Whether any of some lines looks like code, and not like the words of a docstring."""
    return any(_LIKE_CODE.search(line[:LONGEST_LINE]) for line in written)


def defines_type(line: str, start: int) -> bool:
    """Whether a line defines a type or a module, and no function."""
    match = _BEFORE.search(line[:start])
    return match is not None and match[1] in _TYPES


def defined_by(line: str, language: str) -> str:
    """The name that a line defines with a word such as `def`; empty where it defines none."""
    if len(line) > LONGEST_LINE or _is_comment(
        line[: len(line) - len(line.lstrip()) + 1], language
    ):
        return ""
    match = _DEFINED_NAME.match(line)
    return match[1] or match[2] if match else ""


def _outside_strings(code: str) -> str | None:
    """Some code without what is in its strings; None where it ends inside of one."""
    kept: list[str] = []
    quote, escaped = "", False
    for letter in code:
        if not quote:
            kept.append(letter)
            quote = letter if letter in "\"'`" else ""
        elif escaped:
            escaped = False
        elif letter == "\\":
            escaped = True
        elif letter == quote:
            kept.append(letter)
            quote = ""
    return None if quote else "".join(kept)


def _follows_words(before: str) -> bool:
    """Whether two plain words stand before a name, as in a sentence."""
    pieces = before.rsplit(" ", 2)
    if len(pieces) < 3 or pieces[2]:
        return False
    return pieces[0][-1:].isalpha() and pieces[1].isalpha()


def _is_comment(code: str, language: str) -> bool:
    """Whether a comment begins in some code before a name."""
    if language in _SLASHES:
        return "//" in code or "/*" in code or code.lstrip().startswith("*")
    if language in _DASHES:
        return "--" in code
    return language in _HASHES and bool(_HASH_COMMENT.search(code))


def _defines(before: str, after: str, line: str, language: str) -> bool:
    if _DEFINE.search(before) or _BEFORE.search(before):
        return True
    head = before.strip()
    if not head or head in ("self.", "this.", "export", "@"):
        if _ASSIGNED.match(after) and not line.rstrip().endswith((",", ")")):
            return True
        if _PROPERTY.match(after):
            return True
    if language == "bash" and not head and after.lstrip().startswith("()"):
        return True
    if not after.lstrip().startswith(("(", "<")):
        return False
    return _is_headed(head, line, language)


def _is_headed(head: str, line: str, language: str) -> bool:
    """Whether a name with an argument list behind it is that of a function that is defined:
    by the words before it, or the brace at the end of its line."""
    pieces = head.replace("*", "* ").split()
    typed = bool(pieces) and all(_TYPE_PIECE.match(piece) for piece in pieces)
    typed = typed and pieces[0] not in _NO_TYPE and not head.endswith((".", ":", "->"))
    if typed and language in _TYPED:
        return True
    if not pieces and language in ("c", "cpp"):
        return line[:1].strip() != "" and not line.rstrip().endswith(";")
    braced = language in _BRACED and line.rstrip().endswith("{")
    return braced and (typed or not pieces) and "=>" not in line and "function" not in line


def _is_declaration(line: str, language: str) -> bool:
    """Whether a line says that something is there, and not what it does."""
    return language in ("c", "cpp") and line.rstrip().endswith((";", ","))

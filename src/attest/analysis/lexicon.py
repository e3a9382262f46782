"""Words and marks of code, in all languages at once: what begins a condition, what raises, what
logs, what is SQL, …

Each language has few of them, and a word that means nothing in a language does not stand at
such a place of its tree: what counts is the word and its place together (`Where`).
"""

from __future__ import annotations

import re

from attest.text import lazy

LONGEST = 100
"""Letters of a word that is looked up; some patterns take quadratic time, and nobody gives such
a name by hand (tests/unit/test_linear.py)."""

IFS = frozenset(["if", "elif", "unless", "elsif", "guard", "cond"])
ASSERTS = frozenset(
    [
        "assert",
        "assert!",
        "check",
        "checkArgument",
        "checkNotNull",
        "debug_assert",
        "debug_assert!",
        "precondition",
        "require",
        "require!",
        "requireNonNull",
        "requireNotNull",
        "static_assert",
    ]
)
LEAVES = frozenset(["return", "break", "continue", "next", "goto", "redo", "retry"])
LOOPS = frozenset(["for", "while", "until", "foreach", "loop", "do"])
RAISES = frozenset(
    [
        "abort",
        "bail",
        "bail!",
        "error",
        "fail",
        "panic",
        "panic!",
        "raise",
        "revert",
        "throw",
        "throwIO",
    ]
)
CATCHES = frozenset(["except", "catch", "rescue"])
ALWAYS = frozenset(["finally", "ensure", "defer", "with", "using"])
"""Words that give a resource back, whatever happens."""
NULLS = lazy(
    r"(None|null|nil|undefined|nullptr|NULL|is_none|is_some|is_null|isNull|nil\?|blank\?|present\?|"
    r"empty\?|isEmpty|is_empty|isset|unwrap|unwrap_or|unwrap_or_default|unwrap_or_else|Optional|"
    r"getOrElse|fromJust|fromMaybe|orElse|\?\?|\?\?=|\?\.|\?:|!!|&\.)\Z"
)
MODIFIERS = frozenset(
    [
        "abstract",
        "async",
        "const",
        "constexpr",
        "declare",
        "default",
        "export",
        "extern",
        "final",
        "inline",
        "internal",
        "let",
        "open",
        "override",
        "partial",
        "private",
        "protected",
        "pub",
        "public",
        "sealed",
        "static",
        "template",
        "unsafe",
        "var",
        "virtual",
    ]
)
"""Words before a definition, which are not part of its scope."""
ARITHMETIC = frozenset(
    [
        "+",
        "-",
        "*",
        "/",
        "%",
        "**",
        "//",
        "<<",
        ">>",
        ">>>",
        "&",
        "|",
        "^",
        "~",
        "+=",
        "-=",
        "*=",
        "/=",
        "%=",
        "<<=",
        ">>=",
        "&=",
        "|=",
        "^=",
        "++",
        "--",
    ]
)
COMPARISONS = frozenset(
    [
        "<",
        "<=",
        ">",
        ">=",
        "==",
        "!=",
        "===",
        "!==",
        "<>",
        "=~",
        "!~",
        "&&",
        "||",
        "and",
        "or",
        "not",
        "!",
        "in",
        "is",
        "<=>",
        "-lt",
        "-le",
        "-gt",
        "-ge",
        "-eq",
        "-ne",
        "~=",
    ]
)
OPEN_CLOSE = lazy(r"[()\[\]{};,:]+\Z|end\Z|then\Z|do\Z")
NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*")

MESSAGES = lazy(
    r"(^|[.:])(errors\.New|fmt\.Errorf|Errorf|stop|die|croak|\w*Error|\w*Exception|error)\Z"
)
"""What the text of an error is given to."""
LOGS = lazy(
    r"(^|[.:>])(_?log(ger|ging)?s?|slog|syslog|console|klog|logrus|zap|tracing|NSLog|print(ln|"
    r"f|err)?!?|"
    r"eprint(ln)?!?|fprintf|debug!?|info!?|warn(ing)?!?|trace!?|puts|echo|secho|dbg!)([.:(]|\Z|->)",
    re.IGNORECASE,
)
SQL = lazy(
    r"\b(select\s.{1,200}?\sfrom|insert\s+into|update\s+\S+\s+set|delete\s+from|"
    r"create\s+(table|index|"
    r"unique)|alter\s+table|drop\s+(table|index|column))\b|"
    r"\bwhere\s+[\w.]+\s*(=|<|>|in\s*\(|like\s)",
    re.IGNORECASE | re.DOTALL,
)
REGEX_CALLS = lazy(
    r"(^|[.:])(re|regex|regexp|pattern)([.:]+(compile|match|search|sub|findall|finditer|"
    r"fullmatch|split|"
    r"new|MustCompile|Compile|matches))\Z|preg_\w+\Z|RegExp\Z|Regex\Z|(lazy_)?regex!\Z|"
    r"regcomp\Z|gsub!?\Z|"
    r"replaceAll\Z|NSRegularExpression\Z",
    re.IGNORECASE,
)
SWALLOWED = lazy(
    r"\|\|\s*+true\b|(?m:^)[^\S\n]*+(let\s++)?_\s*+=\s*+[\w.]+[(.!]|"
    r"\.catch\(\s*+\(?\w*+\)?\s*+=>\s*+(\{\s*+\}|null|undefined)\s*+\)|"
    r"\bsuppress\(|\brescue\s+nil\b|\btry\?(\s|$)|\.ok\(\);|@(file|fopen|unlink|mkdir)\w*\("
)
UNITS = lazy(
    r"(_|\b)(ms|msec|millis\w*|sec|secs|seconds?|minutes?|hours?|days|usec|micros\w*|nanos\w*|"
    r"bytes?|kb|mb|"
    r"kib|mib|kilobytes|timeouts?|ttl|interval|delay|duration|timedelta|size_limit|max_size|"
    r"px|percent)(_|\b)|"
    r"(?-i:Timeout|Seconds|Millis|Minutes|Duration|Interval|Delay|(?<![a-z])Bytes)",
    re.IGNORECASE,
)
COUNTED = lazy(
    r"(^|_)(nanos\w*|micros\w*|millis\w*|secs?|seconds?|minutes?|mins?|hours?|days|weeks)$",
    re.IGNORECASE,
)
"""What time is counted in."""
FLAGS = lazy(
    r"feature_?flag|feature_?gate|experiment|toggle|is_?enabled|enable_[a-z_]+\b(?!\()|use_[a-z]+_flag|"
    r"cfg_?feature",
    re.IGNORECASE,
)

_DIRECTIVE = lazy(
    r"^#!|coding[:=]|^//\s*go:|^//\s*\+build|type:\s*ignore|\bnoqa\b|pylint|\bnosec\b|eslint|"
    r"@ts-|prettier-ignore|"
    r"NOLINT|clang-format|frozen_string_literal|rubocop|phpcs|@phpstan|@psalm|pragma|istanbul|"
    r"c8 ignore|webpack\w+:|"
    r"@jsx|@flow|tslint|biome-ignore|mypy:|pyright|fmt:|isort:|spell-?check|shellcheck|"
    r"hadolint|codespell|"
    r"SPDX-License|@generated|DO NOT EDIT|^\s*+/?\*++\s*+@[A-Z]\w+|"
    r"magic[- ]comment|checkov|nolint|export\s|^\{-#|^(//|/\*)\s*#\s*\w|\bcgo\b|"
    r"^#\s*(syntax|escape|check)\s*=|^#\s*(dependencies|requires-python)\s*=|cython:|^//line\s|"
    r"<reference|sourceMappingURL|@test\b|@type\b|@jest|^\s*+(///?|#|\*)?\s*+(>>>|```)|"
    r"<!--\s*(#|\[)|#SBATCH|#PBS|!\$omp|synthesis\s|translate_o|^#\s*typed:|^#cloud-config|"
    r"@[a-z]\w*\(|@(Is|Route|Assert|ORM)\w*"
)


def is_counted(word: str) -> bool:
    """Whether a word says what time is counted in."""
    return len(word) <= LONGEST and bool(COUNTED.search(word))


def is_directive(comment: str) -> bool:
    """Whether a comment is read by a program: a compiler, a linter, a test runner, … Only so
    many lines and letters are searched: a comment may be as long as its file."""
    return any(_DIRECTIVE.search(line[:400]) for line in comment[:40_000].split("\n"))

"""Words and marks of code, in all languages at once: what begins a condition, what raises, what
logs, …

Each language has few of them, and a word that means nothing in a language does not stand at
such a place of its tree: what counts is the word and its place together (`Where`).
"""

from __future__ import annotations

import re

from attest.text import lazy, word_set

IFS = word_set("if elif unless elsif guard cond")
ASSERTS = word_set(
    "assert assert! check checkArgument checkNotNull debug_assert debug_assert! precondition "
    "require require! requireNonNull requireNotNull static_assert"
)
LEAVES = word_set("return break continue next goto redo retry")
LOOPS = word_set("for while until foreach loop do")
RAISES = word_set("abort bail bail! error fail panic panic! raise revert throw throwIO")
CATCHES = word_set("except catch rescue")
MODIFIERS = word_set(
    "abstract async const constexpr declare default export extern final inline internal let open "
    "override partial private protected pub public sealed static template unsafe var virtual"
)
"""Words before a definition, which are not part of its scope."""
ARITHMETIC = word_set("+ - * / % ** // << >> >>> & | ^ ~ += -= *= /= %= <<= >>= &= |= ^= ++ --")
COMPARISONS = word_set(
    "< <= > >= == != === !== <> =~ !~ && || and or not ! in is <=> -lt -le -gt -ge -eq -ne ~="
)
OPEN_CLOSE = lazy(r"[()\[\]{};,:]+\Z|end\Z|then\Z|do\Z")
NAME = lazy(r"[A-Za-z_][A-Za-z0-9_]*")

LOGS = lazy(
    r"(^|[.:>])(_?log(ger|ging)?s?|slog|syslog|console|klog|logrus|zap|tracing|NSLog|print(ln|"
    r"f|err)?!?|"
    r"eprint(ln)?!?|fprintf|debug!?|info!?|warn(ing)?!?|trace!?|puts|echo|secho|dbg!)([.:(]|\Z|->)",
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


def is_directive(comment: str) -> bool:
    """Whether a comment is read by a program: a compiler, a linter, a test runner, … Only so
    many lines and letters are searched: a comment may be as long as its file."""
    return any(_DIRECTIVE.search(line[:400]) for line in comment[:40_000].split("\n"))

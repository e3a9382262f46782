"""Comments that programs read."""

from __future__ import annotations

from attest.text import lazy

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

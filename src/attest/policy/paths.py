"""Which paths a list of gitignore patterns matches (gitignore(5))."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

LOCK_FILES = frozenset(
    {
        ".terraform.lock.hcl",
        "Cargo.lock",
        "Chart.lock",
        "Gemfile.lock",
        "MODULE.bazel.lock",
        "Package.resolved",
        "Pipfile.lock",
        "Podfile.lock",
        "bun.lock",
        "bun.lockb",
        "cabal.project.freeze",
        "composer.lock",
        "conda-lock.yml",
        "deno.lock",
        "flake.lock",
        "go.sum",
        "gradle.lockfile",
        "mix.lock",
        "npm-shrinkwrap.json",
        "package-lock.json",
        "packages.lock.json",
        "paket.lock",
        "pdm.lock",
        "pixi.lock",
        "pnpm-lock.yaml",
        "poetry.lock",
        "pubspec.lock",
        "pylock.toml",
        "rebar.lock",
        "shard.lock",
        "stack.yaml.lock",
        "uv.lock",
        "yarn.lock",
    }
)
"""Names of files that a package manager writes and people do not."""


class Patterns:
    """A list of patterns, the last that matches decides, as git reads them; case counts
    on every system. Unlike git, `?` and `[…]` stand for one character of a path, also
    where it has several bytes; and a later `!pattern` counts below a folder too that
    an earlier pattern means.

    Args:
        lines: the patterns.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._lines = list(lines)

    @staticmethod
    def of(lines: Sequence[str]) -> Patterns:
        """The patterns of a policy: made once, and matched often."""
        return _made(tuple(lines))

    def match(self, path: bytes) -> bool:
        """Whether the patterns match *path*, written as git has it."""
        return self.last(path) is not None

    def last(self, path: bytes) -> str | None:
        """The pattern that decides that *path* matches; None where it does not."""
        # Most policies have only these two lists, and to import pathspec takes a twentieth of
        # a check. It has the last word about names that are nothing but dots and slashes.
        if not self._lines:
            return None
        if self._lines == ["*"] and path.strip(b"./\n"):
            return "*"
        found = self._spec.check_file(path.decode("utf-8", "surrogateescape"))
        return self._lines[found.index] if found.include and found.index is not None else None

    @cached_property
    def _spec(self) -> GitIgnoreSpec:
        return _compiled(self._lines)


def _compiled(lines: Sequence[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    # Not with RE2, which it takes by itself where it is installed: that backend finds nothing
    # where its patterns need too much memory, or where a path is not UTF-8.
    return GitIgnoreSpec.from_lines(lines, backend="simple")


@lru_cache(maxsize=256)
def _made(lines: tuple[str, ...]) -> Patterns:
    return Patterns(lines)


def assert_pattern(line: str) -> None:
    """Make sure that a pattern is valid.

    Raises:
        ValueError: it is empty or a comment, or gitignore(5) calls it invalid.
    """
    if not line.strip() or line.startswith("#") or "\n" in line:
        raise ValueError("an empty pattern, or a comment")
    try:
        _compiled([line])
    except (ValueError, re.error) as error:  # pathspec makes a regular expression of it
        raise ValueError(f"not a gitignore pattern: {error}") from None


def is_lock_file(path: bytes) -> bool:
    """Whether a path is that of a lock file, by its name alone: its content is the
    contributor's, and must not decide how it is treated."""
    name = posixpath.basename(path.decode("utf-8", "surrogateescape"))
    return name in LOCK_FILES or (name.startswith("pylock.") and name.endswith(".toml"))

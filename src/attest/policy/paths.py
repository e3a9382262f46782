"""Which paths a list of gitignore patterns matches (gitignore(5))."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from functools import lru_cache

from attest.policy.globs import Glob

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
    on every system. Unlike git, a later `!pattern` counts below a folder too that an
    earlier pattern means.

    Args:
        lines: the patterns.

    Raises:
        ValueError: one is not valid, see `assert_pattern`.
    """

    def __init__(self, lines: Sequence[str]) -> None:
        self._globs = [(line, Glob(line)) for line in reversed(lines)]

    @staticmethod
    def of(lines: Sequence[str]) -> Patterns:
        """The patterns of a policy: made once, and matched often."""
        return _compile_patterns(tuple(lines))

    def match(self, path: bytes) -> bool:
        """Whether the patterns match *path*, written as git has it."""
        return self.last(path) is not None

    def match_or_below(self, path: bytes) -> bool:
        """Whether the patterns match *path*, or would match all below it; see `last_or_below`."""
        return self.last_or_below(path) is not None

    def last_or_below(self, path: bytes) -> str | None:
        """As `last`, or the pattern that would match all below *path*, were it a folder. For rules
        that ask for more: a submodule, a link or a file in the place of a folder must not escape
        them, and a pattern such as `src/wire/` matches folders alone."""
        return self.last(path) or self.last(path + b"/\0")

    def last(self, path: bytes) -> str | None:
        """The pattern that decides that *path* matches; None where it does not."""
        exception_depth = 0
        for line, glob in self._globs:
            depth = glob.depth(path)
            # A `!docs/` spares the folder, and not what an earlier `*.md` means inside of it.
            if depth > exception_depth and glob.include:
                return line
            exception_depth = max(exception_depth, depth)
        return None


@lru_cache(maxsize=256)
def _compile_patterns(lines: tuple[str, ...]) -> Patterns:
    return Patterns(lines)


def assert_pattern(line: str) -> None:
    """Make sure that a pattern is valid.

    Raises:
        ValueError: it is empty or a comment, gitignore(5) calls it invalid, or it can match
            nothing.
    """
    if not line.strip() or line.startswith("#") or "\n" in line or "\0" in line:
        raise ValueError("an empty pattern, or a comment")
    try:
        Glob(line)
    except ValueError as error:
        raise ValueError(f"not a gitignore pattern: {error}") from None


def is_lock_file(path: bytes) -> bool:
    """Whether a path is that of a lock file, by its name alone: its content is the
    contributor's, and must not decide how it is treated."""
    name = posixpath.basename(path.decode("utf-8", "surrogateescape"))
    return name in LOCK_FILES or (name.startswith("pylock.") and name.endswith(".toml"))

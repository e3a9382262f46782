"""Which language a path is in: by its name alone, so that the answer is the same everywhere."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import NamedTuple

from attest.analysis.syntax.file_sorts import Sort, is_test, sort_of
from attest.text import lazy

_TREE = {
    "bash": "sh bash bats ksh",
    "c": "c h",
    "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp cu cuh ino h",
    "csharp": "cs",
    "css": "css scss",
    "dart": "dart",
    "elixir": "ex exs",
    "go": "go",
    "haskell": "hs",
    "hcl": "hcl tf tfvars nomad",
    "html": "html htm xhtml",
    "java": "java",
    "javascript": "js cjs mjs jsx",
    "json": "json json5 webmanifest",
    "kotlin": "kt kts ktm",
    "lua": "lua",
    "markdown": "md markdown",
    "nix": "nix",
    "php": "php phtml",
    "python": "py pyi pyw",
    "ruby": "rb rbw gemspec rake ru",
    "rust": "rs",
    "scala": "scala sc sbt",
    "solidity": "sol",
    "swift": "swift",
    "tsx": "tsx",
    "typescript": "ts cts mts",
    "yaml": "yml yaml",
    "zig": "zig zon",
}
_SECTIONED = {"ini": "ini", "cfg": "ini", "editorconfig": "ini", "toml": "toml"}
"""Files that are read by lines and have `[section]`s."""
_NAMED = dict.fromkeys(("gemfile", "rakefile", "vagrantfile"), "ruby")
_BY_EXTENSION = {ext: name for name, all_ in _TREE.items() for ext in all_.split()}


class Language(NamedTuple):
    """What is known of a file by its name.

    Args:
        name: of the grammar, or of a format that is read by lines; empty for others.
        parsed: whether a grammar reads it; others are read by lines.
        sort: what sort of file it is.
        test: whether it is a test.
        certain: whether the path leaves no doubt about its language.
    """

    name: str
    parsed: bool
    sort: Sort
    test: bool
    certain: bool = False


MAX_PATH = 1_000
"""Bytes of a path that is looked at."""
_TEMPLATES = frozenset(
    ("in", "tmpl", "tpl", "j2", "jinja", "jinja2", "mustache", "dist", "example", "sample")
)
"""Endings of a file from which another one is made, behind the other's own."""
_COMPARED = lazy(r"(^|/)(fixtures?|golden|testdata|__snapshots__|snapshots?)/")


_ENDING = lazy(r"\.\w+\Z")


def _of_template(path: str) -> str:
    """The path of the file that is made from a template; others as they are."""
    while True:
        stem, _, ending = path.rpartition(".")
        if ending not in _TEMPLATES or not _ENDING.search(stem):
            return path
        path = stem


def of(path: bytes) -> Language:
    """What a path says of its file."""
    if len(path) > MAX_PATH:
        return Language("", False, "code", False)
    written = path.decode("utf-8", "replace")
    shown = _of_template(written)
    name = PurePosixPath(shown).name.lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    sort, test = sort_of(shown, extension), is_test(shown)
    grammar = _NAMED.get(name) or _BY_EXTENSION.get(extension)
    if grammar is None or (sort == "data" and name not in _NAMED):
        return Language(_SECTIONED.get(extension, ""), False, sort, test)
    # A template is not in the language of what is made of it, what tests compare byte by byte
    # is a text in any language, and a header may be of C, C++ or Objective-C.
    doubtful = extension == "h" or shown != written or _COMPARED.search(shown)
    return Language(grammar, True, sort, test, not doubtful)

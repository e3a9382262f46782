"""Which language a path is in: by its name alone, so that the answer is the same everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

from attest.analysis.syntax.file_sorts import Sort, is_test, sort_of
from attest.text import lazy

Reader = Literal["tree", "lexer", "lines"]

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
_LEXER = {
    "awk": "awk",
    "clojure": "clj cljs cljc edn",
    "cmake": "cmake",
    "common-lisp": "lisp",
    "cython": "pyx pxd",
    "elm": "elm",
    "emacs-lisp": "el",
    "erlang": "erl hrl",
    "fortran": "f f90 f95 f03",
    "fsharp": "fsx",
    "glsl": "glsl vert frag",
    "groovy": "groovy gradle",
    "ini": "ini cfg editorconfig",
    "julia": "jl",
    "make": "mk mak",
    "nim": "nim",
    "ocaml": "ml mli",
    "pascal": "pas",
    "perl": "pm",
    "powershell": "ps1 psm1",
    "properties": "properties env",
    "protobuf": "proto",
    "r": "r",
    "sql": "sql",
    "tcl": "tcl",
    "toml": "toml",
    "vb.net": "vb",
    "verilog": "sv",
    "vhdl": "vhd vhdl",
    "vim": "vim",
    "xml": "xml xsd xsl svg csproj props targets",
}
_NAMED = {
    "makefile": "make",
    "gnumakefile": "make",
    "cmakelists.txt": "cmake",
    "dockerfile": "docker",
    "containerfile": "docker",
    "gemfile": "ruby",
    "rakefile": "ruby",
    "vagrantfile": "ruby",
    "go.mod": "lines",
    "meson.build": "meson",
    "jenkinsfile": "groovy",
    ".bashrc": "bash",
    ".profile": "bash",
}


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a file by its name.

    Args:
        name: of the grammar or lexer; empty where lines are all there is.
        reader: what reads it.
        sort: what sort of file it is.
        test: whether it is a test.
        certain: whether the path leaves no doubt about its language.
    """

    name: str
    reader: Reader
    sort: Sort
    test: bool
    certain: bool = False

    @property
    def parsed(self) -> bool:
        return self.reader == "tree"

    @property
    def layout(self) -> bool:
        """Whether white space at the beginning of a line can carry meaning that its
        tree does not show."""
        return self.name not in _FREE


_FREE = frozenset(
    [
        "bash",
        "c",
        "cpp",
        "csharp",
        "css",
        "dart",
        "elixir",
        "go",
        "hcl",
        "java",
        "javascript",
        "json",
        "kotlin",
        "lua",
        "markdown",
        "php",
        "python",
        "ruby",
        "rust",
        "scala",
        "solidity",
        "swift",
        "tsx",
        "typescript",
        "zig",
    ]
)
_BY_EXTENSION = {
    **{ext: (name, "tree") for name, all_ in _TREE.items() for ext in all_.split()},
    **{ext: (name, "lexer") for name, all_ in _LEXER.items() for ext in all_.split()},
}


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
        return Language("", "lines", "code", False)
    shown = _of_template(path.decode("utf-8", "replace"))
    name = PurePosixPath(shown).name
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    test = is_test(shown)
    known = _NAMED.get(name.lower())
    is_code = known is not None or extension in _BY_EXTENSION
    sort = sort_of(shown, extension, is_code=is_code)
    if known is None and re.match(r"(docker|container|make)file\.", name, re.IGNORECASE):
        known = _NAMED[name.lower().partition(".")[0]]
    if known == "lines":
        return Language("", "lines", sort, test)
    # A template is not in the language of what is made of it, and what tests compare byte by
    # byte is a text in any language.
    template = shown != path.decode("utf-8", "replace")
    certain = not (extension == "h" or template or _COMPARED.search(shown))
    if known is not None:
        reader: Reader = "tree" if known in _TREE else "lexer"
        return Language(known, reader, sort, test, certain and reader == "tree")
    found = _BY_EXTENSION.get(extension)
    if found is None or sort == "data":
        return Language("", "lines", sort, test)
    reader = "tree" if found[1] == "tree" else "lexer"
    return Language(found[0], reader, sort, test, certain and reader == "tree")

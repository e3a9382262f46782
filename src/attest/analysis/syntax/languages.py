"""Which language a path is in, and what sort of file it is: by its name alone, so
that the answer is the same everywhere."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Literal

Sort = Literal[
    "code", "configuration", "dependency", "build", "migration", "prose", "style", "data"
]
Reader = Literal["tree", "lexer", "lines"]

_TREE = {
    "bash": "sh bash bats ksh",
    "c": "c h",
    "cpp": "cc cpp cxx c++ hh hpp hxx h++ ipp inl cu cuh ino",
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
    "common-lisp": "lisp cl",
    "cython": "pyx pxd",
    "d": "d",
    "elm": "elm",
    "emacs-lisp": "el",
    "erlang": "erl hrl",
    "fortran": "f f90 f95 f03",
    "fsharp": "fs fsx",
    "glsl": "glsl vert frag",
    "groovy": "groovy gradle",
    "ini": "ini cfg conf editorconfig",
    "julia": "jl",
    "make": "mk mak",
    "matlab": "m",
    "nasm": "asm s",
    "nim": "nim",
    "ocaml": "ml mli",
    "objective-c": "mm",
    "pascal": "pas pp",
    "perl": "pl pm t",
    "powershell": "ps1 psm1",
    "properties": "properties env",
    "protobuf": "proto",
    "r": "r",
    "sql": "sql",
    "tcl": "tcl",
    "toml": "toml",
    "vb.net": "vb",
    "verilog": "v sv",
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
_PROSE = frozenset(
    [
        "md",
        "markdown",
        "mdc",
        "mdx",
        "rst",
        "txt",
        "adoc",
        "asciidoc",
        "org",
        "tex",
        "pod",
        "rdoc",
        "textile",
        "man",
    ]
)
_DATA = frozenset(
    [
        "csv",
        "tsv",
        "snap",
        "svg",
        "po",
        "pot",
        "golden",
        "out",
        "expected",
        "jsonl",
        "ndjson",
        "diff",
        "patch",
    ]
)
_STYLE = frozenset(["css", "scss", "sass", "less"])
_CONFIGURATION = frozenset(
    [
        "toml",
        "ini",
        "cfg",
        "conf",
        "yml",
        "yaml",
        "json",
        "json5",
        "properties",
        "env",
        "xml",
        "plist",
        "service",
        "neon",
        "desktop",
        "pc",
        "editorconfig",
        "hcl",
        "tf",
        "tfvars",
    ]
)
_DEPENDENCY = re.compile(
    r"(^|/)(package\.json|pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.(txt|in)|Pipfile|"
    r"Cargo\.toml|go\.mod|Gemfile|[^/]+\.gemspec|pom\.xml|[^/]*\.gradle(\.kts)?|composer\.json|"
    r"mix\.exs|Package\.swift|build\.sbt|pubspec\.yaml|[^/]+\.csproj|rebar\.config|deno\.json|"
    r"conanfile\.(txt|py)|vcpkg\.json|\.gitmodules|environment\.ya?ml|constraints[^/]*\.txt|"
    r"libs\.versions\.toml|build\.zig\.zon|\.pre-commit-config\.yaml)$"
)
_BUILD = re.compile(
    r"^\.github/((workflows|actions)/|[^/]+\.ya?ml$)|^\.(gitlab-ci|travis|appveyor|cirrus)\.ya?ml$|^\.(circleci|buildkite|forgejo|"
    r"gitea|"
    r"woodpecker)/|(^|/)(Makefile(\.[^/]+)?|GNUmakefile|CMakeLists\.txt|[^/]+\.(cmake|mk|mak|bazel|"
    r"bzl)|(Docker|Container)file[^/]*|\.dockerignore|docker-compose[^/]*\.ya?ml|Jenkinsfile|"
    r"meson\.build|BUILD|WORKSPACE|configure\.ac|Makefile\.am|Rakefile|tox\.ini|noxfile\.py|"
    r"build\.rs|[^/]*\.(webpack|rollup|vite|babel)[^/]*|(webpack|rollup|vite|babel|jest|vitest)"
    r"\.config\.[a-z]+|appveyor\.yml|azure-pipelines\.yml|cloudbuild\.yaml|\.gitlab-ci\.yml|"
    r"\.gitattributes|\.gitignore|\.npmrc|justfile|Taskfile\.ya?ml)$"
)
_MIGRATION = re.compile(r"(^|/)(migrations?|migrate|alembic/versions|db/migrate)/|\.sql$")
_TEST = re.compile(
    r"(^|/)(tests?|testing|spec|specs|__tests__|testdata|fixtures|e2e|unittests?)/|"
    r"(^|/)(test|tests|conftest)\.[a-z]+$|(^|/)test_[^/]+$|(^|/)t/[^/]+\.t$|"
    r"([._-](test|tests|spec|specs)\.[a-z]+|(Test|Tests|Spec|IT)\.(java|kt|cs|php|swift|"
    r"scala))$"
)


@dataclass(frozen=True, slots=True)
class Language:
    """What is known of a file by its name.

    Args:
        name: of the grammar or lexer; empty where lines are all there is.
        reader: what reads it.
        sort: what sort of file it is.
        test: whether it is a test.
    """

    name: str
    reader: Reader
    sort: Sort
    test: bool

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
_ENDING = re.compile(r"\.\w+\Z")


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
    test = bool(_TEST.search(shown))
    sort = _sort(shown, extension)
    known = _NAMED.get(name.lower())
    if known is None and re.match(r"(docker|container|make)file\.", name, re.IGNORECASE):
        known = _NAMED[name.lower().partition(".")[0]]
    if known == "lines":
        return Language("", "lines", sort, test)
    if known is not None:
        return Language(known, "tree" if known in _TREE else "lexer", sort, test)
    found = _BY_EXTENSION.get(extension)
    if found is None or sort == "data":
        return Language("", "lines", sort, test)
    reader: Reader = "tree" if found[1] == "tree" else "lexer"
    return Language(found[0], reader, sort, test)


def _sort(path: str, extension: str) -> Sort:
    if _BUILD.search(path):
        return "build"
    if _DEPENDENCY.search(path):
        return "dependency"
    if _MIGRATION.search(path):
        return "migration"
    if extension in _DATA:
        return "data"
    if extension in _STYLE:
        return "style"
    manual = _MANUAL.fullmatch(path.rpartition(".")[2]) and _of_manual(path)
    plain = extension == "txt" and not _PLAIN.search(path)
    if manual or (extension in _PROSE and not plain):
        return "prose"
    if extension in _CONFIGURATION:
        return "configuration"
    known = extension in _BY_EXTENSION or PurePosixPath(path).name.lower() in _NAMED
    return "code" if known else _unknown(path, extension)


_MANUAL = re.compile(r"[1-9][a-z]?")


def _of_manual(path: str) -> bool:
    """Whether a file is in a folder of documents, and no name has a dot from there to its
    ending."""
    *folders, name = path.rpartition(".")[0].split("/")
    for folder in reversed(folders):
        if "." in name:
            return False
        if folder.startswith(("man", "doc")):
            return True
        name = folder
    return False


_PLAIN = re.compile(
    r"(^|/)docs?/|(^|/)(readme|changes|changelog|news|history|authors|licen[cs]e|copying|notice|"
    r"contributing|todo|thanks|install|faq)[^/]*$",
    re.IGNORECASE,
)
"""Where a `.txt` is read by people."""
_WORDS = re.compile(
    r"^(README|CHANGELOG|CHANGES|AUTHORS|CONTRIBUTORS|LICENSE|LICENCE|COPYING|NOTICE|NEWS|TODO|"
    r"CONTRIBUTING|HISTORY|MAINTAINERS|CODEOWNERS)$",
    re.IGNORECASE,
)


def _unknown(path: str, extension: str) -> Sort:
    """A file whose name says nothing: code, unless its whole name is known."""
    return "prose" if not extension and _WORDS.match(PurePosixPath(path).name) else "code"

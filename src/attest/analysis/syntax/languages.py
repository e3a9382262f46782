"""What a path says of its file: its language, what sort of file it is, and whether it is a test. By
its name alone, so that the answer is the same everywhere."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal, NamedTuple

from attest.text import lazy, word_set

Sort = Literal["code", "configuration", "dependency", "build", "migration", "prose", "data"]

_GRAMMARS = {
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
_BY_LINES = {"ini": "ini cfg editorconfig", "toml": "toml"}
"""Formats with `[section]`s, which no grammar reads."""
_NAMED = dict.fromkeys(("gemfile", "rakefile", "vagrantfile"), "ruby")
_BY_EXTENSION = {
    extension: name
    for name, extensions in (_GRAMMARS | _BY_LINES).items()
    for extension in extensions.split()
}

_SORTS: dict[Sort, str] = {
    "prose": "md markdown mdc mdx rst adoc asciidoc org tex pod rdoc textile man",
    "data": "csv tsv snap svg po pot golden out expected jsonl ndjson diff patch",
    "configuration": "toml ini cfg conf yml yaml json json5 properties env xml plist service neon "
    "desktop pc editorconfig tfvars css scss sass less",
}
_SORT_BY_EXTENSION = {
    extension: sort for sort, extensions in _SORTS.items() for extension in extensions.split()
}
_DEPENDENCY = lazy(
    r"(^|/)(package\.json|bower\.json|pyproject\.toml|setup\.(py|cfg)|requirements[^/]*\.(txt|in)|Pipfile|"
    r"Cargo\.toml|go\.mod|Gemfile|[^/]+\.gemspec|pom\.xml|[^/]*\.gradle(\.kts)?|composer\.json|"
    r"mix\.exs|Package\.swift|[^/]+\.sbt|pubspec\.yaml|[^/]+\.csproj|rebar\.config|deno\.json|"
    r"conanfile\.(txt|py)|vcpkg\.json|\.gitmodules|environment\.ya?ml|constraints[^/]*\.txt|"
    r"libs\.versions\.toml|Directory\.(Packages|Build)\.props|build\.zig\.zon|\.pre-commit-config\.yaml)$"
)
_BUILD = lazy(
    r"^\.github/((workflows|actions)/|[^/]+\.ya?ml$)|^\.(gitlab-ci|travis|appveyor|cirrus)\.ya?ml$|^\.(circleci|buildkite|forgejo|"
    r"gitea|"
    r"woodpecker)/|(^|/)(Makefile(\.[^/]+)?|GNUmakefile|CMakeLists\.txt|[^/]+\.(cmake|mk|mak|bazel|"
    r"bzl)|(Docker|Container)file[^/]*|\.dockerignore|docker-compose[^/]*\.ya?ml|Jenkinsfile|"
    r"meson\.build|BUILD|WORKSPACE|configure\.ac|Makefile\.am|tox\.ini|appveyor\.yml|"
    r"azure-pipelines\.yml|cloudbuild\.yaml|\.gitlab-ci\.yml|"
    r"\.gitattributes|\.gitignore|\.npmrc|justfile|Taskfile\.ya?ml)$"
)
_MIGRATION = lazy(r"(^|/)(migrations|db/migrat(e|ion)|alembic/versions)/")
"""Folders of Django, Diesel, Ecto, Laravel, golang-migrate and Prisma; of Rails and Flyway; of
Alembic. A file in SQL elsewhere may be anything that selects."""
_WORDS = lazy(
    r"^(README|CHANGELOG|CHANGES|AUTHORS|CONTRIBUTORS|LICENSE|LICENCE|COPYING|NOTICE|NEWS|TODO|"
    r"CONTRIBUTING|HISTORY|MAINTAINERS|CODEOWNERS|RELEASE[-_]?NOTES)(\.txt)?$",
    re.IGNORECASE,
)

_TEST = lazy(
    r"(^|/)(tests?|testing|spec|specs|__tests__|testdata|fixtures|e2e|unittests?)/|"
    r"(^|/)(test|tests|conftest)\.[a-z]+$|(^|/)test_[^/]+$|(^|/)t/[^/]+\.t$|"
    r"([._-](test|tests|spec|specs)\.[a-z]+|(Test|Tests|Spec|IT)\.(java|kt|cs|php|swift|"
    r"scala))$"
)


class Language(NamedTuple):
    """What is known of a file by its name.

    Args:
        name: of the grammar, or of a format that is read by lines; empty for others.
        sort: what sort of file it is.
        test: whether it is a test, or what tests use.
        certain: whether the path leaves no doubt about its language.
    """

    name: str = ""
    sort: Sort = "code"
    test: bool = False
    certain: bool = False

    @property
    def parsed(self) -> bool:
        """Whether a grammar reads it; others are read by lines."""
        return self.name in _GRAMMARS


MAX_PATH = 1_000
"""Bytes of a path that is looked at."""
_TEMPLATES = word_set("in tmpl tpl j2 jinja jinja2 mustache dist example sample")
"""Endings of a file from which another one is made, behind the other's own."""
_COMPARED = lazy(r"(^|/)(fixtures?|golden|testdata|__snapshots__|snapshots?)/")


def of(path: bytes) -> Language:
    """What a path says of its file."""
    if len(path) > MAX_PATH:
        return Language()
    written = path.decode("utf-8", "replace")
    pieces = written.split(".")
    while len(pieces) > 2 and pieces[-1] in _TEMPLATES and "/" not in pieces[-2]:
        pieces.pop()
    shown = ".".join(pieces)
    name = PurePosixPath(shown).name.lower()
    extension = name.rpartition(".")[2] if "." in name else ""
    grammar = _NAMED.get(name) or _BY_EXTENSION.get(extension, "")
    # A template is not in the language of what is made of it, what tests compare byte by byte
    # is a text in any language, and a header may be of C, C++ or Objective-C.
    doubtful = extension == "h" or shown != written or _COMPARED.search(shown)
    test = bool(_TEST.search(shown)) and "/src/main/" not in f"/{shown}"
    return Language(
        grammar, _sort_of(shown, extension), test, grammar in _GRAMMARS and not doubtful
    )


def _sort_of(path: str, extension: str) -> Sort:
    """What sort of file a path is. The first rule that fits counts: a build file in YAML is
    not configuration."""
    if _BUILD.search(path):
        return "build"
    if _DEPENDENCY.search(path):
        return "dependency"
    if _MIGRATION.search(path):
        return "migration"
    # A name that says nothing is code, unless all of it is known: when in doubt, it is asked.
    if extension in ("", "txt") and _WORDS.match(PurePosixPath(path).name):
        return "prose"
    return _SORT_BY_EXTENSION.get(extension, "code")

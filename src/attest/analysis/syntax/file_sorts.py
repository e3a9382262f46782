"""What sort of file a path is (code, configuration, prose, …), and whether it is a test: by its
name alone, so that the answer is the same everywhere."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from typing import Literal

from attest.text import lazy, word_set

Sort = Literal["code", "configuration", "dependency", "build", "migration", "prose", "data"]

_PROSE = word_set("md markdown mdc mdx rst adoc asciidoc org tex pod rdoc textile man")
_DATA = word_set("csv tsv snap svg po pot golden out expected jsonl ndjson diff patch")
_CONFIGURATION = word_set(
    "toml ini cfg conf yml yaml json json5 properties env xml plist service neon desktop pc "
    "editorconfig tfvars css scss sass less"
)
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
_TEST = lazy(
    r"(^|/)(tests?|testing|spec|specs|__tests__|testdata|fixtures|e2e|unittests?)/|"
    r"(^|/)(test|tests|conftest)\.[a-z]+$|(^|/)test_[^/]+$|(^|/)t/[^/]+\.t$|"
    r"([._-](test|tests|spec|specs)\.[a-z]+|(Test|Tests|Spec|IT)\.(java|kt|cs|php|swift|"
    r"scala))$"
)


def is_test(path: str) -> bool:
    """Whether a path is that of a test, or of what tests use."""
    return bool(_TEST.search(path)) and "/src/main/" not in f"/{path}"


def sort_of(path: str, extension: str) -> Sort:
    """What sort of file a path is. The first rule that fits counts: a build file in YAML is
    not configuration.

    Args:
        extension: its ending in lower case, without the dot; empty where it has none.
    """
    if _BUILD.search(path):
        return "build"
    if _DEPENDENCY.search(path):
        return "dependency"
    if _MIGRATION.search(path):
        return "migration"
    if extension in _DATA:
        return "data"
    if extension in _PROSE:
        return "prose"
    if extension in _CONFIGURATION:
        return "configuration"
    # A name that says nothing is code, unless all of it is known: when in doubt, it is asked.
    words = extension in ("", "txt") and _WORDS.match(PurePosixPath(path).name)
    return "prose" if words else "code"


_WORDS = lazy(
    r"^(README|CHANGELOG|CHANGES|AUTHORS|CONTRIBUTORS|LICENSE|LICENCE|COPYING|NOTICE|NEWS|TODO|"
    r"CONTRIBUTING|HISTORY|MAINTAINERS|CODEOWNERS|RELEASE[-_]?NOTES)(\.txt)?$",
    re.IGNORECASE,
)

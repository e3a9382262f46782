"""Where names and texts occur in the tree of a commit, as `git grep` finds them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from attest.analysis.syntax import languages
from attest.analysis.syntax.languages import Language
from attest.facts import lines
from attest.facts.lines import Role
from attest.git.lookups import Lookups
from attest.text import lazy

Sort = Literal["code", "test", "document", "other"]

_COPIED = lazy(
    r"(^|/)(vendor|vendored|_vendor|third_party|thirdparty|third-party|external|node_modules|dist|"
    r"\w+_dist|build|generated|bundled?|public/assets|static/lib)/|\.min\.|(^|/)\.[^/]+/|"
    r"[._-]generated\.|_pb2\.pyi?$|\.pb\.go$"
)
"""Files that are copies of others, or that a program wrote."""
_HISTORY = lazy(
    r"(^|/)(change(s|log|_log)?|news|history|releases?|release[-_]?notes?|changelogs?|whatsnew|"
    r"migrat\w*|upgrad\w*|deprecat\w*|todo|authors|versioned_docs|blog|_posts|rfcs?|adr|"
    r"proposals?)([._/-]|$)",
    re.IGNORECASE,
)
"""Documents that tell what was there once, and so may name what is gone."""
_FOR_TESTS = lazy(r"(^|/)testing/|(^|/)test(s|ing)?\.\w+$")
"""What a package offers to the tests of others, or a file of tests: the name does not say."""
_TEST_SUITE = lazy(r"(^|/)(testsuites?|regress(ion)?)/")
_FAMILIES = (
    "javascript typescript tsx",
    "c cpp",
    "java kotlin scala groovy",
    "python cython",
)
_FAMILY = {name: names.split()[0] for names in _FAMILIES for name in names.split()}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A line that has a name.

    Args:
        text: the line.
        start: where the name stands in it.
        sort: what the file is.
        role: what the line does with the name, in code and tests.
    """

    path: bytes
    line: int
    text: str
    start: int
    sort: Sort
    role: Role
    language: str


def find(tree: str, terms: Iterable[str], git: Lookups) -> Mapping[str, Sequence[Occurrence]]:
    """The lines of a tree's text files that have one of some terms as a whole word.

    Args:
        terms: names, options and literals.

    Raises:
        LookupFailed: git could not search all of the tree.
    """
    sought = sorted(set(terms))
    occurrences: dict[str, list[Occurrence]] = {term: [] for term in sought}
    if not sought:
        return occurrences
    words = [word for term in sought for word in ("-e", term)]
    for path, number, text in grep(tree, ["-w", "-F", *words], git):
        for term in sought:
            start = position(text, term)
            if start >= 0:
                occurrences[term].append(_occurrence(path, number, text, start, term))
    return occurrences


def grep(
    tree: str, expression: Sequence[str], git: Lookups, paths: Sequence[str] = ()
) -> Iterator[tuple[bytes, int, str]]:
    """Path, number and text of the lines of a tree that an expression of git-grep(1) finds.

    Args:
        paths: patterns of the files to search; all by default.

    Raises:
        LookupFailed: git could not search all of the tree.
    """
    form = ("-I", "-n", "-z", "--full-name", "--no-color", "--no-column", "--no-textconv")
    more = ("--no-recurse-submodules", *expression, tree, "--", *paths)
    out = git.run("grep", *form, *more, success=(0, 1))
    prefix = len(tree) + 1
    for row in out.split(b"\n"):
        name, _, rest = row.partition(b"\0")
        number, _, text = rest.partition(b"\0")
        if number.isdigit():
            yield name[prefix:], int(number), text.decode("utf-8", "replace")


def position(text: str, term: str) -> int:
    """Where a term stands in a line as a whole word, from 0; -1 where it does not."""
    at = text.find(term)
    while at >= 0:
        before, after = text[at - 1 : at], text[at + len(term) : at + len(term) + 1]
        joined = term[0] == "-" and before == "-"
        if not _is_word(before) and not _is_word(after) and not joined and after != "-":
            return at
        at = text.find(term, at + 1)
    return -1


def _is_word(letter: str) -> bool:
    return letter.isalnum() or letter == "_"


def shown(path: bytes) -> str:
    """A path as the rules for names of files read it."""
    return path.decode("utf-8", "replace")


def family(language: str) -> str:
    """The languages whose code uses each other's definitions by name, as one name."""
    return _FAMILY.get(language, language)


def sort_of(path: bytes, language: Language) -> Sort:
    """What a file is, by its path."""
    name = shown(path)
    if _COPIED.search(name):
        return "other"
    if language.sort == "prose":
        return "other" if _HISTORY.search(name) else "document"
    if _FOR_TESTS.search(name):
        return "other"
    if language.test or _TEST_SUITE.search(name):
        return "test"
    return "code" if language.name and language.sort in ("code", "build", "migration") else "other"


def _occurrence(path: bytes, number: int, text: str, start: int, term: str) -> Occurrence:
    language = languages.of(path)
    sort = sort_of(path, language)
    role: Role = "other"
    if sort in ("code", "test"):
        role = lines.role(text, start, start + len(term), language.name)
        if role == "definition" and path.endswith((b".pyi", b".d.ts")):
            role = "declaration"
    return Occurrence(path, number, text, start, sort, role, language.name)

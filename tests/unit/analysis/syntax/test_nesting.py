"""Files that nest too deep for a scanner are known by their text."""

from __future__ import annotations

import pytest

from attest.analysis.syntax import nesting
from attest.analysis.syntax.languages import Language


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("a:\n" + " " * 119 + "b\n", False),
        ("a:\n" + " " * 120 + "b\n", True),
        ("a:\n" + "\t " * 60, True),
        ("a" + " " * 200 + "\n", False),  # not where a line begins
        ("- " * 39 + "\n" + "- " * 39, False),
        ("x\n" + "- " * 40, True),
        ("[" * 59, False),
        ("a: " + "[" * 60, True),
        ("[\n" * 100, False),
    ],
)
@pytest.mark.parametrize("name", ["yaml", "haskell", "markdown"])
def test_languages_of_indentation(name: str, text: str, deep: bool) -> None:
    assert nesting.is_too_deep(text, Language(name)) is deep


def test_other_languages_bear_it() -> None:
    assert not nesting.is_too_deep(" " * 500 + "[" * 500, Language("python"))

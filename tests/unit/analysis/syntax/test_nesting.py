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


@pytest.mark.parametrize(
    ("text", "deep"),
    [
        ("cat <<a\n" * 1000, False),
        ("cat <<a\n" * 1001, True),
        ("cat <<" + "a" * 99 + "\n", False),
        ("cat <<-'" + "a" * 100 + "'\n", True),
        ("cat" + " <<a" * 7 + "\n" + " <<a" * 7, False),
        ("cat" + " <<a" * 8, True),
        ("x = 1 << 2\n" * 8, False),
    ],
)
def test_scripts_of_the_shell(text: str, deep: bool) -> None:
    assert nesting.is_too_deep(text, Language("bash")) is deep


def test_other_languages_bear_it() -> None:
    assert not nesting.is_too_deep(" " * 500 + "[" * 500, Language("python"))

"""No pattern over text of others takes steps that grow faster than the text.

Every regular expression of attest is found in its source, and its steps are counted on
inputs that repeat what its loops match; see support/backtracking.py.
"""

from __future__ import annotations

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

import attest
from attest.text import LazyPattern
from support import backtracking

ROOT = Path(attest.__file__).parent
CALLS = {"compile", "match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
ANCHORED = {"match", "fullmatch"}
CALLED = re.compile(rf"\b(\w+)\.({'|'.join(CALLS)})\b")
AT_ONCE = re.compile(rf"\bre\s*\.\s*({'|'.join(CALLS - {'compile'})})\b")
MOST = 15
"""Ten times the input may take so many times the steps."""

BOUNDED = {
    r"[\w.]+\s*\(?\s*(['\"`])(.{1,60}?)\1": 100,
}
"""Patterns that are never given more than so many characters; quadratic ones, then."""


def modules() -> Iterator[tuple[ModuleType, str]]:
    """Every module with its source."""
    for path in sorted(ROOT.rglob("*.py")):
        name = ".".join(("attest", *path.relative_to(ROOT).with_suffix("").parts))
        if not name.endswith("__main__"):
            yield importlib.import_module(name.removesuffix(".__init__")), path.read_text("utf-8")


def written(node: ast.expr) -> str | None:
    """A pattern in the source; `x` stands for what is put into it."""
    match node:
        case ast.Constant(value=bytes(value)):
            return value.decode("latin-1")
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            parts = [v.value if isinstance(v, ast.Constant) else "x" for v in values]
            return "".join(map(str, parts))
        case _:
            return None  # a project's own pattern, or one that the module keeps


def kept(value: object) -> Iterator[re.Pattern[Any]]:
    """Compiled patterns in a module's variable, or in its collections."""
    if isinstance(value, (re.Pattern, LazyPattern)):
        yield cast("re.Pattern[Any]", value)
    elif isinstance(value, (dict, list, tuple)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from kept(one)


def patterns() -> dict[tuple[str, int], bool]:
    """Every pattern with its flags; whether it is searched for anywhere in a text."""
    anywhere: dict[tuple[str, int], bool] = {}
    sources = list(modules())
    uses: dict[str, set[str]] = {}
    for _, source in sources:
        for variable, call in CALLED.findall(source):
            uses.setdefault(variable, set()).add(call)
    for module, source in sources:
        for name, value in vars(module).items():
            for one in kept(value):
                text = (
                    one.pattern if isinstance(one.pattern, str) else one.pattern.decode("latin-1")
                )
                key = text, one.flags & ~re.UNICODE
                searched = name not in uses or bool(uses[name] - ANCHORED)
                anywhere[key] = anywhere.get(key, False) or searched
        if AT_ONCE.search(source):  # to walk through all trees takes as long as the tests
            for text, call in given_at_once(ast.parse(source)):
                anywhere[text, 0] = anywhere.get((text, 0), False) or call not in ANCHORED
    return anywhere


def given_at_once(tree: ast.Module) -> Iterator[tuple[str, str]]:
    """The patterns that are given to functions of `re`, and those functions' names."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) == "re"
            and node.func.attr in CALLS - {"compile"}
        ):
            text = written(node.args[0])
            if text is not None:
                yield text, node.func.attr


FOUND = patterns()


def test_the_patterns_are_found() -> None:
    assert len(FOUND) > 150
    assert set(BOUNDED) <= {text for text, _ in FOUND}, "a pattern that is gone"


@pytest.mark.parametrize("which", FOUND, ids=lambda which: which[0][:40])
def test_only_single_characters_are_repeated_possessively(which: tuple[str, int]) -> None:
    """Python 3.11.0 to 3.11.4, such as Debian 12's, keeps the beginning of a repetition that then
    fails (cpython#106052): `(?:ax?b)*+` takes `aba` of `abac`."""
    pattern, flags = which
    assert not backtracking.possessive_groups(pattern, flags)


@pytest.mark.parametrize("pattern", [r"a(?:bc|de)*+", r"(?:x(?:bc)++)*", r"a|(?=(?:b[c]*+)?+)"])
def test_a_group_that_is_repeated_possessively_is_found(pattern: str) -> None:
    assert len(backtracking.possessive_groups(pattern, 0)) == 1
    assert not backtracking.possessive_groups(r"a*+[b-c]++.?+[^\n]{2,3}+(?:d)*", 0)


@pytest.mark.parametrize("which", FOUND, ids=lambda which: which[0][:40])
def test_ten_times_the_text_takes_ten_times_the_steps(which: tuple[str, int]) -> None:
    pattern, flags = which
    if pattern in BOUNDED:
        most = backtracking.most(pattern, flags, BOUNDED[pattern], anywhere=FOUND[which])
        assert most < 5000, "steps for each character of the longest text"
        return
    growth, text = backtracking.worst(pattern, flags, anywhere=FOUND[which])
    assert growth < MOST, (pattern, text[:60])


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [
        (r"(a+)+b", False),
        (r"(a|a)*b", False),
        (r"(?:\w+\.?)+;", False),
        (r"\s+$", True),
        (r"a*a*b", False),
        (r"\w*\d", True),
        (r"(\.\w+)(\.in)+$", True),
        (r"«[^»]*»", True),
        (r"x\s*(y)?\s*\(", True),
        ("[ \t]*(\\w+(?:[ \t]*\\.[ \t]*[^ \t=]+)*)[ \t]*=", False),
    ],
)
def test_what_is_slow_is_noticed(pattern: str, anywhere: bool) -> None:
    assert backtracking.worst(pattern, anywhere=anywhere)[0] > MOST


@pytest.mark.parametrize(
    ("pattern", "anywhere"),
    [
        (r"a*+b", False),
        (r"(?>a*)b", False),
        (r"\s+", True),
        (r"(?<!\w)\w+\d?", True),
        (r"\bx+", True),
    ],
)
def test_what_is_linear_passes(pattern: str, anywhere: bool) -> None:
    assert backtracking.worst(pattern, anywhere=anywhere)[0] < MOST

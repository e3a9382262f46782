"""A version of a file is parsed once for the commit that makes it and the one that changes it."""

from __future__ import annotations

from typing import Any

import ast_grep_py
import pytest

from attest.analysis.syntax import tree, worker
from attest.analysis.syntax.messages import Request

LONG = "".join(f"value_{number} = {number}\n" for number in range(20_000))


def versions() -> list[str]:
    return [LONG.replace("value_7 = 7\n", f"value_7 = {n}\n") for n in range(3)]


@pytest.fixture
def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that were parsed, by a process that knows none yet."""
    texts: list[str] = []
    parse = ast_grep_py.SgRoot

    def note(text: str, language: str) -> Any:
        texts.append(text)
        return parse(text, language)

    monkeypatch.setattr(ast_grep_py, "SgRoot", note)
    monkeypatch.setattr(tree, "_trees", trees := tree._Trees())
    monkeypatch.setattr(tree, "forget", trees.forget)
    return texts


def change(old: str, new: str) -> Request:
    return ("python", [(old, [(7, 8)], []), (new, [(7, 8)], [])])


def test_the_next_commit_finds_a_large_version_parsed(parsed: list[str]) -> None:
    first, second, third = versions()
    assert worker.answer(change(first, second))
    assert worker.answer(change(second, third))
    assert parsed == [first, second, third]


def test_few_trees_are_kept(parsed: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tree, "MAX_KEPT", len(LONG))
    first, second, third = versions()
    for old, new in ((first, second), (third, first)):
        assert worker.answer(change(old, new))
    assert parsed == [first, second, third, first]

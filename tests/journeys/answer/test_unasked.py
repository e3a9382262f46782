"""What nobody was asked about, on a terminal, in plain mode, without one, and to readers."""

from __future__ import annotations

import re

import pytest

from support.repo import Repo
from support.terminal import Terminal

LINE = "You also sign for 3 hunks nobody asked about: 3 hunks beyond the limit."
BEHIND = "All of them may change behaviour:"


def stage(repo: Repo) -> None:
    """Six functions whose checks change, each in its own way: two are beyond the limit."""
    names = ("bake", "stir", "roast", "serve", "weigh", "clean")
    body = "".join(f"def {n}(a):\n    return a.{n}_{k}()\n\n\n" for k, n in enumerate(names))
    repo.write("b.py", body)
    repo.commit("before")
    for name in names:
        body = re.sub(rf"a\.{name}_(\d)\(\)", rf"a.{name}_\1(size_{name})", body)
    repo.write("b.py", body)


@pytest.mark.parametrize("env", [{}, {"TERM": "dumb"}], ids=["styled", "plain"])
def test_a_terminal_shows_it_before_signing(repo: Repo, env: dict[str, str | None]) -> None:
    stage(repo)
    repo.answer()
    with Terminal.attest(repo, columns=120, env=env) as terminal:
        terminal.expect(LINE)
        terminal.expect(BEHIND)
        terminal.sign()
        assert terminal.finish() == 0
        assert len(re.findall(r"^  b\.py:\d+  [a-z-]+", terminal.output, re.MULTILINE)) == 3


def test_without_a_terminal_it_is_said_and_readers_see_it(repo: Repo) -> None:
    stage(repo)
    template = repo.ok("answer", "--template")
    filled = re.sub(r'(?m)^unsure = "".*$', 'unsure = "what a full oven does here"', template)
    result = repo.attest("answer", "--answers", "-", stdin=filled.encode())
    assert f"attest: {LINE} {BEHIND}" in result.stderr.decode()
    repo.commit("six places")
    unasked = repo.verdict()["unasked"]
    assert (unasked["total"], unasked["groups"]) == (3, {"limit": 3})
    assert [hunk["path"] for hunk in unasked["behaviour"]] == ["b.py", "b.py", "b.py"]
    assert "3 hunks were not asked about: 3 hunks beyond the limit." in repo.ok("show")
    assert repo.verdict("HEAD", "--no-answers")["unasked"] is None


def test_a_dot_is_no_unsure(repo: Repo) -> None:
    repo.write("b.py", "x = 1\n")
    template = repo.ok("answer", "--template")
    filled = re.sub(r'(?m)^unsure = "".*$', 'unsure = "."', template)
    result = repo.attest("answer", "--answers", "-", stdin=filled.encode())
    assert result.returncode == 1
    assert b"1 hunk is not answered yet" in result.stderr

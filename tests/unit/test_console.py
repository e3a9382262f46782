"""How messages are wrapped on a terminal."""

from __future__ import annotations

import sys

import pytest

from attest import console


@pytest.mark.parametrize(
    ("message", "lines"),
    [
        ("Now commit this change: git commit", ["Now commit this change:", "  git commit"]),
        (
            "Once it is made, add it: attest answer HEAD",
            ["Once it is made, add it:", "  attest answer HEAD"],
        ),
        ("Now: git commit", ["Now: git commit"]),
        ("- code: a hunk that differs from what", ["- code: a hunk that differs", "  from what"]),
        ("Look at the commit (see: git log) again", ["Look at the commit (see: git", "log) again"]),
    ],
)
def test_a_command_at_the_end_is_not_cut_in_two(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    message: str,
    lines: list[str],
) -> None:
    monkeypatch.setenv("COLUMNS", "36")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    console.say(message)
    assert capsys.readouterr().err.splitlines() == [f"attest: {line}" for line in lines]

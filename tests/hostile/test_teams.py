"""Teams of `.attest/teams.toml`: from the base alone, and never everybody."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault
from attest.policy import teams
from support import forge, ruled
from support.repo import EMAIL, Repo

FILE = ".attest/teams.toml"
CORE = f'core = ["{EMAIL}", "ada"]\n'
ACTORS = '[[exempt]]\nactors = ["@core"]\n'


@pytest.mark.parametrize(("actor", "outcome"), [("ada", "exempt"), ("mallory", "failed")])
def test_a_member_is_exempt(repo: Repo, key: Path, actor: str, outcome: str) -> None:
    ruled.begin(repo, key, ACTORS, {FILE: CORE})
    ruled.change(repo).commit("change")
    assert ruled.outcomes(repo, "--actor", actor) == [outcome]


@pytest.mark.parametrize("actor", ["@core", "core", EMAIL])
def test_a_teams_name_is_no_login(repo: Repo, key: Path, actor: str) -> None:
    ruled.begin(repo, key, ACTORS, {FILE: CORE})
    ruled.change(repo).commit("change")
    assert ruled.outcomes(repo, "--actor", actor) == ["failed"]


def test_the_change_adds_its_author_to_the_team(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, ACTORS, {FILE: CORE})
    ruled.change(repo, FILE, 'core = ["mallory"]\n').commit("me too")
    assert ruled.outcomes(repo, "--actor", "mallory") == ["failed"]
    assert ruled.warnings(repo, "--actor", "mallory") == ["policy-changed"]


@pytest.mark.parametrize(
    ("written", "why"),
    [
        (None, "there is no such team in .attest/teams.toml"),
        ("", "there is no such team"),
        ('core = ["ada"]\n', "the team has no address"),
    ],
)
def test_a_team_that_would_narrow_to_nobody_ends_the_check(
    repo: Repo, key: Path, written: str | None, why: str
) -> None:
    """An empty list of authors would exempt every author."""
    policy = '[[exempt]]\nactors = ["bot"]\nauthors = ["@core"]\n'
    ruled.begin(repo, key, policy, {} if written is None else {FILE: written})
    ruled.change(repo).commit("change")
    result = forge.run(repo, "check", ruled.RANGE, "--actor", "bot")
    assert result.returncode == 4
    assert f".attest.toml:4: exempt[1].authors: @core: {why}" in result.stderr.decode()


@pytest.mark.parametrize(
    ("written", "reply"),
    [
        ("a = 1\n", "f:1: a: must be a list"),
        ("# teams\na = []\n", "f:2: a: must be a list"),
        ('a = ["@b"]\n', "f:1: a: must be a list"),
        ('a = ["b", 3]\n', "f:1: a: must be a list"),
        ('"a b" = ["b"]\n', "f:1: a b: must be a list"),
        ('a = ["b"\n\n', "f:1: not TOML"),
        ('a = ["b"]\na = ["c"]\n', "f:2: not TOML"),
    ],
)
def test_what_is_wrong_with_the_file_is_named(written: str, reply: str) -> None:
    with pytest.raises(EnvironmentFault, match=re.escape(reply)):
        teams.read(written, "f")


@given(st.text(max_size=100))
def test_any_text_is_teams_or_an_error(written: str) -> None:
    message = "f:1: "
    try:
        assert all(teams.read(written, "f").values())
    except EnvironmentFault as fault:
        message = fault.message
    assert re.match(r"f:\d+: ", message)


def test_policy_check_names_a_team_that_is_missing(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, ACTORS, {FILE: CORE})
    assert f"{FILE}: 1 team" in repo.ok("policy", "check")
    assert "`ada`" in repo.ok("policy", "explain", "--base", "main")
    repo.write(FILE, 'other = ["ada"]\n')
    result = repo.attest("policy", "check")
    assert (result.returncode, b"exempt[1].actors: @core: there is no" in result.stderr) == (
        4,
        True,
    )

"""Bots that a policy exempts by name, and who only looks like one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import inside, ruled
from support.inside import Done
from support.repo import Repo

ADDRESS = "49699333+dependabot[bot]@users.noreply.github.com"
POLICY = '[[exempt]]\nbot = "dependabot"\n'


def check(
    repo: Repo,
    login: str = "dependabot[bot]",
    account: int | None = 49699333,
    server: str = "https://github.com",
    forge: str = "GITHUB_ACTIONS",
) -> Done:
    """CI's check of topic in a pull request that somebody opened."""
    base, head = repo.git("rev-parse", "main"), repo.git("rev-parse", "topic")
    user = {"login": login, "id": account}
    pull = {"number": 7, "user": user, "base": {"sha": base}, "head": {"sha": head}}
    path = repo.path.parent / "event.json"
    path.write_text(json.dumps({"pull_request": pull}), "utf-8")
    variables = {
        forge: "true",
        "GITHUB_EVENT_NAME": "pull_request_target",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SERVER_URL": server,
    }
    return inside.run(["check"], repo.path, {**repo.env, **variables})


@pytest.fixture
def update(repo: Repo, key: Path) -> Repo:
    ruled.change(ruled.begin(repo, key, POLICY)).commit("Bump", "--author", f"bot <{ADDRESS}>")
    return repo


def test_the_bots_own_pull_request_is_exempt(update: Repo) -> None:
    result = check(update)
    assert (result.returncode, b"exempt" in result.stdout) == (0, True), result.stderr


@pytest.mark.parametrize(
    ("login", "account", "server", "forge"),
    [
        ("mallory", 49699333, "https://github.com", "GITHUB_ACTIONS"),
        ("dependabot[bot]", 7, "https://github.com", "GITHUB_ACTIONS"),
        ("dependabot[bot]", None, "https://github.com", "GITHUB_ACTIONS"),
        ("dependabot[bot]", 49699333, "https://github.example.com", "GITHUB_ACTIONS"),
        ("dependabot[bot]", 49699333, "https://github.com", "FORGEJO_ACTIONS"),
        ("renovate[bot]", 29139614, "https://github.com", "GITHUB_ACTIONS"),
    ],
)
def test_somebody_who_looks_like_the_bot(
    update: Repo, login: str, account: int | None, server: str, forge: str
) -> None:
    assert check(update, login, account, server, forge).returncode == 1


def test_a_commit_of_another_author_in_the_bots_pull_request(update: Repo) -> None:
    ruled.change(update, "b.py").commit("added to the bot's branch")
    assert check(update).returncode == 1


def test_paths_narrow_it(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, POLICY + 'paths = ["*.lock"]\n')
    ruled.change(repo).commit("Bump", "--author", f"bot <{ADDRESS}>")
    assert check(repo).returncode == 1


@pytest.mark.parametrize(("actor", "outcome"), [("dependabot[bot]", "exempt"), ("x", "failed")])
def test_the_person_who_runs_the_check_may_name_it(update: Repo, actor: str, outcome: str) -> None:
    assert ruled.outcomes(update, "--actor", actor) == [outcome]

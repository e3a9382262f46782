"""Whether a pull request is older than the rules: what its author can bend, and what not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import inside, ruled
from support.inside import Done
from support.repo import Repo

BEFORE, AFTER = "2025-12-01T10:00:00Z", "2026-02-01T10:00:00+02:00"  # commits are of 2026-01-01
DAY = "enforce-from = 2026-01-01\n"


def check(repo: Repo, opened: str | None, event: str = "pull_request_target") -> Done:
    """CI's check of topic, as GitHub starts it.

    Args:
        opened: when the forge says that the pull request was opened.
    """
    base, head = repo.git("rev-parse", "main"), repo.git("rev-parse", "topic")
    pull: dict[str, Any] = {"number": 7, "base": {"sha": base}, "head": {"sha": head}}
    if opened is not None:
        pull["created_at"] = opened
    queue = {"base_sha": base, "head_sha": head}
    path = repo.path.parent / "event.json"
    data = {"merge_group": queue} if event == "merge_group" else {"pull_request": pull}
    path.write_text(json.dumps(data), "utf-8")
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(path),
    }
    return inside.run(["check"], repo.path, {**repo.env, **variables})


def test_a_pull_request_that_was_opened_before_the_day_is_only_reported(
    repo: Repo, key: Path
) -> None:
    ruled.change(ruled.begin(repo, key, DAY)).commit("not attested")
    result = check(repo, BEFORE)
    assert result.returncode == 0
    assert b"error: unattested" in result.stdout
    assert b"opened before 2026-01-01 (enforce-from): problems" in result.stdout


@pytest.mark.parametrize(
    ("opened", "event"),
    [
        (AFTER, "pull_request_target"),
        ("2026-01-01T00:00:00Z", "pull_request_target"),
        (None, "pull_request_target"),
        (BEFORE, "merge_group"),
    ],
)
def test_another_one_fails_whatever_its_commits_claim(
    repo: Repo, key: Path, opened: str | None, event: str
) -> None:
    ruled.begin(repo, key, DAY)
    old = "1000000000 +0000"
    ruled.change(repo).git(
        "commit", "-q", "-m", "long ago", GIT_AUTHOR_DATE=old, GIT_COMMITTER_DATE=old
    )
    assert check(repo, opened, event).returncode == 1


def test_the_change_cannot_move_the_day(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, DAY)
    repo.write(".attest.toml", "version = 1\nenforce-from = 2999-01-01\n")
    repo.commit("later")
    assert check(repo, AFTER).returncode == 1


def test_outside_of_ci_nobody_says_when_it_was_opened(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key, "enforce-from = 2999-01-01\n")).commit("not attested")
    assert inside.run(["check", ruled.RANGE], repo.path, repo.env).returncode == 1


@pytest.mark.parametrize("opened", ["yesterday", "2025-13-01T00:00:00Z", 5, ""])
def test_a_time_that_is_none_ends_the_check(repo: Repo, key: Path, opened: Any) -> None:
    ruled.change(ruled.begin(repo, key, DAY)).commit("not attested")
    result = check(repo, opened)
    assert (result.returncode, b"pull_request.created_at" in result.stderr) == (4, True)


def old_branch(repo: Repo, key: Path) -> Repo:
    """Rules that begin with the newest commit of main but one, and topic begun before it."""
    repo.write("a.py", "start\n")
    start = repo.commit("start")
    repo.write("b.py", "reform\n")
    first = repo.commit("the commit that the rules are from")
    ruled.begin(repo, key, f'enforce-from = "{first}"\n')
    repo.git("checkout", "-q", "-B", "topic", start)
    ruled.change(repo).commit("not attested")
    return repo


def test_a_branch_without_the_commit_is_only_reported(repo: Repo, key: Path) -> None:
    old_branch(repo, key)
    for opened in (BEFORE, None):
        result = check(repo, opened)
        assert (result.returncode, b"does not contain" in result.stdout) == (0, True)


def test_a_branch_that_contains_it_fails(repo: Repo, key: Path) -> None:
    old_branch(repo, key)
    repo.git("rebase", "-q", "main")
    assert check(repo, BEFORE).returncode == 1


def test_a_new_pull_request_from_an_old_commit_fails(repo: Repo, key: Path) -> None:
    old_branch(repo, key)
    assert check(repo, AFTER).returncode == 1


@pytest.mark.parametrize("id_", ["0" * 40, "topic"])
def test_a_commit_that_is_not_in_the_base_ends_the_check(repo: Repo, key: Path, id_: str) -> None:
    repo.git("branch", "other")
    repo.git("checkout", "-q", "other")
    foreign = repo.commit("elsewhere")
    repo.git("checkout", "-q", "main")
    named = foreign if id_ == "topic" else id_
    ruled.begin(repo, key, f'enforce-from = "{named}"\n')
    ruled.change(repo).commit("not attested")
    result = check(repo, BEFORE)
    assert (result.returncode, b"enforce-from" in result.stderr) == (4, True), result.stderr


@pytest.mark.parametrize(("until", "code"), [("2999-01-01", 0), ("2026-01-02", 1)])
def test_advisory_mode_ends_by_the_clock_of_the_check(
    repo: Repo, key: Path, until: str, code: int
) -> None:
    ruled.begin(repo, key, f'mode = "advisory"\nadvisory-until = {until}\n')
    ruled.change(repo).commit("made on 2026-01-01, as it claims")
    result = inside.run(["check", ruled.RANGE], repo.path, repo.env)
    assert result.returncode == code
    assert (b"advisory mode until 2999-01-01: problems" in result.stdout) == (code == 0)


def test_a_push_is_stopped_once_advisory_mode_has_ended(repo: Repo, key: Path) -> None:
    repo.set_up(key)
    for until, code in (("2999-01-01", 0), ("2026-01-02", 1)):
        repo.git("checkout", "-q", "main")
        ruled.begin(repo, key, f'mode = "advisory"\nadvisory-until = {until}\n')
        remote = repo.path.parent / f"remote-{code}"
        repo.git("clone", "-q", "--bare", str(repo.path), str(remote))
        repo.git("remote", "add", f"remote-{code}", str(remote))
        repo.git("fetch", "-q", f"remote-{code}")
        repo.git("config", "attest.base", f"refs/remotes/remote-{code}/main")
        repo.write("c.py", f"changed {until}\n")
        repo.commit("not attested")
        assert repo.run("git", "push", "-q", f"remote-{code}", "topic").returncode == code
        repo.git("branch", "-q", "-m", "topic", f"topic-{code}")

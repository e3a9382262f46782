"""In a clone whose `origin` is a fork and whose `upstream` is the project, every command
goes by the rules of the project."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from support.fork import UNHOOKED, Fork
from support.repo import Repo


@pytest.fixture
def clone(repo: Repo, key: Path) -> Repo:
    """A topic of one commit, pushed to the fork; since it was forked, the project has
    changed its rules: a.py needs no attestation there any more."""
    fork = Fork.of(repo, key, upstream=True)
    other = fork.merged()
    other.write(".attest.toml", 'version = 1\nignore = ["a.py"]\n')
    other.git(*UNHOOKED, "commit", "-q", "-a", "-m", "Ask nothing about a.py")
    other.git("push", "-q", "--no-verify", "origin", "main")
    fork.topic(3)
    fork.clone.git("fetch", "-q", "upstream")
    return fork.clone


def test_the_rules_that_are_explained_are_those_that_are_checked_by(clone: Repo) -> None:
    project = clone.git("rev-parse", "upstream/main")
    reply = clone.ok("policy", "explain")
    assert reply.startswith(f".attest.toml at {project[:10]}:")
    assert "but for `a.py`" in reply
    report = json.loads(clone.attest("check", "--format", "json").stdout)
    assert (report["base"], report["range"]) == (project, "refs/remotes/upstream/main..HEAD")
    assert [one["verdict"] for one in report["commits"]] == ["not-needed"]


def test_show_and_questions_go_by_them_too(clone: Repo) -> None:
    project = clone.git("rev-parse", "upstream/main")
    assert f"rules from {project[:10]}" in clone.ok("show", "HEAD")
    (change,) = json.loads(clone.ok("questions", "HEAD", "--format", "json"))["changes"]
    assert [hunk["outcome"] for hunk in change["hunks"]] == ["ignored"]


def test_a_setting_names_another_base_for_all_of_them(clone: Repo) -> None:
    fork = clone.git("rev-parse", "origin/main")
    clone.git("config", "attest.base", "origin/main")
    assert clone.ok("policy", "explain").startswith(f".attest.toml at {fork[:10]}:")
    report = json.loads(clone.attest("check", "--format", "json").stdout)
    assert (report["base"], report["range"]) == (fork, "origin/main..HEAD")
    assert [one["verdict"] for one in report["commits"]] == ["failed"]


def test_a_range_brings_its_own_base_and_the_check_says_so(clone: Repo) -> None:
    result = clone.attest("check", "HEAD~1..HEAD")
    reply = result.stderr.decode()
    assert result.returncode == 1, reply
    start = clone.git("rev-parse", "HEAD~1")[:10]
    assert f"the rules of {start} apply, where the range begins" in reply
    _, _, command = reply.partition("To check by them: ")
    program, *words = shlex.split(command.splitlines()[0])
    assert program == "attest"
    result = clone.attest(*words)
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_range_with_the_rules_of_the_project_is_not_remarked_upon(clone: Repo) -> None:
    clone.git("update-ref", "refs/remotes/upstream/main", "upstream/main~1")
    result = clone.attest("check", "HEAD~1..HEAD")
    assert (result.returncode, result.stderr) == (1, b"")


def test_without_a_remote_the_branch_that_is_followed_is_the_base(clone: Repo) -> None:
    project = clone.git("rev-parse", "upstream/main")
    clone.git("branch", "-q", "rules", project)
    for remote in ("origin", "upstream"):
        clone.git("remote", "remove", remote)
    clone.git("branch", "-q", "--set-upstream-to", "rules")
    assert clone.ok("policy", "explain").startswith(f".attest.toml at {project[:10]}:")
    assert json.loads(clone.attest("check", "--format", "json").stdout)["base"] == project

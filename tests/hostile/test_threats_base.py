"""Attacks on where the rules come from: the base is what CI or a person names, never
what the contributor can choose by where a branch begins."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from support import forge, ruled
from support.forge import run
from support.repo import EMAIL, Repo


@pytest.fixture
def behind(repo: Repo, key: Path, other: Path) -> Repo:
    """A branch that begins before the rules did, signed by a key that they do not list."""
    before = repo.head
    ruled.begin(repo, key)
    repo.git("checkout", "-q", "-B", "topic", before)
    repo.set_up(other)
    ruled.change(repo).attested("from before the rules")
    return repo


def gitlab(repo: Repo, **more: str) -> dict[str, str]:
    return {
        "GITLAB_CI": "true",
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": repo.git("rev-parse", "topic"),
        "CI_MERGE_REQUEST_DIFF_BASE_SHA": repo.git("merge-base", "main", "topic"),
        "CI_MERGE_REQUEST_PROJECT_URL": "https://gitlab.example/project",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        **more,
    }


def checked(repo: Repo, *args: str, env: dict[str, str] | None = None) -> tuple[int, str]:
    repo.env.update(env or {})
    result = run(repo, "check", *args)
    return result.returncode, (result.stdout + result.stderr).decode()


def test_where_a_branch_begins_is_no_base_at_gitlab(behind: Repo) -> None:
    code, reply = checked(behind, env=gitlab(behind))
    assert code == 3, reply
    assert "CI_MERGE_REQUEST_TARGET_BRANCH_SHA is not set" in reply
    assert "attest check --base" in reply


def test_at_gitlab_the_base_that_is_named_judges_the_head_of_the_request(behind: Repo) -> None:
    head = behind.git("rev-parse", "topic")
    behind.git("checkout", "-q", "main")
    code, reply = checked(behind, "--base", "main", env=gitlab(behind))
    assert (code, head[:10] in reply, "signer-unknown" in reply) == (1, True, True), reply


def test_at_gitlab_the_target_branch_judges(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    ruled.change(repo).attested("good")
    tip = repo.git("rev-parse", "main")
    env = gitlab(repo, CI_MERGE_REQUEST_TARGET_BRANCH_SHA=tip)
    code, reply = checked(repo, env=env)
    assert (code, f"rules from {tip[:10]}" in reply) == (0, True), reply


@pytest.mark.parametrize("named", [True, False])
def test_the_merge_that_a_forge_makes_is_never_judged(
    repo: Repo, key: Path, tmp_path: Path, named: bool
) -> None:
    ruled.begin(repo, key, 'merges = "forbid"\n')
    ruled.change(repo).attested("good")
    head, base = repo.head, repo.git("rev-parse", "main")
    repo.git("checkout", "-q", "--detach", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", head)
    event: dict[str, Any] = {"pull_request": {"base": {"sha": base}, "head": {"sha": head}}}
    (tmp_path / "event.json").write_text(json.dumps(event), "utf-8")
    env = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
    }
    code, reply = checked(repo, *(["--base", "main"] if named else []), env=env)
    assert (code, "1 attested" in reply) == (0, True), reply


def test_rules_taken_away_two_commits_ago_still_need_a_base(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    repo.git("rm", "-qr", ".attest.toml", ".attest")
    repo.commit("no rules")
    repo.git("commit", "-q", "--no-verify", "--allow-empty", "-m", "nothing")
    ruled.change(repo).attested("by my own rules")
    code, reply = checked(repo, "HEAD")
    assert (code, "has rules" in reply) == (2, True), reply


def test_a_branch_from_before_the_rules_needs_a_base_too(behind: Repo) -> None:
    assert checked(behind, "HEAD")[0] == 2
    assert checked(behind, "main..HEAD")[0] == 1


def test_without_any_rules_one_revision_needs_no_base(repo: Repo) -> None:
    ruled.change(repo).attested("good")
    assert checked(repo, "HEAD")[0] == 0


@pytest.mark.parametrize("policy", [True, False])
def test_a_folder_of_rules_that_is_a_link_ends_the_check(
    repo: Repo, key: Path, policy: bool
) -> None:
    repo.git("checkout", "-q", "-b", "topic")
    ruled.change(repo).attested("with a key that is revoked")
    repo.git("checkout", "-q", "main")
    if policy:
        repo.write(".attest.toml", "version = 1\n")
    repo.write("real/allowed_signers", f"{EMAIL} {forge.public(key)}\n")
    repo.write("real/revoked", f"{forge.key_print(key)} lost\n")
    os.symlink("real", repo.path / ".attest")
    repo.git("add", ".attest")
    repo.commit("link")
    code, reply = checked(repo, "main..topic")
    assert (code, ".attest must be a directory" in reply) == (4, True), reply


def test_a_policy_that_is_a_folder_ends_the_check(repo: Repo) -> None:
    repo.write(".attest.toml/x", "")
    repo.commit("folder")
    repo.git("checkout", "-q", "-b", "topic")
    ruled.change(repo).commit("change")
    code, reply = checked(repo, "main..HEAD")
    assert (code, ".attest.toml must be a file" in reply) == (4, True), reply


def test_a_range_that_makes_the_folder_of_rules_a_link_is_reported(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "paths = ['*.py']\n")
    repo.git("rm", "-qr", ".attest")
    os.symlink("elsewhere", repo.path / ".attest")
    repo.git("add", ".attest")
    repo.commit("link")
    outcome = [f for v in ruled.verdicts(repo) for f in v["findings"]]
    assert {".attest", ".attest/allowed_signers"} <= {f["path"] for f in outcome}
    assert {f["code"] for f in outcome} == {"policy-changed"}


@pytest.mark.parametrize("also", ["", "src.py"])
def test_what_must_be_signed_with_a_touch_is_not_let_go_by_ignoring_it(
    repo: Repo, key: Path, also: str
) -> None:
    ruled.begin(
        repo, key, 'ignore = ["docs/"]\n[[require]]\npaths = ["docs/"]\npresence = "touch"\n'
    )
    repo.write("docs/page", "new\n")
    if also:
        repo.write(also, "new\n")
    repo.attested("without a touch")
    assert ruled.errors(repo) == ["presence-missing"]


def test_other_paths_that_are_ignored_need_nothing(repo: Repo, key: Path) -> None:
    ruled.begin(
        repo, key, 'ignore = ["docs/"]\n[[require]]\npaths = ["src/"]\npresence = "touch"\n'
    )
    ruled.change(repo, "docs/page").commit("only ignored")
    assert ruled.outcomes(repo) == ["not-needed"]

"""Branches without a policy: whose rules apply there, and who says so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from support import inside, ruled
from support.inside import Done
from support.repo import Repo

ALL = 'branches = "all"\n'


def begin(repo: Repo, key: Path, policy: str) -> Repo:
    """A release branch without a policy, rules on main, and an unattested topic for release."""
    repo.git("branch", "release")
    ruled.begin(repo, key, policy)
    repo.git("checkout", "-q", "-B", "topic", "release")
    ruled.change(repo)
    return repo


def check(repo: Repo, default: str | None = "main", *options: str) -> Done:
    """CI's check of topic for release, as our GitHub job starts it: with no branch but that."""
    base, head = repo.git("rev-parse", "release"), repo.git("rev-parse", "topic")
    event: dict[str, object] = {"pull_request": {"base": {"sha": base}, "head": {"sha": head}}}
    if default is not None:
        event["repository"] = {"default_branch": default}
        repo.git("update-ref", "refs/remotes/origin/main", "main")
    path = repo.path.parent / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    variables = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request_target",
        "GITHUB_EVENT_PATH": str(path),
    }
    return inside.run(["check", *options], repo.path, {**repo.env, **variables})


def rules_from(result: Done) -> str:
    base: str = json.loads(result.stdout)["base"]
    return base


def test_the_default_branchs_rules_apply_where_they_say_so(repo: Repo, key: Path) -> None:
    begin(repo, key, ALL + 'ignore = ["*.py"]\n').commit("not attested")
    result = check(repo, "main", "--format", "json")
    assert (result.returncode, rules_from(result)) == (0, repo.git("rev-parse", "main"))


@pytest.mark.parametrize(
    ("policy", "default"),
    [("", "main"), ('branches = "own"\n', "main"), (ALL, None), (ALL, "no-such-branch")],
)
def test_else_the_report_says_that_there_is_none(
    repo: Repo, key: Path, policy: str, default: str | None
) -> None:
    begin(repo, key, policy + 'ignore = ["*.py"]\n').commit("not attested")
    result = check(repo, default)
    assert result.returncode == 1
    release = repo.git("rev-parse", "release")[:10]
    assert f"{release} has no policy (.attest.toml): the built-in rules apply" in str(result.stdout)
    report = json.loads(check(repo, default, "--format", "json").stdout)
    assert report["has_policy"] is False


def test_a_branch_with_a_policy_keeps_it(repo: Repo, key: Path) -> None:
    begin(repo, key, ALL + 'ignore = ["*.py"]\n').commit("not attested")
    repo.git("checkout", "-q", "release")
    repo.write(".attest.toml", ruled.MINIMAL)
    repo.commit("own rules")
    result = check(repo, "main", "--format", "json")
    assert (result.returncode, rules_from(result)) == (1, repo.git("rev-parse", "release"))


def test_the_change_brings_no_policy_for_such_a_branch(repo: Repo, key: Path) -> None:
    begin(repo, key, "")
    repo.write(".attest.toml", ruled.MINIMAL + ALL + 'ignore = ["*"]\n')
    repo.commit("my rules")
    repo.git("branch", "-f", "mine")
    assert check(repo).returncode == 1
    repo.git("config", "attest.base", "mine")
    assert check(repo).returncode == 1


def test_a_mistake_in_the_default_branchs_policy_ends_the_check(repo: Repo, key: Path) -> None:
    begin(repo, key, 'branches = "some"\n').commit("not attested")
    result = check(repo)
    assert (result.returncode, b".attest.toml:2: branches" in result.stderr) == (4, True)


@pytest.mark.parametrize(("policy", "follows"), [(ALL, True), ("", False)])
def test_explain_shows_the_rules_that_apply(
    repo: Repo, key: Path, policy: str, follows: bool
) -> None:
    """As the check reads them in the same clone."""
    begin(repo, key, policy + 'ignore = ["docs/"]\n')
    repo.git("config", "attest.base", "main")
    result = inside.run(["policy", "explain", "--base", "release"], repo.path, repo.env)
    written = result.stdout.decode()
    assert result.returncode == 0
    assert ("`docs/`" in written) is follows
    assert ("the default branch's applies to it" in written) is follows
    assert ("There is no .attest.toml" in written) is not follows

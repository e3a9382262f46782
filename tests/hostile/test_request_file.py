"""The pull request as the forge's API gives it (`ATTEST_PULL_REQUEST`), for what no variable of
GitLab and no event of a merge queue says. Each attack has an honest sibling that passes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from attest.errors import EnvironmentFault
from attest.forge import ci_event
from support import forge, inside, ruled, units
from support.forge_server import ForgeServer, reply
from support.inside import Done
from support.repo import Repo

BEFORE = "2025-12-31T23:59:59.999Z"
FROM = "enforce-from = 2026-01-01\n"


def request(**more: object) -> dict[str, Any]:
    """A merge request, as GitLab's API gives it."""
    author = {"id": 17, "username": "ada"}
    plain = {"iid": 7, "project_id": 3, "author": author, "created_at": "2026-02-01T00:00:00.000Z"}
    return {**plain, "description": "", **more}


def variables(repo: Repo, content: object, url: str = "https://x.example") -> dict[str, str]:
    """A pipeline of GitLab for topic, with that file."""
    path = repo.home / "request.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return {
        "GITLAB_CI": "true",
        "CI_SERVER_URL": url,
        "CI_PIPELINE_SOURCE": "merge_request_event",
        "CI_COMMIT_SHA": repo.git("rev-parse", "topic"),
        "CI_MERGE_REQUEST_IID": "7",
        "CI_MERGE_REQUEST_PROJECT_ID": "3",
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_DESCRIPTION": "cut off",
        "CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED": "true",
        "ATTEST_PULL_REQUEST": str(path),
    }


def check(repo: Repo, env: dict[str, str], *options: str, base: str = "main") -> Done:
    words = ["check", "--base", base, "--format", "json", *options]
    return inside.run(words, repo.path, {**repo.env, **env})


def verdicts(result: Done) -> list[str]:
    assert result.returncode in (0, 1), result.stderr
    return [one["verdict"] for one in json.loads(result.stdout)["commits"]]


def unanswered(repo: Repo, key: Path, policy: str) -> None:
    ruled.begin(repo, key, policy)
    ruled.change(repo).commit("not attested", "--no-verify")


@pytest.mark.parametrize(("opened", "code"), [(BEFORE, 0), ("2026-01-01T00:00:00.000Z", 1)])
def test_enforce_from_goes_by_the_forges_clock(
    repo: Repo, key: Path, opened: str, code: int
) -> None:
    unanswered(repo, key, FROM)
    result = check(repo, variables(repo, request(created_at=opened)))
    assert (result.returncode, verdicts(result)) == (code, ["failed"])


@pytest.mark.parametrize(("login", "verdict"), [("update-bot", "exempt"), ("ada", "failed")])
def test_a_bot_is_exempt_by_the_login_that_opened_it(
    repo: Repo, key: Path, login: str, verdict: str
) -> None:
    unanswered(repo, key, '[[exempt]]\nactors = ["update-bot"]\n')
    author = {"id": 1, "username": login}
    assert verdicts(check(repo, variables(repo, request(author=author)))) == [verdict]


def test_a_bot_of_github_is_none_at_gitlab(repo: Repo, key: Path) -> None:
    unanswered(repo, key, '[[exempt]]\nbot = "dependabot"\n')
    author = {"id": 49699333, "username": "dependabot[bot]"}
    address = "49699333+dependabot[bot]@users.noreply.github.com"
    repo.git("commit", "-q", "--amend", "--no-edit", f"--author=dependabot[bot] <{address}>")
    env = variables(repo, request(author=author), "https://gitlab.com")
    assert verdicts(check(repo, env)) == ["failed"]


def test_the_whole_description_is_read(repo: Repo, key: Path) -> None:
    """A variable has the first 2,700 characters."""
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    block = units.text(repo, key, units.difference(repo)).decode()
    text = f"{'long ' * 1000}\n\n```\n{block}```\n"
    assert verdicts(check(repo, variables(repo, request(description=text)))) == ["attested"]
    assert verdicts(check(repo, variables(repo, request()))) == ["failed"]


@pytest.mark.parametrize(("project", "expected"), [("main", ["not-needed"]), (None, ["failed"])])
def test_branches_without_a_policy_follow_the_projects_default_branch(
    repo: Repo, key: Path, project: str | None, expected: list[str]
) -> None:
    """The job fetches it, since the variables name that of the fork."""
    repo.git("branch", "release")
    ruled.begin(repo, key, 'branches = "all"\nignore = ["*.py"]\n')
    repo.git("checkout", "-q", "-B", "topic", "release")
    ruled.change(repo).commit("not attested", "--no-verify")
    if project:
        repo.git("update-ref", "refs/attest/default", project)
    env = {**variables(repo, request()), "CI_DEFAULT_BRANCH": "topic"}
    assert verdicts(check(repo, env, base="release")) == expected


@pytest.mark.parametrize(
    "content",
    [
        request(iid=8),
        request(project_id=4),
        request(author={"id": 1, "username": "../mona"}),
        request(created_at="yesterday"),
        {},
        [],
        "no JSON",
    ],
)
def test_another_or_a_broken_file_ends_the_check(repo: Repo, key: Path, content: object) -> None:
    unanswered(repo, key, 'mode = "advisory"\n')
    assert check(repo, variables(repo, content)).returncode == 4
    missing = {**variables(repo, request()), "ATTEST_PULL_REQUEST": str(repo.home / "none")}
    assert check(repo, missing).returncode == 4
    assert check(repo, variables(repo, request())).returncode == 0


def test_the_login_comes_from_no_variable(repo: Repo, key: Path) -> None:
    """GitLab has none for it, so that the file of a pipeline could set one."""
    unanswered(repo, key, '[[exempt]]\nactors = ["mona"]\n')
    env = variables(repo, request())
    del env["ATTEST_PULL_REQUEST"]
    for name in ("CI_MERGE_REQUEST_AUTHOR", "GITLAB_USER_LOGIN", "CI_MERGE_REQUEST_ASSIGNEES"):
        env[name] = "mona"
    assert verdicts(check(repo, env)) == ["failed"]


def queue(repo: Repo, ref: str, content: object, url: str = "https://x.example") -> dict[str, str]:
    """A run of a merge queue of GitHub for topic on main."""
    base, head = (repo.git("rev-parse", name) for name in ("main", "topic"))
    group = {"base_sha": base, "head_sha": head, "head_ref": ref.replace("BASE", base)}
    event, file = repo.home / "event.json", repo.home / "pull.json"
    event.write_text(json.dumps({"merge_group": group}), "utf-8")
    file.write_text(json.dumps(content), "utf-8")
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "merge_group",
        "GITHUB_EVENT_PATH": str(event),
        "GITHUB_SERVER_URL": url,
        "ATTEST_PULL_REQUEST": str(file),
    }


REF = "refs/heads/gh-readonly-queue/main/pr-12-BASE"
PULL = {"number": 12, "user": {"login": "ada", "id": 17}}


@pytest.mark.parametrize(
    ("ref", "content", "verdict"),
    [
        (REF, PULL, "attested"),
        ("refs/heads/gh-readonly-queue/pr-1-x/pr-12-BASE", PULL, "attested"),
        ("refs/heads/main", PULL, "failed"),
        ("refs/heads/gh-readonly-queue/main/pr-12-x", PULL, "failed"),
        ("refs/heads/feature/pr-12-BASE", PULL, "failed"),
        (REF, {**PULL, "user": {"login": "eve", "id": 18}}, "failed"),
    ],
)
def test_a_queue_knows_the_keys_of_who_opened_its_pull_request(
    repo: Repo,
    key: Path,
    server: ForgeServer,
    ref: str,
    content: object,
    verdict: str,
) -> None:
    units.begin(repo, None)
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, key)
    repo.git("checkout", "-q", "-B", "queued", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    repo.git("branch", "-q", "-f", "topic", "queued")
    server.answer("/ada.keys", reply(f"{forge.public(key)}\n".encode()))
    for page in ("/eve.keys", "/api/v3/users/eve/ssh_signing_keys?per_page=100"):
        server.answer(page, reply(b"[]" if "api" in page else b""))
    result = check(repo, queue(repo, ref, content, server.url), "--forge", "github")
    assert verdicts(result) == [verdict]


def test_a_queue_grants_no_exemption_by_who_opened_one_of_its_pull_requests(
    repo: Repo, key: Path
) -> None:
    """The group may have those of others."""
    unanswered(repo, key, '[[exempt]]\nactors = ["ada"]\n')
    assert verdicts(check(repo, queue(repo, REF, PULL))) == ["failed"]


def test_a_queue_with_the_file_of_another_pull_request(repo: Repo, key: Path) -> None:
    unanswered(repo, key, "")
    env = queue(repo, REF, {**PULL, "number": 13})
    with pytest.raises(EnvironmentFault, match="it is not pull request 12"):
        ci_event.find(env)
    assert check(repo, env).returncode == 4

"""The life of a pull request in a project that asks once for each: fourteen commits, six of them
fixups, one block; a review, a suggestion by the forge's button, main merged in; each way to land;
a revert by the button. Played with the variables of three forges."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import tomli_w

from attest.forge.ci_event import Forge
from support import forge, units
from support.forge_messages import ROWS
from support.pushing import UNHOOKED, add_remote, answer, change, passes, push, template
from support.repo import Repo

pytestmark = pytest.mark.long

FORGES: tuple[Forge, ...] = ("github", "gitlab", "forgejo")
LINES = (3, 8, 13, 18, 23, 28, 33, 38)
FIXED = LINES[:6]
BUTTON = {
    "GIT_AUTHOR_NAME": "me",
    "GIT_AUTHOR_EMAIL": "12345+me@users.noreply.forge.example",
    "GIT_COMMITTER_NAME": "Forge",
    "GIT_COMMITTER_EMAIL": "noreply@forge.example",
}
REVERTS = 'reverts = "accept"\n'


@dataclass(frozen=True)
class PullRequest:
    """One that is ready to be merged.

    Args:
        description: what its text is.
    """

    repo: Repo
    description: str


def variables(repo: Repo, name: Forge, base: str, head: str, body: str) -> dict[str, str]:
    """What a forge's runner says of the pull request."""
    if name == "gitlab":
        return {
            "GITLAB_CI": "true",
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_COMMIT_SHA": head,
            "CI_MERGE_REQUEST_IID": "12",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
            "CI_MERGE_REQUEST_DESCRIPTION": body,
        }
    pull_request = {
        "number": 12,
        "body": body.replace("\n", "\r\n"),
        "user": {"login": "me", "id": 12345},
        "base": {"sha": base, "ref": "main"},
        "head": {"sha": head},
    }
    return actions(repo, name, "pull_request_target", {"pull_request": pull_request})


def actions(repo: Repo, name: Forge, event: str, data: dict[str, Any]) -> dict[str, str]:
    """The variables of GitHub's or Forgejo's runner, with the event file."""
    path = repo.home / "event.json"
    path.write_text(json.dumps(data), "utf-8")
    return {
        f"{name.upper()}_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SERVER_URL": "https://forge.example",
    }


def in_ci(repo: Repo, env: dict[str, str]) -> list[dict[str, Any]]:
    """The verdicts of the job, which fetches the target branch and names its tip."""
    runner = Repo(repo.path, repo.home, {**repo.env, **env})
    result = forge.run(runner, "check", "--base", "origin/main", "--format", "json")
    assert result.returncode in (0, 1), result.stderr
    verdicts: list[dict[str, Any]] = json.loads(result.stdout)["commits"]
    assert result.returncode == int(any(one["verdict"] == "failed" for one in verdicts))
    return verdicts


def check(repo: Repo, name: Forge, body: str = "") -> list[str]:
    """The errors that a forge's check of the pull request reports; none if it passes."""
    base, head = (repo.git("rev-parse", rev) for rev in ("origin/main", "origin/topic"))
    (verdict,) = in_ci(repo, variables(repo, name, base, head, body))
    return units.codes(verdict)


def by_button(repo: Repo, *args: str) -> None:
    """Run git as the forge, without hooks."""
    repo.run("git", *UNHOOKED, *args, env=BUTTON, check=True)


def open_pull_request(repo: Repo, key: Path) -> None:
    """Eight commits and six fixups of them, pushed."""
    units.begin(repo, key, REVERTS)
    repo.git("tag", "start", "main")
    add_remote(repo, "origin", "main")
    for line in LINES:
        change(repo, line, f"line {line}")
    for line in FIXED:
        change(repo, line, f"fixup! line {line}")
    repo.git(*UNHOOKED, "push", "--quiet", "-u", "origin", "topic")


def suggestion(repo: Repo) -> None:
    """The forge commits a suggestion, and merges main into the branch; the contributor pulls."""
    change(repo, 13, "Apply suggestions from code review")
    by_button(repo, "commit", "--quiet", "--amend", "--no-edit", "--reset-author")
    repo.git("checkout", "--quiet", "main")
    change(repo, 1, "Other work")
    repo.git(*UNHOOKED, "push", "--quiet", "origin", "main")
    repo.git("checkout", "--quiet", "topic")
    by_button(repo, "merge", "--quiet", "-m", "Merge branch 'main' into topic", "main")
    repo.git(*UNHOOKED, "push", "--quiet", "origin", "topic")


@pytest.fixture(scope="module")
def _opened(_start: Repo, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    repo = _start.copy(tmp_path_factory.mktemp("opened"))
    open_pull_request(repo, key)
    return repo


@pytest.fixture
def opened(_opened: Repo, tmp_path: Path) -> Repo:
    """A pull request that was opened, and nobody answered for."""
    return _opened.copy(tmp_path)


@pytest.fixture(scope="module")
def _ready(_opened: Repo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, PullRequest]:
    """The same pull request with its last block in a commit, or in the description."""
    first = _opened.copy(tmp_path_factory.mktemp("first"))
    answer(first)
    passes(first, "--force", "origin", "topic")
    suggestion(first)
    described = first.copy(tmp_path_factory.mktemp("described"))
    hunks = template(described)
    for hunk in hunks:
        hunk["invariant"] = hunk["invariant"] or "as the review asked"
        hunk["breaks"] = hunk["breaks"] or "the old line comes back"
    filled = tomli_w.dumps({"hunk": hunks}).encode()
    block = described.ok("block", "--markdown", "--answers", "-", stdin=filled)
    answer(first)
    first.git(*UNHOOKED, "push", "--quiet", "--force", "origin", "topic")
    return {
        "commit": PullRequest(first, "Lines are read again.\n"),
        "description": PullRequest(described, f"Lines are read again.\n\n{block}"),
    }


@pytest.fixture
def ready(_ready: dict[str, PullRequest], tmp_path: Path) -> Callable[[str], PullRequest]:
    def copy(place: str) -> PullRequest:
        one = _ready[place]
        return PullRequest(one.repo.copy(tmp_path), one.description)

    return copy


def test_it_is_opened_reviewed_and_updated(opened: Repo) -> None:
    repo = opened
    assert {name: check(repo, name) for name in FORGES} == {n: ["unattested"] for n in FORGES}

    assert len(template(repo)) == 3  # `most`, for all fourteen commits
    before = repo.git("rev-list", "HEAD").split()
    answer(repo)
    after = repo.git("rev-list", "HEAD").split()
    assert (before[1:], before[0] == after[0]) == (after[1:], False)
    passes(repo, "--force", "origin", "topic")
    assert {name: check(repo, name) for name in FORGES} == {name: [] for name in FORGES}

    # The review wants a change: only that is asked about, and a plain push is enough.
    change(repo, 33, "As the review says")
    hunks = template(repo)
    assert sum(not hunk["invariant"] for hunk in hunks) <= 1
    answer(repo)
    passes(repo, "origin", "topic")
    assert check(repo, "github") == []

    # Somebody applies a suggestion and updates the branch in the browser.
    suggestion(repo)
    assert {name: check(repo, name) for name in FORGES} == {
        name: ["answer-missing", "hunk-not-covered"] for name in FORGES
    }
    result = push(repo, "origin", "topic")
    assert result.returncode == 0, "all of it is on the remote already"


@pytest.mark.parametrize("place", ["commit", "description"])
@pytest.mark.parametrize("name", FORGES)
def test_the_last_block_makes_each_check_green(
    ready: Callable[[str], PullRequest], place: str, name: Forge
) -> None:
    one = ready(place)
    assert check(one.repo, name, one.description) == []
    if place == "description":
        assert check(one.repo, name, "Lines are read again.\n") != []


def landed(repo: Repo, revisions: str = "start..main") -> dict[str, str]:
    """The verdicts on what landed, by the subject of each unit."""
    verdicts = repo.report("--landed", revisions)["commits"]
    return {one["subject"]: one["verdict"] for one in verdicts if one["subject"] != "Other work"}


def squash(repo: Repo, message: str) -> None:
    repo.git("checkout", "--quiet", "main")
    repo.git("merge", "--quiet", "--squash", "topic")
    file = repo.home / "squash-message"
    file.write_bytes(message.encode())
    by_button(repo, "commit", "--quiet", "--cleanup=verbatim", "-F", str(file))


def messages(repo: Repo) -> list[str]:
    """Of the commits that are no merges, oldest first: a forge lists no others."""
    oids = repo.git("rev-list", "--reverse", "--no-merges", "main..topic").split()
    return [repo.message(oid).rstrip("\n") for oid in oids]


@pytest.mark.parametrize("place", ["commit", "description"])
@pytest.mark.parametrize("row", ROWS)
def test_squash(ready: Callable[[str], PullRequest], row: str, place: str) -> None:
    """What each setting keeps is the same as for a branch of two commits."""
    one = ready(place)
    build, from_commit, from_description = ROWS[row]
    survives = from_commit if place == "commit" else from_description
    squash(one.repo, build(messages(one.repo), one.description))
    assert set(landed(one.repo).values()) == {"attested" if survives else "failed"}


def by_merge(repo: Repo) -> None:
    repo.git("checkout", "--quiet", "main")
    by_button(repo, "merge", "--quiet", "--no-ff", "-m", "Merge pull request #12 from a/b", "topic")


def by_rebase(repo: Repo) -> None:
    """The forge copies the commits and drops the merge."""
    repo.git("checkout", "--quiet", "main")
    picked = repo.git("rev-list", "--reverse", "--no-merges", "main..topic").split()
    by_button(repo, "cherry-pick", "--allow-empty", *picked)


def test_merge_commit(ready: Callable[[str], PullRequest]) -> None:
    repo = ready("commit").repo
    by_merge(repo)
    assert set(landed(repo).values()) == {"attested"}


@pytest.mark.parametrize("is_last", [True, False])
def test_rebase(ready: Callable[[str], PullRequest], is_last: bool) -> None:
    """The block of a branch that ends with a suggestion is in the commit below it."""
    repo = ready("commit").repo
    if is_last:
        change(repo, 20, "One more line")
        answer(repo)
    by_rebase(repo)
    assert list(landed(repo).values()) == ["attested"]


@pytest.mark.parametrize("way", ["merge commit", "squash"])
def test_a_merge_queue_judges_what_it_will_land(
    ready: Callable[[str], PullRequest], way: str
) -> None:
    one = ready("commit")
    repo = one.repo
    if way == "squash":
        squash(repo, ROWS["GitHub, title and commit details"][0](messages(repo), ""))
    else:
        by_merge(repo)
    base, head = (repo.git("rev-parse", rev) for rev in ("origin/main", "main"))
    ref = f"refs/heads/gh-readonly-queue/main/pr-12-{base}"
    group = {
        "base_sha": base,
        "head_sha": head,
        "base_ref": "refs/heads/main",
        "head_ref": ref,
    }
    env = actions(repo, "github", "merge_group", {"merge_group": group})
    assert {one["verdict"] for one in in_ci(repo, env)} == {"attested"}


def test_a_revert_by_the_button(ready: Callable[[str], PullRequest]) -> None:
    one = ready("description")
    repo = one.repo
    squash(repo, ROWS["GitHub, title and description"][0]([], one.description))
    subject = repo.git("show", "-s", "--format=%s")
    by_button(repo, "revert", "--no-commit", "HEAD")
    by_button(
        repo, "commit", "-q", "-m", f'Revert "{subject}" (#13)', "-m", "Reverts owner/repo#12"
    )
    assert list(landed(repo).values()) == ["attested", "exempt"]

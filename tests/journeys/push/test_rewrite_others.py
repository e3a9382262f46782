"""Other people's commits, and published ones: left alone unless they are named."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import blocks
from support.repo import EMAIL, Repo
from support.rewriting import (
    BARE,
    EXACT,
    OTHER,
    again,
    answered,
    change,
    commits,
    heads,
    messages_alone_differ,
    outcomes,
    parts,
    published,
    state,
)

UNATTESTED = ("failed", "none")


@pytest.fixture(scope="module")
def _mixed(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `mixed` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("mixed"))
    published(repo)
    for line, env in ((3, None), (13, OTHER), (23, None), (33, OTHER)):
        change(repo, line, env=env)
    return repo


@pytest.fixture
def mixed(_mixed: Repo, tmp_path: Path) -> Repo:
    """Mine, somebody else's, mine, somebody else's."""
    return _mixed.copy(tmp_path)


def test_other_peoples_commits_get_a_new_parent_and_nothing_else(mixed: Repo) -> None:
    old = mixed.head
    before = commits(mixed, "origin/main..HEAD")
    reply = answered(mixed)
    assert "2 commits skipped: by other people" in reply
    assert "Rewrote 2 commit messages on main; 2 later commits got a new parent" in reply
    assert "2 of those are by other people: message and author are unchanged" in reply
    paired = messages_alone_differ(mixed, old, mixed.head)
    after = commits(mixed, "origin/main..HEAD")
    for oid, was in before.items():
        now = after[paired[oid]]
        theirs = b"some@example.org" in was.author
        assert (now.message == was.message) == theirs
        assert now.committer.startswith(f"A U Thor <{EMAIL}> ".encode())
    assert outcomes(mixed, "origin/main..HEAD") == [EXACT, UNATTESTED, EXACT, UNATTESTED]


def test_other_peoples_commits_below_ones_own_keep_their_ids(repo: Repo) -> None:
    published(repo)
    theirs = change(repo, 3, env=OTHER)
    change(repo, 13)
    reply = answered(repo)
    assert "Rewrote 1 commit message on main\n" in reply
    assert repo.git("rev-parse", "HEAD^") == theirs


def test_somebody_elses_commit_is_answered_for_where_it_is_named(mixed: Repo) -> None:
    old = mixed.git("rev-parse", "HEAD~2")
    reply = answered(mixed, old)
    assert "skipped" not in reply
    assert parts(mixed.raw("HEAD~2")).author == parts(mixed.raw(old)).author
    assert [len(blocks(mixed.message(f"HEAD~{n}"))) for n in range(4)] == [0, 0, 1, 0]
    verdict = mixed.verdict("HEAD~2")
    assert verdict["attester"] == f"A U Thor <{EMAIL}>"
    assert mixed.codes("HEAD~2") == ["attester-mismatch"]


def test_a_range_of_somebody_elses_is_no_name(mixed: Repo) -> None:
    before = state(mixed)
    reply = again(mixed, "HEAD~1..HEAD", code=3)
    assert "there are no commits for you to answer for" in reply
    assert "1 commit skipped: by other people" in reply
    assert state(mixed) == before


def test_the_author_decides_and_not_the_committer(repo: Repo) -> None:
    published(repo)
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in OTHER.items()}
    change(repo, 3, env=committer)
    answered(repo)
    assert outcomes(repo, "HEAD") == [EXACT]


def test_ones_other_address_is_somebody_elses(repo: Repo) -> None:
    published(repo)
    env = {"GIT_AUTHOR_EMAIL": "other@example.com"}
    change(repo, 3, env=env)
    assert "by other people" in again(repo, code=3)
    answered(repo, env=env)
    assert outcomes(repo, "HEAD") == [EXACT]


def test_ones_address_in_other_letters_is_ones_own(repo: Repo) -> None:
    published(repo)
    change(repo, 3, env={"GIT_AUTHOR_EMAIL": EMAIL.upper()})
    author = parts(repo.raw()).author
    answered(repo)
    assert parts(repo.raw()).author == author
    assert outcomes(repo, "HEAD") == [EXACT]


@pytest.fixture(scope="module")
def _half(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `half` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("half"))
    change(repo, 3)
    change(repo, 13)
    published(repo)
    published(repo, "HEAD^^", "upstream/main")
    change(repo, 23)
    return repo


@pytest.fixture
def half(_half: Repo, tmp_path: Path) -> Repo:
    """Two commits that a remote has, and one that it has not."""
    return _half.copy(tmp_path)


def test_published_commits_of_a_range_are_left_alone(half: Repo) -> None:
    below = half.git("rev-parse", "HEAD^")
    reply = answered(half, "upstream/main..HEAD")
    assert "2 commits skipped: a remote has them" in reply
    assert half.git("rev-parse", "HEAD^") == below
    assert outcomes(half, "upstream/main..HEAD") == [UNATTESTED, UNATTESTED, EXACT]


def test_a_range_that_is_published_is_refused_with_how_to_name_a_commit(half: Repo) -> None:
    before = state(half)
    reply = again(half, "upstream/main..origin/main", code=3)
    assert "2 commits skipped: a remote has them" in reply
    assert state(half) == before
    words = reply.split("name them: attest answer ")[1].split()
    answered(half, *words)
    assert outcomes(half, "upstream/main..HEAD") == [EXACT, EXACT, UNATTESTED]


def test_a_published_commit_is_rewritten_where_it_is_named(half: Repo) -> None:
    old, remotes = half.head, heads(half, "refs/remotes")
    reply = answered(half, "HEAD~1")
    assert "Rewrote 1 commit message on main; 1 later commit got a new parent" in reply
    assert "git push --force-with-lease" in reply
    assert heads(half, "refs/remotes") == remotes
    assert len(messages_alone_differ(half, old, half.head)) == 2
    assert outcomes(half, "upstream/main..HEAD") == [UNATTESTED, EXACT, UNATTESTED]


def test_a_published_commit_and_a_range_are_answered_for_together(half: Repo) -> None:
    reply = answered(half, "HEAD~2", "HEAD~1..HEAD")
    assert "Rewrote 2 commit messages on main; 1 later commit got a new parent" in reply
    assert outcomes(half, "upstream/main..HEAD") == [EXACT, UNATTESTED, EXACT]


def test_what_the_start_ref_reaches_is_never_asked_about(repo: Repo) -> None:
    """A history that began before attest, and that no remote has."""
    change(repo, 3)
    repo.git("update-ref", "refs/attest/since/start", "HEAD")
    old = change(repo, 13)
    answered(repo)
    assert len(messages_alone_differ(repo, old, repo.head)) == 1
    repo.git("update-ref", "refs/attest/since/start", "HEAD")
    before = state(repo)
    assert "no commit" in again(repo, code=3)
    assert state(repo) == before


def test_a_published_merge_of_somebody_elses_work_is_no_obstacle(repo: Repo) -> None:
    """Upstream is merged into a topic: upstream's commits are not asked about."""
    published(repo)
    repo.git("switch", "-q", "-c", "topic")
    change(repo, 3)
    repo.git("switch", "-q", "main")
    change(repo, 13, env=OTHER)
    published(repo, "HEAD", "upstream/main")
    repo.git("switch", "-q", "topic")
    repo.git(*BARE, "merge", "-q", "--no-edit", "main")
    old, theirs = repo.head, repo.git("rev-parse", "main")
    reply = answered(repo)
    assert "other people" not in reply
    assert repo.git("rev-parse", "main", "topic^2").split() == [theirs, theirs]
    assert len(messages_alone_differ(repo, old, repo.head)) == 2
    assert outcomes(repo, "main..topic") == [EXACT, ("not-needed", "none")]

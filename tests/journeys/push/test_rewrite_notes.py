"""Notes come along as with `git commit --amend`: where `notes.rewriteRef` says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.repo import Repo
from support.rewriting import BARE, Env, answered, change, heads, published, state

ALL = "refs/notes/*"


@pytest.fixture(scope="module")
def _noted(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `noted` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("noted"))
    published(repo)
    change(repo, 3)
    change(repo, 13)
    for rev in ("HEAD", "HEAD^", "origin/main"):
        repo.git("notes", "add", "-m", f"note of {rev}", rev)
    repo.git("notes", "--ref", "team/review", "add", "-m", "reviewed", "HEAD")
    return repo


@pytest.fixture
def noted(_noted: Repo, tmp_path: Path) -> Repo:
    """Two unpushed commits with notes, and a note on the published one."""
    return _noted.copy(tmp_path)


def notes(repo: Repo, ref: str = "commits", *revs: str) -> list[str]:
    """The notes of some commits; empty where there is none."""
    outcome = []
    for rev in revs or ("HEAD", "HEAD^"):
        result = repo.run("git", "notes", "--ref", ref, "show", rev)
        outcome.append(result.stdout.decode().strip())
    return outcome


NOTED = ["note of HEAD", "note of HEAD^"]


def test_none_come_along_where_nothing_says_so(noted: Repo) -> None:
    before = heads(noted, "refs/notes")
    answered(noted)
    assert heads(noted, "refs/notes") == before
    assert notes(noted) == ["", ""]


def test_notes_are_copied_and_stay_on_the_old_commits(noted: Repo) -> None:
    noted.git("config", "notes.rewriteRef", "refs/notes/commits")
    old = noted.git("rev-parse", "HEAD", "HEAD^").split()
    answered(noted)
    assert notes(noted) == NOTED
    assert notes(noted, "commits", *old) == NOTED
    assert notes(noted, "team/review") == ["", ""]
    assert set(heads(noted, "refs/notes")) == {"refs/notes/commits", "refs/notes/team/review"}
    assert notes(noted, "commits", "origin/main") == ["note of origin/main"]


def test_undo_takes_the_copies_back(noted: Repo) -> None:
    noted.git("config", "notes.rewriteRef", "refs/notes/commits")
    before = state(noted)
    answered(noted)
    assert state(noted).refs["refs/notes/commits"] != before.refs["refs/notes/commits"]
    noted.ok("undo", "--yes")
    assert state(noted) == before


def test_notes_that_were_written_since_survive_an_undo(noted: Repo) -> None:
    noted.git("config", "notes.rewriteRef", "refs/notes/commits")
    before = heads(noted)
    answered(noted)
    noted.git("notes", "append", "-m", "written since", "origin/main")
    kept = heads(noted, "refs/notes")
    noted.ok("undo", "--yes")
    assert (heads(noted), heads(noted, "refs/notes")) == (before, kept)


PATTERNS = {
    "all": [ALL],
    "one twice": [ALL, "refs/notes/commits", ALL],
    "a folder": ["refs/notes/team/*"],
    "the start of a name": ["refs/notes/commit"],
    "a folder without a star": ["refs/notes/team"],
    "not below refs/notes": ["refs/heads/*", "commits"],
    "taken back": [ALL, ""],
}
MODES = ["concatenate", "overwrite", "ignore"]


def same_as_amend(repo: Repo, env: Env = None) -> None:
    """Answer for the last commit; its notes must be what an amend makes of them."""
    before = heads(repo, "")
    repo.run("git", *BARE, "commit", "-q", "--amend", "-m", "Amended", env=env, check=True)
    expected = [notes(repo, ref, "HEAD") for ref in ("commits", "team/review")]
    for name, oid in before.items():
        repo.git("update-ref", "--no-deref", name, oid)
    answered(repo, "HEAD", env=env)
    assert [notes(repo, ref, "HEAD") for ref in ("commits", "team/review")] == expected
    assert not [name for name in heads(repo, "refs/notes") if "attest" in name]


@pytest.mark.parametrize("patterns", PATTERNS.values(), ids=PATTERNS)
def test_a_pattern_means_what_it_means_to_git(noted: Repo, patterns: list[str]) -> None:
    for pattern in patterns:
        noted.git("config", "--add", "notes.rewriteRef", pattern)
    same_as_amend(noted)


@pytest.mark.parametrize("mode", MODES)
def test_a_mode_means_what_it_means_to_git(noted: Repo, mode: str) -> None:
    """There is nothing on the new commit to be joined with: each copies once."""
    noted.git("config", "notes.rewriteRef", ALL)
    noted.git("config", "notes.rewriteMode", mode)
    same_as_amend(noted)


ENVIRONMENTS = [
    {"GIT_NOTES_REWRITE_REF": "refs/notes/commits"},
    {"GIT_NOTES_REWRITE_REF": "refs/notes/commits:refs/notes/team/review"},
    {"GIT_NOTES_REWRITE_REF": ""},
    {"GIT_NOTES_REWRITE_MODE": "ignore"},
    {"GIT_NOTES_REF": "refs/notes/team/review"},
]


@pytest.mark.parametrize("env", ENVIRONMENTS, ids=lambda env: " ".join(env.values()))
def test_the_environment_means_what_it_means_to_git(noted: Repo, env: dict[str, str]) -> None:
    noted.git("config", "notes.rewriteRef", "refs/notes/team/review")
    same_as_amend(noted, env)


@pytest.mark.parametrize(("setting", "copied"), [("amend", False), ("rebase", True)])
def test_rewriting_counts_as_an_amend(noted: Repo, setting: str, copied: bool) -> None:
    noted.git("config", "notes.rewriteRef", ALL)
    noted.git("config", f"notes.rewrite.{setting}", "false")
    answered(noted)
    assert notes(noted) == (NOTED if copied else ["", ""])


def test_a_locked_notes_ref_keeps_the_branches_where_they_are(noted: Repo) -> None:
    noted.git("config", "notes.rewriteRef", ALL)
    lock = noted.path / ".git/refs/notes/commits.lock"
    lock.touch()
    before = state(noted)
    assert "commits.lock" in answered(noted, code=4)
    assert state(noted) == before
    lock.unlink()
    answered(noted)
    assert notes(noted) == NOTED


def test_copies_that_an_interrupted_run_left_are_cleared_away(noted: Repo) -> None:
    noted.git("config", "notes.rewriteRef", ALL)
    noted.git("update-ref", "refs/notes/attest-rewrite/0001-0", "refs/notes/commits")
    answered(noted)
    assert notes(noted) == NOTED
    assert set(heads(noted, "refs/notes")) == {"refs/notes/commits", "refs/notes/team/review"}

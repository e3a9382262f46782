"""Pushing what was answered for: in silence, and asked only about what is new."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from support.messages import blocks, edit, outcome
from support.pushing import (
    STRANGER,
    UNHOOKED,
    answer,
    answered,
    asked,
    branch,
    change,
    holds,
    passes,
    push,
    refs,
    template,
)
from support.repo import Repo
from support.rewriting import printed


@pytest.fixture
def topic(_answered_topic: Repo, tmp_path: Path) -> Repo:
    """A clone on the branch `topic`, with one commit that is answered for, and a
    remote `origin` that has `main`."""
    return _answered_topic.copy(tmp_path)


def origin(repo: Repo) -> str:
    """The refs that `origin` has."""
    return refs(repo, repo.path.parent / "origin.git")


def moved(repo: Repo) -> None:
    """Have another person put lines above all others on `main`, and rebase onto it."""
    repo.git("checkout", "--quiet", "main")
    repo.write("a.py", "above\n" * 3 + (repo.path / "a.py").read_text())
    repo.git(*UNHOOKED, "commit", "--quiet", "-m", "Theirs", STRANGER)
    repo.git("push", "--quiet", "--no-verify", "origin", "main")
    repo.git("rebase", "--quiet", "main", "topic")


def test_an_attested_branch_passes_in_silence(topic: Repo) -> None:
    answered(topic, 9, "Answered too")
    passes(topic, "origin", "topic")
    assert f"refs/heads/topic {topic.head}" in origin(topic)
    passes(topic, "origin", "topic")


def test_only_the_commit_without_an_answer_is_asked_about(topic: Repo) -> None:
    change(topic, 9, "New")
    assert asked(topic, "origin", "topic") == ["New"]


def test_a_rebased_branch_passes_in_silence(topic: Repo) -> None:
    moved(topic)
    assert outcome(topic) == ("attested", "hunks")
    passes(topic, "origin", "topic")


def test_a_cherry_picked_commit_passes_in_silence(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "-b", "side", "main")
    change(topic, 30, "Another's", STRANGER)
    topic.git("cherry-pick", "topic")
    assert topic.head != topic.git("rev-parse", "topic")
    passes(topic, "origin", "side")


def test_a_push_from_another_worktree_passes_in_silence(topic: Repo, tmp_path: Path) -> None:
    topic.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"), "topic")
    there = Repo(tmp_path / "side", topic.home, topic.env)
    answered(there, 9, "There")
    passes(there, "origin", "side")
    assert there.head in (topic.path / ".git/attest/settled").read_text()


def test_sha256_is_asked_about_and_passes(tmp_path: Path, key: Path) -> None:
    repo = Repo.create(tmp_path, "repo", "--object-format=sha256")
    repo.set_up(key)
    repo.write("a.py", "one\n")
    repo.commit("Root")
    path = tmp_path / "origin.git"
    repo.git("init", "--quiet", "--bare", "--object-format=sha256", str(path))
    assert asked(repo, str(path), "main") == ["Root"]
    answer(repo, "--unpushed")
    passes(repo, str(path), "main")
    passes(repo, str(path), "main:again")


@pytest.mark.parametrize(
    ("how", "kept"),
    [("amended", "store"), ("amended", "block"), ("rebased", "block"), ("cherry-picked", "store")],
)
def test_only_the_new_hunk_is_asked_about(topic: Repo, how: str, kept: str) -> None:
    if kept == "block":
        shutil.rmtree(topic.path / ".git/attest")
    if how == "rebased":
        moved(topic)
    if how == "cherry-picked":
        topic.git("checkout", "--quiet", "-b", "side", "main")
        change(topic, 38, "Another's", STRANGER)
        topic.git("cherry-pick", "topic")
    edit(topic, 20)
    topic.git(*UNHOOKED, "commit", "--quiet", "--amend", "--no-edit")
    result = push(topic, "origin", "HEAD")
    assert b"attest: 1 commit, 2 hunks, 2 questions: about 1 minute\n" in result.stderr
    reply = [(bool(hunk["invariant"]), hunk["breaks"]) for hunk in template(topic, "--unpushed")]
    assert reply == [(True, "removal 1 breaks a.py:3"), (False, "")]
    answer(topic, "--unpushed")
    assert len(blocks(topic.message())) == 1
    assert outcome(topic) == ("attested", "exact")
    passes(topic, "origin", "HEAD")


def test_what_another_person_said_is_put_into_nobodys_mouth(topic: Repo) -> None:
    """An attested commit that somebody takes over as their own is asked about."""
    me = {"GIT_AUTHOR_NAME": "Me", "GIT_AUTHOR_EMAIL": "me@example.org"}
    shutil.rmtree(topic.path / ".git/attest")
    amend = ("commit", "--quiet", "--amend", "--no-edit", "--reset-author")
    topic.run("git", *UNHOOKED, *amend, env=me, check=True)
    result = push(topic, "origin", "topic", **me)
    assert b"attest: 1 commit, 1 hunk, 2 questions: about 1 minute\n" in result.stderr


def test_answers_that_are_all_there_still_wait_for_a_word(topic: Repo) -> None:
    """A stale block is replaced with its person's agreement, and not by itself."""
    edit(topic, 20)
    topic.answer()
    topic.git(*UNHOOKED, "commit", "--quiet", "--amend", "--no-edit")
    before, there = refs(topic), origin(topic)
    result = push(topic, "origin", "topic")
    assert result.returncode == 1
    assert b"attest: 1 commit, 2 hunks, all answered before\n" in result.stderr
    assert (refs(topic), origin(topic)) == (before, there)
    assert topic.codes() == ["answer-missing", "hunk-not-covered"]


def test_three_branches_that_share_commits_are_answered_for_at_once(
    topic: Repo,
) -> None:
    branch(topic, "a", 3, 6)
    branch(topic, "b", 12, start="a")
    branch(topic, "c", 15, start="a")
    topic.git("checkout", "--quiet", "a")
    change(topic, 18, "a 18")
    subjects = ["a 18", "a 3", "a 6", "b 12", "c 15"]
    assert asked(topic, "origin", "a", "b", "c") == subjects
    shape = "--format=%T %an %ae %ad %s"
    before = sorted(topic.git("log", shape, "a", "b", "c").splitlines())
    shared = topic.git("merge-base", "--octopus", "a", "b", "c")

    answer(topic, "--unpushed", "a", "b", "c")

    assert sorted(topic.git("log", shape, "a", "b", "c").splitlines()) == before
    assert topic.git("rev-list", "--count", "a", "b", "c", "^main") == "5"
    now = topic.git("merge-base", "--octopus", "a", "b", "c")
    assert now != shared
    assert topic.git("rev-list", "--count", f"main..{now}") == "2"
    assert topic.git("merge-base", "b", "c") == now
    passes(topic, "origin", "a", "b", "c")
    for name, count in (("a", 3), ("b", 3), ("c", 3)):
        assert holds(topic, f"origin/main..{name}") == ["exact"] * count


def test_one_of_three_branches_takes_the_others_along(topic: Repo) -> None:
    """What is shared was answered for with the first, and is still shared."""
    branch(topic, "a", 3, 6)
    branch(topic, "b", 12, start="a")
    branch(topic, "c", 15, start="b")
    answer(topic, "--unpushed", "c")
    assert topic.git("rev-list", "--count", "a", "b", "c", "^main") == "4"
    passes(topic, "origin", "a", "b", "c")


@pytest.mark.parametrize("sort", ["", "-a", "-s"])
def test_a_tag_that_stays_behind_is_refused_until_it_is_moved(
    topic: Repo, sort: str, key: Path
) -> None:
    signing = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={key}")
    options = (sort, "-m", "First") if sort else ()
    change(topic, 9, "New")
    topic.git(*signing, "tag", *options, "v1")
    answer(topic, "--unpushed", "topic")
    result = push(topic, "origin", "v1")
    assert result.returncode == 1
    command = f"git tag -f{f' {sort}' if sort else ''} v1 [0-9a-f]+"
    words = printed(result.stderr.decode(), command)
    topic.git(*signing, *words[1:], GIT_EDITOR="true")
    kept = (
        topic.git("cat-file", "-t", "v1"),
        topic.git("tag", "-l", "--format=%(contents:signature)"),
    )
    assert kept == ("tag" if sort else "commit", kept[1])
    assert bool(kept[1].strip()) == (sort == "-s")
    passes(topic, "origin", "v1", "topic")


def test_a_push_of_many_refs_names_those_that_lead_to_new_commits(topic: Repo) -> None:
    for number in range(3):
        topic.git("tag", f"old{number}", "main")
    change(topic, 9, "New")
    topic.git("tag", "new")
    for what in ("--tags", "--mirror"):
        lines = push(topic, "origin", what).stderr.decode().splitlines()
        command = next(line for line in lines if "attest answer" in line)
        assert not re.search("old|remotes", command), command
        assert "refs/tags/new" in command


def test_a_merge_of_ones_own_that_git_would_make_too_is_not_asked_about(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "-b", "side", "main")
    answered(topic, 30, "Beside")
    topic.git("merge", "--quiet", "--no-ff", "-m", "Merge topic", "topic")
    passes(topic, "origin", "side")


def test_a_conflict_that_was_resolved_in_a_merge_is_asked_about(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "-b", "side", "main")
    answered(topic, 3, "Beside")
    assert topic.run("git", "merge", "--quiet", "topic").returncode == 1
    topic.write("a.py", "".join(f"{n} of both\n" for n in range(1, 41)))
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "Resolved")
    assert asked(topic, "origin", "side") == ["Resolved"]
    answer(topic, "--unpushed")
    passes(topic, "origin", "side")

"""Nothing is rewritten from under a rebase, a merge, a pick, a revert or a bisection."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from support.messages import edit
from support.repo import Repo
from support.rewriting import (
    BARE,
    EXACT,
    again,
    answered,
    attest,
    change,
    filled,
    outcomes,
    printed,
    published,
    records,
    state,
)


@pytest.fixture(scope="module")
def _three(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `three` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("three"))
    published(repo)
    change(repo, 3)
    change(repo, 13)
    repo.git("branch", "middle")
    repo.git("switch", "-q", "-c", "side")
    change(repo, 23, "Theirs")
    repo.git("switch", "-q", "main")
    change(repo, 23, "Ours")
    return repo


@pytest.fixture
def three(_three: Repo, tmp_path: Path) -> Repo:
    """Three unpushed commits on `main`; `side` changes the same line as the last."""
    return _three.copy(tmp_path)


def stop(repo: Repo, *args: str, code: int = 1, **env: str) -> None:
    """Run git, which must stop for the person; it has a conflict."""
    result = repo.run("git", *BARE, *args, env=env)
    assert result.returncode == code, result


def _rebase(repo: Repo) -> None:
    stop(repo, "rebase", "-q", "side")


def _rebase_to_edit(repo: Repo) -> None:
    editor = "sed -i '1s/pick/edit/'"
    stop(repo, "rebase", "-q", "-i", "HEAD^^", code=0, GIT_SEQUENCE_EDITOR=editor)


def _rebase_by_patches(repo: Repo) -> None:
    stop(repo, "rebase", "-q", "--apply", "side")


def _am(repo: Repo) -> None:
    patch = repo.run("git", "format-patch", "-1", "--stdout", "side", check=True).stdout
    assert repo.run("git", *BARE, "am", "-q", stdin=patch).returncode != 0


def _merge(repo: Repo) -> None:
    stop(repo, "merge", "-q", "side")


def _merge_before_its_commit(repo: Repo) -> None:
    stop(repo, "merge", "-q", "-s", "ours", "--no-commit", "side", code=0)


def _pick(repo: Repo) -> None:
    stop(repo, "cherry-pick", "side")


def _pick_of_several(repo: Repo) -> None:
    """The one with the conflict is committed by hand; the others are still to come."""
    repo.git("branch", "more", "side^")
    stop(repo, "cherry-pick", "side", "side~1")
    edit(repo, 23, "both")
    repo.git(*BARE, "commit", "-q", "-m", "By hand")


def _revert(repo: Repo) -> None:
    change(repo, 13, "Later")
    stop(repo, "revert", "--no-edit", "HEAD~2")


def _revert_of_several(repo: Repo) -> None:
    change(repo, 13, "Later")
    stop(repo, "revert", "--no-edit", "HEAD~2", "HEAD~1")
    edit(repo, 13, "by hand")
    repo.git(*BARE, "commit", "-q", "-m", "By hand")


def _bisect(repo: Repo) -> None:
    repo.git("bisect", "start", "HEAD", "HEAD~3")


UNDER_WAY = [
    (_rebase, "rebase", "rebase --abort"),
    (_rebase_to_edit, "rebase", "rebase --abort"),
    (_rebase_by_patches, "rebase", "rebase --abort"),
    (_am, "git am", "am --abort"),
    (_merge, "merge", "merge --abort"),
    (_merge_before_its_commit, "merge", "merge --abort"),
    (_pick, "cherry-pick", "cherry-pick --abort"),
    (_pick_of_several, "cherry-pick", "cherry-pick --quit"),
    (_revert, "revert", "revert --abort"),
    (_revert_of_several, "revert", "revert --quit"),
    (_bisect, "bisect", "bisect reset"),
]


def test_what_begins_while_the_person_answers_stops_the_rewriting(three: Repo) -> None:
    """Signing is the last thing that takes a person's time."""
    signer = three.path.parent / "signer"
    bisect = f"git -C {shlex.quote(str(three.path))} bisect start main main~1"
    signer.write_text(f'#!/bin/sh\n{bisect} >/dev/null 2>&1\nexec ssh-keygen "$@"\n')
    signer.chmod(0o755)
    heads = three.git("for-each-ref", "refs/heads")
    result = three.attest(
        *("answer", "--unpushed", "main", "--answers", "-"),
        stdin=filled(three),
        GIT_CONFIG_COUNT="1",
        GIT_CONFIG_KEY_0="gpg.ssh.program",
        GIT_CONFIG_VALUE_0=str(signer),
    )
    assert (result.returncode, b"a bisect is under way" in result.stderr) == (4, True), (
        result.stderr
    )
    assert three.git("for-each-ref", "refs/heads") == heads
    assert records(three) == []


@pytest.mark.parametrize(
    ("begin", "name", "end"), UNDER_WAY, ids=[way[0].__name__.strip("_") for way in UNDER_WAY]
)
def test_what_is_under_way_is_ended_first(
    three: Repo, begin: Callable[[Repo], None], name: str, end: str
) -> None:
    begin(three)
    before = state(three)
    reply = again(three, "--unpushed", "main", code=4)
    assert f"a {name} is under way, so no branch is moved" in reply
    assert f"git {end.split()[0]} " in reply
    assert end.split()[1].replace("--quit", "--continue") in reply
    assert state(three) == before
    assert records(three) == []
    three.git(*end.split())
    answered(three, "--unpushed", "main")
    assert set(outcomes(three, "origin/main..main")) == {EXACT}


def test_a_rebase_that_stopped_to_edit_a_commit_can_be_answered_in(three: Repo) -> None:
    _rebase_to_edit(three)
    refusal = again(three, "HEAD", code=4)
    command = printed(refusal, "attest answer --amend && git commit --amend --no-edit")
    assert command[-3:] == ["commit", "--amend", "--no-edit"]
    three.answer("--amend")
    three.git("commit", "-q", "--amend", "--no-edit")
    assert outcomes(three, "HEAD^..HEAD") == [EXACT]
    three.git("rebase", "--continue")


@pytest.mark.parametrize(
    ("begin", "command"),
    [(_rebase_by_patches, "git rebase --continue"), (_am, "git am --continue")],
)
def test_git_makes_the_commit_of_a_patch_and_the_block_comes_afterwards(
    three: Repo, begin: Callable[[Repo], None], command: str
) -> None:
    begin(three)
    published(three)
    edit(three, 23, "both")
    three.git("add", "a.py")
    reply = attest(
        three, "answer", "--answers", "-", stdin=filled(three, "--staged")
    ).stderr.decode()
    assert f"Now commit this change: {command}" in reply
    three.git(*command.split()[1:])
    later = printed(reply, "attest answer --unpushed")
    again(three, *later[2:])
    assert outcomes(three, "HEAD^..HEAD") == [EXACT]


@pytest.mark.parametrize("begin", [_rebase, _rebase_by_patches])
def test_a_conflict_of_a_rebase_is_not_answered_by_an_amend(
    three: Repo, begin: Callable[[Repo], None]
) -> None:
    begin(three)
    assert "--amend" not in again(three, "HEAD~1", code=4)


@pytest.fixture
def linked(three: Repo, tmp_path: Path) -> Repo:
    """Another worktree of `three`, on `middle`, which is in the range."""
    path = tmp_path / "another worktree"
    three.git("worktree", "add", "-q", str(path), "middle")
    return Repo(path, three.home, three.env)


def _linked_rebase(linked: Repo) -> None:
    stop(linked, "rebase", "-q", "-i", "HEAD^", code=0, GIT_SEQUENCE_EDITOR="sed -i s/pick/edit/")


def _linked_update_refs(linked: Repo) -> None:
    """`middle` is not rebased itself: it is on the way of what is."""
    linked.git("switch", "-q", "-c", "upper")
    change(linked, 33)
    editor = "sed -i '1s/pick/edit/'"
    stop(linked, "rebase", "-q", "-i", "--update-refs", "HEAD~2", code=0,
         GIT_SEQUENCE_EDITOR=editor)  # fmt: skip


def _linked_merge(linked: Repo) -> None:
    stop(linked, "merge", "-q", "-s", "ours", "--no-commit", "--no-ff", "side", code=0)


def _linked_bisect(linked: Repo) -> None:
    linked.git("bisect", "start", "HEAD", "HEAD^^")


ELSEWHERE: dict[Callable[[Repo], None], str] = {
    _linked_rebase: "rebase --abort",
    _linked_update_refs: "rebase --abort",
    _linked_merge: "merge --abort",
    _linked_bisect: "bisect reset",
}


@pytest.mark.parametrize("begin", ELSEWHERE, ids=lambda way: way.__name__.strip("_"))
def test_what_is_under_way_in_another_worktree_keeps_its_branch(
    three: Repo, linked: Repo, begin: Callable[[Repo], None]
) -> None:
    begin(linked)
    before, there = state(three), state(linked)
    reply = again(three, code=4)
    assert f"is under way in the worktree of {linked.path}, so no branch is moved" in reply
    assert (state(three), state(linked)) == (before, there)
    assert ELSEWHERE[begin].split()[0] in reply
    linked.git(*ELSEWHERE[begin].split())
    answered(three)
    assert linked.git("rev-parse", "middle") == three.git("rev-parse", "main^")


@pytest.mark.parametrize("begin", [_linked_update_refs, _linked_merge, _linked_bisect])
def test_what_does_not_concern_the_branches_is_let_be(
    repo: Repo, tmp_path: Path, begin: Callable[[Repo], None]
) -> None:
    published(repo)
    repo.git("switch", "-q", "-c", "other")
    change(repo, 3)
    change(repo, 13)
    repo.git("branch", "side", "HEAD^")
    repo.git("switch", "-q", "main")
    change(repo, 23)
    repo.git("worktree", "add", "-q", str(tmp_path / "there"), "other")
    linked = Repo(tmp_path / "there", repo.home, repo.env)
    begin(linked)
    files, index = state(linked).files, state(linked).index
    answered(repo)
    assert outcomes(repo, "origin/main..main") == [EXACT]
    assert (state(linked).files, state(linked).index) == (files, index)


def test_the_main_worktree_is_another_one_to_a_linked_one(three: Repo, linked: Repo) -> None:
    _merge(three)
    reply = again(linked, "--unpushed", "main", code=4)
    assert f"a merge is under way in the worktree of {three.path}" in reply
    three.git("merge", "--abort")
    three.git("switch", "-q", "-c", "elsewhere", "origin/main")
    _merge_before_its_commit(three)
    answered(linked, "--unpushed", "main")
    assert set(outcomes(three, "origin/main..main")) == {EXACT}


def test_a_worktree_that_was_deleted_by_hand_is_no_obstacle(
    three: Repo, linked: Repo, tmp_path: Path
) -> None:
    linked.path.rename(tmp_path / "away")
    answered(three)
    assert set(outcomes(three, "origin/main..main")) == {EXACT}

"""The commit hook finds the parent: amended, merged, root, picked and detached
commits; worktrees, submodules and SHA-256 repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import blocks, edit, editor, outcome
from support.repo import Repo

EXACT = ("attested", "exact")


def reply(message: str) -> list[str]:
    """What the blocks of a message answer for `breaks`."""
    key = "Attest-Breaks: "
    return [line.removeprefix(key) for b in blocks(message) for line in b if line.startswith(key)]


AMENDS = [("--no-edit",), ("-m", "Another subject"), ("-e", "-C", "HEAD"), ("--reset-author",)]


@pytest.mark.parametrize("style", AMENDS, ids=" ".join)
def test_an_amended_commit_gets_the_block_for_the_whole(repo: Repo, style: tuple[str, ...]) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    old = blocks(repo.message())
    edit(repo, 3, "changed again")
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", *style)
    assert outcome(repo) == EXACT
    assert len(blocks(repo.message())) == 1
    assert blocks(repo.message()) != old


def test_an_amend_with_a_path_alone_is_found(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    edit(repo, 9)
    repo.answer("--amend")
    repo.write("b.py", "staged, for later\n")
    repo.git("commit", "-q", "--amend", "--no-edit", "--", "a.py")
    assert outcome(repo) == EXACT
    assert repo.git("diff", "--cached", "--name-only") == "b.py"


@pytest.mark.parametrize("also", [(), ("-s",)])
def test_a_new_message_gets_its_block_back(repo: Repo, also: tuple[str, ...]) -> None:
    edit(repo, 3)
    repo.attested_by_git("Chnage")
    old = blocks(repo.message())
    repo.git("commit", "-q", "--amend", "-m", "Change", *also)
    assert repo.message().startswith("Change\n\n")
    assert blocks(repo.message()) == old
    assert outcome(repo) == EXACT


def test_a_block_taken_out_in_the_editor_comes_back(repo: Repo, tmp_path: Path) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    strip = editor(tmp_path, """sed -i '/^Attest/d' "$1" """)
    repo.git("commit", "-q", "--amend", GIT_EDITOR=strip)
    assert len(blocks(repo.message())) == 1
    assert outcome(repo) == EXACT


def test_an_amend_that_changes_nothing_leaves_the_message_as_it_is(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    before = repo.message()
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert repo.message() == before


def test_hunks_added_by_an_amend_bring_a_second_block(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    first = reply(repo.message())
    edit(repo, 30)
    repo.answer()
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert len(blocks(repo.message())) == 2
    assert reply(repo.message())[:1] == first
    assert outcome(repo) == ("attested", "hunks")


def test_a_block_whose_hunks_are_gone_is_removed_for_the_new_one(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    edit(repo, 3, "another text")
    repo.answer()
    result = repo.run("git", "commit", "-q", "--amend", "--no-edit", check=True)
    # The new block is for the step between the two, not for the commit.
    assert len(blocks(repo.message())) == 1
    assert repo.codes() == ["answer-missing", "hunk-not-covered"]
    assert b"hunk-not-covered" in result.stderr
    assert b"attest answer HEAD" in result.stderr
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT
    assert len(blocks(repo.message())) == 1


def test_a_stale_block_stays_where_no_new_one_is_added(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    before = repo.message()
    edit(repo, 9)
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert repo.message() == before
    assert repo.codes() == ["answer-missing", "hunk-not-covered"]


def test_the_root_commit_is_attested_and_amended(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    bare_repo.write("a.py", "one\n")
    bare_repo.attested_by_git("Root")
    assert outcome(bare_repo) == EXACT
    bare_repo.write("a.py", "two\n")
    bare_repo.answer("--amend")
    bare_repo.git("commit", "-q", "--amend", "--no-edit")
    assert bare_repo.git("rev-list", "--count", "HEAD") == "1"
    assert outcome(bare_repo) == EXACT


def branch(repo: Repo, line: int, text: str, name: str = "side") -> None:
    """A branch from here with one attested commit; HEAD stays on main."""
    repo.git("switch", "-q", "-c", name)
    edit(repo, line, text)
    repo.attested_by_git(f"Line {line} on {name}")
    repo.git("switch", "-q", "main")


@pytest.mark.long
def test_a_merge_with_resolved_conflicts_is_attested(repo: Repo) -> None:
    branch(repo, 3, "theirs")
    edit(repo, 3, "ours")
    repo.attested_by_git("Ours")
    assert repo.run("git", "merge", "-q", "side").returncode == 1
    unresolved = repo.attest("answer", "--template")
    assert unresolved.returncode == 2
    assert b"conflicts" in unresolved.stderr
    (repo.path / "a.py").write_text("".join(f"line {n}\n" for n in range(1, 41)))
    edit(repo, 3, "both")
    repo.answer()
    repo.git("commit", "-q", "--no-edit")
    assert len(repo.git("log", "-1", "--format=%P").split()) == 2
    assert outcome(repo) == EXACT
    repo.git("commit", "-q", "--amend", "-m", "Merge, with a better message")
    assert outcome(repo) == EXACT


def test_a_clean_merge_needs_no_block(repo: Repo) -> None:
    branch(repo, 30, "theirs")
    edit(repo, 3, "ours")
    repo.attested_by_git("Ours")
    repo.git("merge", "-q", "--no-edit", "side")
    assert repo.message() == "Merge branch 'side'\n"
    assert repo.verdict()["verdict"] == "not-needed"
    assert repo.attest("check", "HEAD").returncode == 0


def test_a_clean_merge_with_an_edit_of_its_own_is_attested(repo: Repo) -> None:
    branch(repo, 30, "theirs")
    edit(repo, 3, "ours")
    repo.attested_by_git("Ours")
    repo.git("merge", "-q", "--no-commit", "side")
    edit(repo, 15, "slipped into the merge")
    assert [hunk["where"] for hunk in repo.template()["hunk"]] == ["a.py:15"]
    repo.attested_by_git("Merge with more")
    assert outcome(repo) == EXACT
    repo.git("commit", "-q", "--amend", "--no-verify", "-m", "Merge with more")
    assert repo.codes() == ["unattested"]


@pytest.mark.long
def test_an_octopus_merge_is_attested_against_its_first_parent(repo: Repo) -> None:
    branch(repo, 30, "theirs")
    branch(repo, 15, "others", "other")
    edit(repo, 3, "ours")
    repo.attested_by_git("Ours")
    repo.git("merge", "-q", "--no-commit", "side", "other")
    repo.attested_by_git("Octopus")
    assert len(repo.git("log", "-1", "--format=%P").split()) == 3
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("command", ["cherry-pick", "revert"])
@pytest.mark.parametrize("by", ["commit", "continue"])
def test_a_pick_or_revert_with_conflicts_is_attested(repo: Repo, command: str, by: str) -> None:
    branch(repo, 3, "theirs")
    if command == "revert":
        repo.git("merge", "-q", "side")
    edit(repo, 3, "between")
    repo.commit("Between")
    assert repo.run("git", command, "side").returncode == 1
    repo.git("checkout", "-q", "HEAD", "a.py")
    edit(repo, 3, "resolved")
    repo.answer()
    repo.git(*(("commit", "-q", "-m", "Anew") if by == "commit" else (command, "--continue")))
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("seen", [True, False])
def test_the_block_of_a_picked_commit_gives_way_where_git_cannot_amend(
    repo: Repo, seen: bool, tmp_path: Path
) -> None:
    """The picked commit's block is for a hunk that HEAD has and the new commit has not."""
    edit(repo, 3, "theirs")
    repo.attested_by_git("Theirs")
    repo.git("tag", "theirs")
    repo.git("reset", "-q", "--hard", "HEAD^")
    edit(repo, 3, "between")
    repo.commit("Between")
    assert repo.run("git", "cherry-pick", "theirs").returncode == 1
    repo.git("checkout", "-q", "--theirs", "a.py")
    repo.git("add", "a.py")
    repo.answer()
    # An alias of the shell hides the command line: then what is under way decides.
    words = ("commit", "-q", "--no-edit") if seen else ("cherry-pick", "--continue")
    repo.git(*words, GIT_EDITOR="true")
    assert len(blocks(repo.message())) == 1
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("command", ["cherry-pick", "revert"])
def test_a_change_picked_or_reverted_into_the_index_is_attested(repo: Repo, command: str) -> None:
    edit(repo, 3)
    repo.commit("Change")
    if command == "cherry-pick":
        repo.git("switch", "-q", "-c", "side", "HEAD^")
    repo.git(command, "--no-commit", "main")
    repo.attested_by_git("Anew")
    assert outcome(repo) == EXACT


def test_a_commit_edited_within_a_rebase_is_attested(repo: Repo) -> None:
    start = repo.head
    edit(repo, 3)
    repo.attested_by_git("Change")
    edit(repo, 20)
    repo.attested_by_git("Later")
    repo.git("rebase", "-q", "-i", start, GIT_SEQUENCE_EDITOR="sed -i '1s/pick/edit/'")
    edit(repo, 9)
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT
    repo.git("rebase", "--continue")
    assert repo.git("symbolic-ref", "--short", "HEAD") == "main"
    levels = [c["level"] for c in repo.report(f"{start}..HEAD")["commits"]]
    assert levels == ["exact", "hunks"]


def test_a_linked_worktree_has_its_own_head_and_index(repo: Repo, tmp_path: Path) -> None:
    elsewhere = tmp_path / 'it\'s a "tree"'
    repo.git("worktree", "add", "-q", "-b", "side", str(elsewhere))
    side = Repo(elsewhere, repo.home, repo.env)
    edit(repo, 3, "in main")
    edit(side, 3, "in side")
    repo.answer()
    side.answer()
    side.commit("Side")
    repo.commit("Main")
    for one, text in ((repo, "in main"), (side, "in side")):
        assert outcome(one) == EXACT
        assert f"+{text}" in one.git("show", "HEAD")


def test_a_worktree_whose_index_has_another_change_gets_no_block(
    repo: Repo, tmp_path: Path
) -> None:
    repo.git("worktree", "add", "-q", "-b", "side", str(tmp_path / "side"))
    side = Repo(tmp_path / "side", repo.home, repo.env)
    edit(repo, 3, "in main")
    repo.answer()
    edit(side, 9, "in side")
    side.commit("Side")
    assert blocks(side.message()) == []
    repo.commit("Main")
    assert outcome(repo) == EXACT


def test_a_submodule_is_a_repository_of_its_own(repo: Repo, tmp_path: Path, key: Path) -> None:
    other = Repo.create(tmp_path, "other")
    other.write("c.py", "c\n")
    other.commit("start")
    repo.git("-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "../other", "sub")
    inner = Repo(repo.path / "sub", repo.home, repo.env)
    inner.set_up(key)
    inner.write("c.py", "changed\n")
    inner.attested_by_git("Inside")
    assert outcome(inner) == EXACT
    # The outer commit records the submodule's commit: a hunk without text.
    repo.git("add", "sub")
    repo.attested_by_git("Outside")
    assert outcome(repo) == EXACT


def test_a_sha256_repository_is_attested(tmp_path: Path, key: Path) -> None:
    repo = Repo.create(tmp_path, "repo", "--object-format=sha256")
    repo.set_up(key)
    repo.write("a.py", "one\n")
    repo.attested_by_git("Root")
    repo.write("a.py", "two\n")
    repo.attested_by_git("Change")
    report = repo.report("HEAD^..HEAD")
    assert len(report["commits"][0]["oid"]) == 64
    assert report["commits"][0]["level"] == "exact"
    assert outcome(repo, "HEAD^") == EXACT

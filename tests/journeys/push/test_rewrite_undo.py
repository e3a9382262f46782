"""`attest undo`: back to the commit ids from before, or a refusal that says why."""

from __future__ import annotations

import pytest

from support.messages import edit
from support.repo import Repo
from support.rewriting import (
    BARE,
    EXACT,
    again,
    answered,
    attest,
    backups,
    change,
    heads,
    outcomes,
    printed,
    published,
    records,
    state,
)
from support.terminal import Terminal


def refused(repo: Repo, code: int = 2) -> str:
    """Run `attest undo`, which must refuse and change nothing; what it says."""
    before, kept = state(repo), records(repo)
    result = attest(repo, "undo", "--yes")
    assert (result.returncode, result.stdout) == (code, b""), result
    assert (state(repo), records(repo)) == (before, kept)
    return result.stderr.decode()


def test_every_ref_is_back_at_its_old_commit(two: Repo) -> None:
    repo = two
    repo.write("staged.py", "staged\n")
    (repo.path / "a.py").write_text("dirty\n")
    before = state(repo)
    answered(repo)
    assert state(repo).refs != before.refs
    reply = repo.ok("undo", "--yes")
    assert state(repo) == before
    assert records(repo) == []
    assert f"main: back at {repo.head[:10]}" in reply
    assert f"lower: back at {repo.git('rev-parse', 'lower')[:10]}" in reply
    assert repo.git("reflog", "-1", "--format=%gs") == "attest: undo"


def test_the_answers_are_still_there_and_give_the_same_again(two: Repo) -> None:
    answered(two)
    made = two.head
    two.ok("undo", "--yes")
    assert "all answered before" in again(two)
    assert two.head == made


def test_the_last_one_first_then_the_one_before(two: Repo) -> None:
    states = [state(two)]
    answered(two, "HEAD^")
    states.append(state(two))
    for _ in range(2):  # its number is free again, and used again
        answered(two, "HEAD")
        assert {name.split("/")[0] for name in backups(two)} == {"0001", "0002"}
        assert backups(two)["0001/heads/main"] == states[0].refs["refs/heads/main"]
        two.ok("undo", "--yes")
        assert state(two) == states[1]
    two.ok("undo", "--yes")
    assert state(two) == states[0]
    assert "no rewrite to undo" in refused(two, code=3)


def test_a_branch_that_moved_on_is_refused_and_the_printed_rebase_works(two: Repo) -> None:
    old = two.head
    answered(two)
    change(two, 33, "Newer work")
    tree = two.git("rev-parse", "HEAD^{tree}")
    reply = refused(two)
    assert "main has moved on" in reply
    two.git(*BARE, *printed(reply, "git rebase --onto .* main")[1:])
    assert two.git("rev-parse", "main^", "main^{tree}").split() == [old, tree]


def test_a_branch_that_was_amended_is_refused_and_its_old_tip_can_be_had(two: Repo) -> None:
    old = two.head
    answered(two)
    two.git(*BARE, "commit", "-q", "--amend", "-m", "In other words")
    reply = refused(two)
    assert "main was amended, rebased or reset" in reply
    two.git(*printed(reply, "git branch main-before-attest [0-9a-f]+")[1:])
    assert two.git("rev-parse", "main-before-attest") == old
    two.git("rebase", "-q", "-i", "HEAD^", GIT_SEQUENCE_EDITOR="sed -i 's/pick/edit/'")
    assert "git rebase --continue, or --abort" in refused(two, code=4)


def test_one_branch_that_moved_on_keeps_all_of_them(two: Repo) -> None:
    answered(two)
    two.git("branch", "-f", "lower", "main")
    assert "lower has moved on" in refused(two)


def test_a_deleted_branch_is_refused_with_the_way_to_get_it_back(two: Repo) -> None:
    lower = two.git("rev-parse", "lower")
    answered(two)
    two.git("branch", "-q", "-D", "lower")
    reply = refused(two)
    assert "branch lower was deleted" in reply
    two.git(*printed(reply, "git branch lower [0-9a-f]+")[1:])
    assert two.git("rev-parse", "lower") == lower == backups(two)["0001/heads/lower"]


@pytest.mark.parametrize(
    "rev", ["main", "main^", "more"], ids=["all of them", "the first", "below another"]
)
def test_commits_that_a_remote_has_are_not_undone(two: Repo, rev: str) -> None:
    old, lower = two.git("rev-parse", "main", "lower").split()
    answered(two)
    two.git("tag", "more", two.git("commit-tree", "main^{tree}", "-p", "main", "-m", "More"))
    published(two, rev, "fork/topic")
    reply = refused(two)
    assert "a remote already has the new commits" in reply
    for name in ("lower", "main"):
        two.git(*printed(reply, f"git update-ref refs/heads/{name} [0-9a-f ]+")[1:])
    assert two.git("rev-parse", "main", "lower").split() == [old, lower]
    assert two.git("status", "--porcelain") == ""


def test_a_locked_branch_is_refused_and_works_later(two: Repo) -> None:
    before = state(two)
    answered(two)
    lock = two.path / ".git/refs/heads/lower.lock"
    lock.touch()
    assert "lower.lock" in refused(two, code=4)
    lock.unlink()
    two.ok("undo", "--yes")
    assert state(two) == before


def test_nothing_is_undone_within_a_rebase(two: Repo) -> None:
    before = state(two)
    answered(two)
    two.git("rebase", "-q", "-i", "HEAD^^", GIT_SEQUENCE_EDITOR="sed -i '2s/pick/edit/'")
    assert two.run("git", "symbolic-ref", "-q", "HEAD").returncode == 1
    assert "git rebase --continue, or --abort" in refused(two, code=4)
    two.git("rebase", "--abort")
    two.ok("undo", "--yes")
    assert heads(two) == {k: v for k, v in before.refs.items() if k.startswith("refs/heads/")}


def test_a_detached_head_is_brought_back(two: Repo) -> None:
    two.git("checkout", "-q", "--detach")
    two.git("branch", "-q", "-f", "main", "origin/main")
    before = state(two)
    answered(two)
    assert state(two).refs["HEAD"] != before.refs["HEAD"]
    assert backups(two)["0001/HEAD"] == before.refs["HEAD"].strip()
    two.ok("undo", "--yes")
    assert state(two) == before


def test_a_branch_that_was_made_on_a_detached_head_is_not_left(two: Repo) -> None:
    """`HEAD` was moved then; it names a branch now, which nobody asked to leave."""
    old = two.git("rev-parse", "HEAD^")
    two.git("checkout", "-q", "--detach", "HEAD^")
    answered(two)
    two.git("switch", "-q", "-c", "new")
    reply = refused(two)
    assert "HEAD was detached" in reply
    two.git(*reply[reply.index("switch --detach") :].split())
    assert two.head == old


def test_staged_work_survives_and_can_be_committed_on_the_old_commits(two: Repo) -> None:
    old = two.head
    answered(two)
    edit(two, 23, "staged after the rewriting")
    two.ok("undo", "--yes")
    two.git(*BARE, "commit", "-q", "-m", "On the old ones")
    assert two.git("rev-parse", "HEAD^") == old
    assert two.git("diff", "HEAD^", "--stat").startswith(" a.py | 2 +-")


def test_a_rewriting_of_published_commits_is_undone_too(two: Repo) -> None:
    published(two)
    before = state(two)
    answered(two, "HEAD^")
    assert outcomes(two, "HEAD^") == [EXACT]
    two.ok("undo", "--yes")
    assert state(two) == before


@pytest.mark.parametrize("agrees", [True, False])
def test_it_names_what_it_moves_and_asks(two: Repo, agrees: bool) -> None:
    before = heads(two)
    answered(two)
    after = heads(two)
    with Terminal.attest(two, "undo") as terminal:
        terminal.expect("This moves 2 branches back:")
        for name in ("lower", "main"):
            ref = f"refs/heads/{name}"
            terminal.expect(f"{name}: {after[ref][:10]} -> {before[ref][:10]}")
        terminal.expect("Move? (yes/no)")
        terminal.say("yes" if agrees else "no")
        assert terminal.finish() == (0 if agrees else 1)
    assert heads(two) == (before if agrees else after)


def test_without_a_terminal_it_names_the_branches_and_the_option(two: Repo) -> None:
    answered(two)
    before = state(two)
    result = two.attest("undo")
    assert result.returncode == 4
    assert b"main" in result.stderr
    assert b"lower" in result.stderr
    assert result.stderr.rstrip().endswith(b"attest undo --yes")
    assert state(two) == before

"""Merges whose parents are written anew, and branches around a range."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from support.messages import blocks
from support.repo import EPOCH, Repo
from support.rewriting import (
    BARE,
    EXACT,
    Imported,
    again,
    answered,
    change,
    fast_import,
    heads,
    messages_alone_differ,
    outcomes,
    printed,
    published,
)

Files = dict[str, str | None]
ANOTHER_TIME = {"ATTEST_DATE": f"{EPOCH - 86_400}"}
LINES = [f"line {n}\n" for n in range(10)]


def _text(third: str) -> str:
    return "".join([*LINES[:2], f"{third}\n", *LINES[3:]])


def conflict(base: Files, ours: Files, theirs: Files, merge: Files) -> Iterator[Imported]:
    """A base, a commit on each side, and their merge, on `main`."""
    ref = "refs/heads/main"
    yield Imported(ref, 1, "Base", base, "refs/remotes/origin/main")
    yield Imported("refs/heads/side", 2, "Theirs", theirs, ":1")
    yield Imported(ref, 3, "Ours", ours, ":1")
    yield Imported(ref, 4, "Merge", merge, ":3", (2,))


def _content() -> Iterator[Imported]:
    ours, theirs = {"f": _text("ours")}, {"f": _text("theirs")}
    return conflict({"f": _text("base")}, {**ours}, {**theirs}, {"f": _text("both")})


def _both_added() -> Iterator[Imported]:
    return conflict({"g": "g\n"}, {"f": "ours\n"}, {"f": "theirs\n"}, {"f": "both\n"})


def _modified_and_deleted() -> Iterator[Imported]:
    return conflict({"f": _text("base")}, {"f": _text("ours")}, {"f": None}, {"f": None})


def _renamed_twice() -> Iterator[Imported]:
    base, text = _text("base"), _text("decided")
    ours: Files = {"f": None, "of-ours": base}
    theirs: Files = {"f": None, "of-theirs": _text("theirs")}
    return conflict({"f": base}, ours, theirs, {"of-ours": None, "decided": text})


def _file_and_folder() -> Iterator[Imported]:
    merged: Files = {"x": None, "x/below": "theirs\n", "moved": "ours\n"}
    return conflict({"g": "g\n"}, {"x": "ours\n"}, {"x/below": "theirs\n"}, merged)


def _criss_cross() -> Iterator[Imported]:
    """Two merge bases, which git merges first: with a conflict of their own."""
    ref = "refs/heads/main"
    yield Imported(ref, 1, "Base", {"f": _text("base")}, "refs/remotes/origin/main")
    yield Imported("refs/heads/side", 2, "Theirs", {"f": _text("theirs")}, ":1")
    yield Imported(ref, 3, "Ours", {"f": _text("ours")}, ":1")
    yield Imported(ref, 4, "First merge", {"f": _text("first")}, ":3", (2,))
    yield Imported("refs/heads/side", 5, "Second merge", {"f": _text("second")}, ":2", (3,))
    yield Imported(ref, 6, "Merge", {"f": _text("decided")}, ":4", (5,))


def _criss_cross_of_modes(order: Sequence[int] = range(6)) -> Iterator[Imported]:
    """Two merge bases that add a file with different modes. git merges them into the mode of the
    one that comes first, so that its own merge depends on their order in time (ADR 6)."""
    ref, program = "refs/heads/main", ("f",)
    new = {"f": _text("new")}
    commits = [
        Imported(ref, 1, "Base", {"g": "g\n"}, "refs/remotes/origin/main"),
        Imported("refs/heads/side", 2, "Theirs", new, ":1", programs=program),
        Imported(ref, 3, "Ours", new, ":1"),
        Imported(ref, 4, "First merge", new, ":3", (2,)),
        Imported("refs/heads/side", 5, "Second merge", new, ":2", (3,), programs=program),
        Imported(ref, 6, "Merge", {"f": _text("decided")}, ":4", (5,)),
    ]
    yield from (commits[at] for at in order)


def _criss_cross_of_modes_turned() -> Iterator[Imported]:
    yield from _criss_cross_of_modes((0, 2, 1, 3, 4, 5))


CONFLICTS = [
    _content, _both_added, _modified_and_deleted, _renamed_twice, _file_and_folder, _criss_cross,
    _criss_cross_of_modes, _criss_cross_of_modes_turned,
]  # fmt: skip


@pytest.mark.parametrize("history", CONFLICTS, ids=lambda made: made.__name__.strip("_"))
def test_a_merge_with_a_conflict_keeps_its_attestation_when_its_parents_get_theirs(
    repo: Repo, history: Callable[[], Iterator[Imported]]
) -> None:
    published(repo)
    fast_import(repo, history(), "--force")
    repo.git("reset", "-q", "--hard")
    answered(repo, "main")
    assert outcomes(repo, "main") == [EXACT]
    held, parents = blocks(repo.message()), repo.git("rev-parse", "main^1", "main^2").split()
    old = repo.head
    answered(repo, env=ANOTHER_TIME)
    assert not set(repo.git("rev-parse", "main^1", "main^2").split()) & set(parents)
    assert blocks(repo.message()) == held
    assert set(outcomes(repo, "origin/main..main")) == {EXACT}
    assert len(messages_alone_differ(repo, old, repo.head)) == len(list(history()))


@pytest.mark.parametrize("rev", ["main^1", "main^2", "main~2"])
def test_a_parent_that_is_answered_for_again_costs_the_merge_nothing(repo: Repo, rev: str) -> None:
    published(repo)
    fast_import(repo, _content(), "--force")
    repo.git("reset", "-q", "--hard")
    answered(repo)
    held, parent = blocks(repo.message()), repo.git("rev-parse", rev)
    answered(repo, rev, env=ANOTHER_TIME)
    assert repo.git("rev-parse", rev) != parent
    assert blocks(repo.message()) == held
    assert outcomes(repo, "origin/main..main") == [EXACT] * 4


def test_a_merge_that_is_amended_after_the_rewriting_keeps_its_block(repo: Repo) -> None:
    published(repo)
    fast_import(repo, _content(), "--force")
    repo.git("reset", "-q", "--hard")
    answered(repo)
    repo.git("commit", "-q", "--amend", "-m", "Merge, with a better message")
    assert repo.message().startswith("Merge, with a better message\n")
    assert outcomes(repo, "main") == [EXACT]


@pytest.mark.parametrize("more", [{}, {"more": "of the merge's own\n"}], ids=["alone", "and more"])
def test_a_merge_that_keeps_what_one_side_deleted_is_answered_for(repo: Repo, more: Files) -> None:
    """Keeping one side of a conflict is a decision, and a hunk of the merge."""
    published(repo)
    ours: Files = {"f": _text("ours")}
    fast_import(repo, conflict({"f": _text("base")}, ours, {"f": None}, ours | more), "--force")
    repo.git("reset", "-q", "--hard")
    assert repo.codes() == ["unattested"]
    answered(repo)
    assert outcomes(repo, "origin/main..main") == [EXACT] * 4
    assert f"asked={1 + len(more)}/{1 + len(more)}" in repo.message()


def side(repo: Repo, name: str, line: int, base: str = "origin/main") -> str:
    """A branch with one commit; HEAD stays where it is."""
    back = repo.git("symbolic-ref", "--short", "HEAD")
    repo.git("switch", "-q", "-c", name, base)
    oid = change(repo, line, f"On {name}")
    repo.git("switch", "-q", back)
    return oid


def test_branches_that_share_commits_are_rewritten_together(repo: Repo) -> None:
    published(repo)
    change(repo, 3, "Shared")
    side(repo, "one", 13, "main")
    side(repo, "two", 23, "main")
    reply = answered(repo, "--unpushed", "one", "two")
    assert "Rewrote 3 commit messages on main, one, two" in reply
    assert repo.git("rev-parse", "one^") == repo.git("rev-parse", "two^") == repo.head
    for name in ("one", "two"):
        assert outcomes(repo, f"origin/main..{name}") == [EXACT] * 2


def test_a_branch_that_was_not_asked_for_stays_and_is_moved_by_the_printed_command(
    repo: Repo,
) -> None:
    published(repo)
    change(repo, 3, "Shared")
    above = side(repo, "above", 13, "main")
    reply = answered(repo, "--unpushed", "main")
    assert repo.git("rev-parse", "above") == above
    reply = answered(repo, *printed(reply, "attest answer --unpushed above")[2:])
    assert "1 commit, 1 hunk, 2 questions" in reply
    assert repo.git("rev-parse", "above^") == repo.head
    assert outcomes(repo, "origin/main..above") == [EXACT] * 2
    assert len(messages_alone_differ(repo, above, repo.git("rev-parse", "above"))) == 2
    repo.ok("undo", "--yes")
    assert repo.git("rev-parse", "above") == above


def test_a_branch_that_builds_on_the_second_of_two_is_named_too(repo: Repo) -> None:
    """The two have nothing in common but what is published."""
    published(repo)
    side(repo, "one", 3)
    side(repo, "two", 13)
    side(repo, "above-one", 23, "one")
    side(repo, "above-two", 33, "two")
    reply = answered(repo, "--unpushed", "one", "two")
    for name in ("one", "two"):
        answered(repo, *printed(reply, f"attest answer --unpushed above-{name}")[2:])
        assert repo.git("rev-parse", f"above-{name}^") == repo.git("rev-parse", name)
        assert outcomes(repo, f"origin/main..above-{name}") == [EXACT] * 2


def test_a_branch_on_a_merge_of_new_and_old_commits_gets_the_new_ones_alone(repo: Repo) -> None:
    published(repo)
    change(repo, 3, "Shared")
    side(repo, "side", 13, "main")
    answered(repo, "--unpushed", "main")
    repo.git("switch", "-q", "-c", "both")
    repo.git(*BARE, "merge", "-q", "--no-edit", "side")
    reply = answered(repo)
    assert "1 commit, 1 hunk, 2 questions" in reply
    assert (
        repo.git("rev-parse", "both^1", "both^2^").split()
        == [
            repo.git("rev-parse", "main"),
        ]
        * 2
    )
    assert set(outcomes(repo, "origin/main..both")) == {EXACT, ("not-needed", "none")}


def test_a_branch_that_only_has_an_old_version_gets_the_new_one_without_a_question(
    repo: Repo,
) -> None:
    published(repo)
    old = change(repo, 3)
    answered(repo)
    repo.git("branch", "late", old)
    reply = again(repo, "--unpushed", "late")
    assert "answered for" in reply
    assert repo.git("rev-parse", "late") == repo.head
    repo.ok("undo", "--yes")
    assert repo.git("rev-parse", "late") == old


@pytest.mark.parametrize("kind", ["branch", "tag"])
def test_none_of_many_is_passed_over_in_silence(repo: Repo, kind: str) -> None:
    published(repo)
    change(repo, 3)
    above = change(repo, 13)
    repo.git("reset", "-q", "--hard", "HEAD^")
    for number in range(12):
        repo.git(kind, f"n{number:02}", above if kind == "branch" else "main")
    reply = answered(repo)
    named = sum(f" n{number:02} " in reply for number in range(12))
    assert named == 12 or f"{12 - named} more" in reply


def test_commits_of_two_branches_are_answered_for_by_name(repo: Repo) -> None:
    """Neither is checked out, and neither commit is a tip."""
    published(repo)
    names = []
    for name, line in (("one", 3), ("two", 13)):
        names.append(side(repo, name, line))
        repo.git("branch", f"{name}-above", name)
        repo.git("branch", "-D", name)
    for name, line in (("one", 23), ("two", 33)):
        side(repo, name, line, f"{name}-above")
        repo.git("branch", "-D", f"{name}-above")
    answered(repo, *names)
    for name in ("one", "two"):
        assert outcomes(repo, f"origin/main..{name}") == [EXACT, ("failed", "none")]


def test_a_commit_of_another_branch_is_answered_for_by_name(repo: Repo) -> None:
    published(repo)
    oid = side(repo, "other", 3)
    top = side(repo, "top", 13, "other")
    repo.git("branch", "-q", "-D", "other")
    before = repo.head
    answered(repo, oid)
    assert repo.head == before
    assert outcomes(repo, "origin/main..top") == [EXACT, ("failed", "none")]
    assert len(messages_alone_differ(repo, top, repo.git("rev-parse", "top"))) == 2


def test_what_is_checked_out_comes_along_with_a_commit_below(repo: Repo) -> None:
    published(repo)
    oid = change(repo, 3)
    repo.git("branch", "lower")
    change(repo, 13)
    reply = answered(repo, oid)
    assert "Rewrote 1 commit message on lower, main; 1 later commit got a new parent" in reply
    assert repo.git("rev-parse", "HEAD^") == repo.git("rev-parse", "lower")


def test_unrelated_branches_and_remotes_are_left_alone(repo: Repo) -> None:
    published(repo)
    side(repo, "unrelated", 33)
    change(repo, 3)
    published(repo, "unrelated", "fork/unrelated")
    before = heads(repo, "")
    answered(repo)
    after = heads(repo, "")
    changed = {name for name in before if after[name] != before[name]}
    assert changed == {"refs/heads/main"}

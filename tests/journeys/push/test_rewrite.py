"""`attest answer` for commits that are made: what changes in a commit, and what stays."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import blocks
from support.repo import EMAIL, Repo
from support.rewriting import (
    BARE,
    EXACT,
    again,
    answered,
    attest,
    backups,
    change,
    filled,
    heads,
    messages_alone_differ,
    outcomes,
    parts,
    printed,
    published,
    records,
    state,
)

AUTHORS = [
    {"GIT_AUTHOR_DATE": "1234567890 -0730"},
    {"GIT_AUTHOR_NAME": "Ä. Ü. Thör, Jr.", "GIT_AUTHOR_DATE": "1000000001 +1345"},
    {"GIT_COMMITTER_NAME": "Some Body", "GIT_COMMITTER_EMAIL": "some@example.org"},
]


@pytest.fixture(scope="module")
def _three(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `three` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("three"))
    published(repo)
    for at, env in enumerate(AUTHORS):
        change(
            repo, 3 + 10 * at, f"Subject {at}\n\nProse  with\tblanks, é\n\n- and a list", env=env
        )
    return repo


@pytest.fixture
def three(_three: Repo, tmp_path: Path) -> Repo:
    """Three unpushed commits by one address, each with something of its own."""
    return _three.copy(tmp_path)


def test_below_the_top_folder_it_is_the_same(three: Repo) -> None:
    old, below = three.head, three.path / "sub folder" / "below"
    below.mkdir(parents=True)
    stdin = filled(three, "--unpushed")
    result = three.attest("answer", "--unpushed", "--answers", "-", stdin=stdin, cwd=below)
    assert result.returncode == 0, result.stderr
    assert len(messages_alone_differ(three, old, three.head)) == 3
    assert not list(below.iterdir())


def test_all_but_committer_and_message_stays(three: Repo) -> None:
    old = three.head
    reply = answered(three)
    assert len(messages_alone_differ(three, old, three.head)) == 3
    assert outcomes(three, "origin/main..HEAD") == [EXACT] * 3
    assert "Rewrote 3 commit messages on main" in reply
    assert "attest undo" in reply


def test_a_message_is_the_old_one_with_its_block_below(three: Repo) -> None:
    old = [parts(three.raw(rev)).message for rev in ("HEAD~2", "HEAD~1", "HEAD")]
    answered(three)
    for rev, before in zip(("HEAD~2", "HEAD~1", "HEAD"), old, strict=True):
        after = parts(three.raw(rev)).message
        assert after.startswith(before + b"\nAttest: v1; ")
        assert len(blocks(after.decode())) == 1


COMMITTERS = {
    "another person": {"GIT_COMMITTER_NAME": "Ç. Other", "GIT_COMMITTER_EMAIL": "c@é.example"},
    "a date and a zone": {"GIT_COMMITTER_DATE": "1800000000 -0330"},
    "a date in words": {"GIT_COMMITTER_DATE": "2026-02-03T04:05:06+0545"},
    "odd characters": {"GIT_COMMITTER_NAME": " .A <b>, "},
}


@pytest.mark.parametrize("env", COMMITTERS.values(), ids=COMMITTERS)
def test_the_committer_is_who_git_would_name_in_an_amend(repo: Repo, env: dict[str, str]) -> None:
    published(repo)
    change(repo, 3, env={"GIT_AUTHOR_DATE": "1234567890 -0730"})
    repo.run("git", *BARE, "commit", "-q", "--amend", "--no-edit", env=env, check=True)
    expected = parts(repo.raw())
    repo.git("reset", "-q", "--soft", "HEAD@{1}")
    answered(repo, env=env)
    after = parts(repo.raw())
    assert (after.author, after.committer) == (expected.author, expected.committer)
    assert after.committer != parts(repo.raw("HEAD@{1}")).committer


def test_the_committer_is_taken_from_the_configuration_and_the_zone_from_the_clock(
    repo: Repo,
) -> None:
    published(repo)
    change(repo, 3)
    for name in ("NAME", "EMAIL", "DATE"):
        del repo.env[f"GIT_COMMITTER_{name}"]
    repo.git("config", "user.name", "From Config")
    repo.git("config", "user.email", EMAIL)
    answered(repo, env={"TZ": "Asia/Kathmandu"})
    committer = parts(repo.raw()).committer.decode()
    assert committer.startswith(f"From Config <{EMAIL}> ")
    assert committer.endswith(" +0545")


def _dirty(repo: Repo) -> None:
    """Staged, not staged, both, intent to add, deleted, and not known to git."""
    repo.write("staged.py", "staged\n")
    repo.write("both.py", "staged\n")
    (repo.path / "both.py").write_text("and more\n")
    (repo.path / "a.py").write_text("all of it is new\n")
    (repo.path / "intended.py").write_text("later\n")
    repo.git("add", "--intent-to-add", "intended.py")
    repo.git("rm", "--quiet", "--cached", "gone.py")
    (repo.path / "untracked.py").write_text("untracked\n")
    repo.git("update-index", "--assume-unchanged", "kept.py")


def test_the_work_tree_and_the_index_are_not_touched(repo: Repo) -> None:
    for name in ("gone.py", "kept.py"):
        repo.write(name, f"{name}\n")
    repo.git(*BARE, "commit", "-q", "-m", "More files")
    published(repo)
    change(repo, 3)
    _dirty(repo)
    status = repo.git("status", "--porcelain=v2")
    before = state(repo)
    answered(repo)
    after = state(repo)
    assert (after.index, after.files) == (before.index, before.files)
    assert repo.git("status", "--porcelain=v2") == status
    assert outcomes(repo, "origin/main..HEAD") == [EXACT]


def test_the_reflogs_of_the_branch_and_of_head_say_what_happened(three: Repo) -> None:
    old = three.head
    answered(three)
    for ref in ("main", "HEAD"):
        last = three.git("reflog", "-2", "--format=%H %gs", ref).splitlines()
        assert last == [f"{three.head} attest: answers added", f"{old} {last[1][41:]}"]
    assert three.git("rev-parse", "main@{1}") == old


def test_old_tips_are_kept_and_branches_in_the_range_come_along(three: Repo) -> None:
    three.git("branch", "deep/lower", "HEAD~1")
    three.git("branch", "same", "HEAD")
    three.git("branch", "below", "HEAD~3")
    three.git("symbolic-ref", "refs/heads/alias", "refs/heads/same")
    before = heads(three)
    reply = answered(three)
    after = heads(three)
    moved = ("main", "deep/lower", "same")
    assert backups(three) == {f"0001/heads/{n}": before[f"refs/heads/{n}"] for n in moved}
    assert three.git("rev-parse", "deep/lower", "same") == three.git("rev-parse", "HEAD~1", "HEAD")
    assert after["refs/heads/below"] == before["refs/heads/below"]
    assert three.git("symbolic-ref", "refs/heads/alias") == "refs/heads/same"
    assert all(name in reply for name in moved)
    assert set(heads(three, "")) == {*before, *(f"refs/attest/backup/{n}" for n in backups(three)),
                                     "refs/remotes/origin/main"}  # fmt: skip


NAMES = [b"caf\xe9", "\u65e5\u672c".encode(), b"it's;a&b", "line\u2028break".encode(), b"100%"]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_branch_with_an_odd_name_moves_and_comes_back(repo: Repo, name: bytes) -> None:
    published(repo)
    repo.run("git", "switch", "-q", "-c", name, check=True)
    old = change(repo, 3)
    answered(repo)
    assert repo.git("rev-parse", name) == repo.head != old
    assert outcomes(repo, "origin/main..HEAD") == [EXACT]
    repo.ok("undo", "--yes")
    assert repo.git("rev-parse", name) == old


def test_a_line_of_assistance_goes_into_every_commit(three: Repo) -> None:
    answered(three, "--unpushed", "--assisted-by", "Tool:model")
    trailers = three.git("log", "-3", "--format=%(trailers:key=Assisted-by)").split("\n\n")
    assert [one.strip() for one in trailers] == ["Assisted-by: Tool:model"] * 3
    assert outcomes(three, "origin/main..HEAD") == [EXACT] * 3


def test_a_root_commit_is_attested_with_all_that_is_above(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    bare_repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    bare_repo.commit("Root")
    change(bare_repo, 3)
    bare_repo.git("branch", "above")
    bare_repo.git("reset", "-q", "--hard", "HEAD^")
    reply = answered(bare_repo)
    assert outcomes(bare_repo, "HEAD") == [EXACT]
    assert parts(bare_repo.raw()).parents == ()
    answered(bare_repo, *printed(reply, "attest answer --unpushed above")[2:])
    assert outcomes(bare_repo, "HEAD..above") == [EXACT]


def test_a_part_of_the_range_takes_what_is_above_along(three: Repo) -> None:
    old = three.head
    reply = answered(three, "HEAD~2..HEAD~1")
    assert "Rewrote 1 commit message on main; 1 later commit got a new parent" in reply
    assert outcomes(three, "origin/main..HEAD") == [("failed", "none"), EXACT, ("failed", "none")]
    assert len(messages_alone_differ(three, old, three.head)) == 2


def test_a_commit_that_holds_keeps_its_block_when_one_below_gets_one(three: Repo) -> None:
    answered(three, "HEAD")
    held = blocks(three.message())
    lower = three.git("rev-parse", "HEAD^")
    reply = answered(three)
    assert "1 commit skipped: attested already" in reply
    assert blocks(three.message()) == held
    assert three.git("rev-parse", "HEAD^") != lower
    assert outcomes(three, "origin/main..HEAD") == [EXACT] * 3


def test_a_commit_without_a_change_is_passed_over_and_comes_along(repo: Repo) -> None:
    published(repo)
    change(repo, 3)
    repo.git(*BARE, "commit", "-q", "--allow-empty", "-m", "Nothing")
    old = repo.head
    answered(repo)
    assert repo.message() == "Nothing\n"
    assert len(messages_alone_differ(repo, old, repo.head)) == 2


def test_a_second_run_has_nothing_to_do(three: Repo) -> None:
    answered(three)
    before = state(three)
    assert "3 commits skipped: attested already" in again(three)
    assert state(three) == before
    assert len(records(three)) == 1


def test_two_commits_with_the_same_hunk_are_asked_about_once(repo: Repo) -> None:
    published(repo)
    change(repo, 3)
    repo.git(*BARE, "revert", "--no-edit", "HEAD")
    repo.git(*BARE, "cherry-pick", "HEAD^")
    result = attest(repo, "answer", "--unpushed", "--template")
    assert result.stdout.count(b"[[hunk]]") == 2
    answered(repo)
    assert outcomes(repo, "origin/main..HEAD") == [EXACT] * 3

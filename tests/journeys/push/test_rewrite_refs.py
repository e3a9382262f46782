"""Refs that are locked, moved, detached or missing; worktrees; bare, shallow and nested
repositories."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import editor, hook
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
    published,
    records,
    state,
)
from support.words import FILL


def test_a_branch_of_another_worktree_moves_and_that_worktree_stays_clean(
    two: Repo, tmp_path: Path
) -> None:
    two.git("worktree", "add", "-q", str(tmp_path / "there"), "lower")
    there = Repo(tmp_path / "there", two.home, two.env)
    (there.path / "staged.py").write_text("staged\n")
    there.git("add", "staged.py")
    before, status = state(there), there.git("status", "--porcelain", "--branch")
    answered(two)
    assert there.git("status", "--porcelain", "--branch") == status == "## lower\nA  staged.py"
    assert there.head == two.git("rev-parse", "HEAD^")
    assert (state(there).index, state(there).files) == (before.index, before.files)
    assert outcomes(there, "origin/main..HEAD") == [EXACT]


def test_a_linked_worktree_rewrites_its_branch(two: Repo, tmp_path: Path) -> None:
    two.git("worktree", "add", "-q", str(tmp_path / "there"), "lower")
    there = Repo(tmp_path / "there", two.home, two.env)
    main = two.head
    reply = answered(there)
    assert "The branch main builds on the old commits" in reply
    assert two.head == main
    assert outcomes(there, "origin/main..HEAD") == [EXACT]
    two.ok("undo", "--yes")
    assert there.head == two.git("rev-parse", "main^")


@pytest.mark.parametrize("on", ["a branch", "nothing"])
def test_a_detached_head_moves(two: Repo, on: str) -> None:
    two.git("checkout", "-q", "--detach")
    if on == "nothing":
        two.git("branch", "-q", "-f", "main", "origin/main")
        two.git("branch", "-q", "-D", "lower")
    old, before = two.head, state(two)
    reply = answered(two)
    assert two.run("git", "symbolic-ref", "-q", "HEAD").returncode == 1
    assert "HEAD" in reply
    assert backups(two)["0001/HEAD"] == old
    assert outcomes(two, "origin/main..HEAD") == [EXACT] * 2
    assert two.git("reflog", "-1", "--format=%gs") == "attest: answers added"
    assert (state(two).index, state(two).files) == (before.index, before.files)
    if on == "a branch":
        assert two.git("rev-parse", "main") == two.head


LOCKS = ["refs/heads/lower.lock", "refs/heads/main.lock", "HEAD.lock"]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_locked_ref_is_refused_and_no_other_one_moves(two: Repo, lock: str) -> None:
    (two.path / ".git" / lock).touch()
    before = state(two)
    reply = answered(two, code=4)
    assert lock in reply
    assert "remove the .lock file" in reply
    assert state(two) == before
    assert records(two) == []
    (two.path / ".git" / lock).unlink()
    assert "all answered before" in again(two)
    assert outcomes(two, "origin/main..HEAD") == [EXACT] * 2


def test_a_hook_that_refuses_the_transaction_keeps_all_as_it_was(two: Repo) -> None:
    script = 'test "$1" != prepared || { echo "not now" >&2; exit 1; }'
    refusing = hook(two, "reference-transaction", script)
    before = state(two)
    reply = answered(two, code=4)
    assert "the branches could not be moved" in reply
    assert state(two) == before
    refusing.unlink()
    assert "all answered before" in again(two)


def test_records_that_cannot_be_kept_stop_the_rewriting(two: Repo) -> None:
    folder = two.path / ".git/attest/rewrites"
    folder.parent.mkdir(exist_ok=True)
    folder.write_text("a file\n")
    before = state(two)
    reply = answered(two, code=4)
    assert str(folder) in reply
    assert state(two) == before
    folder.unlink()
    assert "all answered before" in again(two)


GIT = "git -c core.hooksPath=/dev/null"
MEANWHILE = {
    "a commit": f"{GIT} commit -q --allow-empty -m Meanwhile",
    "an amend": f"{GIT} commit -q --amend -m Meanwhile",
    "another branch": "git branch -f lower origin/main",
    "a deletion": "git branch -q -D lower",
    "a merge that begins": f"{GIT} merge -q -s ours --no-commit elsewhere",
}


@pytest.mark.parametrize("script", MEANWHILE.values(), ids=MEANWHILE)
def test_what_moved_during_the_interview_is_not_moved_over(
    two: Repo, tmp_path: Path, script: str
) -> None:
    tree = two.git("rev-parse", "origin/main^{tree}")
    two.git("branch", "elsewhere", two.git("commit-tree", tree, "-p", "origin/main", "-m", "E"))
    # The editor opens again, since both hunks get the same answers; it happens once.
    once = f'[ -e "{tmp_path}/once" ] && exit\ntouch "{tmp_path}/once"'
    write = editor(tmp_path, f'{FILL}\n{once}\ncd "{two.path}"\n{script}\n')
    result = attest(two, "answer", "--unpushed", "--editor", env={"GIT_EDITOR": write})
    assert result.returncode == 4, result.stderr.decode()
    assert b"answers are kept" in result.stderr
    assert (backups(two), records(two)) == ({}, [])
    two.run("git", "merge", "--abort")
    assert "all answered before" in again(two)
    assert set(outcomes(two, "origin/main..HEAD")) <= {EXACT, ("not-needed", "none")}


def test_a_head_that_got_on_a_branch_during_the_interview_stays_on_it(
    two: Repo, tmp_path: Path
) -> None:
    two.git("checkout", "-q", "--detach", "lower")
    write = editor(tmp_path, f'{FILL}\ncd "{two.path}"\ngit switch -q -c attached\n')
    result = attest(two, "answer", "--unpushed", "--editor", env={"GIT_EDITOR": write})
    assert two.git("symbolic-ref", "HEAD") == "refs/heads/attached"
    assert result.returncode == 4, result.stderr.decode()
    again(two)
    assert outcomes(two, "origin/main..attached") == [EXACT]


def test_a_commit_that_only_a_tag_has_is_refused_with_a_remedy_that_works(two: Repo) -> None:
    two.git("tag", "-a", "-m", "Tagged", "v1")
    two.git("reset", "-q", "--hard", "HEAD^")
    before, oid = state(two), two.git("rev-parse", "v1^{commit}")
    for words in (("v1",), ("main..v1",), ("--unpushed", "v1")):
        reply = again(two, *words, code=2)
        assert f"on no branch: {oid[:10]}" in reply
        assert f"git branch NAME {oid[:10]}" in reply
        assert state(two) == before
    two.git("branch", "kept", oid)
    answered(two, "v1")
    assert outcomes(two, "kept") == [EXACT]
    assert two.git("rev-parse", "v1^{commit}") == oid


def test_a_tag_on_a_branch_answers_for_the_branch_and_stays(two: Repo) -> None:
    two.git("tag", "-a", "-m", "Tagged", "v1")
    reply = answered(two, "--unpushed", "v1")
    assert outcomes(two, "origin/main..main") == [EXACT] * 2
    assert "The tag v1 stays on the old commit" in reply


def test_a_bare_repository(two: Repo, tmp_path: Path, key: Path) -> None:
    path = tmp_path / "bare.git"
    two.git("clone", "-q", "--bare", str(two.path), str(path))
    bare = Repo(path, two.home, two.env)
    bare.git("config", "attest.signingKey", str(key))
    answered(bare, "lower~1..main")
    assert outcomes(bare, "lower~1..main") == [EXACT] * 2
    assert bare.git("rev-parse", "lower") == bare.git("rev-parse", "main^")
    bare.ok("undo", "--yes")
    assert heads(bare) == heads(two)


@pytest.fixture
def shallow(two: Repo, tmp_path: Path, key: Path) -> Repo:
    """A clone with two commits of three; the remote has the older of the two."""
    two.git("switch", "-q", "--detach", "origin/main")
    two.git("branch", "-q", "-f", "main", "lower")
    url = two.path.as_uri()
    two.git("clone", "-q", "--depth=1", "--branch=main", url, str(tmp_path / "shallow"))
    clone = Repo(tmp_path / "shallow", two.home, two.env)
    clone.git("config", "attest.signingKey", str(key))
    change(clone, 23)
    return clone


@pytest.mark.parametrize("words", [("--unpushed",), ("origin/main..HEAD",), ("HEAD",)], ids=str)
def test_new_commits_in_a_shallow_clone(shallow: Repo, words: tuple[str, ...]) -> None:
    answered(shallow, *words)
    assert outcomes(shallow, "HEAD") == [EXACT]
    assert shallow.git("rev-parse", "HEAD^") == shallow.git("rev-parse", "origin/main")


def test_a_commit_whose_parent_a_shallow_clone_lacks_is_refused(shallow: Repo) -> None:
    before = state(shallow)
    reply = again(shallow, "origin/main", code=3)
    assert "git fetch --unshallow" in reply
    assert state(shallow) == before


def test_a_submodules_commit_is_asked_about_and_the_submodule_is_left_alone(
    repo: Repo, tmp_path: Path
) -> None:
    other = Repo.create(tmp_path, "other")
    other.write("c.py", "c\n")
    other.commit("start")
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "--quiet", "add", "../other", "sub")
    repo.git(*BARE, "commit", "-q", "-m", "With a submodule")
    published(repo)
    inner = Repo(repo.path / "sub", repo.home, repo.env)
    inner.write("c.py", "changed\n")
    inner.commit("Inside")
    repo.git("add", "sub")
    repo.git(*BARE, "commit", "-q", "-m", "Submodule moved")
    (inner.path / "c.py").write_text("dirty\n")
    before, outside = state(inner), state(repo)
    assert [hunk["path"] for hunk in repo.template("--unpushed")["hunk"]] == ["sub"]
    answered(repo)
    assert outcomes(repo, "HEAD") == [EXACT]
    assert state(inner) == before
    assert (state(repo).index, state(repo).files) == (outside.index, outside.files)
    assert repo.git("rev-parse", "HEAD:sub") == inner.head


def submodule(repo: Repo, folder: Path, key: Path, path: str) -> Repo:
    """A new submodule, with a commit that the superproject does not pin."""
    other = Repo.create(folder, "other")
    other.write("a.py", "one\ntwo\nthree\n")
    other.commit("start")
    allowed = ("-c", "protocol.file.allow=always")
    repo.git(*allowed, "submodule", "--quiet", "add", "../other", path)
    inner = Repo(repo.path / path, repo.home, repo.env)
    inner.git("config", "attest.signingKey", str(key))
    change(inner, 2)
    return inner


def test_the_submodules_own_commits_are_rewritten_in_it(
    repo: Repo, tmp_path: Path, key: Path
) -> None:
    inner = submodule(repo, tmp_path, key, "sub")
    outside = heads(repo, "")
    assert "superproject" not in answered(inner)  # it pins the commit before
    assert outcomes(inner, "HEAD") == [EXACT]
    assert heads(repo, "") == outside
    assert (repo.path / ".git/modules/sub/attest/rewrites/0001.json").is_file()


@pytest.mark.parametrize("committed", [True, False])
def test_a_superproject_that_pins_a_rewritten_commit_is_named(
    repo: Repo, tmp_path: Path, key: Path, committed: bool
) -> None:
    inner = submodule(repo, tmp_path, key, "lib/my sub")
    old = inner.head
    repo.git("add", "lib/my sub")
    if committed:
        repo.git(*BARE, "commit", "-q", "-m", "Pin")
    warned = answered(inner)
    assert f"the superproject {repo.path} pins {old[:10]}, which gets a new version" in warned
    assert f"(git -C {repo.path} add 'lib/my sub')" in warned
    repo.run("sh", "-c", f"git -C {repo.path} add 'lib/my sub'", check=True)
    assert repo.git("rev-parse", ":lib/my sub") == inner.head

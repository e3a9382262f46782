"""The commit hook adds the block if, and only if, the change is the attested one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from support.messages import blocks, edit, editor, hook, outcome, stage_attested_tree
from support.repo import Repo
from support.rewriting import again

EXACT = ("attested", "exact")


def _m(repo: Repo) -> None:
    repo.git("commit", "-q", "-m", "Change a")


def _two_m(repo: Repo) -> None:
    repo.git("commit", "-q", "-m", "Change a", "-m", "And say why")


def _file(repo: Repo) -> None:
    (repo.home / "the message").write_text("Change a\n")
    repo.git("commit", "-q", "-F", str(repo.home / "the message"))


def _stdin(repo: Repo) -> None:
    repo.git("commit", "-q", "-F", "-", stdin=b"Change a\n")


def _reuse(repo: Repo) -> None:
    repo.git("commit", "-q", "-C", "HEAD")


def _reedit(repo: Repo) -> None:
    repo.git("commit", "-q", "-c", "HEAD")


def _fixup(repo: Repo) -> None:
    repo.git("commit", "-q", "--fixup=HEAD")


def _squash(repo: Repo) -> None:
    repo.git("commit", "-q", "--squash=HEAD", "--no-edit")


def _trailer(repo: Repo) -> None:
    repo.git("commit", "-q", "-m", "Change a", "--trailer", "Reviewed-by: R <r@example.com>")


def _all(repo: Repo) -> None:
    repo.git("reset", "-q")
    repo.git("commit", "-q", "-a", "-m", "Change a")


def _patch(repo: Repo) -> None:
    repo.git("reset", "-q")
    repo.git("commit", "-q", "-p", "-m", "Change a", stdin=b"y\n")


def _path(repo: Repo) -> None:
    repo.write("b.py", "staged, and not for this commit\n")
    repo.git("commit", "-q", "-m", "Change a", "--", "a.py")
    assert repo.git("diff", "--cached", "--name-only") == "b.py"


def _include(repo: Repo) -> None:
    repo.git("reset", "-q")
    repo.git("commit", "-q", "-m", "Change a", "-i", "a.py")


def _from_file(repo: Repo) -> None:
    (repo.home / "paths").write_text("a.py\n")
    repo.git("commit", "-q", "-m", "Change a", f"--pathspec-from-file={repo.home / 'paths'}")


def _from_a_folder(repo: Repo) -> None:
    (repo.path / "sub dir").mkdir()
    commit = ("git", "commit", "-q", "-m", "Change a", "../a.py")
    repo.run(*commit, cwd=repo.path / "sub dir", check=True)


def _from_outside(repo: Repo) -> None:
    git_dir, tree = f"--git-dir={repo.path / '.git'}", f"--work-tree={repo.path}"
    repo.run("git", git_dir, tree, "commit", "-q", "-m", "Change a", cwd=repo.home, check=True)


def _detached(repo: Repo) -> None:
    repo.git("checkout", "-q", "--detach")
    repo.git("commit", "-q", "-m", "Change a")


def _stashed(repo: Repo) -> None:
    repo.git("stash", "push", "-q")
    repo.git("stash", "pop", "-q", "--index")
    repo.git("commit", "-q", "-m", "Change a")


def _switched(repo: Repo) -> None:
    repo.git("switch", "-q", "-c", "another")
    repo.git("commit", "-q", "-m", "Change a")


WAYS = [
    _m, _two_m, _file, _stdin, _reuse, _reedit, _fixup, _squash, _trailer, _all, _patch, _path,
    _include, _from_file, _from_a_folder, _from_outside, _detached, _stashed, _switched,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__.strip("_"))
def test_the_attested_change_gets_its_block(repo: Repo, way: Callable[[Repo], None]) -> None:
    start = repo.head
    edit(repo, 3)
    repo.answer()
    way(repo)
    assert repo.git("rev-parse", "HEAD^") == start
    assert outcome(repo) == EXACT
    assert len(blocks(repo.message())) == 1


def test_part_of_a_file_is_attested_by_patch(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    edit(repo, 30)
    repo.git("reset", "-q")
    repo.git("commit", "-q", "-p", "-m", "The first hunk alone", stdin=b"y\nn\n")
    assert outcome(repo) == EXACT
    assert repo.git("diff", "--numstat") == "1\t1\ta.py"


def test_a_commit_signed_by_git_holds_too(repo: Repo, key: Path) -> None:
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    edit(repo, 3)
    repo.attested_by_git("Change a", "-S")
    assert b"\ngpgsig " in repo.raw()
    assert outcome(repo) == EXACT


def _more_by_a(repo: Repo) -> None:
    (repo.path / "a.py").write_text("all of it is new\n")
    repo.git("commit", "-q", "-a", "-m", "More")


def _more_by_path(repo: Repo) -> None:
    repo.write("b.py", "b\n")
    repo.git("commit", "-q", "-m", "Another file", "--", "b.py")


def _less_by_patch(repo: Repo) -> None:
    edit(repo, 30)
    repo.git("reset", "-q")
    repo.git("commit", "-q", "-p", "-m", "The other hunk", stdin=b"n\ny\n")


def _mode(repo: Repo) -> None:
    repo.git("update-index", "--chmod=+x", "a.py")
    repo.git("commit", "-q", "-m", "The same text, executable")


def _empty(repo: Repo) -> None:
    repo.git("reset", "-q", "--hard")
    repo.git("commit", "-q", "--allow-empty", "-m", "Nothing")


@pytest.mark.parametrize(
    "other",
    [_more_by_a, _more_by_path, _less_by_patch, _mode, _empty],
    ids=lambda way: way.__name__.strip("_"),
)
def test_another_change_gets_no_block(repo: Repo, other: Callable[[Repo], None]) -> None:
    start = repo.head
    edit(repo, 3)
    repo.answer()
    other(repo)
    assert repo.git("rev-parse", "HEAD^") == start
    assert blocks(repo.message()) == []


ODD = "  Subject # with é \n\n\n\n# no comment\nbody\t \r\nAttest-Key: stray\n\n\n".encode()


@pytest.mark.parametrize("waits", [False, True], ids=["nothing waits", "another change waits"])
def test_a_change_that_is_not_attested_keeps_its_message_to_the_byte(
    repo: Repo, waits: bool
) -> None:
    if waits:
        edit(repo, 3)
        repo.answer()
    repo.write("b.py", "b\n")
    result = repo.run("git", "commit", "-q", "--cleanup=verbatim", "-F", "-", stdin=ODD, check=True)
    assert repo.raw().partition(b"\n\n")[2] == ODD
    assert (b"attest" in result.stderr) == waits


@pytest.mark.long
def test_a_formatter_that_changed_a_file_is_named_and_the_answers_stay(repo: Repo) -> None:
    script = r"""sed -i 's/ugly/pretty/' "a file.py" && git add "a file.py" """
    hook(repo, "pre-commit", script)
    repo.ok("init")
    edit(repo, 3)
    repo.write("a file.py", "ugly\n")
    repo.answer()
    result = repo.run("git", "commit", "-q", "-m", "Formatted", check=True)
    reply = result.stderr.decode()
    assert "a file.py" in reply
    assert "a.py" not in reply.replace("a file.py", "")
    assert "attest answer HEAD" in reply
    assert blocks(repo.message()) == []
    kept = {hunk["path"]: hunk["invariant"] for hunk in repo.template("--amend")["hunk"]}
    assert kept == {"a.py": "invariant 2 of a.py:3", "a file.py": ""}
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("amend", [(), ("--amend",)])
def test_of_two_blocks_the_command_line_decides(repo: Repo, amend: tuple[str, ...]) -> None:
    edit(repo, 3)
    repo.attested_by_git("First")
    edit(repo, 30)
    repo.answer()
    repo.answer("--amend")
    repo.git("commit", "-q", *amend, "-m", "Second")
    assert outcome(repo) == EXACT
    assert len(blocks(repo.message())) == 1


def test_a_new_commit_that_makes_an_attested_tree_again(repo: Repo) -> None:
    """The block of the other commit waits as well, and would fit if HEAD were amended."""
    stage_attested_tree(repo)
    repo.attested_by_git("The other line")
    assert outcome(repo) == EXACT


def test_a_merge_takes_the_block_of_the_merge(repo: Repo) -> None:
    """A block for the same tree, made on HEAD before the merge began, waits as well."""
    repo.git("switch", "-q", "-c", "side")
    edit(repo, 3, "theirs")
    repo.attested_by_git("Theirs")
    repo.git("switch", "-q", "main")
    edit(repo, 3, "ours")
    repo.attested_by_git("Ours")
    edit(repo, 3, "both")
    repo.answer()
    repo.git("reset", "-q", "--hard")
    assert repo.run("git", "merge", "-q", "side").returncode == 1
    repo.git("checkout", "-q", "--ours", "a.py")
    edit(repo, 3, "both")
    repo.answer()
    repo.git("commit", "-q", "--no-edit")
    assert len(repo.git("log", "-1", "--format=%P").split()) == 2
    assert outcome(repo) == EXACT


def test_a_damaged_store_does_not_cost_the_commit(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    pending = next((repo.path / ".git/attest/pending").iterdir())
    pending.write_bytes(b"{ damaged")
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    assert repo.message() == "Change\n"
    assert b"Traceback" not in result.stderr
    assert pending.name.encode() in result.stderr


def test_no_verify_is_noticed_and_the_remedy_works(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-q", "--no-verify", "-m", "Change", check=True)
    assert blocks(repo.message()) == []
    assert b"unattested" in result.stderr
    assert result.stderr.endswith(b"To answer for it:\nattest:   attest answer HEAD\n")
    again(repo, "HEAD")
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("script", ["exit 0", """grep -v ^Attest "$1" >x; cat x >"$1"; rm x"""])
def test_a_hook_of_another_tool_does_not_make_the_advice_go_round(repo: Repo, script: str) -> None:
    hook(repo, "commit-msg", script)
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    assert blocks(repo.message()) == []
    assert result.stderr.endswith(b"\nattest:   attest answer HEAD\n")
    again(repo, "HEAD")
    assert outcome(repo) == EXACT


def test_an_empty_message_that_git_allows_gets_its_block_by_the_advice(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    options = ("-q", "--allow-empty-message", "-m", "")
    result = repo.run("git", "commit", *options, check=True)
    assert result.stderr.endswith(b"\nattest:   attest answer HEAD\n")
    again(repo, "HEAD")
    assert outcome(repo) == EXACT


def test_another_author_is_noticed(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    author = "--author=Some Body <some@example.org>"
    result = repo.run("git", "commit", "-q", "-m", "Change", author, check=True)
    assert b"attester-mismatch" in result.stderr
    assert b"some@example.org" in result.stderr
    assert repo.codes() == ["attester-mismatch"]


def test_a_good_commit_is_made_with_one_word_and_another_in_silence(repo: Repo) -> None:
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-q", "-m", "Change", check=True)
    expected = f"attest: commit {repo.head[:10]} carries your answers\n".encode()
    assert (result.stdout, result.stderr) == (b"", expected)
    edit(repo, 9)
    result = repo.run("git", "commit", "-q", "-m", "Not attested", check=True)
    assert (result.stdout, result.stderr) == (b"", b"")


def test_an_aborted_commit_keeps_the_block_for_the_next_try(repo: Repo, tmp_path: Path) -> None:
    edit(repo, 3)
    repo.answer()
    result = repo.run("git", "commit", "-q", env={"GIT_EDITOR": editor(tmp_path, "exit 1")})
    assert result.returncode != 0
    repo.git("commit", "-q", "-m", "Change")
    assert outcome(repo) == EXACT


def test_in_a_shallow_clone(repo: Repo) -> None:
    """Its history ends at HEAD, so that what an amended HEAD would change is unknown."""
    edit(repo, 2)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-qam", "before")
    before = repo.head
    (repo.path / ".git/shallow").write_text(f"{before}\n")
    repo.git("reflog", "expire", "--expire=all", "--all")
    repo.git("gc", "-q", "--prune=now")
    assert repo.run("git", "cat-file", "-e", f"{before}^").returncode != 0
    edit(repo, 5)
    repo.answer()
    repo.git("commit", "-q", "-m", "Change a")
    assert len(blocks(repo.git("log", "-1", "--format=%B"))) == 1
    assert repo.git("rev-parse", "HEAD~1") == before

"""Hooks under a git whose command line cannot be seen, as on Windows: it is simulated
by a git that runs under another name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
import tomli_w

from support.messages import blocks, edit, editor, hook, outcome, stage_attested_tree
from support.pushing import add_remote, change
from support.repo import Repo
from support.rewriting import again
from support.terminal import Terminal, reply, stage
from support.words import invariant, removal

EXACT = ("attested", "exact")
BASH = shutil.which("bash")
pytestmark = pytest.mark.skipif(BASH is None, reason="bash gives a program another name")
UNSEEN = (str(BASH), "-c", 'exec -a editor git "$@"', "bash")


@pytest.fixture
def asking(repo: Repo) -> Repo:
    """With a commit that could be amended, and a hook that asks."""
    stage(repo, 2)
    repo.commit("first", "--no-verify")
    repo.git("config", "attest.ask", "commit")
    return repo


@pytest.mark.parametrize("amend", [(), ("--amend",)])
def test_nobody_is_there_to_say_whether_it_amends(asking: Repo, amend: tuple[str, ...]) -> None:
    """The commit goes through, and the command that is named adds the answers."""
    head = asking.head
    stage(asking, 2, 30)
    result = asking.run(*UNSEEN, "commit", *amend, "-m", "Change", check=True)
    assert b"the commit is made without answers. To add them: attest answer HEAD\n" in result.stderr
    assert (asking.head != head, b"Attest:" in asking.raw()) == (True, False)
    data = asking.template("HEAD")
    for number, hunk in enumerate(data["hunk"], 1):
        hunk["invariant"], hunk["breaks"] = invariant(number), removal(number)
    asking.ok("answer", "HEAD", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert outcome(asking) == EXACT


@pytest.mark.parametrize("amend", [True, False])
def test_who_is_there_says_it(asking: Repo, amend: bool) -> None:
    stage(asking, 2, 30)
    options = "--amend -m Change" if amend else "-m Change"
    with Terminal.shell(asking, f"bash -c 'exec -a editor git commit {options}'") as terminal:
        terminal.expect("amends the last one. Does it? Type y or n.")
        terminal.say("perhaps")
        terminal.expect("amends the last one. Does it? Type y or n.")
        terminal.say("y" if amend else "n")
        hunks = (1, 2) if amend else (1,)
        for number in hunks:
            terminal.expect(f"hunk {number} of {len(hunks)}")
            terminal.answer(invariant(number), removal(number))
        terminal.sign()
        assert terminal.finish() == 0
    assert len(reply(asking)) == len(hunks)
    assert outcome(asking) == EXACT


def test_the_first_commit_amends_nothing(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    bare_repo.git("config", "attest.ask", "commit")
    bare_repo.write("a.py", "one\n")
    result = bare_repo.run(*UNSEEN, "commit", "-m", "Change", check=True)
    assert b"To add them: attest answer HEAD\n" in result.stderr
    assert b"amend" not in result.stderr


def test_a_merge_amends_nothing(asking: Repo) -> None:
    asking.git("switch", "-q", "-c", "side", "HEAD^")
    edit(asking, 30)
    asking.commit("side", "--no-verify")
    asking.git("merge", "-q", "--no-ff", "--no-commit", "main")
    asking.run(*UNSEEN, "commit", "-q", "-m", "Merge", check=True)
    assert asking.message() == "Merge\n"


def test_of_two_blocks_the_one_made_on_this_head_is_meant(repo: Repo) -> None:
    """The older one would fit if HEAD were amended."""
    stage_attested_tree(repo)
    repo.answer()
    repo.run(*UNSEEN, "commit", "-q", "-m", "The other line", check=True)
    assert outcome(repo) == EXACT


def test_two_blocks_made_on_this_head_are_both_left_out(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("First")
    edit(repo, 30)
    repo.answer()
    repo.answer("--amend")
    result = repo.run(*UNSEEN, "commit", "-q", "-m", "Second", check=True)
    assert blocks(repo.message()) == []
    assert b"two blocks wait" in result.stderr
    assert b"To add the right one:\nattest:   attest answer HEAD\n" in result.stderr
    again(repo, "HEAD")
    assert outcome(repo) == EXACT


def test_a_message_that_git_may_find_empty_stays_as_it_is(repo: Repo, tmp_path: Path) -> None:
    """`--cleanup=strip` takes lines with a hash out, whatever is configured."""
    repo.git("config", "commit.cleanup", "scissors")
    edit(repo, 3)
    repo.answer()
    emptied = editor(tmp_path, """printf '# nothing\\n' > "$1" """)
    command = (*UNSEEN, "commit", "-q", "--cleanup=strip")
    result = repo.run(*command, env={"GIT_EDITOR": emptied})
    assert result.returncode == 1
    assert b"Aborting commit" in result.stderr


@pytest.mark.parametrize("mode", ["verbatim", "whitespace", "scissors", "strip"])
def test_the_block_holds_whatever_git_takes_out(repo: Repo, tmp_path: Path, mode: str) -> None:
    edit(repo, 3)
    repo.answer()
    typed = editor(tmp_path, """printf '# Heading\\n\\nWhy\\n# the end\\n' > "$1" """)
    command = (*UNSEEN, "commit", "-q", f"--cleanup={mode}")
    repo.run(*command, env={"GIT_EDITOR": typed}, check=True)
    assert outcome(repo) == EXACT
    assert ("# the end" in repo.message()) == (mode != "strip")


@pytest.fixture
def renamed(repo: Repo) -> Repo:
    """Every git that is started has another name."""
    real = shutil.which("git")
    hook(repo, "git", f'exec {BASH} -c \'exec -a editor {real} "$@"\' bash "$@"', repo.home / "b")
    repo.env["PATH"] = f"{repo.home / 'b'}{os.pathsep}{repo.env['PATH']}"
    return repo


def test_attest_commit_says_what_it_was_given(renamed: Repo, tmp_path: Path) -> None:
    template = tmp_path / "template"
    template.write_text("Subject: \n")
    edit(renamed, 3)
    renamed.answer()
    result = renamed.attest("commit", "-t", str(template))
    assert result.returncode == 1
    assert b"you did not edit the message" in result.stderr
    renamed.ok("commit", "-q", "-m", "Change")
    edit(renamed, 9)
    renamed.answer("--amend")
    renamed.ok("commit", "-q", "--amend", "--no-edit")
    assert outcome(renamed) == EXACT
    assert len(blocks(renamed.message())) == 1


def test_a_push_is_suggested_without_arguments(renamed: Repo) -> None:
    add_remote(renamed, "origin", "main")
    change(renamed, 3, "Change")
    result = renamed.run("git", "push", "origin", "main", env={"CLAUDECODE": "1"})
    assert result.returncode == 1
    assert b"git push\n" in result.stderr
    assert b"git push origin" not in result.stderr

"""`attest.ask = commit` and `attest commit`, where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import forked
from support.messages import blocks, edit, hook, outcome
from support.repo import Repo

ATTEST = ("-P", "-m", "attest")
EXACT = ("attested", "exact")
OWN = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


def log_hooks(repo: Repo, folder: Path | None = None) -> Path:
    """Hooks of the repository's own that write down how they were called."""
    log = repo.home / "hooks.log"
    for name in OWN:
        script = f'printf "%s" {name} >> "{log}"; printf " %s" "$@" >> "{log}"; echo >> "{log}"'
        hook(repo, name, script, folder)
    return log


def bare_setup(repo: Repo, key: Path) -> Repo:
    """A clone with a key, and without attest's hooks."""
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.commit("start")
    repo.ok("init", "--key", str(key), "--yes", "--no-hooks")
    return repo


UNASKED = pytest.mark.parametrize(
    "env", [{}, {"CI": "true"}, {"GIT_TERMINAL_PROMPT": "0"}], ids=str
)


@pytest.mark.parametrize("how", ["attest commit", "no hooks"])
@UNASKED
def test_without_a_terminal_nothing_is_committed_and_the_way_out_is_said(
    repo: Repo, how: str, env: dict[str, str]
) -> None:
    # Also where the setting alone would let the commit through.
    repo.git("config", "attest.ask", "commit")
    if how == "no hooks":
        repo.ok("uninstall")
    start = repo.head
    edit(repo, 3)
    tree = repo.git("write-tree")
    result = repo.run(forked.program(), *ATTEST, "commit", "-m", "Change", env=env)
    assert result.returncode == 1
    reply = result.stderr.decode()
    assert "nobody can be asked" in reply
    assert "attest answer --template" in reply
    assert "attest answer --editor" in reply
    assert "Traceback" not in reply
    assert (repo.head, repo.git("write-tree")) == (start, tree)


@UNASKED
def test_the_setting_lets_a_commit_through_where_nobody_can_be_asked(
    repo: Repo, env: dict[str, str]
) -> None:
    repo.git("config", "attest.ask", "commit")
    edit(repo, 3)
    result = repo.run("git", "commit", "-q", "-m", "Change", env=env, check=True)
    (line,) = result.stderr.decode().splitlines()
    assert line.startswith("attest: nobody can be asked: ")
    assert line.endswith("To add them: attest answer HEAD")
    assert (repo.message(), blocks(repo.message())) == ("Change\n", [])
    repo.ok("answer", "HEAD", "--template")


@pytest.mark.parametrize("value", ["commit", "never", ""])
def test_a_change_that_was_attested_is_not_asked_about_again(repo: Repo, value: str) -> None:
    repo.git("config", "attest.ask", value)
    edit(repo, 3)
    repo.attested_by_git("Change")
    assert outcome(repo) == EXACT


def test_only_commit_makes_it_ask(repo: Repo) -> None:
    repo.git("config", "attest.ask", "never")
    edit(repo, 3)
    repo.commit("Change")
    assert blocks(repo.message()) == []


def test_a_commit_without_a_change_is_not_asked_about(repo: Repo) -> None:
    repo.git("config", "attest.ask", "commit")
    repo.git("commit", "-q", "--allow-empty", "-m", "Empty")
    repo.git("switch", "-q", "-c", "side", "HEAD^")
    edit(repo, 3)
    repo.attested_by_git("Change")
    repo.git("switch", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "-m", "Clean merge", "side")
    assert [c["verdict"] for c in repo.report("HEAD^^..HEAD")["commits"]].count("failed") == 0


def test_an_amend_that_changes_nothing_is_not_asked_about(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    repo.git("config", "attest.ask", "commit")
    repo.git("commit", "-q", "--amend", "-m", "Better words")
    assert outcome(repo) == EXACT


def test_an_amend_is_asked_about_as_an_amend(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    edit(repo, 9)
    repo.git("config", "attest.ask", "commit")
    assert repo.attest("commit", "--amend", "--no-edit").returncode == 1
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT


def test_no_verify_is_the_way_round(repo: Repo) -> None:
    repo.git("config", "attest.ask", "commit")
    edit(repo, 3)
    repo.git("commit", "-q", "--no-verify", "-m", "Change")
    assert blocks(repo.message()) == []


COMMITS = [
    ("-m", "Change"),
    ("-a", "-m", "Change"),
    ("-m", "Change", "--", "a.py"),
    ("-am", "Change"),
    ("--quiet", "--signoff", "--message=Change"),
    ("-m", "-n"),
]


@pytest.mark.parametrize("hooks", [True, False], ids=["hooks", "no hooks"])
@pytest.mark.parametrize("args", COMMITS, ids=" ".join)
def test_attest_commit_takes_the_arguments_of_git_commit(
    repo: Repo, key: Path, hooks: bool, args: tuple[str, ...]
) -> None:
    if not hooks:
        repo.ok("uninstall")
        repo.ok("init", "--key", str(key), "--no-hooks")
    edit(repo, 3)
    repo.answer()
    repo.ok("commit", *args)
    assert outcome(repo) == EXACT


def test_attest_commit_amends(repo: Repo) -> None:
    edit(repo, 3)
    repo.attested_by_git("Change")
    edit(repo, 9)
    repo.answer("--amend")
    repo.ok("commit", "--amend", "--no-edit", "-q")
    assert outcome(repo) == EXACT


SKIPPING = [("-n",), ("--no-verify",), ("-anm", "Change"), ("-qn",), ("--no-veri",)]


@pytest.mark.parametrize("args", SKIPPING, ids=" ".join)
def test_attest_commit_refuses_to_skip_its_own_hook(repo: Repo, args: tuple[str, ...]) -> None:
    start = repo.head
    edit(repo, 3)
    repo.answer()
    result = repo.attest("commit", *args)
    assert result.returncode == 2
    assert b"no-verify" in result.stderr
    assert repo.head == start


def test_attest_commit_gives_gits_own_exit_code(repo: Repo) -> None:
    assert repo.attest("commit", "-m", "Nothing").returncode == 1
    assert repo.attest("commit", "--no-such-option").returncode == 129


@pytest.mark.long
def test_temporary_hooks_run_the_repositorys_own_in_order(bare_repo: Repo, key: Path) -> None:
    repo = bare_setup(bare_repo, key)
    log = log_hooks(repo)
    before = {p.name: p.read_bytes() for p in (repo.path / ".git/hooks").iterdir()}
    edit(repo, 3)
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    expected = log.read_text()
    assert [line.split(" ")[0] for line in expected.splitlines()] == list(OWN)
    assert outcome(repo) == EXACT
    assert {p.name: p.read_bytes() for p in (repo.path / ".git/hooks").iterdir()} == before
    log.unlink()
    edit(repo, 9)
    repo.git("commit", "-q", "-m", "By git alone")
    assert log.read_text() == expected


@pytest.mark.long
def test_temporary_hooks_are_those_of_core_hooks_path(bare_repo: Repo, key: Path) -> None:
    repo = bare_setup(bare_repo, key)
    log = log_hooks(repo, repo.path / "tracked hooks")
    repo.git("config", "core.hooksPath", "tracked hooks")
    edit(repo, 3)
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    assert [line.split(" ")[0] for line in log.read_text().splitlines()] == list(OWN)
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("name", ["pre-commit", "prepare-commit-msg", "commit-msg"])
def test_an_own_hook_that_fails_stops_attest_commit(bare_repo: Repo, key: Path, name: str) -> None:
    repo = bare_setup(bare_repo, key)
    start = repo.head
    hook(repo, name, "echo not this one >&2; exit 3")
    edit(repo, 3)
    repo.answer()
    result = repo.attest("commit", "-m", "Change")
    assert result.returncode == 1
    assert b"not this one" in result.stderr
    assert repo.head == start


@pytest.mark.long
def test_an_own_hook_that_is_not_executable_is_left_out(bare_repo: Repo, key: Path) -> None:
    repo = bare_setup(bare_repo, key)
    hook(repo, "pre-commit", "exit 3").chmod(0o644)
    edit(repo, 3)
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    assert outcome(repo) == EXACT


@pytest.mark.long
def test_an_own_formatter_runs_before_the_question(bare_repo: Repo, key: Path) -> None:
    repo = bare_setup(bare_repo, key)
    hook(repo, "pre-commit", "sed -i 's/ugly/pretty/' a.py && git add a.py")
    edit(repo, 3, "ugly")
    repo.answer()
    # What waits is no longer the change, so it would ask, and nobody is there.
    assert repo.attest("commit", "-m", "Change").returncode == 1
    assert "pretty" in repo.git("diff", "--cached")
    repo.answer()
    repo.ok("commit", "-q", "-m", "Change")
    assert outcome(repo) == EXACT

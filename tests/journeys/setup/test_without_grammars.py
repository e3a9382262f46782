"""An installation without the grammars, or with another version of them: real
environments, real hooks. What needs no question works; the rest says what to install."""

from __future__ import annotations

from pathlib import Path
from subprocess import CompletedProcess

import pytest

from attest.analysis.syntax import grammars
from support import forked, installation
from support.repo import Repo
from support.rewriting import BARE, answered

pytestmark = [pytest.mark.long, pytest.mark.usefixtures("hooks_as_written")]

MISSING = f"ast-grep-py: pinned {grammars.VERSION}, not installed (No module named 'ast_grep_py')"


@pytest.fixture(scope="module")
def without(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python that has attest and no grammars."""
    return installation.make(tmp_path_factory.mktemp("without"), without=[grammars.MODULE])


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Python whose grammars are another version than the pinned one."""
    versions = {grammars.MODULE: "99.1"}
    return installation.make(tmp_path_factory.mktemp("other"), versions=versions)


def run(repo: Repo, python: Path, *args: str, stdin: bytes = b"") -> CompletedProcess[bytes]:
    result = repo.run(str(python), "-P", "-m", "attest", *args, stdin=stdin)
    assert b"Traceback" not in result.stderr, result.stderr.decode()
    return result


def pushable(repo: Repo, pushed: str = "main") -> None:
    repo.git("init", "--quiet", "--bare", str(repo.home / "up.git"))
    repo.git("remote", "add", "origin", "../home/up.git")
    repo.git("push", "--quiet", "--no-verify", "origin", f"{pushed}:refs/heads/main")


@pytest.fixture(scope="module")
def _attested(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `attested` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("attested"))
    repo.write("b.py", "x = 1\n")
    repo.attested("answered")
    return repo


@pytest.fixture
def attested(_attested: Repo, tmp_path: Path) -> Repo:
    """A clone with an attested commit."""
    return with_hooks_as_written(_attested.copy(tmp_path))


@pytest.fixture(scope="module")
def _unanswered(_attested: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """What `unanswered` is a copy of."""
    repo = _attested.copy(tmp_path_factory.mktemp("unanswered"))
    pushable(repo, "HEAD~1")
    repo.write("c.py", "y = 1\n")
    repo.git(*BARE, "commit", "--quiet", "-m", "unanswered")
    repo.write("c.py", "y = 2\n")
    return repo


@pytest.fixture
def unanswered(_unanswered: Repo, tmp_path: Path) -> Repo:
    """A clone with an attested commit, one that nobody answered for, and a staged change; its
    remote has none of them."""
    return with_hooks_as_written(_unanswered.copy(tmp_path))


def with_hooks_as_written(repo: Repo) -> Repo:
    forked.use_real_one(repo.path / ".git/hooks")
    return repo


@pytest.mark.parametrize(
    ("args", "code"),
    [
        (["--version"], 0),
        (["--help"], 0),
        (["answer", "--help"], 0),
        (["init", "--yes"], 0),
        (["doctor"], 4),
        (["policy", "explain", "a.py"], 0),
        (["policy", "schema"], 0),
        (["check", "HEAD~1..HEAD", "--no-answers"], 0),
        (["check", "HEAD~1..HEAD", "--no-answers", "--format", "json"], 0),
        (["show"], 0),
        (["show", "HEAD~1"], 0),
        (["undo", "--yes"], 3),
        (["uninstall"], 0),
    ],
)
def test_what_asks_nothing_works(attested: Repo, without: Path, args: list[str], code: int) -> None:
    result = run(attested, without, *args)
    assert result.returncode == code, result.stderr.decode()


@pytest.mark.parametrize(
    "args",
    [
        [],
        ["answer", "--template"],
        ["answer", "--answers", "-"],
        ["answer", "--editor"],
        ["answer", "--amend", "--template"],
        ["answer", "HEAD", "--template"],
        ["answer", "HEAD~1..HEAD"],
        ["answer", "--unpushed"],
        ["questions"],
        ["questions", "HEAD", "--format", "json"],
        ["commit", "-m", "x"],
        ["push", "origin", "main"],
        ["check", "HEAD~1..HEAD"],
        ["check", "HEAD~2..HEAD~1", "--format", "json"],
        ["check", "HEAD~1..HEAD", "--audit"],
        ["demo"],
    ],
    ids=lambda args: " ".join(args) or "attest",
)
def test_what_asks_says_what_to_install(unanswered: Repo, without: Path, args: list[str]) -> None:
    before = unanswered.head
    result = run(unanswered, without, *args)
    words = result.stderr.decode()
    assert (result.returncode, result.stdout) == (4, b""), words
    assert MISSING in words
    assert f"{without} -m pip install ast-grep-py==0.51.0" in words
    assert "attest doctor" in words
    assert unanswered.head == before


@pytest.mark.parametrize("args", [["answer", "--template"], ["check", "HEAD~1..HEAD"]])
def test_another_version_is_refused_and_both_are_named(
    attested: Repo, other: Path, args: list[str]
) -> None:
    attested.write("c.py", "y = 1\n")
    result = run(attested, other, *args)
    assert (result.returncode, result.stdout) == (4, b"")
    both = f"{grammars.PACKAGE}: pinned {grammars.VERSION}, installed 99.1"
    assert both in result.stderr.decode()


def test_doctor_shows_the_versions(repo: Repo, without: Path, other: Path) -> None:
    fine = f"ok       grammars     ast-grep-py {grammars.VERSION}"
    assert fine in repo.attest("doctor").stdout.decode()
    assert f"missing  grammars     {MISSING}" in run(repo, without, "doctor").stdout.decode()
    assert ", installed 99.1" in run(repo, other, "doctor").stdout.decode()


def test_show_has_the_answers_without_the_questions(attested: Repo, without: Path) -> None:
    result = run(attested, without, "show")
    shown = result.stdout.decode()
    assert "exact, 1 of 1 hunk covered, 1 answered" in shown
    assert "invariant: invariant 1 of b.py" in shown
    assert "asked:" not in shown
    assert "unchecked" in result.stderr.decode()
    assert MISSING in result.stderr.decode()


def test_a_change_that_nobody_is_asked_about_needs_no_grammars(repo: Repo, without: Path) -> None:
    repo.write("poetry.lock", "x = 1\n")
    result = run(repo, without, "answer", "--answers", "-", stdin=b"hunk = []\n")
    assert result.returncode == 0, result.stderr.decode()


@pytest.fixture
def hooked(repo: Repo, without: Path) -> Repo:
    """A clone with a remote, whose hooks run the Python without grammars."""
    pushable(repo)
    assert run(repo, without, "init", "--yes").returncode == 0
    return repo


def test_a_commit_without_answers_goes_through_in_silence(hooked: Repo) -> None:
    hooked.write("c.py", "y = 1\n")
    result = hooked.run("git", "commit", "-q", "-m", "plain")
    assert (result.returncode, result.stderr) == (0, b"")


def test_a_commit_that_was_to_be_asked_about_goes_through_with_a_word(hooked: Repo) -> None:
    hooked.git("config", "attest.ask", "commit")
    hooked.write("c.py", "y = 1\n")
    result = hooked.run("git", "commit", "-q", "-m", "plain")
    assert result.returncode == 0
    assert MISSING in result.stderr.decode()


def test_a_block_that_waits_is_added(hooked: Repo) -> None:
    hooked.write("c.py", "y = 1\n")
    hooked.answer()
    result = hooked.run("git", "commit", "-q", "-m", "answered")
    assert "carries your answers" in result.stderr.decode()
    assert "Attested-by: " in hooked.message()


def test_a_push_of_what_is_unanswered_stops(hooked: Repo) -> None:
    hooked.write("c.py", "y = 1\n")
    hooked.commit("plain")
    result = hooked.run("git", "push", "origin", "main")
    words = result.stderr.decode()
    assert result.returncode == 1
    assert "1 commit needs your answers" in words
    assert MISSING in words
    assert "git push --no-verify skips this" in words
    assert hooked.run("git", "push", "-q", "--no-verify", "origin", "main").returncode == 0


def test_a_push_of_what_is_unanswered_goes_on_where_the_project_only_advises(
    hooked: Repo,
) -> None:
    hooked.write(".attest.toml", 'version = 1\nmode = "advisory"\n')
    hooked.commit("rules")
    hooked.git("push", "-q", "--no-verify", "origin", "main")
    hooked.write("c.py", "y = 1\n")
    hooked.commit("plain")
    result = hooked.run("git", "push", "origin", "main")
    assert result.returncode == 0, result.stderr.decode()
    assert MISSING in result.stderr.decode()


def test_a_push_of_signed_answers_goes_on_and_is_looked_at_again(
    hooked: Repo, without: Path
) -> None:
    """What the project wants answered is not known here, so nothing is remembered as
    settled; nothing is known to be unanswered either."""
    hooked.write("c.py", "y = 1\n")
    hooked.answer()
    hooked.commit("answered")
    for name in ("main", "other"):
        result = hooked.run("git", "push", "origin", f"main:{name}")
        assert result.returncode == 0, result.stderr.decode()
        assert "1 of your commits has signed answers" in result.stderr.decode()
        assert MISSING in result.stderr.decode()
        hooked.git("update-ref", f"refs/remotes/origin/{name}", "HEAD~1")
    result = run(hooked, without, "push", "origin", "main:third")
    assert result.returncode == 0, result.stderr.decode()


def test_a_push_with_nothing_to_ask_is_silent(hooked: Repo) -> None:
    hooked.git("tag", "v1")
    result = hooked.run("git", "push", "-q", "origin", "v1")
    assert (result.returncode, result.stderr) == (0, b"")


def test_undo_and_uninstall_work(hooked: Repo, without: Path) -> None:
    hooked.write("c.py", "y = 1\n")
    before = hooked.commit("plain")
    answered(hooked, "HEAD")
    assert hooked.head != before
    assert run(hooked, without, "undo", "--yes").returncode == 0
    assert hooked.head == before
    assert run(hooked, without, "uninstall").returncode == 0
    assert not (hooked.path / ".git" / "hooks" / "pre-push").exists()

"""Standard output and standard error that are full, closed, or not read to the end."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from support import forked
from support.repo import Repo

WRITE = ["--version", "--help", "check --help", "check HEAD", "check HEAD --format json", "show"]
WRITE += ["questions HEAD", "questions HEAD --format json", "doctor", "policy explain"]
WRITE += ["policy schema", "--show-completion bash"]
"""Commands that write to standard output."""

pytestmark = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")


def shell(repo: Repo, line: str) -> CompletedProcess[bytes]:
    """Run a line of bash, in which `attest` is ours."""
    # Which shell completion is for, is seen by who started attest.
    program = sys.executable if "completion" in line else forked.program()
    function = f'attest() {{ {program} -P -m attest "$@"; }}'
    result = repo.run("bash", "-c", f"{function}\n{line}")
    assert b"Traceback" not in result.stderr, result.stderr
    return result


@pytest.mark.parametrize("command", WRITE)
@pytest.mark.parametrize(
    ("where", "why"),
    [(">/dev/full", b"No space left"), (">&-", b"Bad file descriptor")],
    ids=["full", "closed"],
)
def test_output_that_cannot_be_written(repo: Repo, command: str, where: str, why: bytes) -> None:
    result = shell(repo, f"attest {command} {where}")
    assert (result.returncode, result.stdout) == (4, b"")
    assert b"attest: error: cannot write to standard output: " + why in result.stderr
    assert result.stderr.count(b"standard output") == 1


@pytest.mark.parametrize("command", ["check HEAD", "show", "policy schema", "check --help"])
def test_neither_stream_can_be_written(repo: Repo, command: str) -> None:
    for where in (">/dev/full 2>&1", ">&- 2>&-", "<&- >&- 2>&-"):
        result = shell(repo, f"attest {command} {where}")
        assert (result.returncode, result.stdout, result.stderr) == (4, b"", b""), where


@pytest.mark.parametrize("command", ["check HEAD", "policy schema", "show"])
def test_a_reader_that_went_away_hears_nothing(repo: Repo, command: str) -> None:
    # The reader is gone before anything is written: no luck decides.
    result = shell(repo, f"exec 3> >(true); wait $!; attest {command} >&3")
    assert (result.returncode, result.stderr) == (4, b"")


def test_an_error_stands_below_what_was_written_before_it(repo: Repo) -> None:
    base = repo.head
    for word in ("first", "second", "third", "last", "damaged"):
        repo.write("a.py", f"{word}\n")
        repo.git("commit", "--quiet", "--no-verify", "-m", word)
    tree = repo.git("rev-parse", "HEAD^{tree}")
    (repo.path / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    result = shell(repo, f"attest check {base}..HEAD --no-answers 2>&1")
    assert result.returncode in (3, 4)
    lines = result.stdout.decode().splitlines()
    (at,) = [n for n, line in enumerate(lines) if line.startswith("attest: error: ")]
    assert any(line.endswith("  last") for line in lines[:at]), lines
    assert not any(line.startswith("failed") for line in lines[at:]), lines


def test_output_that_is_read_is_as_ever(repo: Repo) -> None:
    result = shell(repo, "attest check HEAD; echo $?; attest policy schema >&2; echo $?")
    assert result.stdout.splitlines()[-2:] == [b"1", b"0"]


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
def test_what_cannot_be_said_does_not_pass_for_done(repo: Repo, where: str) -> None:
    repo.write("a.py", "changed\n")
    # A failure keeps its code, and nothing that belongs to standard error is on the other.
    result = shell(repo, f"attest answer --answers missing.toml {where}")
    assert (result.returncode, result.stdout) == (2, b"")
    shell(repo, "attest answer --template > ../answers.toml")
    text = (repo.path.parent / "answers.toml").read_text()
    filled = text.replace('invariant = ""', 'invariant = "no other reader is there"')
    filled = filled.replace('breaks = ""', 'breaks = "the second reader meets an empty file"')
    (repo.path.parent / "answers.toml").write_text(filled)
    result = shell(repo, f"attest answer --answers ../answers.toml {where}")
    assert (result.returncode, result.stdout) == (4, b"")
    # It is signed all the same, and the command can be run again.
    assert list((repo.path / ".git/attest/pending").iterdir())
    # Where there is nothing to say, nothing is lost.
    assert shell(repo, f"attest policy explain {where}").returncode == 0


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_a_commit_does_not_hang_on_what_hooks_can_say(repo: Repo, where: str) -> None:
    repo.write("a.py", "changed\n")
    repo.answer()
    (waiting,) = (repo.path / ".git/attest/pending").iterdir()
    kept = waiting.read_bytes()
    waiting.write_bytes(b"{ damaged")  # the hook has something to say
    before = repo.head
    assert shell(repo, f"git commit -q -m one {where}").returncode == 0
    assert repo.head != before
    waiting.write_bytes(kept)
    repo.git("reset", "-q", "--soft", before)
    assert shell(repo, f"git commit -q -m two {where}").returncode == 0
    assert repo.codes() == []


@pytest.mark.parametrize("where", ["2>/dev/full", "2>&-", ">&- 2>&-"])
def test_a_push_is_decided_by_its_commits(repo: Repo, tmp_path: Path, where: str) -> None:
    repo.git("init", "-q", "--bare", str(tmp_path / "there.git"))
    repo.git("remote", "add", "origin", str(tmp_path / "there.git"))
    repo.git("push", "-q", "--no-verify", "origin", "main")
    repo.write("a.py", "changed\n")
    repo.run("git", "commit", "-q", "-m", "not answered", check=True)
    assert shell(repo, f"git push -q origin main {where}").returncode != 0
    repo.git("reset", "-q", "--soft", "HEAD^")
    repo.answer()
    repo.commit("answered")
    assert shell(repo, f"git push -q origin main {where}").returncode == 0

"""Pushing to bare repositories beside the clone, and reading what attest said of it."""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from subprocess import CompletedProcess

import tomli_w

from support.messages import edit
from support.repo import Repo

UNHOOKED = ("-c", "core.hooksPath=/dev/null")
STRANGER = "--author=Some One <some@example.org>"


def add_remote(repo: Repo, name: str = "origin", *pushed: str) -> Path:
    """Make a bare repository, and a remote of that name that has *pushed*."""
    path = repo.path.parent / f"{name}.git"
    repo.git("init", "--quiet", "--bare", "--template=", "--initial-branch=main", str(path))
    repo.git("remote", "add", name, f"../{path.name}")
    if pushed:
        repo.git("push", "--quiet", "--no-verify", name, *pushed)
    return path


def change(repo: Repo, line: int, subject: str, *options: str) -> str:
    """Commit a change of one line of `a.py` that nobody answered for; its id."""
    edit(repo, line, f"changed by {subject}")
    repo.git(*UNHOOKED, "commit", "--quiet", "-m", subject, *options)
    return repo.head


def answered(repo: Repo, line: int, subject: str) -> str:
    """Answer for a change of one line of `a.py`, and commit it; its id."""
    edit(repo, line, f"changed by {subject}")
    return repo.attested(subject)


def branch(repo: Repo, name: str, *lines: int, start: str = "main") -> None:
    """Make a branch with a commit for each line of `a.py`, nobody having answered."""
    repo.git("checkout", "--quiet", "-b", name, start)
    for line in lines:
        change(repo, line, f"{name} {line}")


def push(repo: Repo, *args: str, **env: str) -> CompletedProcess[bytes]:
    """`git push`, without a terminal."""
    return repo.run("git", "push", *args, env=env)


def asked(repo: Repo, *args: str, **env: str) -> list[str]:
    """The subjects of the commits that stop a push, which moves nothing."""
    result = push(repo, *args, **env)
    assert (result.returncode, result.stdout) == (1, b""), result
    return subjects(result.stderr)


def subjects(reply: bytes) -> list[str]:
    """The subjects of the commits that the hook lists, sorted."""
    return sorted(re.findall(r"^attest:   [0-9a-f]{10} (.+)$", reply.decode(), re.MULTILINE))


def passes(repo: Repo, *args: str, **env: str) -> None:
    """A push goes through, and neither git nor attest says a word."""
    result = push(repo, "--quiet", *args, **env)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b""), result


def advice(reply: bytes) -> list[str]:
    """The arguments of the `attest answer` that the hook names."""
    (line,) = [line for line in reply.decode().splitlines() if " attest answer --unp" in line]
    return shlex.split(line)[3:]


def template(repo: Repo, *expected: str) -> list[dict[str, str]]:
    """The hunks that `attest answer` asks about."""
    tables = tomllib.loads(repo.ok("answer", *expected, "--template")).get("hunk", [])
    return [dict(table) for table in tables]


def answer(repo: Repo, *expected: str) -> None:
    """Answer for commits, each hunk in words of its own."""
    hunks = template(repo, *expected)
    for number, hunk in enumerate(hunks, 1):
        hunk["invariant"] = hunk["invariant"] or f"invariant {number} of {hunk['commit']}"
        hunk["breaks"] = hunk["breaks"] or f"removal {number} of {hunk['commit']}"
    filled = tomli_w.dumps({"hunk": hunks}).encode()
    repo.ok("answer", *expected, "--answers", "-", stdin=filled)


def refs(repo: Repo, where: Path | None = None) -> str:
    """All refs of the clone, or of a bare repository beside it."""
    folder = where or repo.path / ".git"
    return repo.git("--git-dir", str(folder), "for-each-ref", "--format=%(refname) %(objectname)")


def holds(repo: Repo, expected: str) -> list[str]:
    """The levels of all commits of a range, each of which holds."""
    report = repo.report(expected)["commits"]
    assert {one["verdict"] for one in report} <= {"attested", "not-needed"}, report
    return [one["level"] for one in report]


def answered_topic(start: Repo, root: Path) -> Repo:
    """A copy of a repository, with a remote, on a branch whose commit is answered for."""
    repo = start.copy(root)
    add_remote(repo, "origin", "main")
    repo.git("checkout", "--quiet", "-b", "topic")
    answered(repo, 3, "Answered")
    return repo


def open_topic(start: Repo, root: Path) -> Repo:
    """A copy of a repository, with a remote, on a branch with two open commits."""
    repo = start.copy(root)
    add_remote(repo, "origin", "main")
    branch(repo, "topic", 3, 9)
    return repo

"""What the tests of faults share: handing answers in, and what must hold behind a fault."""

from __future__ import annotations

import sys
from pathlib import Path
from subprocess import CompletedProcess

import tomli_w

from support import forked
from support.repo import Repo
from support.words import invariant, removal

ATTEST = (sys.executable, "-P", "-m", "attest")


def filled(repo: Repo) -> bytes:
    """The filled-in template of the staged change."""
    data = repo.template()
    for hunk in data["hunk"]:
        hunk.update(invariant=invariant(), breaks=removal())
    return tomli_w.dumps(data).encode()


def hand_in(repo: Repo, answers: bytes, **env: str) -> CompletedProcess[bytes]:
    """`attest answer --answers -` with a filled-in template."""
    command = (forked.program(), *ATTEST[1:])
    return repo.run(*command, "answer", "--answers", "-", stdin=answers, env=env)


def fails(result: CompletedProcess[bytes], code: int, *named: str) -> None:
    """It ended with *code*, without a traceback, and said *named*, a remedy too."""
    words = result.stderr.decode()
    assert "Traceback" not in words, words
    assert result.returncode == code, words
    for name in named:
        assert name in words, words
    assert len(words.strip().splitlines()) > 1, f"no remedy: {words}"


def waiting(repo: Repo) -> list[Path]:
    """The files of the signed blocks that wait."""
    return sorted((repo.path / ".git/attest").glob("pending/*"))


def half_written(repo: Repo) -> list[Path]:
    """Temporary files that a fault left behind."""
    return list((repo.path / ".git").rglob("~*"))


def kept(repo: Repo) -> list[tuple[str, str]]:
    """The standing answers that are kept for the staged hunks."""
    return [(hunk["invariant"], hunk["breaks"]) for hunk in repo.template()["hunk"]]

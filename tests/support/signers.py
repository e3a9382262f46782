"""What signs: programs that stand in for ssh-keygen, and what `attest init` records."""

from __future__ import annotations

import shutil

from support import inside
from support.repo import Repo

NO_AGENT = "echo 'Could not open a connection to your authentication agent.' >&2; exit 1"


def where(name: str) -> str:
    outcome = shutil.which(name)
    assert outcome
    return outcome


def recorded(repo: Repo, name: str = "attest.sshProgram") -> str:
    result = repo.run("git", "config", "--get", name)
    return result.stdout.decode().removesuffix("\n")


def init(repo: Repo, *options: str) -> str:
    result = inside.run(["init", "--yes", *options], repo.path, repo.env)
    assert result.returncode == 0, result
    return result.stdout.decode()

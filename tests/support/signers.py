"""What signs: programs that stand in for ssh-keygen, and what `attest init` records."""

from __future__ import annotations

import shutil

from support import inside
from support.repo import Repo

NO_AGENT = "echo 'Could not open a connection to your authentication agent.' >&2; exit 1"


def where(name: str) -> str:
    found = shutil.which(name)
    assert found
    return found


def recorded(repo: Repo, name: str = "attest.sshProgram") -> str:
    done = repo.run("git", "config", "--get", name)
    return done.stdout.decode().removesuffix("\n")


def init(repo: Repo, *options: str) -> str:
    done = inside.run(["init", "--yes", *options], repo.path, repo.env)
    assert done.returncode == 0, done
    return done.stdout.decode()

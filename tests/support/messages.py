"""Taking blocks out of commit messages, and scripted editors and clean-up."""

from __future__ import annotations

import shlex
from pathlib import Path

from support.repo import Repo


def blocks(message: str) -> list[list[str]]:
    """The blocks of a message, each as its lines; read as format.md says, but
    independently of attest's own reader."""
    result: list[list[str]] = []
    inside = False
    for line in message.split("\n"):
        stripped = line.strip(" \t\r")
        if stripped.startswith("Attest: "):
            result.append([])
            inside = True
        elif not stripped.startswith(("Attest-", "Attested-by:")):
            inside = False
        if inside:
            result[-1].append(stripped)
    return result


def rest(message: str) -> str:
    """A message without its blocks, and without the blank lines at its end."""
    lines = []
    inside = False
    for line in message.split("\n"):
        stripped = line.strip(" \t\r")
        inside = stripped.startswith("Attest: ") or (
            inside and stripped.startswith(("Attest-", "Attested-by:"))
        )
        if not inside:
            lines.append(line)
    return "\n".join(lines).rstrip("\n")


def editor(folder: Path, script: str) -> str:
    """An editor for `GIT_EDITOR`: a shell script that is given the file as $1."""
    path = folder / "an editor.sh"
    path.write_text(f"#!/bin/sh\nset -e\n{script}\n")
    path.chmod(0o755)
    return shlex.quote(str(path))


def hook(repo: Repo, name: str, script: str, folder: Path | None = None) -> Path:
    """Write an executable hook of the repository's own."""
    path = (folder or repo.path / ".git/hooks") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def edit(repo: Repo, line: int, text: str = "changed", name: str = "a.py") -> None:
    """Change one line of a file of the `repo` fixture, and stage it."""
    lines = (repo.path / name).read_text().split("\n")
    lines[line - 1] = text
    repo.write(name, "\n".join(lines))


def outcome(repo: Repo, rev: str = "HEAD") -> tuple[str, str]:
    """Verdict and level of one commit."""
    verdict = repo.verdict(rev)
    return verdict["verdict"], verdict["level"]


def stage_attested_tree(repo: Repo) -> None:
    """Stage, above a commit of one line, a tree that another branch made and attested in one."""
    repo.git("switch", "-q", "-c", "other")
    edit(repo, 3)
    edit(repo, 9)
    repo.attested_by_git("Both lines")
    repo.git("switch", "-q", "-c", "again", "main")
    edit(repo, 3)
    repo.commit("One line", "--no-verify")
    repo.git("checkout", "-q", "other", "--", "a.py")

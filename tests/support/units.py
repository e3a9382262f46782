"""Branches of a project whose unit is the pull request, and blocks for them made by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from attest.attestation.block import Block, Question
from attest.git import branches
from attest.git.diff import Change
from attest.project.rules import ProjectRules
from support import forge, ruled
from support.repo import EMAIL, NAME, Repo

POLICY = 'unit = "pull-request"\n'
Edit = Callable[[Block], Block]


def begin(
    repo: Repo, key: Path | None, policy: str = "", files: dict[str, str | bytes] | None = None
) -> Repo:
    """Commit the rules to main, and change to the branch topic."""
    return ruled.begin(repo, key, POLICY + policy, files)


def commits(repo: Repo, *names: str, lines: int = 3) -> list[str]:
    """Commits of one new file each, on the current branch."""
    oids = []
    for name in names:
        repo.write(name, "".join(f"value_{n} = read('{name}', {n})\n" for n in range(lines)))
        oids.append(repo.commit(f"Add {name}", "--no-verify"))
    return oids


def difference(repo: Repo, base: str = "main", tip: str = "topic") -> Change:
    """The difference of a branch, as attest computes it."""
    first, last = (repo.git("rev-parse", rev) for rev in (base, tip))
    with forge.isolated(repo) as git:
        return branches.change(git, branches.read(git, first, last))


def between(repo: Repo, old: str, new: str) -> Change:
    """The difference of two trees."""
    with forge.isolated(repo) as git:
        return git.change(*(repo.git("rev-parse", f"{rev}^{{tree}}") for rev in (old, new)))


def block(
    repo: Repo, change: Change, *, count: int = 2, email: str = EMAIL, name: str = NAME
) -> Block:
    """An honest block for a branch, with an answer to each question."""
    with forge.isolated(repo) as git:
        chosen = ProjectRules.built_in(git).chooser.choose(change)
    thirds = {one.hunk.digest: one.texts.third for one in chosen if one.texts.third}
    plain = forge.honest(change, email, name)
    hunks = tuple(
        replace(hunk, questions=(Question(thirds[hunk.digest], f"answer {n}"),))
        if hunk.digest in thirds
        else hunk
        for n, hunk in enumerate(plain.hunks)
    )
    return replace(plain, hunks=hunks, branch_commits=count)


def text(repo: Repo, key: Path, change: Change, edit: Edit = lambda one: one) -> bytes:
    """A signed block for a change, as it stands in a message."""
    return b"\n".join(forge.signed(edit(block(repo, change)), key)) + b"\n"


def attest(repo: Repo, key: Path, edit: Edit = lambda one: one, *, base: str = "main") -> str:
    """Put a block for the whole branch into the newest commit of the current branch."""
    change = difference(repo, base, "HEAD")
    return forge.attach(repo, forge.signed(edit(block(repo, change)), key))


def verdict(repo: Repo, *args: str, revisions: str = ruled.RANGE) -> dict[str, Any]:
    """The verdict on the whole branch; there is one."""
    report = repo.report(revisions, *args)
    (only,) = report["commits"]
    assert report["unit"] == "pull-request"
    return dict(only)


def codes(verdict: dict[str, Any], severity: str = "error") -> list[str]:
    """The codes of a verdict's findings, each once, sorted."""
    return sorted({f["code"] for f in verdict["findings"] if f["severity"] == severity})


def errors(repo: Repo, *args: str) -> list[str]:
    return codes(verdict(repo, *args))


def warnings(repo: Repo, *args: str) -> list[str]:
    return codes(verdict(repo, *args), "warning")

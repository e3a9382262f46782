"""`attest commit`."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from attest.git.repository import Repository


def commit(ctx: typer.Context) -> int:
    """Answer for a change and commit it, in one go.

    Takes the arguments of `git commit` (-a, -p, --amend, -m, paths, …), runs
    it, and has its pre-commit hook ask: after other hooks such as formatters,
    before the editor for the message. Works also where attest's hooks are not
    installed.

    \b
    Examples:
      attest commit -m "Refuse short packets"
      attest commit -a --amend --no-edit
    """
    from attest import install
    from attest.errors import UsageError
    from attest.git import process
    from attest.git.arguments import commit_arguments
    from attest.git.repository import Repository
    from attest.hook import AMEND, ASK

    given = commit_arguments(ctx.args)
    if not given.verify:
        raise UsageError(
            "--no-verify would skip the hook that adds your answers",
            "Leave it out, or use `git commit` to commit without an attestation.",
        )
    repository = Repository.find()
    _assert_asks(repository)
    env = {**os.environ, ASK: "commit", AMEND: "1" if given.amend else "0"}
    if install.active(repository):
        return process.call(["commit", *ctx.args], env=env)
    with tempfile.TemporaryDirectory(prefix="attest-") as folder:
        install.temporary(repository, Path(folder))
        return process.call(["-c", f"core.hooksPath={folder}", "commit", *ctx.args], env=env)


def _assert_asks(repository: Repository) -> None:
    """Make sure that the hook will be able to ask: git would hide its exit code.

    Raises:
        GrammarsUnavailable: what is asked cannot be chosen here.
    """
    from attest import clone
    from attest.errors import GrammarsUnavailable
    from attest.questions import grammars

    try:
        grammars.assert_pinned()
    except GrammarsUnavailable:
        with repository.isolated() as isolated:
            clone.base(repository, isolated).assert_chooses()

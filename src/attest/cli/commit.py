"""`attest commit`."""

from __future__ import annotations

import os
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
    import json

    from attest.console import complain
    from attest.errors import Exit, UsageError
    from attest.git import process
    from attest.git.commit_options import commit_arguments
    from attest.git.repository import Repository
    from attest.hook import ARGUMENTS, ASK, ASKED
    from attest.setup import hooks
    from attest.state.store import Store

    if not commit_arguments(ctx.args).verify:
        raise UsageError(
            "--no-verify would skip the hook that adds your answers",
            "Leave it out, or use `git commit` to commit without an attestation.",
        )
    repository = Repository.find()
    _assert_asks(repository)
    before = repository.head()
    with Store(repository.common_dir, repository.git_dir).folder() as folder:
        asked = folder / "asked"
        env = {**os.environ, ASK: "commit", ASKED: str(asked), ARGUMENTS: json.dumps(ctx.args)}
        setting = []
        if not hooks.complete(repository):
            own = folder / "hooks"
            own.mkdir()
            hooks.temporary(repository, own)
            setting = ["-c", f"core.hooksPath={own}"]
        code = process.call([*setting, "commit", *ctx.args], env=env)
        if code == 0 and repository.head() != before and not asked.exists():
            complain(
                "the commit was made, but nobody was asked about it: git ran no pre-commit "
                "hook of attest's",
                "Answer for it: attest answer HEAD. What is wrong: attest doctor",
            )
            return Exit.ENVIRONMENT
    return code


def _assert_asks(repository: Repository) -> None:
    """Make sure that the hook will be able to ask: git would hide its exit code.

    Raises:
        GrammarsUnavailable: what is asked cannot be chosen here.
    """
    from attest.analysis.syntax import grammars
    from attest.errors import GrammarsUnavailable
    from attest.project import local_rules

    try:
        grammars.assert_pinned()
    except GrammarsUnavailable:
        with repository.isolated() as isolated:
            local_rules.read(repository, isolated).chooser.assert_available()

"""`attest commit`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from attest.git.repository import Repository


def commit(ctx: typer.Context) -> int:
    """Answer for a change and commit it.

    Takes the arguments of `git commit` (-a, -p, --amend, -m, paths, …) and runs it. The
    questions come from the pre-commit hook: after other hooks such as formatters, and
    before the editor for the message. This works even if attest's hooks are not
    installed.

    \b
    Examples:
      attest commit -m "Refuse short packets"
      attest commit -a --amend --no-edit
    """
    from attest.console import complain
    from attest.errors import Exit, UsageError
    from attest.git.commit_options import commit_arguments
    from attest.git.repository import Repository

    if not commit_arguments(ctx.args).verify:
        raise UsageError(
            "--no-verify would skip the hook that adds your answers",
            "Omit it, or use `git commit` to commit without an attestation.",
        )
    repository = Repository.find()
    _assert_asks(repository)
    before = repository.head()
    code, was_asked = _run_git_commit(repository, ctx.args)
    if code == 0 and repository.head() != before and not was_asked:
        complain(
            "the commit was created, but nobody was asked: git did not run attest's "
            "pre-commit hook",
            "To answer for it: attest answer HEAD. To find out why: attest doctor",
        )
        return Exit.ENVIRONMENT
    return code


def _run_git_commit(repository: Repository, args: list[str]) -> tuple[int, bool]:
    """Run `git commit` with hooks that ask, also where attest's are not installed.

    Returns:
        git's exit code, and whether the hook asked.
    """
    import json

    from attest.cli import common
    from attest.git import process
    from attest.hook import ARGUMENTS, ASK, ASKED, installed
    from attest.setup import hooks
    from attest.state.store import Store

    with Store(repository.common_dir, repository.git_dir).folder() as folder:
        marker = folder / "asked"
        env = {**os.environ, ASK: "commit", ASKED: str(marker), ARGUMENTS: json.dumps(args)}
        setting = []
        common.mention_lost_hooks(repository)
        if not installed.complete(repository):
            hooks_folder = folder / "hooks"
            hooks_folder.mkdir()
            hooks.temporary(repository, hooks_folder)
            setting = ["-c", f"core.hooksPath={hooks_folder}"]
        code = process.call([*setting, "commit", *args], env=env)
        return code, marker.exists()


def _assert_asks(repository: Repository) -> None:
    """Make sure that the hook will be able to ask: git would hide its exit code.

    Raises:
        GrammarsUnavailable: attest cannot choose the questions here.
    """
    from attest.analysis.syntax import grammars
    from attest.errors import GrammarsUnavailable
    from attest.project import local_rules

    try:
        grammars.assert_pinned()
    except GrammarsUnavailable:
        with repository.isolated() as isolated:
            local_rules.read(repository, isolated).chooser.assert_available()

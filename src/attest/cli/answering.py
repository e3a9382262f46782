"""What `attest answer` and `attest edit` have in common."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attest.console import say

if TYPE_CHECKING:
    from attest.attestation.block import Mode
    from attest.git.repository import Repository
    from attest.interview.form import QuestionForm
    from attest.interview.prompter import DisclosureQuestion
    from attest.state.store import PendingBlock


def assert_options(
    *, template: bool, output: str | None, answers: str | None, editor: bool
) -> None:
    """Make sure that the options of one command fit together.

    Raises:
        UsageError: they do not.
    """
    from attest.errors import UsageError

    if sum((template, answers is not None, editor)) > 1:
        raise UsageError(
            "--template, --answers and --editor exclude each other", "Give one of them."
        )
    if output is not None and not template:
        raise UsageError("--output requires --template", "Add --template, or omit --output.")


def report(repository: Repository, pending: PendingBlock, mode: Mode, *, amends: bool) -> None:
    """Say what was signed for a staged change, and what is next.

    Args:
        amends: it is for the commit that `git commit --amend` makes.
    """
    from attest.attestation import codec
    from attest.cli import common
    from attest.git import in_progress
    from attest.hook import installed
    from attest.setup import hooks

    hunk_count = sum(line.startswith("Attest-Hunk") for line in pending.block)
    if mode != "tty":  # a terminal has shown it before it asked whether to sign
        signed = codec.parse([line.encode() for line in pending.block])
        say(f"signed as {signed.attester} (key: {signed.key})")
    total = len(pending.hunks)
    hunk = "hunk" if total == 1 else "hunks"
    commands = in_progress.commit_commands(repository, amends=amends)
    say(f"signed: {hunk_count} of {total} {hunk} answered. Now commit this change: {commands}")
    if installed.active(repository):
        common.mention_lost_hooks(repository)
    elif hooks.ours_to_write(repository):
        say("attest's hooks are not installed here: run `attest init`, or use `attest commit`")
    else:  # `attest init` writes nothing there
        say(f"the hooks in {repository.hooks} do not run attest: use `attest commit`")


def not_signed(*revisions: str) -> int:
    """Say that nothing was signed, and how to go on; the exit code.

    Args:
        revisions: the commits that it was about; none for the staged change.
    """
    words = " ".join(["attest edit", *map(shlex.quote, revisions)])
    say(f"not signed; your answers are kept. To change and sign them: {words}")
    return 1


_BY_CODE_PAGE = sys.platform == "win32"
"""Whether shells decode what a program writes to a pipe, by a code page that is hardly
ever UTF-8, before they write it to a file."""


def template(
    forms: Sequence[QuestionForm],
    disclosure: DisclosureQuestion | None,
    command: str,
    output: str | None,
) -> int:
    """Print the questions, or write them to a file.

    Args:
        command: the attest command that reads it.
        output: the file; `-` is standard output.
    """
    from attest.cli.reports import emit
    from attest.interview import file

    output = output or "-"
    if output == "-":
        ascii_only = _BY_CODE_PAGE and not sys.stdout.isatty()
        emit(file.template(forms, command, disclosure, ascii_only=ascii_only))
        return 0
    file.write_template(Path(output), file.template(forms, command, disclosure))
    say(f"wrote the questions to {output}. Fill it in, then run:")
    say(f"  attest {command} --answers {shlex.quote(output)}")
    return 0

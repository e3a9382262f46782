"""What the commands that ask questions have in common."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from attest.console import say

if TYPE_CHECKING:
    from attest.git.repository import Repository
    from attest.interview.prompter import Prompter
    from attest.state.store import Store


def assert_person(repository: Repository, command: str) -> None:
    """Make sure that no known coding agent runs this.

    Args:
        command: what its person runs instead.

    Raises:
        AgentRefused: one does.
    """
    from attest.interview import coding_agents

    extra = repository.values(coding_agents.SETTING)
    coding_agents.refuse(coding_agents.recognised(os.environ, extra), command)


def recover(repository: Repository) -> None:
    """Finish a rewriting that was cut off."""
    from attest.rewrite.journal import Journal

    Journal(repository).recover()


def prompter(
    repository: Repository,
    store: Store,
    stack: ExitStack,
    *,
    how: str,
    answers: str | None,
    editor: bool,
) -> Prompter:
    """The way to be asked that the command line names; the terminal by default.

    Args:
        stack: what closes the terminal.
        how: the attest command that a person runs where there is no terminal.
        answers: a file with answers; `-` is standard input.
        editor: ask in git's editor.
    """
    if answers is not None:
        from attest.interview.file import FilePrompter

        source = "standard input" if answers == "-" else answers
        return FilePrompter(_read(answers, how), source, say)
    if editor:
        from attest.interview.editor import EditorPrompter

        return EditorPrompter(store.buffer(), repository.edit)
    from attest.interview.terminal import open_terminal
    from attest.interview.tty import TerminalPrompter

    plain = repository.config("attest.plain", kind="bool") == "true"
    return TerminalPrompter(stack.enter_context(open_terminal(plain=plain, how=how)))


def _read(name: str, how: str) -> bytes:
    from attest.errors import UsageError

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(
            f"cannot read {name}: {error.strerror}",
            f"To create one: attest {how} --template --output FILE",
        ) from None


def one_line(value: str) -> str:
    """A value for a trailer.

    Raises:
        UsageError: it is empty, or has control characters.
    """
    from attest import text
    from attest.errors import UsageError

    if not value.strip() or text.CONTROL.search(value):
        raise UsageError(
            f"--assisted-by {value!r} is not a single line of text",
            'For example: --assisted-by "Tool:model"',
        )
    return value.strip()

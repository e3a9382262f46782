"""What the commands have in common. Without Typer; see `cli.main`."""

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
    from attest.interview.tty import TerminalPrompter
    from attest.project.session import Session
    from attest.rewrite.plan import Plan

DROP = "Drop the signature, as git rebase does?"


def assert_person(repository: Repository, command: str) -> None:
    """Make sure that no known coding agent runs this.

    Args:
        command: what its person runs instead.

    Raises:
        AgentRefused: one does.
    """
    from attest.interview import coding_agents

    extra = repository.config.all(coding_agents.SETTING)
    coding_agents.refuse(coding_agents.recognise(os.environ, extra), command)


def mention_lost_hooks(repository: Repository) -> None:
    """Say so if git no longer runs the hooks that `attest init` installed."""
    from attest.hook import installed

    names = installed.lost(repository)
    if names:
        say(installed.describe_loss(names))


def recover(repository: Repository) -> None:
    """Finish a rewrite that was interrupted."""
    from attest.rewrite.journal import Journal

    Journal(repository).recover()


def agree_to_drop(plan: Plan, command: str, *, drop: bool) -> None:
    """Ask whether commits may lose signatures that nobody here can make again.

    Args:
        command: the attest command, for the error.
        drop: the command line says that they may.

    Raises:
        EnvironmentFault: nobody agreed.
    """
    from attest.interview import terminal
    from attest.interview.line_editor import ask_line
    from attest.rewrite import resigning

    lost = plan.resigning.lost_signatures
    if not lost or drop:
        return
    if not terminal.why_nobody():
        question = "\n".join([*resigning.lines(lost), DROP])
        if ask_line(f"{question} (yes/no)", "no").lower() in ("y", "yes"):
            return
    raise resigning.refusal(plan.steps, lost, command)


def prompter(
    session: Session,
    stack: ExitStack,
    *,
    program: str,
    answers: str | None,
    editor: bool,
) -> Prompter:
    """The way to be asked that the command line names; the terminal by default.

    Args:
        stack: what closes the terminal.
        program: the attest command that a person runs where there is no terminal.
        answers: a file with answers; `-` is standard input.
        editor: ask in git's editor.
    """
    if answers is None and not editor:
        return terminal_prompter(session, stack, program)
    from attest.git.editor import edit

    buffer = session.store.buffer()
    reviewer = _reviewer(stack, buffer, plain=_is_plain(session.repository))
    if answers is not None:
        from attest.interview.file import FilePrompter

        source, file = (answers, Path(answers)) if answers != "-" else ("standard input", None)
        return FilePrompter(_read(answers, program), source, say, reviewer, file, edit)
    from attest.attesting import builder
    from attest.interview.editor import EditorPrompter

    who = builder.claim(session, "editor").lines if reviewer is None else ()
    return EditorPrompter(buffer, edit, reviewer, who)


def terminal_prompter(session: Session, stack: ExitStack, program: str) -> TerminalPrompter:
    """What asks in the terminal; see `prompter`."""
    from attest.interview.terminal import open_terminal
    from attest.interview.tty import TerminalPrompter

    terminal = open_terminal(plain=_is_plain(session.repository), how=program)
    return TerminalPrompter(stack.enter_context(terminal), session.store.buffer())


def _is_plain(repository: Repository) -> bool:
    return repository.config.get("attest.plain", kind="bool") == "true"


def _reviewer(stack: ExitStack, buffer: Path, *, plain: bool) -> TerminalPrompter | None:
    """What shows the answers of an editor or a file before they are signed; None where nobody
    sits at a terminal, or reads along there."""
    from attest.errors import NobodyToAsk
    from attest.interview.terminal import open_terminal
    from attest.interview.tty import TerminalPrompter

    if not sys.stderr.isatty():
        return None
    try:
        return TerminalPrompter(stack.enter_context(open_terminal(plain=plain)), buffer)
    except NobodyToAsk:
        return None


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


def one_line(value: str, option: str = "--assisted-by") -> str:
    """A value for one line of a message.

    Args:
        option: that gives it, for the error.

    Raises:
        UsageError: it is empty, or has control characters.
    """
    from attest import text
    from attest.errors import UsageError

    if not value.strip() or text.CONTROL.search(value):
        raise UsageError(
            f"{option} {value!r} is not a single line of text",
            f'For example: {option} "Tool:model"',
        )
    return value.strip()

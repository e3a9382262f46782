"""What the commands have in common."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attest.console import say
from attest.streams import Output

if TYPE_CHECKING:
    from datetime import datetime

    from attest.forge.account import Login
    from attest.forge.ci_event import Run
    from attest.git.isolated import Isolated
    from attest.git.repository import Repository
    from attest.interview.prompter import Prompter
    from attest.project.rules import ProjectRules
    from attest.project.session import Session

Signers = Annotated[
    list[Path] | None,
    typer.Option(
        "--signers",
        metavar="FILE",
        help="Additional known keys, in OpenSSH's allowed_signers format. Can be repeated.",
    ),
]
Forges = Annotated[
    list[str] | None,
    typer.Option(
        "--forge",
        metavar="KIND[:LOGIN][@URL]",
        help="Accept the keys that a forge publishes for a login: github:LOGIN, "
        "gitlab:LOGIN, forgejo:LOGIN@URL, codeberg:LOGIN. In CI, KIND alone takes the login "
        "from the event.",
    ),
]
Cache = Annotated[
    Path | None,
    typer.Option(
        "--forge-cache",
        metavar="DIR",
        envvar="ATTEST_FORGE_CACHE",
        help="Cache fetched keys in DIR for 15 minutes.",
    ),
]


def emit(text: str) -> None:
    """Write text for programs: UTF-8 whatever the locale, whole or an error.

    Raises:
        OutputFault: standard output cannot take it (a full disk).
    """
    assert isinstance(sys.stdout, Output), "the one door puts it there"
    sys.stdout.write_bytes(text.encode())


def writer() -> Callable[[str, str], None]:
    """A function that writes a line in a style: with colour on a terminal
    (unless NO_COLOR is set), as it is elsewhere. Lines are never wrapped."""
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False, soft_wrap=True)

    def write(line: str, style: str = "") -> None:
        console.print(Text(line, style=style))

    return write


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
    """Finish a rewrite that was interrupted."""
    from attest.rewrite.journal import Journal

    Journal(repository).recover()


def prompter(
    session: Session,
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
    repository = session.repository
    if answers is not None:
        from attest.interview.file import FilePrompter

        source = "standard input" if answers == "-" else answers
        return FilePrompter(_read(answers, how), source, say)
    if editor:
        from attest.interview.editor import EditorPrompter

        return EditorPrompter(session.store.buffer(), repository.edit)
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


def read_rules(
    isolated: Isolated,
    oid: str | None,
    signers: Sequence[Path] | None,
    logins: Sequence[Login],
    *,
    audit: bool = False,
) -> ProjectRules:
    """The rules of a commit, with who is known besides; the built-in ones without one.

    Raises:
        UsageError: a file of signers cannot be read.
        EnvironmentFault: a file of the rules is wrong.
    """
    from attest.project.rules import ProjectRules
    from attest.trust import signer

    known = signer.load(signers) if signers else None
    if oid is None:
        return ProjectRules.built_in(isolated, known, logins)
    return ProjectRules.read(isolated, oid, signers=known, forges=logins, audit=audit)


def logins(
    given: Sequence[str] | None,
    cache: Path | None,
    look: Callable[[], Run | None],
    now: datetime,
) -> list[Login]:
    """The keys of each login that --forge names; the event's, where it names none."""
    from attest.console import say
    from attest.forge import published_keys
    from attest.forge.account import Login

    found = []
    for word in given or ():
        spec = published_keys.parse(word)
        if spec.login is None:
            run = look()
            if run is not None and run.login is None:
                say(f"--forge {word}: the event {run.event!r} names no login, so it adds no keys")
                continue
            spec = spec.of_run(run)
        found.append(Login(spec, cache=cache, now=now))
    return found

"""Reading the rules and writing a report: what the commands that judge have in common.

Without Typer, so that `attest check` can do without it (see `cli.main`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from attest.streams import Output

if TYPE_CHECKING:
    from datetime import datetime

    from attest.forge.account import Login
    from attest.forge.ci_event import Run
    from attest.git.isolated import Isolated
    from attest.project.rules import ProjectRules


def emit(text: str) -> None:
    """Write text for programs: UTF-8 whatever the locale, whole or an error.

    Raises:
        OutputFault: standard output cannot take it (a full disk).
    """
    assert isinstance(sys.stdout, Output), "the one door puts it there"
    sys.stdout.write_bytes(text.encode())


def writer(page: TextIO | None = None) -> Callable[[str, str], None]:
    """A function that writes a line in a style: with colour on a terminal
    (unless NO_COLOR is set), as it is elsewhere. Lines are never wrapped.

    Args:
        page: where it writes what a pager shows on a terminal; standard output by default.
    """
    coloured = sys.stdout.isatty() or os.environ.keys() & {"FORCE_COLOR", "TTY_COMPATIBLE"}
    if not coloured:
        out = sys.stdout

        def write_plain(line: str, _style: str = "") -> None:
            out.write(f"{line}\n")

        return write_plain  # a log of CI need not wait for Rich

    from rich.console import Console
    from rich.text import Text

    console = Console(
        highlight=False, soft_wrap=True, file=page, force_terminal=True if page else None
    )

    def write(line: str, style: str = "") -> None:
        console.print(Text(line, style=style))

    return write


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
    names: Sequence[str] | None,
    cache: Path | None,
    find_event: Callable[[], Run | None],
    now: datetime,
) -> list[Login]:
    """The keys of each login that --forge names; the event's, where it names none."""
    if not names:
        return []
    from attest.console import say
    from attest.forge import published_keys
    from attest.forge.account import Login

    accounts = []
    for word in names:
        spec = published_keys.parse(word)
        if spec.login is None:
            run = find_event()
            if run is not None and run.login is None:
                say(f"--forge {word}: the event {run.event!r} names no login, so it adds no keys")
                continue
            spec = spec.of_run(run)
        accounts.append(Login(spec, cache=cache, now=now))
    return accounts

"""Who may sign, and by which rules: what `check` and `show` have in common."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from datetime import datetime

    from attest.forge.account import Login
    from attest.forge.ci_event import Run
    from attest.git.isolated import Isolated
    from attest.project.rules import ProjectRules

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


def read(
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

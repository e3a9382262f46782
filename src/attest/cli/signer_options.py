"""Options that say who may sign, which several commands have."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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

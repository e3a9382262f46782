"""The Typer app, put together from the commands.

Each command is a function in the module of its name. Typer needs the modules of all
commands only to list them, so that a command does not wait for the others to load.
"""

from __future__ import annotations

from importlib import import_module
from typing import Annotated, Any

import typer

from attest import __version__

COMMANDS = (
    "init",
    "answer",
    "edit",
    "questions",
    "commit",
    "push",
    "undo",
    "check",
    "audit",
    "show",
    "block",
    "squash-message",
    "policy",
    "doctor",
    "uninstall",
    "demo",
)
"""In the order of the help."""

_OF_GIT = {"commit": "[GIT COMMIT ARGS]...", "push": "[GIT PUSH ARGS]..."}
"""Commands whose arguments are git's, and how the help names them."""


def _end(code: int, **_options: object) -> None:
    """Every command returns its exit code; this hands it to Typer."""
    raise typer.Exit(code)


_HELP = """Answer questions about your change, and sign the answers.

    `attest` alone runs `attest answer`.

    \b
    Examples:
      attest init                 set up this clone
      git add -p && attest        answer for the staged change
      git commit                  the commit carries your signed answers
      attest check main..HEAD     check a branch, offline
    """


def _version(value: bool) -> None:
    if value:
        print(f"attest {__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


def build(only: str = "") -> typer.Typer:
    """The command line.

    Args:
        only: a command; the app then has only this one. All of them, where it is none.
    """
    app = typer.Typer(
        name="attest",
        result_callback=_end,
        help=_HELP,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_root)
    for name in [only] if only in COMMANDS else COMMANDS:
        function = name.replace("-", "_")
        module = import_module(f"attest.cli.{function}")
        if name == "policy":
            app.add_typer(module.app, result_callback=_end)
            continue
        options: dict[str, Any] = {}
        if name in _OF_GIT:
            settings = {"allow_extra_args": True, "ignore_unknown_options": True}
            options = {"options_metavar": _OF_GIT[name], "context_settings": settings}
        app.command(name, **options)(getattr(module, function))
    return app

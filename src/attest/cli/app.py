"""The Typer app, put together from the commands."""

from __future__ import annotations

from typing import Annotated

import typer

from attest import __version__
from attest.cli import (
    answer,
    check,
    commit,
    demo,
    doctor,
    init,
    policy,
    push,
    questions,
    show,
    undo,
)


def _end(code: int, **_options: object) -> None:
    """Every command returns its exit code; this hands it to Typer."""
    raise typer.Exit(code)


app = typer.Typer(
    name="attest",
    result_callback=_end,
    help="""Answer questions about your change, and sign the answers.

    `attest` alone runs `attest answer`.

    \b
    Examples:
      attest init                 set up this clone
      git add -p && attest        answer for the staged change
      git commit                  the commit carries your signed answers
      attest check main..HEAD     check a branch, offline
    """,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        print(f"attest {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_version, is_eager=True, help="Print the version and exit."
        ),
    ] = False,
) -> None:
    pass


app.command("init")(init.init)
app.command("answer")(answer.answer)
app.command("questions")(questions.questions)
app.command(
    "commit",
    options_metavar="[GIT COMMIT ARGS]...",
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
    },
)(commit.commit)
app.command(
    "push",
    options_metavar="[GIT PUSH ARGS]...",
    context_settings={
        "allow_extra_args": True,
        "ignore_unknown_options": True,
    },
)(push.push)
app.command("undo")(undo.undo)
app.command("check")(check.check)
app.command("show")(show.show)
app.add_typer(policy.app, result_callback=_end)
app.command("doctor")(doctor.doctor)
app.command("uninstall")(init.uninstall)
app.command("demo")(demo.demo)

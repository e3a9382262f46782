"""`attest edit`."""

from __future__ import annotations

from typing import Annotated

import typer

from attest.cli import options


def edit(
    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="COMMIT|RANGE",
            show_default=False,
            help="Commits whose answers to change. Default: the staged change, if it has "
            "answers; if not, the last commit.",
        ),
    ] = None,
    template: Annotated[
        bool,
        typer.Option("--template", help="Print the answers as a TOML file. Signs nothing."),
    ] = False,
    output: options.TemplateFile = None,
    answers: options.AnswersFile = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Change the answers in git's editor.")
    ] = False,
) -> int:
    """Change answers that you gave, and sign them again.

    Shows every hunk with its answers. A number changes one, `e` opens the editor, and
    Enter signs. It works before the commit is made and after it.

    Only commits whose answers you change are rewritten, as by `attest answer`; `attest
    undo` restores the old ones. A commit that others may build on is left out, unless you
    name it.

    \b
    Examples:
      attest edit
      attest edit HEAD~2
      attest edit main..HEAD --editor
      attest edit HEAD --template --output answers.toml   (change them there)
      attest edit HEAD --answers answers.toml
    """
    from attest.cli.edit_answers import EditOptions, run

    return run(
        EditOptions(
            revisions=revisions or [],
            template=template,
            output=output,
            answers=answers,
            editor=editor,
        )
    )

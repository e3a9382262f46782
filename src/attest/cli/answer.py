"""`attest answer`."""

from __future__ import annotations

from typing import Annotated

import typer

from attest.cli import common, options


def answer(
    revisions: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="RANGE",
            show_default=False,
            help="Existing commits to answer for: A..B, or a single commit.",
        ),
    ] = None,
    staged: Annotated[
        bool,
        typer.Option(
            "--staged", show_default=False, help="Answer for the staged change (default)."
        ),
    ] = False,
    amend: Annotated[
        bool,
        typer.Option(
            "--amend", help="Answer for the commit that `git commit --amend` would create."
        ),
    ] = False,
    unpushed: Annotated[
        bool,
        typer.Option(
            "--unpushed",
            help="Answer for the commits of HEAD (or of the named branches) that no remote has.",
        ),
    ] = False,
    template: options.Template = False,
    output: options.TemplateFile = None,
    answers: options.AnswersFile = None,
    editor: options.InEditor = False,
    assisted_by: Annotated[
        list[str] | None,
        typer.Option(
            "--assisted-by",
            metavar="VALUE",
            help="Disclose AI assistance: adds `Assisted-by: VALUE`, or the line that the "
            "policy requires. Can be repeated.",
        ),
    ] = None,
    drop_signatures: Annotated[
        bool,
        typer.Option(
            "--drop-signatures",
            help="Drop commit signatures that only somebody else, such as a forge, can make again.",
        ),
    ] = False,
) -> int:
    """Answer for the staged change or for commits, and sign.

    Asks two questions about each hunk that matters. Each answer is saved at once: you
    can stop with Ctrl-C and continue later. Answers for unchanged hunks are reused.

    For a staged change, the signed answers wait in the git directory and are added when
    you commit exactly this change. Existing commits are rewritten: only their messages
    change, not their files, authors or author dates. `attest undo` restores the old
    commits.

    A range covers your own commits in it, including those you already pushed to your own
    branch (push them again with --force-with-lease). It skips commits that are already
    attested, that other people wrote, or that another remote branch contains. To answer
    for a skipped commit, name it.

    \b
    Examples:
      attest answer
      attest answer --editor
      attest answer --template --output answers.toml   (then fill it in)
      attest answer --answers answers.toml
      attest answer --amend && git commit --amend --no-edit
      attest answer main..HEAD
      attest answer --unpushed --template --output answers.toml
    """
    from attest.cli.answer_change import AnswerOptions, run

    return run(
        AnswerOptions(
            revisions=revisions or [],
            staged=staged,
            amend=amend,
            unpushed=unpushed,
            template=template,
            output=output,
            answers=answers,
            editor=editor,
            assisted_by=[common.one_line(value) for value in assisted_by or []] or None,
            drop_signatures=drop_signatures,
        )
    )

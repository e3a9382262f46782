"""`attest answer`."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import common
from attest.console import say

if TYPE_CHECKING:
    from attest.git.repository import Repository
    from attest.interview.form import QuestionForm
    from attest.interview.prompter import DisclosureQuestion, Prompter
    from attest.state.store import Store


@dataclass(frozen=True, slots=True)
class _How:
    """How to be asked: `--template` (and where it goes, `--output`), `--answers`,
    `--editor`; and what is told of the help of tools (`--assisted-by`; None to be asked)."""

    template: bool
    output: str
    answers: str | None
    editor: bool
    assisted: list[str] | None


def answer(
    wanted: Annotated[
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
    template: Annotated[
        bool,
        typer.Option(
            "--template", help="Print the questions as a TOML file to fill in. Signs nothing."
        ),
    ] = False,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="FILE",
            help="Write the template to FILE; - is stdout. Never overwrites answers.",
        ),
    ] = None,
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="FILE", help="Read the answers from FILE; - is stdin."),
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Answer all questions in git's editor.")
    ] = False,
    assisted_by: Annotated[
        list[str] | None,
        typer.Option(
            "--assisted-by",
            metavar="VALUE",
            help="Disclose AI assistance: adds `Assisted-by: VALUE`, or the line that the "
            "policy requires. Can be repeated.",
        ),
    ] = None,
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
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.state.store import Store

    if sum((template, answers is not None, editor)) > 1:
        raise UsageError("--template, --answers and --editor exclude each other")
    if output is not None and not template:
        raise UsageError("--output requires --template", "Add --template, or omit --output.")
    if sum((staged, amend, unpushed or bool(wanted))) > 1:
        raise UsageError("--staged, --amend, and commits (RANGE, --unpushed) exclude each other")
    assisted = [common.one_line(value) for value in assisted_by or []]
    how = _How(template, output or "-", answers, editor, assisted or None)
    repository = Repository.find()
    common.assert_person(repository, "attest push" if wanted or unpushed else "attest answer")
    store = Store(repository.common_dir, repository.git_dir)
    if wanted or unpushed:
        return _commits(repository, store, wanted or [], how, unpushed=unpushed)
    return _staged(repository, store, how, amend=amend)


def _staged(repository: Repository, store: Store, how: _How, *, amend: bool) -> int:
    from attest import clock
    from attest.attesting import assistance, documents
    from attest.attesting import staged as journey
    from attest.project import local_rules
    from attest.setup import hooks

    command = "answer --amend" if amend else "answer"
    with repository.isolated() as isolated, ExitStack() as stack:
        base = local_rules.base(repository, isolated)
        task = journey.staged(repository, isolated, base, amend=amend)
        if how.template:
            told = assistance.of(base, store, [task.change.digest], how.assisted)
            asked = journey.items(task.change, store, base)
            return _template(asked, command, told.telling, how.output)
        prompter = _prompter(repository, store, stack, how, command)
        documents.before_answers(isolated, base, store, prompter, say)
        made = journey.attest(
            repository,
            task,
            prompter,
            store,
            base,
            assisted=how.assisted,
            now=clock.now(),
            say=say,
        )
    if made is None:
        say("not signed; your answers are kept. To change them: attest answer --editor")
        return 1
    done, total = len([h for h in made.block if h.startswith("Attest-Hunk")]), len(made.hunks)
    if prompter.mode != "tty":
        say(f"you: {made.block[1].partition(' ')[2]}, {made.block[2].partition(' ')[2]}")
    then = "git commit --amend --no-edit" if amend else "git commit"
    say(f"signed: {done} of {total} hunks answered. Now commit this change: {then}")
    if not hooks.active(repository):
        say("attest's hooks are not installed here: run `attest init`, or use `attest commit`")
    return 0


def _commits(
    repository: Repository, store: Store, words: list[str], how: _How, *, unpushed: bool
) -> int:
    from attest import clock
    from attest.attesting import documents
    from attest.project import local_rules
    from attest.rewrite import outgoing
    from attest.rewrite import session as journey

    common.recover(repository)
    command = " ".join(["answer", *(["--unpushed"] if unpushed else []), *map(shlex.quote, words)])
    with repository.isolated() as isolated, ExitStack() as stack:
        if unpushed:
            tips = [repository.resolve(word) for word in words or ["HEAD"]]
            wanted = outgoing.unpushed(repository, tips)
        else:
            wanted = outgoing.of_range(repository, isolated, words)
        for line in wanted.notes:
            say(line)
        base = local_rules.base(repository, isolated)
        base.chooser.assert_available()
        found = outgoing.find(repository, isolated, store, wanted, base)
        outgoing.assert_mendable(found)
        outgoing.assert_any(found)
        for line in found.left_alone:
            say(line)
        if how.template:
            told = journey.assistance_of(base, store, found, how.assisted)
            return _template(found.items, command, told.telling, how.output)
        if found.nothing_to_do:
            return 0
        planned = journey.plan_for(repository, isolated, found)
        for line in [*found.listing, *planned.warnings, found.summary]:
            say(line)
        prompter = _prompter(repository, store, stack, how, command) if found.todo else None
        if prompter is not None:
            documents.before_answers(isolated, base, store, prompter, say)
        made = journey.attest(
            repository,
            isolated,
            store,
            found,
            planned,
            prompter,
            base,
            assisted=how.assisted,
            now=clock.now(),
            say=say,
        )
    if made is None:
        say(f"not signed; your answers are kept. To change them: attest {command} --editor")
        return 1
    return 0


_BY_CODE_PAGE = sys.platform == "win32"
"""Whether shells decode what a program writes to a pipe, by a code page that is hardly
ever UTF-8, before they write it to a file."""


def _template(
    items: Sequence[QuestionForm], command: str, telling: DisclosureQuestion | None, output: str
) -> int:
    from attest.cli.output import emit
    from attest.interview.file import template, write_template

    if output == "-":
        ascii_only = _BY_CODE_PAGE and not sys.stdout.isatty()
        emit(template(items, command, telling, ascii_only=ascii_only))
        return 0
    write_template(Path(output), template(items, command, telling))
    say(f"wrote the questions to {output}. Fill it in, then run:")
    say(f"  attest {command} --answers {shlex.quote(output)}")
    return 0


def _prompter(
    repository: Repository, store: Store, stack: ExitStack, how: _How, command: str
) -> Prompter:
    return common.prompter(
        repository, store, stack, how=command, answers=how.answers, editor=how.editor
    )

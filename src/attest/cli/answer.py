"""`attest answer`."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.answer import Staged
    from attest.git.repository import Repository
    from attest.prompts.item import Prompter
    from attest.store import Store


def answer(
    staged: Annotated[  # noqa: ARG001  # the default, and for now the only way
        bool,
        typer.Option(
            "--staged", show_default=False, help="Answer for the staged change (the default)."
        ),
    ] = True,
    amend: Annotated[
        bool, typer.Option("--amend", help="Answer for what `git commit --amend` would make.")
    ] = False,
    template: Annotated[
        bool,
        typer.Option("--template", help="Print the questions as TOML to fill in; sign nothing."),
    ] = False,
    answers: Annotated[
        str | None,
        typer.Option("--answers", metavar="FILE", help="Take the answers from FILE; - is stdin."),
    ] = None,
    editor: Annotated[
        bool, typer.Option("--editor", help="Answer in git's editor, all hunks in one buffer.")
    ] = False,
    assisted_by: Annotated[
        list[str] | None,
        typer.Option(
            "--assisted-by",
            metavar="VALUE",
            help="Add the line `Assisted-by: VALUE` to the commit. May be repeated.",
        ),
    ] = None,
) -> int:
    """Answer for the staged change, and sign the answers.

    Asks two questions about each hunk. The signed block waits in the git
    directory until you commit this very change. Every answer is kept at once:
    stop with Ctrl-C and go on later.
    Answers for hunks that did not change are used again.

    \b
    Examples:
      attest answer
      attest answer --editor
      attest answer --template > answers.toml   (fill it in)
      attest answer --answers answers.toml
      attest answer --amend && git commit --amend --no-edit
    """
    from attest import answer as journey
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.store import Store

    if sum((template, answers is not None, editor)) > 1:
        raise UsageError("--template, --answers and --editor exclude each other")
    trailers = [f"Assisted-by: {_one_line(value)}" for value in assisted_by or []]
    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    with repository.isolated() as isolated:
        task = journey.staged(repository, isolated, amend=amend)
        if template:
            from attest.cli.output import emit
            from attest.prompts.file import template as render

            emit(render(journey.items(task.change, store)))
            return 0
        with ExitStack() as stack:
            how = "answer --amend" if amend else "answer"
            prompter = _prompter(repository, store, answers, editor, stack, how)
            return _attest(repository, store, task, prompter, trailers, amend=amend)


def _attest(
    repository: Repository,
    store: Store,
    task: Staged,
    prompter: Prompter,
    trailers: list[str],
    *,
    amend: bool,
) -> int:
    from attest import answer as journey
    from attest import clock, install

    made = journey.attest(
        repository, task, prompter, store, trailers=trailers, now=clock.now(), say=_say
    )
    if made is None:
        _say("not signed; your answers are kept. To change them: attest answer --editor")
        return 1
    done, total = len([h for h in made.block if h.startswith("Attest-Hunk")]), len(made.hunks)
    if prompter.mode != "tty":
        _say(f"you: {made.block[1].partition(' ')[2]}, {made.block[2].partition(' ')[2]}")
    command = "git commit --amend --no-edit" if amend else "git commit"
    _say(f"signed: {done} of {total} hunks answered. Now commit this change: {command}")
    if not install.active(repository):
        _say("attest's hooks do not run here: use `attest commit` (see `attest init`)")
    return 0


def _say(line: str) -> None:
    from attest.text import showable

    print(f"attest: {showable(line)}", file=sys.stderr)


def _prompter(
    repository: Repository,
    store: Store,
    answers: str | None,
    editor: bool,
    stack: ExitStack,
    how: str,
) -> Prompter:
    if answers is not None:
        from attest.prompts.file import FilePrompter

        source = "standard input" if answers == "-" else answers
        return FilePrompter(_read(answers), source, _say)
    if editor:
        from attest.prompts.editor import EditorPrompter

        return EditorPrompter(store.buffer(), repository.edit)
    from attest.prompts.terminal import open_terminal
    from attest.prompts.tty import TerminalPrompter

    plain = repository.config("attest.plain", kind="bool") == "true"
    return TerminalPrompter(stack.enter_context(open_terminal(plain=plain, how=how)))


def _read(name: str) -> bytes:
    from attest.errors import UsageError

    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise UsageError(
            f"{name} cannot be read: {error.strerror}",
            "Make it with: attest answer --template > FILE",
        ) from None


def _one_line(value: str) -> str:
    from attest import text
    from attest.errors import UsageError

    if not value.strip() or text.CONTROL.search(value):
        raise UsageError(
            f"--assisted-by {value!r} is not one line of text",
            'Write for example: --assisted-by "Tool:model"',
        )
    return value.strip()

"""The hook before a commit: asks about it before git opens the editor for its message."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

from attest.attesting import documents, staged, waiting
from attest.attesting.staged import StagedChange
from attest.console import say
from attest.errors import Exit, GrammarsUnavailable, NobodyToAsk, NothingToJudge
from attest.git import identity, in_progress
from attest.git.repository import Repository
from attest.hook import ASK, ASKED, git_commit
from attest.interview import coding_agents
from attest.interview.terminal import open_terminal
from attest.interview.tty import TerminalPrompter
from attest.project.session import Session
from attest.state.store import Store


def run() -> int:
    """Ask about the coming commit. Returns the hook's exit code."""
    try:
        code = _ask_about_commit()
    except NobodyToAsk as nobody:
        if os.environ.get(ASK):  # a person ran `attest commit` to be asked
            raise
        reason = f"{nobody.message}; the commit is made without answers"
        later_answer = in_progress.later_answer(Repository.find(at_once=True), nobody.program)
        condition = f", {later_answer.condition}" if later_answer.condition else ""
        say(f"{reason}. To add them{condition}: {later_answer.command}", whole=True)
        return Exit.OK
    marker = os.environ.get(ASKED)
    if code == Exit.OK and marker:
        Path(marker).touch()
    return code


def _ask_about_commit() -> int:
    repository = Repository.find(at_once=True)
    store = Store(repository.common_dir, repository.git_dir)
    agent = coding_agents.recognise(os.environ, repository.config.all(coding_agents.SETTING))
    with repository.isolated(say) as isolated:
        if waiting.find(repository, isolated, store, git_commit.amends(repository)):
            return Exit.OK  # answered before, with `attest answer`
        coding_agents.refuse(agent, "attest commit")
        session = Session.of(repository, isolated)
        amends = _amends(repository)
        change = _read(session, amends=amends)
        return Exit.OK if change is None else _ask(session, change, amends=amends)


def _read(session: Session, *, amends: bool) -> StagedChange | None:
    """The change of the coming commit; None where it needs no answers, or where they
    cannot be asked for and the commit is to be made anyway."""
    try:
        return staged.read(session, amend=amends)
    except NothingToJudge:
        return None
    except GrammarsUnavailable as fault:
        if os.environ.get(ASK) == "commit":
            raise
        say(f"{fault.message}\n{fault.hint}\nThe commit is made without any questions.")
        return None


def _ask(session: Session, change: StagedChange, *, amends: bool) -> int:
    person, author = identity.person(session.repository), identity.author(session.repository)
    if person.email.lower() != author.email.lower():
        change = replace(change, author=author.email.encode())
    command = "answer --amend" if amends else "answer"
    first = "Stage the change first: git add\n"
    with open_terminal(plain=_is_plain(session.repository), how=command, first=first) as terminal:
        prompter = TerminalPrompter(terminal, session.store.buffer())
        documents.show_new(session, prompter)
        pending = staged.attest(session, change, prompter, person=person)
    if pending is None:
        say("not signed, so nothing is committed; your answers are kept")
        return Exit.FINDINGS
    return Exit.OK


def _is_plain(repository: Repository) -> bool:
    return repository.config.get("attest.plain", kind="bool") == "true"


def _amends(repository: Repository) -> bool:
    """Whether the coming commit amends HEAD. Where the command line of the git that called
    us cannot be seen, and HEAD could be amended, the person is asked."""
    amends = git_commit.amends(repository)
    if amends is not None:
        return amends
    if repository.head() is None:
        return False
    return _ask_whether_it_amends(plain=_is_plain(repository))


def _ask_whether_it_amends(*, plain: bool) -> bool:
    """What the person answers. The two changes differ, and git does not say which one it
    makes: what is asked about must not depend on a guess.

    Raises:
        NobodyToAsk: nobody is there to answer.
    """
    question = "attest cannot see here whether this commit amends the last one. Does it?"
    with open_terminal(plain=plain) as terminal:
        while True:
            terminal.writer.write(f"{question} Type y or n. ")
            terminal.writer.flush()
            line = terminal.read_line()
            answer = line.strip().lower()
            if answer in ("y", "yes", "n", "no"):
                return answer.startswith("y")
            if not line:
                raise NobodyToAsk("the terminal's input ended", "Run: attest answer HEAD")

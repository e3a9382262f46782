"""The hook before a push: asks once about the commits that have no attestation.

git has chosen what to send before it calls the hook, so a push whose commits are
rewritten has to be stopped, and made again by the person.
"""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from attest.attesting import documents
from attest.console import say
from attest.errors import Exit, GrammarsUnavailable, NobodyToAsk
from attest.git import command_line, process, revisions
from attest.git.push_updates import Update
from attest.git.repository import Repository
from attest.hook import handshake
from attest.hook.guard import guarded
from attest.interview import coding_agents
from attest.interview.line_editor import read_plain
from attest.interview.prompter import Prompter
from attest.interview.terminal import Terminal, open_terminal
from attest.interview.tty import TerminalPrompter
from attest.project.session import Session
from attest.report.findings import Verdict
from attest.rewrite import answer, effort, outgoing, plan, resigning, selection, summary
from attest.rewrite.journal import Journal
from attest.rewrite.plan import Plan
from attest.rewrite.record import Record
from attest.rewrite.review import OutgoingReview
from attest.text import showable

_MANY = 10
"""Commits from which on it is said how old ones can be left out."""
_PATIENCE = 500
"""Commits from which on it is said that this takes a while."""
_SHORTEST = 7
"""Characters of the shortest word that is taken for the beginning of an id."""
_BUG = "this is a bug in attest; nothing was pushed. git push --no-verify skips attest"
_ADVISES = "the project is in advisory mode, so its CI fails nothing"
_SKIP = "git push --no-verify skips this, but not the check in the project's CI"


def main(updates: list[Update]) -> int:
    """Look at what is pushed, and ask about it. Returns the hook's exit code: 0 for
    the push to go on, 1 to stop it."""
    code = guarded(partial(pre_push, updates), _BUG, failure_code=Exit.OK)
    if code == Exit.INTERRUPTED:
        say("nothing was pushed. To continue:")
        say(f"  {_command()}")
    elif code not in (Exit.OK, Exit.FINDINGS):
        say(f"nothing was pushed; {_SKIP}")
    return Exit.FINDINGS if code in (Exit.USAGE, Exit.NOTHING, Exit.ENVIRONMENT) else code


def pre_push(updates: list[Update]) -> int:
    """Decide about a push; ask where a person can be asked."""
    repository = Repository.find(at_once=True)
    new = [update.new for update in updates if not update.deletes]
    recovered_records = Journal(repository).recover()
    if any(move.old in new for record in recovered_records for move in record.moves):
        say("an interrupted rewrite is now complete. Push again:")
        say(f"  {_command()}")
        return Exit.FINDINGS
    known = [update.old for update in updates if not update.creates]
    commits = selection.of_unpushed(repository, new, known)
    if len(commits.oids) > _PATIENCE:
        say(f"looking at {len(commits.oids)} commits that no remote has")
    with Session.open(repository) as session:
        try:
            review = outgoing.review(session, commits)
        except GrammarsUnavailable as fault:
            if not _advises(session):
                raise
            say(f"{fault.message}\n{fault.hint}\npushed anyway: {_ADVISES}")
            return Exit.OK
        for line in summary.doubts(review):
            say(line)
        for verdict in review.unfixable_verdicts:
            _say_unfixable(verdict)
        if review.nothing_to_do:
            return Exit.FINDINGS if review.unfixable_verdicts else Exit.OK
        names = [
            short(repository, update.local)
            for update in updates
            if repository.commit_id(update.new) in commits.starts
        ]
        return _decide(session, review, names)


def _decide(session: Session, review: OutgoingReview, names: list[str]) -> int:
    """What becomes of a push with unattested commits.

    Args:
        names: what is pushed and leads to commits that no remote has, as a person names it.
    """
    repository = session.repository
    agent = coding_agents.recognise(os.environ, repository.config.all(coding_agents.SETTING))
    if agent is not None:
        say(coding_agents.hand_over(agent, _command()))
        return Exit.FINDINGS
    push = _Push(session, review, plan.plan(session, review), names)
    plain = repository.config.get("attest.plain", kind="bool") == "true"
    try:
        with open_terminal(plain=plain) as terminal:
            return _ask(push, terminal)
    except NobodyToAsk as fault:
        _say_review(review)
        if _advises(session):
            say(f"{fault.message}; pushed anyway: {_ADVISES}")
            return Exit.OK
        _say_how(push, fault.message, fault.program)
        return Exit.FINDINGS


@dataclass(frozen=True, slots=True)
class _Push:
    """A push with commits that have no attestation.

    Args:
        names: what is pushed, as a person names it.
    """

    session: Session
    review: OutgoingReview
    plan: Plan
    names: list[str]


def _agree_to_drop(push: _Push, terminal: Terminal) -> None:
    """Ask whether commits may lose signatures that nobody here can make again.

    Raises:
        EnvironmentFault: the person does not agree.
    """
    lost_signatures = push.plan.resigning.lost_signatures
    if not lost_signatures:
        return
    for line in [
        *resigning.lines(lost_signatures),
        "Drop the signature, as git rebase does? (yes/no) [no]",
    ]:
        print(showable(line), file=terminal.writer)
    if read_plain(terminal).lower() not in ("y", "yes"):
        command = f"attest answer --unpushed {' '.join(push.names)}"
        raise resigning.refusal(push.plan.steps, lost_signatures, command)


def _ask(push: _Push, terminal: Terminal) -> int:
    session, review = push.session, push.review
    _say_review(review)
    for line in summary.warnings(push.plan):
        say(line)
    tty = TerminalPrompter(terminal, session.store.buffer())
    when = tty.ask_when(effort.action(review), effort.preview(review))
    if when == "later" and _advises(session):
        say(f"pushed as it is: {_ADVISES}")
        return Exit.OK
    if when == "later":
        _say_how(push, "nothing was pushed")
        return Exit.FINDINGS
    _agree_to_drop(push, terminal)
    prompter: Prompter | None = tty if review.todo else None
    if when == "editor" and review.todo:
        prompter = tty.in_editor()
    if prompter is not None:
        documents.show_new(session, prompter)
    record = answer.attest(session, review, push.plan, prompter)
    if record is None:
        say("not signed, so nothing was pushed; your answers are kept. To continue:")
        say(f"  {_command()}")
    # A tag stays on an old commit until the person moves it.
    elif push.plan.tags or not _push_again(record, terminal, tty):
        say("git would still send the old commits, so this push was stopped. Push again:")
        say(f"  {_command(record)}")
    return Exit.FINDINGS


def _push_again(record: Record, terminal: Terminal, tty: TerminalPrompter) -> bool:
    """Offer to push the new commits at once; whether they are pushed.

    git has chosen the old commits for the push that called us, so that one must fail, with an
    error line of its own behind whatever is written here.
    """
    words = command_line.arguments("push")
    if words is None or not tty.agrees("Push the new commits now?"):
        return False
    new_words = [_rename(word, record) for word in words]
    if process.call(["push", *new_words], terminal=(terminal.reader, terminal.writer)) != 0:
        return False
    say(
        "the new commits are pushed. git ends with `error: failed to push some refs`: that is the "
        "push of the old commits, which attest stopped; nothing is left to do"
    )
    return True


def short(repository: Repository, name: str) -> str:
    """What was pushed as a person names it, fit for a command line: short where that
    means the same to git."""
    name_ = name
    if name.startswith("refs/heads/"):
        name_ = revisions.short_name(repository, name) or name
    return shlex.quote(name if name_.startswith(("-", "heads/")) else name_)


def _advises(session: Session) -> bool:
    """Whether the project's CI fails nothing now."""
    return session.rules.policy.advises(datetime.now(UTC))


def _say_review(review: OutgoingReview) -> None:
    for line in summary.listing(review):
        say(line)
    if len(review.todo) > _MANY:
        say("To leave out all commits up to one of your choice, now and later:")
        say("  git update-ref refs/attest/since/start COMMIT")
    say(effort.estimate(review))


def _say_how(push: _Push, reason: str, program: str = "attest") -> None:
    """Say how to answer. A hook manager may run hooks without a terminal and show what they say
    when all is over, or not at all: there, what asks before git runs any hook comes first."""
    answer = f"{program} answer --unpushed {' '.join(push.names)}"
    if _is_own_hook(push.session.repository):
        say(f"{reason}. To answer, and then push:")
        say(f"  {answer}")
        say(f"or both in one go:  {program} push (with the arguments of git push)")
    else:
        words = command_line.arguments("push")
        known = ["push"] if words is None else ["push", *words]
        say(f"{reason}. To answer and push in one go:")
        say(f"  {program} {shlex.join(known)}")
        say(f"or answer alone, and push then:  {answer}")
    say(_SKIP)


def _is_own_hook(repository: Repository) -> bool:
    """Whether git runs the hook that attest installed, and no hook manager's."""
    try:
        return handshake.MARK in (repository.hooks / "pre-push").read_bytes()[:200]
    except OSError:
        return False


def _say_unfixable(verdict: Verdict) -> None:
    say(
        f"{verdict.oid[:10]} {verdict.subject} is not valid, and answering questions cannot fix it:"
    )
    for finding in verdict.findings[:3]:
        place = f"{finding.path}: " if finding.path else ""
        say(f"- {finding.code}: {place}{finding.message}\n{finding.hint}")
    say(_SKIP)


def _rename(word: str, record: Record) -> str:
    """A refspec with the new id of a commit that it names by its old one, or by the
    beginning of that."""
    source = word.partition(":")[0].removeprefix("+")
    if len(source) < _SHORTEST:
        return word
    new = [to for old, to in record.commits if old.startswith(source)]
    return word.replace(source, new[0], 1) if len(new) == 1 else word


def _command(record: Record | None = None) -> str:
    """The push that called us, as the person typed it; ids in it as they are now."""
    if command_line.arguments("push") is None:
        return "git push"
    words = command_line.command() or []
    words = [_rename(word, record) for word in words] if record else words
    return shlex.join(["git", *words[1:]])

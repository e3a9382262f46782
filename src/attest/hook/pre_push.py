"""The hook before a push: commits without an attestation are asked about once.

git has chosen what to send before it calls the hook, so that a push whose commits
are written anew has to be stopped, and made again by the person.
"""

from __future__ import annotations

import os
import shlex
from functools import partial

from attest import clock
from attest.attesting import documents
from attest.console import say
from attest.errors import Exit, GrammarsUnavailable, NobodyToAsk
from attest.git import command_line
from attest.git.isolated import Isolated
from attest.git.push_updates import Update
from attest.git.repository import Repository
from attest.hook.guard import guarded
from attest.interview import coding_agents
from attest.interview.editor import EditorPrompter
from attest.interview.prompter import Prompter
from attest.interview.terminal import Terminal, open_terminal
from attest.interview.tty import TerminalPrompter
from attest.project import local_rules
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.rewrite import outgoing, session
from attest.rewrite.journal import Journal, Record
from attest.rewrite.outgoing import OutgoingReview
from attest.rewrite.plan import Plan
from attest.state.store import Store

_MANY = 10
_PATIENCE = 500
_SHORTEST = 7  # characters of an id that is taken for one
_BUG = "this is a bug in attest; nothing was pushed. git push --no-verify skips attest"
_ADVISES = "the project reports what is missing, and nothing fails (mode advisory)"
_SKIP = "git push --no-verify skips this; the project's CI decides then"


def main(pushed: list[Update]) -> int:
    """Look at what is pushed, and ask about it. Returns the hook's exit code: 0 for
    the push to go on, 1 to stop it."""
    code = guarded(partial(pre_push, pushed), _BUG, broken=Exit.OK)
    if code == Exit.INTERRUPTED:
        say("nothing was pushed. To go on:")
        say(f"  {_command()}")
    elif code not in (Exit.OK, Exit.FINDINGS):
        say(f"nothing was pushed; {_SKIP}")
    return Exit.FINDINGS if code in (Exit.USAGE, Exit.NOTHING, Exit.ENVIRONMENT) else code


def pre_push(pushed: list[Update]) -> int:
    """Decide about a push; ask where a person can be asked."""
    repository = Repository.find()
    new = [update.new for update in pushed if not update.deletes]
    finished = Journal(repository).recover()
    if any(move.old in new for record in finished for move in record.moves):
        say("a rewriting that was cut off is finished now. Push again:")
        say(f"  {_command()}")
        return Exit.FINDINGS
    store = Store(repository.common_dir, repository.git_dir)
    known = [update.old for update in pushed if not update.creates]
    wanted = outgoing.unpushed(repository, new, known)
    with repository.isolated() as isolated:
        if len(wanted.oids) > _PATIENCE:
            say(f"looking at {len(wanted.oids)} commits that no remote has")
        base = local_rules.base(repository, isolated)
        try:
            found = outgoing.find(repository, isolated, store, wanted, base)
        except GrammarsUnavailable as fault:
            if not base.advises:
                raise
            say(f"{fault.message}\n{fault.hint}\npushed all the same: {_ADVISES}")
            return Exit.OK
        for line in found.doubts:
            say(line)
        for verdict in found.stuck:
            _say_stuck(verdict)
        if found.nothing_to_do:
            return Exit.FINDINGS if found.stuck else Exit.OK
        names = [
            short(repository, update.local) for update in pushed if _commit(repository, update)
        ]
        agent = coding_agents.recognised(os.environ, repository.values(coding_agents.SETTING))
        if agent is not None:
            say(coding_agents.hand_over(agent, _command()))
            return Exit.FINDINGS
        planned = session.plan_for(repository, isolated, found)
        try:
            with open_terminal(plain=_plain(repository)) as terminal:
                return _ask(repository, isolated, store, found, planned, base, terminal, names)
        except NobodyToAsk as fault:
            _say_found(found)
            if base.advises:
                say(f"{fault.message}; pushed all the same: {_ADVISES}")
                return Exit.OK
            _say_how(names, fault.message, fault.program)
            return Exit.FINDINGS


def _plain(repository: Repository) -> bool:
    return repository.config("attest.plain", kind="bool") == "true"


def _ask(
    repository: Repository,
    isolated: Isolated,
    store: Store,
    found: OutgoingReview,
    planned: Plan,
    base: ProjectRules,
    terminal: Terminal,
    names: list[str],
) -> int:
    _say_found(found)
    tty = TerminalPrompter(terminal)
    what = "Answer" if found.questions else "Sign" if found.todo else "Do it"
    when = tty.when(what)
    if when == "later" and base.advises:
        say(f"pushed as it is: {_ADVISES}")
        return Exit.OK
    if when == "later":
        _say_how(names, "nothing was pushed")
        return Exit.FINDINGS
    prompter: Prompter | None = tty if found.todo else None
    if when == "editor" and found.todo:
        edit = partial(repository.edit, terminal=(terminal.reader, terminal.writer))
        prompter = EditorPrompter(store.buffer(), edit)
    if prompter is not None:
        documents.before_answers(isolated, base, store, prompter, say)
    made = session.attest(
        repository, isolated, store, found, planned, prompter, base, now=clock.now(), say=say
    )
    if made is None:
        say("not signed, so nothing was pushed; your answers are kept. To go on:")
    else:
        say("git would still send the old commits, so this push was stopped. Push again:")
    say(f"  {_command(made)}")
    return Exit.FINDINGS


def _commit(repository: Repository, update: Update) -> bool:
    oid = f"{update.new}^{{commit}}"
    return bool(repository.ask("rev-parse", "--verify", "--quiet", "--end-of-options", oid))


def short(repository: Repository, name: str) -> str:
    """What was pushed as a person names it, fit for a command line: short where that
    means the same to git."""
    brief = name
    if name.startswith("refs/heads/"):
        brief = repository.ask("for-each-ref", "--format=%(refname:short)", name) or name
    return shlex.quote(name if brief.startswith(("-", "heads/")) else brief)


def _say_found(found: OutgoingReview) -> None:
    for line in found.listing:
        say(line)
    if len(found.todo) > _MANY:
        say("Older ones can be left out for good, up to a commit of your choice:")
        say("  git update-ref refs/attest/since/start COMMIT")
    say(found.summary)


def _say_how(names: list[str], why: str, program: str = "attest") -> None:
    say(f"{why}. To answer, and then push:")
    say(f"  {program} answer --unpushed {' '.join(names)}")
    say(f"or both in one go:  {program} push (with the arguments of git push)")
    say(_SKIP)


def _say_stuck(verdict: Verdict) -> None:
    say(f"{verdict.oid[:10]} {verdict.subject} does not hold, and no answer can mend it:")
    for finding in verdict.findings[:3]:
        place = f"{finding.path}: " if finding.path else ""
        say(f"  {finding.code}: {place}{finding.message}")
        say(f"  {finding.hint}")
    say(_SKIP)


def _renamed(word: str, made: Record) -> str:
    """A refspec with the new id of a commit that it names by its old one, or by the
    beginning of that."""
    source = word.partition(":")[0].removeprefix("+")
    if len(source) < _SHORTEST:
        return word
    found = [new for old, new in made.commits if old.startswith(source)]
    return word.replace(source, found[0], 1) if len(found) == 1 else word


def _command(made: Record | None = None) -> str:
    """The push that called us, as the person typed it; ids in it as they are now."""
    if command_line.arguments("push") is None:
        return "git push"
    words = command_line.command() or []
    words = [_renamed(word, made) for word in words] if made else words
    return shlex.join(["git", *words[1:]])

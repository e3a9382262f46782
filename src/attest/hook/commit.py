"""The hooks around a commit: pre-commit, commit-msg, post-commit."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from attest.console import say
from attest.errors import Exit
from attest.hook import ARGUMENTS, ASK, ASKED, COMMITS, handshake
from attest.hook.guard import guarded
from attest.system import processes

if TYPE_CHECKING:
    from attest.attestation.message import Cleanup
    from attest.git.commit_options import CommitArguments
    from attest.git.isolated import Isolated
    from attest.git.repository import Repository
    from attest.state.store import Store


_BUG = "this is a bug in attest; the commit is left as it is"


def main(name: str, rest: list[str]) -> int:
    """Run one of the three. Returns its exit code; a fault stops a commit only
    where it was to be asked about."""
    asking = _asking()
    works: dict[str, tuple[Callable[[], bool], Callable[[], int]]] = {
        "pre-commit": (lambda: asking, pre_commit),
        "commit-msg": (lambda: bool(rest) and _anything_waits(), lambda: commit_msg(Path(rest[0]))),
        "post-commit": (_anything_waits, post_commit),
    }
    if name not in works:
        handshake.take_over()
        say(f"there is no hook {name!r}; known: {', '.join(works)}, pre-push")
        return Exit.USAGE
    needed, work = works[name]
    if not needed():
        handshake.take_over()
        return Exit.OK
    by_command = os.environ.get(ASK) == "commit"
    missing = handshake.load(*COMMITS)
    if missing:
        code = handshake.give_way(missing)
        return Exit.FINDINGS if by_command else code
    handshake.take_over()
    broken = Exit.FINDINGS if by_command else Exit.OK
    code = guarded(work, _BUG, broken=broken)
    return code if asking or code == Exit.INTERRUPTED else Exit.OK


def _git(*args: str) -> str:
    done = processes.run(["git", *args], stdout=processes.PIPE)
    return os.fsdecode(done.stdout).removesuffix("\n")


def _asking() -> bool:
    asked = os.environ.get(ASK) or _git("config", "--get", "attest.ask")
    return asked == "commit"


def _anything_waits() -> bool:
    common = _git("rev-parse", "--path-format=absolute", "--git-common-dir")
    folder = Path(common) / "attest" / "pending"
    return bool(common) and folder.is_dir() and any(folder.iterdir())


def pre_commit() -> int:
    """Ask about the coming commit before git opens the editor for its message."""
    from attest.errors import NobodyToAsk

    try:
        code = _ask_about_commit()
    except NobodyToAsk as nobody:
        if os.environ.get(ASK):  # a person ran `attest commit` to be asked
            raise
        so = f"{nobody.message}; the commit is made without answers"
        say(f"{so}. To add them: {nobody.program} answer HEAD", whole=True)
        return Exit.OK
    asked = os.environ.get(ASKED)
    if code == Exit.OK and asked:
        Path(asked).touch()
    return code


def _ask_about_commit() -> int:
    from attest import clock
    from attest.attesting import documents, staged
    from attest.errors import GrammarsUnavailable, NothingToJudge
    from attest.git.repository import Repository
    from attest.interview import coding_agents
    from attest.interview.terminal import open_terminal
    from attest.interview.tty import TerminalPrompter
    from attest.project import local_rules
    from attest.state.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    agent = coding_agents.recognised(os.environ, repository.values(coding_agents.SETTING))
    with repository.isolated() as isolated:
        if staged.waiting(repository, isolated, store):
            return 0
        coding_agents.refuse(agent, "attest commit")
        base = local_rules.base(repository, isolated)
        plain = repository.config("attest.plain", kind="bool") == "true"
        amends = _amends(repository)
        if amends is None:
            amends = _asked_whether_it_amends(plain=plain)
        try:
            task = staged.staged(repository, isolated, base, amend=amends)
        except NothingToJudge:
            return 0
        except GrammarsUnavailable as fault:
            if os.environ.get(ASK) == "commit":
                raise
            say(f"{fault.message}\n{fault.hint}\nCommitted without being asked about.")
            return 0
        how = "answer --amend" if amends else "answer"
        first = "Stage the change first: git add\n"
        with open_terminal(plain=plain, how=how, first=first) as tty:
            prompter = TerminalPrompter(tty)
            documents.before_answers(isolated, base, store, prompter, say)
            made = staged.attest(repository, task, prompter, store, base, now=clock.now(), say=say)
    if made is None:
        say("not signed, so nothing is committed; your answers are kept")
        return 1
    return 0


def _amends(repository: Repository) -> bool | None:
    """Whether the coming commit amends HEAD; None where the command line of the git
    that called us cannot be seen, and HEAD could be amended."""
    given = _given()
    if given is not None:
        return given.amend
    could = repository.head() is not None and not repository.merge_heads()
    return None if could else False


def _asked_whether_it_amends(*, plain: bool) -> bool:
    """What the person says. The two changes differ, and git does not say which one it
    makes: what is asked about must not depend on a guess.

    Raises:
        NobodyToAsk: nobody is there to say it.
    """
    from attest.errors import NobodyToAsk
    from attest.interview.terminal import open_terminal

    question = "attest cannot see here whether this commit amends the last one. Does it?"
    with open_terminal(plain=plain) as terminal:
        while True:
            terminal.writer.write(f"{question} Type y or n. ")
            terminal.writer.flush()
            line = terminal.read_line()
            said = line.strip().lower()
            if said in ("y", "yes", "n", "no"):
                return said.startswith("y")
            if not line:
                raise NobodyToAsk("the terminal's input ended", "Run: attest answer HEAD")


def _given() -> CommitArguments | None:
    """The arguments of the `git commit` that called us; None where they cannot be
    seen. `attest commit` hands them on; without it, its command line has them."""
    from attest.git import command_line
    from attest.git.commit_options import commit_arguments

    handed = os.environ.get(ARGUMENTS)
    words = json.loads(handed) if handed else command_line.arguments("commit")
    return None if words is None else commit_arguments(words)


def commit_msg(path: Path) -> int:
    """Add the waiting block to the message, if it is that of this very change."""
    from datetime import UTC, datetime

    from attest.attestation import block, message
    from attest.attesting import staged
    from attest.git.repository import Repository
    from attest.project import local_rules
    from attest.state import atomic
    from attest.state.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    text = path.read_bytes()
    with repository.isolated() as isolated:
        found = staged.waiting(repository, isolated, store)
        if len(found) > 1:
            say("two blocks wait for this change, as a new commit and as an amended one;")
            say("none was added. Answer again with `attest answer` (or with --amend).")
            return 0
        if not found:
            _say_what_differs(repository, isolated, store)
            return 0
        fits, pending = found[0], found[0].pending
        staged.verify(pending, local_rules.base(repository, isolated), datetime.now(UTC))
        alive = set(pending.hunks)
        if not fits.amends and block.scan(text).spans:
            alive |= {hunk.digest for hunk in staged.amended(repository, isolated).hunks}

    def stale(span: block.BlockSpan) -> bool:
        return message.gives_way(span, pending.block, alive, whole=fits.amends)

    new = message.insert(text, pending.block, pending.trailers, stale, _cleanup(repository))
    if new is not None and new != text:
        atomic.replace(path, new)
        store.mark_adding(pending.change)
    return 0


def _cleanup(repository: Repository) -> Cleanup:
    """How git cleans this message up (git-commit(1), `--cleanup`)."""
    from attest.attestation.message import Cleanup
    from attest.git.commit_options import CommitArguments

    seen = _given()
    given = seen or CommitArguments()
    mode = given.cleanup or repository.config("commit.cleanup") or "default"
    no_editor = os.environ.get("GIT_EDITOR") == ":"
    comments = mode == "strip" or (mode == "default" and not no_editor)
    # A `--cleanup=strip` that we do not see makes a message of comments an empty one.
    doubtful = seen is None and not no_editor
    character = repository.config("core.commentString") or repository.config("core.commentChar")
    comment = None if character == "auto" else os.fsencode(character or "#")
    template = repository.config("commit.template", kind="path")
    if given.template is not None:
        template = str(Path(os.environ.get("GIT_PREFIX", "")) / given.template)
    try:
        text = Path(template).read_bytes() if template else b""
    except OSError:
        text = b""
    return Cleanup(comment, comments, template=text, doubtful=doubtful)


def _say_what_differs(repository: Repository, isolated: Isolated, store: Store) -> None:
    """A block waits on this HEAD but does not fit: name the paths that differ."""
    from attest import text
    from attest.git.diff import parse_raw

    head = repository.head() or ""
    made = set((repository.ask("log", "--all", "-n", "500", "--format=%T") or "").split())
    waiting = [p for p in store.all_pending() if p.head == head and p.new not in made]
    if not waiting:
        return
    new = repository.staged_tree()
    rows = min((parse_raw(isolated.raw(pending.new, new)) for pending in waiting), key=len)
    say("this is not the change that was attested, so no block is added. It differs in:")
    for row in rows[:20]:
        say(f"  {text.showable(row.path)}")
    say("Your answers are kept. Once the commit is made, add the block: attest answer HEAD")


def post_commit() -> int:
    """Judge the commit that was made, and say what is off."""
    from datetime import UTC, datetime

    from attest.git.repository import Repository
    from attest.project import local_rules
    from attest.state import verified
    from attest.state.store import Store
    from attest.verification import check

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    added = store.take_adding()
    head = repository.head()
    if head is None:
        return 0
    with repository.isolated() as isolated:
        base = local_rules.base(repository, isolated)
        judged, fault = check.judge_here(isolated, head, base, datetime.now(UTC))
    if added is not None and judged.verdict.outcome == "attested":
        if fault is None:
            verified.add(str(repository.common_dir / "attest"), [head])
        say(f"commit {head[:10]} carries your answers")
    waits = store.pending(judged.change.digest) is not None
    concerns = added is not None or waits or judged.has_blocks
    if judged.verdict.outcome != "failed" or not concerns:
        return 0
    say(f"commit {head[:10]} is not attested as it should be:")
    for finding in judged.verdict.findings:
        if finding.severity == "error":
            line = "" if finding.line is None else f":{finding.line}"
            place = f" {finding.path}{line}:" if finding.path else ""
            say(f"  {finding.code}:{place} {finding.message}")
    if waits and not judged.has_blocks:
        say("Its block still waits (was the hook skipped?). Add it with:")
        say("  git commit --amend --no-edit")
    else:
        say("Answer for it: attest answer HEAD")
    return 0

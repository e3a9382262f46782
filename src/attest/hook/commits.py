"""The hooks around a commit: pre-commit, commit-msg, post-commit."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from attest.errors import Exit
from attest.hook import AMEND, ASK
from attest.hook.guard import guarded
from attest.telling import say

if TYPE_CHECKING:
    from attest.git.arguments import CommitArguments
    from attest.git.isolated import Isolated
    from attest.git.repository import Repository
    from attest.message import Cleanup
    from attest.store import Store


_BUG = "this is a bug in attest; the commit is left as it is"


def main(name: str, rest: list[str]) -> int:
    """Run one of the three. Returns its exit code; a fault stops a commit only
    where it was to be asked about."""
    asking = _asking()
    works = {
        "pre-commit": lambda: pre_commit() if asking else Exit.OK,
        "commit-msg": lambda: commit_msg(Path(rest[0])) if rest and _anything_waits() else Exit.OK,
        "post-commit": lambda: post_commit() if _anything_waits() else Exit.OK,
    }
    if name not in works:
        say(f"there is no hook {name!r}; known: {', '.join(works)}, pre-push")
        return Exit.USAGE
    code = guarded(works[name], _BUG)
    return code if asking or code == Exit.INTERRUPTED else Exit.OK


def _git(*args: str) -> str:
    done = subprocess.run(["git", *args], stdout=subprocess.PIPE, check=False)
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
    from attest import agents, answer, clock, clone, reading
    from attest.errors import GrammarsUnavailable, NothingToJudge
    from attest.git.repository import Repository
    from attest.prompts.terminal import open_terminal
    from attest.prompts.tty import TerminalPrompter
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    agent = agents.recognised(os.environ, repository.values(agents.SETTING))
    with repository.isolated() as isolated:
        if answer.waiting(repository, isolated, store):
            return 0
        agents.refuse(agent, "attest commit")
        base = clone.base(repository, isolated)
        try:
            task = answer.staged(repository, isolated, base, amend=_amends())
        except NothingToJudge:
            return 0
        except GrammarsUnavailable as fault:
            if os.environ.get(ASK) == "commit":
                raise
            say(f"{fault.message}\n{fault.hint}\nCommitted without being asked about.")
            return 0
        how = "answer --amend" if _amends() else "answer"
        first = "Stage the change first: git add\n"
        plain = repository.config("attest.plain", kind="bool") == "true"
        with open_terminal(plain=plain, how=how, first=first) as tty:
            prompter = TerminalPrompter(tty)
            reading.before_answers(isolated, base, store, prompter, say)
            made = answer.attest(repository, task, prompter, store, base, now=clock.now(), say=say)
    if made is None:
        say("not signed, so nothing is committed; your answers are kept")
        return 1
    return 0


def _amends() -> bool:
    """Whether the coming commit amends HEAD, as far as can be told: `attest
    commit` says so; else the command line of the git that called us does."""
    told = os.environ.get(AMEND)
    return told == "1" if told else _given().amend


def _given() -> CommitArguments:
    """The arguments of the `git commit` that called us, as far as can be told."""
    from attest.git.arguments import commit_arguments
    from attest.git.process import calling_command

    words = calling_command()
    return commit_arguments(words[words.index("commit") + 1 :] if "commit" in words else words[1:])


def commit_msg(path: Path) -> int:
    """Add the waiting block to the message, if it is that of this very change."""
    from datetime import UTC, datetime

    from attest import answer, block, clone, draft, message
    from attest import store as storage
    from attest.git.repository import Repository
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    text = path.read_bytes()
    with repository.isolated() as isolated:
        found = answer.waiting(repository, isolated, store)
        if len(found) > 1:
            say("two blocks wait for this change, as a new commit and as an amended one;")
            say("none was added. Answer again with `attest answer` (or with --amend).")
            return 0
        if not found:
            _say_what_differs(repository, isolated, store)
            return 0
        fits, pending = found[0], found[0].pending
        answer.verify(pending, clone.base(repository, isolated), datetime.now(UTC))
        alive = set(pending.hunks)
        if not fits.amends and block.scan(text).spans:
            alive |= {hunk.digest for hunk in answer.amended(repository, isolated).hunks}

    def stale(span: block.Span) -> bool:
        return draft.gives_way(span, pending.block, alive, whole=fits.amends)

    new = message.insert(text, pending.block, pending.trailers, stale, _cleanup(repository))
    if new is not None and new != text:
        storage.replace(path, new)
        store.mark_adding(pending.change)
    return 0


def _cleanup(repository: Repository) -> Cleanup:
    """How git cleans this message up (git-commit(1), `--cleanup`)."""
    from attest.message import Cleanup

    given = _given()
    mode = given.cleanup or repository.config("commit.cleanup") or "default"
    no_editor = os.environ.get("GIT_EDITOR") == ":"
    comments = mode == "strip" or (mode == "default" and not no_editor)
    character = repository.config("core.commentString") or repository.config("core.commentChar")
    comment = None if character == "auto" else os.fsencode(character or "#")
    template = repository.config("commit.template", kind="path")
    if given.template is not None:
        template = str(Path(os.environ.get("GIT_PREFIX", "")) / given.template)
    try:
        text = Path(template).read_bytes() if template else b""
    except OSError:
        text = b""
    return Cleanup(comment, comments, template=text)


def _say_what_differs(repository: Repository, isolated: Isolated, store: Store) -> None:
    """A block waits on this HEAD but does not fit: name the paths that differ."""
    from attest import text
    from attest.change import parse_raw

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

    from attest import check, clone, quick
    from attest.git.repository import Repository
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    added = store.take_adding()
    head = repository.head()
    if head is None:
        return 0
    with repository.isolated() as isolated:
        base = clone.base(repository, isolated)
        judged, fault = check.judge_here(isolated, head, base, datetime.now(UTC))
    if added is not None and judged.verdict.outcome == "attested":
        if fault is None:
            quick.settle(str(repository.common_dir / "attest"), [head])
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

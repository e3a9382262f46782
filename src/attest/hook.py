"""What git's hooks call.

Whether there is anything to do is decided with the standard library alone; the
rest is imported only then. A fault never damages a commit: the message file is
replaced whole or not at all, and a commit that was not attested goes through.
"""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from attest.answer import Waiting
    from attest.block import Span
    from attest.git.arguments import CommitArguments
    from attest.git.isolated import Isolated
    from attest.git.repository import Repository
    from attest.message import Cleanup
    from attest.store import Store

ASK = "ATTEST_ASK"
"""Environment: `commit` to have the commit asked about, as `attest commit` sets it."""
AMEND = "ATTEST_AMEND"
"""Environment: `1` where the coming commit amends HEAD, `0` where it does not."""


def main(args: list[str]) -> int:
    """Run a hook: its name, then git's own arguments. Returns its exit code."""
    from attest.errors import AttestError, Exit, from_system

    name, rest = (args[0], args[1:]) if args else ("", [])
    asking = _asking()
    try:
        if name == "pre-commit":
            return pre_commit() if asking else Exit.OK
        if name == "commit-msg" and rest:
            return commit_msg(Path(rest[0])) if _anything_waits() else Exit.OK
        if name == "post-commit":
            return post_commit() if _anything_waits() else Exit.OK
    except (AttestError, OSError) as raised:
        error = raised if isinstance(raised, AttestError) else from_system(raised)
        _say(f"{error.message}\n{error.hint}".strip())
        return error.exit_code if asking else Exit.OK
    except KeyboardInterrupt:
        _say("stopped; every answer so far is kept")
        return Exit.INTERRUPTED
    except Exception:  # noqa: BLE001  # reported whole; a bug must not cost a commit
        traceback.print_exc()
        _say("this is a bug in attest; the commit is left as it is")
        return Exit.BUG if asking else Exit.OK
    _say(f"there is no hook {name!r}; known: pre-commit, commit-msg, post-commit")
    return Exit.USAGE


def _say(text: str) -> None:
    from attest.text import showable

    for line in text.split("\n"):
        print(f"attest: {showable(line)}", file=sys.stderr)


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
    from attest import answer, clock
    from attest.errors import NothingToJudge
    from attest.git.repository import Repository
    from attest.prompts.terminal import open_terminal
    from attest.prompts.tty import TerminalPrompter
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    with repository.isolated() as isolated:
        if answer.waiting(repository, isolated, store):
            return 0
        try:
            task = answer.staged(repository, isolated, amend=_amends())
        except NothingToJudge:
            return 0
        how = "answer --amend" if _amends() else "answer"
        first = "Stage the change first: git add\n"
        plain = repository.config("attest.plain", kind="bool") == "true"
        with open_terminal(plain=plain, how=how, first=first) as tty:
            prompter = TerminalPrompter(tty)
            made = answer.attest(repository, task, prompter, store, now=clock.now(), say=_say)
    if made is None:
        _say("not signed, so nothing is committed; your answers are kept")
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
    from attest import answer, block, message
    from attest import store as storage
    from attest.git.repository import Repository
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    text = path.read_bytes()
    with repository.isolated() as isolated:
        found = answer.waiting(repository, isolated, store)
        if len(found) > 1:
            _say("two blocks wait for this change, as a new commit and as an amended one;")
            _say("none was added. Answer again with `attest answer` (or with --amend).")
            return 0
        if not found:
            _say_what_differs(repository, isolated, store)
            return 0
        fits, pending = found[0], found[0].pending
        answer.verify(pending)
        alive = set(pending.hunks)
        if not fits.amends and block.scan(text).spans:
            alive |= {hunk.digest for hunk in answer.amended(repository, isolated).hunks}

    def stale(span: block.Span) -> bool:
        return _stale(span, fits, alive)

    new = message.insert(text, pending.block, pending.trailers, stale, _cleanup(repository))
    if new is not None and new != text:
        storage.replace(path, new)
        store.mark_adding(pending.change)
    return 0


def _stale(span: Span, fits: Waiting, alive: set[str]) -> bool:
    """Whether a block in the message gives way to the new one: it cannot be
    read, was made for hunks that the commit has not, or is by the same key and
    the new one is for the whole commit."""
    from attest import block

    new = block.parse([line.encode() for line in fits.pending.block])
    try:
        old = block.parse(span.lines)
    except block.BlockError:
        signed = any(line.startswith(b"Attest-Sig: ") for line in span.lines)
        return signed and span.lines[0].startswith(b"Attest: v1;")
    if old.payload == new.payload or (fits.amends and old.key == new.key):
        return True
    return not {hunk.digest for hunk in old.hunks} <= alive


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
    waiting = [pending for pending in store.all_pending() if pending.head == head]
    if not waiting:
        return
    new = repository.staged_tree()
    rows = min((parse_raw(isolated.raw(pending.new, new)) for pending in waiting), key=len)
    _say("this is not the change that was attested, so no block is added. It differs in:")
    for row in rows[:20]:
        _say(f"  {text.showable(row.path)}")
    _say("Your answers are kept. Add the block: attest answer --amend, then")
    _say("git commit --amend --no-edit")


def post_commit() -> int:
    """Judge the commit that was made, and say what is off."""
    from datetime import UTC, datetime

    from attest import check
    from attest.git.repository import Repository
    from attest.store import Store

    repository = Repository.find()
    store = Store(repository.common_dir, repository.git_dir)
    added = store.take_adding()
    head = repository.head()
    if head is None:
        return 0
    with repository.isolated() as isolated:
        judged = check.judge(isolated, head, None, datetime.now(UTC))
    if added is not None and judged.verdict.outcome == "attested":
        _say(f"commit {head[:10]} carries your answers")
    waits = store.pending(judged.change.digest) is not None
    concerns = added is not None or waits or judged.has_blocks
    if judged.verdict.outcome != "failed" or not concerns:
        return 0
    _say(f"commit {head[:10]} is not attested as it should be:")
    for finding in judged.verdict.findings:
        if finding.severity == "error":
            line = "" if finding.line is None else f":{finding.line}"
            place = f" {finding.path}{line}:" if finding.path else ""
            _say(f"  {finding.code}:{place} {finding.message}")
    if waits:
        _say("Its block still waits (was the hook skipped?). Add it with:")
        _say("  git commit --amend --no-edit")
    else:
        _say("Answer for it with `attest answer --amend`, then git commit --amend --no-edit")
    return 0

"""What `attest push` does with its arguments. Without Typer; see `cli.main`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING

from attest.cli import common
from attest.console import say
from attest.git.repository import Repository

if TYPE_CHECKING:
    from attest.interview.prompter import Prompter


def run(words: Sequence[str]) -> int:
    """Have everything answered for that a push sends, and push; the exit code.

    Args:
        words: the arguments of `git push`.

    Raises:
        AttestError: it cannot be found out what is pushed, or it cannot be answered for.
    """
    from attest.analysis.syntax import parsing
    from attest.git import process, push_command

    arguments = push_command.parse(words)
    if arguments.dry_run:
        return process.call(["push", "--dry-run", "--no-verify", *words])
    parsing.begin()  # it gets ready while git works
    repository = Repository.find(at_once=True)
    command = " ".join(["attest push", *map(shlex.quote, words)])
    common.assert_person(repository, command)
    common.mention_lost_hooks(repository)
    common.recover(repository)
    preview = push_command.preview(arguments.destination)
    if not _answered(repository, preview.sources, _ids(repository, preview.remote_values)):
        say("not signed, so nothing was pushed; your answers are kept. To continue:")
        say(f"  {command}")
        return 1
    again = shlex.join(["git", "push", "--force-with-lease", *arguments.destination])
    lines = _pushed_before(repository, [*preview.sources, *preview.unchanged_names], again)
    code = process.call(["push", *words])
    for line in lines if code == 0 else ():
        say(line)
    return code


def _pushed_before(repository: Repository, names: list[str], again: str) -> list[str]:
    """What is wrong with one's own commits that the remote has already, in words: git does not
    send them again, and the project's check may be red because of them.

    Args:
        names: what the push is about, as git names it; all that is new has been answered for.
        again: the command that replaces what the remote has.
    """
    from attest.errors import NothingToJudge
    from attest.hook import pre_push
    from attest.project import base_commit
    from attest.project.session import Session
    from attest.report.findings import commands
    from attest.rewrite import outgoing, selection, summary

    start = next(iter(base_commit.names(repository)), None)
    names = [(repository.branch() or name) if name == "HEAD" else name for name in names]
    heads = [name for name in names if name.startswith("refs/heads/")]
    if start is None or not heads:
        return []
    lines = []
    with Session.open(repository) as session:
        for name in dict.fromkeys(heads):
            try:
                commits = selection.of_range(session, [f"{start}..{name}"])
                review = outgoing.review(session, commits)
            except NothingToJudge:
                continue  # it has nothing that the project's branch does not have
            if review.todo:
                lines += summary.list_commits(review.todo, "pushed")
                answer, _ = commands(start.removeprefix("refs/remotes/"))
                switch = repository.branch() != name
                lines.append("To answer for them and replace them on the remote:")
                lines += [f"  git switch {pre_push.short(repository, name)}"] if switch else []
                lines += [f"  {answer}", f"  {again}"]
    return lines


def _answered(repository: Repository, names: Sequence[str], known: list[str]) -> bool:
    """Have everything answered for that a push would send; False if the person chose
    not to sign.

    Args:
        names: what is sent, as git names it.
        known: ids that the remote has.
    """
    from attest.attesting import documents
    from attest.hook import pre_push
    from attest.project.session import Session
    from attest.rewrite import answer as journey
    from attest.rewrite import effort, outgoing, plan, selection, summary

    tips = _ids(repository, names)
    if not tips:
        return True
    commits = selection.of_unpushed(repository, tips, known)
    with Session.open(repository) as session, ExitStack() as stack:
        review = outgoing.review(session, commits)
        for line in summary.doubts(review):
            say(line)
        summary.assert_fixable(review)
        if review.nothing_to_do:
            return True
        rewrite_plan = plan.plan(session, review)
        for line in [
            *summary.listing(review),
            *summary.warnings(rewrite_plan),
            effort.estimate(review),
        ]:
            say(line)
        how = "answer --unpushed " + " ".join(pre_push.short(repository, name) for name in names)
        common.agree_to_drop(rewrite_plan, f"attest {how}", drop=False)
        prompter: Prompter | None = None
        if review.todo:
            prompter = tty = common.terminal_prompter(session, stack, how)
            when = tty.ask_when(effort.action(review), effort.preview(review))
            if when == "later":
                return False
            if when == "editor":
                prompter = tty.in_editor()
            documents.show_new(session, prompter)
        record = journey.attest(session, review, rewrite_plan, prompter)
    return record is not None


def _ids(repository: Repository, names: Sequence[str]) -> list[str]:
    oids = [repository.object_id(name) for name in names]
    return [oid for oid in oids if oid]

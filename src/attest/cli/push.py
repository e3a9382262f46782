"""`attest push`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from contextlib import ExitStack

import typer

from attest.cli import common
from attest.console import say
from attest.git.repository import Repository


def push(ctx: typer.Context) -> int:
    """Answer for the commits that a push would send, then push.

    Takes the arguments of `git push`. Finds out which commits git would send, asks you
    about those of yours that have no valid attestation, adds the answers to their messages,
    and runs `git push`. If all of them are attested, it just pushes. With --dry-run it asks
    nothing.

    If commits without an attestation were already pushed, it prints the two commands that
    answer for them.

    \b
    Examples:
      attest push
      attest push -u origin topic
      attest push --force-with-lease origin topic
    """
    from attest.git import process, push_command

    arguments = push_command.parse(ctx.args)
    if arguments.dry_run:
        return process.call(["push", "--dry-run", "--no-verify", *ctx.args])
    repository = Repository.find()
    command = " ".join(["attest push", *map(shlex.quote, ctx.args)])
    common.assert_person(repository, command)
    common.recover(repository)
    preview = push_command.preview(arguments.where)
    if not _answered(repository, preview.sent, _ids(repository, preview.remote_has)):
        say("not signed, so nothing was pushed; your answers are kept. To continue:")
        say(f"  {command}")
        return 1
    again = shlex.join(["git", "push", "--force-with-lease", *arguments.where])
    lines = _pushed_before(repository, [*preview.sent, *preview.unchanged], again)
    code = process.call(["push", *ctx.args])
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
    from attest.project import base_commit, local_rules
    from attest.report.findings import commands
    from attest.rewrite import outgoing
    from attest.state.store import Store

    start = next(iter(base_commit.names(repository)), None)
    names = [(repository.branch() or name) if name == "HEAD" else name for name in names]
    heads = [name for name in names if name.startswith("refs/heads/")]
    if start is None or not heads:
        return []
    store = Store(repository.common_dir, repository.git_dir)
    lines = []
    with repository.isolated() as isolated:
        base = local_rules.base(repository, isolated)
        for name in dict.fromkeys(heads):
            try:
                wanted = outgoing.of_range(repository, isolated, [f"{start}..{name}"])
                found = outgoing.find(repository, isolated, store, wanted, base)
            except NothingToJudge:
                continue  # it has nothing that the project's branch does not have
            if found.todo:
                lines += outgoing.listed(found.todo, ", pushed already,")
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
    from attest import clock
    from attest.attesting import documents
    from attest.hook import pre_push
    from attest.project import local_rules
    from attest.rewrite import outgoing
    from attest.rewrite import session as journey
    from attest.state.store import Store

    tips = _ids(repository, names)
    if not tips:
        return True
    store = Store(repository.common_dir, repository.git_dir)
    wanted = outgoing.unpushed(repository, tips, known)
    with repository.isolated() as isolated, ExitStack() as stack:
        base = local_rules.base(repository, isolated)
        found = outgoing.find(repository, isolated, store, wanted, base)
        for line in found.doubts:
            say(line)
        outgoing.assert_mendable(found)
        if found.nothing_to_do:
            return True
        planned = journey.plan_for(repository, isolated, found)
        for line in [*found.listing, found.summary]:
            say(line)
        how = "answer --unpushed " + " ".join(pre_push.short(repository, name) for name in names)
        prompter = None
        if found.todo:
            prompter = common.prompter(
                repository, store, stack, how=how, answers=None, editor=False
            )
        if prompter is not None:
            documents.before_answers(isolated, base, store, prompter, say)
        made = journey.attest(
            repository, isolated, store, found, planned, prompter, base, now=clock.now(), say=say
        )
    return made is not None


def _ids(repository: Repository, names: Sequence[str]) -> list[str]:
    oids = [repository.object_id(name) for name in names]
    return [oid for oid in oids if oid]

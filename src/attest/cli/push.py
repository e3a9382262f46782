"""`attest push`."""

from __future__ import annotations

import re
import shlex
from contextlib import ExitStack

import typer

from attest.cli import asking
from attest.telling import say

_DRY = re.compile(r"-[a-zA-Z46]*n[a-zA-Z46]*|--dry(-(r(un?)?)?)?")
_LINE = re.compile(r"[ +\-*=!]\t([^\t]*):[^\t:]*\t")


def push(ctx: typer.Context) -> int:
    """Answer for what a push would send, rewrite it, and push, in one go.

    Takes the arguments of `git push`. Asks git what it would send, asks you about
    those of your commits that have no attestation, puts the answers into their
    messages, and runs `git push`. Where all are attested it only pushes; with
    --dry-run it asks nothing.

    \b
    Examples:
      attest push
      attest push -u origin topic
      attest push --force-with-lease origin topic
    """
    from attest import clock
    from attest import push as journey
    from attest.git import process
    from attest.git.repository import Repository
    from attest.store import Store

    if any(_DRY.fullmatch(word) for word in ctx.args):
        return process.call(["push", "--no-verify", *ctx.args])
    repository = Repository.find()
    command = " ".join(["attest push", *map(shlex.quote, ctx.args)])
    asking.assert_person(repository, command)
    asking.recover(repository)
    names = _names(ctx.args)
    found = [repository.ask("rev-parse", "--verify", "--quiet", name) for name in names]
    tips = [oid for oid in found if oid]
    if tips:
        store = Store(repository.common_dir, repository.git_dir)
        wanted = journey.unpushed(repository, tips)
        with repository.isolated() as isolated, ExitStack() as stack:
            looked = journey.find(repository, isolated, store, wanted)
            journey.assert_mendable(looked)
            if not looked.nothing_to_do:
                planned = journey.plan_for(repository, isolated, looked)
                for line in [*looked.listing, looked.summary]:
                    say(line)
                how = "answer --unpushed " + " ".join(asking.short(name) for name in names)
                prompter = None
                if looked.todo:
                    prompter = asking.prompter(
                        repository, store, stack, how=how, answers=None, editor=False
                    )
                made = journey.attest(
                    repository, isolated, store, looked, planned, prompter, now=clock.now(), say=say
                )
                if made is None:
                    say("not signed, so nothing was pushed; your answers are kept. To go on:")
                    say(f"  {command}")
                    return 1
    return process.call(["push", *ctx.args])


def _names(args: list[str]) -> list[str]:
    """What `git push` would send, asked of git itself.

    Raises:
        EnvironmentFault: git would not push; it has said why.
    """
    from attest.errors import EnvironmentFault
    from attest.git import process

    heard = [word for word in args if word not in ("-q", "--quiet")]
    command = ["push", "--dry-run", "--porcelain", "--no-verify", *heard]
    code, out = process.listen(command)
    names = [match[1] for line in out.splitlines() if (match := _LINE.match(line))]
    if code != 0:
        raise EnvironmentFault(
            "git would refuse this push; nobody was asked anything, and nothing was pushed",
            "See what git said above.",
        )
    return [name for name in names if name]

"""`attest push`."""

from __future__ import annotations

import re
from contextlib import ExitStack
from typing import TYPE_CHECKING

import typer

from attest.cli import asking

if TYPE_CHECKING:
    from attest.git.repository import Repository

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
    asking.assert_person(repository, "attest push")
    asking.recover(repository)
    tips = _tips(repository, ctx.args)
    if tips:
        store = Store(repository.common_dir, repository.git_dir)
        wanted = journey.unpushed(repository, tips)
        with repository.isolated() as isolated, ExitStack() as stack:
            found = journey.find(repository, isolated, store, wanted)
            journey.assert_mendable(found)
            if found.todo:
                asking.say(found.summary)
                prompter = asking.prompter(
                    repository, store, stack, how="answer --unpushed", answers=None, editor=False
                )
                made = journey.attest(
                    repository, isolated, store, found, prompter, now=clock.now(), say=asking.say
                )
                if made is None:
                    asking.say("not signed, so nothing was pushed; your answers are kept")
                    return 1
    return process.call(["push", *ctx.args])


def _tips(repository: Repository, args: list[str]) -> list[str]:
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
    found = [repository.ask("rev-parse", "--verify", "--quiet", name) for name in names if name]
    return [oid for oid in found if oid]

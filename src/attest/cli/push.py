"""`attest push`."""

from __future__ import annotations

import re
import shlex
from contextlib import ExitStack

import typer

from attest import quick
from attest.cli import asking
from attest.git.repository import Repository
from attest.telling import say

_VALUED = ("--push-option", "--repo", "--receive-pack", "--exec")
_LINE = re.compile(r"[ +\-*=!]\t([^\t]*):([^\t:]*)\t(?:([0-9a-f]+)\.\.)?")


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
    from attest import clock, outgoing
    from attest import push as journey
    from attest.git import process
    from attest.hook import pushes
    from attest.store import Store

    if _is_dry(ctx.args):
        return process.call(["push", "--no-verify", *ctx.args])
    repository = Repository.find()
    command = " ".join(["attest push", *map(shlex.quote, ctx.args)])
    asking.assert_person(repository, command)
    asking.recover(repository)
    names, old = _updates(ctx.args)
    tips, known = _ids(repository, names), _ids(repository, old)
    if tips:
        store = Store(repository.common_dir, repository.git_dir)
        wanted = outgoing.unpushed(repository, tips, known)
        with repository.isolated() as isolated, ExitStack() as stack:
            looked = outgoing.find(repository, isolated, store, wanted)
            outgoing.assert_mendable(looked)
            if not looked.nothing_to_do:
                planned = journey.plan_for(repository, isolated, looked)
                for line in [*looked.listing, looked.summary]:
                    say(line)
                how = "answer --unpushed " + " ".join(
                    pushes.short(repository, name) for name in names
                )
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


def _is_dry(args: list[str]) -> bool:
    """Whether git would take this push for a dry run (git-push(1)): clusters of short
    options, of which `-o` takes the rest or the next word; the last one holds."""
    dry, skip = False, False
    for word in args:
        if skip:
            skip = False
        elif word == "--":
            break
        elif word.startswith("--"):
            if len(word) > len("--d") and "--dry-run".startswith(word):
                dry = True
            elif "--no-dry-run".startswith(word) and word.startswith("--no-d"):
                dry = False
            skip = word in _VALUED
        elif word.startswith("-"):
            letters, option, value = word[1:].partition("o")
            dry = dry or "n" in letters
            skip = bool(option) and not value
    return dry


def _ids(repository: Repository, names: list[str]) -> list[str]:
    found = [repository.ask("rev-parse", "--verify", "--quiet", name) for name in names]
    return [oid for oid in found if oid]


def _updates(args: list[str]) -> tuple[list[str], list[str]]:
    """What `git push` would send, and what the remote has there now, asked of git.

    Raises:
        EnvironmentFault: git would not push; it has said why.
    """
    from attest.errors import EnvironmentFault
    from attest.git import process

    heard = [word for word in args if word not in ("-q", "--quiet")]
    command = ["push", "--dry-run", "--porcelain", "--no-verify", *heard]
    code, out = process.listen(command)
    found = [match for line in out.split("\n") if (match := _LINE.match(line))]
    if code != 0:
        raise EnvironmentFault(
            "git would refuse this push; nobody was asked anything, and nothing was pushed",
            "See what git said above.",
        )
    sent = [match[1] for match in found if match[1] and not match[2].startswith(quick.NO_PROJECT)]
    return sent, [match[3] for match in found if match[3]]

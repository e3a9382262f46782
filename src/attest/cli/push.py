"""`attest push`."""

from __future__ import annotations

import re
import shlex
from contextlib import ExitStack

import typer

from attest.cli import common
from attest.console import say
from attest.git.push_updates import NO_PROJECT
from attest.git.repository import Repository

_VALUED = ("--repo", "--receive-pack", "--exec")
_LINE = re.compile(r"([ +\-*=!])\t([^\t]*):([^\t:]*)\t(?:([0-9a-f]+)\.\.)?")
"""A line of `--porcelain`: flag, from, to, and what the remote has there now."""


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
    from attest.git import process

    dry, heard = _read(ctx.args)
    if dry:
        return process.call(["push", "--dry-run", "--no-verify", *ctx.args])
    repository = Repository.find()
    command = " ".join(["attest push", *map(shlex.quote, ctx.args)])
    common.assert_person(repository, command)
    common.recover(repository)
    names, old, there = _updates(heard)
    if not _answered(repository, names, _ids(repository, old)):
        say("not signed, so nothing was pushed; your answers are kept. To continue:")
        say(f"  {command}")
        return 1
    again = shlex.join(["git", "push", "--force-with-lease", *heard])
    lines = _pushed_before(repository, [*names, *there], again)
    code = process.call(["push", *ctx.args])
    for line in lines if code == 0 else ():
        say(line)
    return code


def _pushed_before(repository: Repository, names: list[str], again: str) -> list[str]:
    """What is off with one's own commits that the remote has already, in words: git sends
    nothing of them, and the project's check may be red because of them.

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


def _answered(repository: Repository, names: list[str], known: list[str]) -> bool:
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


def _read(args: list[str]) -> tuple[bool, list[str]]:
    """Whether git would take this push for a dry run, and the arguments that say what
    is pushed where: without options for the server, and without `--quiet`.

    By git's rules (git-push(1), gitcli(7)): clusters of short options, of which `-o`
    takes the rest or the next word; long ones cut short; the last one holds.
    """
    dry, heard, skip = False, list[str](), ""
    for place, word in enumerate(args):
        if skip:
            heard += [word] if skip == "value" else []
            skip = ""
        elif word == "--":
            return dry, [*heard, *args[place:]]
        elif word.startswith("--"):
            name, equals, _ = word.partition("=")
            if len(name) > len("--pu") and "--push-option".startswith(name):
                skip = "" if equals else "option"
                continue
            if len(word) > len("--d") and "--dry-run".startswith(word):
                dry = True
            elif word.startswith("--no-d") and "--no-dry-run".startswith(word):
                dry = False
            heard += [] if word == "--quiet" else [word]
            skip = "value" if word in _VALUED else ""
        elif word.startswith("-") and word != "-":
            letters, option, value = word[1:].partition("o")
            dry = dry or "n" in letters
            kept = letters.replace("q", "")
            heard += [f"-{kept}"] if kept else []
            skip = "option" if option and not value else ""
        else:
            heard.append(word)
    return dry, heard


def _ids(repository: Repository, names: list[str]) -> list[str]:
    found = [repository.ask("rev-parse", "--verify", "--quiet", name) for name in names]
    return [oid for oid in found if oid]


def _updates(args: list[str]) -> tuple[list[str], list[str], list[str]]:
    """What `git push` would send, what the remote has there now, and what it need not
    send, asked of git.

    Raises:
        EnvironmentFault: git would not push; it has said why.
    """
    from attest.errors import EnvironmentFault
    from attest.git import process

    command = ["push", "--dry-run", "--porcelain", "--no-verify", *args]
    code, out = process.listen(["-c", "push.pushOption=", *command])
    found = [match for line in out.split("\n") if (match := _LINE.match(line))]
    if code != 0:
        raise EnvironmentFault(
            "git would refuse this push, so attest asked nothing and pushed nothing",
            "See git's message above.",
        )
    found = [match for match in found if not match[3].startswith(NO_PROJECT)]
    sent = [match[2] for match in found if match[2] and match[1] != "="]
    has = [match[2] if match[1] == "=" else match[4] for match in found]
    same = [match[2] for match in found if match[2] and match[1] == "="]
    return sent, [name for name in has if name], same

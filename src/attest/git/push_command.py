"""The arguments of a `git push` that attest runs, and what that push would send.

Sources: git-push(1), gitcli(7).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.push_updates import NO_PROJECT

_VALUED = ("--repo", "--receive-pack", "--exec")
"""Long options whose value may be the next word, besides `--push-option`."""
_LINE = re.compile(r"([ +\-*=!])\t([^\t]*):([^\t:]*)\t(?:([0-9a-f]+)\.\.)?")
"""A line of `--porcelain`: flag, from, to, and what the remote has there now."""


@dataclass(frozen=True, slots=True)
class PushArguments:
    """What the arguments of `git push` mean to attest.

    Args:
        dry_run: git would only show what it would push.
        where: the arguments that say what is pushed, and where to: without options for
            the server (a server may act on `--push-option` at once) and `--quiet`.
    """

    dry_run: bool
    where: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PushPreview:
    """What a push would do.

    Args:
        sent: names of what it would send, as git prints them.
        remote_has: ids or names of what the remote has there now.
        unchanged: names of what the remote has already.
    """

    sent: tuple[str, ...]
    remote_has: tuple[str, ...]
    unchanged: tuple[str, ...]


def parse(args: Sequence[str]) -> PushArguments:
    """Read the arguments by git's rules: clusters of short options, of which `-o` takes the
    rest or the next word; abbreviated long ones; the last of two that exclude each other."""
    dry_run, where, skip = False, list[str](), ""
    for place, word in enumerate(args):
        if skip:
            where += [word] if skip == "value" else []
            skip = ""
        elif word == "--":
            return PushArguments(dry_run, (*where, *args[place:]))
        elif word.startswith("--"):
            if _is_push_option(word):
                skip = "" if "=" in word else "option"
                continue
            dry_run = _is_dry_run(word, before=dry_run)
            where += [] if word == "--quiet" else [word]
            skip = "value" if word in _VALUED else ""
        elif word.startswith("-") and word != "-":
            letters, option, value = word[1:].partition("o")
            dry_run = dry_run or "n" in letters
            kept = letters.replace("q", "")
            where += [f"-{kept}"] if kept else []
            skip = "option" if option and not value else ""
        else:
            where.append(word)
    return PushArguments(dry_run, tuple(where))


def _is_push_option(word: str) -> bool:
    """Whether this is `--push-option`, or what git takes for it: `--pu` is ambiguous."""
    name = word.partition("=")[0]
    return len(name) > len("--pu") and "--push-option".startswith(name)


def _is_dry_run(word: str, *, before: bool) -> bool:
    if len(word) > len("--d") and "--dry-run".startswith(word):
        return True
    if word.startswith("--no-d") and "--no-dry-run".startswith(word):
        return False
    return before


def preview(where: Sequence[str]) -> PushPreview:
    """Ask git what a push would send; without its hooks, and without push options.

    Raises:
        EnvironmentFault: git would refuse the push; it has said why.
    """
    command = ["push", "--dry-run", "--porcelain", "--no-verify", *where]
    code, out = process.listen(["-c", "push.pushOption=", *command])
    if code != 0:
        raise EnvironmentFault(
            "git would refuse this push, so attest asked nothing and pushed nothing",
            "See git's message above.",
        )
    lines = [match for line in out.split("\n") if (match := _LINE.match(line))]
    lines = [match for match in lines if not match[3].startswith(NO_PROJECT)]
    remote_has = [match[2] if match[1] == "=" else match[4] for match in lines]
    return PushPreview(
        sent=tuple(match[2] for match in lines if match[2] and match[1] != "="),
        remote_has=tuple(filter(None, remote_has)),
        unchanged=tuple(match[2] for match in lines if match[2] and match[1] == "="),
    )

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
        destination: the arguments that say what is pushed, and where to: without options for
            the server (a server may act on `--push-option` at once) and `--quiet`.
    """

    dry_run: bool
    destination: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PushPreview:
    """What a push would do.

    Args:
        sources: names of what it would send, as git prints them.
        remote_values: ids or names of what the remote has there now.
        unchanged_names: names of what the remote has already.
    """

    sources: tuple[str, ...]
    remote_values: tuple[str, ...]
    unchanged_names: tuple[str, ...]


def parse(args: Sequence[str]) -> PushArguments:
    """Read the arguments by git's rules: clusters of short options, of which `-o` takes the
    rest or the next word; abbreviated long ones; the last of two that exclude each other."""
    dry_run, destination, skip = False, list[str](), ""
    for place, word in enumerate(args):
        if skip:
            destination += [word] if skip == "value" else []
            skip = ""
        elif word == "--":
            return PushArguments(dry_run, (*destination, *args[place:]))
        elif word.startswith("--"):
            if _is_push_option(word):
                skip = "" if "=" in word else "option"
                continue
            dry_run = _is_dry_run(word, before=dry_run)
            destination += [] if word == "--quiet" else [word]
            skip = "value" if word in _VALUED else ""
        elif word.startswith("-") and word != "-":
            letters, option, value = word[1:].partition("o")
            dry_run = dry_run or "n" in letters
            short_options = letters.replace("q", "")
            destination += [f"-{short_options}"] if short_options else []
            skip = "option" if option and not value else ""
        else:
            destination.append(word)
    return PushArguments(dry_run, tuple(destination))


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


def preview(destination: Sequence[str]) -> PushPreview:
    """Ask git what a push would send; without its hooks, and without push options.

    Raises:
        EnvironmentFault: git would refuse the push; it has said why.
    """
    command = ["push", "--dry-run", "--porcelain", "--no-verify", *destination]
    code, out = process.listen(["-c", "push.pushOption=", *command])
    if code != 0:
        raise EnvironmentFault(
            "git would refuse this push, so attest asked nothing and pushed nothing",
            "See git's message above.",
        )
    lines = [match for line in out.split("\n") if (match := _LINE.match(line))]
    lines = [match for match in lines if not match[3].startswith(NO_PROJECT)]
    replaced = [match[2] if match[1] == "=" else match[4] for match in lines]
    return PushPreview(
        sources=tuple(match[2] for match in lines if match[2] and match[1] != "="),
        remote_values=tuple(filter(None, replaced)),
        unchanged_names=tuple(match[2] for match in lines if match[2] and match[1] == "="),
    )

"""Reading command lines of git, as far as hooks need to know them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_GLOBAL_VALUE = (
    "-C",
    "-c",
    "--git-dir",
    "--work-tree",
    "--namespace",
    "--config-env",
    "--attr-source",
    "--super-prefix",
)
"""Options before the subcommand whose value can be the next word (git(1))."""
_SHORT_VALUE = "mFcCt"
"""Short options whose value is the rest of the word, or the next word."""
_SHORT_OPTIONAL = "uS"
"""Short options whose value can only be the rest of the word."""
_LONG = {
    "--amend": False,
    "--no-amend": False,
    "--verify": False,
    "--no-verify": False,
    "--no-edit": False,
    "--no-status": False,
    "--no-signoff": False,
    "--no-gpg-sign": False,
    "--no-post-rewrite": False,
    "--message": True,
    "--file": True,
    "--author": True,
    "--date": True,
    "--reedit-message": True,
    "--reuse-message": True,
    "--fixup": True,
    "--squash": True,
    "--template": True,
    "--cleanup": True,
    "--trailer": True,
    "--pathspec-from-file": True,
}
"""Long options that matter, or that look like them when shortened; and whether
each takes the next word as its value."""


def subcommand(words: Sequence[str]) -> tuple[str, list[str]] | None:
    """The subcommand that a command line of git runs, and its arguments; None where
    there is none. Aliases are not looked up: git runs what they mean as a process of
    its own (git.c, `run_argv`).

    Args:
        words: from the name of the program on.
    """
    program, *arguments = words
    name = program.rpartition("/")[2]
    if name.startswith("git-"):
        return name.removeprefix("git-"), arguments
    while arguments and arguments[0].startswith("-"):
        arguments = arguments[2:] if arguments[0] in _GLOBAL_VALUE else arguments[1:]
    return (arguments[0], arguments[1:]) if arguments else None


@dataclass(slots=True)
class CommitArguments:
    """What was found; `template` and `cleanup` are None where they are not given."""

    amend: bool = False
    verify: bool = True
    template: str | None = None
    cleanup: str | None = None


def commit_arguments(words: Sequence[str]) -> CommitArguments:
    """Read the words behind `git commit`, by git's own rules: clusters of short
    options, long ones cut short, values that stand in the next word."""
    options = CommitArguments()
    words_left = list(words)
    while words_left:
        word = words_left.pop(0)
        if word == "--":
            break
        if word.startswith("--"):
            name, separator, value = word.partition("=")
            name = _long(name)
            if _LONG.get(name) and not separator and words_left:
                value = words_left.pop(0)
            _note(options, name, value)
        elif word.startswith("-"):
            _cluster(options, word[1:], words_left)
    return options


def _cluster(options: CommitArguments, letters: str, words_left: list[str]) -> None:
    for place, letter in enumerate(letters):
        rest = letters[place + 1 :]
        if letter in _SHORT_VALUE:
            value = rest or (words_left.pop(0) if words_left else "")
            if letter == "t":
                options.template = value
            return
        if letter in _SHORT_OPTIONAL:
            return
        if letter == "n":
            options.verify = False


def _long(name: str) -> str:
    """A long option in full, if it is one that matters, cut short without doubt."""
    if name in _LONG:
        return name
    names = [known for known in _LONG if known.startswith(name)]
    return names[0] if len(names) == 1 else name


def _note(options: CommitArguments, name: str, value: str) -> None:
    if name in ("--amend", "--no-amend"):
        options.amend = name == "--amend"
    elif name in ("--verify", "--no-verify"):
        options.verify = name == "--verify"
    elif name == "--template":
        options.template = value
    elif name == "--cleanup":
        options.cleanup = value

"""The hooks around a commit: which of them has work to do, and running it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from attest.console import say
from attest.errors import Exit
from attest.hook import ASK, COMMITS, handshake, installed
from attest.hook.guard import guarded
from attest.system import processes

_BUG = "this is a bug in attest; the commit is left as it is"


class _Hook(NamedTuple):
    """One of git's hooks (githooks(5)). This module runs at every commit, and dataclasses
    cost more than all of it.

    Args:
        needed: whether there is work to do, at the cost of one git and no import.
        run: does it; the exit code.
    """

    needed: Callable[[list[str]], bool]
    run: Callable[[list[str]], int]


def main(name: str, arguments: list[str]) -> int:
    """Run a hook around a commit. Returns its exit code.

    A fault stops a commit only where it was to be asked about: whoever installed attest
    once must always be able to commit.
    """
    hook = _HOOKS.get(name)
    if hook is None:
        handshake.take_over()
        say(f"there is no hook {name!r}; known: {', '.join(_HOOKS)}, pre-push")
        return Exit.USAGE
    if not hook.needed(arguments):
        handshake.take_over()
        return Exit.OK
    by_command = os.environ.get(ASK) == "commit"
    missing = handshake.load(*COMMITS)
    if missing:
        code = handshake.give_way(missing)
        return Exit.FINDINGS if by_command else code
    handshake.take_over()
    failure_code = Exit.FINDINGS if by_command else Exit.OK
    code = guarded(lambda: hook.run(arguments), _BUG, failure_code=failure_code)
    return code if code in (Exit.OK, Exit.INTERRUPTED) or _is_asking() else Exit.OK


def _pre_commit(_: list[str]) -> int:
    from attest.hook import pre_commit

    return pre_commit.run()


def _commit_msg(arguments: list[str]) -> int:
    from attest.hook import commit_msg

    return commit_msg.run(Path(arguments[0]))


def _post_commit(_: list[str]) -> int:
    from attest.hook import post_commit

    common, hooks = _folders()
    names = _replaced(hooks)
    if names and _git("config", "--get", installed.SETTING) == "true":
        say(installed.describe_loss(names))
    return post_commit.run() if _is_waiting(common) else Exit.OK


def _judges_or_warns(_: list[str]) -> bool:
    common, hooks = _folders()
    return _is_waiting(common) or bool(_replaced(hooks))


_HOOKS = {
    "pre-commit": _Hook(lambda _: _is_asking(), _pre_commit),
    "commit-msg": _Hook(
        lambda arguments: bool(arguments) and _is_waiting(_folders()[0]), _commit_msg
    ),
    "post-commit": _Hook(_judges_or_warns, _post_commit),
}


def _is_asking() -> bool:
    """Whether the person wants to be asked at every commit (`attest.ask`), or at this one."""
    setting = os.environ.get(ASK) or _git("config", "--get", "attest.ask")
    return setting == "commit"


def _is_waiting(common: Path) -> bool:
    """Whether any signed block waits for its commit."""
    folder = common / "attest" / "pending"
    return folder.is_dir() and any(folder.iterdir())


def _replaced(hooks: Path) -> list[str]:
    """The hooks of attest in whose place another program's run. The hook after the commit says
    so: it is the one that such programs leave alone. `attest commit` runs hooks of its own."""
    return [] if os.environ.get(ASK) else installed.replaced(hooks, Path())


def _folders() -> tuple[Path, Path]:
    """The git directory that all worktrees share, and the folder where git looks for hooks."""
    words = ["--git-common-dir", "--git-path", "hooks"]
    common, _, hooks = _git("rev-parse", "--path-format=absolute", *words).partition("\n")
    return Path(common or os.devnull), Path(hooks or os.devnull)


def _git(*args: str) -> str:
    result = processes.run(["git", *args], stdout=processes.PIPE)
    return os.fsdecode(result.stdout).removesuffix("\n")

"""What git's hooks call.

Whether there is anything to do is decided with the standard library alone, and
with little of that: this module runs at every commit and push. The rest is imported
only if there is. A fault never damages a commit: the message file is replaced whole or
not at all, and a commit that was not attested goes through.
"""

from __future__ import annotations

import os
import sys

import attest
from attest.git import push_updates
from attest.hook import fast_path, handshake

ASK = "ATTEST_ASK"
"""Environment: `commit` to have the commit asked about, as `attest commit` sets it."""
ARGUMENTS = "ATTEST_ARGUMENTS"
"""Environment: the arguments of the `git commit` that `attest commit` runs, as JSON."""
ASKED = "ATTEST_ASKED"
"""Environment: a file that the pre-commit hook makes, so that `attest commit` knows
that git ran it."""

_PUSHES = "attest.hook.pre_push"
COMMITS = ("attest.hook.pre_commit", "attest.hook.commit_msg", "attest.hook.post_commit")
"""The hooks around a commit. Each loads all of them: where the last one could not run,
the first must not ask."""


def main(args: list[str]) -> int:
    """Run a hook: its name, then git's own arguments. Returns its exit code."""
    name, rest = (args[0], args[1:]) if args else ("", [])
    if os.environ.get(handshake.PROBE):
        return _probe()
    if name == "pre-push":
        return _before_push()
    from attest.hook import commit

    return commit.main(name, rest)


def _probe() -> int:
    """Say which version would run, if all that hooks need is there."""
    missing = handshake.load(_PUSHES, *COMMITS)
    if missing:
        return handshake.give_way(missing)
    handshake.take_over()
    print(attest.__version__, file=sys.stderr)
    return 0


def _before_push() -> int:
    """Let a push through at once if every commit in it was verified before."""
    data = sys.stdin.buffer.read()
    try:
        updates = [update for update in push_updates.updates(data) if update.is_relevant]
    except ValueError as error:
        handshake.take_over()
        print(
            "attest: git gives a pre-push hook lines of four words; this is not one: "
            f"{str(error)[:200]!a}\n"
            "attest: nothing was pushed",
            file=sys.stderr,
        )
        return 2
    if fast_path.nothing_to_ask(updates):
        handshake.take_over()
        return 0
    missing = handshake.load(_PUSHES)
    if missing:
        return handshake.give_way(missing)
    handshake.take_over()
    from attest.hook import pre_push

    return pre_push.main(updates)

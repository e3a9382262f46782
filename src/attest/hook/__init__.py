"""What git's hooks call.

Whether there is anything to do is decided with the standard library alone, and
with little of that: this module runs at every commit and push. The rest is imported
only then. A fault never damages a commit: the message file is replaced whole or not
at all, and a commit that was not attested goes through.
"""

from __future__ import annotations

import sys

from attest import quick

ASK = "ATTEST_ASK"
"""Environment: `commit` to have the commit asked about, as `attest commit` sets it."""
AMEND = "ATTEST_AMEND"
"""Environment: `1` where the coming commit amends HEAD, `0` where it does not."""


def main(args: list[str]) -> int:
    """Run a hook: its name, then git's own arguments. Returns its exit code."""
    name, rest = (args[0], args[1:]) if args else ("", [])
    if name == "pre-push":
        return _before_push()
    from attest.hook import commits

    return commits.main(name, rest)


def _before_push() -> int:
    """Let a push through at once if everything in it is settled."""
    data = sys.stdin.buffer.read()
    try:
        pushed = [update for update in quick.updates(data) if update.concerns]
    except ValueError as error:
        print(
            "attest: git gives a pre-push hook lines of four words; this is none: "
            f"{str(error)[:200]!a}\n"
            "attest: nothing was pushed",
            file=sys.stderr,
        )
        return 2
    if quick.nothing_to_ask(pushed):
        return 0
    from attest.hook import pushes

    return pushes.main(pushed)

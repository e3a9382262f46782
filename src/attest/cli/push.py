"""`attest push`."""

from __future__ import annotations

import typer


def push(ctx: typer.Context) -> int:
    """Answer for the commits that a push would send, then push.

    Takes the arguments of `git push`. Finds out which commits git would send, says how much
    there is to answer (`p` shows it), asks you about those of yours that have no valid
    attestation, adds the answers to their messages, and runs `git push`. If all of them are
    attested, it just pushes. With --dry-run it asks nothing.

    If commits without an attestation were already pushed, it prints the two commands that
    answer for them.

    \b
    Examples:
      attest push
      attest push -u origin topic
      attest push --force-with-lease origin topic
    """
    from attest.cli.push_commits import run

    return run(ctx.args)

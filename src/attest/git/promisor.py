"""Objects that a partial clone has left out, and their fetch.

Source: git's Documentation/technical/partial-clone.txt.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from attest.git import process
from attest.git.configuration import Configuration

Fetch = Callable[[Sequence[str]], bool]
"""Fetches objects by their ids; False where that failed."""


def remote(config: Configuration) -> str:
    """The remote that has what a partial clone leaves out; empty where the clone is whole."""
    values = config.subsections("remote", "promisor")
    names = [name for name, value in values.items() if value.lower() not in ("false", "no", "0")]
    return config.get("extensions.partialClone") or next(iter(names), "")


def fetcher(config: Configuration, say: Callable[[str], None]) -> Fetch | None:
    """What fetches them, as git does for each of its own commands; None in a whole clone.

    Only for a contributor's own steps: `attest check` fetches nothing (docs/threat-model.md).

    Args:
        say: takes a line about what happens.
    """
    name = remote(config)
    if not name:
        return None

    def fetch(oids: Sequence[str]) -> bool:
        count = "1 object" if len(oids) == 1 else f"{len(oids)} objects"
        say(f"fetching {count} that this partial clone leaves out, from {name}")
        # As git's own promisor-remote.c, `fetch_objects`.
        options = ("--no-tags", "--no-write-fetch-head", "--recurse-submodules=no")
        args = ("-c", "fetch.negotiationAlgorithm=noop", "fetch", name, *options)
        stdin = "".join(f"{oid}\n" for oid in oids).encode()
        env = {**os.environ, "LC_ALL": "C", "LANGUAGE": "C"}
        words = [*args, "--filter=blob:none", "--stdin"]
        result = process.run(words, env=env, stdin=stdin, check=False)
        if result.returncode != 0:
            output = result.stderr.decode("utf-8", "replace").strip()
            say(f"git fetch {name} failed: {output or f'exit code {result.returncode}'}")
        return result.returncode == 0

    return fetch

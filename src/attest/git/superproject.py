"""The superproject of a submodule, and the commit that it pins.

Source: gitsubmodules(7).
"""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from attest.git import process
from attest.git.repository import Repository


@dataclass(frozen=True, slots=True)
class Pin:
    """A commit that a superproject pins.

    Args:
        superproject: the top of its work tree.
        path: of the submodule in it.
    """

    superproject: Path
    path: str
    oid: str


def pins(repository: Repository, oids: Collection[str]) -> tuple[Pin, ...]:
    """Where this is a submodule: those of some commits that the superproject pins, in its index
    or its last commit."""
    if repository.bare or not oids:
        return ()
    environment = _elsewhere()
    shown = _lines(["rev-parse", "--show-superproject-working-tree"], environment)
    if not shown:
        return ()
    top = Path(shown[0])
    path = Path(os.path.relpath(repository.top(), top)).as_posix()
    inside = ["-C", str(top), "--literal-pathspecs"]
    staged = _lines([*inside, "ls-files", "--stage", "--", path], environment)
    committed = _lines([*inside, "ls-tree", "HEAD", "--", path], environment)
    # `160000 OID 0<TAB>PATH`, and `160000 commit OID<TAB>PATH`
    pinned = [line.split()[1] for line in staged if line.startswith("160000 ")]
    pinned += [line.split()[2] for line in committed if line.startswith("160000 ")]
    return tuple(Pin(top, path, oid) for oid in dict.fromkeys(pinned) if oid in oids)


def _elsewhere() -> dict[str, str]:
    """An environment in which git finds another repository than the one that a hook is for
    (git-rev-parse(1), `--local-env-vars`)."""
    local = process.run(["rev-parse", "--local-env-vars"]).stdout.decode("ascii").split()
    return {name: value for name, value in process.plain_environment().items() if name not in local}


def _lines(args: list[str], environment: dict[str, str]) -> list[str]:
    """What git prints; nothing where it fails: a superproject without a commit."""
    ended = process.run(args, env=environment, check=False)
    return (
        ended.stdout.decode("utf-8", "surrogateescape").splitlines() if not ended.returncode else []
    )

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
    environment = _clean_environment()
    superproject = _lines(["rev-parse", "--show-superproject-working-tree"], environment)
    if not superproject:
        return ()
    top = Path(superproject[0])
    path = Path(os.path.relpath(repository.top(), top)).as_posix()
    options = ["-C", str(top), "--literal-pathspecs"]
    index_lines = _lines([*options, "ls-files", "--stage", "--", path], environment)
    tree_lines = _lines([*options, "ls-tree", "HEAD", "--", path], environment)
    # `160000 OID 0<TAB>PATH`, and `160000 commit OID<TAB>PATH`
    pin_oids = [line.split()[1] for line in index_lines if line.startswith("160000 ")]
    pin_oids += [line.split()[2] for line in tree_lines if line.startswith("160000 ")]
    return tuple(Pin(top, path, oid) for oid in dict.fromkeys(pin_oids) if oid in oids)


def _clean_environment() -> dict[str, str]:
    """An environment in which git finds another repository than the one that a hook is for
    (git-rev-parse(1), `--local-env-vars`)."""
    local = process.run(["rev-parse", "--local-env-vars"]).stdout.decode("ascii").split()
    return {name: value for name, value in process.plain_environment().items() if name not in local}


def _lines(args: list[str], environment: dict[str, str]) -> list[str]:
    """What git prints; nothing where it fails: a superproject without a commit."""
    result = process.run(args, env=environment, check=False)
    if result.returncode != 0:
        return []
    return result.stdout.decode("utf-8", "surrogateescape").splitlines()

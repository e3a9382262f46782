"""Deciding before a push, at next to no cost, that there is nothing to ask.

This runs at every push. It imports nothing that Python has not loaded by itself
when it starts (`subprocess`, `pathlib`, `typing` and `re` each cost more than all
of this), and asks git two questions.
"""

from __future__ import annotations

import os

from attest.git.push_updates import Update, outgoing
from attest.state import check_cache
from attest.system import programs

_MANY = 100  # refs that fit on one command line everywhere


def nothing_to_ask(updates: list[Update]) -> bool:
    """Whether every commit of a push was verified before, as far as that is cheap to find
    out; False where a closer look is needed."""
    new = [update.new for update in updates if not update.deletes]
    if not new:
        return True
    if len(updates) > _MANY or not hasattr(os, "posix_spawn"):
        return False  # Windows has none: there, every push takes the closer look
    folder = _git("rev-parse", "--git-common-dir")
    if folder is None:
        return False
    known = check_cache.read(os.path.join(os.fsdecode(folder).removesuffix("\n"), "attest"))
    if all((check_cache.BRANCH + oid).encode() in known for oid in new):
        return True
    out = _git(*outgoing(new, [update.old for update in updates if not update.creates]))
    if out is None:
        return False
    return all(oid in known for oid in out.split())


def _git(*args: str) -> bytes | None:
    """What git prints; None where it fails."""
    git = programs.find("git")
    if git is None:
        return None
    reader, writer = os.pipe()
    environment = {**os.environ, "GIT_NO_REPLACE_OBJECTS": "1", "GIT_OPTIONAL_LOCKS": "0"}
    environment["GIT_GRAFT_FILE"] = f"{os.devnull}/none"
    null = os.open(os.devnull, os.O_RDWR)
    actions = [
        (os.POSIX_SPAWN_DUP2, null, 0),
        (os.POSIX_SPAWN_DUP2, writer, 1),
        (os.POSIX_SPAWN_DUP2, null, 2),
    ]
    try:
        child = os.posix_spawn(git, [git, *args], environment, file_actions=actions)
    except OSError:
        os.close(reader)
        return None
    finally:
        os.close(writer)
        os.close(null)
    with open(reader, "rb") as pipe:
        out = pipe.read()
    _, status = os.waitpid(child, 0)
    return out if status == 0 else None

"""Deciding before a push, at next to no cost, that there is nothing to ask.

This runs at every push. It imports nothing that Python has not loaded by itself
when it starts (`subprocess`, `pathlib`, `typing` and `re` each cost more than all
of this), and asks git two questions.
"""

from __future__ import annotations

import os

import attest

FILE = "settled"
"""In the folder `attest` of the git directory: ids of commits that were found to
hold, one a line, below a line that names the version that found it."""
SINCE = "refs/attest/since/*"
"""Commits that these refs reach are never asked about (docs/hooks.md)."""
NO_PROJECT = ("refs/notes/", "refs/attest/")
"""Where refs lead to commits that are not the project's."""
KEPT = 20_000
_HEADER = b"attest %b\n" % attest.__version__.encode()
_MANY = 100  # refs on one command line


class Update:
    """One line of what git gives to `pre-push` (githooks(5)).

    `local` and `remote` are names of refs, `new` and `old` object ids in hex; of
    zeros alone where a side has none.
    """

    __slots__ = ("local", "new", "old", "remote")

    def __init__(self, local: str, new: str, remote: str, old: str) -> None:
        self.local, self.new, self.remote, self.old = local, new, remote, old

    @property
    def deletes(self) -> bool:
        return not self.new.strip("0")

    @property
    def concerns(self) -> bool:
        """Whether it brings commits of the project: no deletion, no notes, and none
        of our own refs."""
        return not self.deletes and not self.remote.startswith(NO_PROJECT)

    @property
    def creates(self) -> bool:
        return not self.old.strip("0")


def updates(data: bytes) -> list[Update]:
    """Read what git writes to `pre-push`.

    Raises:
        ValueError: a line is not four words, or an id is none.
    """
    found = []
    for line in os.fsdecode(data).split("\n"):
        if not line:
            continue
        words = line.rsplit(" ", 3)  # the first may be an expression with blanks
        if len(words) != 4 or not (_is_oid(words[1]) and _is_oid(words[3])):
            raise ValueError(line)
        found.append(Update(words[0], words[1], words[2], words[3]))
    return found


def _is_oid(word: str) -> bool:
    return len(word) in (40, 64) and not word.strip("0123456789abcdef")


def nothing_to_ask(pushed: list[Update]) -> bool:
    """Whether every commit of a push is settled, as far as can be told cheaply;
    False where a closer look is needed."""
    new = [update.new for update in pushed if not update.deletes]
    if not new:
        return True
    if len(pushed) > _MANY or not hasattr(os, "posix_spawnp"):
        return False
    folder = _git("rev-parse", "--git-common-dir")
    if folder is None:
        return False
    out = _git(*outgoing(new, [update.old for update in pushed if not update.creates]))
    if out is None:
        return False
    settled = read(os.path.join(os.fsdecode(folder).removesuffix("\n"), "attest"))
    return all(oid in settled for oid in out.split())


def outgoing(new: list[str], old: list[str]) -> list[str]:
    """The git command that lists the commits which no remote has.

    Args:
        new: what is pushed.
        old: what the remote says it has; unknown ids are passed over.
    """
    limits = [f"--glob={SINCE}", "--remotes", *old]
    return ["rev-list", "--ignore-missing", *new, "--not", *limits]


def read(folder: str) -> set[bytes]:
    """The ids of settled commits; none where another version wrote the file."""
    try:
        with open(os.path.join(folder, FILE), "rb") as file:
            data = file.read()
    except OSError:
        return set()
    return set(data[len(_HEADER) :].split(b"\n")) if data.startswith(_HEADER) else set()


def keep_for(folder: str, rules: str) -> None:
    """Forget the settled commits if they were found to hold by other rules.

    Args:
        rules: digest of the policy; empty for the built-in ones.
    """
    path = os.path.join(folder, f"{FILE}-by")
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            before = file.read()
    except OSError:
        before = ""
    if before == rules:
        return
    try:
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, FILE), "wb"):
            pass
        with open(path, "w", encoding="ascii") as file:
            file.write(rules)
    except OSError:
        return


def settle(folder: str, oids: list[str]) -> None:
    """Remember commits that hold. The file is made anew where it is another
    version's or has grown long. It is a memory and no more: where it cannot be
    written, the next push looks closer."""
    try:
        _settle(folder, oids)
    except OSError:
        return


def _settle(folder: str, oids: list[str]) -> None:
    known = read(folder)
    new = [oid.encode() for oid in oids if oid.encode() not in known]
    if not new:
        return
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, FILE)
    lines = b"".join(oid + b"\n" for oid in new)
    if not known or len(known) + len(new) > KEPT:
        temporary = f"{path}.{os.getpid()}"
        with open(temporary, "wb") as file:
            file.write(_HEADER + lines)
        from attest import files

        files.replace(temporary, path)
        return
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)
    with open(descriptor, "ab") as file:
        file.write(lines)


def _git(*args: str) -> bytes | None:
    """What git prints; None where it fails."""
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
        child = os.posix_spawnp("git", ["git", *args], environment, file_actions=actions)
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

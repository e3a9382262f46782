"""Which of attest's hooks git runs in a clone, and which of them it no longer runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from attest.errors import EnvironmentFault, remedy
from attest.hook import handshake

if TYPE_CHECKING:
    from attest.git.repository import Repository

HOOKS = ("pre-commit", "commit-msg", "post-commit", "pre-push")
COMMIT_HOOKS = HOOKS[:3]
SETTING = "attest.hooksInstalled"
"""Set in a clone where `attest init` installed the hooks: git is to run them there."""
State = Literal["ours", "line", "old", "blocked", "absent"]

_CONFIGURATION = (".json", ".toml", ".yaml", ".yml")
"""How the names of the files end in which hook managers keep what they run."""
_MAX_BYTES = 100_000
"""A larger file was not written by hand: it locks versions, or holds data."""


def active(repository: Repository) -> bool:
    """Whether git will run attest's commit hook here."""
    return state(repository, "commit-msg") in ("ours", "line")


def complete(repository: Repository) -> bool:
    """Whether git will run all of attest's hooks around a commit by itself."""
    return all(state(repository, name) == "ours" for name in COMMIT_HOOKS)


def lost(repository: Repository) -> list[str]:
    """The hooks that `attest init` installed and that git does not run any more: another program
    has put its own in their place (lefthook, whenever its configuration changes), or git looks
    for hooks elsewhere now (husky sets `core.hooksPath`)."""
    if repository.bare or repository.config.get(SETTING) != "true":
        return []
    return [name for name in HOOKS if state(repository, name) == "absent"]


def replaced(folder: Path, top: Path) -> list[str]:
    """The hooks in whose place another program's run. In contrast to `lost`, one that somebody
    deleted does not count, and this starts no git.

    Args:
        folder: where git looks for hooks.
        top: the root of the work tree.
    """
    return [
        name
        for name in HOOKS
        if os.access(folder / name, os.X_OK) and _state(folder, top, name) == "absent"
    ]


def describe_loss(names: Sequence[str]) -> str:
    """That git does not run some hooks of attest any more, in a line with what to do."""
    return (
        f"git no longer runs attest's hooks ({', '.join(names)}). To set them up again: attest init"
    )


def state(repository: Repository, name: str) -> State:
    """What git will run as this hook: attest's own (`ours`, or `old` where another version
    wrote it), another one that calls attest (`line`), one of these that is not executable
    (`blocked`), or neither (`absent`)."""
    result = _state(repository.hooks, repository.work_tree, name)
    return "line" if result == "absent" and _is_in_git_config(repository, name) else result


def _state(folder: Path, top: Path | None, name: str) -> State:
    hook = folder / name
    for file in _places(folder, name):
        try:
            text = file.read_bytes()
        except OSError:
            continue
        if f"attest hook {name}".encode() in text:
            return "line" if os.access(hook, os.X_OK) else "blocked"
        if handshake.MARK in text:
            if not (os.access(hook, os.X_OK) and os.access(file, os.X_OK)):
                return "blocked"
            return "ours" if handshake.CURRENT in text else "old"
    if top is not None and os.access(hook, os.X_OK) and _is_configured(top, name):
        return "line"
    return "absent"


def _is_in_git_config(repository: Repository, name: str) -> bool:
    """Whether git's own settings have attest run as this hook (`hook.NAME.command`; git 2.54)."""
    from attest.git import process

    commands = repository.config.subsections("hook", "command")
    keys = [key for key, command in commands.items() if f"attest hook {name}" in command]
    events = [event for key in keys for event in repository.config.all(f"hook.{key}.event")]
    return name in events and process.version() >= (2, 54)


def _is_configured(top: Path, name: str) -> bool:
    """Whether a hook manager's configuration (`lefthook.yml`) says that attest runs."""
    call = f"attest hook {name}".encode()
    for folder in (top, top / ".config"):
        try:
            with os.scandir(folder) as entries:
                files = [Path(entry.path) for entry in entries if _is_configuration(entry)]
            lines = [line.strip() for file in files for line in file.read_bytes().splitlines()]
        except OSError:
            continue
        if any(call in line and not line.startswith((b"#", b"//")) for line in lines):
            return True
    return False


def _is_configuration(entry: os.DirEntry[str]) -> bool:
    if not entry.name.endswith(_CONFIGURATION) or not entry.is_file():
        return False
    return entry.stat().st_size <= _MAX_BYTES


def not_executable(repository: Repository, name: str) -> list[Path]:
    """The files of a hook that git cannot run."""
    places = dict.fromkeys(_places(repository.hooks, name))
    return [file for file in places if file.is_file() and not os.access(file, os.X_OK)]


def _places(folder: Path, name: str) -> tuple[Path, Path, Path]:
    """Where a hook's text may be: at its place, where pre-commit moved it, and where husky
    keeps it (its own folder `_` has stubs that call the files beside that folder)."""
    hook = folder / name
    husky = folder.parent / name if folder.name == "_" else hook
    return hook, legacy(hook), husky


def is_shim(hook: Path) -> bool:
    """Whether a file is a hook that attest wrote.

    Raises:
        EnvironmentFault: it cannot be read.
    """
    try:
        return hook.is_file() and handshake.MARK in hook.read_bytes()[:200]
    except OSError as error:
        raise EnvironmentFault(f"{hook} cannot be read: {error.strerror}", remedy(error)) from None


def legacy(hook: Path) -> Path:
    """Where the pre-commit framework moves a hook that it finds, and runs it from."""
    return hook.with_name(hook.name + ".legacy")

"""Installing attest's hooks in a clone, and removing them."""

from __future__ import annotations

import os
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from attest.hook import handshake, installed
from attest.hook.installed import COMMIT_HOOKS, HOOKS, is_shim, legacy
from attest.setup import shim
from attest.state import atomic
from attest.system import files

BACKUP_SUFFIX = ".before-attest"
FOLDER_SETTING = "attest.madeHooksFolder"


@dataclass(frozen=True, slots=True)
class Installation:
    """What `install` did.

    Args:
        written_hooks: hooks that were written now; none where all were in place.
        chained_hooks: hooks that were there before and keep running.
        outside_folder: the hooks directory, if it is not ours to write to.
    """

    written_hooks: tuple[str, ...] = ()
    chained_hooks: tuple[str, ...] = ()
    outside_folder: Path | None = None


def install(repository: Repository) -> Installation:
    """Write the hooks where git looks for them; a second run changes nothing.

    A directory outside the git directory (a global `core.hooksPath`, or one that is
    tracked) is not written to: it serves other clones and people, too.

    Raises:
        EnvironmentFault: the directory cannot be written.
    """
    if not ours_to_write(repository):
        _record(repository, None)
        return Installation(outside_folder=repository.hooks)
    if not repository.hooks.is_dir():
        repository.hooks.mkdir(parents=True)
        repository.config.set(FOLDER_SETTING, "true")
    written_hooks, chained_hooks = [], []
    for name in HOOKS:
        hook = repository.hooks / name
        text = shim.text(name)
        if is_shim(legacy(hook)):
            chained_hooks.append(name)
            continue
        if os.path.lexists(hook) and not is_shim(hook):
            _set_aside(hook)
        if os.path.lexists(_backup(hook)):
            chained_hooks.append(name)
        if not hook.is_file() or hook.read_bytes() != text:
            atomic.replace(hook, text)
            hook.chmod(0o755)
            written_hooks.append(name)
    _record(repository, "true")
    return Installation(tuple(written_hooks), tuple(chained_hooks))


def uninstall(repository: Repository) -> tuple[str, ...]:
    """Remove the hooks and put back exactly what was there before.

    Returns:
        The names of the hooks that were removed.
    """
    names: list[str] = []
    for name in HOOKS:
        hook = repository.hooks / name
        if is_shim(legacy(hook)):
            hook = legacy(hook)
        if not is_shim(hook):
            continue
        backup = _backup(repository.hooks / name)
        if hook.suffix == ".legacy" and _runs_legacy(backup):
            files.remove(backup)
        if os.path.lexists(backup):
            files.replace(backup, hook)
        else:
            files.remove(hook)
        names.append(name)
    names += _remove_copies(repository, names)
    _record(repository, None)
    if repository.config.get(FOLDER_SETTING) is not None:
        repository.config.set(FOLDER_SETTING, None)
        if repository.hooks.is_dir() and not any(repository.hooks.iterdir()):
            repository.hooks.rmdir()
    return tuple(names)


def _record(repository: Repository, value: str | None) -> None:
    """Record in the clone's configuration whether attest's hooks are installed."""
    if repository.config.get(installed.SETTING) != value:
        repository.config.set(installed.SETTING, value)


def _remove_copies(repository: Repository, removed: Sequence[str]) -> list[str]:
    """Remove the hooks of ours that another tool moved (lefthook, to `commit-msg.old`) and would
    put back when it is uninstalled; the names of those that were not removed yet."""
    names: list[str] = []
    for name in HOOKS:
        for path in sorted(repository.hooks.glob(f"{name}.*")):
            if is_shim(path):
                files.remove(path)
                names += [] if name in (*removed, *names) else [name]
    return names


def temporary(repository: Repository, folder: Path) -> None:
    """Fill *folder* with hooks that run the repository's own and then attest's,
    for one commit in a clone where attest's hooks are not installed.

    Raises:
        EnvironmentFault: git would not run them.
    """
    hooks_folder = repository.hooks
    names = {path.name for path in hooks_folder.iterdir()} if hooks_folder.is_dir() else set()
    for name in sorted(names | set(COMMIT_HOOKS)):
        own_hook = hooks_folder / name
        is_runnable = (
            own_hook.is_file() and os.access(own_hook, os.X_OK) and not name.endswith(".sample")
        )
        lines = (
            [f'#!/bin/sh\n{shlex.quote(str(own_hook))} "$@" || exit $?\n'] if is_runnable else []
        )
        if name in COMMIT_HOOKS:
            lines.append(shim.text(name).decode("utf-8", "surrogateescape"))
        if lines:
            hook = folder / name
            hook.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))
            hook.chmod(0o755)
    _assert_git_runs(folder)


def _assert_git_runs(folder: Path) -> None:
    """Make sure that git takes its hooks from a folder: it passes over a hook that it
    cannot execute, and the commit would be made without answers."""
    setting = ["-c", f"core.hooksPath={folder}"]
    for name in COMMIT_HOOKS:
        words = [*setting, "rev-parse", "--path-format=absolute", "--git-path", f"hooks/{name}"]
        path = Path(os.fsdecode(process.run(words).stdout).removesuffix("\n"))
        if not (path.is_file() and path.samefile(folder / name) and os.access(path, os.X_OK)):
            raise EnvironmentFault(
                f"git would not run attest's {name} hook: {path} cannot be executed",
                "Nothing was committed. Is the git directory on a file system that is mounted\n"
                "noexec? Then commit with `git commit`, and answer for it: attest answer HEAD",
            )


def line_to_add(name: str) -> str:
    """The line that a person adds to a hook of their own, so that attest runs in it.
    That of `pre-push` keeps standard input for the lines below it (`git lfs`)."""
    word = handshake.WORD.decode()
    run, redirection = f'w=$({handshake.HANDSHAKE}=2 attest hook {name} "$@"', ""
    stop_command = f'case $w in *"{word}") exit 1 ;; esac'
    if name == "pre-push":
        save_input, redirection = 'f=$(mktemp) && cat >"$f" || exit 1; ', ' <"$f"'
        lines = f'{save_input}{run}{redirection}) || {stop_command}; exec <"$f"; rm "$f"'
    else:
        lines = f"{run}) || {stop_command}"
    return f"if command -v attest >/dev/null; then {lines}; fi"


def ours_to_write(repository: Repository) -> bool:
    """Whether the hooks directory is this clone's own."""
    hooks, git_folder = repository.hooks.resolve(), repository.common_dir.resolve()
    return hooks.is_relative_to(git_folder)


def _runs_legacy(hook: Path) -> bool:
    """Whether this is the pre-commit framework's own hook: set aside by us, and
    written again by it since."""
    return hook.is_file() and b"pre-commit.com" in hook.read_bytes()


def _backup(hook: Path) -> Path:
    return hook.with_name(hook.name + BACKUP_SUFFIX)


def _set_aside(hook: Path) -> None:
    """Move a hook that is not ours to where the shim finds it. One that was set
    aside earlier (another tool wrote over our shim since) is kept by a number."""
    backup = _backup(hook)
    if os.path.lexists(backup):
        number = 1
        while os.path.lexists(backup.with_name(f"{backup.name}.{number}")):
            number += 1
        files.replace(backup, backup.with_name(f"{backup.name}.{number}"))
    files.replace(hook, backup)

"""Putting attest's hooks into a clone, and taking them out again."""

from __future__ import annotations

import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attest import files, store
from attest.errors import EnvironmentFault
from attest.git.repository import Repository

HOOKS = ("pre-commit", "commit-msg", "post-commit", "pre-push")
COMMIT_HOOKS = HOOKS[:3]
MARK = b"# attest-shim "
BEFORE = ".before-attest"
MADE_FOLDER = "attest.madeHooksFolder"


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` did.

    Args:
        written: hooks that were written now; none where all were in place.
        chained: hooks that were there before and keep running.
        outside: the hooks folder, if it is not ours to write to.
    """

    written: tuple[str, ...] = ()
    chained: tuple[str, ...] = ()
    outside: Path | None = None


def install(repository: Repository) -> Installed:
    """Write the hooks where git looks for them; does nothing twice.

    A folder outside the git directory (a global `core.hooksPath`, a tracked
    folder) is not written to.

    Raises:
        EnvironmentFault: the folder cannot be written.
    """
    if not ours_to_write(repository):
        return Installed(outside=repository.hooks)
    if not repository.hooks.is_dir():
        repository.hooks.mkdir(parents=True)
        repository.set_config(MADE_FOLDER, "true")
    written, chained = [], []
    for name in HOOKS:
        hook = repository.hooks / name
        shim = shim_text(name)
        if _is_shim(_legacy(hook)):
            chained.append(name)
            continue
        if os.path.lexists(hook) and not _is_shim(hook):
            _set_aside(hook)
        if os.path.lexists(_before(hook)):
            chained.append(name)
        if not hook.is_file() or hook.read_bytes() != shim:
            store.replace(hook, shim)
            hook.chmod(0o755)
            written.append(name)
    return Installed(tuple(written), tuple(chained))


def uninstall(repository: Repository) -> tuple[str, ...]:
    """Take the hooks out and put back exactly what was there; their names."""
    removed = []
    for name in HOOKS:
        hook = repository.hooks / name
        if _is_shim(_legacy(hook)):
            hook = _legacy(hook)
        if not _is_shim(hook):
            continue
        before = _before(repository.hooks / name)
        if hook.suffix == ".legacy" and _runs_legacy(before):
            files.remove(before)
        if os.path.lexists(before):
            files.replace(before, hook)
        else:
            files.remove(hook)
        removed.append(name)
    if repository.config(MADE_FOLDER) is not None:
        repository.set_config(MADE_FOLDER, None)
        if repository.hooks.is_dir() and not any(repository.hooks.iterdir()):
            repository.hooks.rmdir()
    return tuple(removed)


def active(repository: Repository) -> bool:
    """Whether git will run attest's commit hook here."""
    return state(repository, "commit-msg") in ("ours", "line")


def state(
    repository: Repository, name: str
) -> Literal["ours", "line", "gone", "blocked", "absent"]:
    """How a hook stands: ours, called by a line in the person's own, ours with a
    Python that is gone, there but not to be run, or absent."""
    hook = repository.hooks / name
    husky = repository.hooks.parent / name if repository.hooks.name == "_" else hook
    for file in (hook, _legacy(hook), husky):
        try:
            text = file.read_bytes()
        except OSError:
            continue
        if f"attest hook {name}".encode() in text:
            return "line" if os.access(hook, os.X_OK) else "blocked"
        if MARK in text:
            python = re.search(rb"^attest_python=(.*)$", text, re.MULTILINE)
            words = shlex.split(os.fsdecode(python[1])) if python else []
            if not os.access(file, os.X_OK):
                return "blocked"
            return "ours" if words and os.access(words[0], os.X_OK) else "gone"
    return "absent"


def temporary(repository: Repository, folder: Path) -> None:
    """Fill *folder* with hooks that run the repository's own and then attest's,
    for one commit in a clone where attest's hooks are not installed."""
    own = repository.hooks
    names = {path.name for path in own.iterdir()} if own.is_dir() else set()
    for name in sorted(names | set(COMMIT_HOOKS)):
        before = own / name
        runs = before.is_file() and os.access(before, os.X_OK) and not name.endswith(".sample")
        shim = shim_text(name).decode("utf-8", "surrogateescape")
        lines = [f'#!/bin/sh\n{shlex.quote(str(before))} "$@" || exit $?\n'] if runs else []
        if name in COMMIT_HOOKS:
            lines.append(shim)
        if lines:
            hook = folder / name
            hook.write_bytes("".join(lines).encode("utf-8", "surrogateescape"))
            hook.chmod(0o755)


def line_to_add(name: str) -> str:
    """What a person adds to a hook of their own to have attest run in it. That of
    `pre-push` keeps standard input for what comes below it (`git lfs`)."""
    run = f'attest hook {name} "$@"'
    if name == "pre-push":
        run = f'f=$(mktemp) && cat >"$f" && {run} <"$f"'
        return f'if command -v attest >/dev/null; then {run} || exit $?; exec <"$f"; rm "$f"; fi'
    return f"if command -v attest >/dev/null; then {run} || exit $?; fi"


def shim_text(name: str) -> bytes:
    """The hook that is installed as *name*."""
    template = _template().read_text("utf-8")
    filled = template.replace("@HOOK@", name).replace("@PYTHON@", shlex.quote(_python()))
    return filled.encode("utf-8", "surrogateescape")


def _python() -> str:
    return sys.executable.replace("\\", "/") if os.name == "nt" else sys.executable


def _template() -> Path:
    """The shim lies in the package when installed, and in `hooks/` in a checkout."""
    here = Path(__file__).resolve().parent
    for folder in (here / "hooks", here.parent.parent / "hooks"):
        if (folder / "shim.sh").is_file():
            return folder / "shim.sh"
    raise EnvironmentFault("attest's own hooks/shim.sh is missing", "Install attest again.")


def ours_to_write(repository: Repository) -> bool:
    """Whether the hooks folder is this clone's own."""
    hooks, inside = repository.hooks.resolve(), repository.common_dir.resolve()
    return hooks.is_relative_to(inside)


def _is_shim(hook: Path) -> bool:
    try:
        return hook.is_file() and MARK in hook.read_bytes()[:200]
    except OSError as error:
        raise EnvironmentFault(f"{hook} cannot be read: {error.strerror}") from None


def _legacy(hook: Path) -> Path:
    """Where the pre-commit framework puts a hook that it found, and runs it."""
    return hook.with_name(hook.name + ".legacy")


def _runs_legacy(hook: Path) -> bool:
    """Whether this is the pre-commit framework's own hook: set aside by us, and
    written again by it since."""
    return hook.is_file() and b"pre-commit.com" in hook.read_bytes()


def _before(hook: Path) -> Path:
    return hook.with_name(hook.name + BEFORE)


def _set_aside(hook: Path) -> None:
    """Move a hook that is not ours to where the shim finds it. One that was set
    aside earlier (another tool wrote over our shim since) is kept by a number."""
    before = _before(hook)
    if os.path.lexists(before):
        number = 1
        while os.path.lexists(before.with_name(f"{before.name}.{number}")):
            number += 1
        files.replace(before, before.with_name(f"{before.name}.{number}"))
    files.replace(hook, before)

"""Putting attest's hooks into a clone, and taking them out again."""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import attest
from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from attest.hook import handshake
from attest.state import atomic
from attest.system import files, programs

HOOKS = ("pre-commit", "commit-msg", "post-commit", "pre-push")
COMMIT_HOOKS = HOOKS[:3]
MARK = b"# attest-shim "
CURRENT = b"# attest-shim 3:"
LAUNCHER = "ATTEST_LAUNCHER"
"""Environment of `attest init`: a program to start in place of the Python. Whoever
packages attest behind a wrapper sets it there (docs/hooks.md)."""
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
            atomic.replace(hook, shim)
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


def complete(repository: Repository) -> bool:
    """Whether git will run all of attest's hooks around a commit by itself."""
    return all(state(repository, name) == "ours" for name in COMMIT_HOOKS)


def state(repository: Repository, name: str) -> Literal["ours", "line", "old", "blocked", "absent"]:
    """How a hook stands: ours, called by a line in the person's own, ours of another
    version, there but not to be run, or absent."""
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
            if not (os.access(hook, os.X_OK) and os.access(file, os.X_OK)):
                return "blocked"
            return "ours" if CURRENT in text else "old"
    return "absent"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a hook would run.

    Args:
        program: it runs attest; empty where nothing does.
        said: attest's version there, or why nothing runs.
    """

    program: str
    said: str


def trial(repository: Repository, name: str) -> Trial:
    """Ask a hook which program it would run, in the shell that git runs it in; it
    does nothing else. For a hook of the person's own, ask the `attest` on PATH."""
    hook = repository.hooks / name
    file = next((f for f in (hook, _legacy(hook)) if _is_shim(f)), None)
    env = {**os.environ, handshake.PROBE: "1", handshake.HANDSHAKE: "2", "ATTEST_FILE": str(file)}
    command = "attest hook " + name if file is None else '"$ATTEST_FILE"'
    words = ["-c", f"alias.attest-trial=!{command}", "attest-trial"]
    done = process.run(words, env=env, check=False)
    out, said = (os.fsdecode(stream).strip() for stream in (done.stdout, done.stderr))
    if file is None:
        out = programs.find("attest") or "" if out.endswith(handshake.WORD.decode()) else ""
    if done.returncode != 0 or not out:
        return Trial("", said or f"it ended with exit code {done.returncode}")
    return Trial(out, said)


def temporary(repository: Repository, folder: Path) -> None:
    """Fill *folder* with hooks that run the repository's own and then attest's,
    for one commit in a clone where attest's hooks are not installed.

    Raises:
        EnvironmentFault: git would not run them.
    """
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
    setting = ["-c", f"core.hooksPath={folder}"]
    for name in COMMIT_HOOKS:
        words = [*setting, "rev-parse", "--path-format=absolute", "--git-path", f"hooks/{name}"]
        taken = Path(os.fsdecode(process.run(words).stdout).removesuffix("\n"))
        if not (taken.is_file() and taken.samefile(folder / name) and os.access(taken, os.X_OK)):
            raise EnvironmentFault(
                f"git would not run attest's {name} hook: {taken} cannot be run",
                "Is the git directory mounted noexec? Nothing was committed. Commit with\n"
                "`git commit`, and then answer for it: attest answer HEAD",
            )


def line_to_add(name: str) -> str:
    """What a person adds to a hook of their own to have attest run in it. That of
    `pre-push` keeps standard input for what comes below it (`git lfs`)."""
    word = handshake.WORD.decode()
    run, fed = f'w=$({handshake.HANDSHAKE}=2 attest hook {name} "$@"', ""
    stops = f'case $w in *"{word}") exit 1 ;; esac'
    if name == "pre-push":
        keep, fed = 'f=$(mktemp) && cat >"$f" || exit 1; ', ' <"$f"'
        lines = f'{keep}{run}{fed}) || {stops}; exec <"$f"; rm "$f"'
    else:
        lines = f"{run}) || {stops}"
    return f"if command -v attest >/dev/null; then {lines}; fi"


def shim_text(name: str) -> bytes:
    """The hook that is installed as *name*."""
    template = _template().read_text("utf-8")
    launcher = os.environ.get(LAUNCHER, "")
    filled = template.replace("@HOOK@", name).replace("@PYTHON@", shlex.quote(_python()))
    filled = filled.replace("@LAUNCHER@", shlex.quote(launcher))
    return filled.encode("utf-8", "surrogateescape")


def _python() -> str:
    return sys.executable.replace("\\", "/") if os.name == "nt" else sys.executable


def _template() -> Path:
    """The shim lies in the package when installed, and in `hooks/` in a checkout."""
    here = Path(attest.__file__).resolve().parent
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

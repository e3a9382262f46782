"""`attest doctor` on the hooks: are they there, does git run them, and which attest do
they start?"""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from attest import __version__
from attest.git import process
from attest.git.repository import Repository
from attest.hook import handshake, installed
from attest.setup import hooks
from attest.setup.diagnosis import Diagnosis
from attest.system import programs


def examine(repository: Repository) -> Iterator[Diagnosis]:
    """Each hook that is off; and what the others run, in one line where it is the same."""
    if repository.bare:
        yield Diagnosis("note", "hooks", "none: this is a bare repository")
        return
    names_by_trial: dict[Trial, list[str]] = {}
    is_attest_missing = False
    for name in installed.HOOKS:
        state = installed.state(repository, name)
        if state == "line" and programs.find("attest") is None:
            is_attest_missing = True
        elif state in ("ours", "line"):
            names_by_trial.setdefault(run_trial(repository, name), []).append(name)
        else:
            yield _describe_idle_hook(repository, name, state)
    if is_attest_missing:
        message = "your own hooks call attest, which is not on PATH"
        remedy = "Add the directory of the command attest to PATH, also for git."
        yield Diagnosis("missing", "hooks", message, remedy)
    for place, (outcome, names) in enumerate(names_by_trial.items()):
        yield from _run(
            outcome, names, "hooks" if place == 0 and not is_attest_missing else names[0]
        )


@dataclass(frozen=True, slots=True)
class Trial:
    """What a hook would run.

    Args:
        program: it runs attest; empty where nothing does.
        message: attest's version there, or why nothing runs.
    """

    program: str
    message: str


def run_trial(repository: Repository, name: str) -> Trial:
    """Ask a hook which program it would run, in the shell that git runs it in; it
    does nothing else. For a hook of the person's own, ask the `attest` on PATH."""
    hook = repository.hooks / name
    file = next((f for f in (hook, installed.legacy(hook)) if installed.is_shim(f)), None)
    env = {**os.environ, handshake.PROBE: "1", handshake.HANDSHAKE: "2", "ATTEST_FILE": str(file)}
    command = "attest hook " + name if file is None else '"$ATTEST_FILE"'
    words = ["-c", f"alias.attest-trial=!{command}", "attest-trial"]
    result = process.run(words, env=env, check=False)
    out, errors = (os.fsdecode(stream).strip() for stream in (result.stdout, result.stderr))
    if file is None:
        out = programs.find("attest") or "" if out.endswith(handshake.WORD.decode()) else ""
    if result.returncode != 0 or not out:
        return Trial("", errors or f"exit code {result.returncode}")
    return Trial(out, errors)


def _describe_idle_hook(repository: Repository, name: str, state: installed.State) -> Diagnosis:
    """A hook that git does not run, or that is not this version's."""
    if state == "old":
        message = "another version of attest wrote this hook"
        return Diagnosis("missing", name, message, "Run `attest init` again.")
    if state == "blocked":
        files = [shlex.quote(str(file)) for file in installed.not_executable(repository, name)]
        message = "the hook is not executable"
        return Diagnosis("missing", name, message, f"chmod +x {' '.join(files)}")
    if hooks.ours_to_write(repository):
        is_other = os.access(repository.hooks / name, os.X_OK)
        other = "; another program's is in its place" if is_other else ""
        message = f"attest's hook is not installed{other}"
        return Diagnosis("note", name, message, "Run `attest init`.")
    message = f"no hook in {repository.hooks} calls attest"
    remedy = f"Add this line to {name} there:\n{hooks.line_to_add(name)}"
    return Diagnosis("note", name, message, remedy)


def _run(outcome: Trial, names: list[str], subject: str) -> Iterator[Diagnosis]:
    """What some hooks run.

    Args:
        subject: of the line, if there is one line for all of them.
    """
    if not outcome.program:
        message = f"attest does not run: {'; '.join(outcome.message.splitlines())}"
        for name in names:
            remedy = "Reinstall attest, and run `attest init`."
            yield Diagnosis("missing", name, message, remedy)
        return
    message = f"{', '.join(names)}: {outcome.program}"
    if outcome.message == __version__:
        yield Diagnosis("ok", subject, message)
        return
    remedy = "Update one of them, or put the right one first on PATH."
    message += f" is attest {outcome.message}; this is {__version__}"
    yield Diagnosis("note", subject, message, remedy)

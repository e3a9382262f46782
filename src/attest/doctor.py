"""Whether everything that attest needs here is in place, line by line."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from attest import agents, clone, install, keys
from attest.errors import AttestError, EnvironmentFault
from attest.git import operations, process
from attest.git.repository import Repository
from attest.policy.model import FILE
from attest.prompts.terminal import has_terminal, no_person
from attest.questions import grammars
from attest.rewrite.journal import Journal
from attest.signatures import keygen, trial
from attest.signatures.pgpkey import OpenPGPKey

State = Literal["ok", "note", "missing"]


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was looked at.

    Args:
        state: `note` is worth knowing; `missing` is needed, and not there.
        remedy: what to do; empty where there is nothing to do.
    """

    state: State
    what: str
    said: str
    remedy: str = ""


def examine() -> Iterator[Line]:
    """Look at everything, needed things first."""
    git = _git()
    yield git
    yield _ssh_keygen()
    yield _gpg()
    yield _grammars()
    if git.state == "missing":
        return
    try:
        repository = Repository.find()
    except EnvironmentFault as fault:
        yield Line("missing", "repository", fault.message, fault.hint)
        return
    yield _identity(repository)
    yield from _key(repository)
    yield from _hooks(repository)
    yield _policy(repository)
    yield _upstream(repository)
    yield _agent(repository)
    yield _terminal()
    yield _under_way(repository)


def _git() -> Line:
    try:
        major, minor = process.version()
    except EnvironmentFault as fault:
        return Line("missing", "git", fault.message, fault.hint)
    return Line("ok", "git", f"{major}.{minor}")


def _ssh_keygen() -> Line:
    said = keygen.program_version(["ssh", "-V"])
    if shutil.which("ssh-keygen") is None:
        return Line("missing", "ssh-keygen", "not installed", "Install OpenSSH 8.2 or newer.")
    return Line("ok", "ssh-keygen", said or "of an unknown version")


def _gpg() -> Line:
    said = keygen.program_version(["gpg", "--version"])
    if not said:
        return Line("note", "gpg", "not installed; needed only for OpenPGP keys")
    return Line("ok", "gpg", said.removeprefix("gpg "))


def _grammars() -> Line:
    found = grammars.installed()
    off = [one for one in found if not one.fits]
    said = "; ".join(one.described for one in off or found)
    if not off:
        return Line("ok", "grammars", said)
    return Line("missing", "grammars", said, grammars.remedy(off))


def _identity(repository: Repository) -> Line:
    try:
        author = repository.author()
    except EnvironmentFault as fault:
        return Line("missing", "you", fault.message, fault.hint)
    return Line("ok", "you", f"{author.name} <{author.email}>")


def _key(repository: Repository) -> Iterator[Line]:
    try:
        key = keys.chosen(repository)
    except AttestError as fault:
        yield Line("missing", "key", fault.message, fault.hint or keys.REMEDY)
        return
    named = f"{key.fingerprint} ({key.kind}, {key.comment or key.value})"
    if keys.configured(repository) is None:
        yield Line("note", "key", f"{named}, found by itself", "To pin it: attest init")
    else:
        yield Line("ok", "key", named)
    if key.kind.startswith("sk-"):
        yield Line("note", "signs", "not tried: it would ask for a touch")
        return
    if isinstance(key, OpenPGPKey):
        yield _openpgp(key)
        return
    try:
        trial.try_out(key, program=keys.program(repository))
    except EnvironmentFault as fault:
        if shutil.which("ssh-keygen") and trial.has_passphrase(key):
            yield Line("note", "signs", "it will ask for the passphrase, or load it: ssh-add")
            return
        yield Line("missing", "signs", fault.message, fault.hint)
        return
    yield Line("ok", "signs", "a trial signature holds")


def _openpgp(key: OpenPGPKey) -> Line:
    if not key.secret:
        said = "gpg has only the public half"
        return Line("missing", "signs", said, "Import the secret one (gpg --import).")
    return Line("note", "signs", "not tried: gpg might ask for a passphrase")


def _hooks(repository: Repository) -> Iterator[Line]:
    if repository.bare:
        yield Line("note", "hooks", "none: this is a bare repository")
        return
    states = {name: install.state(repository, name) for name in install.HOOKS}
    good = [name for name, state in states.items() if state == "ours"]
    for name, state in states.items():
        if state == "gone":
            yield Line(
                "missing",
                name,
                "the Python that attest was installed with is gone",
                "Run `attest init` again.",
            )
        elif state == "blocked":
            yield Line("missing", name, "the hook cannot be run", "Make it executable: chmod +x")
        elif state == "absent":
            where = "" if install.ours_to_write(repository) else f" in {repository.hooks}"
            remedy = "Run `attest init`." if not where else f"Add: {install.line_to_add(name)}"
            yield Line("note", name, f"attest's hook is not there{where}", remedy)
    if good:
        yield Line("ok", "hooks", ", ".join(good))
    lines = [name for name, state in states.items() if state == "line"]
    if lines and shutil.which("attest") is None:
        yield Line(
            "missing",
            "hooks",
            "your own hooks call attest, which is not on PATH",
            "Add the folder of the command attest to PATH, for git too.",
        )
    elif lines:
        yield Line("ok", "hooks", f"{', '.join(lines)}: called by your own")


def _policy(repository: Repository) -> Line:
    try:
        with repository.isolated() as isolated:
            base = clone.base(repository, isolated)
    except AttestError as fault:
        return Line("missing", "policy", fault.message, fault.hint)
    if base.digest is None:
        return Line("ok", "policy", "none in the base; the built-in rules hold")
    said = f"{FILE} of {(base.oid or '')[:10]}; in words: attest policy explain"
    return Line("ok", "policy", said)


def _upstream(repository: Repository) -> Line:
    try:
        base = repository.default_base()
        return Line("ok", "upstream", repository.ask("rev-parse", "--abbrev-ref", base) or base)
    except AttestError as fault:
        return Line(
            "note",
            "upstream",
            fault.message,
            "Set it: git branch --set-upstream-to REMOTE/BRANCH, or name ranges yourself.",
        )


def _agent(repository: Repository) -> Line:
    agent = agents.recognised(os.environ, repository.values(agents.SETTING))
    if agent is None:
        return Line("ok", "agent", "no coding agent is recognised")
    return Line(
        "note",
        "agent",
        f"{agent.name} ({agent.marker} is set): attest answer refuses to run",
        f"Answer in a terminal of your own; if no agent runs this, unset {agent.marker}.",
    )


def _terminal() -> Line:
    if has_terminal():
        return Line("ok", "terminal", "there is one")
    return Line(
        "note", "terminal", no_person() or "there is none", "Answer in a file, or in an editor."
    )


def _under_way(repository: Repository) -> Line:
    operation = operations.under_way(repository.git_dir)
    if Journal(repository).cut_off():
        return Line("note", "under way", "a rewriting was cut off", "Run: attest answer --unpushed")
    if operation is None:
        return Line("ok", "under way", "nothing")
    said = f"a {operation}: attest moves no branch until it is ended"
    return Line("note", "under way", said, f"End it: {operations.end(operation)}")

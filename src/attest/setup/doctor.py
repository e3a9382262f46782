"""Whether everything that attest needs here is in place, line by line."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from attest import __version__
from attest.analysis.syntax import grammars
from attest.errors import AttestError, EnvironmentFault
from attest.git import in_progress, process
from attest.git.repository import Repository
from attest.interview import coding_agents
from attest.interview.terminal import why_nobody
from attest.policy.model import FILE
from attest.project import base_commit, local_rules
from attest.rewrite.journal import Journal
from attest.setup import hooks, signing_program
from attest.signatures import gpg, self_test, signing_key, ssh_keygen
from attest.signatures.openpgp_key import OpenPGPKey
from attest.system import programs

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
    found = _repository() if git.state == "ok" else None
    repository = found if isinstance(found, Repository) else None
    yield _ssh_keygen(repository)
    yield _gpg()
    yield _grammars()
    if isinstance(found, EnvironmentFault):
        yield Line("missing", "repository", found.message, found.hint)
    if repository is None:
        return
    yield _identity(repository)
    yield from _key(repository)
    yield from _hooks(repository)
    yield _policy(repository)
    yield _upstream(repository)
    yield _agent(repository)
    yield _terminal()
    yield _under_way(repository)


def _repository() -> Repository | EnvironmentFault:
    try:
        return Repository.find()
    except EnvironmentFault as fault:
        return fault


def _git() -> Line:
    try:
        major, minor = process.version()
    except EnvironmentFault as fault:
        return Line("missing", "git", fault.message, fault.hint)
    return Line("ok", "git", f"{major}.{minor}")


def _ssh_keygen(repository: Repository | None) -> Line:
    """The ssh-keygen that signs; the one on PATH where another program does."""
    try:
        signs = signing_key.SSH.program(repository) if repository else signing_key.SSH.name
    except EnvironmentFault:
        signs = signing_key.SSH.name  # the setting cannot be read, as the key's line says
    named = signs if Path(signs).stem == signing_key.SSH.name else signing_key.SSH.name
    path = named if programs.is_absolute(named) else programs.find(named)
    if path is None or not programs.is_program(path):
        return Line("missing", "ssh-keygen", "not installed", "Install OpenSSH 8.2 or newer.")
    # ssh-keygen does not tell its version; the ssh that came with it does.
    ssh = programs.beside(path, "ssh")
    said = ssh_keygen.program_version([ssh, "-V"]) if ssh else ""
    if ssh_keygen.is_unknown_user(said):
        return Line("missing", "ssh-keygen", f"it does not run: {said}", ssh_keygen.UNKNOWN_USER)
    return _version("ssh-keygen", path, said, r"OpenSSH_(?:[A-Za-z_]*_)?", ssh_keygen.OLDEST)


def _gpg() -> Line:
    path = programs.find("gpg")
    said = ssh_keygen.program_version([path, "--version"]) if path else ""
    if not path or not said:
        return Line("note", "gpg", "not installed, or not on PATH; needed only for OpenPGP keys")
    return _version("gpg", path, said.removeprefix("gpg "), r"\(GnuPG[^)]*\) ", gpg.OLDEST)


def _version(what: str, path: str, said: str, before: str, oldest: tuple[int, ...]) -> Line:
    """Compare what a program says of itself with the oldest version that will do.

    Args:
        before: what stands in front of the number, as a regular expression.
    """
    match = re.search(before + r"(\d+(?:\.\d+)*)", said)
    known = tuple(map(int, match[1].split("."))) if match else oldest
    if known < oldest:
        wanted = ".".join(map(str, oldest))
        name = "OpenSSH" if what == "ssh-keygen" else "GnuPG"
        return Line(
            "missing",
            what,
            f"{said} is too old ({path}): attest needs {name} {wanted} or newer",
            f"Install {name} {wanted} or newer, and put its folder first on PATH.",
        )
    return Line("ok", what, f"{said or 'of an unknown version'} ({path})")


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
        key = signing_key.chosen(repository)
    except AttestError as fault:
        yield Line("missing", "key", fault.message, fault.hint or signing_key.REMEDY)
        return
    named = f"{key.fingerprint} ({key.kind}, {key.comment or key.value})"
    if signing_key.configured(repository) is None:
        yield Line("note", "key", f"{named}, found by itself", "To pin it: attest init")
    else:
        yield Line("ok", "key", named)
    try:
        program = signing_key.SSH.program(repository)
        yield from list(_program(repository, signing_key.Signer.of(key)))
    except EnvironmentFault as fault:
        yield Line("missing", "signs", fault.message, fault.hint)
        return
    if key.kind.startswith("sk-"):
        remedy = ssh_keygen.remedy(program, key.kind) if ssh_keygen.is_apples(program) else ""
        yield Line("note", "signs", "not tried: it would ask for a touch", remedy)
        return
    if isinstance(key, OpenPGPKey):
        yield _openpgp(key)
        return
    try:
        self_test.try_out(key, program=program)
    except EnvironmentFault as fault:
        if programs.find("ssh-keygen") and self_test.has_passphrase(key):
            yield Line("note", "signs", "it will ask for the passphrase, or load it: ssh-add")
            return
        yield Line("missing", "signs", fault.message, fault.hint)
        return
    yield Line("ok", "signs", "a trial signature holds")


def _program(repository: Repository, signer: signing_key.Signer) -> Iterator[Line]:
    """What signs, where that is not what has the usual name on PATH; and whether a hook
    would find another one."""
    configured = signer.configured(repository)
    written = repository.config(signer.recorded, kind="path")
    program = signer.program(repository)
    setting = configured[0] if configured else signer.recorded
    if configured is None and written and program != written:
        yield Line(
            "note",
            "program",
            f"{written} ({setting}) is gone; {signer.name} on PATH signs",
            "Run `attest init` again.",
        )
    elif configured or written:
        named = program if programs.is_absolute(program) else programs.find(program)
        if named and programs.is_program(named):  # if not, the line below says so
            yield Line("ok", "program", f"{named} ({setting}) signs")
        if programs.is_absolute(program):
            return
    found = signing_program.look_up(repository, signer)
    if found is None or not found.differs:
        return
    here = signing_program.shown(found.here or found.in_hook or "")
    yield Line(
        "note",
        "in hooks",
        f"a hook finds {found.in_hook or 'no ' + signer.name}; here, "
        f"{found.here or 'none'} is found",
        f"To sign with the same: git config {setting} {here}",
    )


def _openpgp(key: OpenPGPKey) -> Line:
    if programs.find(signing_key.GPG.name) is None:
        return Line("missing", "signs", signing_key.GPG_MISSING, gpg.ON_PATH)
    if not key.secret:
        said = "gpg has only the public half"
        return Line("missing", "signs", said, "Import the secret one (gpg --import).")
    return Line("note", "signs", "not tried: gpg might ask for a passphrase")


def _hooks(repository: Repository) -> Iterator[Line]:
    if repository.bare:
        yield Line("note", "hooks", "none: this is a bare repository")
        return
    running: dict[hooks.Trial, list[str]] = {}
    lines = []
    for name in hooks.HOOKS:
        state = hooks.state(repository, name)
        if state == "old":
            said = "this hook is of another version of attest"
            yield Line("missing", name, said, "Run `attest init` again.")
        elif state == "blocked":
            yield Line("missing", name, "the hook cannot be run", "Make it executable: chmod +x")
        elif state == "absent":
            where = "" if hooks.ours_to_write(repository) else f" in {repository.hooks}"
            remedy = "Run `attest init`." if not where else f"Add: {hooks.line_to_add(name)}"
            yield Line("note", name, f"attest's hook is not there{where}", remedy)
        elif state == "line" and programs.find("attest") is None:
            lines.append(name)
        else:
            running.setdefault(hooks.trial(repository, name), []).append(name)
    if lines:
        yield Line(
            "missing",
            "hooks",
            "your own hooks call attest, which is not on PATH",
            "Add the folder of the command attest to PATH, for git too.",
        )
    for place, (found, names) in enumerate(running.items()):
        yield from _running(found, names, "hooks" if place == 0 and not lines else names[0])


def _running(found: hooks.Trial, names: list[str], what: str) -> Iterator[Line]:
    """What some hooks run.

    Args:
        what: the name of the line, if there is one for all of them.
    """
    if not found.program:
        said = "; ".join(found.said.splitlines())
        for name in names:
            remedy = "Install it again, and run `attest init`."
            yield Line("missing", name, f"attest does not run: {said}", remedy)
        return
    said = f"{', '.join(names)}: {found.program}"
    if found.said == __version__:
        yield Line("ok", what, said)
        return
    remedy = "Update one of them, or put the right one first on PATH."
    yield Line("note", what, f"{said} is attest {found.said}; this is {__version__}", remedy)


def _policy(repository: Repository) -> Line:
    try:
        with repository.isolated() as isolated:
            base = local_rules.read(repository, isolated)
    except AttestError as fault:
        return Line("missing", "policy", fault.message, fault.hint)
    if base.digest is None:
        return Line("ok", "policy", "none in the base; the built-in rules hold")
    said = f"{FILE} of {(base.oid or '')[:10]}; in words: attest policy explain"
    return Line("ok", "policy", said)


def _upstream(repository: Repository) -> Line:
    try:
        base = base_commit.find(repository)
    except EnvironmentFault as fault:
        return Line("note", "upstream", fault.message, fault.hint)
    if base is None:
        return Line(
            "note",
            "upstream",
            "there is nothing to compare HEAD with: no upstream, no default branch of a remote",
            "Set it: git branch --set-upstream-to REMOTE/BRANCH, or name ranges yourself.",
        )
    return Line("ok", "upstream", base_commit.short(base.name))


def _agent(repository: Repository) -> Line:
    agent = coding_agents.recognised(os.environ, repository.values(coding_agents.SETTING))
    if agent is None:
        return Line("ok", "agent", "no coding agent is recognised")
    return Line(
        "note",
        "agent",
        f"{agent.name} ({agent.marker} is set): attest answer refuses to run",
        f"Answer in a terminal of your own; if no agent runs this, unset {agent.marker}.",
    )


def _terminal() -> Line:
    reason = why_nobody()
    if not reason:
        return Line("ok", "terminal", "a person can be asked in it")
    return Line(
        "note",
        "terminal",
        f"nobody can be asked: {reason}",
        "Answer in a file (attest answer --template), or in an editor (attest answer --editor).",
    )


def _under_way(repository: Repository) -> Line:
    operation = in_progress.under_way(repository.git_dir)
    if Journal(repository).cut_off():
        return Line("note", "under way", "a rewriting was cut off", "Run: attest answer --unpushed")
    if operation is None:
        return Line("ok", "under way", "nothing")
    said = f"a {operation}: attest moves no branch until it is ended"
    return Line("note", "under way", said, f"End it: {in_progress.end(operation)}")

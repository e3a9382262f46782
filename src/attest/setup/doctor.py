"""`attest doctor`: whether everything that attest needs is in place here.

The parts are in doctor_programs.py, doctor_key.py and doctor_hooks.py.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from attest.errors import AttestError, EnvironmentFault
from attest.git import identity, in_progress
from attest.git.repository import Repository
from attest.interview import coding_agents
from attest.interview.terminal import why_nobody
from attest.policy.model import FILE
from attest.project import base_commit, local_rules
from attest.rewrite.journal import Journal
from attest.setup import doctor_hooks, doctor_key, doctor_programs
from attest.setup.diagnosis import Diagnosis


def examine() -> Iterator[Diagnosis]:
    """Look at everything, in the order in which the one thing needs the other."""
    git = doctor_programs.git()
    yield git
    place = _repository() if git.state == "ok" else None
    repository = place if isinstance(place, Repository) else None
    yield doctor_programs.ssh_keygen(repository)
    yield doctor_programs.gpg()
    yield doctor_programs.grammars()
    if isinstance(place, EnvironmentFault):
        yield Diagnosis("missing", "repository", place.message, place.hint)
    if repository is None:
        return
    yield from _unwritable(repository)
    yield _identity(repository)
    yield from doctor_key.examine(repository)
    yield from doctor_hooks.examine(repository)
    yield _policy(repository)
    yield _upstream(repository)
    yield _agent(repository)
    yield _terminal()
    yield _operation(repository)


def _repository() -> Repository | EnvironmentFault:
    try:
        return Repository.find()
    except EnvironmentFault as fault:
        return fault


def _unwritable(repository: Repository) -> Iterator[Diagnosis]:
    """The git directory, if attest could not keep answers in it or write commits."""
    common = repository.common_dir
    parents = [common / "attest", repository.objects]
    places = [repository.git_dir, common, common / "refs", common / "refs/heads", *parents]
    for parent in parents:
        places += sorted(parent.iterdir()) if parent.is_dir() else []
    folders = [folder for folder in dict.fromkeys(places) if folder.is_dir()]
    closed = [folder for folder in folders if not os.access(folder, os.W_OK | os.X_OK)]
    if closed:
        others = f" (nor can {len(closed) - 1} other folders)" if closed[1:] else ""
        remedy = "Change its owner or its permissions. A read-only file system: clone elsewhere."
        yield Diagnosis("missing", "writes", f"{closed[0]} cannot be written{others}", remedy)


def _identity(repository: Repository) -> Diagnosis:
    try:
        author = identity.author(repository)
    except EnvironmentFault as fault:
        return Diagnosis("missing", "you", fault.message, fault.hint)
    return Diagnosis("ok", "you", f"{author.name} <{author.email}>")


def _policy(repository: Repository) -> Diagnosis:
    try:
        with repository.isolated() as isolated:
            base = local_rules.read(repository, isolated)
    except AttestError as fault:
        return Diagnosis("missing", "policy", fault.message, fault.hint)
    if base.digest is None:
        return Diagnosis("ok", "policy", "none in the base commit; the built-in rules apply")
    place = f"{FILE} of {(base.oid or '')[:10]}"
    return Diagnosis("ok", "policy", f"{place}; to read it in words: attest policy explain")


def _upstream(repository: Repository) -> Diagnosis:
    try:
        base = base_commit.find(repository)
    except EnvironmentFault as fault:
        return Diagnosis("note", "upstream", fault.message, fault.hint)
    if base is None:
        message = "nothing to compare HEAD with: no upstream, and no default branch of a remote"
        remedy = "Set one: git branch --set-upstream-to REMOTE/BRANCH. Or name ranges yourself."
        return Diagnosis("note", "upstream", message, remedy)
    return Diagnosis("ok", "upstream", base_commit.short(base.name))


def _agent(repository: Repository) -> Diagnosis:
    agent = coding_agents.recognise(os.environ, repository.config.all(coding_agents.SETTING))
    if agent is None:
        return Diagnosis("ok", "agent", "no coding agent detected")
    return Diagnosis(
        "note",
        "agent",
        f"{agent.name} ({agent.marker} is set): attest answer refuses to run",
        f"Answer in a terminal of your own. If no agent runs this, unset {agent.marker}.",
    )


def _terminal() -> Diagnosis:
    reason = why_nobody()
    if not reason:
        return Diagnosis("ok", "terminal", "attest can ask you here")
    return Diagnosis(
        "note",
        "terminal",
        f"nobody can be asked: {reason}",
        "Answer in a file (attest answer --template), or in an editor (attest answer --editor).",
    )


def _operation(repository: Repository) -> Diagnosis:
    operation = in_progress.under_way(repository.git_dir)
    if Journal(repository).interrupted():
        message = "attest was interrupted while it rewrote commits"
        return Diagnosis("note", "unfinished", message, "Run: attest answer --unpushed")
    if operation is None:
        return Diagnosis("ok", "unfinished", "nothing")
    message = f"a {operation}: attest moves no branch before it is finished"
    return Diagnosis("note", "unfinished", message, f"Finish it: {in_progress.end(operation)}")

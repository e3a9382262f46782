"""Which program signs in a hook, where that is another one than in a shell.

Git for Windows puts its own folders in front of PATH before it starts a hook. Its
ssh-keygen cannot talk to the agent of Windows, and its gpg has another keyring than
gpg4win: the key that signs in `attest answer` would not sign in `git push`. So `attest
init` writes down the program that signed, where a hook would find another one.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from attest.errors import AttestError
from attest.git import process
from attest.git.repository import Repository
from attest.signatures import openpgp_key, self_test, signing_key
from attest.signatures.openpgp_key import OpenPGPKey
from attest.signatures.signing_key import Key, Signer
from attest.system import programs

_PRINTS = "import os, sys; sys.stdout.buffer.write(os.fsencode(os.environ['PATH']))"


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the name of a program stands for, here and in a hook; None for nothing."""

    here: str | None
    in_hook: str | None

    @property
    def differs(self) -> bool:
        if self.here is None or self.in_hook is None:
            return self.here is not self.in_hook
        return not Path(self.here).samefile(self.in_hook)


def look_up(repository: Repository, signer: Signer) -> Lookup | None:
    """Look a program up, here and as a hook would; None where it is named by its path,
    or git does not say what a hook would get."""
    configured = signer.configured(repository)
    name = configured[1] if configured else signer.name
    path = None if programs.is_absolute(name) else _path_in_a_hook()
    if path is None:
        return None
    return Lookup(programs.find(name), programs.find(name, path))


def _path_in_a_hook() -> str | None:
    """The PATH that git gives to what it starts: asked of git, by an alias. It is our
    Python that reads it, since the shell of Git for Windows shows it in another form."""
    python = shlex.quote(sys.executable.replace("\\", "/") if os.name == "nt" else sys.executable)
    alias = f"alias.attest-path=!{python} -I -S -c {shlex.quote(_PRINTS)}"
    done = process.run(["-c", alias, "attest-path"], check=False)
    return os.fsdecode(done.stdout) if done.returncode == 0 and done.stdout else None


def record(repository: Repository, key: Key) -> Lookup | None:
    """Write down what signs with this key, where a hook would find another program; take
    out what was written down once both find the same.

    Returns:
        What was looked up, where a program is recorded now that was not before.
    """
    signer = Signer.of(key)
    before = repository.config(signer.recorded, kind="path")
    kept = before if before and programs.is_program(before) else None
    found = look_up(repository, signer)
    if signer.configured(repository) is not None:
        program = None  # git's own setting goes first
    elif found is None:
        return None
    elif found.differs:
        both = [found.here, found.in_hook]
        program = next((path for path in both if path and _signs(key, path)), kept)
    else:
        program = None if found.here and _signs(key, found.here) else kept
    if program == before:
        return None
    repository.set_config(signer.recorded, program)
    return found if program else None


def forget(repository: Repository) -> None:
    """Take the settings out again."""
    for signer in (signing_key.SSH, signing_key.GPG):
        if repository.config(signer.recorded) is not None:
            repository.set_config(signer.recorded, None)


def _signs(key: Key, program: str) -> bool:
    """Whether a program signs with a key, found out without asking anybody."""
    if key.kind.startswith("sk-"):
        return False  # it would wait for a touch
    try:
        if isinstance(key, OpenPGPKey):
            return openpgp_key.load(key.fingerprint, source="gpg", program=program).secret
        self_test.try_out(key, program=program)
    except AttestError:
        return False
    return True


def shown(program: str) -> str:
    """A path as a person can paste it: on Windows, into any of its shells."""
    return shlex.quote(program) if os.name == "posix" else f'"{Path(program).as_posix()}"'

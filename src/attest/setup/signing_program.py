"""The program that signs in hooks, where a hook would find a different one than a shell.

Git for Windows puts its own folders first on PATH before it starts a hook. Its ssh-keygen
cannot talk to the agent of Windows, and its gpg has a different keyring than gpg4win: a key
that signs in `attest answer` would not sign in `git push`. So `attest init` records the
program that signs, where a hook would find a different one.
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
    """The program that a name finds, here and in a hook; None where it finds none."""

    shell_path: str | None
    hook_path: str | None

    @property
    def differs(self) -> bool:
        if self.shell_path is None or self.hook_path is None:
            return self.shell_path is not self.hook_path
        return not Path(self.shell_path).samefile(self.hook_path)


def look_up(repository: Repository, signer: Signer) -> Lookup | None:
    """Look up a program, here and as a hook would; None where a setting has its path, or
    git does not say which PATH a hook gets."""
    setting = signer.find_setting(repository)
    name = setting[1] if setting else signer.name
    path = None if programs.is_absolute(name) else _path_in_a_hook()
    if path is None:
        return None
    return Lookup(programs.find(name), programs.find(name, path))


def _path_in_a_hook() -> str | None:
    """The PATH that git gives to its hooks, by way of an alias. Our Python prints it, since
    the shell of Git for Windows shows it in another form."""
    python = shlex.quote(sys.executable.replace("\\", "/") if os.name == "nt" else sys.executable)
    alias = f"alias.attest-path=!{python} -I -S -c {shlex.quote(_PRINTS)}"
    result = process.run(["-c", alias, "attest-path"], check=False)
    return os.fsdecode(result.stdout) if result.returncode == 0 and result.stdout else None


def record(repository: Repository, key: Key) -> Lookup | None:
    """Record the program that signs with this key, where a hook would find a different one;
    remove the record once both find the same.

    Returns:
        What was found, if a program is recorded now that was not before.
    """
    signer = Signer.of(key)
    old_program = repository.config.get(signer.record_setting, kind="path")
    fallback = old_program if old_program and programs.is_program(old_program) else None
    lookup = look_up(repository, signer)
    if signer.find_setting(repository) is not None:
        program = None  # git's own setting goes first
    elif lookup is None:
        return None
    elif lookup.differs:
        paths = [lookup.shell_path, lookup.hook_path]
        program = next((path for path in paths if path and _signs(key, path)), fallback)
    else:
        program = None if lookup.shell_path and _signs(key, lookup.shell_path) else fallback
    if program == old_program:
        return None
    repository.config.set(signer.record_setting, program)
    return lookup if program else None


def forget(repository: Repository) -> None:
    """Remove the record."""
    for signer in (signing_key.SSH, signing_key.GPG):
        if repository.config.get(signer.record_setting) is not None:
            repository.config.set(signer.record_setting, None)


def _signs(key: Key, program: str) -> bool:
    """Whether a program signs with a key; asks nobody."""
    if key.kind.startswith("sk-"):
        return False  # it would wait for a touch
    try:
        if isinstance(key, OpenPGPKey):
            return openpgp_key.load(key.fingerprint, source="gpg", program=program).secret
        self_test.try_out(key, program=program)
    except AttestError:
        return False
    return True


def showable(program: str) -> str:
    """A path as a person can paste it: on Windows, into any of its shells."""
    return shlex.quote(program) if os.name == "posix" else f'"{Path(program).as_posix()}"'

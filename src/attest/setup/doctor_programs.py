"""`attest doctor` on programs and packages: are they there, and new enough?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from attest.analysis.syntax import grammars as packages
from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from attest.setup.diagnosis import Diagnosis
from attest.signatures import gpg as gnupg
from attest.signatures import signing_key
from attest.signatures import ssh_keygen as openssh
from attest.system import programs


def git() -> Diagnosis:
    """git itself."""
    try:
        major, minor = process.version()
    except EnvironmentFault as fault:
        return Diagnosis("missing", "git", fault.message, fault.hint)
    return Diagnosis("ok", "git", f"{major}.{minor}")


def ssh_keygen(repository: Repository | None) -> Diagnosis:
    """The ssh-keygen that signs; the one on PATH where another program does."""
    try:
        program = signing_key.SSH.program(repository) if repository else signing_key.SSH.name
    except EnvironmentFault:
        program = signing_key.SSH.name  # the setting cannot be read, as the key's line says
    program_name = program if Path(program).stem == signing_key.SSH.name else signing_key.SSH.name
    path = program_name if programs.is_absolute(program_name) else programs.find(program_name)
    if path is None or not programs.is_program(path):
        remedy = f"Install OpenSSH {_dotted(openssh.OLDEST)} or newer."
        return Diagnosis("missing", "ssh-keygen", "not installed", remedy)
    # ssh-keygen has no option for its version; the ssh that came with it has one.
    ssh = programs.find_beside(path, "ssh")
    banner = openssh.program_version([ssh, "-V"]) if ssh else ""
    if openssh.is_unknown_user(banner):
        return Diagnosis(
            "missing", "ssh-keygen", f"it does not run: {banner}", openssh.UNKNOWN_USER
        )
    return _compare(_OPENSSH, path, banner)


def gpg() -> Diagnosis:
    """The gpg on PATH."""
    path = programs.find("gpg")
    banner = openssh.program_version([path, "--version"]) if path else ""
    if not path or not banner:
        message = "not installed, or not on PATH; needed only for OpenPGP keys"
        return Diagnosis("note", "gpg", message)
    return _compare(_GNUPG, path, banner)


def grammars() -> Diagnosis:
    """The package that reads code, in the version that the rules need."""
    versions = packages.installed()
    if versions.fits:
        return Diagnosis("ok", "grammars", versions.described)
    return Diagnosis("missing", "grammars", versions.described, packages.remedy())


@dataclass(frozen=True, slots=True)
class _Product:
    """A program whose version matters.

    Args:
        program: what is run.
        name: what people install.
        prefix: what precedes the number in its banner, as a regular expression.
    """

    program: str
    name: str
    prefix: str
    oldest: tuple[int, ...]


_OPENSSH = _Product("ssh-keygen", "OpenSSH", r"OpenSSH_(?:[A-Za-z_]*_)?", openssh.OLDEST)
_GNUPG = _Product("gpg", "GnuPG", r"\(GnuPG[^)]*\) ", gnupg.OLDEST)


def _compare(product: _Product, path: str, banner: str) -> Diagnosis:
    """Compare the version in a program's banner with the oldest that will do. A banner
    without a number is no reason to refuse: distributions change it."""
    match = re.search(product.prefix + r"(\d+(?:\.\d+)*)", banner)
    version = tuple(map(int, match[1].split("."))) if match else product.oldest
    if version < product.oldest:
        requirement = f"{product.name} {_dotted(product.oldest)} or newer"
        return Diagnosis(
            "missing",
            product.program,
            f"{banner} is too old ({path}): attest needs {requirement}",
            f"Install {requirement}, and put its directory first on PATH.",
        )
    return Diagnosis("ok", product.program, f"{banner or 'unknown version'} ({path})")


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))

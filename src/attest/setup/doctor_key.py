"""`attest doctor` on the signing key: which one it is, what signs with it, and whether
that works."""

from __future__ import annotations

from collections.abc import Iterator

from attest.errors import AttestError, EnvironmentFault
from attest.git.repository import Repository
from attest.setup import signing_program
from attest.setup.diagnosis import Diagnosis
from attest.signatures import gpg, self_test, signing_key, ssh_keygen
from attest.signatures.openpgp_key import OpenPGPKey
from attest.signatures.signing_key import Key
from attest.signatures.ssh_key import SigningKey
from attest.system import programs


def examine(repository: Repository) -> Iterator[Diagnosis]:
    """The key, the program that signs, and a test signature."""
    skip_notes: list[str] = []
    try:
        key = signing_key.choose(repository, skip_notes.append)
    except AttestError as fault:
        yield Diagnosis("missing", "key", fault.message, fault.hint or signing_key.REMEDY)
        return
    for line in skip_notes:
        yield Diagnosis("note", "key", line, "Correct the setting, or choose a key: attest init")
    yield _key(repository, key)
    try:
        program = signing_key.SSH.program(repository)
        yield from list(_program(repository, signing_key.Signer.of(key)))
    except EnvironmentFault as fault:
        yield Diagnosis("missing", "signs", fault.message, fault.hint)
        return
    yield _openpgp(key) if isinstance(key, OpenPGPKey) else _ssh(key, program)


def _key(repository: Repository, key: Key) -> Diagnosis:
    description = f"{key.fingerprint} ({key.kind}, {key.comment or key.value})"
    if signing_key.find_configured(repository) is not None:
        return Diagnosis("ok", "key", description)
    remedy = "To always use this key in this clone: attest init"
    return Diagnosis("note", "key", f"{description}, found automatically", remedy)


def _program(repository: Repository, signer: signing_key.Signer) -> Iterator[Diagnosis]:
    """The program that signs, where it is not the one with the usual name on PATH; and
    whether a hook would find a different one."""
    configured = signer.find_setting(repository)
    recorded_path = repository.config.get(signer.record_setting, kind="path")
    program = signer.program(repository)
    setting = configured[0] if configured else signer.record_setting
    if configured is None and recorded_path and program != recorded_path:
        message = f"{recorded_path} ({setting}) is gone; {signer.name} on PATH signs instead"
        yield Diagnosis("note", "program", message, "Run `attest init` again.")
    elif configured or recorded_path:
        path = program if programs.is_absolute(program) else programs.find(program)
        if path and programs.is_program(path):  # if not, the line below says so
            yield Diagnosis("ok", "program", f"{path} ({setting}) signs")
        if programs.is_absolute(program):
            return
    lookup = signing_program.look_up(repository, signer)
    if lookup is None or not lookup.differs:
        return
    shell_path = signing_program.showable(lookup.shell_path or lookup.hook_path or "")
    yield Diagnosis(
        "note",
        "in hooks",
        f"hooks find {lookup.hook_path or f'no {signer.name}'}; this shell finds "
        f"{lookup.shell_path or 'none'}",
        f"To sign with the same program everywhere: git config {setting} {shell_path}",
    )


def _ssh(key: SigningKey, program: str) -> Diagnosis:
    if key.kind.startswith("sk-"):
        remedy = ssh_keygen.remedy(program, key.kind) if ssh_keygen.is_apples(program) else ""
        return Diagnosis("note", "signs", "not tested: you would have to touch the key", remedy)
    try:
        self_test.try_out(key, program=program)
    except EnvironmentFault as fault:
        if programs.find("ssh-keygen") and self_test.has_passphrase(key):
            message = "not tested: the key has a passphrase; to be asked only once: ssh-add"
            return Diagnosis("note", "signs", message)
        return Diagnosis("missing", "signs", fault.message, fault.hint)
    return Diagnosis("ok", "signs", "a test signature is valid")


def _openpgp(key: OpenPGPKey) -> Diagnosis:
    if programs.find(signing_key.GPG.name) is None:
        return Diagnosis("missing", "signs", signing_key.GPG_MISSING, gpg.ON_PATH)
    if not key.secret:
        remedy = "Import the secret key: gpg --import FILE"
        return Diagnosis("missing", "signs", "gpg has only the public key", remedy)
    return Diagnosis("note", "signs", "not tested: gpg might ask for a passphrase")

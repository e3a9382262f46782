"""Which key signs in this clone."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from attest.attestation.block import Mode
from attest.errors import AttestError, EnvironmentFault, UsageError
from attest.git.repository import Repository
from attest.signatures import gpg, openpgp_key, ssh_key, ssh_key_sources, ssh_signer
from attest.signatures.openpgp_key import OpenPGPKey
from attest.signatures.ssh_key import SigningKey
from attest.system import programs

SETTING = "attest.signingKey"

Key = SigningKey | OpenPGPKey
OnSkip = Callable[[str], None]
_COMMAND = "gpg.ssh.defaultKeyCommand"


@dataclass(frozen=True, slots=True)
class Signer:
    """What signs with keys of one kind.

    Args:
        name: the program's usual name.
        settings: git's own that name another; the one that is set last counts.
        record_setting: attest's own, read after them (see setup/signing_program.py).
    """

    name: str
    settings: tuple[str, ...]
    record_setting: str

    @classmethod
    def of(cls, key: Key) -> Signer:
        return GPG if isinstance(key, OpenPGPKey) else SSH

    def find_setting(self, repository: Repository) -> tuple[str, str] | None:
        """git's setting for it, and the value."""
        setting = repository.config.last(*self.settings)
        value = repository.config.get(setting, kind="path") if setting else None
        return (setting, value) if setting and value else None

    def program(self, repository: Repository) -> str:
        """What signs: what git's settings name, or what `attest init` recorded as long
        as it is there, or what has the usual name on PATH."""
        setting = self.find_setting(repository)
        if setting is not None:
            return setting[1]
        program = repository.config.get(self.record_setting, kind="path")
        return program if program and programs.is_program(program) else self.name


SSH = Signer("ssh-keygen", ("gpg.ssh.program",), "attest.sshProgram")
GPG_MISSING = "gpg is not on PATH; attest needs it to check each signature"
GPG = Signer("gpg", ("gpg.openpgp.program", "gpg.program"), "attest.gpgProgram")


def find_configured(repository: Repository) -> Key | None:
    """The key that `attest init` chose; None before that."""
    value = repository.config.get(SETTING)
    return _load(repository, value, SETTING) if value else None


def _ignore(_: str) -> None:
    """Say nothing of a source that is skipped: nobody is about to sign."""


def of_git(repository: Repository, on_skip: OnSkip = _ignore) -> Key | None:
    """git's own signing key, where git signs with SSH or OpenPGP. One that cannot be used is
    on_skip: other sources may have a good one.

    Args:
        on_skip: takes a line that says why.
    """
    form = _format(repository)
    setting_and_value = git_setting(repository, on_skip)
    if setting_and_value is None or form not in ("ssh", "openpgp"):
        return None
    setting, value = setting_and_value
    try:
        return load(repository, value if form == "ssh" else openpgp_key.PREFIX + value, setting)
    except AttestError as error:
        on_skip(f"git's {setting} is skipped: {error.message.removeprefix(f'{setting}: ')}")
        return None


def git_setting(repository: Repository, on_skip: OnSkip = _ignore) -> tuple[str, str] | None:
    """git's setting for its signing key, and what it names (git-config(1), `user.signingKey`):
    without that, and with SSH, the first key that `gpg.ssh.defaultKeyCommand` prints."""
    value = repository.config.get("user.signingKey")
    if value:
        return "user.signingKey", value
    command = repository.config.get(_COMMAND) if _format(repository) == "ssh" else None
    if not command:
        return None
    try:
        line = ssh_key_sources.printed_key(command)
    except EnvironmentFault as error:
        on_skip(f"git's {_COMMAND} is skipped: {error.message}")
        return None
    return _COMMAND, line


def _format(repository: Repository) -> str:
    return (repository.config.get("gpg.format") or "openpgp").lower()


def load(repository: Repository, value: str, source: str) -> Key:
    """Read the key that *value* names: a file, a literal SSH key, or `openpgp:` and
    what gpg knows it by.

    Raises:
        UsageError: it is not a key that can be used.
    """
    if value.startswith(openpgp_key.PREFIX):
        name = value.removeprefix(openpgp_key.PREFIX)
        return openpgp_key.load(name, source=source, program=GPG.program(repository))
    return ssh_key.load(value, source=source)


def _load(repository: Repository, value: str, setting: str) -> Key:
    try:
        return load(repository, value, setting)
    except UsageError as error:
        raise EnvironmentFault(error.message, error.hint) from None


def candidates(repository: Repository, on_skip: OnSkip = _ignore) -> Iterator[Key]:
    """Keys to sign with, best first: git's SSH key, the agent's, those in `~/.ssh`, and
    git's OpenPGP key, for which no forge vouches. Those whose private key is out of reach
    come last.

    Args:
        on_skip: takes a line about each source that cannot be used.
    """
    distant_keys: dict[str, Key] = {}
    has_other = False
    for key in _sources(repository, on_skip):
        if not has_private_key(repository, key):
            distant_keys.setdefault(key.fingerprint, key)
            continue
        if not has_other:
            for skipped_key in distant_keys.values():
                on_skip(f"a key is skipped: {_describe_distance(skipped_key)}")
        has_other = True
        yield key
    yield from distant_keys.values()


def _sources(repository: Repository, on_skip: OnSkip) -> Iterator[Key]:
    with_ssh = _format(repository) == "ssh"
    git_key = of_git(repository, on_skip) if with_ssh else None
    if git_key is not None:
        yield git_key
    yield from ssh_key_sources.agent_keys(SSH.program(repository))
    home = home_folder()
    if home is not None:
        yield from ssh_key_sources.home_keys(home)
    git_key = None if with_ssh else of_git(repository, on_skip)
    if git_key is not None:
        yield git_key


def has_private_key(repository: Repository, key: Key) -> bool:
    """Whether the private key is within reach. A program that git's settings name may have its
    own way to it, so that nobody can see it."""
    if isinstance(key, OpenPGPKey):
        return key.secret
    program = SSH.program(repository)
    is_default_program = SSH.find_setting(repository) in (None, (SSH.settings[0], SSH.name))
    return not is_default_program or ssh_key_sources.within_reach(key, program)


def _describe_distance(key: Key) -> str:
    if isinstance(key, OpenPGPKey):
        return f"gpg has only the public key of {key.fingerprint}"
    return f"the private key of {key.fingerprint} is neither at {key.value} nor in the agent"


def home_folder() -> Path | None:
    """The person's home; None where HOME is not set and the system knows no such user,
    as in a container that runs under a user id of its own."""
    try:
        return Path.home().absolute()
    except RuntimeError:
        return None


def choose(repository: Repository, on_skip: OnSkip = _ignore) -> Key:
    """The key to sign with now.

    Args:
        on_skip: takes a line about each source that cannot be used.

    Raises:
        EnvironmentFault: there is none, or the configured one cannot be used.
    """
    key = find_configured(repository) or next(candidates(repository, on_skip), None)
    if key is None:
        raise EnvironmentFault(describe_missing(repository), REMEDY)
    return key


def describe_missing(repository: Repository) -> str:
    """The message for someone who has no key."""
    openpgp = _format(repository) == "openpgp"
    note = " (and gpg does not have the OpenPGP key of git's user.signingKey)"
    has_key_setting = openpgp and repository.config.get("user.signingKey")
    return "there is no SSH key to sign with" + (note if has_key_setting else "")


def own_fingerprints(repository: Repository) -> set[str]:
    """Fingerprints of the person's own keys, as far as they are within reach."""
    fingerprints = {key.fingerprint for key in candidates(repository)}
    with suppress(AttestError):  # it signs nothing now
        own_key = find_configured(repository)
        fingerprints |= {own_key.fingerprint} if own_key else set()
    return fingerprints


def ready(repository: Repository, mode: Mode, on_skip: OnSkip) -> Key:
    """The key to sign with, whose private key is within reach, so that nobody
    answers in vain. Answers that are given already (`file`) are taken first.

    Args:
        on_skip: takes a line about each source that cannot be used.

    Raises:
        EnvironmentFault: there is none, or its private key is missing.
    """
    key = choose(repository, on_skip)
    if isinstance(key, OpenPGPKey) and programs.find(GPG.name) is None:
        raise EnvironmentFault(GPG_MISSING, gpg.ON_PATH)
    if has_private_key(repository, key):
        return key
    if isinstance(key, OpenPGPKey):
        raise EnvironmentFault(
            _describe_distance(key),
            "Import the secret key (gpg --import FILE), or choose another key: "
            "attest init --key FILE",
        )
    if mode != "file":
        raise EnvironmentFault(
            _describe_distance(key),
            "Load it (ssh-add), or choose another key: attest init --key FILE",
        )
    return key


REMEDY = "Run `attest init` to create one, or choose yours: attest init --key FILE"


def sign(
    repository: Repository, key: Key, payloads: Sequence[bytes], *, terminal: bool
) -> list[bytes]:
    """Sign payloads with a key of either kind; see `ssh_signer.sign` and `openpgp_key.sign`."""
    if isinstance(key, OpenPGPKey):
        return openpgp_key.sign(payloads, key)
    return ssh_signer.sign(payloads, key, program=SSH.program(repository), terminal=terminal)

"""Which key signs in this clone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from attest.block import Mode
from attest.errors import EnvironmentFault, UsageError
from attest.git.repository import Repository
from attest.signatures import signing
from attest.signatures.signing import SigningKey

SETTING = "attest.signingKey"


def configured(repository: Repository) -> SigningKey | None:
    """The key that `attest init` chose; None before that."""
    value = repository.config(SETTING)
    return _load(value, SETTING) if value else None


def of_git(repository: Repository) -> SigningKey | None:
    """git's own signing key, if git signs with SSH."""
    value = repository.config("user.signingKey")
    if value is None or (repository.config("gpg.format") or "openpgp").lower() != "ssh":
        return None
    return _load(value, "user.signingKey")


def _load(value: str, setting: str) -> SigningKey:
    try:
        return signing.load(value, source=setting)
    except UsageError as error:
        raise EnvironmentFault(error.message, error.hint) from None


def candidates(repository: Repository) -> Iterator[SigningKey]:
    """Keys to sign with, best first: git's, the agent's, those in `~/.ssh`."""
    git_key = of_git(repository)
    if git_key is not None:
        yield git_key
    yield from signing.agent_keys()
    yield from signing.home_keys(Path.home())


def chosen(repository: Repository) -> SigningKey:
    """The key to sign with now.

    Raises:
        EnvironmentFault: there is none, or the configured one cannot be used.
    """
    key = configured(repository) or next(candidates(repository), None)
    if key is None:
        raise EnvironmentFault(
            "there is no SSH key to sign with" + openpgp_note(repository), REMEDY
        )
    return key


def own(repository: Repository) -> set[str]:
    """Fingerprints of the person's own keys, as far as they are within reach."""
    mine = configured(repository)
    found = {key.fingerprint for key in candidates(repository)}
    return found | ({mine.fingerprint} if mine else set())


def ready(repository: Repository, mode: Mode) -> SigningKey:
    """The key to sign with, whose private half is within reach, so that nobody
    answers in vain. Answers that are given already (`file`) are taken first.

    Raises:
        EnvironmentFault: there is none, or only its public half is there.
    """
    key = chosen(repository)
    asks = mode != "file" and program(repository) == "ssh-keygen"
    if asks and not signing.within_reach(key):
        raise EnvironmentFault(
            f"the private half of {key.fingerprint} is neither at {key.value} nor in the agent",
            "Load it (ssh-add), or choose another: attest init --key FILE",
        )
    return key


REMEDY = "Run `attest init` to make one, or name yours: attest init --key FILE"


def openpgp_note(repository: Repository) -> str:
    """Words for someone whose git signs with OpenPGP; empty for others."""
    openpgp = (repository.config("gpg.format") or "openpgp").lower() == "openpgp"
    if openpgp and repository.config("user.signingKey"):
        return (
            " (git signs with OpenPGP here, which attest cannot do yet; "
            "an SSH key beside it does no harm)"
        )
    return ""


def program(repository: Repository) -> str:
    """What signs: git's `gpg.ssh.program`, or ssh-keygen."""
    return repository.config("gpg.ssh.program", kind="path") or "ssh-keygen"

"""Whose keys are known: the signers, revocations and OpenPGP keys of the base, and the keys
that a forge publishes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from attest.attestation.block import Block
from attest.signatures import sshsig
from attest.signatures.allowed_signers import Signer
from attest.signatures.openpgp import Keyring

if TYPE_CHECKING:
    from attest.forge.account import Login

Enter = Callable[[AbstractContextManager[Keyring]], Keyring]


class OpenPGPKeys:
    """The OpenPGP keys of the base; gpg is started when the first is needed.

    Args:
        files: names and contents of `.attest/keys/*.asc`.
        enter: enters the keyring, and leaves it at the end of the run.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]], enter: Enter) -> None:
        self.files = tuple(files)
        self._enter = enter
        self._ring: Keyring | None = None

    def ring(self) -> Keyring | None:
        """The keyring; None where the base has no OpenPGP keys.

        Raises:
            EnvironmentFault: gpg is missing, or a file holds no key.
        """
        if self._ring is None and self.files:
            self._ring = self._enter(Keyring(self.files))
        return self._ring


@dataclass(frozen=True)
class TrustedKeys:
    """Whose key is whose, as the base, the command line and a forge say.

    Args:
        signers: the listed keys. None where there is no list at all: then any signature that
            verifies is accepted, with a warning. An empty list knows nobody.
        revocations: the reason by fingerprint; these count before all others.
        keys: the OpenPGP keys of the base.
        forges: logins, and the keys that they publish.
        rsa_bits: the shortest RSA key that may sign.
        audit: keys are judged at the time that a block claims, and not also now: in old
            history, keys have expired since.
    """

    signers: tuple[Signer, ...] | None = None
    revocations: Mapping[str, str] = field(default_factory=dict)
    keys: OpenPGPKeys | None = None
    forges: tuple[Login, ...] = ()
    rsa_bits: int = sshsig.RSA_BITS
    audit: bool = False

    @property
    def nobody_listed(self) -> bool:
        """Whether nothing says whose key is whose: neither a list of signers nor a forge."""
        return self.signers is None and not self.forges

    @cached_property
    def signers_by_key(self) -> Mapping[str, Sequence[Signer]]:
        """The listed signers by the fingerprint of their key."""
        by_key: dict[str, list[Signer]] = {}
        for signer in self.signers or ():
            by_key.setdefault(signer.fingerprint, []).append(signer)
        return by_key

    def signers_for(self, fingerprint: str, address: str) -> Sequence[Signer]:
        """The listed signers that may answer with a key under an address, at some time. They are
        looked for once: a history has few keys and many blocks."""
        signers_of_key = self._signers_for.get((fingerprint, address))
        if signers_of_key is None:
            signers_of_key = self._signers_for[fingerprint, address] = [
                signer
                for signer in self.signers_by_key.get(fingerprint, ())
                if signer.speaks_for(address) and signer.good_for(sshsig.NAMESPACE.decode())
            ]
        return signers_of_key

    @cached_property
    def _signers_for(self) -> dict[tuple[str, str], Sequence[Signer]]:
        return {}

    def ring(self) -> Keyring | None:
        """The OpenPGP keys of the base; None where it has none.

        Raises:
            EnvironmentFault: see `OpenPGPKeys.ring`.
        """
        return self.keys.ring() if self.keys else None

    def moments(self, block: Block, now: datetime) -> tuple[datetime, ...]:
        """When a block's key must be good (docs/format.md, "When a key is valid"). The time that
        the block claims is not enough: whoever has an expired key can claim an old one."""
        return (block.at,) if self.audit else (block.at, now)

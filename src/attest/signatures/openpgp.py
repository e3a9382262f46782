"""OpenPGP keys and signatures, through gpg.

Only gpg's status lines decide about a signature, never its exit code (GnuPG's doc/DETAILS,
"Format of the status-fd output"). gpg fetches nothing, and does not see the keyring of the
person who checks.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from attest.errors import EnvironmentFault
from attest.signatures import gpg
from attest.signatures.ed25519_points import is_canonical, is_small_order
from attest.signatures.wire import SignatureInvalid
from attest.text import lazy

_REFUSED = {
    "BADSIG": "the signature does not match the lines above it",
    "ERRSIG": "gpg cannot check the signature",
    "NODATA": "it is not an OpenPGP signature",
    "EXPSIG": "the signature has expired",
    "EXPKEYSIG": "the key has expired",
    "REVKEYSIG": "the key is revoked by its owner",
    "FAILURE": "gpg cannot check the signature",
    "UNEXPECTED": "it is not an OpenPGP signature",
}
_WEAK = {"1": "MD5", "2": "SHA-1", "3": "RIPEMD-160"}
"""Hashes that are refused, by their numbers in RFC 4880, section 9.4."""


_SECONDS = lazy(r"[0-9]{1,10}")


class KeyUnknown(SignatureInvalid):
    """It was made by a key that is not known here."""


class KeyRevoked(SignatureInvalid):
    """The key's owner revoked it."""


class ValidSignature(NamedTuple):
    """A VALIDSIG line.

    Args:
        created: when the signature says that it was made.
        key: fingerprint of the primary key, 40 upper-case hexadecimal digits.
    """

    created: datetime
    key: str


class Keyring:
    """OpenPGP public keys in a keyring of their own; a context manager.

    Args:
        files: names (for errors) and contents, armoured or binary.
    """

    def __init__(self, files: Sequence[tuple[str, bytes]]) -> None:
        self._files = tuple(files)
        self._stack = ExitStack()
        self._addresses: dict[str, frozenset[str]] = {}
        self._forgeable: set[str] = set()

    def __enter__(self) -> Self:
        temporary = tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True)
        folder = self._stack.enter_context(temporary)
        self._home = Path(folder)
        try:
            for name, data in self._files:
                self._import(name, data)
            self._addresses = self._list()
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    @property
    def keys(self) -> dict[str, frozenset[str]]:
        """Fingerprints of the primary keys, each with its addresses."""
        return dict(self._addresses)

    def addresses(self, fingerprint: str) -> frozenset[str]:
        """The addresses of a key's user ids that are neither revoked nor expired."""
        return self._addresses.get(fingerprint, frozenset())

    def verify(
        self, blob: bytes, payload: bytes, fingerprint: str, moments: Sequence[datetime]
    ) -> None:
        """Verify a detached signature.

        Args:
            fingerprint: of the primary key that must have made it.
            moments: times at each of which the key must be good.

        Raises:
            KeyUnknown: the key is not among these.
            SignatureInvalid: it does not hold, with the reason.
        """
        if fingerprint not in self._addresses:
            raise KeyUnknown(f"no OpenPGP key {fingerprint} is known here")
        if self.signer(blob, payload, moments) != fingerprint:
            raise SignatureInvalid("it was made by a key other than the one in Attest-Key")

    def signer(self, blob: bytes, payload: bytes, moments: Sequence[datetime]) -> str:
        """The primary key that made a detached signature; see `verify`."""
        (self._home / "signature").write_bytes(blob)
        (self._home / "payload").write_bytes(payload)
        results = {self._verify(moment) for moment in moments}
        if len({valid.key for valid in results}) != 1:
            raise SignatureInvalid("gpg cannot check the signature")
        key = results.pop().key
        if key in self._forgeable:
            raise SignatureInvalid("the Ed25519 key is a point of small order: anybody can sign so")
        return key

    def _verify(self, moment: datetime) -> ValidSignature:
        """Verify as of *moment*. gpg rejects a signature that is newer than its clock:
        such a signature is judged at the time that it contains (RFC 4880, 5.2.3.4)."""
        valid = self._status(moment)
        if isinstance(valid, datetime):
            valid = self._status(valid)
        if isinstance(valid, datetime):
            raise SignatureInvalid("the time in the signature is not certain")
        return valid

    def _status(self, moment: datetime) -> ValidSignature | datetime:
        """gpg's judgement as of *moment*; or the signature's own time, where that is later.

        GnuPG's doc/DETAILS: exactly one of GOODSIG, BADSIG, ERRSIG, EXPSIG, EXPKEYSIG and
        REVKEYSIG comes for a signature, and VALIDSIG beside GOODSIG and the EXP and REV
        ones. So one line of each kind is asked for: several mean several signatures, of
        which one could be good and another one be what is read.
        """
        lines = gpg.status(["--verify", "signature", "payload"], self._home, moment=moment)
        words = [line.split(" ") for line in lines]
        status_lines = [line for line in words if line[0] in ("GOODSIG", *_REFUSED)]
        valid = [_read_valid(line) for line in words if line[0] == "VALIDSIG"]
        creation_time = next((one.created for one in valid if one is not None), None)
        if creation_time is not None and creation_time > moment:
            return creation_time
        for line in status_lines:
            if line[0] == "ERRSIG" and line[6:7] == ["9"]:
                raise KeyUnknown("the signature was made by an OpenPGP key that is not known here")
            if line[0] == "REVKEYSIG":
                raise KeyRevoked(_REFUSED[line[0]])
            if line[0] in _REFUSED:
                raise SignatureInvalid(_REFUSED[line[0]])
        one = valid[0] if len(valid) == 1 and len(status_lines) == 1 else None
        if one is None:
            raise SignatureInvalid("gpg does not confirm the signature")
        return one

    def _import(self, name: str, data: bytes) -> None:
        (self._home / "key").write_bytes(data)
        lines = gpg.status(["--import", "key"], self._home)
        words = [line.split(" ") for line in lines]
        if b"PRIVATE KEY BLOCK" in data or any(
            line[0] == "IMPORT_RES" and line[10:11] not in ([], ["0"]) for line in words
        ):
            raise EnvironmentFault(
                f"{name} contains a SECRET key, which must not be in a repository",
                "Remove it and revoke the key. To export the public key instead: "
                "gpg --armor --export ADDRESS",
            )
        if not any(line[0] == "IMPORT_OK" for line in words):
            raise EnvironmentFault(
                f"{name} does not contain an OpenPGP key that gpg can read",
                f"Export the key again: gpg --armor --export ADDRESS > {name.rpartition(':')[2]}",
            )

    def _list(self) -> dict[str, frozenset[str]]:
        """The addresses of each primary key; notes those of small order, also of a subkey."""
        of_key: dict[str, set[str]] = {}
        current, fingerprint, is_awaited, algorithm = set[str](), "", False, ""
        for line in gpg.colons(["--with-key-data", "--list-keys"], self._home):
            if line[0] in ("pub", "sub"):
                is_awaited, algorithm = line[0] == "pub", line[3]
            elif line[0] == "fpr" and is_awaited:
                fingerprint = line[9]
                current = of_key.setdefault(fingerprint, set())
                is_awaited = False
            elif line[0] == "pkd" and algorithm == _EDDSA and _is_forgeable(line[3]):
                self._forgeable.add(fingerprint)
            elif line[0] == "uid" and line[1] not in ("r", "e", "n"):
                current.add(_address(line[9]))
        return {key: frozenset(addresses - {""}) for key, addresses in of_key.items()}


_EDDSA = "22"
"""The number of EdDSA (draft-koch-eddsa-for-openpgp; RFC 9580 calls it EdDSALegacy)."""


def _is_forgeable(value: str) -> bool:
    """Whether public data of a key, in hexadecimal digits, is a point of small order, or of
    another encoding than the canonical one: 0x40 and 32 bytes (the draft, section 3)."""
    if len(value) != 66 or not value.startswith("40"):
        return False
    point = bytes.fromhex(value[2:])
    return is_small_order(point) or not is_canonical(point)


def _read_valid(words: list[str]) -> ValidSignature | None:
    """VALIDSIG fpr date time expiry version reserved pubkey hash class primary."""
    if len(words) < 11 or not _SECONDS.fullmatch(words[3]):
        return None
    if words[9] != "00":
        raise SignatureInvalid("it is not a signature over a document (class 00)")
    if words[8] in _WEAK:
        raise SignatureInvalid(f"its hash, {_WEAK[words[8]]}, is not allowed")
    if not re.fullmatch(r"[0-9A-F]{40}", words[10]):
        return None
    return ValidSignature(datetime.fromtimestamp(int(words[3]), UTC), words[10])


def _address(uid: str) -> str:
    """The address of a user id as gpg writes it with colons: `\\xNN` for what is not
    plain; such an address is none."""
    inside = re.fullmatch(r"[^<>]*<([^<> ]+)>", uid)
    address = inside[1] if inside else uid
    return address if "@" in address and "\\" not in address and " " not in address else ""

"""libsodium's verifier of Ed25519 signatures, which takes half as long as OpenSSL's.

It never decides alone. What it accepts, OpenSSL accepts: both refuse an S that is not below the
group's order, compute S·B - k·A, and compare its bytes with R. libsodium refuses more (points of
small order, keys that are not canonical); whatever it refuses is left to OpenSSL, which says what
is valid (docs/adr/0030-reading-ahead.md). Its development branch compares points up to one of
small order, and would accept what OpenSSL refuses: a library that does so is not used.
"""

from __future__ import annotations

from collections.abc import Callable

_WORTH = 100
"""Signatures after which it is loaded, which takes 3 ms: as long as it saves on so many."""

_Accepts = Callable[[bytes, bytes, bytes], bool]
"""Whether a key's signature of a message is accepted."""

_MESSAGE = b"attest"
_KEY = bytes.fromhex("c9a3f86aae465f0e56513864510f3997561fa2c9e85ea21dc2292309f3cd6022")
_R = bytes.fromhex("d4b4f5784868c3020403246717ec169ff79e26608ea126a1ab69ee77d1b16712")
_S = bytes.fromhex("5cfc601a595b721be5a3793c3d8c4ed88437da189bf965885849c52a01281207")
_S_AND_ORDER = bytes.fromhex("49d0567773be8473bb4071df1b862ded8437da189bf965885849c52a01281217")
_MIXED_KEY = bytes.fromhex("543ac908ca97124ab06caab11552257e53aba22a4e66b769175823a19a0452e0")
_MIXED_KEY_S = bytes.fromhex("f486876bf16f4393157bb808657b742ce063a318c916322b968d5bf145e21f0f")
_MIXED_R = bytes.fromhex("528b312e93bc0c3705c89c20dcd85600e229ad3d6872b1c656d3873fbe62e6e2")
_MIXED_R_S = bytes.fromhex("2dc7f1a4d46326c0c2af272f25f34f4cfe46af07046f6483175023a25df64f0a")
VALID = (_KEY, _R + _S)
"""A key and its signature of `attest`."""
TRAPS = (
    (_KEY, _R + _S_AND_ORDER),
    (_MIXED_KEY, _R + _MIXED_KEY_S),
    (_KEY, _MIXED_R + _MIXED_R_S),
)
"""Keys and signatures of `attest` that OpenSSL refuses, and a more lenient verifier accepts: S with
the order of the group added; a key, and an R, with a point of order 8 added."""


class FastVerifier:
    """Verifies the signatures that libsodium accepts, once there are many.

    Args:
        load: loads the library; None where it is not here, or cannot be used.
    """

    def __init__(self, load: Callable[[], _Accepts | None]) -> None:
        self._find, self._count, self._has_looked = load, 0, False
        self._accepts: _Accepts | None = None

    def load(self) -> None:
        """Load the library now: there will be many signatures."""
        if not self._has_looked:
            self._has_looked = True
            self._accepts = self._find()

    def accepts(self, key: bytes, signature: bytes, message: bytes) -> bool:
        """Whether it accepts a signature, which then is valid. If not, OpenSSL has to be asked.

        Args:
            key: 32 bytes.
            signature: 64 bytes.
        """
        if self._accepts is None:
            self._count += 1
            if self._count == _WORTH:
                self.load()
            return False
        return self._accepts(key, signature, message)


def load() -> _Accepts | None:
    """libsodium's verifier; None where PyNaCl is not installed, or its library accepts what OpenSSL
    refuses."""
    try:
        from nacl.bindings import crypto_sign_open
        from nacl.exceptions import CryptoError
    except ImportError:
        return None

    def accepts(key: bytes, signature: bytes, message: bytes) -> bool:
        try:
            crypto_sign_open(signature + message, key)
        except CryptoError:
            return False
        return True

    return accepts if is_strict(accepts) else None


def is_strict(accepts: _Accepts) -> bool:
    """Whether a verifier accepts what is valid, and none of `TRAPS`."""
    return accepts(*VALID, _MESSAGE) and not any(accepts(*trap, _MESSAGE) for trap in TRAPS)

"""Points of Ed25519 that no honest key or signature has.

For a key of small order, a signature of constant bytes is valid for one message in eight, or
for every message, and nobody needs to know a private key (RFC 8032, section 8.4, leaves the
check to whoever verifies; OpenSSL does not make it).
"""

from __future__ import annotations

_P = (1 << 255) - 19
"""The field (RFC 8032, section 5.1)."""
_ORDER_8 = 0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826
_SMALL = frozenset({0, 1, _P - 1, _ORDER_8, _P - _ORDER_8})
"""The y coordinates of the eight points of order 1, 2, 4 and 8. The points (x, y) and (-x, y)
have the same order, so that the sign of x, which is the highest bit, says nothing."""


def is_small_order(point: bytes) -> bool:
    """Whether 32 bytes encode a point of small order, canonically or not."""
    return _y(point) % _P in _SMALL


def is_canonical(point: bytes) -> bool:
    """Whether the y coordinate in 32 bytes is below the field's size (RFC 8032, section
    5.1.3, step 1); some versions of OpenSSL accept others."""
    return _y(point) < _P


def _y(point: bytes) -> int:
    return int.from_bytes(point, "little") & ((1 << 255) - 1)

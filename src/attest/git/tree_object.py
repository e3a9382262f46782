"""Reading a raw tree object (git's tree.c: `MODE NAME`, a zero byte and the bytes of an id)."""

from __future__ import annotations

from collections.abc import Iterator


def entries(data: bytes, width: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, name and object id of each entry of a tree object.

    Args:
        width: bytes of an id.
    """
    at = 0
    while (end := data.find(b"\0", at)) >= 0:
        mode, _, name = data[at:end].partition(b" ")
        yield mode, name, data[end + 1 : end + 1 + width].hex()
        at = end + 1 + width

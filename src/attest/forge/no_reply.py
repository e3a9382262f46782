"""No-reply addresses, as a contributor's clone recognises them: for words alone.

The check asks `ForgeKeys.vouches`, which knows the login and its number. Nothing here decides
whether an address is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from attest.forge import hosts
from attest.text import lazy

_NO_REPLY = lazy(r"(?:[0-9]+[+-])?([A-Za-z0-9_][A-Za-z0-9_.-]*)@(?:users\.)?noreply\.([a-z0-9.-]+)")


@dataclass(frozen=True, slots=True)
class NoReply:
    """Whose no-reply address it seems to be.

    Args:
        host: the forge's.
    """

    login: str
    host: str


def read(address: str, remotes: Iterable[str]) -> NoReply | None:
    """The login that an address seems to belong to; None if it is no such address.

    Args:
        remotes: URLs of the clone's remotes: only the forges there are known, and the three that
            everybody knows.
    """
    match = _NO_REPLY.fullmatch(address)
    known = {hosts.read(url) for url in remotes} | {"github.com", "gitlab.com", "codeberg.org"}
    if match is None or match[2] not in known:
        return None
    return NoReply(match[1], match[2])

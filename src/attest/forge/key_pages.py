"""Where somebody registers a key in their account at a forge."""

from __future__ import annotations

from attest.forge.ci_event import Forge

_PAGES: dict[Forge, str] = {
    "github": "settings/ssh/new",
    "gitlab": "-/user_settings/ssh_keys",
    "forgejo": "user/settings/keys",
}


def url(forge: Forge, server: str) -> str:
    """The page.

    Args:
        server: the forge's address, without a slash at its end.
    """
    return f"{server}/{_PAGES[forge]}"

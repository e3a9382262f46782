"""The host of a remote. By itself, since every contributor's command may ask for it: whatever else
knows forges takes long to load."""

from __future__ import annotations

from attest.text import lazy

_REMOTE_HOST = lazy(r"[a-z+]+://(?:[^@/]*@)?([^:/]+)|(?:[^@/]+@)?([^:/]+):")
"""In a URL, and in the short form of ssh (git-clone(1), GIT URLS)."""


def read(url: str) -> str:
    """The host in a remote's URL, in lower case; empty where there is none."""
    match = _REMOTE_HOST.match(url)
    return (match[1] or match[2]).lower() if match else ""

"""The CI job that judges each pull request, for the forge at hand (docs/ci.md)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import resources

from attest import __version__
from attest.ci import Forge

_PATHS: dict[Forge, str] = {
    "github": ".github/workflows/attest.yml",
    "gitlab": ".gitlab/attest.yml",
    "forgejo": ".forgejo/workflows/attest.yml",
}
_HOST = re.compile(r"[a-z+]+://(?:[^@/]*@)?([^:/]+)|(?:[^@/]+@)?([^:/]+):")
"""In a URL, and in the short form of ssh (git-clone(1), GIT URLS)."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A file to write.

    Args:
        path: from the root of the repository.
    """

    path: str
    text: str


def render(forge: Forge) -> Workflow:
    """The workflow of a forge; it installs this very version of attest."""
    template = resources.files("attest") / "templates" / f"{forge}.yml"
    return Workflow(_PATHS[forge], template.read_text("utf-8").replace("@VERSION@", __version__))


def of_remote(url: str) -> Forge | None:
    """The forge that a remote's URL shows; None where it shows none that is known."""
    match = _HOST.match(url)
    host = (match[1] or match[2]).lower() if match else ""
    if host == "github.com":
        return "github"
    if host == "gitlab.com" or host.startswith("gitlab."):
        return "gitlab"
    if host == "codeberg.org" or host.startswith(("forgejo.", "gitea.")):
        return "forgejo"
    return None

"""What somebody does first whose check is red, and who has never heard of attest."""

from __future__ import annotations

import shlex
from collections.abc import Mapping

from attest.project.rules import ProjectRules
from attest.report.findings import FirstSteps

UNKNOWN_SOURCE = "Install attest: the project's CONTRIBUTING says where it is from."


def find(env: Mapping[str, str], rules: ProjectRules) -> FirstSteps:
    """The first steps, as far as they are known here.

    Args:
        env: says whether this is CI. Elsewhere attest is installed already.
    """
    from attest.forge import job_source, key_pages
    from attest.forge.job_source import Origin

    install = ""
    if env.get("CI") or env.get("GITHUB_ACTIONS") or env.get("GITLAB_CI"):
        origin = job_source.of_installation()
        install = UNKNOWN_SOURCE
        if isinstance(origin, Origin):
            install = f"pipx install {shlex.quote(origin.location)}"
    forges = (login.spec for login in rules.known.forges)
    pages = dict.fromkeys(key_pages.url(one.kind, one.server) for one in forges)
    return FirstSteps(install, tuple(pages))

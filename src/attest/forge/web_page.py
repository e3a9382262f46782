"""The pages of a project at its forge, for links in a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attest.forge import workflow
from attest.report.links import NO_LINKS, Links
from attest.text import lazy

_NAME = r"[A-Za-z0-9._~-]{1,255}"
_PATH = rf"{_NAME}(?:/{_NAME}){{1,20}}"
_REPOSITORY = lazy(rf"^{_PATH}$")
_HTTP_REMOTE = lazy(rf"^https?://(?:[^@/\s]{{0,255}}@)?({_NAME}(?::[0-9]{{1,5}})?)/({_PATH})$")
_SSH_REMOTE = lazy(rf"^(?:ssh://)?[^@/\s]{{1,255}}@({_NAME})(?::[0-9]{{1,5}}/|[:/])({_PATH})$")


def find(env: Mapping[str, str], remotes: Iterable[str], number: int | None = None) -> Links:
    """The project's pages: as CI names it, else by the first remote whose address says what forge
    it is at.

    Args:
        remotes: their URLs, the project's first.
        number: of the pull request that the report is about; None for none.
    """
    project = env.get("CI_PROJECT_URL", "")
    if env.get("GITLAB_CI") == "true" and project:
        return Links(project, "gitlab", number)
    server, name = env.get("GITHUB_SERVER_URL", ""), env.get("GITHUB_REPOSITORY", "")
    if server and _REPOSITORY.fullmatch(name):
        is_forgejo = "true" in (env.get("FORGEJO_ACTIONS"), env.get("GITEA_ACTIONS"))
        return Links(f"{server.rstrip('/')}/{name}", "forgejo" if is_forgejo else "github", number)
    for url in remotes:
        match = _HTTP_REMOTE.fullmatch(url) or _SSH_REMOTE.fullmatch(url)
        forge = workflow.of_remote(url)
        if match and forge is not None:
            return Links(f"https://{match[1]}/{match[2].removesuffix('.git')}", forge, number)
    return NO_LINKS

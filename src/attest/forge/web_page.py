"""The address of a project at its forge, for links in a report."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from attest.text import lazy

_NAME = r"[A-Za-z0-9._~-]{1,255}"
_PATH = rf"{_NAME}(?:/{_NAME}){{1,20}}"
_REPOSITORY = lazy(rf"^{_PATH}$")
_HTTP_REMOTE = lazy(rf"^https?://(?:[^@/\s]{{0,255}}@)?({_NAME}(?::[0-9]{{1,5}})?)/({_PATH})$")
_SSH_REMOTE = lazy(rf"^(?:ssh://)?[^@/\s]{{1,255}}@({_NAME})(?::[0-9]{{1,5}}/|[:/])({_PATH})$")


def of_project(env: Mapping[str, str], remotes: Iterable[str]) -> str:
    """The project's page: as CI names it, else by the first remote whose address says it.

    Args:
        remotes: their URLs, the project's first.

    Returns:
        Without a slash at the end; empty where nobody knows.
    """
    project = env.get("CI_PROJECT_URL", "")
    if env.get("GITLAB_CI") == "true" and project:
        return project.rstrip("/")
    server, name = env.get("GITHUB_SERVER_URL", ""), env.get("GITHUB_REPOSITORY", "")
    if server.startswith(("https://", "http://")) and _REPOSITORY.fullmatch(name):
        return f"{server.rstrip('/')}/{name}"
    for url in remotes:
        match = _HTTP_REMOTE.fullmatch(url) or _SSH_REMOTE.fullmatch(url)
        if match:
            return f"https://{match[1]}/{match[2].removesuffix('.git')}"
    return ""

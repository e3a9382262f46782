"""Addresses of pages at a forge, for links in a report."""

from __future__ import annotations

from typing import Literal, NamedTuple

from attest.report.answers import HunkReport
from attest.text import lazy

ForgeKind = Literal["github", "gitlab", "forgejo"]

_PROJECT_URL = lazy(r"^https?://[A-Za-z0-9.:-]{1,255}(?:/[A-Za-z0-9._~/-]{0,1000})?$")
_PAGES: dict[ForgeKind, tuple[str, str, str]] = {
    "github": ("commit", "blob", "pull"),
    "gitlab": ("-/commit", "-/blob", "-/merge_requests"),
    "forgejo": ("commit", "src/commit", "pulls"),
}
"""What each forge calls the pages of a commit, of a file in it, and of a request."""


class Links(NamedTuple):
    """The pages of a project at its forge. Every address is empty where it is not known, or where
    the project's is not one that a browser opens over HTTP.

    Args:
        url: the project's page; empty where nobody knows it.
        number: of the pull request that the report is about; None for none.
    """

    url: str = ""
    forge: ForgeKind = "github"
    number: int | None = None

    def commit(self, oid: str) -> str:
        """The page of a commit."""
        return self._page(0, oid)

    def pull_request(self) -> str:
        """The page of the pull request."""
        return "" if self.number is None else self._page(2, str(self.number))

    def hunk(self, oid: str, hunk: HunkReport) -> str:
        """The page of the file in a commit, at the line of a hunk. Of what the commit removes,
        the page of the commit itself."""
        from urllib.parse import quote

        # The path is escaped for a terminal: with a backslash, nobody knows what it was.
        if hunk.side == "old" or "\\" in hunk.path:
            return self.commit(oid)
        page = self._page(1, f"{oid}/{quote(hunk.path)}")
        return f"{page}#L{hunk.line}" if page and hunk.line is not None else page

    def _page(self, place: int, rest: str) -> str:
        if not _PROJECT_URL.fullmatch(self.url):
            return ""
        return f"{self.url.rstrip('/')}/{_PAGES[self.forge][place]}/{rest}"


NO_LINKS = Links()

"""Links of a report into the forge, and the lines around a hunk."""

from __future__ import annotations

import pytest

from attest.report import html_format, markdown_format
from attest.report.links import NO_LINKS, Links
from support.reports import OID, hunk, report, verdict

GITHUB = Links("https://github.com/me/kettle", "github", 12)
GITLAB = Links("https://gitlab.com/me/kettle/", "gitlab", 12)
FORGEJO = Links("https://codeberg.org/me/kettle", "forgejo", 12)


@pytest.mark.parametrize(
    ("links", "commit", "line", "request_page"),
    [
        (GITHUB, f"commit/{OID}", f"blob/{OID}/src/a.py#L3", "pull/12"),
        (GITLAB, f"-/commit/{OID}", f"-/blob/{OID}/src/a.py#L3", "-/merge_requests/12"),
        (FORGEJO, f"commit/{OID}", f"src/commit/{OID}/src/a.py#L3", "pulls/12"),
    ],
    ids=["github", "gitlab", "forgejo"],
)
def test_each_forge_has_its_own_pages(
    links: Links, commit: str, line: str, request_page: str
) -> None:
    url = links.url.rstrip("/")
    assert links.commit(OID) == f"{url}/{commit}"
    assert links.hunk(OID, hunk("a")) == f"{url}/{line}"
    assert links.pull_request() == f"{url}/{request_page}"


def test_what_a_commit_removes_is_shown_at_the_commit() -> None:
    assert GITHUB.hunk(OID, hunk("a")._replace(side="old")) == GITHUB.commit(OID)


def test_a_path_that_is_not_known_byte_by_byte_is_shown_at_the_commit() -> None:
    assert GITHUB.hunk(OID, hunk("a")._replace(path="a\\xff.py")) == GITHUB.commit(OID)


def test_a_path_cannot_end_its_link() -> None:
    link = GITHUB.hunk(OID, hunk("a")._replace(path='a) "b".py#L9?x=<y>'))
    assert link.endswith("/a%29%20%22b%22.py%23L9%3Fx%3D%3Cy%3E#L3")


def test_nothing_is_linked_where_the_forge_is_not_known() -> None:
    assert NO_LINKS.commit(OID) == NO_LINKS.hunk(OID, hunk("a")) == NO_LINKS.pull_request() == ""
    assert "](" not in markdown_format.render(report(verdict(hunk("a", unsure="why"))))


def test_markdown_links_the_line_and_the_commit() -> None:
    written = markdown_format.render(report(verdict(hunk("a", unsure="why"))), links=GITHUB)
    line, commit = GITHUB.hunk(OID, hunk("a")), GITHUB.commit(OID)
    assert f"- [`src/a.py:3`]({line}) in [`{OID[:10]}`]({commit}): why\n" in written


def test_html_links_the_pull_request() -> None:
    page = html_format.render(report(verdict(hunk("a"))), GITHUB)
    assert f'<a href="{GITHUB.pull_request()}">pull request 12</a>' in page


def test_a_line_has_the_number_of_its_own_side() -> None:
    lines = (" before", "-old", "+new", "+more", " after")
    shown = hunk("a")._replace(lines=lines, first_old=9, first_new=11)
    page = html_format.render(report(verdict(shown)))
    numbers = [part.partition('"')[0] for part in page.split('data-n="')[1:]]
    assert numbers == ["11", "10", "12", "13", "14"]

"""Which forge a project is at, and where its pages are."""

from __future__ import annotations

import pytest

from attest.forge import web_page
from attest.report.links import NO_LINKS, Links

KETTLE = "https://github.com/me/kettle"


@pytest.mark.parametrize(
    ("remote", "links"),
    [
        ("https://github.com/me/kettle.git", Links(KETTLE)),
        ("git@github.com:me/kettle.git", Links(KETTLE)),
        ("ssh://git@github.com:22/me/kettle", Links(KETTLE)),
        ("https://token@gitlab.com/a/b/c.git", Links("https://gitlab.com/a/b/c", "gitlab")),
        ("git@codeberg.org:me/kettle", Links("https://codeberg.org/me/kettle", "forgejo")),
        ("https://git.example.org/me/kettle", NO_LINKS),
        ("/srv/kettle.git", NO_LINKS),
        ("https://github.com/me/kettle?x=<script>", NO_LINKS),
    ],
)
def test_a_remote_says_it(remote: str, links: Links) -> None:
    assert web_page.find({}, [remote]) == links


def test_the_first_remote_that_says_it_counts() -> None:
    assert web_page.find({}, ["/srv/a.git", "git@github.com:me/kettle.git"], 7) == Links(
        KETTLE, "github", 7
    )


def test_ci_names_it_before_a_remote() -> None:
    actions = {"GITHUB_SERVER_URL": "https://git.example.org", "GITHUB_REPOSITORY": "me/kettle"}
    url = "https://git.example.org/me/kettle"
    assert web_page.find(actions, ["git@github.com:a/b"]) == Links(url)
    assert web_page.find({**actions, "FORGEJO_ACTIONS": "true"}, []) == Links(url, "forgejo")
    gitlab = {"GITLAB_CI": "true", "CI_PROJECT_URL": url}
    assert web_page.find(gitlab, []) == Links(url, "gitlab")


def test_a_project_of_ci_that_is_none_has_no_pages() -> None:
    env = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "me/../<kettle>"}
    assert web_page.find(env, []) == NO_LINKS

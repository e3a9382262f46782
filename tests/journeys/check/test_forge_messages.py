"""The messages that forges write when they squash, and what is left of the proof (docs/merging.md).
Written by hand from the forges' documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import units
from support.repo import Repo

PAGE = Path(__file__).parents[3] / "docs" / "merging.md"
CO_AUTHOR = "Co-authored-by: Ada Lovelace <ada@example.org>"


def bullets(commits: list[str]) -> str:
    """The branch's messages, oldest first, each below a bullet with its subject."""
    parts = [message.partition("\n") for message in commits]
    return "\n\n".join(f"* {subject}\n{body}".strip("\n") for subject, _, body in parts)


def crlf(message: str) -> str:
    return message.replace("\n", "\r\n")


def github_title(commits: list[str], description: str) -> str:
    return "Read both (#12)\n"


def github_description(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{crlf(description)}"


def github_details(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{bullets(commits)}\n\n---------\n\n{CO_AUTHOR}\n"


def gitlab_default(commits: list[str], description: str) -> str:
    return "Read both\n"


def gitlab_all_commits(commits: list[str], description: str) -> str:
    return f"Read both\n\n{bullets(commits)}\n\nSee merge request group/project!12\n"


def gitlab_description(commits: list[str], description: str) -> str:
    return f"Read both\n\n{description}\n\n{CO_AUTHOR}\n"


def forgejo_default(commits: list[str], description: str) -> str:
    return f"Read both (#12)\n\n{description}\n\nReviewed-on: https://forgejo.example/pulls/12\n"


def forgejo_details(commits: list[str], description: str) -> str:
    words = f"Co-authored-by: A U Thor <author@example.com>\n{CO_AUTHOR}"
    return f"Read both (#12)\n\n{bullets(commits)}\n\n{words}\n"


ROWS = {
    "GitHub, title": (github_title, False, False),
    "GitHub, title and description": (github_description, False, True),
    "GitHub, title and commit details": (github_details, True, False),
    "GitLab, default template": (gitlab_default, False, False),
    "GitLab, `%{all_commits}`": (gitlab_all_commits, True, False),
    "GitLab, `%{description}`": (gitlab_description, False, True),
    "Forgejo, default": (forgejo_default, False, True),
    "Forgejo, with commit messages": (forgejo_details, True, False),
}
"""The message, and whether it keeps a block in a commit, or one in the description."""


def squash(repo: Repo, key: Path, row: str, place: str) -> None:
    """A branch of two commits with a block in *place*, squashed by a forge."""
    build, _, _ = ROWS[row]
    units.begin(repo, key)
    repo.git("tag", "start", "main")
    units.commits(repo, "b.py", "c.py")
    description = "Both are read.\n"
    if place == "commit":
        units.attest(repo, key)
    else:
        text = units.text(repo, key, units.difference(repo)).decode()
        fence = f"```\n{text}```"
        description += f"\n<details><summary>Attestation</summary>\n\n{fence}\n\n</details>\n"
    messages = [repo.message(rev).rstrip("\n") for rev in ("topic~1", "topic")]
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    message = repo.home / "squash"
    message.write_bytes(build(messages, description).encode())
    repo.git("commit", "-q", "--no-verify", "--cleanup=verbatim", "-F", str(message))


@pytest.mark.parametrize("place", ["commit", "description"])
@pytest.mark.parametrize("row", ROWS)
def test_what_a_squash_keeps(repo: Repo, key: Path, row: str, place: str) -> None:
    squash(repo, key, row, place)
    _, from_commit, from_description = ROWS[row]
    kept = from_commit if place == "commit" else from_description
    [verdict] = repo.report("--landed", "start..main")["commits"]
    assert verdict["verdict"] == ("attested" if kept else "failed")
    assert verdict["level"] == ("exact" if kept else "none")


def test_the_page_says_so() -> None:
    rows = re.findall(
        r"^\| (Git\w+|Forgejo), (.+?) \| (yes|no) \| (yes|no) \|", PAGE.read_text(), re.MULTILINE
    )
    page = {
        f"{forge}, {setting}": (one == "yes", two == "yes") for forge, setting, one, two in rows
    }
    assert page == {row: (one, two) for row, (_, one, two) in ROWS.items()}


def test_an_empty_commit_above_can_bring_the_lost_block(repo: Repo, key: Path) -> None:
    """It counts for the commits below it that it covers, as after a rebase."""
    squash(repo, key, "GitHub, title", "commit")
    repo.git("commit", "-q", "--allow-empty", "--no-verify", "-m", repo.message("topic"))
    [verdict] = repo.report("--landed", "start..main")["commits"]
    assert (verdict["verdict"], verdict["unit"]["kind"]) == ("attested", "rebase")

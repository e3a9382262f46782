"""The messages that forges write when they squash, and what is left of the proof (docs/merging.md).
Written by hand from the forges' documentation."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support import units
from support.forge_messages import ROWS
from support.repo import Repo

PAGE = Path(__file__).parents[3] / "docs" / "merging.md"


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

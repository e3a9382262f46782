"""What a report of what has landed tells a maintainer to do: main is not rewritten."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support import forge, keys, units
from support.pushing import UNHOOKED
from support.repo import Repo


def other_key(repo: Repo) -> Path:
    """A key that the base does not list."""
    folder = repo.home / "other"
    folder.mkdir(exist_ok=True)
    return keys.make(folder)


def squashed(repo: Repo, key: Path, author: str, message: str) -> None:
    """A branch with a block by an unlisted key, squashed by a forge."""
    units.begin(repo, key)
    repo.git("tag", "start", "main")
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, other_key(repo))
    body = repo.message("topic") if message == "details" else ""
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    repo.git(*UNHOOKED, "commit", "-q", f"--author={author}", "-m", f"Read both (#12)\n\n{body}")


def findings(repo: Repo, *args: str) -> dict[str, dict[str, Any]]:
    """The errors of the one verdict, by their codes."""
    [verdict] = repo.report("--landed", *args)["commits"]
    return {one["code"]: one for one in verdict["findings"] if one["severity"] == "error"}


@pytest.mark.parametrize(
    ("address", "account"),
    [
        ("4242+ada@users.noreply.github.com", "--forge github:4242+ada"),
        ("ada@users.noreply.github.com", "--forge github:ada"),
        ("17-ada@users.noreply.gitlab.com", "--forge gitlab:17+ada"),
        ("ada@noreply.codeberg.org", "--forge codeberg:ada"),
        ("ada@users.noreply.github.com.example.org", "--forge github:LOGIN"),
        ("ada@example.org", "--forge github:LOGIN"),
    ],
)
def test_the_account_of_a_no_reply_address_is_named(
    repo: Repo, key: Path, address: str, account: str
) -> None:
    squashed(repo, key, f"ada <{address}>", "details")
    hint = findings(repo, "start..main")["signer-unknown"]["hint"]
    assert hint.endswith((account, f"({account})."))
    assert "--base main" in hint
    assert "answer COMMIT" not in hint


def test_a_lost_attestation_names_where_the_setting_is(repo: Repo, key: Path) -> None:
    squashed(repo, key, "ada <ada@example.org>", "title")
    hint = findings(repo, "start..main")["unattested"]["hint"]
    command = hint.split("`")[1]
    assert command == "attest init --maintainer --merge-method squash"
    reply = repo.ok(*command.split()[1:], "--forge", "github")
    assert "Pull request title and commit details" in reply


def test_a_newer_list_of_signers_is_taken_with_base(repo: Repo, key: Path) -> None:
    """As the remedy says."""
    squashed(repo, key, "A U Thor <author@example.com>", "details")
    listed = f"author@example.com {forge.public(other_key(repo))}\n"
    repo.write(".attest/allowed_signers", listed)
    repo.git(*UNHOOKED, "commit", "-q", "-m", "List the key")
    assert findings(repo, "--base", "main", "start..main~1") == {}

"""`sign-off = "required"`: whose line counts, and where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.policy import sign_off
from support import ruled
from support.repo import EMAIL, NAME, Repo

RULE = 'sign-off = "required"\n'
OWN = f"Signed-off-by: {NAME} <{EMAIL}>"


@pytest.mark.parametrize(
    ("message", "outcome"),
    [
        (f"Change\n\n{OWN}\n", True),
        (f"Change\n\n{OWN.lower().replace(NAME.lower(), NAME)}\n", True),
        (f"Change\n\nwords\n\n{OWN}\nReviewed-by: B <b@example.com>\n", True),
        (f"Change\r\n\r\n{OWN}\r\n", True),
        ("Change\n\nSigned-off-by: B <b@example.com>\n", False),
        (f"Change\n\nSigned-off-by: <{EMAIL}>\n", False),
        (f"Change\n\nSigned-off-by: {NAME} {EMAIL}\n", False),
        (f"Change\n\nSigned-off-by: {NAME} <{EMAIL.upper()}>\n", False),
        (f"Change\n\nSigned-off-by: {NAME} <{EMAIL.replace('a', 'а')}>\n", False),
        (f"Change\n\nSigned-off-by: B <b@example.com> <{EMAIL}>\n", False),
        (f"Change\n\nCo-authored-by: {NAME} <{EMAIL}>\n", False),
        (f"Change\n\n> {OWN}\n", False),
        (f"{OWN}\n", False),
        (f"Change\n\0\n{OWN}\n", False),
        ("Change\n", False),
    ],
)
def test_whose_line_it_is(message: str, outcome: bool) -> None:
    assert sign_off.is_there(message.encode(), EMAIL.encode()) is outcome


def test_nobodys_address_is_never_there() -> None:
    assert not sign_off.is_there(b"C\n\nSigned-off-by: A <>\n", b"")
    assert not sign_off.is_there(b"C\n\nSigned-off-by: A <\xff>\n", b"\xff")
    assert not sign_off.is_there(b"C\n\nSigned-off-by: A <b@c> <d@e>\n", b"b@c> <d@e")


@given(st.binary(max_size=200), st.binary(max_size=30))
def test_any_bytes_are_judged(message: bytes, email: bytes) -> None:
    assert len(list(sign_off.judge(message, email))) in (0, 1)


def test_an_attested_commit_without_the_line_fails(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key, RULE)).attested("change")
    assert ruled.errors(repo) == ["sign-off-missing"]


def test_with_the_line_it_passes(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key, RULE)).attested(f"change\n\n{OWN}")
    assert (ruled.outcomes(repo), ruled.errors(repo)) == (["attested"], [])


def test_signing_off_afterwards_keeps_the_answers(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key, RULE)).attested("change")
    repo.git("commit", "-q", "--amend", "--signoff", "--no-edit")
    assert ruled.outcomes(repo) == ["attested"]


def test_an_ignored_path_needs_it_too(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, RULE + 'ignore = ["*.md"]\n')
    ruled.change(repo, "a.md").commit("words")
    ruled.change(repo, "b.md").commit("more words", "--signoff")
    assert ruled.outcomes(repo) == ["failed", "not-needed"]


def test_the_change_cannot_drop_the_rule(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, RULE)
    ruled.change(repo, ".attest.toml", ruled.MINIMAL).attested("no rule")
    assert ruled.errors(repo) == ["sign-off-missing"]


@pytest.mark.parametrize(("option", "silent"), [("--signoff", True), ("--no-signoff", False)])
def test_the_commit_hook_says_that_it_is_missing(
    repo: Repo, key: Path, option: str, silent: bool
) -> None:
    ruled.begin(repo, key, RULE)
    repo.git("config", "attest.base", "main")
    ruled.change(repo)
    repo.answer()
    result = repo.run("git", "commit", "-q", option, "-m", "change", check=True)
    assert (b"requires a line Signed-off-by" not in result.stderr) is silent

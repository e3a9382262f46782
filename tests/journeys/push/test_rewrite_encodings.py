"""Commits in encodings other than UTF-8: they keep theirs, and their block is ASCII."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support.messages import editor
from support.repo import NAME, Repo
from support.rewriting import (
    EXACT,
    again,
    answered,
    attest,
    change,
    filled,
    outcomes,
    parts,
    published,
    state,
    stored,
)
from support.terminal import Terminal
from support.words import FILL

LATIN = "ISO-8859-1"


def _latin(repo: Repo) -> None:
    """A commit with an `encoding` header, whose author and message are not ASCII."""
    published(repo)
    change(repo, 3)
    author = parts(repo.raw()).author.replace(NAME.encode(), b"J\xf6rg Gr\xfc\xdfe")
    message = "Größe\n\nälter\n".encode(LATIN)
    extra = (f"encoding {LATIN}".encode(),)
    stored(repo, replace(parts(repo.raw()), author=author, message=message, extra=extra))


def test_a_commit_in_another_encoding_keeps_it_and_its_block_is_ascii(repo: Repo) -> None:
    _latin(repo)
    before = parts(repo.raw())
    data = filled(repo).replace(b"invariant 1", "Größe „1“ 漢".encode())
    again(repo, stdin=data, env={"GIT_COMMITTER_NAME": "Zoë"})
    after = parts(repo.raw())
    assert (after.author, after.extra) == (before.author, before.extra)
    assert after.committer.startswith(b"Zo\xeb <")
    assert after.message.startswith(before.message)
    assert after.message.removeprefix(before.message).isascii()
    assert outcomes(repo, "HEAD") == [EXACT]
    names = repo.git("log", "-1", "--format=%an|%cn|%s")
    assert names == "Jörg Grüße|Zoë|Größe"
    shown_answers = repo.ok("show", "HEAD")
    assert "Größe „1“ 漢" in shown_answers


def test_a_committer_that_the_encoding_has_not_is_kept_as_it_is(repo: Repo) -> None:
    _latin(repo)
    answered(repo, env={"GIT_COMMITTER_NAME": "漢字"})
    assert parts(repo.raw()).committer.startswith("漢字 <".encode())
    assert outcomes(repo, "HEAD") == [EXACT]


UNKNOWN = ["x-nobody-knows", "UTF-16", "cp037", "hex", "utf-8-sig", "\u00fc"]


@pytest.mark.parametrize("encoding", UNKNOWN)
def test_an_encoding_that_is_unknown_or_no_superset_of_ascii_is_kept(
    repo: Repo, encoding: str
) -> None:
    published(repo)
    change(repo, 3)
    extra = (b"encoding " + encoding.encode(),)
    stored(repo, replace(parts(repo.raw()), extra=extra))
    before = parts(repo.raw())
    answered(repo)
    after = parts(repo.raw())
    assert (after.author, after.committer, after.extra) == (before.author, before.committer, extra)
    assert outcomes(repo, "HEAD") == [EXACT]


def test_an_address_that_the_commits_encoding_cannot_show_is_refused(repo: Repo) -> None:
    repo.env["GIT_AUTHOR_EMAIL"] = "ä@example.com"
    published(repo)
    change(repo, 3)
    stored(repo, replace(parts(repo.raw()), extra=(b"encoding ISO-8859-1",)))
    before = state(repo)
    reply = again(repo, stdin=filled(repo), code=2)
    assert "ä@example.com is not ASCII" in reply
    assert state(repo) == before


def test_a_subject_in_another_encoding_does_not_stop_the_template(repo: Repo) -> None:
    _latin(repo)
    hunk = repo.template("--unpushed")["hunk"][0]
    assert hunk["commit"].startswith(f"{repo.head[:10]} Gr")


def test_a_subject_in_another_encoding_does_not_stop_the_editor(repo: Repo, tmp_path: Path) -> None:
    _latin(repo)
    env = {"GIT_EDITOR": editor(tmp_path, FILL)}
    result = attest(repo, "answer", "--unpushed", "--editor", env=env)
    assert result.returncode == 0, result.stderr.decode()
    assert outcomes(repo, "HEAD") == [EXACT]


def test_a_subject_does_not_steer_the_terminal(repo: Repo) -> None:
    published(repo)
    change(repo, 3)
    message = b"Subject \x1b[31mred\x07 \xf6 end\n"
    stored(repo, replace(parts(repo.raw()), message=message))
    with Terminal.attest(repo, "answer", "--unpushed") as terminal:
        terminal.expect(f"commit {repo.head[:10]} Subject")
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
        assert b"\x1b[31mred" not in terminal.raw
        assert b"\x07" not in terminal.raw
    assert outcomes(repo, "HEAD") == [EXACT]

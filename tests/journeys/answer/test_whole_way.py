"""The whole way once: stage, answer, commit, check, tamper."""

from __future__ import annotations

from support.repo import Repo


def test_an_attested_commit_holds_and_breaks_when_it_differs(repo: Repo) -> None:
    repo.write("a.py", "line 1\nnew\n")
    repo.attested_by_git("Change a")
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")
    repo.write("a.py", "line 1\nother\n")
    repo.git("commit", "--quiet", "--amend", "--no-verify", "--no-edit")
    assert repo.codes() == ["answer-missing", "hunk-not-covered"]

"""What the messages of squashed commits disclosed is kept."""

from __future__ import annotations

import json
from pathlib import Path
from unittest import mock

import pytest
import tomli_w

from support.repo import Repo
from support.rewriting import published

BARE = ("-c", "core.hooksPath=/dev/null")
POLICY = "version = 1\n[disclosure]\nassistance = 'required'\nnone = 'none'\n"
LINES = [f"value_{n} = {n}" for n in range(1, 31)]
ADDED = ["limit = 10", "check(value_3, limit)", "trim(value_4, limit)", "send(value_5)"]
TOOL, OTHER = "Assisted-by: Some Tool", "Assisted-by: Other Tool"


def _file(added: list[str]) -> str:
    return "\n".join([*LINES[:5], *added, *LINES[5:], ""])


@pytest.fixture
def project(repo: Repo) -> Repo:
    """A topic in a project that wants assistance disclosed."""
    repo.write("flow.py", _file([]))
    repo.write(".attest.toml", POLICY)
    repo.git(*BARE, "commit", "-q", "-m", "start")
    published(repo)
    repo.git("switch", "-q", "-c", "topic")
    return repo


def _commit(repo: Repo, text: str, message: str, assistance: str, *options: str) -> None:
    """Commit a version of the file with signed answers, and what is disclosed."""
    repo.write("flow.py", text)
    _answer(repo, assistance)
    repo.git("commit", "-q", "-m", message, *options)


def _answer(repo: Repo, assistance: str | None, *revisions: str) -> None:
    """Answer for all that a template asks; for tools only where it asks about them."""
    data = repo.template(*revisions)
    for number, hunk in enumerate(data["hunk"]):
        hunk["invariant"] = hunk["invariant"] or f"line {number} of the flow comes after the limit"
        hunk["breaks"] = hunk["breaks"] or f"whoever sends value {number} would pass the limit"
    assert ("assistance" in data) is (assistance is not None)
    if assistance is not None:
        data["assistance"] = assistance
    repo.ok("answer", *revisions, "--answers", "-", stdin=tomli_w.dumps(data).encode())


def _disclosed(repo: Repo, rev: str = "HEAD") -> list[str]:
    lines = repo.message(rev).splitlines()
    return sorted(line for line in lines if line.startswith("Assisted-by"))


@pytest.mark.parametrize(
    ("first", "fixup", "kept"),
    [
        ("none", "Some Tool", [TOOL]),
        ("Some Tool", "Other Tool", [OTHER, TOOL]),
        ("Some Tool", "none", [TOOL]),
        ("none", "none", ["Assisted-by: none"]),
    ],
)
def test_a_fixup_keeps_what_it_disclosed(
    project: Repo, first: str, fixup: str, kept: list[str]
) -> None:
    _commit(project, _file(ADDED), "Check the flow", first)
    nit = [line.replace("10", "12") for line in ADDED]
    _commit(project, _file([*nit, "audit(value_6)"]), "fixup! Check the flow", fixup)
    project.git(
        *BARE, "rebase", "-q", "-i", "--autosquash", "origin/main", GIT_SEQUENCE_EDITOR="true"
    )
    _answer(project, None, "origin/main..HEAD")
    assert _disclosed(project) == kept
    assert "disclosure-missing" not in project.codes("origin/main..HEAD")


def test_commits_that_are_made_one_by_hand_keep_what_they_disclosed(project: Repo) -> None:
    _commit(project, _file(ADDED), "Check the flow", "Some Tool")
    _commit(project, _file([*ADDED, "audit(value_6)"]), "Audit", "Other Tool")
    project.git("reset", "-q", "--soft", "origin/main")
    _answer(project, None)
    project.git("commit", "-q", "-m", "All of it")
    assert _disclosed(project) == [OTHER, TOOL]


def test_what_was_corrected_does_not_come_back(project: Repo) -> None:
    _commit(project, _file(ADDED), "Check the flow", "Some Tool")
    project.write("flow.py", _file([*ADDED, "audit(value_6)"]))
    message = project.message().replace("Some Tool", "Other Tool")
    project.git(*BARE, "commit", "-q", "--amend", "-m", message)
    _answer(project, None, "origin/main..HEAD")
    assert _disclosed(project) == [OTHER]


def test_a_commit_that_was_dropped_discloses_nothing(project: Repo) -> None:
    _commit(project, _file(ADDED), "Check the flow", "Some Tool")
    project.git("reset", "-q", "--hard", "origin/main")
    project.write("flow.py", "\n".join([*LINES, "close(value_30)", ""]))
    _answer(project, "none")
    project.git("commit", "-q", "-m", "Close")
    assert _disclosed(project) == ["Assisted-by: none"]


def test_what_still_stands_in_another_commit_stays_there(project: Repo) -> None:
    _commit(project, _file(ADDED), "Check the flow", "Some Tool")
    _commit(project, "\n".join([*_file(ADDED).splitlines(), "close()", ""]), "Close", "none")
    project.git(*BARE, "commit", "-q", "--amend", "-m", "Close it")
    _answer(project, "none", "origin/main..HEAD")
    assert _disclosed(project, "HEAD") == ["Assisted-by: none"]


def test_an_old_position_in_a_reflog_costs_no_walk_over_the_history(
    project: Repo, tmp_path: Path
) -> None:
    """Somebody looked at an old release: its commit is a position of HEAD."""
    message, old = f"Release\n\n{TOOL}", "1000000000 +0000"
    release = project.git("commit-tree", "HEAD^{tree}", "-m", message, GIT_COMMITTER_DATE=old)
    project.git("update-ref", "-m", "look at a release", "HEAD", release)
    project.git("update-ref", "-m", "go back", "HEAD", "origin/main")
    _commit(project, _file(ADDED), "Check the flow", "Some Tool")
    _commit(project, _file([*ADDED, "audit(value_6)"]), "Audit", "Other Tool")
    project.git("reset", "-q", "--soft", "origin/main")
    trace = tmp_path / "trace"
    with mock.patch.dict(project.env, {"GIT_TRACE2_EVENT": str(trace)}):
        _answer(project, None)
    started = [
        json.loads(line)["argv"] for line in trace.read_text().splitlines() if '"start"' in line
    ]
    walks = [words for words in started if "--not" in words and "--branches" in words]
    assert walks
    assert not any(release in words or "--reflog" in words for words in walks)
    project.git("commit", "-q", "-m", "All of it")
    assert _disclosed(project) == [OTHER, TOOL]

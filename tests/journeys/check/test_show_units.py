"""`attest show` says what `attest check` says where a branch is the unit, and where a filter or a
policy leaves something out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import ruled, units
from support.repo import Repo
from support.rewriting import BARE


def reports(repo: Repo, revisions: str, *options: str) -> tuple[Any, Any]:
    """What `check` and `show` report, without the hunks that only `show` has all of."""
    pair = []
    for command in ("check", "show"):
        result = repo.attest(command, revisions, "--base", "main", "--format", "json", *options)
        report = json.loads(result.stdout)
        for commit in report["commits"]:
            commit["hunks"] = [one for one in commit["hunks"] if one["answers"]]
            for finding in commit["findings"]:
                del finding["hint"]  # names the branch as each command knows it
        pair.append(report)
    return pair[0], pair[1]


@pytest.fixture
def branch(repo: Repo, key: Path) -> Repo:
    """A branch of two commits in a project whose unit is the pull request."""
    units.begin(repo, key)
    units.commits(repo, "a.py", "b.py")
    return repo


def test_a_branch_is_one_unit_for_both(branch: Repo, key: Path) -> None:
    units.attest(branch, key)
    checked, shown = reports(branch, ruled.RANGE)
    assert [one["verdict"] for one in checked["commits"]] == ["attested"]
    assert shown == checked


def test_without_a_revision_it_shows_the_branch(branch: Repo, key: Path) -> None:
    """Its newest commit has the block, and none of the doubts about what is below it."""
    units.attest(branch, key)
    checked, shown = (
        json.loads(branch.ok(*words, "--base", "main", "--format", "json"))
        for words in (("check", "main..topic"), ("show",))
    )
    assert [one["unit"] for one in shown["commits"]] == [one["unit"] for one in checked["commits"]]
    assert [one["verdict"] for one in shown["commits"]] == ["attested"]
    branch.git("checkout", "-q", "main")
    (landed,) = json.loads(branch.ok("show", "--base", "main", "--format", "json"))["commits"]
    assert (landed["oid"], landed["unit"]["kind"]) == (branch.head, "commit")


def test_of_one_commit_of_a_branch_a_note_says_that_it_is_not_all(branch: Repo, key: Path) -> None:
    units.attest(branch, key)
    for command in ("check", "show"):
        result = branch.attest(command, "topic", "--base", "main")
        reply = result.stderr.decode()
        assert "only topic is checked; 1 commit between it and the base is not" in reply, command
        assert "main..topic" in reply


def test_the_remedy_names_the_base_as_the_check_does(branch: Repo) -> None:
    branch.git("branch", "other", "main")
    for command in ("check", "show"):
        reply = branch.attest(command, "other..topic").stdout.decode()
        assert "attest answer other..HEAD" in reply, command


def test_the_author_who_attests_is_named_once(branch: Repo, key: Path) -> None:
    units.attest(branch, key)
    units.commits(branch, "c.py")
    branch.git("reset", "-q", "--soft", "HEAD~1")
    branch.git(*BARE, "commit", "-q", "--amend", "--no-edit")
    reply = branch.attest("show", "topic", "--base", "main").stdout.decode()
    assert reply.startswith("failed")
    assert reply.count("by A U Thor") == 1


def test_a_block_in_the_description_counts_for_both(
    branch: Repo, key: Path, tmp_path: Path
) -> None:
    body = tmp_path / "body.md"
    body.write_bytes(b"What it does.\n\n" + units.text(branch, key, units.difference(branch)))
    for options, verdict in (((), "failed"), (("--body", str(body)), "attested")):
        checked, shown = reports(branch, ruled.RANGE, *options)
        assert [one["verdict"] for one in checked["commits"]] == [verdict]
        assert shown == checked


def test_a_squash_commit_that_has_landed_is_the_same_for_both(branch: Repo, key: Path) -> None:
    """The forge's no-reply address is its author."""
    text = units.text(branch, key, units.difference(branch)).decode()
    branch.git("checkout", "-q", "main")
    branch.git("branch", "before")
    branch.git("merge", "-q", "--squash", "topic")
    author = "--author=A <1+author@users.noreply.github.com>"
    branch.git(*BARE, "commit", "-q", author, "-m", f"Squash\n\n{text}")
    for revisions, options in (("HEAD", ()), ("before..main", ("--landed",))):
        checked, shown = reports(branch, revisions, *options)
        assert [one["verdict"] for one in checked["commits"]] == ["attested"], revisions
        assert shown == checked
        assert [one for one in shown["commits"][0]["hunks"] if one["state"] == "answered"]


def test_an_actor_that_is_exempt_is_so_for_both(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, '[[exempt]]\nactors = ["a-bot"]\n')
    ruled.change(repo).commit("by a bot")
    for options, verdict in (((), "failed"), (("--actor", "a-bot"), "exempt")):
        checked, shown = reports(repo, ruled.RANGE, *options)
        assert [one["verdict"] for one in checked["commits"]] == [verdict]
        assert shown == checked


def test_a_clone_without_a_policy_is_said_to_have_none_by_both(repo: Repo) -> None:
    ruled.change(repo).attested("good")
    checked, shown = reports(repo, "HEAD~1..HEAD")
    assert checked["has_policy"] is False
    assert shown == checked


def test_a_filter_lists_what_it_names_alone(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    repo.write("a.py", "def parse(data):\n    return data[0]\n")
    repo.write("test_a.py", "def test_parse():\n    assert parse(b'a') == 97\n")
    template = repo.ok("answer", "--template").replace('invariant = ""', 'invariant = "it works"')
    repo.ok(
        "answer",
        "--answers",
        "-",
        "--assisted-by",
        "a-tool",
        stdin=template.replace('unsure = ""', 'unsure = "what an empty one is"').encode(),
    )
    repo.commit("Parse")
    every = repo.ok("show", "--base", "main")
    assert "AI assistance: Assisted-by: a-tool" in every
    assert "unsure: what an empty one is" in repo.ok("show", "--base", "main", "--unsure")
    for option in ("--unsure", "--weak"):
        alone = repo.ok("show", "--base", "main", option)
        assert "not asked about" not in alone
        assert "AI assistance" not in alone
    assert "not asked about" in repo.ok("show", "--base", "main", "--unasked")

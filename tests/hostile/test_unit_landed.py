"""Attacks on what has landed (docs/format.md, "The landed walk"). Each attack has an honest
sibling that passes."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from attest.verification import rebases
from support import forge, units
from support.pushing import UNHOOKED
from support.repo import EMAIL, Repo
from support.reports import unwrapped

LAND = {"GIT_COMMITTER_NAME": "Forge", "GIT_COMMITTER_EMAIL": "noreply@forge.example"}


def land(repo: Repo, *args: str) -> None:
    """Run git as the forge."""
    repo.run("git", *args, env=LAND, check=True)


def begin(repo: Repo, key: Path, policy: str = "") -> Repo:
    """A project; `start` is where the checked range begins."""
    units.begin(repo, key, policy)
    repo.git("tag", "start", "main")
    return repo


def walk(repo: Repo, revisions: str = "start..main") -> list[dict[str, Any]]:
    """The verdicts, newest first."""
    report = repo.report("--landed", revisions)
    return list(reversed(report["commits"]))


def units_of(repo: Repo, revisions: str = "start..main") -> list[tuple[str, int, str]]:
    """Of each unit, newest first: what it is, how many commits it has, and its verdict."""
    return [
        (one["unit"]["kind"], len(one["unit"]["commits"]), one["verdict"])
        for one in walk(repo, revisions)
    ]


def branch(repo: Repo, key: Path, *names: str, start: str = "main", attested: bool = True) -> None:
    """A branch topic of commits of one new file each, with a block in the newest."""
    repo.git("checkout", "-q", "-B", "topic", start)
    units.commits(repo, *names)
    if attested:
        units.attest(repo, key, lambda block: replace(block, branch_commits=len(names)))


def squash(repo: Repo, message: str) -> str:
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--squash", "topic")
    land(repo, "commit", "-q", "--no-verify", "-m", message)
    return repo.head


def rebase(repo: Repo, *commits: str) -> None:
    """Land commits as a forge's rebase does."""
    repo.git("checkout", "-q", "main")
    for commit in commits or repo.git("rev-list", "--reverse", "main..topic").split():
        land(repo, "cherry-pick", commit)


def merge(repo: Repo, *options: str) -> str:
    repo.git("checkout", "-q", "main")
    land(repo, "merge", "-q", "--no-ff", "--no-edit", *options, "topic")
    return repo.head


def plain(repo: Repo, *names: str) -> None:
    """Commits on main without a block."""
    repo.git("checkout", "-q", "main")
    units.commits(repo, *names)


def test_a_squash_with_its_block(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py")
    squash(repo, f"Squashed (#1)\n\n{repo.message('topic')}")
    assert units_of(repo) == [("commit", 1, "attested")]


def test_a_squash_without_it_names_who_landed_it(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py")
    squash(repo, "Squashed (#1)")
    [verdict] = walk(repo)
    assert units.codes(verdict) == ["unattested"]
    assert verdict["unit"]["commits"][0]["committer"] == "Forge <noreply@forge.example>"
    result = forge.run(repo, "check", "--landed", "start..main")
    text = unwrapped(result.stdout.decode())
    assert "committed by Forge <noreply@forge.example>" in text
    assert b"attest answer" not in result.stdout  # it would rewrite main


def test_a_merge_commit(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py")
    plain(repo, "d.py")
    merge(repo)
    assert units_of(repo) == [("merge", 3, "attested"), ("commit", 1, "failed")]
    assert walk(repo)[0]["level"] == "exact"


def test_a_merge_of_an_unattested_branch(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py", attested=False)
    merge(repo)
    assert units.codes(walk(repo)[0]) == ["unattested"]


def decided(repo: Repo, key: Path) -> None:
    """A merge of an attested branch that adds something of its own."""
    branch(begin(repo, key), key, "b.py")
    plain(repo, "d.py")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    repo.write("own.py", "value = read('own', 2)\n")
    repo.commit("Merge topic", "--no-verify")


def test_a_merge_must_answer_for_its_own_resolution(repo: Repo, key: Path) -> None:
    decided(repo, key)
    verdict = walk(repo)[0]
    assert (verdict["unit"]["kind"], units.codes(verdict)) == ("merge", ["unattested"])
    forge.attach(repo, forge.signed(forge.thorough(repo), key))
    assert walk(repo)[0]["verdict"] == "attested"


def test_its_resolution_does_not_answer_for_the_branch(repo: Repo, key: Path) -> None:
    decided(repo, key)
    forge.attach(repo, forge.signed(forge.thorough(repo), key))
    tree = repo.git("rev-parse", "HEAD^{tree}")
    raw = repo.raw("topic")
    bare = raw[: raw.index(b"\n\n")] + b"\n\nAdd b.py\n"
    other = repo.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=bare)
    message = repo.message()
    parents = ("-p", repo.git("rev-parse", "HEAD^1"), "-p", other)
    repo.git("reset", "-q", "--hard", repo.git("commit-tree", *parents, "-m", message, tree))
    assert units.codes(walk(repo)[0]) == ["unattested"]


def test_commits_that_a_rebase_landed(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py", "d.py")
    squash_one = repo.git("rev-parse", "topic")
    plain(repo, "e.py")
    rebase(repo)
    assert repo.head != squash_one
    assert units_of(repo) == [("rebase", 3, "attested"), ("commit", 1, "failed")]


def end_with_a_suggestion(repo: Repo, key: Path, count: int = 3) -> None:
    """A branch of three commits with a block for all in the second; the third is by another."""
    repo.git("checkout", "-q", "-B", "topic", "main")
    edit(repo, 30)
    units.commits(repo, "c.py", "d.py")
    block = units.block(repo, units.difference(repo), count=count)
    repo.git("reset", "-q", "--hard", "topic~1")
    forge.attach(repo, forge.signed(block, key))
    units.commits(repo, "d.py")
    repo.git(*UNHOOKED, "commit", "-q", "--amend", "--no-edit", "--author=O <o@example.com>")


def edit(repo: Repo, line: int) -> None:
    lines = (repo.path / "a.py").read_text("utf-8").splitlines()
    lines[line] = f"changed = read({line})"
    repo.write("a.py", "\n".join(lines) + "\n")
    repo.commit(f"Change line {line}", "--no-verify")


def test_a_rebase_of_a_branch_that_ends_with_somebody_elses_commit(repo: Repo, key: Path) -> None:
    end_with_a_suggestion(begin(repo, key), key)
    assert units.verdict(repo)["verdict"] == "attested"
    plain(repo, "e.py")
    rebase(repo)
    assert units_of(repo) == [("rebase", 3, "attested"), ("commit", 1, "failed")]
    subjects = [one["subject"] for one in walk(repo)[0]["unit"]["commits"]]
    assert subjects == ["Add d.py", "Add c.py", "Change line 30"]


def test_a_block_below_must_say_that_it_is_for_so_many(repo: Repo, key: Path) -> None:
    end_with_a_suggestion(begin(repo, key), key, count=2)
    rebase(repo)
    assert units_of(repo)[0] == ("commit", 1, "failed")


@pytest.mark.parametrize("takes_back", ["b.py", "c.py"])
def test_a_block_below_does_not_excuse_what_takes_it_back_in_part(
    repo: Repo, key: Path, takes_back: str
) -> None:
    """What is left of the landed change is covered by its block. Nobody answered for the rest."""
    begin(repo, key)
    branch(repo, key, "b.py", "c.py")
    rebase(repo)
    repo.git("rm", "-q", takes_back)
    repo.commit("Take it back", "--no-verify")
    assert units_of(repo) == [("commit", 1, "failed"), ("rebase", 2, "attested")]


def test_a_block_below_that_covers_is_not_enough(repo: Repo, key: Path) -> None:
    """Main changed the file, too, so the difference is another one: the same lines elsewhere."""
    end_with_a_suggestion(begin(repo, key), key)
    repo.git("checkout", "-q", "main")
    edit(repo, 2)
    rebase(repo)
    assert units_of(repo)[0] == ("commit", 1, "failed")


def test_blocks_below_are_looked_at_a_limited_number_of_times(
    repo: Repo, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest is judged commit by commit, so that nobody can end the walk for others."""
    end_with_a_suggestion(begin(repo, key), key)
    rebase(repo)
    plain(repo, "e.py", "f.py")
    monkeypatch.setattr(rebases, "MAX_TRIES", 2)
    assert units_of(repo) == [("commit", 1, "failed")] * 3 + [("rebase", 2, "attested")]


def test_a_rebase_drops_what_the_base_has(repo: Repo, key: Path) -> None:
    """N is an upper bound."""
    begin(repo, key)
    branch(repo, key, "b.py", "c.py", "d.py")
    plain(repo, "e.py")
    land(repo, "cherry-pick", repo.git("rev-parse", "topic~2"))
    repo.git("tag", "-f", "start")
    rebase(repo, "topic~1", "topic")
    assert units_of(repo) == [("rebase", 2, "attested")]


def test_one_commit_is_tried_last(repo: Repo, key: Path) -> None:
    """A block for the branch covers its newest commit, too; the rest would be unattested."""
    branch(begin(repo, key), key, "b.py", "c.py")
    rebase(repo)
    assert units_of(repo) == [("rebase", 2, "attested")]
    assert repo.verdict("main", "--base", "start")["verdict"] == "attested"


def test_a_false_number_claims_no_commit_of_others(repo: Repo, key: Path) -> None:
    begin(repo, key)
    plain(repo, "foreign.py")
    branch(repo, key, "b.py", "c.py")
    repo.git("reset", "-q", "--hard", "HEAD")
    change = units.difference(repo)
    wide = units.block(repo, change, count=999_999_999)
    repo.git("reset", "-q", "--hard", "topic~1")
    units.commits(repo, "c.py")
    forge.attach(repo, forge.signed(wide, key))
    rebase(repo)
    assert units_of(repo) == [("rebase", 2, "attested"), ("commit", 1, "failed")]


def test_a_number_does_not_reach_beyond_the_range(repo: Repo, key: Path) -> None:
    branch(begin(repo, key), key, "b.py", "c.py", "d.py")
    rebase(repo)
    assert units_of(repo, "main~2..main") == [("rebase", 2, "attested")]


def test_a_number_does_not_reach_over_a_merge(repo: Repo, key: Path) -> None:
    begin(repo, key)
    branch(repo, key, "b.py")
    merge(repo)
    repo.git("checkout", "-q", "-B", "topic", "main")
    units.commits(repo, "c.py")
    block = units.block(repo, units.between(repo, "start", "topic"), count=9)
    forge.attach(repo, forge.signed(block, key))
    rebase(repo)
    assert units_of(repo) == [("commit", 1, "attested"), ("merge", 2, "attested")]


def test_commits_that_cancel_out_are_reported(repo: Repo, key: Path) -> None:
    """A number that is too great claims two commits of others that leave nothing."""
    begin(repo, key)
    plain(repo, "foreign.py")
    repo.git("revert", "--no-edit", "HEAD")
    branch(repo, key, "b.py", "c.py")
    block = units.block(repo, units.difference(repo), count=4)
    repo.git("reset", "-q", "--hard", "topic~1")
    units.commits(repo, "c.py")
    forge.attach(repo, forge.signed(block, key))
    rebase(repo)
    [verdict] = walk(repo)
    assert (len(verdict["unit"]["commits"]), verdict["verdict"]) == (4, "attested")
    assert units.codes(verdict, "warning") == ["transient-path"]


def test_an_empty_difference_claims_nothing(repo: Repo, key: Path) -> None:
    begin(repo, key)
    plain(repo, "foreign.py")
    repo.git("revert", "--no-edit", "HEAD")
    change = units.between(repo, "start", "main")
    block = units.block(repo, change, count=2)
    forge.attach(repo, forge.signed(block, key))
    assert [kind for kind, _, _ in units_of(repo)] == ["commit", "commit"]


def test_main_that_was_merged_into_a_branch_and_pushed(repo: Repo, key: Path) -> None:
    """The first parent is the branch, which does not lead to the range's end."""
    begin(repo, key)
    branch(repo, key, "b.py", "c.py", attested=False)
    plain(repo, "d.py")
    repo.git("tag", "-f", "start")
    plain(repo, "e.py")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    repo.git("branch", "-q", "-f", "main", "topic")
    repo.git("checkout", "-q", "main")
    outcome = units_of(repo)
    assert outcome == [("merge", 3, "failed"), ("commit", 1, "failed")]
    kinds = [[one["subject"] for one in verdict["unit"]["commits"]] for verdict in walk(repo)]
    assert kinds == [
        ["Merge branch 'main' into topic", "Add c.py", "Add b.py"],
        ["Add e.py"],
    ]


def test_a_range_that_does_not_lead_back(repo: Repo, key: Path) -> None:
    begin(repo, key)
    branch(repo, key, "b.py")
    plain(repo, "d.py")
    assert forge.run(repo, "check", "--landed", "topic..main").returncode == 3
    assert forge.run(repo, "check", "--landed", "main..main").returncode == 3
    assert forge.run(repo, "check", "--landed", "main").returncode == 2


@pytest.mark.parametrize("good", [True, False])
def test_a_merge_with_several_merge_bases_is_one_part(repo: Repo, key: Path, good: bool) -> None:
    begin(repo, key)
    branch(repo, key, "b.py", attested=False)
    topic = repo.head
    plain(repo, "d.py")
    first = repo.head
    repo.git("merge", "-q", "--no-edit", topic)
    repo.git("tag", "-f", "start")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", first)
    units.commits(repo, "c.py")
    change = units.between(repo, "start", "topic")
    if good:
        forge.attach(repo, forge.signed(units.block(repo, change), key))
    merge(repo)
    [verdict] = walk(repo)
    assert verdict["unit"]["kind"] == "merge"
    assert units.codes(verdict) == ([] if good else ["unattested"])


def test_an_octopus_is_one_part(repo: Repo, key: Path) -> None:
    begin(repo, key)
    for name in ("one", "two"):
        repo.git("checkout", "-q", "-B", name, "main")
        units.commits(repo, f"{name}.py")
        units.attest(repo, key)
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "one", "two")
    assert units.codes(walk(repo)[0]) == ["answer-missing", "hunk-not-covered"]
    block = units.block(repo, units.between(repo, "start", "main"))
    forge.attach(repo, forge.signed(block, key))
    assert [one["verdict"] for one in walk(repo)] == ["attested"]


def test_a_merge_queue_with_two_pull_requests(repo: Repo, key: Path) -> None:
    """A group is never one branch: one block for one of them must not fail the other."""
    begin(repo, key)
    for name in ("b", "c"):
        branch(repo, key, f"{name}.py", f"{name}2.py")
        merge(repo)
    event = {"merge_group": {"base_sha": repo.git("rev-parse", "start"), "head_sha": repo.head}}
    path = repo.home / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    repo.env |= {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "merge_group",
        "GITHUB_EVENT_PATH": str(path),
    }
    result = forge.run(repo, "check", "--format", "json")
    verdicts = json.loads(result.stdout)["commits"]
    assert [one["verdict"] for one in verdicts] == ["attested", "attested"]
    assert [one["unit"]["kind"] for one in verdicts] == ["merge", "merge"]


def test_many_false_numbers_end_in_a_limit(
    repo: Repo, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebases, "MAX_TRIES", 3)
    begin(repo, key)
    plain(repo, "b.py", "c.py", "d.py", "e.py", "f.py")
    block = replace(units.block(repo, units.between(repo, "start", "main~4")), change="0" * 56)
    forge.attach(repo, forge.signed(replace(block, branch_commits=9), key))
    codes = [units.codes(one) for one in walk(repo)]
    assert codes == [["limit-exceeded"], *[["unattested"]] * 4]


def test_it_needs_the_unit(repo: Repo, key: Path) -> None:
    begin(repo, key)
    plain(repo, "b.py")
    repo.git("checkout", "-q", "start")
    repo.write(".attest.toml", "version = 1\n")
    base = repo.commit("Commits")
    result = forge.run(repo, "check", "--base", base, "--landed", "start..main")
    assert result.returncode == 2
    assert EMAIL.encode() not in result.stderr

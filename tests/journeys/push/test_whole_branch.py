"""Answering once for a whole branch, where the policy says `unit = "pull-request"`."""

from __future__ import annotations

import shutil
import tomllib
from pathlib import Path
from unittest import mock

import pytest
import tomli_w

from attest.attestation import block, codec
from attest.attestation.block import Block
from attest.interview.form import EARLIER_ANSWER
from attest.project import local_rules
from support import forge, units
from support.messages import edit
from support.pushing import (
    STRANGER,
    UNHOOKED,
    add_remote,
    answer,
    asked,
    branch,
    change,
    passes,
    push,
    template,
)
from support.repo import Repo

WHOLE = "origin/main..HEAD"


@pytest.fixture
def topic(whole: Repo) -> Repo:
    """A clone with a remote, on a branch with three commits that nobody answered for."""
    return whole


def move_base(repo: Repo) -> None:
    """Somebody else's change lands on the base meanwhile."""
    repo.git("checkout", "--quiet", "main")
    change(repo, 38, "on main")
    repo.git(*UNHOOKED, "push", "--quiet", "origin", "main")
    repo.git("checkout", "--quiet", "topic")


def blocks(repo: Repo, rev: str = "HEAD") -> list[Block]:
    return [codec.parse(span.lines) for span in block.scan(repo.message(rev).encode()).spans]


def places(repo: Repo) -> list[list[int]]:
    """The numbers that the blocks of each commit name, the newest commit first."""
    oids = repo.git("rev-list", "origin/main..HEAD").split()
    return [[one.branch_commits or 0 for one in blocks(repo, oid)] for oid in oids]


def is_attested(repo: Repo, revisions: str = WHOLE) -> bool:
    return bool(units.verdict(repo, revisions=revisions)["verdict"] == "attested")


def test_one_block_for_all_goes_into_the_newest_commit_alone(topic: Repo) -> None:
    below = topic.git("rev-parse", "HEAD~1")
    assert asked(topic, "origin", "topic") == ["topic 21 (and 2 more commits, as one change)"]
    assert len(template(topic)) == 3
    answer(topic)
    (only,) = blocks(topic)
    assert (only.branch_commits, len(only.hunks)) == (3, 3)
    assert topic.git("rev-parse", "HEAD~1") == below
    assert places(topic) == [[3], [], []]
    assert is_attested(topic)
    passes(topic, "origin", "topic")


def test_the_rules_are_read_once_where_nothing_is_staged(topic: Repo) -> None:
    """They say that the whole branch is meant, and what is asked about it."""
    with mock.patch.object(local_rules, "read", side_effect=local_rules.read) as read:
        written = topic.ok("answer", "--template")
    assert read.call_count == 1
    assert len(tomllib.loads(written)["hunk"]) == 3


def test_the_limit_applies_to_the_whole_branch(topic: Repo) -> None:
    for line in (30, 33, 36):
        change(topic, line, f"topic {line}")
    assert len(template(topic)) == 3


def test_after_more_commits_only_what_is_new_is_asked(topic: Repo) -> None:
    topic.git("reset", "--quiet", "--hard", "HEAD~1")
    answer(topic)
    change(topic, 30, "topic 30")
    hunks = template(topic)
    assert [bool(hunk["invariant"]) for hunk in hunks] == [True, True, False]
    answer(topic)
    # nobody has the older one yet, so its block goes
    assert places(topic) == [[3], [], []]
    assert is_attested(topic)


def test_what_a_remote_has_keeps_its_block_and_needs_no_force(topic: Repo) -> None:
    answer(topic)
    passes(topic, "origin", "topic")
    pushed = topic.head
    change(topic, 30, "topic 30")
    answer(topic)
    assert topic.git("rev-parse", "HEAD~1") == pushed
    assert places(topic) == [[4], [3], [], []]
    assert is_attested(topic)
    passes(topic, "origin", "topic")


def test_a_block_that_another_branch_ends_with_stays(topic: Repo) -> None:
    answer(topic)
    topic.git("branch", "stacked-below")
    change(topic, 30, "topic 30")
    answer(topic)
    assert places(topic) == [[4], [3], [], []]


def test_merging_the_base_in_keeps_the_block(topic: Repo) -> None:
    answer(topic)
    move_base(topic)
    topic.git(*UNHOOKED, "merge", "--quiet", "--no-edit", "main")
    assert is_attested(topic)
    passes(topic, "origin", "topic")


def test_rebasing_keeps_the_block(topic: Repo) -> None:
    answer(topic)
    move_base(topic)
    topic.git("rebase", "--quiet", "main")
    assert is_attested(topic)
    passes(topic, "origin", "topic")


def test_autosquashing_loses_no_answer(topic: Repo) -> None:
    answer(topic)
    edit(topic, 3, "better")
    topic.git(*UNHOOKED, "commit", "--quiet", "--fixup=HEAD~2")
    answer(topic)
    assert is_attested(topic)
    # The block was in the fixup, whose message git drops.
    topic.git("rebase", "--quiet", "-i", "--autosquash", "origin/main", GIT_SEQUENCE_EDITOR="true")
    assert all(hunk["invariant"] and hunk["breaks"] for hunk in template(topic))
    answer(topic)
    assert is_attested(topic)


def test_a_squash_by_hand_gets_the_block_by_itself(topic: Repo) -> None:
    answer(topic)
    topic.git("reset", "--quiet", "--soft", "origin/main")
    topic.commit("All of it")
    assert [one.branch_commits for one in blocks(topic)] == [3]
    assert is_attested(topic)


def test_a_staged_change_is_answered_for_with_the_whole_branch(topic: Repo) -> None:
    edit(topic, 30, "staged")
    hunks = template(topic, "--staged")
    assert len(hunks) == 3
    topic.answer()
    topic.commit("topic 30")
    assert places(topic) == [[4], [], [], []]
    assert is_attested(topic)


def test_an_amended_commit_gets_the_block_of_the_whole(topic: Repo) -> None:
    answer(topic)
    edit(topic, 30, "amended")
    topic.answer("--amend")
    topic.git("commit", "--quiet", "--amend", "--no-edit")
    assert places(topic) == [[3], [], []]
    assert is_attested(topic)


def test_above_a_commit_of_somebody_else_the_block_goes_below_it(topic: Repo) -> None:
    edit(topic, 30, "theirs")
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "theirs", STRANGER)
    result = push(topic, "origin", "topic")
    assert b"is by some@example.org" in result.stderr
    assert b"attest block --markdown" in result.stderr
    answer(topic)
    assert places(topic) == [[], [4], [], []]
    assert is_attested(topic)
    assert topic.git("log", "-1", "--format=%ae %s") == "some@example.org theirs"


def test_a_merge_of_the_base_that_decides_something_gets_the_block(topic: Repo) -> None:
    answer(topic)
    topic.git("checkout", "--quiet", "main")
    change(topic, 3, "on main")
    topic.git(*UNHOOKED, "push", "--quiet", "origin", "main")
    topic.git("checkout", "--quiet", "topic")
    topic.run("git", *UNHOOKED, "merge", "--quiet", "--no-edit", "main")
    merged = (topic.path / "a.py").read_text("utf-8").split("\n")
    kept = [line for line in merged if not line.startswith(("<<<<", "====", ">>>>"))]
    kept.remove("changed by on main")
    topic.write("a.py", "\n".join(kept))
    topic.git(*UNHOOKED, "commit", "--quiet", "--no-edit")
    result = push(topic, "origin", "topic")
    assert b"the block goes into the merge" in result.stderr, result
    answer(topic)
    assert [one.branch_commits for one in blocks(topic)] == [3]
    assert is_attested(topic)


def test_other_peoples_branches_are_not_asked_about(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "-b", "theirs", "main")
    edit(topic, 3, "theirs")
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "theirs", STRANGER)
    passes(topic, "origin", "theirs")


def test_of_several_bases_the_nearest_is_taken_and_named(topic: Repo) -> None:
    """A fork's own main is old, and the project's has more."""
    topic.git("checkout", "--quiet", "main")
    change(topic, 38, "on main")
    add_remote(topic, "upstream", "main")
    branch(topic, "later", 5)
    result = push(topic, "origin", "later")
    assert b"(1 commit against upstream/main)" in result.stderr, result
    answer(topic)
    assert [one.branch_commits for one in blocks(topic)] == [1]


def test_a_clean_tree_means_the_branch(topic: Repo) -> None:
    reply = topic.attest("answer", "--template")
    assert reply.returncode == 0
    answer(topic, WHOLE)
    result = topic.attest("answer")
    assert (result.returncode, b"attested already" in result.stderr) == (0, True), result


def test_undo_restores_the_branch(topic: Repo) -> None:
    before = topic.head
    answer(topic)
    topic.ok("undo", "--yes")
    assert topic.head == before


def test_a_part_of_an_attested_branch_is_not_taken_for_attested(topic: Repo) -> None:
    answer(topic)
    topic.git("branch", "part", "HEAD~1")
    assert asked(topic, "origin", "part") == ["topic 12 (and 1 more commit, as one change)"]


def test_edited_answers_are_signed_again(topic: Repo) -> None:
    answer(topic)
    hunks = topic.ok("edit", "--template")
    data = tomllib.loads(hunks)
    data["hunk"][0]["breaks"] = "the importer reads line 3 as a header again"
    topic.ok("edit", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    (only,) = blocks(topic)
    assert only.hunks[0].breaks == "the importer reads line 3 as a header again"
    assert is_attested(topic)


def test_answers_in_a_block_are_offered_in_another_clone(topic: Repo, key: Path) -> None:
    answer(topic)
    (topic.path / ".git/attest/answers").rename(topic.path / ".git/gone")
    change(topic, 30, "topic 30")
    hunks = template(topic)
    assert [bool(hunk["invariant"]) for hunk in hunks] == [True, True, True]
    assert forge.run(topic, "check", WHOLE).returncode == 1


def test_a_nit_is_offered_the_answer_that_a_block_of_the_branch_has(topic: Repo) -> None:
    """In another clone, where nothing is kept but the commits. The hunk is none of a commit's."""
    begun = "".join(f"value_{n} = {n}\n" for n in range(1, 31))
    topic.git("checkout", "--quiet", "-b", "flow", "main")
    added = ["limit = 10\n", "check(value_3, limit)\n", "trim(value_4, limit)\n", "send(value_5)\n"]
    for count in (2, 4):
        topic.write("flow.py", begun + "".join(added[:count]))
        topic.git(*UNHOOKED, "commit", "--quiet", "-m", f"{count} lines")
    answer(topic)
    shutil.rmtree(topic.path / ".git/attest")
    topic.write("flow.py", begun + "".join(added).replace("10", "12"))
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "12, not 10")
    (hunk,) = template(topic)
    assert (hunk["invariant-note"], bool(hunk["invariant"])) == (EARLIER_ANSWER, True)


def test_what_a_maintainer_merges_into_the_base_is_no_branch_of_theirs(topic: Repo) -> None:
    branch(topic, "second", 30)
    topic.git("checkout", "--quiet", "main")
    for name in ("topic", "second"):
        topic.git(*UNHOOKED, "merge", "--quiet", "--no-ff", "--no-edit", name)
    passes(topic, "origin", "main")


def test_a_commit_on_the_base_itself_is_asked_about(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "main")
    change(topic, 30, "straight to main")
    assert asked(topic, "origin", "main") == ["straight to main"]
    answer(topic)
    assert [one.branch_commits for one in blocks(topic)] == [1]
    passes(topic, "origin", "main")


def test_a_branch_against_an_old_base_names_the_base(topic: Repo) -> None:
    ident = "committer A U Thor <author@example.com> 1767225600 +0000\ndata 2\nx\n"
    first = f"commit refs/heads/long\n{ident}from {topic.git('rev-parse', 'main')}\n"
    more = f"commit refs/heads/long\n{ident}\n" * 1000
    topic.git("fast-import", "--quiet", stdin=f"{first}\n{more}".encode())
    result = push(topic, "origin", "long")
    assert result.returncode == 1
    assert b"more than 1000 commits against origin/main" in result.stderr, result
    assert b"git config attest.base" in result.stderr


def test_several_merge_bases_are_refused_before_anything_is_asked(topic: Repo) -> None:
    topic.git("checkout", "--quiet", "main")
    change(topic, 38, "on main")
    topic.git(*UNHOOKED, "merge", "--quiet", "--no-ff", "--no-edit", "topic~1")
    topic.git("checkout", "--quiet", "topic")
    topic.git(*UNHOOKED, "merge", "--quiet", "--no-ff", "--no-edit", "main~1")
    topic.git(*UNHOOKED, "push", "--quiet", "origin", "main")
    result = topic.attest("answer")
    assert (result.returncode, b"merge bases" in result.stderr) == (2, True), result


def test_the_first_push_of_a_project_asks_nothing(repo: Repo, key: Path) -> None:
    """No branch of it is known, so there is nothing to compare with."""
    units.begin(repo, key)
    add_remote(repo)
    passes(repo, "origin", "main")


def test_a_maintainer_answers_for_the_commit_that_they_name(topic: Repo) -> None:
    edit(topic, 30, "theirs")
    topic.git(*UNHOOKED, "commit", "--quiet", "-m", "theirs", STRANGER)
    answer(topic, "HEAD")
    assert places(topic) == [[4], [], [], []]
    assert topic.git("log", "-1", "--format=%ae") == "some@example.org"


def test_commits_that_others_may_build_on_stay(topic: Repo) -> None:
    """The branch is on the project's remote beside the fork's."""
    add_remote(topic, "upstream", "main")
    topic.git(*UNHOOKED, "push", "--quiet", "upstream", "topic:shared")
    before = topic.head
    result = topic.attest("answer", WHOLE)
    assert b"attest block --markdown" in result.stderr, result
    assert topic.head == before


def test_the_block_is_not_for_projects_that_attest_commits(repo: Repo) -> None:
    result = forge.run(repo, "block")
    assert (result.returncode, b'unit = "pull-request"' in result.stderr) == (2, True)

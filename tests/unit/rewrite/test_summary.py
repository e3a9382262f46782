"""What is said of a review and of a rewrite, in the singular and the plural."""

from __future__ import annotations

from dataclasses import replace

import pytest

from attest.errors import NothingToJudge
from attest.git.diff import Change
from attest.rewrite import summary
from attest.rewrite.compose import Step
from attest.rewrite.graph import Ref
from attest.rewrite.plan import Plan
from attest.rewrite.record import Record
from attest.rewrite.resigning import Resigning
from attest.rewrite.review import OutgoingReview, UnattestedCommit
from attest.rewrite.selection import CommitSelection

ONE, TWO, THREE = "1" * 40, "2" * 40, "3" * 40
SELECTION = CommitSelection((ONE, TWO), (TWO,))


def unattested(oid: str) -> UnattestedCommit:
    return UnattestedCommit(
        oid, "Topic", b"", encoded=False, change=Change("c" * 56, ()), answers={}
    )


def planned(targets: tuple[str, ...], steps: tuple[str, ...], others: tuple[str, ...] = ()) -> Plan:
    return Plan(
        targets,
        tuple(Step(oid, b"", (), None) for oid in steps),
        (Ref("refs/heads/topic", steps[-1]),),
        known={},
        tags=(),
        branches_above=(),
        others=others,
        published=False,
        pushes=(),
        shared_oids=(),
        ordered=False,
        resigning=Resigning(),
    )


def first_line(plan: Plan) -> str:
    commits = tuple((step.oid, "a" * 40) for step in plan.steps)
    return summary.result_lines(plan, Record(1, "done", (), commits))[0]


@pytest.mark.parametrize(
    ("oids", "which", "line"),
    [
        ((ONE,), "", "1 of your commits has no attestation:"),
        ((ONE, TWO), "", "2 of your commits have no attestation:"),
        ((ONE, TWO), "pushed", "2 of your pushed commits have no attestation:"),
    ],
)
def test_what_has_no_attestation(oids: tuple[str, ...], which: str, line: str) -> None:
    lines = summary.list_commits([unattested(oid) for oid in oids], which)
    assert lines == [line, *(f"  {oid[:10]} Topic" for oid in oids)]


def test_a_block_that_is_not_enough_is_no_valid_attestation() -> None:
    todo = [unattested(ONE), replace(unattested(TWO), has_blocks=True)]
    assert summary.list_commits(todo)[0] == "2 of your commits have no valid attestation:"


def test_a_commit_that_is_attested_is_not_said_to_lack_an_attestation() -> None:
    again = replace(unattested(TWO), attested=True, has_blocks=True)
    named = ["1 commit attested already, to answer for again:", f"  {TWO[:10]} Topic"]
    assert summary.list_commits([again]) == named
    first = ["1 of your commits has no attestation:", f"  {ONE[:10]} Topic"]
    assert summary.list_commits([unattested(ONE), again]) == [*first, *named]


def test_a_long_list_is_cut() -> None:
    lines = summary.list_commits([unattested(ONE)] * (summary.MAX_LISTED + 2))
    assert (len(lines), lines[-1]) == (summary.MAX_LISTED + 2, "  … and 2 more")


@pytest.mark.parametrize(
    ("plan", "line"),
    [
        (planned((ONE,), (ONE,)), "Rewrote 1 commit message on topic"),
        (planned((ONE, TWO), (ONE, TWO)), "Rewrote 2 commit messages on topic"),
        (
            planned((ONE,), (ONE, TWO)),
            "Rewrote 1 commit message on topic; 1 later commit got a new parent",
        ),
        (
            planned((ONE,), (ONE, TWO, THREE)),
            "Rewrote 1 commit message on topic; 2 later commits got a new parent",
        ),
        (planned((), (ONE,)), "1 commit on topic got a new parent; no message changes"),
    ],
)
def test_what_was_rewritten(plan: Plan, line: str) -> None:
    assert first_line(plan) == line


def test_what_was_skipped_is_named_in_the_error() -> None:
    review = OutgoingReview(SELECTION, (), others=(ONE,), published_oids=(TWO, THREE))
    with pytest.raises(NothingToJudge) as raised:
        summary.assert_any(review)
    assert raised.value.message.split("\n") == [
        "there are no commits for you to answer for",
        "1 commit skipped: by other people",
        "2 commits skipped: a remote has them, so others may build on them",
    ]
    names = " ".join(oid[:10] for oid in (TWO, THREE, ONE))
    assert raised.value.hint == f"To answer for them anyway, name them: attest answer {names}"


def test_nothing_to_do_is_no_error_where_commits_are_attested() -> None:
    summary.assert_any(OutgoingReview(SELECTION, (), attested_count=1))
    summary.assert_any(OutgoingReview(SELECTION, (), unjudged_count=1, why_unjudged="no grammars"))

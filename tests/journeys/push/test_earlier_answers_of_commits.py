"""Answers that survive what a review does to commits: fixups, squashes, rebases, cherry-picks."""

from __future__ import annotations

import shutil

import pytest
import tomli_w

from attest.interview.form import EARLIER_ANSWER
from support.messages import blocks
from support.repo import Repo
from support.rewriting import published

BARE = ("-c", "core.hooksPath=/dev/null")
LINES = [f"value_{n} = {n}" for n in range(1, 31)]
ADDED = ["limit = 10", "check(value_3, limit)", "trim(value_4, limit)", "send(value_5)"]


def _file(*blocks: tuple[int, list[str]], top: str = "") -> str:
    lines = list(LINES)
    for at, added in sorted(blocks, reverse=True):
        lines[at:at] = added
    return "\n".join([*([top] if top else []), *lines, ""])


def _nit(lines: list[str], old: str = "10", new: str = "12") -> list[str]:
    return [line.replace(old, new) for line in lines]


@pytest.fixture
def topic(repo: Repo) -> Repo:
    """A topic of two answered commits on a published branch."""
    repo.write("flow.py", _file())
    repo.git(*BARE, "commit", "-q", "-m", "start")
    published(repo)
    repo.git("switch", "-q", "-c", "topic")
    repo.write("flow.py", _file((5, ADDED)))
    repo.attested("Check the flow")
    repo.write("other.py", "\n".join(f"other_{n} = {n}" for n in range(9)))
    repo.attested("Another file")
    assert _passes(repo)
    return repo


def _passes(repo: Repo) -> bool:
    verdicts = repo.report("origin/main..HEAD")["commits"]
    return all(one["verdict"] == "attested" for one in verdicts)


def _offered(repo: Repo) -> list[tuple[str, str]]:
    """The places that are asked about again, each with the answer that is offered."""
    hunks = repo.template("origin/main..HEAD").get("hunk", [])
    return [
        (hunk["where"], hunk["invariant"])
        for hunk in hunks
        if hunk.get("invariant-note") == EARLIER_ANSWER
    ]


def _confirmed(repo: Repo) -> None:
    """Hand in the template as it is, and see that every commit passes."""
    data = repo.template("origin/main..HEAD")
    given = tomli_w.dumps(data).encode()
    repo.ok("answer", "origin/main..HEAD", "--answers", "-", stdin=given)
    assert _passes(repo)


OFFER = [("flow.py:6", "invariant 1 of flow.py:6")]


def test_a_fixup_that_is_squashed_automatically(topic: Repo) -> None:
    topic.write("flow.py", _file((5, _nit(ADDED))))
    topic.git(*BARE, "commit", "-q", "--fixup", "HEAD~1")
    topic.git(
        *BARE, "rebase", "-q", "-i", "--autosquash", "origin/main", GIT_SEQUENCE_EDITOR="true"
    )
    assert not _passes(topic)
    assert _offered(topic) == OFFER
    _confirmed(topic)
    assert [len(blocks(topic.message(rev))) for rev in ("HEAD~", "HEAD")] == [1, 1]


def test_a_fixup_in_another_clone(topic: Repo) -> None:
    """Where nothing is kept but the commits."""
    shutil.rmtree(topic.path / ".git/attest")
    test_a_fixup_that_is_squashed_automatically(topic)


def test_two_commits_are_squashed(topic: Repo) -> None:
    more = [f"note(value_{n}, 'done')" for n in range(6, 9)]
    topic.write("flow.py", _file((5, ADDED + more)))
    topic.attested("Note what was done")
    topic.git("reset", "-q", "--soft", "origin/main")
    topic.git(*BARE, "commit", "-q", "-m", "All of it")
    ((place, answer),) = _offered(topic)
    parts = {f"invariant 1 of flow.py:{at}" for at in (6, 10)}
    assert (place, set(answer.split("; "))) == ("flow.py:6", parts)
    _confirmed(topic)


def test_a_rebase_that_alone_moves_lines_asks_nothing(topic: Repo) -> None:
    topic.git("switch", "-q", "-c", "upstream", "origin/main")
    topic.write("flow.py", _file(top="# moved"))
    topic.git(*BARE, "commit", "-q", "-m", "upstream")
    published(topic)
    topic.git("switch", "-q", "topic")
    topic.git(*BARE, "rebase", "-q", "origin/main")
    assert _passes(topic)


def test_a_rebase_with_a_conflict(topic: Repo) -> None:
    topic.git("switch", "-q", "-c", "upstream", "origin/main")
    topic.write("flow.py", _file((5, ["audit(value_5)"])))
    topic.git(*BARE, "commit", "-q", "-m", "upstream")
    published(topic)
    topic.git("switch", "-q", "topic")
    topic.run("git", *BARE, "rebase", "-q", "origin/main")
    topic.write("flow.py", _file((5, ["audit(value_5)", *_nit(ADDED, "value_5", "value_6")])))
    topic.git(*BARE, "rebase", "--continue")
    assert _offered(topic) == [("flow.py:7", OFFER[0][1])]
    _confirmed(topic)


def test_a_cherry_pick_with_a_nit(topic: Repo) -> None:
    topic.git("switch", "-q", "-c", "release", "origin/main")
    topic.git(*BARE, "cherry-pick", "topic~")
    assert _passes(topic)
    topic.write("flow.py", _file((5, _nit(ADDED))))
    topic.git(*BARE, "commit", "-q", "--amend", "--no-edit")
    assert _offered(topic) == OFFER
    _confirmed(topic)


def _answered_fixup(repo: Repo, lines: list[str], answer: str) -> None:
    """A fixup of the first commit, with an answer of its own."""
    repo.write("flow.py", _file((5, lines)))
    data = repo.template()
    (hunk,) = data["hunk"]
    hunk["invariant"], hunk["breaks"] = answer, f"without it not: {answer}"
    repo.ok("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    repo.commit("fixup! Check the flow")


def test_a_rebase_gives_advice_once(topic: Repo) -> None:
    for number in (12, 13):
        _answered_fixup(topic, _nit(ADDED, new=str(number)), f"the flow stops at {number}")
    for _ in range(2):  # and so does the next one
        before = topic.head
        environment = {"GIT_SEQUENCE_EDITOR": "true"}
        rebase = ("git", "rebase", "-i", "--autosquash", "origin/main")
        result = topic.run(*rebase, env=environment, check=True)
        assert result.stderr.count(b"does not pass the project's check") == 1
        assert result.stderr.count(b"\nattest:   attest answer --unpushed\n") == 1
        assert not topic.run("git", "status", "--porcelain", check=True).stdout
        topic.git("reset", "-q", "--hard", before)


def _squash(repo: Repo) -> None:
    repo.git(*BARE, "rebase", "-q", "-i", "--autosquash", "origin/main", GIT_SEQUENCE_EDITOR="true")


FIXUPS = {
    "of a line": [_nit(ADDED)],
    "of the same line again": [_nit(ADDED), _nit(ADDED, new="13")],
    "of two lines": [_nit(ADDED), _nit(_nit(ADDED), "send", "push")],
    "of all lines": [[line.replace("value", "number").replace("i", "j") for line in ADDED]],
    "with one more line": [[*ADDED[:3], "flush(value_4)", ADDED[3]]],
}


@pytest.mark.parametrize("fixups", FIXUPS.values(), ids=FIXUPS)
@pytest.mark.parametrize("is_kept", [True, False], ids=["this clone", "another clone"])
def test_answers_about_fixups_follow_those_about_their_target(
    topic: Repo, fixups: list[list[str]], *, is_kept: bool
) -> None:
    for number, lines in enumerate(fixups):
        topic.env["GIT_COMMITTER_DATE"] = f"{1767225660 + number} +0000"
        _answered_fixup(topic, lines, f"the flow of case {number} is checked once")
    _squash(topic)
    if not is_kept:
        shutil.rmtree(topic.path / ".git/attest")
    ((place, answer),) = _offered(topic)
    assert (place, answer.split("; ")[0]) == OFFER[0]
    assert answer.endswith(f"; the flow of case {len(fixups) - 1} is checked once")
    _confirmed(topic)


def test_a_fixup_of_which_nothing_is_left_is_not_offered(topic: Repo) -> None:
    _answered_fixup(topic, _nit(ADDED), "the flow stops at twelve")
    topic.write("flow.py", _file((5, _nit(ADDED, new="14"))))
    topic.git(*BARE, "commit", "-q", "--fixup", "HEAD~2")
    _squash(topic)
    assert _offered(topic) == OFFER

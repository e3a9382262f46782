"""What is pushed again, once it was asked about on a terminal."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from support.pushing import branch, change, holds, passes, refs
from support.pushing_terminal import (
    PLAIN,
    WIDE,
    answers,
    begin,
    printed,
    pushing,
    then_push,
)
from support.repo import Repo
from support.terminal import Terminal


@pytest.fixture
def topic(_open_topic: Repo, tmp_path: Path) -> Repo:
    """A clone with a remote, on a branch with two commits that nobody answered for."""
    return _open_topic.copy(tmp_path)


TYPED = [
    ["git", "-c", "push.default=current", "push", "--force-with-lease", "origin"],
    ["git", "push", "origin", ":/topic 9:refs/heads/other"],
    ["git", "push", "origin", "HEAD~1:refs/heads/other", "topic"],
]


@pytest.mark.parametrize("typed", TYPED, ids=" ".join)
def test_the_command_that_is_named_is_the_one_that_was_typed(topic: Repo, typed: list[str]) -> None:
    with Terminal(topic, *typed, columns=WIDE, env=PLAIN) as terminal:
        answers(terminal)
        assert terminal.finish() == 1
        assert printed(terminal) == typed
        again = topic.run(*printed(terminal))
    assert again.returncode == 0, again
    assert holds(topic, "origin/main..topic") == ["exact", "exact"]


def test_the_new_commits_are_pushed_at_once_if_the_person_agrees(topic: Repo) -> None:
    with pushing(topic) as terminal:
        answers(terminal, push="")
        terminal.expect("the new commits are pushed")
        terminal.expect("error: failed to push some refs")
        assert terminal.finish() == 1
        assert "Push again" not in terminal.output
    assert f"refs/heads/topic {topic.head}" in refs(topic, topic.path.parent / "origin.git")
    assert holds(topic, "main..topic") == ["exact", "exact"]


def test_what_a_push_costs_can_be_looked_at_first(topic: Repo) -> None:
    before = refs(topic)
    with pushing(topic) as terminal:
        terminal.expect("2 commits, 2 hunks, 4 questions")
        begin(terminal, "p")
        terminal.expect("a.py:3")
        terminal.expect("- Why `changed by topic 3` instead of `line 3`?")
        terminal.expect("a.py:9")
        begin(terminal, "l")
        assert terminal.finish() == 1
    assert refs(topic) == before


@pytest.mark.parametrize("length", [40, 9])
def test_an_id_that_was_pushed_is_named_as_it_is_now(topic: Repo, length: int) -> None:
    with pushing(topic, "origin", f"{topic.head[:length]}:refs/heads/x", env=PLAIN) as terminal:
        answers(terminal)
        assert terminal.finish() == 1
        again = topic.run(*printed(terminal))
    assert again.returncode == 0, again
    assert f"refs/heads/x {topic.head}" in refs(topic, topic.path.parent / "origin.git")


def test_a_tag_that_was_pushed_is_named_with_what_moves_it(topic: Repo) -> None:
    topic.git("tag", "v1")
    with pushing(topic, "origin", "v1", env=PLAIN) as terminal:
        begin(terminal)
        terminal.answer()
        terminal.answer()
        terminal.sign()
        terminal.expect("The tag v1 stays on the old commit")
        assert terminal.finish() == 1
        move = re.search(r"git tag (-f|--force) v1 \w+", terminal.output)
        again = printed(terminal)
    assert move is not None
    topic.run(*move[0].split(), check=True)
    assert topic.git("rev-parse", "v1") == topic.head
    topic.run(*again, check=True)


def test_three_branches_are_asked_about_once(topic: Repo) -> None:
    for name, line in (("b", 20), ("c", 30)):
        branch(topic, name, line, start="topic")
    with pushing(topic, "origin", "topic", "b", "c", env=PLAIN) as terminal:
        terminal.expect("4 commits, 4 hunks, 8 questions: about 4 minutes")
        begin(terminal)
        for number in range(1, 5):
            terminal.expect(f"hunk {number} of 4")
            terminal.answer()
        terminal.sign()
        then_push(terminal)
        terminal.expect("git push origin topic b c")
        assert terminal.finish() == 1
    assert topic.git("merge-base", "b", "c") == topic.git("rev-parse", "topic")
    passes(topic, "origin", "topic", "b", "c")


def test_the_terminal_is_asked_where_all_streams_are_elsewhere(topic: Repo) -> None:
    script = "git push origin topic < /dev/null > out 2> err; cat err; exit 7"
    with Terminal.shell(topic, script, COLUMNS=f"{WIDE}", **PLAIN) as terminal:
        answers(terminal)
        terminal.expect("Push again:")
        assert terminal.finish() == 7
    assert (topic.path / "out").read_bytes() == b""
    passes(topic, "origin", "topic")


def test_a_commit_made_after_the_answers_is_asked_about_alone(topic: Repo) -> None:
    with pushing(topic, env=PLAIN) as terminal:
        answers(terminal)
        assert terminal.finish() == 1
    change(topic, 30, "New")
    with pushing(topic, env=PLAIN) as terminal:
        terminal.expect("1 of your commits has no attestation:")
        begin(terminal)
        terminal.expect("hunk 1 of 1  a.py:30")
        terminal.answer()
        terminal.sign()
        then_push(terminal)
        assert terminal.finish() == 1
    passes(topic, "origin", "topic")

"""Answering for a whole branch on a real terminal: a push, `attest push`, and `attest block`."""

from __future__ import annotations

import pytest

from attest.attestation import block, codec
from support import units
from support.pushing import STRANGER, UNHOOKED, answer, change, passes
from support.pushing_terminal import PLAIN, begin, pushing, then_push
from support.repo import Repo
from support.terminal import SIGN, Terminal
from support.words import invariant, removal

WHOLE = "origin/main..topic"


@pytest.fixture
def topic(whole: Repo) -> Repo:
    """A clone with a remote, on a branch with two commits that nobody answered for."""
    whole.git("reset", "--quiet", "--hard", "HEAD~1")
    return whole


def verdict(repo: Repo) -> str:
    return str(units.verdict(repo, revisions=WHOLE)["verdict"])


def test_a_push_asks_about_the_whole_and_is_made_again(topic: Repo) -> None:
    below = topic.git("rev-parse", "HEAD~1")
    with pushing(topic, env=PLAIN) as terminal:
        terminal.expect("the whole branch has no valid attestation (2 commits against origin/main)")
        begin(terminal)
        terminal.expect("topic 12 (and 1 more commit, as one change)")
        terminal.answer(invariant(1), removal(1))
        terminal.answer(invariant(2), removal(2))
        terminal.expect("Rewrites 1 commit message on topic.")
        terminal.sign()
        then_push(terminal, "y")
        terminal.expect("the new commits are pushed")
        assert terminal.finish() == 1
    assert topic.git("rev-parse", "HEAD~1", "origin/topic").split() == [below, topic.head]
    assert verdict(topic) == "attested"


def test_attest_push_asks_only_about_what_is_new(topic: Repo) -> None:
    answer(topic)
    passes(topic, "origin", "topic")
    change(topic, 30, "topic 30")
    with Terminal.attest(topic, "push", "origin", "topic", columns=200, env=PLAIN) as terminal:
        terminal.expect("(3 commits against origin/main)")
        terminal.asked("Answer now?")
        terminal.say("")
        terminal.answer(invariant(3), removal(3))
        terminal.sign()
        terminal.expect("topic -> topic")
        assert terminal.finish() == 0
    assert verdict(topic) == "attested"


def test_a_block_for_the_description_changes_no_commit(topic: Repo) -> None:
    """Somebody else's suggestion is on top; what it adds is answered for in the description."""
    answer(topic)
    change(topic, 30, "suggested", STRANGER)
    head = topic.head
    script = "$attest block --markdown > ../block.md"
    with Terminal.shell(topic, script, TERM="dumb") as terminal:
        terminal.answer(invariant(3), removal(3))
        terminal.expect("No commit changes.")
        terminal.sign()
        assert terminal.finish() == 0
    assert topic.head == head
    assert verdict(topic) == "failed"
    printed = (topic.path.parent / "block.md").read_bytes()
    assert printed.startswith(b"<details>\n")
    (span,) = block.scan(printed).spans
    assert codec.parse(span.lines).branch_commits == 3
    # The signature is the person's; the author of the newest commit is another one.
    report = units.verdict(topic, "--body", "../block.md", revisions=WHOLE)
    assert report["verdict"] == "attested", report
    assert topic.ok("block", "--markdown").encode() == printed


def test_the_message_of_a_squash_is_signed_where_a_person_is_there(topic: Repo) -> None:
    script = "$attest squash-message --title 'Both' > ../message"
    with Terminal.shell(topic, script, TERM="dumb") as terminal:
        terminal.answer(invariant(1), removal(1))
        terminal.answer(invariant(2), removal(2))
        terminal.sign()
        assert terminal.finish() == 0
    topic.git("tag", "start", "main")
    topic.git("checkout", "--quiet", "main")
    topic.git("merge", "--quiet", "--squash", "topic")
    topic.git(*UNHOOKED, "commit", "--quiet", "--cleanup=verbatim", "-F", "../message")
    assert topic.git("log", "-1", "--format=%s") == "Both"
    [landed] = topic.report("--landed", "start..main")["commits"]
    assert landed["verdict"] == "attested"


def test_a_block_that_is_not_signed_is_not_printed(topic: Repo) -> None:
    with Terminal.shell(topic, "$attest block > ../block.md", TERM="dumb") as terminal:
        terminal.answer(invariant(1), removal(1))
        terminal.answer(invariant(2), removal(2))
        terminal.asked(SIGN)
        terminal.say("n")
        assert terminal.finish() == 1
    assert (topic.path.parent / "block.md").read_bytes() == b""

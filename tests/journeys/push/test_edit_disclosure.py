"""`attest edit` also corrects what a commit says about the help of tools."""

from __future__ import annotations

import re
import tomllib

import pytest
import tomli_w

from support.repo import Repo
from support.rewriting import BARE, published
from support.terminal import SIGN, Terminal

POLICY = "version = 1\n[disclosure]\nassistance = 'allowed'\nnone = 'none'\n"


@pytest.fixture
def topic(repo: Repo) -> Repo:
    """An attested commit in a project that asks about tools."""
    repo.write(".attest.toml", POLICY)
    repo.git(*BARE, "commit", "-q", "-m", "start")
    published(repo)
    repo.git("switch", "-q", "-c", "topic")
    repo.write("1.txt", "text\nof a file\n")
    repo.attested("A file")
    return repo


def _disclosing(repo: Repo, tool: str) -> None:
    """Amend the message with a line."""
    line = f"Assisted-by: {tool}"
    repo.git(*BARE, "commit", "-q", "--amend", "-m", f"{repo.message()}\n{line}")


def _disclosed(repo: Repo) -> list[str]:
    assert set(repo.codes("origin/main..HEAD")) <= {"signer-unknown"}
    return re.findall(r"(?m)^Assisted-by: (.*)$", repo.message())


@pytest.mark.parametrize(
    ("before", "now", "after"),
    [
        ("Tool:x", "Tool:y", ["Tool:y"]),
        ("Tool:x", "none", ["none"]),
        ("", "Tool:y", ["Tool:y"]),
    ],
)
def test_what_is_disclosed_is_corrected(
    topic: Repo, before: str, now: str, after: list[str]
) -> None:
    if before:
        _disclosing(topic, before)
    data = tomllib.loads(topic.ok("edit", "--template"))
    assert data["assistance"] == before
    data["assistance"] = now
    topic.ok("edit", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert _disclosed(topic) == after


@pytest.mark.parametrize(("now", "shown"), [("Tool:y", "Tool:y"), ("", "none")])
def test_it_is_corrected_in_the_terminal(topic: Repo, now: str, shown: str) -> None:
    _disclosing(topic, "Tool:x")
    with Terminal.attest(topic, "edit") as terminal:
        terminal.expect(" a  AI tools: Tool:x")
        terminal.asked(SIGN)
        terminal.say("a")
        terminal.expect("Which AI tools helped")
        terminal.expect("Type none if none did")
        terminal.expect("> Tool:x")
        terminal.say_instead(now)
        terminal.expect(f" a  AI tools: {shown}")
        terminal.sign()
        assert terminal.finish() == 0
    assert _disclosed(topic) == [*filter(None, [now])]


def test_it_stays_where_an_answer_alone_is_corrected(topic: Repo) -> None:
    _disclosing(topic, "Tool:x")
    data = tomllib.loads(topic.ok("edit", "--template"))
    data["hunk"][0]["breaks"] = "the 12 lines above keep their numbers"
    topic.ok("edit", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert _disclosed(topic) == ["Tool:x"]
    assert "the 12 lines above" in topic.message()


def test_enter_keeps_it_where_a_plain_terminal_shows_it(topic: Repo) -> None:
    _disclosing(topic, "Tool:x")
    with Terminal.attest(topic, "edit", env={"TERM": "dumb"}) as terminal:
        terminal.asked(SIGN)
        terminal.say("a")
        terminal.expect("Type none if none did")
        terminal.asked("Your answer so far (Enter keeps it): Tool:x")
        terminal.say("")
        terminal.expect(" a  AI tools: Tool:x")
        terminal.asked(SIGN)
        terminal.say("a")
        terminal.asked("Your answer so far (Enter keeps it): Tool:x")
        terminal.say("none")
        terminal.expect(" a  AI tools: none")
        terminal.sign()
        assert terminal.finish() == 0
    assert _disclosed(topic) == ["none"]

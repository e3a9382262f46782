"""By what a coding agent is recognised, and what it is told."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from attest.errors import AgentRefused, Exit
from attest.interview import coding_agents
from attest.interview.coding_agents import MARKERS, PROPOSED, Agent

DOCUMENT = Path(__file__).resolve().parents[3] / "docs/agents.md"
PERSON = {
    "PATH": "/usr/bin",
    "TERM_PROGRAM": "vscode",
    "VSCODE_INJECTION": "1",
    "CURSOR_TRACE_ID": "abc",
    "SSH_AUTH_SOCK": "/tmp/agent",
    "GPG_AGENT_INFO": "x",
}
"""What stands in the environment of a person's own terminal, in an editor too."""


@pytest.mark.parametrize(("marker", "name"), MARKERS)
def test_each_marker(marker: str, name: str) -> None:
    for value in ("1", "true", "anything", "00"):
        assert coding_agents.recognise({**PERSON, marker: value}) == Agent(name, marker)


@pytest.mark.parametrize("marker", [marker for marker, _ in MARKERS] + ["AGENT"])
@pytest.mark.parametrize("value", ["", "0", "false", "False", "FALSE"])
def test_a_marker_that_is_off(marker: str, value: str) -> None:
    assert coding_agents.recognise({**PERSON, marker: value}) is None


@pytest.mark.parametrize("off", [marker for marker, _ in MARKERS])
def test_a_marker_that_is_off_hides_no_other(off: str) -> None:
    on = "CLAUDECODE" if off != "CLAUDECODE" else "GEMINI_CLI"
    result = coding_agents.recognise({off: "0", on: "1"})
    assert result is not None
    assert result.marker == on


@pytest.mark.parametrize("name", PROPOSED)
def test_the_name_of_an_agent(name: str) -> None:
    for value in (name, f"{name}@1.2.3", f"{name}@", name.upper()):
        assert coding_agents.recognise({"AGENT": value}) == Agent(name, "AGENT")


@pytest.mark.parametrize(
    "value", ["1", "true", "puppet", "ssh", "@1", "codexx", "x@codex", " codex", "amp;", "/bin/amp"]
)
def test_agent_with_another_value_is_somebody_elses(value: str) -> None:
    assert coding_agents.recognise({**PERSON, "AGENT": value}) is None


def test_a_person() -> None:
    assert coding_agents.recognise({}) is None
    assert coding_agents.recognise(PERSON, ["MINE", "YOURS=1"]) is None


class TestOnesOwn:
    def test_by_its_name(self) -> None:
        assert coding_agents.recognise({"MINE": "x"}, ["MINE"]) == Agent("an agent", "MINE")

    @pytest.mark.parametrize("value", ["", "0", "false", "False"])
    def test_by_its_name_where_it_is_off(self, value: str) -> None:
        assert coding_agents.recognise({"MINE": value}, ["MINE"]) is None

    @pytest.mark.parametrize(("value", "marks"), [("on", True), ("On", False), ("on ", False)])
    def test_by_its_value(self, value: str, marks: bool) -> None:
        assert (coding_agents.recognise({"MINE": value}, ["MINE=on"]) is not None) == marks

    def test_by_a_value_with_an_equals_sign(self) -> None:
        assert coding_agents.recognise({"MINE": "a=b"}, ["MINE=a=b"]) == Agent("an agent", "MINE")
        assert coding_agents.recognise({"MINE": "a"}, ["MINE=a=b"]) is None

    def test_by_a_value_that_means_off_elsewhere(self) -> None:
        assert coding_agents.recognise({"MINE": "0"}, ["MINE=0"]) == Agent("an agent", "MINE")

    def test_several(self) -> None:
        extra = ["FIRST", "SECOND=1", "SECOND=2"]
        for marker, value in (("FIRST", "x"), ("SECOND", "1"), ("SECOND", "2")):
            assert coding_agents.recognise({marker: value}, extra) == Agent("an agent", marker)
        assert coding_agents.recognise({"SECOND": "3"}, extra) is None

    @pytest.mark.parametrize("line", ["", "=", "=x", "MINE="])
    def test_a_setting_that_says_nothing(self, line: str) -> None:
        assert coding_agents.recognise({"MINE": "x"}, [line]) is None


def test_a_person_is_let_through() -> None:
    coding_agents.refuse(None, "attest answer")


def test_an_agent_is_told_to_stop_and_its_person_what_to_run() -> None:
    with pytest.raises(AgentRefused) as caught:
        coding_agents.refuse(Agent("Some Agent", "SOME_MARKER"), "attest answer main..HEAD")
    refused = caught.value
    assert refused.exit_code == Exit.ENVIRONMENT
    assert "Some Agent" in refused.message
    assert "SOME_MARKER" in refused.message
    to_agent, _, to_person = refused.hint.partition("To the person")
    assert "Stop here." in to_agent
    assert "Do not try another way" in to_agent
    assert "  attest answer main..HEAD\n" in to_agent
    assert "unset SOME_MARKER" in to_person


def test_the_document_lists_every_marker_and_whose_it_is() -> None:
    documented: dict[str, str] = {}
    for line in DOCUMENT.read_text("utf-8").splitlines():
        if line.startswith("| `"):
            names, whose = line.strip("| ").split(" | ")
            documented |= dict.fromkeys(re.findall(r"`([A-Z_0-9]+)`", names), whose)
    values = documented.pop("AGENT")
    assert set(re.findall(r"`([a-z-]+)`", values)) == set(PROPOSED)
    assert "@version" in values
    assert documented.pop("AI_AGENT").startswith("any agent")
    assert documented == {marker: name for marker, name in MARKERS if marker != "AI_AGENT"}

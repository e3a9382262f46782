"""Versions of the rules that choose, and the one change that a chooser remembers."""

from __future__ import annotations

import pytest

from attest.errors import EnvironmentFault
from attest.git.attributes import Attributes
from attest.policy import parser
from attest.policy.treatments import Treatments
from attest.questions import selection
from attest.questions.chooser import Chooser
from support import forge
from support.repo import Repo


def chooser(repo: Repo, policy: str = "") -> Chooser:
    with forge.isolated(repo) as isolated:
        rules = parser.read(f"version = 1\n{policy}".encode(), "policy")
        return Chooser(rules, Treatments(rules, Attributes(isolated, None)), isolated.content)


def test_the_newest_version_that_the_policy_accepts_chooses(repo: Repo) -> None:
    assert chooser(repo).version == selection.RULES
    assert chooser(repo).accepted == {selection.RULES, selection.RULES - 1}
    assert chooser(repo, "[questions]\nrules = [1, 2, 99]").version == 2
    assert chooser(repo, "[questions]\nrules = [1, 2, 99]").usable == {1, 2}


def test_a_policy_can_accept_no_version_that_is_known(repo: Repo) -> None:
    with pytest.raises(EnvironmentFault, match=r"accepts the rules 98, 99; this attest knows 1, 2"):
        _ = chooser(repo, "[questions]\nrules = [99, 98]").version


def test_the_choices_of_the_last_change_are_kept(repo: Repo) -> None:
    forge.two_hunks(repo)
    trees = [repo.git("rev-parse", f"{name}^{{tree}}") for name in ("HEAD^", "HEAD")]
    with forge.isolated(repo) as isolated:
        rules = parser.read(b"version = 1\n", "policy")
        made = Chooser(rules, Treatments(rules, Attributes(isolated, None)), isolated.content)
        first, second = (isolated.change(*trees, keep=True) for _ in range(2))
        assert made.choices(first) is made.choices(first)
        assert made.choices(second) is not made.choices(first)
        assert len(made.ranks(first, selection.RULES)) == len(first.hunks) == 2

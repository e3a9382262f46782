"""The one change that a chooser remembers."""

from __future__ import annotations

from attest.git.attributes import Attributes
from attest.policy import parser
from attest.policy.treatments import Treatments
from attest.questions.chooser import Chooser
from support import forge
from support.repo import Repo


def test_the_choices_of_the_last_change_are_kept(repo: Repo) -> None:
    forge.two_hunks(repo)
    trees = [repo.git("rev-parse", f"{name}^{{tree}}") for name in ("HEAD^", "HEAD")]
    with forge.isolated(repo) as isolated:
        rules = parser.read(b"version = 1\n", "policy")
        made = Chooser(rules, Treatments(rules, Attributes(isolated, None)), isolated.content)
        first, second = (isolated.change(*trees, keep=True) for _ in range(2))
        assert made.choices(first) is made.choices(first)
        assert made.choices(second) is not made.choices(first)
        assert len(made.choices(first)) == len(first.hunks) == 2

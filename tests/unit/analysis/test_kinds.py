"""Every kind of change is told apart, in three languages or more, and so that it quotes
the change (tests/corpus/)."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Mapping

import pytest

from attest.analysis.kinds import KINDS, RISK, TRIVIAL
from attest.analysis.syntax import languages
from attest.questions import wording
from support import corpus
from support.corpus import Case, Looker, Seen

ELSEWHERE = {"moved", "file-mode", "unread", "conflict"}
"""Kinds that no change of lines in one place shows: corpus.changes(), test_conflicts.py, and
below."""
CASES = corpus.cases()
BY_KIND: Mapping[str, list[Case]] = defaultdict(list)
for _case in CASES:
    BY_KIND[_case.kind].append(_case)


@pytest.fixture(scope="session")
def seen(looker: Looker) -> dict[str, Seen]:
    """What is found in each case, by its name."""
    sides = ((corpus.side(c.path, c.old), corpus.side(c.path, c.new)) for c in CASES)
    return dict(zip([case.name for case in CASES], looker.each(sides), strict=True))


def test_names_of_cases_are_their_own() -> None:
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_kind_has_cases_and_no_other() -> None:
    assert set(BY_KIND) == set(KINDS) - ELSEWHERE


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_a_kind_is_told_apart_in_three_languages(kind: str, seen: dict[str, Seen]) -> None:
    cases = BY_KIND[kind]
    wrong = {
        case.name: seen[case.name].kinds for case in cases if kind not in seen[case.name].kinds
    }
    assert wrong == {}
    formats = {languages.of(case.path.encode()).name or case.path for case in cases}
    assert len(formats) >= 3


@pytest.mark.parametrize("kind", sorted(BY_KIND))
def test_what_is_trivial_is_not_asked_and_all_else_is(kind: str, seen: dict[str, Seen]) -> None:
    expected = {"trivial"} if kind in TRIVIAL else {"asked"}
    outcome = {case.name: set(seen[case.name].outcomes) for case in BY_KIND[kind]}
    assert {name: got for name, got in outcome.items() if not expected <= got} == {}


def test_every_question_quotes_its_hunk(seen: dict[str, Seen]) -> None:
    for case in CASES:
        lines = " ".join(f"{case.old} {case.new} {case.path}".split())
        for one in seen[case.name].questions:
            reply = f"{one.texts.invariant} {one.texts.breaks}"
            quoted = " ".join(re.findall(r"`([^`]+)`|«([^»]+)»", reply)[0])
            names = re.findall(r"\w+", quoted)
            assert names, (case.name, reply)
            assert any(name in lines for name in names), (case.name, reply)


def test_questions_are_short_and_whole(seen: dict[str, Seen]) -> None:
    for case in CASES:
        for question in seen[case.name].asked:
            assert question.endswith(("?", "places.)")), (case.name, question)
            assert len(question) <= wording.MAX_QUESTION, (case.name, question)
            assert question[0].isupper() or question[0] in "`«", (case.name, question)
            assert not re.search(r"\b(in in|the the)\b|\{\w+\}:", question), question


def test_old_and_new_are_never_quoted_alike(seen: dict[str, Seen]) -> None:
    for case in CASES:
        for one in seen[case.name].questions:
            quoted = re.match(
                r"(?:It says |Why )?(`[^`]+`|«[^»]+») (?:was|instead of|replaces) (`[^`]+`)",
                one.texts.invariant,
            )
            assert not quoted or quoted[1] != quoted[2], (case.name, one.texts.invariant)


def test_a_hunk_has_two_questions_and_a_third_by_its_kind_alone(seen: dict[str, Seen]) -> None:
    with_third = {kind for kind, texts in wording.wordings().items() if texts.get("third")}
    assert len(with_third) <= 10
    for case in CASES:
        for one in seen[case.name].questions:
            assert one.texts.invariant
            assert one.texts.breaks
            assert one.analysis is not None
            assert not one.texts.third or one.analysis.kind in with_third


def test_kinds_have_words_or_take_the_usual_ones() -> None:
    worded = set(wording.wordings())
    assert set(KINDS) - worded <= TRIVIAL | {"code-changed"}
    assert min(RISK.values()) == 0
    assert max(RISK.values()) == RISK["unread"] == 10


def test_within_a_version_of_the_rules_the_choice_stays_as_it_is(looker: Looker) -> None:
    was = corpus.recorded().read_text("utf-8").splitlines()
    now = corpus.frozen(looker).splitlines()
    assert now == was, "raise select.RULES: what is asked is not what it was"


@pytest.mark.long
@pytest.mark.parametrize("seed", ["1", "77"])
def test_neither_hash_seed_nor_locale_decides(seed: str) -> None:
    env = {**os.environ, "PYTHONHASHSEED": seed, "LC_ALL": "tr_TR.UTF-8", "PYTHONPATH": "tests"}
    command = [sys.executable, "tests/support/corpus.py", "--print"]
    top = corpus.FOLDER.parents[1]
    result = subprocess.run(command, capture_output=True, check=True, env=env, cwd=top)
    assert result.stdout == corpus.recorded().read_bytes()

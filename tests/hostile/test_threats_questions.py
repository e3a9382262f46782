"""Attacks on the choice by what a change does (rules version 3): the check makes it by
itself, and compares every answer with the question that it calls for."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import tomli_w

from attest.attestation.block import AttestedHunk, Block, Question
from attest.questions.selection import RULES
from support import forge, ruled
from support.repo import Repo

CHECKED = (
    "def pay(user, sum):\n    if sum > user.limit:\n        raise TooMuch(sum)\n    return sum\n"
)
UNCHECKED = "def pay(user, sum):\n    return sum\n"
SMALL = "".join(f"def f{n}(x):\n    return x\n\n\n" for n in range(9))


@pytest.fixture
def removed(repo: Repo) -> Repo:
    """A commit that takes a check out, and changes much that is less telling."""
    repo.write("src/pay.py", CHECKED)
    repo.write("src/many.py", SMALL)
    repo.write("src/notes.py", "# one\n" * 400)
    repo.commit("start")
    repo.write("src/pay.py", UNCHECKED)
    repo.write("src/many.py", SMALL.replace("return x", "return x, 0"))
    repo.write("src/notes.py", "# two\n" * 400)
    repo.commit("Pay without a check")
    return repo


THIRD = "Which input or caller was the check `sum > user.limit` there for?"


def answered(
    repo: Repo, expected: Callable[[str], bool], third: str = THIRD, text: str = "answer"
) -> Callable[[Block], Block]:
    """Answer for the hunks of some paths; cover the rest by their files."""

    def edit(honest: Block) -> Block:
        change = forge.change_of(repo)
        hunks = []
        for n, hunk in enumerate(change.hunks):
            path = hunk.path.decode()
            if expected(path):
                own = (Question(third, f"{text} {n} three"),) if third and "pay" in path else ()
                reply = AttestedHunk(hunk.digest, "x", f"{text} {n} one", f"{text} {n} two", own)
                hunks.append(reply)
        files = tuple(file.digest for file in change.files)
        counts = (len(hunks), len(change.hunks))
        return replace(honest, rules=RULES, hunk_counts=counts, hunks=tuple(hunks), files=files)

    return edit


def codes(repo: Repo, key: Path, edit: Callable[[Block], Block]) -> list[str]:
    forge.attest(repo, key, edit)
    return sorted(set(forge.errors(forge.judge(repo))))


def test_whoever_answers_for_all_passes(removed: Repo, key: Path) -> None:
    assert codes(removed, key, answered(removed, lambda path: True)) == []


def test_the_check_that_was_taken_out_must_be_answered(removed: Repo, key: Path) -> None:
    edit = answered(removed, lambda path: "pay" not in path)
    assert codes(removed, key, edit) == ["answer-missing"]


def test_the_large_and_trivial_file_is_no_answer_for_it(removed: Repo, key: Path) -> None:
    edit = answered(removed, lambda path: "notes" in path)
    assert codes(removed, key, edit) == ["answer-missing"]


@pytest.mark.parametrize("third", ["", "What is the weather?", THIRD.replace("caller", "weather")])
def test_the_third_question_must_be_the_one_that_the_rules_ask(
    removed: Repo, key: Path, third: str
) -> None:
    edit = answered(removed, lambda path: True, third)
    assert codes(removed, key, edit) == ["answer-missing"]


def test_what_nobody_needs_to_answer_is_not_wanted(removed: Repo, key: Path) -> None:
    edit = answered(removed, lambda path: "notes" not in path)
    assert codes(removed, key, edit) == []


def warned(repo: Repo, key: Path, text: str, edit: forge.Edit = lambda block: block) -> list[str]:
    """What a commit is warned of whose every answer says the same, but for a number."""
    by_path = answered(repo, lambda path: "notes" not in path, text=text)
    forge.attest(repo, key, lambda block: edit(by_path(block)))
    verdict = forge.judge(repo)
    assert verdict.outcome == "attested"
    return sorted({f.code for f in verdict.findings if f.severity == "warning"})


SAID = "pay and f0 hand on what they got, user.limit is the bank's to check, hunk"


def alike(reply: str) -> forge.Edit:
    return lambda block: replace(
        block, hunks=tuple(replace(hunk, invariant=reply) for hunk in block.hunks)
    )


def test_answers_that_say_something_are_no_warning(removed: Repo, key: Path) -> None:
    assert warned(removed, key, SAID) == ["signer-unknown"]


@pytest.mark.parametrize("reply", ["works now", SAID, "I don't know, Copilot wrote this"])
def test_weak_answers_and_equal_ones_are(removed: Repo, key: Path, reply: str) -> None:
    assert warned(removed, key, SAID, alike(reply)) == ["answer-weak", "signer-unknown"]


@pytest.mark.parametrize(
    ("doubt", "weak"),
    [("ok", True), ("n/a", True), ("whether it blocks", False), ("I do not know", False)],
)
def test_a_doubt_is_as_hollow_as_an_answer(
    removed: Repo, key: Path, doubt: str, weak: bool
) -> None:
    def unsure(block: Block) -> Block:
        hunks = (replace(one, invariant="", breaks="", unsure=doubt) for one in block.hunks)
        return replace(block, hunks=tuple(hunks))

    found = warned(removed, key, SAID, unsure)
    assert found == [*(["answer-weak"] if weak else []), "signer-unknown"]


STRICT = '[findings]\nanswer-weak = "error"\n'


def filled(repo: Repo, reply: str) -> bytes:
    """The template of what is staged, with what is said everywhere."""
    data = repo.template()
    for n, hunk in enumerate(data["hunk"]):
        for label in ("invariant", "breaks", "answer"):
            hunk[label] = reply.format(n=n, label=label)
    return tomli_w.dumps(data).encode()


def test_where_weak_answers_are_an_error_they_are_not_signed(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, STRICT, {"src/pay.py": CHECKED})
    ruled.change(repo, "src/pay.py", UNCHECKED)
    answering = (sys.executable, "-P", "-m", "attest", "answer", "--answers", "-")
    result = repo.run(*answering, stdin=filled(repo, "works now"))
    assert result.returncode == 1
    assert b"src/pay.py:2: invariant (it could describe any change (filler))" in result.stderr
    data = repo.template()
    doubtful = [{**hunk, "unsure": "ok"} for hunk in data["hunk"]]
    refused = repo.run(*answering, stdin=tomli_w.dumps({**data, "hunk": doubtful}).encode())
    assert refused.returncode == 1
    good = "pay() trusts the bank for user.limit at place {n}, as to {label}"
    assert repo.run(*answering, stdin=filled(repo, good)).returncode == 0
    repo.commit("Pay without a check")
    assert ruled.errors(repo) == []


def test_whoever_signs_them_by_other_rules_fails(repo: Repo, key: Path) -> None:
    before = repo.head
    ruled.begin(repo, key, STRICT, {"src/pay.py": CHECKED})
    repo.git("config", "attest.base", before)
    ruled.change(repo, "src/pay.py", UNCHECKED)
    repo.ok("answer", "--answers", "-", stdin=filled(repo, "works now"))
    repo.commit("Pay without a check")
    assert ruled.errors(repo) == ["answer-weak"]


def test_a_maintainers_own_question_must_be_answered(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "", {"src/pay.py": CHECKED})
    ruled.change(repo, "src/pay.py", CHECKED.replace(">", ">=")).attested("by two questions")
    assert ruled.errors(repo) == []
    repo.git("checkout", "-q", "main")
    repo.write(".attest.toml", ruled.MINIMAL + '[[question]]\nask = "Who agreed?"\n')
    repo.commit("ask more")
    repo.git("checkout", "-q", "topic")
    repo.git("rebase", "-q", "main")
    assert ruled.errors(repo) == ["answer-missing"]


def test_attributes_and_policy_of_the_range_choose_nothing(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "", {"src/pay.py": CHECKED})
    repo.write(".attest.toml", ruled.MINIMAL + '[questions.kinds]\ncheck-removed = "cover"\n')
    repo.write("src/pay.py", UNCHECKED)
    repo.git("add", "--all")
    repo.commit("both")
    forge.attest(repo, key, answered(repo, lambda path: "pay" not in path))
    assert "answer-missing" in ruled.errors(repo)

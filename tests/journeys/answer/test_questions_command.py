"""`attest questions`: what would be asked, and why, without asking or signing."""

from __future__ import annotations

import json
from typing import Any

import pytest

from support import forge, units
from support.repo import Repo
from support.reports import unwrapped

OLD = "def pay(user, sum):\n    if sum > user.limit:\n        raise TooMuch(sum)\n    return sum\n"
NEW = "def pay(user, sum):\n    if sum >= user.limit:\n        raise TooMuch(sum)\n    return sum\n"
ASKED = (
    "`sum >= user.limit` was `sum > user.limit` in `pay`. Which case, if any, goes the other way"
)


@pytest.fixture
def paying(repo: Repo) -> Repo:
    """A repository with three hunks staged: one to ask about, one trivial, one of a lock file."""
    repo.write("pay.py", OLD)
    repo.write("note.py", "# one word\nx = 1\n")
    repo.write("uv.lock", "one\n")
    repo.commit("start")
    repo.write("pay.py", NEW)
    repo.write("note.py", "# two words\nx = 1\n")
    repo.write("uv.lock", "two\n")
    return repo


def shown(repo: Repo, *args: str) -> str:
    result = forge.run(repo, "questions", *args)
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode()


def as_json(repo: Repo, *args: str) -> list[dict[str, Any]]:
    data = json.loads(shown(repo, *args, "--format", "json"))
    assert data["version"] == 1
    changes: list[dict[str, Any]] = data["changes"]
    return changes


@pytest.mark.parametrize("args", [(), ("--staged",)])
def test_the_staged_change(paying: Repo, args: tuple[str, ...]) -> None:
    reply = shown(paying, *args)
    assert reply.startswith("1 of 3 hunks asked about\n")
    assert "asked  pay.py:2  pay\n" in reply
    assert ASKED in reply
    assert "note.py" not in reply


def test_why(paying: Repo) -> None:
    reply = shown(paying, "--why")
    assert "  because: condition-changed" in reply
    assert "trivial  note.py:1\n  because: comment\n" in reply
    assert "covered  uv.lock:1\n  because: its name is that of a lock file\n" in reply


def test_a_commit_and_a_range(paying: Repo) -> None:
    paying.git("commit", "-q", "--no-verify", "-m", "Pay up to the limit")
    head = paying.head
    assert shown(paying, "HEAD").startswith(f"commit {head[:10]} Pay up to the limit\n1 of 3")
    paying.write("pay.py", NEW.replace("return sum", "return -sum"))
    paying.commit("Give back")
    outcome = as_json(paying, "HEAD~2..HEAD")
    assert [(one["commit"], one["asked"], one["rules"]) for one in outcome] == [
        (head, 1, 1),
        (paying.head, 1, 1),
    ]


def test_json_has_all_of_it(paying: Repo) -> None:
    (outcome,) = as_json(paying)
    hunks = {hunk["path"]: hunk for hunk in outcome["hunks"]}
    assert outcome["commit"] is None
    assert {path: hunk["outcome"] for path, hunk in hunks.items()} == {
        "note.py": "trivial",
        "pay.py": "asked",
        "uv.lock": "covered",
    }
    asked = hunks["pay.py"]
    assert (asked["kinds"], asked["scope"], asked["line"]) == (["condition-changed"], "pay", 2)
    assert asked["questions"]["invariant"].startswith(ASKED)
    assert asked["questions"]["own"] is None
    assert len(asked["digest"]) == 56


def test_it_asks_by_the_rules_of_the_project(paying: Repo) -> None:
    paying.git("stash", "-q")
    paying.write(".attest.toml", 'version = 1\n[[question]]\nask = "Who agreed?"\n')
    paying.commit("rules")
    paying.git("stash", "pop", "-q")
    paying.git("add", "--all")
    assert "  - Who agreed?\n" in shown(paying)


def test_what_it_shows_is_what_is_asked(paying: Repo) -> None:
    template = paying.template()["hunk"]
    (outcome,) = as_json(paying)
    asked = [hunk for hunk in outcome["hunks"] if hunk["outcome"] == "asked"]
    assert [hunk["digest"] for hunk in template] == [hunk["digest"] for hunk in asked]
    assert [hunk["invariant-question"] for hunk in template] == [
        hunk["questions"]["invariant"] for hunk in asked
    ]


def test_a_fact_and_what_is_asked_with_it(paying: Repo) -> None:
    paying.git("stash", "-q")
    other = "\n\ndef join_bill(a, b):\n    return a + b\n"
    paying.write("pay.py", OLD.replace("pay(", "pay_bill(") + other)
    paying.write("tests/test_pay.py", "def test_join():\n    assert pay.join_bill(1, 2) == 3\n")
    paying.commit("bill")
    paying.write("pay.py", NEW.replace("pay(", "pay_bill(") + other)
    text = "No test mentions `pay_bill`."
    question = "What would fail without this hunk?"
    reply = shown(paying, "--why")
    assert f"  fact: {text}\n  - `sum >= user.limit` was" in reply
    assert f"\n  - {question}\n" in reply
    assert "\n  no fact: origin: " in reply
    assert "no fact" not in shown(paying)
    (outcome,) = as_json(paying)
    (hunk,) = [hunk for hunk in outcome["hunks"] if hunk["outcome"] == "asked"]
    assert hunk["fact"] == {"kind": "tests", "text": text}
    assert hunk["questions"]["breaks"] == question


def test_it_signs_and_keeps_nothing(paying: Repo) -> None:
    def state() -> tuple[str, str, list[str]]:
        kept = sorted(str(path) for path in (paying.path / ".git/attest").rglob("*"))
        return paying.git("for-each-ref"), paying.git("status", "--porcelain"), kept

    before = state()
    shown(paying, "--why")
    assert state() == before


@pytest.mark.parametrize(
    ("args", "code", "reply"),
    [
        (("--staged", "HEAD"), 2, "exclude each other"),
        (("nowhere",), 3, "no commit is named 'nowhere' here"),
        (("HEAD..HEAD",), 3, "has no commits"),
    ],
)
def test_mistakes_are_named(paying: Repo, args: tuple[str, ...], code: int, reply: str) -> None:
    result = forge.run(paying, "questions", *args)
    assert (result.returncode, reply in result.stderr.decode(), result.stdout) == (code, True, b"")


def test_nothing_staged_is_an_error_with_a_remedy(repo: Repo) -> None:
    result = forge.run(repo, "questions")
    assert (result.returncode, b"git add" in result.stderr) == (3, True)


def test_a_reviewer_reads_each_answer_below_its_question(paying: Repo) -> None:
    paying.answer()
    paying.commit("Pay up to the limit")
    lines = unwrapped(forge.run(paying, "show").stdout.decode()).splitlines()
    at = next(n for n, line in enumerate(lines) if ASKED in line)
    assert lines[at].startswith("  asked: ")
    assert lines[at + 1].startswith("  invariant: ")
    assert lines[at + 2].startswith("  asked: If this went back to `sum > user.limit`")
    assert lines[at + 3].startswith("  breaks: ")


class TestWholeBranch:
    """`unit = "pull-request"`: the questions of the branch, not those of its commits."""

    @pytest.fixture
    def branch(self, repo: Repo) -> Repo:
        units.begin(repo, None)
        repo.git("tag", "start")
        units.commits(repo, "b.py", "c.py")
        repo.git("checkout", "-q", "-B", "main", "start")
        repo.write("other.py", "other = 1\n")
        repo.commit("Other work", "--no-verify")
        repo.git("checkout", "-q", "topic")
        repo.git("config", "attest.base", "main")
        return repo

    @pytest.mark.parametrize("args", [(), ("HEAD",), ("main..topic",), ("main..",)])
    def test_it_is_one_change(self, branch: Repo, args: tuple[str, ...]) -> None:
        [change] = as_json(branch, *args)
        assert change["commit"] == branch.head
        assert change["subject"] == "Add c.py (and 1 more commit, as one change)"
        assert sorted(hunk["path"] for hunk in change["hunks"]) == ["b.py", "c.py"]

    def test_what_is_undone_is_not_asked_about(self, branch: Repo) -> None:
        branch.git("revert", "--no-edit", "HEAD")
        [change] = as_json(branch, "main..HEAD")
        assert [hunk["path"] for hunk in change["hunks"]] == ["b.py"]

    def test_a_staged_change_is_shown_with_the_branch_below(self, branch: Repo) -> None:
        branch.write("d.py", "value = read('d.py')\n")
        for args in ((), ("--staged",)):
            [change] = as_json(branch, *args)
            assert change["commit"] is None
            paths = sorted(hunk["path"] for hunk in change["hunks"])
            assert paths == ["b.py", "c.py", "d.py"]

    def test_a_branch_of_one_commit_has_its_subject(self, branch: Repo) -> None:
        assert [one["subject"] for one in as_json(branch, "start..main")] == ["Other work"]

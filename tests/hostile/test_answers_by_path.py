"""What counts as an answer, by path and by kind: the strictest that is in a hunk."""

from __future__ import annotations

from pathlib import Path

import pytest
import tomli_w

from support import ruled
from support.repo import Repo

STRICT = '[[question]]\npaths = ["crypto/"]\nleast-words = 4\nunsure = false\n'
MILD = '[questions]\nleast-words = 4\n[[question]]\npaths = ["tests/"]\nleast-words = 1\n'
MILD_KIND = (
    '[questions]\nleast-words = 4\nkinds = { prose = "ask" }\n'
    '[[question]]\nkinds = ["prose"]\nleast-words = 1\n'
)


def answer(repo: Repo, message: str, **answers: str) -> None:
    """Answer by the rules of the branch itself, and commit."""
    data = repo.template()
    for number, hunk in enumerate(data["hunk"]):
        hunk.update({label: f"{text} {number}" for label, text in answers.items()})
    repo.ok("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    repo.commit(message)


def own_rules(repo: Repo) -> Repo:
    """The contributor's clone goes by rules that accept any answer."""
    repo.write(".attest.toml", ruled.MINIMAL)
    repo.commit("no rules", "--no-verify")
    repo.git("config", "attest.base", repo.head)
    return repo


def missing(repo: Repo) -> list[str]:
    findings = ruled.verdicts(repo)[-1]["findings"]
    return [one["message"] for one in findings if one["code"] == "answer-missing"]


def test_short_answers_do_where_little_is_required(repo: Repo, key: Path) -> None:
    own_rules(ruled.begin(repo, key, STRICT))
    ruled.change(repo, "src/a.py", "x = f(1)\n")
    answer(repo, "elsewhere", invariant="word", breaks="word")
    assert missing(repo) == []


def test_short_answers_about_a_path_where_more_is_required(repo: Repo, key: Path) -> None:
    own_rules(ruled.begin(repo, key, STRICT))
    ruled.change(repo, "crypto/a.py", "x = f(1)\n")
    answer(repo, "there", invariant="word", breaks="word")
    assert missing(repo) == [
        "the answer to `invariant` has 2 of at least 4 words and `breaks` has 2 of at least 4 words"
    ]


def test_a_doubt_where_it_is_not_accepted(repo: Repo, key: Path) -> None:
    own_rules(ruled.begin(repo, key, STRICT))
    ruled.change(repo, "crypto/a.py", "x = f(1)\n")
    answer(repo, "there", unsure="I am not sure of any of it")
    (message,) = missing(repo)
    assert "the policy does not accept `unsure` instead" in message


def test_the_same_edit_where_little_is_required_does_not_stand_in(repo: Repo, key: Path) -> None:
    """One question is asked about both; the answers must do for the stricter path."""
    before = "def f(x):\n    return g(x, 1)\n"
    repo.write("crypto/a.py", before)
    repo.write("app/a.py", before)
    repo.commit("start")
    own_rules(ruled.begin(repo, key, STRICT))
    after = before.replace("1", "2")
    ruled.change(ruled.change(repo, "crypto/a.py", after), "app/a.py", after)
    data = repo.template()
    assert [hunk["where"].partition(":")[0] for hunk in data["hunk"]] == ["app/a.py"]
    answer(repo, "both", invariant="word", breaks="word")
    assert missing(repo), "the answer stands for crypto/a.py, too"


def test_a_mild_path(repo: Repo, key: Path) -> None:
    own_rules(ruled.begin(repo, key, MILD))
    ruled.change(repo, "tests/a.py", "x = f(1)\n")
    answer(repo, "a test", invariant="word", breaks="word")
    assert missing(repo) == []


PROSE = ("README.md", "Some words are here.\n")
MIXED = ("a.py", "x = f(1)\n# Some words are here.\n")


@pytest.mark.parametrize(("path", "content", "enough"), [(*PROSE, True), (*MIXED, False)])
def test_a_mild_kind_counts_for_nothing_beside_another_one(
    repo: Repo, key: Path, path: str, content: str, enough: bool
) -> None:
    own_rules(ruled.begin(repo, key, MILD_KIND))
    ruled.change(repo, path, content)
    answer(repo, "change", invariant="word", breaks="word")
    assert (missing(repo) == []) is enough


def test_the_contributor_is_asked_by_the_same_rules(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, STRICT)
    repo.git("config", "attest.base", "main")
    ruled.change(repo, "crypto/a.py", "x = f(1)\n")
    data = repo.template()
    (hunk,) = data["hunk"]
    hunk.update(invariant="word", breaks="word")
    result = repo.attest("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert result.returncode != 0
    assert b"of at least 4 words" in result.stderr

"""The command line of `attest answer` for commits: what it refuses, and how."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from support.repo import Repo
from support.rewriting import (
    EXACT,
    NOTHING,
    OTHER,
    again,
    answered,
    attest,
    change,
    filled,
    outcomes,
    published,
    records,
    state,
)


@pytest.fixture(scope="module")
def shared(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Two unpushed commits of one's own, and one above by somebody else."""
    repo = _start.copy(tmp_path_factory.mktemp("two"))
    published(repo)
    change(repo, 3)
    change(repo, 13, "Fix it; `all` of it")
    change(repo, 23, env=OTHER)
    repo.git("tag", "blob", repo.git("rev-parse", "HEAD:a.py"))
    return repo


@pytest.fixture
def two(shared: Repo, tmp_path: Path) -> Repo:
    """Two unpushed commits of one's own, and one above by somebody else."""
    return shared.copy(tmp_path)


def _name(part: list[str] | str) -> str | None:
    return " ".join(part) if isinstance(part, list) else None


USAGE = [
    (["main~1..main", "--amend"], "exclude each other"),
    (["main~1..main", "--staged"], "exclude each other"),
    (["--unpushed", "--amend"], "exclude each other"),
    (["--unpushed", "--staged"], "exclude each other"),
    (["--amend", "--staged"], "exclude each other"),
    (["main", "--template", "--editor"], "exclude each other"),
    (["main", "--template", "--answers", "-"], "exclude each other"),
    (["main", "--editor", "--answers", "-"], "exclude each other"),
    (["origin/main...main"], "Write A..B"),
    (["main", "origin/main...main"], "Write A..B"),
    (["main", "--answers", "no such file"], "no such file"),
    (["main", "--assisted-by", "two\nlines"], "--assisted-by"),
]


@pytest.mark.parametrize(("args", "reply"), USAGE, ids=_name)
def test_what_cannot_be_meant_is_refused_as_usage(
    shared: Repo, args: list[str], reply: str
) -> None:
    before = state(shared)
    result = attest(shared, "answer", *args)
    assert result.returncode == 2, result
    assert reply in result.stderr.decode()
    assert result.stdout == b""
    assert state(shared) == before
    assert records(shared) == []


NOBODY = [
    (["nowhere"], "no commit is named 'nowhere'"),
    (["nowhere..main"], "no commit is named 'nowhere'"),
    (["main..nowhere"], "no commit is named 'nowhere'"),
    (["main", "nowhere"], "no commit is named 'nowhere'"),
    (["--unpushed", "nowhere"], "no commit is named 'nowhere'"),
    (["origin/main..main..main"], "no commit is named"),
    (["^origin/main"], "no commit is named '^origin/main'"),
    (["--unpushed", "^origin/main"], "no commit is named '^origin/main'"),
    (["HEAD@{9}"], "no commit is named"),
    (["blob"], "no commit is named 'blob'"),
    (["HEAD:a.py"], "no commit is named 'HEAD:a.py'"),
    ([""], "no commit is named"),
    (["--", "--all"], "no commit is named '--all'"),
    (["--", "--all..main"], "no commit is named '--all'"),
    (["main..origin/main"], "has no commits"),
    (["main.."], "has no commits"),
    ([".."], "has no commits"),
    (["--unpushed", "origin/main"], "no commits for you to answer for"),
    (["main~1..main"], "1 commit skipped: by other people"),
]


@pytest.mark.parametrize(("args", "reply"), NOBODY, ids=_name)
def test_nothing_to_answer_for_is_told_apart_from_a_failure(
    shared: Repo, args: list[str], reply: str
) -> None:
    before = state(shared)
    for how in (["--template"], ["--answers", "-"]):
        result = attest(shared, "answer", *how, *args, stdin=NOTHING)
        assert result.returncode == 3, result
        assert reply in result.stderr.decode()
        assert result.stdout == b""
    assert state(shared) == before


def test_nothing_is_to_do_on_an_unborn_branch(bare_repo: Repo, key: Path) -> None:
    bare_repo.set_up(key)
    for words in (("--unpushed",), ("HEAD",), ("..",)):
        assert "no commit is named" in again(bare_repo, *words, code=3)


def test_a_range_of_commits_that_hold_is_fine(two: Repo) -> None:
    answered(two, "main~2")
    reply = again(two, "main~3..main~2")
    assert "1 commit skipped: attested already" in reply
    template = attest(two, "answer", "main~3..main~2", "--template")
    assert template.returncode == 0
    assert b"[[hunk]]" not in template.stdout


WORDS = [
    ["main~3..main~1"],
    ["--unpushed"],
    ["main~2", "main~1"],
    ["main^{/Change line 3}"],
    [":/Fix it; `all` of it"],
    ["main@{1}"],
]


@pytest.mark.parametrize("words", WORDS, ids=" ".join)
def test_the_template_names_the_command_that_reads_it(two: Repo, words: list[str]) -> None:
    result = attest(two, "answer", *words, "--template")
    first = result.stdout.decode().split("\n")[0]
    assert first.startswith("# ")
    command = shlex.split(first[first.index("attest answer") :])
    assert command == ["attest", "answer", *words, "--answers", "FILE"]
    answers = two.home / "answers.toml"
    answers.write_bytes(filled(two, *words))
    two.ok(*command[1:-1], str(answers))
    assert EXACT in outcomes(two, "origin/main..main")


def test_the_template_of_a_range_names_the_commit_of_each_hunk(two: Repo) -> None:
    hunks = two.template("--unpushed")["hunk"]
    first, second = two.git("rev-parse", "main~2", "main~1").split()
    assert [hunk["commit"] for hunk in hunks] == [
        f"{first[:10]} Change line 3",
        f"{second[:10]} Fix it; `all` of it",
    ]


def test_answers_for_another_range_are_refused(two: Repo) -> None:
    data, before = filled(two, "main~1"), state(two)
    reply = again(two, "main~2", stdin=data, code=2)
    assert "none of its hunks is asked about now" in reply
    assert state(two) == before


def test_missing_answers_end_with_findings_and_those_given_are_kept(two: Repo) -> None:
    before = state(two)
    data = filled(two).replace(b"removal 2", b"").replace(b" breaks a.py:13", b"")
    again(two, stdin=data, code=1)
    assert state(two) == before
    hunks = two.template("--unpushed")["hunk"]
    assert [bool(hunk["breaks"]) for hunk in hunks] == [True, False]


def test_without_a_terminal_the_command_for_one_is_printed(two: Repo) -> None:
    before = state(two)
    result = two.attest("answer", "main~3..main~1")
    assert result.returncode == 4
    line = next(x for x in result.stderr.decode().splitlines() if "--template" in x)
    words = shlex.split(line[line.index("attest answer") :])
    assert words[:4] == ["attest", "answer", "main~3..main~1", "--template"]
    assert state(two) == before


def test_overlapping_ranges_name_a_commit_once(two: Repo) -> None:
    reply = answered(two, "main~3..main~1", "main~2..main~1", "main~1")
    assert "2 commits, 2 hunks" in reply
    assert outcomes(two, "origin/main..main")[:2] == [EXACT] * 2


def test_rules_of_a_local_branch_that_nobody_pushed_are_named_before_anything_is_signed(
    two: Repo,
) -> None:
    two.git("remote", "add", "origin", "https://example.invalid/project.git")
    two.git("switch", "-q", "-c", "topic")
    two.git("switch", "-q", "main")
    two.git("reset", "-q", "--hard", "origin/main")
    two.write(".attest.toml", 'version = 1\nproject = "new"\n')
    two.git("add", ".attest.toml")
    two.git("commit", "-q", "--no-verify", "-m", "rules")
    two.git("switch", "-q", "topic")
    two.git("rebase", "-q", "main")
    result = attest(two, "answer", "main..HEAD", "--template")
    line = "attest: main has other rules than origin/main, by whose rules attest asks"
    assert line in result.stderr.decode()
    command = shlex.split(result.stderr.decode().partition("or answer by them:\nattest: ")[2])[:6]
    assert command == ["git", "-c", "attest.base=main", "attest", "answer", "main..HEAD"]
    env = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "attest.base",
        "GIT_CONFIG_VALUE_0": "main",
    }
    assert line not in answered(two, "main..HEAD", env=env)
    assert "Attest-Project: new\n" in two.message("HEAD^")
    codes = [code for oid in ("HEAD^", "HEAD~2") for code in two.codes(oid, "--base", "main")]
    assert "project-mismatch" not in codes


def test_older_rules_of_a_local_branch_are_not_worth_a_line(two: Repo) -> None:
    two.git("remote", "add", "origin", "https://example.invalid/project.git")
    two.git("branch", "old", "origin/main")
    tip = two.git("commit-tree", "-p", "origin/main", "-m", "rules", f"{_tree_with_rules(two)}")
    two.git("update-ref", "refs/remotes/origin/main", tip.strip())
    assert b"other rules" not in attest(two, "answer", "old..HEAD", "--template").stderr


def _tree_with_rules(repo: Repo) -> str:
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"version = 1\n").strip()
    entries = repo.git("ls-tree", "origin/main") + f"\n100644 blob {blob}\t.attest.toml\n"
    return repo.git("mktree", stdin=entries.replace("\n\n", "\n").encode()).strip()

"""A long range is read ahead and judged in several processes, and the report stays the same."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from attest.errors import LimitExceeded, NothingToJudge
from attest.git import range_reader
from attest.git.diff import Change
from attest.git.range_reader import RangeEntry
from attest.project.rules import ProjectRules
from attest.questions import chooser
from attest.questions.chooser import Chooser
from attest.questions.compose import HunkQuestions
from attest.verification import commit_range
from attest.verification.commit_check import StartedReview, judge, steps
from attest.verification.commit_range import Judging, judge_all
from support import forge
from support.forge import NOW
from support.repo import EPOCH, Repo, environment

EMPTY = 44
"""Commits without a change, so that three workers are worth their start."""
NEEDS_WORKERS = pytest.mark.skipif(
    not hasattr(os, "fork") or sys.platform == "darwin", reason="no worker is started here"
)


def change(repo: Repo, *numbers: int) -> None:
    lines = (repo.path / "a.py").read_text("utf-8").splitlines()
    for number in numbers:
        lines[number] += " and more"
    repo.write("a.py", "\n".join(lines) + "\n")
    repo.commit(f"lines {numbers}")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory, key: Path) -> Path:
    """What `history` copies: main..topic has every outcome, and commits enough."""
    folder = tmp_path_factory.mktemp("many")
    repo = Repo.create(folder)
    repo.write("a.py", "".join(f"line {n}\n" for n in range(40)))
    repo.commit("start")
    repo.git("checkout", "-q", "-b", "topic")
    change(repo, 1, 30)
    forge.attach(repo, forge.signed(forge.thorough(repo), key))
    change(repo, 2)
    change(repo, 3, 31)  # rebased: another change, the same hunks
    moved = replace(forge.thorough(repo), change="0" * 56)
    forge.attach(repo, forge.signed(moved, key))
    change(repo, 4, 32)
    partial = forge.thorough(repo)
    forge.attach(
        repo, forge.signed(replace(partial, change="0" * 56, hunks=partial.hunks[:1]), key)
    )
    change(repo, 5)
    broken = forge.signed(forge.thorough(repo), key)
    forge.attach(repo, [broken[0].replace(b"file", b"tty"), *broken[1:]])
    change(repo, 6)
    repo.rewrite(repo.raw() + b"x" * (1 << 20))
    repo.git("checkout", "-q", "-b", "side", "HEAD~2")
    repo.write("b.py", "new\n")
    repo.commit("side")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "side")
    person = f"C <c@example.com> {EPOCH} +0000"
    parts = [
        f"commit refs/heads/topic\ncommitter {person}\ndata 5\nempty\n"
        + ("from refs/heads/topic^0\n" if n == 0 else "")
        for n in range(EMPTY)
    ]
    repo.git("fast-import", "--quiet", stdin="".join(parts).encode())
    repo.git("reset", "-q", "--hard")
    return folder


@pytest.fixture
def history(original: Path, tmp_path: Path) -> Repo:
    shutil.copytree(original, tmp_path, dirs_exist_ok=True, symlinks=True)
    return Repo(tmp_path / "repo", tmp_path / "home", environment(tmp_path / "home"))


def check(repo: Repo, *args: str) -> bytes:
    result = repo.attest("check", "main..topic", *args)
    assert result.returncode == 1, result.stderr
    return result.stdout


@pytest.mark.parametrize("form", ["text", "json", "jsonl"])
def test_any_number_of_jobs_writes_the_same_bytes(history: Repo, form: str) -> None:
    first, *others = [check(history, "--format", form, "--jobs", str(n)) for n in (1, 2, 3, 4)]
    assert others == [first, first, first]


def test_json_lines_are_the_commits_of_the_json_and_then_the_rest(history: Repo) -> None:
    whole = json.loads(check(history, "--format", "json"))
    *commits, rest = map(json.loads, check(history, "--format", "jsonl").splitlines())
    assert commits == whole.pop("commits")
    assert rest == whole
    outcomes = {commit["verdict"] for commit in commits}
    assert outcomes == {"attested", "failed", "not-needed"}
    assert {commit["level"] for commit in commits} == {"exact", "hunks", "partial", "none"}


@pytest.mark.parametrize("answers", [True, False])
def test_what_is_read_ahead_leads_to_the_same_verdicts(history: Repo, answers: bool) -> None:
    with forge.isolated(history) as git:
        rules = replace(ProjectRules.built_in(git), answers=answers)
        oids = history.git("rev-list", "--reverse", "main..topic").split()
        entries = list(git.read_range(oids))
        assert [entry.oid for entry in entries] == oids
        merges = [entry for entry in entries if entry.commit and len(entry.commit.parents) > 1]
        assert [entry for entry in entries if entry.rows is None] == merges
        for entry in entries:
            alone = judge(git, entry.oid, rules, NOW).verdict
            started = StartedReview(steps(git, entry.oid, rules, NOW, entry=entry), rules)
            ahead = started.finish().verdict
            assert ahead == alone
            assert ahead.has_counts == (answers or ahead.level != "exact")


@pytest.mark.parametrize("answers", [True, False])
def test_a_verdict_does_not_depend_on_the_size_of_a_share(
    history: Repo, answers: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last share may have one commit alone. Nor on whether git has read it ahead."""
    for name in ("_WORTH", "_WORTH_WITHOUT_ANSWERS", "_PIECE", "_PIECE_WITHOUT_ANSWERS"):
        monkeypatch.setattr(commit_range, name, 1)
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        rules = replace(ProjectRules.built_in(git), answers=answers)
        judging = [Judging.of(git, rules, NOW, keep=False, jobs=jobs) for jobs in (1, 3)]
        whole, shared = [list(judge_all(each, oids)) for each in judging]
        assert shared == whole
        monkeypatch.setattr(range_reader, "_MOST_BYTES", 1)
        assert list(judge_all(judging[0], oids)) == whole


def test_a_commit_that_is_not_there_is_left_to_whoever_reads_it_alone(history: Repo) -> None:
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        entries = list(git.read_range([oids[0], "f" * 40, oids[1]]))
    assert entries[1:] == [RangeEntry("f" * 40), RangeEntry(oids[1])] or entries[0].raw is None
    assert [entry.oid for entry in entries] == [oids[0], "f" * 40, oids[1]]


@pytest.fixture
def looked_at(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was done with changes, in order: opened, or chosen from."""
    done: list[tuple[str, str]] = []
    real_open, real_choose = Chooser.open, Chooser.choose

    def open_change(self: Chooser, change: Change) -> None:
        done.append(("opened", change.digest))
        real_open(self, change)

    def choose(self: Chooser, change: Change) -> list[HunkQuestions]:
        if ("chosen", change.digest) not in done:
            done.append(("chosen", change.digest))
        return real_choose(self, change)

    monkeypatch.setattr(Chooser, "open", open_change)
    monkeypatch.setattr(Chooser, "choose", choose)
    return done


def test_files_are_read_ahead_of_the_commits_that_are_judged_by_them_and_of_no_others(
    history: Repo, looked_at: list[tuple[str, str]]
) -> None:
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        rules = ProjectRules.built_in(git)
        verdicts = list(judge_all(Judging(git, rules, NOW), oids))
    assert [verdict.oid for verdict in verdicts] == oids
    opened = [digest for how, digest in looked_at if how == "opened"]
    assert opened == [digest for how, digest in looked_at if how == "chosen"]
    assert len(opened) == 6  # neither those without a change, nor the one beyond a limit
    assert looked_at[:2] == [("opened", opened[0]), ("opened", opened[1])]


@pytest.mark.parametrize("limit", ["commits", "bytes"])
def test_no_more_is_read_ahead_than_a_limit_allows(
    history: Repo,
    looked_at: list[tuple[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    limit: str,
) -> None:
    if limit == "commits":
        monkeypatch.setattr(commit_range, "_MOST_STARTED", 0)
    else:
        monkeypatch.setattr(chooser, "MAX_WAITING", 0)
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        list(judge_all(Judging(git, ProjectRules.built_in(git), NOW), oids))
    assert [how for how, _ in looked_at] == ["opened", "chosen"] * 6


def test_a_limit_that_is_met_ahead_fails_that_commit_alone(
    history: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    real_open = Chooser.open

    def refuse(self: Chooser, change: Change) -> None:
        if b"b.py" in change.paths:
            raise LimitExceeded("too much")
        real_open(self, change)

    with forge.isolated(history) as git:
        judging = Judging(git, ProjectRules.built_in(git), NOW)
        before = list(judge_all(judging, oids))
        monkeypatch.setattr(Chooser, "open", refuse)
        after = list(judge_all(judging, oids))
    (changed,) = [new for old, new in zip(before, after, strict=True) if old != new]
    assert changed.subject == "side"
    assert changed.findings[0].message == "too much"


def test_the_verdicts_before_an_error_are_given(history: Repo) -> None:
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    oids[3] = "f" * 40
    with forge.isolated(history) as git:
        verdicts = judge_all(Judging(git, ProjectRules.built_in(git), NOW), oids)
        assert [next(verdicts).oid for _ in range(3)] == oids[:3]
        with pytest.raises(NothingToJudge):
            next(verdicts)


def test_without_room_for_what_git_says_each_commit_is_read_alone(history: Repo) -> None:
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        (git._dir / "range.err").mkdir()  # nothing can be written there
        assert list(git.read_range(oids)) == list(map(RangeEntry, oids))


def test_what_reads_commits_stays_for_the_next_ones(history: Repo) -> None:
    """Also where nobody wanted all of the last ones, or git ended over one."""
    oids = history.git("rev-list", "--reverse", "main..topic").split()
    with forge.isolated(history) as git:
        entries = list(git.read_range(oids))
        reader = git._range_reader
        assert reader is not None
        assert [entry.oid for entry in entries] == oids
        assert list(git.read_range(oids[5:])) == entries[5:]
        with closing(reader.read(oids)) as first:
            assert next(first) == entries[0]
        assert not reader._commits.is_running
        assert list(git.read_range(oids)) == entries
        list(git.read_range([oids[0], "f" * 40]))
        assert list(git.read_range(oids[:3])) == entries[:3]
        assert git._range_reader is reader


SCRIPT = """
import os, sys
from attest import __main__
from attest.verification import commit_range

real = commit_range._work
def work(judging, oids, shares, turns, send):
    real(judging, oids, shares, [next(iter(turns))], send)
    os._exit(0)
commit_range._work = work
sys.exit(__main__.main(["check", "main..topic", "--jobs", "3"]))
"""


@NEEDS_WORKERS
def test_a_worker_that_ends_is_an_error(history: Repo) -> None:
    command = [sys.executable, "-P", "-c", SCRIPT]
    result = subprocess.run(
        command, cwd=history.path, env=history.env, capture_output=True, check=False
    )
    assert result.returncode == 4
    assert b"a process that judges commits ended before it had judged" in result.stderr
    assert b"main..topic:" not in result.stdout  # no summary, which could pass for a result


NO_SECOND_FORK = """
import errno, os, sys
from attest import __main__

real, started = os.fork, []
def fork():
    if started:
        raise BlockingIOError(errno.EAGAIN, "Resource temporarily unavailable")
    started.append(real())
    return started[0]
os.fork = fork
code = __main__.main(["check", "main..topic", "--jobs", "3"])
try:
    os.waitpid(started[0], os.WNOHANG)
except ChildProcessError:  # it was waited for
    sys.exit(code)
sys.exit("a worker stays")
"""


@NEEDS_WORKERS
def test_no_worker_stays_where_another_cannot_be_started(history: Repo) -> None:
    command = [sys.executable, "-P", "-c", NO_SECOND_FORK]
    result = subprocess.run(
        command, cwd=history.path, env=history.env, capture_output=True, check=False
    )
    assert result.returncode == 4, result.stderr
    assert b"Resource temporarily unavailable" in result.stderr


@NEEDS_WORKERS
def test_an_error_in_a_worker_is_the_one_that_one_process_meets(history: Repo) -> None:
    tree = history.git("rev-parse", "topic~10^{commit}")
    file = history.path / ".git" / "objects" / tree[:2] / tree[2:]
    pack = next((history.path / ".git/objects/pack").glob("*.pack"), None)
    if not file.exists():  # fast-import packs what it makes
        assert pack is not None
        loose = history.path.parent / "pack"
        shutil.move(pack, loose)
        history.git("unpack-objects", "-q", stdin=loose.read_bytes())
    file.unlink()
    runs = [history.attest("check", "main..topic", "--jobs", n) for n in ("1", "2", "3")]
    assert {run.returncode for run in runs} <= {3, 4}
    assert len({run.stderr for run in runs}) == 1

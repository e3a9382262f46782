"""Attacks on what must be answered, by the base's policy; each with an honest sibling."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from attest.answers.requirements import AnswerRequirements
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Change, digest
from support import forge, keys, ruled
from support.forge import attach, change_of, honest, signed
from support.repo import EMAIL, Repo


def _made(repo: Repo, key: Path, edit: Callable[[Block, Change], Block]) -> None:
    """A block for HEAD by hand, spoilt before it is signed."""
    change = change_of(repo)
    attach(repo, signed(edit(honest(change), change), key))


def _files(block: Block, change: Change) -> Block:
    return replace(block, hunks=(), files=tuple(file.digest for file in change.files))


def _begin(repo: Repo, key: Path, policy: str = "") -> Repo:
    ruled.begin(repo, key, policy)
    for name in ("a.py", "b.py", "c.py"):
        ruled.change(repo, name, f"{name}\n" * 3)
    repo.commit("three hunks")
    return repo


def test_everything_covered_and_nothing_answered(repo: Repo, key: Path) -> None:
    _made(_begin(repo, key), key, _files)
    assert ruled.errors(repo) == ["answer-missing"]


def test_as_many_answers_as_the_policy_wants(repo: Repo, key: Path) -> None:
    def one(block: Block, change: Change) -> Block:
        return replace(_files(block, change), hunks=block.hunks[:1])

    _made(_begin(repo, key, "[questions]\nmost = 1\n"), key, one)
    assert ruled.errors(repo) == []


def test_another_hunk_than_the_chosen_one_is_answered(repo: Repo, key: Path) -> None:
    def wrong(block: Block, change: Change) -> Block:
        return replace(_files(block, change), hunks=block.hunks[1:2])

    _made(_begin(repo, key, "[questions]\nmost = 1\n"), key, wrong)
    assert ruled.errors(repo) == ["answer-missing"]


def test_a_lock_file_is_answered_for_in_place_of_code(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "[questions]\nmost = 1\n")
    ruled.change(repo, "uv.lock", "long\n" * 50)
    ruled.change(repo, "code.py", "short\n").commit("both")

    def only_lock(block: Block, change: Change) -> Block:
        lock = next(h for h in change.hunks if h.path == b"uv.lock")
        hunks = tuple(h for h in block.hunks if h.digest == lock.digest)
        return replace(_files(block, change), hunks=hunks)

    _made(repo, key, only_lock)
    assert ruled.errors(repo) == ["answer-missing"]


@pytest.mark.parametrize(
    ("policy", "reply", "good"),
    [
        ("", AttestedHunk("", "x", "a", "b"), True),
        ("", AttestedHunk("", "x", "a"), False),
        ("", AttestedHunk("", "x", unsure="who knows"), True),
        ("unsure = false", AttestedHunk("", "x", unsure="who knows"), False),
        ("unsure = false", AttestedHunk("", "x", "a", "b", unsure="who knows"), True),
        ('standing = ["breaks"]', AttestedHunk("", "x", breaks="all of it"), True),
        ('standing = ["breaks"]', AttestedHunk("", "x", invariant="all of it"), False),
        ("least-words = 3", AttestedHunk("", "x", "one two", "one two three"), False),
        ("least-words = 3", AttestedHunk("", "x", "one two three", "one two three"), True),
        ("least-words = 3", AttestedHunk("", "x", "長さは常に八", "小さい値が通る"), True),
        ("least-words = 3", AttestedHunk("", "x", "one - …", "one two three"), True),
        ("least-words = 3", AttestedHunk("", "x", unsure="no idea"), False),
    ],
)
def test_what_the_policy_takes_for_an_answer(
    repo: Repo, key: Path, policy: str, reply: AttestedHunk, good: bool
) -> None:
    ruled.begin(repo, key, f"[questions]\n{policy}\n")
    ruled.change(repo, "b.py").commit("change")

    def answered(block: Block, change: Change) -> Block:
        return replace(block, hunks=(replace(reply, digest=change.hunks[0].digest),))

    _made(repo, key, answered)
    assert ruled.errors(repo) == ([] if good else ["answer-missing"])


def test_signatures_and_coverage_alone(repo: Repo, key: Path) -> None:
    """`--no-answers`, for audits: what was not answered is no error, what is not covered is."""
    _made(_begin(repo, key, '[disclosure]\nassistance = "required"\n'), key, _files)
    assert ruled.errors(repo) == ["answer-missing", "disclosure-missing"]
    assert ruled.errors(repo, "--no-answers") == []
    repo.write("d.py", "more\n")
    repo.commit("not attested")
    assert ruled.errors(repo, "--no-answers") == ["unattested"]


def test_the_finding_says_that_another_policy_asked(repo: Repo, key: Path) -> None:
    def one(block: Block, change: Change) -> Block:
        policy = digest(b"version = 1\n[questions]\nmost = 1\n")
        return replace(_files(block, change), hunks=block.hunks[:1], policy=policy)

    _made(_begin(repo, key), key, one)
    findings = ruled.verdicts(repo)[0]["findings"]
    hints = {f["hint"] for f in findings if f["code"] == "answer-missing"}
    assert all("another policy" in hint for hint in hints), hints


def test_the_block_names_the_policy_by_which_it_was_asked(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'project = "kettle"\n')
    repo.set_up(key)
    ruled.change(repo).attested("change")
    written = repo.git("show", "main:.attest.toml").encode() + b"\n"
    assert f"Attest-Policy: {digest(written)}\n" in repo.message()
    assert "Attest-Project: kettle\n" in repo.message()


@pytest.mark.parametrize(
    ("policy", "rebased"),
    [
        ("", "attested"),
        ('level = "exact"\n', "failed"),
        ('[[require]]\npaths = ["a.py"]\nlevel = "exact"\n', "failed"),
        ('[[require]]\npaths = ["other/"]\nlevel = "exact"\n', "attested"),
    ],
)
def test_a_rebase_where_the_exact_change_is_wanted(
    repo: Repo, key: Path, policy: str, rebased: str
) -> None:
    lines = [f"line {n}\n" for n in range(1, 41)]
    ruled.begin(repo, key, policy)
    ruled.change(repo, content="".join(["first\n", *lines[1:]])).attested("top")
    assert ruled.outcomes(repo) == ["attested"]
    repo.git("checkout", "-q", "main")
    repo.write("a.py", "".join([*lines[:-1], "last\n"]))
    repo.commit("bottom")
    repo.git("rebase", "-q", "main", "topic")
    assert ruled.outcomes(repo) == [rebased]
    assert ruled.errors(repo) == ([] if rebased == "attested" else ["level-too-low"])


@pytest.mark.parametrize(
    ("policy", "clean", "decides"),
    [
        ("", "not-needed", "attested"),
        ('merges = "clean"\n', "not-needed", "failed"),
        ('merges = "forbid"\n', "failed", "failed"),
    ],
)
def test_merges(repo: Repo, key: Path, policy: str, clean: str, decides: str) -> None:
    ruled.begin(repo, key, policy)
    repo.git("checkout", "-q", "-b", "side", "main")
    ruled.change(repo, "side.py").attested("side")
    repo.git("checkout", "-q", "topic")
    ruled.change(repo, "mine.py").attested("mine")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "side")
    assert ruled.outcomes(repo)[-1] == clean
    repo.git("reset", "-q", "--hard", "HEAD^")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "side")
    ruled.change(repo, "evil.py").attested("merge and more")
    assert ruled.outcomes(repo)[-1] == decides


@pytest.mark.parametrize(
    ("policy", "code", "outcome"),
    [
        ("", 1, "failed"),
        ('mode = "advisory"\n', 0, "failed"),
        ('[findings]\nunattested = "warning"\n', 0, "tolerated"),
    ],
)
def test_what_is_an_error_and_what_a_warning(
    repo: Repo, key: Path, policy: str, code: int, outcome: str
) -> None:
    ruled.change(ruled.begin(repo, key, policy)).commit("not attested")
    assert forge.run(repo, "check", ruled.RANGE).returncode == code
    assert ruled.outcomes(repo) == [outcome]
    assert repo.report(ruled.RANGE)["ok"] is (outcome == "tolerated")


def test_a_signature_that_does_not_hold_is_never_a_warning(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, '[findings]\nsigner-unknown = "warning"\nunattested = "warning"\n')
    ruled.change(repo).attested("change")
    repo.rewrite(repo.raw().replace(b"invariant 1", b"invariant 2"))
    assert ruled.errors(repo) == ["signature-invalid"]


def test_the_default_standard_is_that_of_no_policy() -> None:
    assert AnswerRequirements() == AnswerRequirements(("invariant", "breaks"), 1, True)


def _two(repo: Repo, key: Path, first: Callable[[Block, Change], Block]) -> None:
    """Two blocks for HEAD: one that is spoilt, and one that covers every file."""
    change = change_of(repo)
    block = replace(honest(change), change="0" * 56)
    spoilt = signed(first(block, change), key)
    attach(repo, spoilt, signed(replace(_files(block, change), hunk_counts=(0, 0)), key))


def test_a_second_block_to_hide_that_the_small_ones_were_answered(repo: Repo, key: Path) -> None:
    """With several blocks the count would decide; one that covers all is no squash."""
    ruled.begin(repo, key, "[questions]\nmost = 1\n")
    ruled.change(repo, "big.py", "line\n" * 50)
    ruled.change(repo, "small.py", "line\n").commit("two hunks")

    def smallest(block: Block, change: Change) -> Block:
        small = next(h for h in change.hunks if h.path == b"small.py")
        return replace(block, hunks=tuple(h for h in block.hunks if h.digest == small.digest))

    _two(repo, key, smallest)
    assert ruled.errors(repo) == ["answer-missing"]


def test_a_second_block_that_answered_nothing_for_what_it_covers(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "[questions]\nmost = 1\n")
    ruled.change(repo, "big.py", "line\n" * 50)
    ruled.change(repo, "small.py", "line\n").commit("two hunks")
    change = change_of(repo)
    block = replace(honest(change), change="0" * 56)
    small, big = (
        next(n for n, h in enumerate(change.hunks) if h.path == path)
        for path in (b"small.py", b"big.py")
    )
    one = replace(block, hunks=(block.hunks[small],), hunk_counts=(1, 1))
    silent = replace(block, hunks=(), files=(change.files[big].digest,), hunk_counts=(1, 1))
    attach(repo, signed(one, key), signed(silent, key))
    assert ruled.errors(repo) == ["answer-missing"]
    honest_one = replace(block, hunks=(block.hunks[big],), hunk_counts=(1, 1))
    repo.git("reset", "-q", "--soft", "HEAD^")
    repo.commit("two hunks")
    attach(repo, signed(one, key), signed(honest_one, key))
    assert ruled.errors(repo) == []


def test_a_lock_files_answer_does_not_count(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "[questions]\nmost = 1\n")
    ruled.change(repo, "code.py", "line\n")
    ruled.change(repo, "uv.lock", "line\n").commit("both")
    change = change_of(repo)
    block = replace(honest(change), change="0" * 56)
    lock = next(n for n, h in enumerate(change.hunks) if h.path == b"uv.lock")
    code = next(f.digest for f in change.files if f.path == b"code.py")
    attach(
        repo,
        signed(replace(block, hunks=(block.hunks[lock],)), key),
        signed(replace(block, hunks=(), files=(code,), hunk_counts=(0, 0)), key),
    )
    assert ruled.errors(repo) == ["answer-missing"]


def test_a_squash_of_two_honest_commits_holds(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "[questions]\nmost = 2\n")
    ruled.change(repo, "one.py", "line\n" * 9).attested("one")
    first = repo.message()
    ruled.change(repo, "two.py", "line\n" * 5).attested("two")
    second = repo.message()
    repo.git("reset", "-q", "--soft", "main")
    repo.commit(f"{first}\n{second}", "--no-verify")
    assert ruled.errors(repo) == []


def test_a_project_id_is_compared_as_it_is_written(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, 'project = "Ka\\u0308se  Platte"\n')
    ruled.change(repo).attested("change")
    assert ruled.errors(repo) == []


@pytest.mark.parametrize(("bits", "good"), [(2048, True), (3072, False)])
def test_a_short_key_where_the_policy_takes_it(
    repo: Repo, key_folder: Path, bits: int, good: bool
) -> None:
    short = keys.make(key_folder, "rsa", 2048)
    line = f"{EMAIL} {forge.public(short)}\n"
    ruled.begin(repo, None, f"[signers]\nrsa-bits = {bits}\n", {".attest/allowed_signers": line})
    ruled.change(repo).commit("change")
    change = change_of(repo)
    attach(repo, signed(honest(change), short))
    result = forge.run(repo, "check", ruled.RANGE)
    assert result.returncode == (0 if good else 4), (result.stdout, result.stderr)

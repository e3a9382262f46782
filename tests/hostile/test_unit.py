"""Attacks on a branch with one block: what counts as its attestation (docs/format.md, "Which
blocks count"). Each attack has an honest sibling that passes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from support import forge, units
from support.keys import make
from support.repo import EMAIL, Repo

FORMATS = ("json", "markdown", "html")
OTHER = ("Another One", "other@example.com")


def as_author(repo: Repo, name: str, email: str) -> None:
    repo.env |= {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": email}


def test_one_block_in_the_newest_commit(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")
    assert verdict["unit"]["kind"] == "branch"
    assert [one["subject"] for one in verdict["unit"]["commits"]] == ["Add c.py", "Add b.py"]
    assert verdict["findings"] == []


def test_no_block(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    assert units.errors(repo) == ["unattested"]


def test_it_stays_valid_behind_a_merge_of_the_base(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, key)
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    as_author(repo, "Maintainer", "maintainer@example.com")
    repo.git("merge", "-q", "--no-edit", "main")
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")


def test_a_later_commit_is_not_covered(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    units.commits(repo, "c.py")
    assert units.errors(repo) == ["answer-missing", "hunk-not-covered"]


@pytest.mark.parametrize("by_file", [True, False])
def test_a_finding_says_of_no_unchanged_hunk_that_it_differs(
    repo: Repo, key: Path, by_file: bool
) -> None:
    """An `Attest-File` fits the whole file or nothing, so it does not say which hunk changed."""
    lines = [f"value_{n} = read({n})\n" for n in range(40)]
    units.begin(repo, key, files={"b.py": "".join(lines)})
    lines[3], lines[30] = "first = call()\n", "second = call()\n"
    repo.write("b.py", "".join(lines))
    repo.commit("Two hunks", "--no-verify")
    files = tuple(file.digest for file in units.difference(repo).files)
    units.attest(repo, key, lambda one: replace(one, hunks=(), files=files) if by_file else one)
    lines[30] = "third = call()\n"
    repo.write("b.py", "".join(lines))
    repo.commit("One of them again", "--no-verify")
    reply = {
        (one["line"], one["message"])
        for one in units.verdict(repo)["findings"]
        if one["code"] == "hunk-not-covered"
    }
    either = "this hunk, or another one of its file, differs from what was attested"
    assert reply == (
        {(4, either), (31, either)}
        if by_file
        else {(31, "this hunk differs from what was attested")}
    )


def test_a_stale_block_is_no_error_beside_one_that_fits(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    units.commits(repo, "c.py")
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"


def test_two_blocks_are_never_united(repo: Repo, key: Path) -> None:
    """Each covers a half; together they would cover all."""
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    whole = units.block(repo, units.difference(repo))
    halves = [replace(whole, change="0" * 56, hunks=(hunk,)) for hunk in whole.hunks]
    assert len(halves) == 2
    forge.attach(repo, *(forge.signed(half, key) for half in halves))
    assert units.errors(repo) == ["answer-missing", "hunk-not-covered"]


def test_a_block_that_covers_excuses_no_answer_in_another(repo: Repo, key: Path) -> None:
    """One covers all by its files and answers nothing; the other answers for a hunk."""
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    change = units.difference(repo)
    whole = units.block(repo, change)
    files = tuple(file.digest for file in change.files)
    covers = replace(whole, hunks=whole.hunks[:1], files=files[1:], hunk_counts=(1, 2))
    answers = replace(whole, change="0" * 56, hunks=whole.hunks[1:], files=())
    forge.attach(repo, *(forge.signed(one, key) for one in (covers, answers)))
    assert units.errors(repo) == ["answer-missing"]


def test_a_plain_block_is_not_united_with_one_for_a_branch(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    whole = units.block(repo, units.difference(repo))
    first, second = (replace(whole, change="0" * 56, hunks=(hunk,)) for hunk in whole.hunks)
    plain = replace(second, branch_commits=None)
    forge.attach(repo, *(forge.signed(one, key) for one in (first, plain)))
    assert units.errors(repo) == ["answer-missing", "hunk-not-covered"]


def test_a_plain_block_is_for_a_branch_of_one_commit(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key, lambda block: replace(block, branch_commits=None))
    assert units.verdict(repo)["verdict"] == "attested"
    units.commits(repo, "c.py")
    units.attest(repo, key, lambda block: replace(block, branch_commits=None))
    assert units.errors(repo) == ["unattested"]


def test_plain_blocks_of_one_commit_are_united(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    repo.write("b.py", "b = open('b')\n")
    units.commits(repo, "c.py")
    whole = units.block(repo, units.difference(repo))
    halves = [
        replace(whole, change="0" * 56, hunks=(hunk,), branch_commits=None) for hunk in whole.hunks
    ]
    forge.attach(repo, *(forge.signed(half, key) for half in halves))
    assert units.verdict(repo)["verdict"] == "attested"


def test_a_commit_with_a_block_for_a_branch_is_judged_by_it_alone(repo: Repo, key: Path) -> None:
    """What a squash leaves: the block covers the one commit, whatever the unit."""
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    lines = forge.signed(units.block(repo, units.difference(repo)), key)
    repo.git("reset", "-q", "--soft", "main")
    repo.commit("Squashed", "--no-verify")
    forge.attach(repo, lines)
    assert repo.verdict("topic", "--base", "main")["verdict"] == "attested"
    halves = [
        replace(units.block(repo, units.difference(repo)), change="0" * 56, hunks=(hunk,))
        for hunk in units.block(repo, units.difference(repo)).hunks
    ]
    repo.git("reset", "-q", "--soft", "main")
    repo.commit("Squashed", "--no-verify")
    forge.attach(repo, *(forge.signed(half, key) for half in halves))
    assert repo.codes("topic", "--base", "main") == ["answer-missing", "hunk-not-covered"]


def test_the_attester_is_the_author_of_the_commit_with_the_block(repo: Repo, key: Path) -> None:
    listed = forge.public(key)
    line = f'author@example.com,other@example.com namespaces="git-attest-v1" {listed}\n'
    units.begin(repo, None, files={".attest/known": line})
    signers = ("--signers", str(repo.path / ".attest/known"))
    units.commits(repo, "b.py")
    as_author(repo, *OTHER)
    units.commits(repo, "c.py")
    units.attest(repo, key, lambda block: replace(block, email=OTHER[1], name=OTHER[0]))
    verdict = units.verdict(repo, *signers)
    assert verdict["verdict"] == "attested"
    assert {one["author"] for one in verdict["unit"]["commits"]} == {
        "A U Thor <author@example.com>",
        "Another One <other@example.com>",
    }


def test_a_stranger_cannot_attest_somebody_elses_commit(
    repo: Repo, key: Path, tmp_path: Path
) -> None:
    """The stranger names the own address, or the author's."""
    stranger = make(tmp_path)
    repo.write(".attest.toml", "version = 1\n" + units.POLICY)
    repo.commit("rules")
    repo.git("checkout", "-q", "-b", "topic")
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, stranger, lambda block: replace(block, email=OTHER[1], name=OTHER[0]))
    assert "signer-unknown" in units.errors(repo)
    assert "attester-mismatch" in units.errors(repo)


@pytest.mark.parametrize(("count", "expected"), [(63, []), (64, ["limit-exceeded"])])
def test_stale_blocks_bury_the_one_that_fits(
    repo: Repo, key: Path, count: int, expected: list[str]
) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    repo.commit("More", "--no-verify")
    stale = [
        forge.signed(
            replace(units.block(repo, units.difference(repo)), change=f"{n:056x}", hunks=()), key
        )
        for n in range(count)
    ]
    forge.attach(repo, *stale)
    assert units.errors(repo) == expected


def test_the_first_one_that_fits_ends_the_search(repo: Repo, key: Path) -> None:
    """Nobody can bury it below."""
    units.begin(repo, key)
    units.commits(repo, "b.py")
    change = units.difference(repo)
    stale = [
        forge.signed(replace(units.block(repo, change), change=f"{n:056x}", hunks=()), key)
        for n in range(64)
    ]
    forge.attach(repo, *stale)
    repo.commit("More", "--no-verify")
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"


def test_a_block_that_the_base_has_already_is_reported(repo: Repo, key: Path) -> None:
    """The change was landed and reverted; the same branch comes again."""
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    repo.git("checkout", "-q", "main")
    repo.git("cherry-pick", "topic", GIT_COMMITTER_DATE="1767225700 +0000")
    repo.git("revert", "--no-edit", "HEAD")
    verdict = units.verdict(repo)
    assert verdict["verdict"] == "attested"
    assert units.codes(verdict, "warning") == ["block-reused"]


def test_a_broken_block_does_not_spoil_a_good_one(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    repo.commit("More", "--no-verify")
    forge.attach(repo, [b"Attest: v1; nonsense"])
    verdict = units.verdict(repo)
    assert verdict["verdict"] == "attested"
    assert units.codes(verdict, "warning") == ["block-invalid"]


def test_every_format_names_the_commits_and_other_authors(repo: Repo, key: Path) -> None:
    """The attester answers for commits of others, so readers must see that there are any."""
    units.begin(repo, key)
    as_author(repo, *OTHER)
    units.commits(repo, "b.py")
    as_author(repo, "A U Thor", EMAIL)
    units.commits(repo, "c.py")
    units.attest(repo, key)
    first = repo.git("rev-parse", "topic^")[:10]
    for words in (("check",), ("show",), *(("check", "--format", f) for f in FORMATS)):
        result = forge.run(repo, *words, "main..topic")
        text = result.stdout.decode()
        assert first in text, words
        assert OTHER[1] in text.replace("\N{WORD JOINER}", ""), words


@pytest.mark.parametrize(("level", "expected"), [("hunks", []), ("exact", ["level-too-low"])])
def test_merging_the_base_in_keeps_it_unless_the_policy_wants_the_exact_change(
    repo: Repo, key: Path, level: str, expected: list[str]
) -> None:
    """The base changed another part of the same file, so its other content is in the digest."""
    lines = [f"line_{n} = read({n})\n" for n in range(60)]
    units.begin(repo, key, f'level = "{level}"\n', {"shared.py": "".join(lines)})
    repo.write("shared.py", "".join([*lines[:50], "added = read('topic', 1)\n", *lines[50:]]))
    repo.commit("Add", "--no-verify")
    units.attest(repo, key)
    assert units.errors(repo) == []
    repo.git("checkout", "-q", "main")
    repo.write("shared.py", "".join(["base = read('main', 1)\n", *lines]))
    repo.commit("Base", "--no-verify")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    verdict = units.verdict(repo)
    assert (verdict["level"], units.codes(verdict)) == ("hunks", expected)


def test_a_signer_that_the_base_knows_may_attest_for_others(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    as_author(repo, *OTHER)
    units.commits(repo, "b.py", "c.py")
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["signer"]) == ("attested", "trusted")
    assert {one["author"] for one in verdict["unit"]["commits"]} == {f"{OTHER[0]} <{OTHER[1]}>"}


def test_the_number_of_commits_decides_nothing_before_the_merge(repo: Repo, key: Path) -> None:
    for count in (1, 7, 999_999_999):
        units.begin(repo, key) if count == 1 else None
        units.commits(repo, f"{count}.py")
        units.attest(repo, key, partial(replace, branch_commits=count))
        assert units.verdict(repo)["verdict"] == "attested"

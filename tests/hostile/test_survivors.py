"""Faults of the check that once could be put in without any test failing. Each test
here fails when its rule is taken out; the test beside it is its honest sibling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation import codec
from attest.errors import EnvironmentFault
from support import forge, keys, ruled, units
from support.forge import attach, change_of, honest, signed
from support.pruning import DAMAGE, file_of, loose
from support.repo import Repo

PROJECT_BOT = '[[exempt]]\nactors = ["robot"]\npaths = ["web/"]\n'
BOT = ("--actor", "robot")


def test_a_policy_without_a_list_of_signers_knows_nobody(repo: Repo) -> None:
    repo.write(".attest.toml", ruled.MINIMAL)
    repo.commit("rules")
    repo.git("checkout", "-q", "-b", "topic")
    ruled.change(repo).attested("by anybody")
    assert ruled.errors(repo) == ["signer-unknown"]


def test_without_any_rules_nobody_says_who_is_known(repo: Repo) -> None:
    ruled.change(repo).attested("by anybody")
    assert repo.report("HEAD^..HEAD")["commits"][0]["verdict"] == "attested"


@pytest.mark.parametrize("policy", ["", 'ignore = ["*.json"]\n', 'paths = ["a.py"]\n'])
def test_a_lock_file_slipped_in_beside_attested_code(repo: Repo, key: Path, policy: str) -> None:
    ruled.begin(repo, key, policy)
    ruled.change(repo).attested("code")
    assert ruled.errors(repo) == []
    ruled.change(repo, "package-lock.json", '{"left-pad": "evil"}\n')
    repo.commit(repo.message(), "--amend", "--no-verify")
    assert ruled.errors(repo) == ["hunk-not-covered"]


def test_a_bot_for_one_folder_that_also_touches_another(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, PROJECT_BOT)
    ruled.change(repo, "web/app.js").commit("within its folder")
    assert ruled.outcomes(repo, *BOT) == ["exempt"]
    ruled.change(repo, "web/more.js")
    ruled.change(repo, "auth.py").commit("and beyond")
    assert ruled.outcomes(repo, *BOT) == ["exempt", "failed"]


def test_an_exempt_merge_that_hides_a_change(repo: Repo, key: Path) -> None:
    """The bot's own merge shows `web/` alone, and drops a fix of `auth.py`."""
    repo.write("auth.py", "return True\n")
    ruled.begin(repo, key, PROJECT_BOT)
    ruled.change(repo, "web/app.js").commit("bot")
    repo.git("checkout", "-q", "-b", "fix")
    ruled.change(repo, "auth.py", "return check(user)\n").commit("fix")
    repo.git("checkout", "-q", "-b", "more", "topic")
    ruled.change(repo, "web/b.js").commit("more of the bot's")
    honest_tree = repo.git("merge-tree", "--write-tree", "more", "fix")
    parents = [word for side in ("topic", "more", "fix") for word in ("-p", side)]
    for tree, outcome in ((honest_tree, "failed"), ("more^{tree}", "failed")):
        merged = repo.git("commit-tree", repo.git("rev-parse", tree), *parents, "-m", "Merge")
        verdict = repo.report("--base", "main", merged, *BOT)["commits"][0]
        hides = any(f["code"] == "hunk-not-covered" for f in verdict["findings"])
        assert (verdict["verdict"], hides) == (outcome, tree != honest_tree)
    web_alone = repo.git("commit-tree", "more^{tree}", "-p", "topic", "-p", "more", "-m", "Merge")
    verdict = repo.report("--base", "main", web_alone, *BOT)["commits"][0]
    assert verdict["verdict"] in ("exempt", "not-needed")


def test_an_invalid_copy_of_a_valid_block_before_it(repo: Repo, key: Path) -> None:
    """Equal payloads count once, and the copy that is valid is the one that counts."""
    forge.two_hunks(repo)
    lines = signed(honest(change_of(repo)), key)
    elsewhere = keys.sign(key, b"another payload")
    other = codec.write(
        replace(codec.parse(lines), signature=elsewhere),
    )
    attach(repo, [line.encode() for line in other], lines)
    verdict = repo.report("HEAD^..HEAD")["commits"][0]
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")


@pytest.mark.parametrize("order", [1, -1])
def test_a_block_for_a_branch_beside_one_that_fits_the_commit(
    repo: Repo, key: Path, order: int
) -> None:
    """A squash keeps both. They are not taken together, and the one that fits counts."""
    forge.two_hunks(repo)
    block = honest(change_of(repo))
    elsewhere = (replace(block.hunks[0], digest="1" * 56),)
    stale = replace(block, change="0" * 56, hunks=elsewhere, branch_commits=2)
    attach(repo, *(signed(one, key) for one in (stale, block)[::order]))
    verdict = repo.report("HEAD^..HEAD")["commits"][0]
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")


@pytest.mark.parametrize("order", [1, -1])
def test_where_no_block_is_enough_the_one_that_reaches_farthest_is_shown(
    repo: Repo, key: Path, order: int
) -> None:
    forge.two_hunks(repo)
    block = replace(honest(change_of(repo)), change="0" * 56, branch_commits=2)
    elsewhere = (replace(block.hunks[0], digest="1" * 56),)
    blocks = (replace(block, hunks=elsewhere), replace(block, hunks=block.hunks[:1]))
    attach(repo, *(signed(one, key) for one in blocks[::order]))
    verdict = repo.report("HEAD^..HEAD")["commits"][0]
    assert (verdict["verdict"], verdict["coverage"]["attested"]) == ("failed", 1)


@pytest.mark.parametrize("order", [1, -1])
def test_of_several_blocks_for_a_branch_the_one_that_reaches_farthest_is_shown(
    repo: Repo, key: Path, order: int
) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py", "c.py")
    block = replace(units.block(repo, units.difference(repo)), change="0" * 56)
    elsewhere = (replace(block.hunks[0], digest="1" * 56),)
    blocks = (replace(block, hunks=elsewhere), replace(block, hunks=block.hunks[:1]))
    attach(repo, *(signed(one, key) for one in blocks[::order]))
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["coverage"]["attested"]) == ("failed", 1)


@pytest.mark.parametrize(("count", "note"), [(0, ""), (1, "1 commit between"), (2, "2 commits be")])
def test_commits_that_the_range_leaves_out_are_said(repo: Repo, count: int, note: str) -> None:
    """`--base main HEAD` judges the newest commit alone: a green check is not one of the branch."""
    repo.git("branch", "base")
    for number in range(count + 1):
        repo.commit(f"empty {number}", "--allow-empty")
    result = forge.run(repo, "check", "--base", "base", "HEAD")
    assert result.returncode == 0
    text = result.stderr.decode()
    assert note in text
    assert ("only HEAD is checked" in text) is bool(count)
    assert ("'base..HEAD'" in text or "base..HEAD" in text) is bool(count)


def test_a_commit_that_is_not_what_its_name_says_is_not_read(repo: Repo) -> None:
    """Whoever can write into the objects could give a commit another author, or tree."""
    oids = [ruled.change(repo).commit(subject) for subject in ("one", "two")]
    loose(repo)
    with forge.isolated(repo) as git:
        assert b"one" in git.commit(oids[0])
        assert [entry.raw is not None for entry in git.read_range(oids)] == [True, True]
    DAMAGE["another"](file_of(repo, oids[0]))
    with forge.isolated(repo) as git:
        with pytest.raises(EnvironmentFault, match=f"commit {oids[0]} is not what its name says"):
            git.commit(oids[0])
        assert [entry.raw is not None for entry in git.read_range(oids)] == [False, False]


DISCLOSES = (
    'ignore = ["docs/"]\n[disclosure]\nassistance = "required"\nnone = "none"\n'
    'forbidden = { "Generated-by" = ".*" }\n'
)


@pytest.mark.parametrize(
    ("trailer", "outcome", "codes"),
    [
        ("", "not-needed", []),
        ("\n\nAssisted-by: Tool", "not-needed", []),
        ("\n\nGenerated-by: Tool", "failed", ["disclosure-forbidden"]),
    ],
)
def test_what_a_commit_says_that_needs_no_attestation(
    repo: Repo, key: Path, trailer: str, outcome: str, codes: list[str]
) -> None:
    """Its author was asked nothing, so nothing can be missing; what it says counts."""
    ruled.begin(repo, key, DISCLOSES)
    ruled.change(repo, "docs/page.md").commit(f"docs{trailer}")
    assert (ruled.outcomes(repo), ruled.errors(repo)) == ([outcome], codes)

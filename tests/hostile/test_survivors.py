"""Faults of the check that once could be put in without any test failing. Each test
here fails when its rule is taken out; the test beside it is its honest sibling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation import codec
from support import forge, keys, ruled
from support.forge import attach, change_of, honest, signed
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

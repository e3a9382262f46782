"""Faults of the check that once could be put in without any test failing. Each test
here fails when its rule is taken out; the test beside it is its honest sibling."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation import block
from support import forge, keys, ruled
from support.forge import attach, change_of, honest, signed
from support.repo import EMAIL, Repo

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
    other = block.write(
        replace(block.parse(lines), signature=elsewhere),
    )
    attach(repo, [line.encode() for line in other], lines)
    verdict = repo.report("HEAD^..HEAD")["commits"][0]
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")


SIZES = {"huge.py": 99, "big.py": 50, "equal.py": 50, "mid.py": 20, "small.py": 5}


@pytest.mark.parametrize(
    ("paths", "by_file", "answered", "errors"),
    [
        # The block that covers `big.py` by its file answered for what is less telling.
        (["big.py", "mid.py", "small.py"], "big.py", ["small.py"], ["answer-missing"]),
        # So it did in part: one that is more telling does not make up for it.
        (
            ["huge.py", "big.py", "mid.py", "small.py"],
            "big.py",
            ["huge.py", "small.py"],
            ["answer-missing"],
        ),
        # As telling, or more: that is an honest squash.
        (["big.py", "equal.py", "mid.py"], "equal.py", ["big.py"], []),
        (["huge.py", "big.py", "mid.py"], "big.py", ["huge.py"], []),
    ],
)
def test_what_a_block_of_a_squash_answered_for(
    repo: Repo, key: Path, paths: list[str], by_file: str, answered: list[str], errors: list[str]
) -> None:
    """A hunk that a block covers by its file needs no answer where that block answered
    for what was the most telling then (docs/format.md, "What a valid block proves")."""
    ruled.begin(repo, key, "[questions]\nmost = 2\n")
    for path in paths:
        ruled.change(repo, path, f"a line of {path}\n" * SIZES[path])
    repo.commit("squashed")
    change = forge.change_of(repo)
    hunks = dict(zip((h.path.decode() for h in change.hunks), honest(change).hunks, strict=True))
    files = {file.path.decode(): file.digest for file in change.files}
    made = replace(honest(change), change="0" * 56, hunks=(), files=())
    first = replace(made, hunks=(hunks["mid.py"],), asked=(1, 1))
    second = replace(
        made,
        hunks=tuple(hunks[path] for path in answered),
        files=(files[by_file],),
        asked=(len(answered), len(answered)),
    )
    attach(repo, signed(first, key), signed(second, key))
    assert ruled.errors(repo) == errors


@pytest.mark.parametrize("count", [0, 1, 2])
def test_one_revision_names_the_commits_that_are_left_out(
    repo: Repo, key: Path, count: int
) -> None:
    ruled.begin(repo, key)
    for number in range(count):
        ruled.change(repo, f"{number}.py").commit(f"left out {number}")
    ruled.change(repo).attested("judged")
    said = forge.run(repo, "check", "--base", "main", "HEAD").stderr.decode()
    words = {0: "", 1: "1 commit between it and the base is", 2: "2 commits between it and"}
    assert words[count] in said
    assert ("between it and the base" in said) == (count > 0)


def test_a_commit_object_that_is_not_what_its_name_says(repo: Repo) -> None:
    """Git does not hash the commits that it walks over."""
    ruled.change(repo).attested("honest")
    forged = repo.head
    ruled.change(repo, "b.py").attested("on top")
    outcomes = [one["verdict"] for one in repo.report("HEAD~2..HEAD")["commits"]]
    assert outcomes == ["attested", "attested"]
    raw = repo.raw(forged).replace(b"honest", b"forged")
    data = b"commit %d\0%b" % (len(raw), raw)
    assert hashlib.sha1(data).hexdigest() != forged
    path = repo.path / ".git" / "objects" / forged[:2] / forged[2:]
    path.chmod(0o600)
    path.write_bytes(zlib.compress(data))
    done = repo.attest("check", "HEAD~2..HEAD")
    assert (done.returncode, forged[:10] in done.stderr.decode()) == (4, True), done.stderr


@pytest.mark.parametrize(
    ("policy", "message", "errors"),
    [
        ("forbidden", "docs", []),
        ("forbidden", "docs\n\nAssisted-by: Copilot", ["disclosure-forbidden"]),
        ("required", "docs", []),
    ],
)
def test_disclosure_on_a_commit_that_needs_no_attestation(
    repo: Repo, key: Path, policy: str, message: str, errors: list[str]
) -> None:
    """What is forbidden is forbidden there too; nobody was asked, so nothing is missing."""
    ruled.begin(repo, key, f'ignore = ["*.md"]\n[disclosure]\nassistance = "{policy}"\n')
    ruled.change(repo, "a.md").commit(message)
    assert ruled.errors(repo) == errors


def test_dates_in_a_criss_cross_history(repo: Repo) -> None:
    """Git takes several merge bases in the order of their dates, so that order stays."""
    repo.git("branch", "start")
    for side, when in (("left", 100), ("right", 200)):
        repo.git("checkout", "-q", "-b", side, "start")
        repo.write(f"{side}.py", "one\n")
        repo.env["GIT_COMMITTER_DATE"] = f"{1_700_000_000 + when} +0000"
        repo.commit(side)
    for side, other, when in (("left", "right~0", 300), ("right", "left~1", 400)):
        repo.git("checkout", "-q", side)
        repo.env["GIT_COMMITTER_DATE"] = f"{1_700_000_000 + when} +0000"
        repo.git("merge", "-q", "--no-edit", other)
    repo.git("checkout", "-q", "left")
    repo.git("merge", "-q", "--no-edit", "right")
    bases = repo.git("merge-base", "--all", "left^1", "left^2").split()
    assert len(bases) == 2
    before = repo.git("log", "--date-order", "--format=%s", "start..left")
    data = repo.template("start..HEAD")
    for number, hunk in enumerate(data["hunk"]):
        hunk["invariant"], hunk["breaks"] = f"invariant {number}", f"breaks {number}"
    import tomli_w

    repo.env["GIT_COMMITTER_DATE"] = "1767225600 +0000"
    repo.ok("answer", "start..HEAD", "--answers", "-", stdin=tomli_w.dumps(data).encode())
    assert repo.git("log", "--date-order", "--format=%s", "start..left") == before
    dates = repo.git("log", "--format=%ct", "start..left").split()
    assert len(set(dates)) == len(dates)
    assert EMAIL in repo.message("left~0") or EMAIL in repo.git("log", "--format=%B", "left")

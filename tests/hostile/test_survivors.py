"""Faults of the check that once could be put in without any test failing. Each test
here fails when its rule is taken out; the test beside it is its honest sibling."""

from __future__ import annotations

import hashlib
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from attest.attestation import codec
from attest.attestation.block import AttestedHunk, Block
from attest.git.diff import Change
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
    other = codec.write(
        replace(codec.parse(lines), signature=elsewhere),
    )
    attach(repo, [line.encode() for line in other], lines)
    verdict = repo.report("HEAD^..HEAD")["commits"][0]
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")


SIZES = {"huge.py": 99, "big.py": 50, "equal.py": 50, "mid.py": 20, "small.py": 5}


@dataclass(frozen=True)
class Squash:
    """A commit of several files, of which the policy asks about the two largest."""

    change: Change
    block: Block
    hunks: dict[str, AttestedHunk]
    files: dict[str, str]

    @classmethod
    def of(cls, repo: Repo, key: Path, *paths: str) -> Squash:
        ruled.begin(repo, key, "[questions]\nmost = 2\n")
        for path in paths:
            ruled.change(repo, path, f"a line of {path}\n" * SIZES[path])
        repo.commit("squashed")
        change = forge.change_of(repo)
        block = honest(change)
        hunks = {h.path.decode(): a for h, a in zip(change.hunks, block.hunks, strict=True)}
        return cls(change, block, hunks, {f.path.decode(): f.digest for f in change.files})

    def part(
        self, *hunks: AttestedHunk, by_file: str = "", exact: bool = False, unanswered: int = 0
    ) -> Block:
        """A block that answers for some hunks, and covers a file besides.

        Args:
            exact: it was made for this very change.
            unanswered: about how many more hunks its author was asked.
        """
        files = (self.files[by_file],) if by_file else ()
        change = self.change.digest if exact else "0" * 56
        asked = (len(hunks), len(hunks) + unanswered)
        return replace(self.block, change=change, hunks=hunks, files=files, asked=asked)


@pytest.mark.parametrize(
    ("other", "answered", "by_file", "errors"),
    [
        # It answered for what is less telling than the hunk that it covers by the file.
        ("mid.py", ["small.py"], "big.py", ["answer-missing"]),
        # In part: what is more telling does not make up for it, nor does the other block.
        ("mid.py", ["huge.py", "small.py"], "big.py", ["answer-missing"]),
        ("huge.py", ["small.py"], "big.py", ["answer-missing"]),
        # As telling, or more: an honest squash.
        ("mid.py", ["big.py"], "equal.py", []),
        ("mid.py", ["huge.py"], "big.py", []),
    ],
)
def test_what_a_block_of_a_squash_answered_for(
    repo: Repo, key: Path, other: str, answered: list[str], by_file: str, errors: list[str]
) -> None:
    """A hunk that a block covers by its file needs no answer where that block answered
    for what was the most telling then (docs/format.md, "What a valid block proves")."""
    squash = Squash.of(repo, key, *sorted({*answered, by_file, other}))
    first = squash.part(squash.hunks[other])
    second = squash.part(*(squash.hunks[path] for path in answered), by_file=by_file)
    attach(repo, signed(first, key), signed(second, key))
    assert ruled.errors(repo) == errors


@pytest.mark.parametrize(("answered", "errors"), [(2, []), (1, ["answer-missing"])])
def test_a_block_of_a_squash_needs_no_more_answers_than_the_base_asks_for(
    repo: Repo, key: Path, answered: int, errors: list[str]
) -> None:
    """Its author was asked about more hunks, by other rules than the base's."""
    squash = Squash.of(repo, key, "huge.py", "big.py", "equal.py", "mid.py")
    said = [squash.hunks[path] for path in ("huge.py", "equal.py")]
    first = squash.part(squash.hunks["mid.py"], *said[answered:])
    second = squash.part(*said[:answered], by_file="big.py", unanswered=3)
    attach(repo, signed(first, key), signed(second, key))
    assert ruled.errors(repo) == errors


@pytest.mark.parametrize(("exact", "errors"), [(False, []), (True, ["answer-missing"])])
def test_a_block_for_the_whole_change_is_no_part_of_a_squash(
    repo: Repo, key: Path, exact: bool, errors: list[str]
) -> None:
    """Its author was asked about this very change, so each chosen hunk has an answer."""
    squash = Squash.of(repo, key, "huge.py", "big.py", "mid.py")
    first = squash.part(squash.hunks["mid.py"])
    second = squash.part(squash.hunks["huge.py"], by_file="big.py", exact=exact)
    attach(repo, signed(first, key), signed(second, key))
    assert ruled.errors(repo) == errors


@pytest.mark.parametrize(("said", "errors"), [("a word", []), ("", ["answer-missing"])])
def test_a_hunk_that_is_gone_counts_where_it_was_answered(
    repo: Repo, key: Path, said: str, errors: list[str]
) -> None:
    """What a block of a squash answered for may have been changed again since."""
    squash = Squash.of(repo, key, "huge.py", "big.py", "mid.py")
    first = squash.part(squash.hunks["huge.py"], squash.hunks["mid.py"])
    gone = replace(squash.hunks["big.py"], digest="1" * 56, invariant=said, breaks=said)
    attach(repo, signed(first, key), signed(squash.part(gone, by_file="big.py"), key))
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


@pytest.mark.parametrize("dates", [(100, 200), (200, 100)], ids=["left first", "right first"])
def test_dates_in_a_criss_cross_history(repo: Repo, dates: tuple[int, int]) -> None:
    """Git takes several merge bases in the order of their dates, so that order stays."""
    repo.git("branch", "start")
    for side, when in zip(("left", "right"), dates, strict=True):
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
    made = repo.git("log", "--format=%ct", "start..left").split()
    assert len(set(made)) == len(made)
    assert EMAIL in repo.message("left~0") or EMAIL in repo.git("log", "--format=%B", "left")

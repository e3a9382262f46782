"""What a block survives: amend, rebase, cherry-pick, mail, squash; and what it
does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import blocks, edit, outcome, rest
from support.repo import EMAIL, NAME, Repo

EXACT, HUNKS = ("attested", "exact"), ("attested", "hunks")


def series(repo: Repo, *lines: int) -> str:
    """One attested commit for each line of `a.py`; the commit before them."""
    start = repo.head
    for line in lines:
        edit(repo, line, f"line {line} is new")
        repo.attested(f"Change line {line}\n\nBecause of {line}.")
    return start


def elsewhere(repo: Repo, start: str, line: int = 20, name: str = "other") -> None:
    """A branch *name* from *start* with an unrelated, unattested change in the
    same file and in another; HEAD goes back to main."""
    repo.git("switch", "-q", "-c", name, start)
    edit(repo, line, f"changed on {name}")
    repo.write("b.py", "b\n")
    repo.commit(f"On {name}")
    repo.git("switch", "-q", "main")


def verdicts(repo: Repo, expected: str) -> list[tuple[str, str]]:
    return [(c["verdict"], c["level"]) for c in repo.report(expected)["commits"]]


@pytest.mark.parametrize("options", [("--no-edit",), ("--no-edit", "-s"), ("--no-edit", "-n")])
def test_amending_nothing_keeps_it(repo: Repo, options: tuple[str, ...]) -> None:
    series(repo, 3)
    before = blocks(repo.message())
    repo.git("commit", "-q", "--amend", *options)
    assert blocks(repo.message()) == before
    assert ("Signed-off-by: " in repo.message()) == ("-s" in options)
    assert outcome(repo) == EXACT


@pytest.mark.parametrize("backend", [(), ("--apply",), ("--signoff",), ("--force-rebase",)])
def test_a_rebase_onto_unrelated_changes_keeps_every_hunk(
    repo: Repo, backend: tuple[str, ...]
) -> None:
    start = series(repo, 3, 30)
    before = [blocks(repo.message(rev)) for rev in ("HEAD^", "HEAD")]
    elsewhere(repo, start)
    repo.git("rebase", "-q", *backend, "--onto", "other", start)
    assert [blocks(repo.message(rev)) for rev in ("HEAD^", "HEAD")] == before
    assert verdicts(repo, "other..HEAD") == [HUNKS, HUNKS]


def test_a_rebase_onto_the_same_tree_stays_exact(repo: Repo) -> None:
    start = series(repo, 3)
    repo.git("switch", "-q", "-c", "other", start)
    repo.commit("Empty")
    repo.git("rebase", "-q", "other", "main")
    assert verdicts(repo, "other..main") == [EXACT]


@pytest.mark.parametrize("options", [(), ("-x",), ("-x", "-s")], ids=" ".join)
def test_a_cherry_pick_keeps_it(repo: Repo, options: tuple[str, ...]) -> None:
    start = series(repo, 3)
    elsewhere(repo, start)
    repo.git("switch", "-q", "other")
    repo.git("cherry-pick", *options, "main")
    assert ("(cherry picked from commit " in repo.message()) == ("-x" in options)
    assert blocks(repo.message()) == blocks(repo.message("main"))
    assert outcome(repo) == HUNKS


@pytest.mark.parametrize("three_way", [False, True])
def test_a_patch_by_mail_arrives_whole(repo: Repo, tmp_path: Path, three_way: bool) -> None:
    start = series(repo, 3)
    edit(repo, 5, "größer")
    data = repo.template()["hunk"][0]
    long = "eine sehr lange Antwort über @alle mit 100% und ünïcödé " * 5
    answers = f'[[hunk]]\ndigest = "{data["digest"]}"\ninvariant = "{long}"\nunsure = "-- \\\\n"\n'
    repo.ok("answer", "--answers", "-", stdin=answers.encode())
    repo.git("commit", "-q", "-F", "-", stdin="Größe\n\nFrom here it is ü.\n".encode())
    repo.git("format-patch", "-q", "-o", str(tmp_path / "mails"), start)
    mails = [str(path) for path in sorted((tmp_path / "mails").iterdir())]
    before = [repo.message("HEAD^"), repo.message("HEAD")]
    elsewhere(repo, start)
    repo.git("switch", "-q", "other")
    repo.git("am", "-q", *(("-3",) if three_way else ()), *mails)
    assert [repo.message("HEAD^"), repo.message("HEAD")] == before
    assert verdicts(repo, "HEAD~2..HEAD") == [HUNKS, HUNKS]


def test_the_block_of_a_mail_stands_above_its_notes(repo: Repo, tmp_path: Path) -> None:
    edit(repo, 3)
    repo.answer()
    text = b"Subject\n\nBody\n---\nnotes for the reviewer\n"
    repo.git("commit", "-q", "--cleanup=verbatim", "-F", "-", stdin=text)
    before = blocks(repo.message())
    mail = repo.git("format-patch", "--stdout", "-1").encode() + b"\n"
    repo.git("switch", "-q", "-c", "other", "HEAD^")
    repo.git("am", "-q", stdin=mail)
    assert rest(repo.message()) == "Subject\n\nBody"
    assert blocks(repo.message()) == before
    assert outcome(repo) == EXACT


TODO = "sed -i '2,$s/^pick/{}/'"


def test_a_squash_keeps_the_blocks_of_all(repo: Repo) -> None:
    start = series(repo, 3, 15, 30)
    before = [blocks(repo.message(rev))[0] for rev in ("HEAD~2", "HEAD~1", "HEAD")]
    repo.git("rebase", "-q", "-i", start, GIT_SEQUENCE_EDITOR=TODO.format("squash"))
    assert repo.git("rev-list", "--count", f"{start}..HEAD") == "1"
    assert blocks(repo.message()) == before
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == HUNKS
    assert verdict["coverage"] == {"total": 3, "attested": 3, "answered": 3}


def test_a_fixup_drops_the_block_of_what_it_melts_in(repo: Repo) -> None:
    start = series(repo, 3, 30)
    kept = blocks(repo.message("HEAD^"))
    repo.git("rebase", "-q", "-i", start, GIT_SEQUENCE_EDITOR=TODO.format("fixup"))
    assert blocks(repo.message()) == kept
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == ("failed", "partial")
    result = [f for f in verdict["findings"] if f["code"] == "hunk-not-covered"]
    assert [(f["path"], f["line"]) for f in result] == [("a.py", 30)]
    # The block of the first commit is added to: both hunks hold again.
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT


def test_a_squash_that_changes_the_same_line_again_is_not_covered(repo: Repo) -> None:
    start = series(repo, 3)
    edit(repo, 3, "and again")
    repo.attested("The same line")
    repo.git("rebase", "-q", "-i", start, GIT_SEQUENCE_EDITOR=TODO.format("squash"))
    assert len(blocks(repo.message())) == 2
    assert repo.codes() == ["answer-missing", "hunk-not-covered"]


@pytest.mark.parametrize("edited", [True, False])
def test_a_squashed_merge_keeps_the_blocks_of_all(repo: Repo, edited: bool) -> None:
    start = series(repo, 3, 30)
    before = [blocks(repo.message(rev))[0] for rev in ("HEAD", "HEAD^")]
    elsewhere(repo, start)
    repo.git("switch", "-q", "other")
    repo.git("merge", "-q", "--squash", "main")
    options = ("-F", str(repo.path / ".git/SQUASH_MSG")) if edited else ("--no-edit",)
    repo.git("commit", "-q", *options)
    # `git log` puts four blanks before every line of a squash message.
    assert "\n    Attest: v1; " in repo.message()
    assert blocks(repo.message()) == before
    assert outcome(repo) == HUNKS


def test_each_block_of_a_squash_is_judged_by_itself(repo: Repo) -> None:
    start = series(repo, 3, 30)
    repo.git("rebase", "-q", "-i", start, GIT_SEQUENCE_EDITOR=TODO.format("squash"))
    before, _, behind = repo.raw().rpartition(b"removal 1 breaks")  # of the second block
    repo.rewrite(before + b"removal 1 mends " + behind)
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == ("failed", "partial")
    assert "signature-invalid" in repo.codes()
    assert verdict["coverage"] == {"total": 2, "attested": 1, "answered": 1}


def test_a_conflict_resolved_otherwise_loses_just_that_hunk(repo: Repo) -> None:
    start = repo.head
    edit(repo, 3, "mine")
    edit(repo, 30, "mine too")
    repo.attested("Two hunks")
    elsewhere(repo, start, line=3)
    assert repo.run("git", "rebase", "-q", "other").returncode == 1
    lines = repo.git("show", "other:a.py").split("\n")
    lines[2], lines[29] = "a bit of both", "mine too"
    repo.write("a.py", "\n".join(lines) + "\n")
    repo.git("rebase", "--continue")
    verdict = repo.verdict()
    assert (verdict["verdict"], verdict["level"]) == ("failed", "partial")
    result = [f for f in verdict["findings"] if f["code"] == "hunk-not-covered"]
    assert [(f["path"], f["line"]) for f in result] == [("a.py", 3)]
    repo.answer("--amend")
    repo.git("commit", "-q", "--amend", "--no-edit")
    assert outcome(repo) == EXACT


def test_a_rewritten_message_and_committer_do_not_matter(repo: Repo) -> None:
    start = series(repo, 3, 30)
    script = "sed '1s/Change/Rework/'"
    repo.git(
        "filter-branch", "-f", "--msg-filter", script,
        "--env-filter", "GIT_COMMITTER_NAME=Other; GIT_COMMITTER_EMAIL=o@example.org",
        f"{start}..HEAD", FILTER_BRANCH_SQUELCH_WARNING="1",
    )  # fmt: skip
    assert repo.git("log", "-1", "--format=%s %ce") == "Rework line 30 o@example.org"
    assert verdicts(repo, f"{start}..HEAD") == [EXACT, EXACT]


def test_another_author_loses_it(repo: Repo) -> None:
    series(repo, 3)
    repo.git("commit", "-q", "--amend", "--no-edit", "--author=Some Body <some@example.org>")
    assert repo.codes() == ["attester-mismatch"]
    # Another name with the same address is the same person.
    repo.git("commit", "-q", "--amend", "--no-edit", f"--author=Not {NAME} <{EMAIL}>")
    assert outcome(repo) == EXACT


def test_a_bundle_and_a_clone_carry_it(repo: Repo, tmp_path: Path) -> None:
    start = series(repo, 3)
    repo.git("bundle", "create", "-q", str(tmp_path / "all.bundle"), "HEAD", "main")
    repo.git("clone", "-q", str(tmp_path / "all.bundle"), str(tmp_path / "clone"))
    clone = Repo(tmp_path / "clone", repo.home, repo.env)
    assert verdicts(clone, f"{start}..HEAD") == [EXACT]

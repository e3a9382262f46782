"""What a search does with a clone that lacks history or objects, with hostile names and texts,
and when it is late."""

from __future__ import annotations

import shutil

import pytest

from attest.facts import message, origin, wording
from attest.facts.fact import LONGEST_FACT
from attest.git.lookups import LookupFailed, Lookups
from attest.text import CONTROL
from support import facts
from support.repo import Repo

FIRST = "def fetch_page(url):\n    return open(url)\n"
GUARDED = "def fetch_page(url):\n    if url == '':\n        return None\n    return open(url)\n"
USER = "import fetch\n\nfetch.fetch_page('x')\n"
OTHER = "--author=Other <other@example.com>"
SUBJECT = "Fix the crash for an empty address"


def history(repo: Repo, subject: str = SUBJECT) -> None:
    """A guard that is put in by a fix, and taken out."""
    repo.git("config", "user.email", "author@example.com")
    repo.write("fetch.py", FIRST + "# a line that no later commit has\n")
    repo.write("user.py", USER)
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    repo.git("commit", "-q", "--cleanup=verbatim", "-m", subject, OTHER)
    repo.write("fetch.py", FIRST)
    repo.commit("Simplify")


def clone(repo: Repo, *options: str) -> Repo:
    path = repo.path.parent / "clone"
    repo.git("config", "uploadpack.allowFilter", "true")
    repo.git("clone", "-q", *options, f"file://{repo.path}", str(path))
    return Repo(path, repo.home, repo.env)


def test_a_shallow_clone(bare_repo: Repo) -> None:
    history(bare_repo)
    cloned = clone(bare_repo, "--depth=2")
    known = facts.only(cloned)
    reason = "the line is from the first commit, or from a shallow boundary"
    assert known.reasons["origin"] == reason
    assert known.fact is None


def test_a_partial_clone_whose_remote_is_gone(bare_repo: Repo) -> None:
    history(bare_repo)
    cloned = clone(bare_repo, "--filter=blob:none")
    # What the change itself needs; the blobs of older commits stay away.
    cloned.git("cat-file", "-p", "HEAD~:fetch.py")
    shutil.rmtree(bare_repo.path)
    before = cloned.git("count-objects", "-v")
    known = facts.only(cloned)
    assert known.reasons["origin"].startswith("git blame: fatal: ")
    assert known.fact is None
    assert cloned.git("count-objects", "-v") == before


def test_a_partial_clone_without_the_other_files(bare_repo: Repo) -> None:
    history(bare_repo)
    cloned = clone(bare_repo, "--filter=blob:none", "--no-checkout")
    for revision in ("HEAD", "HEAD~"):
        cloned.git("cat-file", "-p", f"{revision}:fetch.py")
    shutil.rmtree(bare_repo.path)
    known = facts.only(cloned)
    assert known.fact is None
    assert known.reasons["tests"].startswith("git grep: ")


def test_what_is_late_is_left_out(bare_repo: Repo) -> None:
    history(bare_repo)
    known = facts.only(bare_repo, limit=0)
    assert known.fact is None
    assert known.reasons["origin"] == "not known within 0 s"
    assert known.reasons["tests"] == "not known within 0 s"


def test_a_search_that_is_left_runs_no_more_git(bare_repo: Repo) -> None:
    history(bare_repo)
    git = Lookups(bare_repo.path / ".git", facts.PATIENCE)
    assert git.run("rev-parse", "--is-bare-repository") == b"false\n"
    git.close()
    with pytest.raises(LookupFailed):
        git.run("rev-parse", "--is-bare-repository")


def test_a_failure_of_git_is_a_reason(bare_repo: Repo) -> None:
    git = Lookups(bare_repo.path / ".git", facts.PATIENCE)
    with pytest.raises(LookupFailed, match=r"^git cat-file: fatal: Not a valid object name"):
        git.run("cat-file", "commit", "nothing")


def test_the_same_answer_always(bare_repo: Repo) -> None:
    history(bare_repo)
    with facts.searching(bare_repo) as (search, (one,)):
        first = search.get(one.hunk)
        search.wait()
        assert search.get(one.hunk) is first
    assert facts.only(bare_repo) == facts.only(bare_repo)


@pytest.mark.parametrize(
    "subject",
    [
        "Fix \x1b[31mthe red\x1b[0m crash of\u202e addresses",
        "Fix the crash for " + "a very long address and " * 40,
        "Fix the crash “for” `all` ##[error]addresses",
        "Fix the crash \udcff for addresses",
    ],
)
def test_a_hostile_subject(bare_repo: Repo, subject: str) -> None:
    history(bare_repo, subject)
    fact = facts.only(bare_repo).fact
    assert fact is not None
    assert fact.kind == "origin"
    assert len(fact.text) <= LONGEST_FACT
    assert not CONTROL.search(fact.text)
    assert "\n" not in fact.text


@pytest.mark.parametrize("path", ["-x.py", "--all", ":(top)a.py", "a\x1b[31m.py", "ä b.py"])
def test_a_hostile_path(bare_repo: Repo, path: str) -> None:
    repo = bare_repo
    repo.env["GIT_LITERAL_PATHSPECS"] = "1"
    repo.write("fetch.py", f"x = 1\n\n\n{FIRST}")
    repo.write(path, USER)
    repo.commit("start")
    repo.write("fetch.py", "x = 1\n")
    repo.commit("Take it out")
    fact = facts.only(repo).fact
    if path.endswith(".py"):
        assert fact is not None
        assert not CONTROL.search(fact.text)
    else:
        assert fact is None


def test_a_changed_path_that_begins_with_a_hyphen(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.git("config", "user.email", "author@example.com")
    repo.write("-x.py", FIRST)
    repo.commit("start")
    repo.write("-x.py", GUARDED)
    repo.git("commit", "-q", "-m", SUBJECT, OTHER)
    repo.write("-x.py", FIRST)
    repo.commit("Simplify")
    assert facts.only(repo).text.startswith("origin: ")


def test_a_definition_whose_name_begins_with_a_hyphen(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("run.sh", "-fetch-page() {\n  test -n x && echo 1\n}\n")
    repo.write("user.sh", "-fetch-page\n")
    repo.commit("start")
    repo.write("run.sh", "-fetch-page() {\n  test -n y && echo 1\n}\n")
    repo.commit("change")
    known = facts.only(repo)
    assert known.fact is None
    assert known.reasons["tests"] == "no definition that can be looked for is changed"


def test_settings_of_the_person_change_nothing(bare_repo: Repo) -> None:
    history(bare_repo)
    before = facts.only(bare_repo)
    for setting in (
        "grep.patternType=perl",
        "grep.column=true",
        "grep.lineNumber=false",
        "color.ui=always",
        "blame.coloring=highlightRecent",
        "blame.blankBoundary=true",
        "diff.renames=copies",
        "core.quotePath=true",
        "submodule.recurse=true",
    ):
        bare_repo.git("config", *setting.split("="))
    assert facts.only(bare_repo) == before


def test_a_folder_below_the_root_changes_nothing(bare_repo: Repo) -> None:
    history(bare_repo)
    before = facts.only(bare_repo)
    (bare_repo.path / "below").mkdir()
    below = Repo(bare_repo.path / "below", bare_repo.home, bare_repo.env)
    assert facts.only(below) == before


def test_every_sentence_fits() -> None:
    paths = [b"a/" * 90 + b"one.py", b"b/" * 90 + b"\x1b[2J.py", b"c", b"d"]
    text = wording.with_paths("`x` is used in ", paths, "file")
    assert len(text) <= LONGEST_FACT
    assert text.endswith(" and 2 more files.")
    assert not CONTROL.search(text)
    revert = message.of_revert(message.Reverted("f" * 40, "word " * 200))
    assert revert is not None
    assert len(revert.text) == LONGEST_FACT


def test_a_long_subject_is_read_in_part() -> None:
    with pytest.raises(LookupFailed):
        origin.question_for("word " * 100 + "fix the crash")

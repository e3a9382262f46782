"""Facts from the history and from the message: where replaced lines come from, what is taken
back."""

from __future__ import annotations

import pytest

from attest.facts import origin
from attest.git.lookups import LookupFailed
from support import facts
from support.repo import Repo

FIRST = "def fetch(url):\n    return open(url)\n"
GUARDED = "def fetch(url):\n    if url == '':\n        return None\n    return open(url)\n"
OTHER = "--author=Other <other@example.com>"


def with_fix(repo: Repo, message: str, author: str = OTHER) -> str:
    """A file, and the commit that put a guard into it. Returns that commit."""
    repo.git("config", "user.email", "author@example.com")
    repo.write("fetch.py", FIRST)
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    repo.git("commit", "-q", "-m", message, author)
    return repo.head


def take_out(repo: Repo, message: str = "Simplify") -> facts.Known:
    repo.write("fetch.py", FIRST)
    repo.commit(message)
    return facts.only(repo)


def test_the_commit_of_the_replaced_lines(bare_repo: Repo) -> None:
    fix = with_fix(bare_repo, "Fix the crash for an empty address (#12)")
    assert take_out(bare_repo).text == (
        f"origin: These 2 lines came with {fix[:10]} “Fix the crash for an empty address (#12)”. "
        "How do you know that this fault does not come back?"
    )


def test_the_issue_of_its_body(bare_repo: Repo) -> None:
    fix = with_fix(bare_repo, "Prevent a crash for an empty address\n\nFixes #12.")
    text = f"These 2 lines came with {fix[:10]} “Prevent a crash for an empty address” (#12)."
    assert text in take_out(bare_repo).text


def test_a_subject_of_several_lines_is_cut(bare_repo: Repo) -> None:
    with_fix(bare_repo, "Fix the crash for an empty\naddress, and others.")
    assert "“Fix the crash for an empty…”." in take_out(bare_repo).text


def test_the_quoted_line_of_several_commits(bare_repo: Repo) -> None:
    repo = bare_repo
    fix = with_fix(repo, "Fix the crash for an empty address")
    repo.write("fetch.py", GUARDED.replace("return None", "return 0"))
    repo.git("commit", "-q", "-m", "Use numbers", OTHER)
    known = take_out(repo)
    assert known.text.startswith(f"origin: `url == ''` came with {fix[:10]} “Fix the crash")


@pytest.mark.parametrize(
    ("subject", "question"),
    [
        ("Fix endless loop in the printer", "How do you know that this fault does not come back?"),
        (
            "Don't follow links out of the folder",
            "Is that still so after this change, and what makes sure of it?",
        ),
    ],
)
def test_what_is_asked_about_a_subject(subject: str, question: str) -> None:
    assert origin.question_for(subject) == question


@pytest.mark.parametrize(
    ("subject", "reason"),
    [
        ("Fix typo in the printer", "the subject of its commit is about typo"),
        ("Fix tests of the printer", "the subject of its commit is about tests"),
        ("Bump to the fixed version", "the subject of its commit is about bump"),
        ("Fix it", "the subject of its commit says no reason"),
        ("cli: support empty addresses everywhere", "the subject of its commit says no reason"),
        ("The parser does not read tabs", "the subject of its commit says no reason"),
        ("Add the new printer", "the subject of its commit says no reason"),
    ],
)
def test_a_subject_that_says_no_reason(subject: str, reason: str) -> None:
    with pytest.raises(LookupFailed, match=reason):
        origin.question_for(subject)


def test_the_first_commit_is_no_origin(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("fetch.py", GUARDED)
    repo.commit("Fix the crash for an empty address")
    reason = "the line is from the first commit, or from a shallow boundary"
    assert take_out(repo).reasons["origin"] == reason


def test_the_commit_of_a_new_file_is_no_origin(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    repo.git("commit", "-q", "-m", "Fix the crash for an empty address", OTHER)
    assert take_out(repo).reasons["origin"] == "its commit is the first one of the file"


def test_a_commit_of_many_files_is_no_origin(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("fetch.py", FIRST)
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    for number in range(20):
        repo.write(f"f{number}", "x\n")
    repo.git("commit", "-q", "-m", "Fix the crash for an empty address", OTHER)
    assert take_out(repo).reasons["origin"] == "its commit touches 21 files and adds 22 lines"


def test_the_contributors_own_commit_is_no_origin(bare_repo: Repo) -> None:
    with_fix(bare_repo, "Fix the crash for an empty address", "--no-signoff")
    assert take_out(bare_repo).reasons["origin"] == "its commit is part of this branch"


def test_a_commit_that_no_main_branch_has_is_no_origin(bare_repo: Repo) -> None:
    repo = bare_repo
    fix = with_fix(repo, "Fix the crash for an empty address")
    repo.git("update-ref", "refs/remotes/origin/main", f"{fix}~")
    assert take_out(repo).reasons["origin"] == "its commit is part of this branch"
    repo.git("update-ref", "refs/remotes/origin/main", fix)
    assert facts.only(repo).text.startswith("origin: ")


@pytest.mark.parametrize("ignored", [False, True])
def test_commits_that_blame_passes_over(bare_repo: Repo, *, ignored: bool) -> None:
    repo = bare_repo
    fix = with_fix(repo, "Fix the crash for an empty address")
    repo.write("fetch.py", GUARDED.replace("None", "0").replace("''", '""'))
    repo.git("commit", "-q", "-m", "Return numbers", OTHER)
    if ignored:
        repo.write(".git-blame-ignore-revs", f"{repo.head}\n")
        repo.commit("Ignore it")
    known = take_out(repo)
    if ignored:
        assert f"These 2 lines came with {fix[:10]}" in known.text
    else:
        assert known.reasons["origin"] == "the subject of its commit says no reason"


def test_a_file_that_is_gone_has_no_origin(bare_repo: Repo) -> None:
    with_fix(bare_repo, "Fix the crash for an empty address")
    bare_repo.git("rm", "-q", "fetch.py")
    bare_repo.commit("Drop it")
    assert facts.only(bare_repo).reasons["origin"] == "the whole file is gone"


def test_words_for_readers_have_no_origin(bare_repo: Repo) -> None:
    repo = bare_repo
    text = 'def fetch(url):\n    """Fetch it,\n    and be {} about it.\n    """\n'
    for number, word in enumerate(("kind", "brief", "slow")):
        repo.write("fetch.py", text.format(word))
        message = "Fix the crash for an empty address" if number == 1 else "start"
        repo.git("commit", "-q", "-m", message, OTHER)
    (known,) = facts.known(repo).values()
    assert known.fact is None


REVERT = "“Guard against an empty address”. What was that for, and what meets that need now?"


def test_a_revert(bare_repo: Repo) -> None:
    repo = bare_repo
    guard = with_fix(repo, "Guard against an empty address")
    repo.git("revert", "--no-edit", "HEAD")
    assert facts.only(repo).text == f"revert: This takes back {guard[:10]} {REVERT}"


def test_a_revert_is_asked_about_once(bare_repo: Repo) -> None:
    repo = bare_repo
    repo.write("fetch.py", FIRST)
    repo.write("other.py", FIRST)
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    repo.write("other.py", GUARDED.replace("''", "None"))
    repo.git("commit", "-q", "-m", "Guard against an empty address", OTHER)
    repo.git("revert", "--no-edit", "HEAD")
    first, second = facts.known(repo).values()
    assert first.text.startswith("revert: ")
    assert second.reasons["revert"] == "another hunk has the same fact"
    assert second.reasons["origin"] == "the line is from the commit that is taken back"


def test_a_revert_of_a_revert(bare_repo: Repo) -> None:
    repo = bare_repo
    with_fix(repo, "Guard against an empty address")
    repo.git("revert", "--no-edit", "HEAD")
    first = repo.head
    repo.git("revert", "--no-edit", "HEAD")
    text = facts.only(repo).text
    assert text.startswith(f"revert: This takes back {first[:10]} “Re")
    assert text.endswith("Why was that taken back, and what is different now?")


def test_a_squashed_branch_with_a_revert_in_it_is_no_revert(bare_repo: Repo) -> None:
    repo = bare_repo
    guard = with_fix(repo, "Guard against an empty address")
    known = take_out(repo, f"Simplify (#9)\n\n* Revert it\n\nThis reverts commit {guard}.")
    assert known.reasons["revert"] == "nothing is taken back"


def test_a_revert_in_progress(bare_repo: Repo) -> None:
    repo = bare_repo
    guard = with_fix(repo, "Guard against an empty address")
    repo.git("revert", "--no-commit", "HEAD")
    assert f"  fact: This takes back {guard[:10]} “Guard" in repo.ok("questions")


@pytest.mark.parametrize("message", ["Fix the crash. Closes #12", "fix!: return nothing"])
def test_what_the_message_says_is_known_to_its_author(bare_repo: Repo, message: str) -> None:
    repo = bare_repo
    repo.write("fetch.py", FIRST)
    repo.commit("start")
    repo.write("fetch.py", GUARDED)
    repo.commit(message)
    assert facts.only(repo).fact is None


def test_a_merge_replaces_lines_of_no_single_commit(bare_repo: Repo) -> None:
    repo = bare_repo
    with_fix(repo, "Fix the crash for an empty address")
    repo.git("checkout", "-q", "-b", "side", "HEAD~")
    repo.write("fetch.py", FIRST.replace("open(url)", "read(url)"))
    repo.commit("read")
    assert repo.run("git", "merge", "-q", "main").returncode == 1
    repo.write("fetch.py", GUARDED.replace("open(url)", "read(url)").replace("''", "None"))
    repo.git("commit", "-q", "-m", "merge")
    reasons = {known.reasons.get("origin") for known in facts.known(repo).values()}
    assert reasons == {"no single commit has the replaced lines"}

"""A clean revert needs no answer where the policy says so; attacks that only look like one."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import units
from support.repo import Repo

ACCEPT = 'reverts = "accept"\n'


def landed(repo: Repo, key: Path, policy: str) -> str:
    """Something that landed on main, to be reverted."""
    units.begin(repo, key, policy)
    repo.git("checkout", "-q", "main")
    oid = units.commits(repo, "b.py", "c.py")[0]
    repo.git("tag", "start")
    return oid


def walk(repo: Repo) -> dict[str, object]:
    [verdict] = repo.report("--landed", "start..main")["commits"]
    return dict(verdict)


@pytest.mark.parametrize("policy", ["", ACCEPT])
def test_a_clean_revert_is_named_and_the_policy_may_accept_it(
    repo: Repo, key: Path, policy: str
) -> None:
    oid = landed(repo, key, policy)
    repo.git("revert", "--no-edit", oid)
    verdict = walk(repo)
    if policy:
        assert (verdict["verdict"], verdict["exempt"]) == ("exempt", f"revert of {oid}")
    else:
        assert units.codes(verdict) == ["unattested"]
        assert f"a clean revert of {oid[:10]}" in str(verdict["findings"])


def test_a_revert_in_a_pull_request(repo: Repo, key: Path) -> None:
    oid = landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-B", "topic", "main")
    repo.git("revert", "--no-edit", oid)
    assert units.verdict(repo)["verdict"] == "exempt"
    units.commits(repo, "more.py")
    assert units.errors(repo) == ["unattested"]


def test_a_revert_that_somebody_answered_for_stays_attested(repo: Repo, key: Path) -> None:
    oid = landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-B", "topic", "main")
    repo.git("revert", "--no-edit", oid)
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"
    assert repo.verdict("topic", "--base", "main")["verdict"] == "attested"


def test_a_revert_of_a_merge(repo: Repo, key: Path) -> None:
    landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-B", "topic", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    repo.git("tag", "-f", "start")
    repo.git("revert", "--no-edit", "-m", "1", "HEAD")
    assert walk(repo)["verdict"] == "exempt"


@pytest.mark.parametrize("extra", ["b.py", "new.py", "c.py"])
def test_a_revert_with_something_more(repo: Repo, key: Path, extra: str) -> None:
    oid = landed(repo, key, ACCEPT)
    repo.git("revert", "--no-commit", oid)
    repo.write(extra, "import os\nos.system('steal')\n")
    repo.commit(f"Revert\n\nThis reverts commit {oid}.", "--no-verify")
    assert units.codes(walk(repo)) == ["unattested"]
    assert "clean revert" not in str(walk(repo)["findings"])


def test_a_message_that_names_a_commit_outside_of_the_history(repo: Repo, key: Path) -> None:
    """Somebody makes a commit whose inverse is what they want to land."""
    landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-b", "aside")
    repo.write("c.py", "")
    oid = repo.commit("Aside", "--no-verify")
    before = repo.git("rev-parse", "HEAD^:c.py")
    assert before
    repo.git("checkout", "-q", "main")
    repo.write("c.py", "")
    repo.commit(f"Empty\n\nThis reverts commit {oid}.", "--no-verify")
    assert units.codes(walk(repo)) == ["unattested"]


def test_a_commit_of_the_same_branch_is_no_history_of_the_base(repo: Repo, key: Path) -> None:
    """The branch adds and takes back; the base never had it."""
    landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-B", "topic", "main")
    first = units.commits(repo, "d.py")[0]
    repo.git("revert", "--no-edit", first)
    assert units.errors(repo) == ["unattested"]


def test_a_path_that_requires_more_is_never_spared(repo: Repo, key: Path) -> None:
    oid = landed(repo, key, ACCEPT + '[[require]]\npaths = ["b.py"]\nlevel = "exact"\n')
    repo.git("revert", "--no-edit", oid)
    assert units.codes(walk(repo)) == ["unattested"]


def test_names_of_commits_that_are_not_there(repo: Repo, key: Path) -> None:
    landed(repo, key, ACCEPT)
    names = "".join(f"This reverts commit {n:040x}.\n" for n in range(99))
    repo.write("d.py", "d\n")
    repo.commit(f"Many\n\n{names}", "--no-verify")
    assert units.codes(walk(repo)) == ["unattested"]


BUTTONS = {
    "GitHub": ("Title (#12)", 'Revert "Title (#12)" (#13)\n\nReverts owner/repo.js#12\n'),
    "GitHub, CRLF": ("Title (#12)", 'Revert "Title" (#13)\r\n\r\nReverts owner/repo#12\r\n'),
    "GitHub, same repository": ("Title (#12)", 'Revert "Title (#12)" (#13)\n\nReverts #12\n'),
    "GitHub, merge": (
        "Merge pull request #12 from ada/topic\n\nTitle",
        'Revert "Title" (#13)\n\nReverts owner/repo#12\n',
    ),
    "GitLab": (
        "Merge branch 'topic' into 'main'\n\nTitle\n\nSee merge request group/project!12",
        "Revert \"Merge branch 'topic' into 'main'\"\n\nThis reverts merge request !12\n",
    ),
}
"""What a pull request landed with, and what the button's revert of it lands with."""


def pull_request_landed(repo: Repo, key: Path, message: str) -> str:
    """A branch of two commits that was merged, and other work after it."""
    units.begin(repo, key, ACCEPT)
    units.commits(repo, "b.py", "c.py")
    repo.git("checkout", "-q", "main")
    if message.startswith("Merge"):
        repo.git("merge", "-q", "--no-ff", "-m", message, "topic")
    else:
        repo.git("merge", "-q", "--squash", "topic")
        repo.git("commit", "-q", "--no-verify", "-m", message)
    oid = repo.head
    units.commits(repo, "later.py")
    repo.git("tag", "start")
    return oid


def take_back(repo: Repo, oid: str, message: str) -> None:
    """Revert a commit, or what a merge brought in, as one commit."""
    mainline = ("-m", "1") if " " in repo.git("show", "-s", "--format=%P", oid) else ()
    repo.git("revert", "--no-commit", *mainline, oid)
    repo.git("commit", "-q", "--no-verify", "--cleanup=verbatim", "-m", message)


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_names_the_pull_request_and_no_commit(repo: Repo, key: Path, name: str) -> None:
    before, after = BUTTONS[name]
    oid = pull_request_landed(repo, key, before)
    take_back(repo, oid, after)
    assert (walk(repo)["verdict"], walk(repo)["exempt"]) == ("exempt", f"revert of {oid}")


@pytest.mark.parametrize(
    "named", ["#120", "#1", "owner/repo!12", "x#12", "#12a", "owner/repo/more#12"]
)
def test_a_number_that_is_another_ones_names_nothing(repo: Repo, key: Path, named: str) -> None:
    oid = pull_request_landed(repo, key, "Title (#12)")
    take_back(repo, oid, f"Revert\n\nReverts {named}\n")
    assert units.codes(walk(repo)) == ["unattested"]


@pytest.mark.parametrize("name", BUTTONS)
def test_a_button_s_message_over_something_more(repo: Repo, key: Path, name: str) -> None:
    before, after = BUTTONS[name]
    oid = pull_request_landed(repo, key, before)
    repo.write("b.py", "import os\nos.system('steal')\n")
    repo.git("commit", "-q", "--no-verify", "-m", "Prepare (#12)")
    repo.git("tag", "-f", "start")
    repo.write("c.py", "import os\nos.system('steal')\n")
    repo.git("commit", "-q", "--no-verify", "--cleanup=verbatim", "-m", after)
    assert oid
    assert units.codes(walk(repo)) == ["unattested"]


GUARDED = "def show(user):\n    check(user)\n    return page(user)\n\n\n"
ERASING = "def erase(user):\n    check(user)\n    return drop(user)\n"


def moved(repo: Repo, key: Path, before: str, after: str) -> str:
    """A file, and a commit that changed it on main; where the checked range begins."""
    units.begin(repo, key, ACCEPT)
    repo.git("checkout", "-q", "main")
    repo.write("a.py", before)
    repo.git("commit", "-q", "--no-verify", "-m", "Before")
    repo.write("a.py", after)
    repo.git("commit", "-q", "--no-verify", "-m", "Title (#12)")
    repo.git("tag", "start")
    return repo.head


@pytest.mark.parametrize("name", ["This reverts commit {oid}.", "Reverts owner/repo#12"])
def test_the_same_lines_taken_back_elsewhere(repo: Repo, key: Path, name: str) -> None:
    """A hunk's digest does not say where it is: the inverse of a commit that added a check in one
    function takes the same check out of another one, which always had it."""
    unguarded = GUARDED.replace("    check(user)\n", "")
    oid = moved(repo, key, unguarded + ERASING, GUARDED + ERASING)
    repo.write("a.py", GUARDED + ERASING.replace("    check(user)\n", ""))
    repo.git("commit", "-q", "--no-verify", "-m", "Revert", "-m", name.format(oid=oid))
    assert units.codes(walk(repo)) == ["unattested"]
    assert "clean revert" not in str(walk(repo)["findings"])


def test_the_same_lines_put_back_elsewhere_in_a_pull_request(repo: Repo, key: Path) -> None:
    """A removed `return True` comes back in a function where it never was."""
    allow = "def allow(user):\n    log(user)\n    return True\n\n\n"
    denied = allow.replace("    return True\n", "")
    oid = moved(repo, key, allow + ERASING, denied + ERASING)
    repo.git("checkout", "-q", "-B", "topic", "main")
    wrong = ERASING.replace("    check(user)\n", "    check(user)\n    return True\n")
    repo.write("a.py", denied + wrong)
    repo.git("commit", "-q", "--no-verify", "-m", "Revert", "-m", f"This reverts commit {oid}.")
    assert units.errors(repo) == ["unattested"]


def test_a_revert_of_lines_that_moved_since(repo: Repo, key: Path) -> None:
    """Other work above and below it does not matter: git reverts it, too."""
    unguarded = GUARDED.replace("    check(user)\n", "")
    oid = moved(repo, key, unguarded + ERASING, GUARDED + ERASING)
    repo.write("a.py", f"import os\n\n\n{GUARDED}{ERASING}    # done\n")
    repo.git("commit", "-q", "--no-verify", "-m", "Other work")
    repo.git("tag", "-f", "start")
    repo.git("revert", "--no-edit", oid)
    assert walk(repo)["exempt"] == f"revert of {oid}"


def test_a_merge_is_no_revert(repo: Repo, key: Path) -> None:
    """`git revert` makes none. What one takes back beside what it merges is its own decision."""
    oid = landed(repo, key, ACCEPT)
    repo.git("checkout", "-q", "-B", "topic", "start")
    units.commits(repo, "one.py")
    units.attest(repo, key, base="start")
    repo.git("checkout", "-q", "main")
    repo.git("merge", "-q", "--no-ff", "--no-commit", "topic")
    repo.git("rm", "-q", "b.py")
    repo.git("commit", "-q", "--no-verify", "-m", f"Merge\n\nThis reverts commit {oid}.")
    assert walk(repo)["verdict"] == "failed"
    repo.git("reset", "-q", "--hard", "HEAD^")
    repo.git("merge", "-q", "--no-ff", "--no-edit", "topic")
    assert walk(repo)["verdict"] == "attested"

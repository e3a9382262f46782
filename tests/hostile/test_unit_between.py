"""Attacks that hide in what the net difference of a branch does not show: commits in between,
and merges. Each attack has an honest sibling that passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from support import units
from support.repo import EMAIL, Repo

TOOL = "Assisted-by: Some Tool\n"
DISCLOSED = '[disclosure]\nassistance = "required"\nnone = "none"\n'


def there_and_back(repo: Repo, path: str = "hidden.py") -> None:
    """Two commits that cancel each other out."""
    repo.write(path, "import os\nos.system('steal')\n")
    repo.commit("In between", "--no-verify")
    repo.git("rm", "-q", path)
    repo.commit("Clean up", "--no-verify")


def victim(repo: Repo) -> str:
    """Somebody's open branch, which changes two files."""
    repo.git("checkout", "-q", "-b", "victim", "main")
    units.commits(repo, "v.py", "w.py")
    repo.git("checkout", "-q", "topic")
    return repo.git("rev-parse", "victim")


def joined(repo: Repo, *parents: str, tree: str) -> str:
    """A merge commit of any tree, as the tip of topic."""
    words = [word for parent in parents for word in ("-p", parent)]
    oid = repo.git("commit-tree", *words, "-m", "Merge", f"{tree}^{{tree}}")
    repo.git("reset", "-q", "--hard", oid)
    return oid


def test_a_path_that_only_the_commits_in_between_change(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    there_and_back(repo)
    units.commits(repo, "b.py")
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert verdict["verdict"] == "attested"
    [finding] = verdict["findings"]
    assert (finding["code"], finding["path"]) == ("transient-path", "hidden.py")


def test_a_project_that_rebases_makes_it_an_error(repo: Repo, key: Path) -> None:
    units.begin(repo, key, '[findings]\ntransient-path = "error"\n')
    units.commits(repo, "b.py")
    units.attest(repo, key)
    assert units.errors(repo) == []
    there_and_back(repo)
    units.attest(repo, key)
    assert units.errors(repo) == ["transient-path"]


def test_an_empty_difference_with_a_transient_path_needs_a_block(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    there_and_back(repo)
    verdict = units.verdict(repo)
    assert units.codes(verdict) == ["unattested"]
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["level"]) == ("attested", "exact")
    assert units.codes(verdict, "warning") == ["transient-path"]


def test_an_empty_difference_alone_needs_nothing(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    repo.commit("Nothing", "--no-verify")
    assert units.verdict(repo)["verdict"] == "not-needed"


def test_an_ignored_path_in_between_is_not_reported(repo: Repo, key: Path) -> None:
    units.begin(repo, key, 'ignore = ["*.md"]\n')
    there_and_back(repo, "a.md")
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["findings"]) == ("not-needed", [])


@pytest.mark.parametrize("hidden", [False, True])
def test_a_path_that_needs_a_touch_cannot_hide_in_between(
    repo: Repo, key: Path, hidden: bool
) -> None:
    units.begin(repo, key, '[[require]]\npaths = ["crypto/"]\npresence = "touch"\n')
    if hidden:
        there_and_back(repo, "crypto/key.py")
    units.commits(repo, "b.py")
    units.attest(repo, key)
    assert units.errors(repo) == (["presence-missing"] if hidden else [])


@pytest.mark.parametrize("hidden", [False, True])
def test_a_path_that_needs_the_exact_change_cannot_hide_in_between(
    repo: Repo, key: Path, hidden: bool
) -> None:
    units.begin(repo, key, '[[require]]\npaths = ["crypto/"]\nlevel = "exact"\n')
    if hidden:
        there_and_back(repo, "crypto/key.py")
    units.commits(repo, "b.py")
    units.attest(repo, key, lambda block: replace(block, change="0" * 56))
    assert units.errors(repo) == (["level-too-low"] if hidden else [])


def test_rules_that_are_changed_and_restored_are_reported(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    there_and_back(repo, ".attest/revoked")
    units.commits(repo, "b.py")
    units.attest(repo, key)
    assert units.warnings(repo) == ["policy-changed", "transient-path"]


def test_a_symbolic_link_at_the_rules_is_reported(repo: Repo, key: Path) -> None:
    """It stands there for one commit alone, which a merge would land."""
    units.begin(repo, key)
    repo.git("mv", ".attest", "elsewhere")
    (repo.path / ".attest").symlink_to("elsewhere")
    repo.git("add", "--all")
    repo.commit("Link", "--no-verify")
    repo.git("rm", "-q", ".attest")
    repo.git("mv", "elsewhere", ".attest")
    repo.commit("Back", "--no-verify")
    units.commits(repo, "b.py")
    units.attest(repo, key)
    assert "policy-changed" in units.warnings(repo)


def test_our_side_of_somebodys_branch_drops_it(repo: Repo, key: Path) -> None:
    """`git merge -s ours victim`: the branch counts as merged, and its changes are gone."""
    units.begin(repo, key)
    theirs = victim(repo)
    joined(repo, "main", theirs, tree="main")
    assert "unattested" in units.errors(repo)
    assert units.warnings(repo) == ["merge-decides", "transient-path"]


def test_a_conflict_with_somebodys_branch_that_drops_its_side(repo: Repo, key: Path) -> None:
    """The conflict says that somebody decided; nobody may have seen what of theirs is gone."""
    units.begin(repo, key)
    theirs = victim(repo)
    repo.write("v.py", "ours\n")
    repo.git("checkout", "-q", theirs, "--", "w.py")
    repo.commit("Ours", "--no-verify")
    joined(repo, "topic", theirs, tree="topic")
    units.attest(repo, key)
    assert units.warnings(repo) == ["merge-decides"]


def test_an_octopus_of_other_branches(repo: Repo, key: Path) -> None:
    """All that an octopus brings in counts as its change; only what it drops is reported."""
    units.begin(repo, key)
    for name in ("one", "two"):
        repo.git("checkout", "-q", "-B", name, "main")
        units.commits(repo, f"{name}.py")
    repo.git("checkout", "-q", "topic")
    units.commits(repo, "b.py")
    repo.git("merge", "-q", "--no-edit", "one", "two")
    parents = repo.git("rev-parse", "HEAD^1", "HEAD^2", "HEAD^3").split()
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["findings"]) == ("attested", [])
    joined(repo, *parents, tree=parents[0])
    units.attest(repo, key)
    assert units.warnings(repo) == ["merge-decides", "transient-path"]


def test_the_same_with_the_parents_exchanged(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    theirs = victim(repo)
    joined(repo, theirs, "main", tree="main")
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    assert "unattested" in units.errors(repo)
    assert "transient-path" in units.warnings(repo)
    joined(repo, theirs, "main", tree="main")
    assert units.warnings(repo) == ["merge-decides", "transient-path"]


def test_an_honest_merge_of_another_branch_decides_nothing(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    units.commits(repo, "b.py")
    victim(repo)
    repo.git("merge", "-q", "--no-edit", "victim")
    units.attest(repo, key)
    verdict = units.verdict(repo)
    assert (verdict["verdict"], verdict["findings"]) == ("attested", [])


def test_a_conflict_with_the_base_is_in_the_difference(repo: Repo, key: Path) -> None:
    units.begin(repo, key)
    repo.write("a.py", "topic\n")
    repo.commit("Topic", "--no-verify")
    repo.git("checkout", "-q", "main")
    repo.write("a.py", "main\n")
    repo.commit("Main", "--no-verify")
    repo.git("checkout", "-q", "topic")
    repo.run("git", "merge", "-q", "main")
    repo.write("a.py", "both\n")
    repo.commit("Merge", "--no-verify")
    assert units.errors(repo) == ["unattested"]
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"
    assert set(units.warnings(repo)) <= {"answer-weak"}


@pytest.mark.parametrize("merges", ["clean", "forbid"])
def test_the_policy_for_merges_counts_for_each(repo: Repo, key: Path, merges: str) -> None:
    units.begin(repo, key, f'merges = "{merges}"\n')
    units.commits(repo, "b.py")
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    units.attest(repo, key)
    assert units.errors(repo) == (["merge-refused"] if merges == "forbid" else [])
    repo.write("evil.py", "evil\n")
    repo.git("commit", "-q", "--amend", "--no-edit", "--no-verify")
    units.attest(repo, key)
    assert units.errors(repo) == ["merge-refused"]


def test_an_exemption_must_spare_each_commit(repo: Repo, key: Path) -> None:
    """A bot's branch, and one more commit by somebody else."""
    exempt = '[[exempt]]\nactors = ["bot"]\nauthors = ["bot@example.org"]\npaths = ["*.lock"]\n'
    units.begin(repo, key, exempt)
    repo.env |= {"GIT_AUTHOR_EMAIL": "bot@example.org"}
    units.commits(repo, "x.lock", "y.lock")
    verdict = units.verdict(repo, "--actor", "bot")
    assert verdict["verdict"] == "exempt"
    repo.env |= {"GIT_AUTHOR_EMAIL": EMAIL}
    units.commits(repo, "z.lock")
    assert units.errors(repo, "--actor", "bot") == ["unattested"]


def test_an_exempt_commit_between_spares_no_code(repo: Repo, key: Path) -> None:
    """The net difference has lock files alone; a commit in between had code."""
    exempt = '[[exempt]]\nactors = ["bot"]\npaths = ["*.lock"]\n'
    units.begin(repo, key, exempt)
    there_and_back(repo)
    units.commits(repo, "x.lock")
    assert units.errors(repo, "--actor", "bot") == ["unattested"]


def test_a_merge_of_the_base_needs_no_exemption(repo: Repo, key: Path) -> None:
    exempt = '[[exempt]]\nactors = ["bot"]\nauthors = ["bot@example.org"]\n'
    units.begin(repo, key, exempt)
    repo.env |= {"GIT_AUTHOR_EMAIL": "bot@example.org"}
    units.commits(repo, "x.lock")
    repo.env |= {"GIT_AUTHOR_EMAIL": EMAIL}
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    assert units.verdict(repo, "--actor", "bot")["verdict"] == "exempt"


@pytest.mark.parametrize("everybody", [True, False])
@pytest.mark.parametrize("revert", [True, False])
def test_what_an_exempt_branch_has_besides_is_judged(
    repo: Repo, key: Path, everybody: bool, revert: bool
) -> None:
    """A merge that needs no attestation is not spared by an exemption of the others; one for
    whatever the actor does spares it."""
    authors = "" if everybody else 'authors = ["bot@example.org"]\n'
    exempt = f'[[exempt]]\nactors = ["bot"]\n{authors}'
    units.begin(repo, key, 'merges = "forbid"\nreverts = "accept"\n' + ("" if revert else exempt))
    repo.git("checkout", "-q", "main")
    landed = units.commits(repo, "e.py")[0]
    repo.git("checkout", "-q", "-B", "topic", "main")
    if revert:
        repo.git("revert", "--no-edit", landed)
    else:
        repo.env |= {"GIT_AUTHOR_EMAIL": "bot@example.org"}
        units.commits(repo, "x.py")
        repo.env |= {"GIT_AUTHOR_EMAIL": EMAIL}
    assert units.verdict(repo, "--actor", "bot")["verdict"] == "exempt"
    repo.git("checkout", "-q", "main")
    units.commits(repo, "d.py")
    repo.git("checkout", "-q", "topic")
    repo.git("merge", "-q", "--no-edit", "main")
    spared = everybody and not revert
    assert units.errors(repo, "--actor", "bot") == ([] if spared else ["merge-refused"])


def test_a_forbidden_line_in_a_commit_in_between(repo: Repo, key: Path) -> None:
    rules = '[disclosure]\nhuman = ["Signed-off-by"]\n'
    units.begin(repo, key, rules)
    repo.write("b.py", "b\n")
    repo.commit("B\n\nSigned-off-by: GitHub Copilot <copilot@example.com>", "--no-verify")
    units.commits(repo, "c.py")
    units.attest(repo, key)
    assert units.errors(repo) == ["disclosure-forbidden"]


def test_one_commit_may_disclose_for_the_branch(repo: Repo, key: Path) -> None:
    units.begin(repo, key, DISCLOSED)
    units.commits(repo, "b.py")
    repo.write("c.py", "c\n")
    repo.commit("C", "--no-verify")
    units.attest(repo, key)
    assert units.errors(repo) == ["disclosure-missing"]
    repo.git("reset", "-q", "--hard", "HEAD^")
    repo.write("c.py", "c\n")
    repo.commit(f"C\n\n{TOOL}", "--no-verify")
    units.attest(repo, key)
    assert units.errors(repo) == []


def test_a_touch_for_the_whole_covers_what_is_in_between(repo: Repo, key: Path) -> None:
    """The honest sibling of a hidden path that needs a touch."""
    units.begin(repo, key, '[[require]]\npaths = ["crypto/"]\nlevel = "exact"\n')
    there_and_back(repo, "crypto/key.py")
    units.attest(repo, key)
    assert units.verdict(repo)["verdict"] == "attested"

"""The first commit in a clone that leaves history or objects out."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.messages import outcome
from support.repo import EMAIL, Repo
from support.rewriting import attest

EXACT = ("attested", "exact")
FILTERS = ["blob:none", "tree:0"]


@pytest.fixture
def project(tmp_path: Path, key: Path) -> Repo:
    """A project with rules, a repository that serves partial clones."""
    project = Repo.create(tmp_path, "project")
    project.git("config", "uploadpack.allowFilter", "true")
    project.git("config", "uploadpack.allowAnySHA1InWant", "true")
    project.write("a.py", "one\n")
    project.write("far/away.py", "one\n")
    _rule(project, key, "version = 1\n")
    return project


def _rule(project: Repo, key: Path, policy: str) -> None:
    """Change every file that holds rules."""
    public = " ".join(key.with_suffix(".pub").read_text().split(" ")[:2])
    project.write(".attest.toml", policy)
    project.write(".attest/allowed_signers", f"# {policy!r}\n{EMAIL} {public}\n")
    project.write("far/.gitattributes", f"# {policy!r}\n")
    project.commit("rules")


def cloned(project: Repo, key: Path, *options: str) -> Repo:
    path = project.path.parent / "clone"
    project.git("clone", "-q", *options, f"file://{project.path}", str(path))
    clone = Repo(path, project.home, project.env)
    clone.set_up(key)
    return clone


def test_the_first_commit_of_a_clone_without_history(project: Repo, key: Path) -> None:
    clone = cloned(project, key, "--depth=1")
    clone.write("a.py", "two\n")
    clone.attested_by_git("Change")
    assert outcome(clone, "HEAD^..HEAD") == EXACT


@pytest.mark.parametrize("filtered", FILTERS)
def test_the_first_commit_of_a_clone_without_trees_of_the_past(
    project: Repo, key: Path, filtered: str
) -> None:
    project.write("b.py", "one\n")
    project.commit("more")
    clone = cloned(project, key, f"--filter={filtered}")
    clone.write("a.py", "two\n")
    clone.attested_by_git("Change")
    assert outcome(clone, "HEAD^..HEAD") == EXACT


@pytest.mark.parametrize("filtered", FILTERS)
def test_new_rules_are_fetched_when_a_person_answers(
    project: Repo, key: Path, filtered: str
) -> None:
    clone = cloned(project, key, f"--filter={filtered}")
    _rule(project, key, 'version = 1\nproject = "new"\n')
    clone.git("fetch", "-q")
    clone.write("a.py", "two\n")
    result = attest(clone, "answer", "--template")
    assert result.returncode == 0, result.stderr
    assert b"that this partial clone leaves out, from origin\n" in result.stderr
    clone.attested_by_git("Change")
    assert "Attest-Project: new\n" in clone.message()


@pytest.mark.parametrize("filtered", FILTERS)
def test_the_fetch_that_is_named_brings_them(project: Repo, key: Path, filtered: str) -> None:
    clone = cloned(project, key, f"--filter={filtered}", "--origin=upstream")
    _rule(project, key, 'version = 1\nproject = "new"\n')
    clone.git("fetch", "-q")
    clone.write("a.py", "two\n")
    project.path.rename(project.path.with_name("gone"))
    result = attest(clone, "answer", "--template")
    assert result.returncode == 3
    assert b"git fetch upstream failed: fatal: " in result.stderr  # in git's own words
    command = result.stderr.decode().rstrip().rpartition("\n")[2].partition(": ")[2]
    assert command == "git fetch --refetch --no-filter upstream"
    project.path.with_name("gone").rename(project.path)
    clone.run("sh", "-c", command, check=True)
    clone.attested_by_git("Change")
    assert "Attest-Project: new\n" in clone.message()


def test_a_file_that_was_never_fetched_can_be_deleted(project: Repo, key: Path) -> None:
    clone = cloned(project, key, "--filter=blob:none", "--sparse")
    assert not (clone.path / "far/away.py").exists()
    clone.git("rm", "-q", "--sparse", "far/away.py")
    clone.attested_by_git("Change")
    assert outcome(clone, "HEAD^..HEAD") == EXACT


def test_a_check_fetches_nothing(project: Repo, key: Path) -> None:
    clone = cloned(project, key, "--filter=blob:none")
    _rule(project, key, 'version = 1\nproject = "new"\n')
    clone.git("fetch", "-q")
    clone.write("a.py", "two\n")
    clone.commit("two", "--no-verify")
    result = attest(clone, "check", "origin/main..HEAD")
    assert result.returncode == 3
    assert b"git fetch --refetch --no-filter origin" in result.stderr
    assert b"fetching" not in result.stderr


@pytest.mark.parametrize("options", [("--depth=1",), ("--single-branch",)])
def test_the_fetch_of_a_branch_that_a_clone_leaves_out(
    project: Repo, key: Path, options: tuple[str, ...]
) -> None:
    project.git("switch", "-q", "-c", "topic")
    project.write("a.py", "two\n")
    project.commit("two")
    project.write("a.py", "three\n")
    project.commit("three")
    clone = cloned(project, key, *options, "--branch=topic")
    result = attest(clone, "answer", "origin/main..HEAD", "--template")
    assert result.returncode == 3
    command = result.stderr.decode().rstrip().rpartition("\n")[2].partition(": ")[2]
    clone.run("sh", "-c", command, check=True)
    result = attest(clone, "check", "origin/main..HEAD")
    assert result.returncode == 1, result.stderr
    assert result.stdout.count(b"unattested") >= 2


def test_files_that_were_never_checked_out(project: Repo, key: Path) -> None:
    """The index names them, and their objects are not there."""
    clone = cloned(project, key, "--filter=blob:none", "--no-checkout")
    clone.git("reset", "-q")
    clone.write("b.py", "x = 1\n")
    clone.git("rm", "-q", "--cached", "far/away.py")
    clone.attested_by_git("Change")
    assert outcome(clone, "HEAD^..HEAD") == EXACT

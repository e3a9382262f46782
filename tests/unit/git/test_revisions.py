"""Each look-up knows how git says "there is nothing"; every other failure is an error."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import chdir
from dataclasses import replace
from unittest import mock

import pytest

from attest.errors import NothingToJudge, UsageError
from attest.git import process, remotes, revisions
from attest.git.repository import Repository
from support.repo import EMAIL, Repo


@pytest.fixture
def plain(tmp_path_factory: pytest.TempPathFactory) -> Repo:
    """Two commits on main, and an unrelated one on other."""
    repo = Repo.create(tmp_path_factory.mktemp("plain"))
    for content in ("a = 1\n", "a = 2\n"):
        repo.write("below/code.py", content)
        repo.commit("change")
    repo.git("checkout", "--quiet", "--orphan", "other")
    repo.commit("other")
    repo.git("checkout", "--quiet", "main")
    return repo


@pytest.fixture
def result(plain: Repo) -> Iterator[Repository]:
    with mock.patch.dict(os.environ, plain.env, clear=True), chdir(plain.path):
        yield Repository.find()


NAMES = [
    "nothing",
    "HEAD~9",
    "HEAD@{99}",
    "@{upstream}",
    "@{push}",
    "HEAD:gone",
    "^HEAD",
    "--all",
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_stands_for_nothing(result: Repository, name: str) -> None:
    assert result.object_id(name) is None
    assert result.commit_id(name) is None
    with pytest.raises(NothingToJudge):
        result.resolve(name)


def test_what_a_name_stands_for(plain: Repo, result: Repository) -> None:
    assert result.object_id("HEAD:below/code.py") == plain.git("rev-parse", "HEAD:below/code.py")
    assert result.commit_id("HEAD:below/code.py") is None  # a file
    assert result.commit_id("main") == result.resolve(":/change") == plain.head
    assert result.object_id("1" * 40) == "1" * 40  # whether or not it is there
    assert result.commit_id("1" * 40) is None


@pytest.mark.parametrize("name", [*NAMES, "HEAD\nHEAD", "HEAD:below/code.py", "v1\n", "--help"])
def test_several_names_of_which_one_stands_for_nothing(result: Repository, name: str) -> None:
    with pytest.raises(NothingToJudge, match=re.escape(repr(name))):
        revisions.resolve_all(result, "main", name)


def test_what_several_names_stand_for(plain: Repo, result: Repository) -> None:
    """As each of them alone; by one process where none of them has a path in it."""
    plain.git("tag", "-a", "-m", "one", "v1", "HEAD~1")
    plain.git("branch", "v1", "HEAD")  # git takes the tag
    names = ["main", "HEAD~1", "v1", "heads/v1", plain.head[:9], "@", plain.head, ":/change"]
    resolved = [result.resolve(name) for name in names]
    assert revisions.resolve_all(result, *names) == resolved
    assert len(set(resolved)) == 2
    runs = mock.Mock(side_effect=result.run)
    assert revisions.resolve_all(replace(result, run=runs), *names[:-1]) == resolved[:-1]
    assert runs.call_count == 1


def test_an_unborn_branch(plain: Repo, result: Repository) -> None:
    plain.git("checkout", "--quiet", "--orphan", "new")
    assert result.head() is None
    assert result.branch() == "refs/heads/new"
    for name in ("HEAD", "HEAD~1", "@"):
        with pytest.raises(NothingToJudge) as caught:
            result.resolve(name)
        assert "Make the first one: git commit" in caught.value.hint
    with pytest.raises(NothingToJudge) as caught:
        result.resolve("HEADLINE")
    assert "Fetch it first" in caught.value.hint
    assert revisions.names_in_tree(result, "HEAD") == []
    assert revisions.last_positions(result, "refs/heads/new") == []


def test_names(plain: Repo, result: Repository) -> None:
    assert revisions.is_branch_name(result, "topic")
    assert not revisions.is_branch_name(result, "a..b")
    assert not revisions.is_branch_name(result, "refs/heads/topic")
    assert revisions.short_name(result, "refs/heads/main") == "main"
    assert revisions.short_name(result, "refs/heads/nothing") is None
    plain.git("checkout", "--quiet", "--detach")
    assert result.branch() is None
    assert result.symbolic_ref("refs/heads/main") is None


def test_the_history(plain: Repo, result: Repository) -> None:
    assert revisions.count(result, "main", "main~1") == 1
    assert revisions.count(result, "main", "other", author=EMAIL) == 2
    assert revisions.count(result, "main", "other", author="somebody@example.com") == 0
    assert revisions.merge_bases(result, "main", "main~1") == [plain.git("rev-parse", "main~1")]
    assert revisions.merge_bases(result, "main", "other") == []
    assert revisions.last_positions(result, "refs/heads/main")[0] == plain.head
    assert len(revisions.recent_trees(result)) == 2
    assert revisions.names_in_tree(result, "HEAD", "below/") == ["below/code.py"]
    assert revisions.has_all_objects(result, "main", "other")
    assert not revisions.has_all_objects(result, "1" * 40, "other")


def test_settings(plain: Repo, result: Repository) -> None:
    plain.git("config", "--add", "some.key", "one")
    plain.git("config", "--add", "some.key", "two")
    assert result.config.get("some.key") == "two"
    assert result.config.all("some.key") == ["one", "two"]
    assert result.config.get("some.other") is None
    assert result.config.all("some.other") == []
    result.config.set("some.key", None)
    result.config.set("some.key", None)
    assert result.config.all("some.key") == []


def test_settings_are_read_as_git_reads_them(plain: Repo, result: Repository) -> None:
    with (plain.path / ".git/config").open("a") as file:
        file.write('[Some "Part.of.IT"]\n\tKey = "two\\nlines"\n\tBare\n\tPath = ~/it\n')
    assert result.config.get("some.Part.of.IT.kEY") == "two\nlines"
    assert result.config.get("some.part.of.it.key") is None
    assert result.config.get("some.Part.of.IT.bare") == ""
    assert result.config.get("some.Part.of.IT.bare", kind="bool") == "true"
    assert result.config.all("some.Part.of.IT.bare") == []
    with pytest.raises(process.GitError, match="bad boolean"):
        result.config.get("some.Part.of.IT.key", kind="bool")


def test_a_work_tree_that_is_not_there(plain: Repo, result: Repository) -> None:
    with chdir(plain.path / ".git"), pytest.raises(UsageError, match="no work tree"):
        Repository.find().top()


BROKEN: dict[str, Callable[[Repository], object]] = {
    "object_id": lambda r: r.object_id("main"),
    "commit_id": lambda r: r.commit_id("main"),
    "resolve": lambda r: r.resolve("main"),
    "head": lambda r: r.head(),
    "branch": lambda r: r.branch(),
    "names of remotes": lambda r: remotes.names(r),
    "upstream": lambda r: remotes.upstream(r),
    "config": lambda r: r.config.get("some.key"),
    "values": lambda r: r.config.all("some.key"),
    "short_name": lambda r: revisions.short_name(r, "refs/heads/main"),
    "is_branch_name": lambda r: revisions.is_branch_name(r, "@{-1}"),
    "count": lambda r: revisions.count(r, "main", "other"),
    "merge_bases": lambda r: revisions.merge_bases(r, "main", "other"),
    "last_positions": lambda r: revisions.last_positions(r, "refs/heads/main"),
    "recent_trees": lambda r: revisions.recent_trees(r),
    "names_in_tree": lambda r: revisions.names_in_tree(r, "HEAD"),
}


@pytest.mark.parametrize("look_up", BROKEN.values(), ids=BROKEN)
def test_a_broken_configuration_is_not_taken_for_nothing(
    plain: Repo, result: Repository, look_up: Callable[[Repository], object]
) -> None:
    with (plain.path / ".git/config").open("a") as file:
        file.write("[core\n")
    with pytest.raises(process.GitError, match="bad config line"):
        look_up(result)


@pytest.mark.parametrize("name", ["object_id", "commit_id", "resolve", "head"])
def test_damaged_refs_are_not_taken_for_nothing(plain: Repo, result: Repository, name: str) -> None:
    plain.git("pack-refs", "--all")
    with (plain.path / ".git/packed-refs").open("a") as file:
        file.write("junk\n")
    with pytest.raises(process.GitError, match="packed-refs"):
        BROKEN[name](result)

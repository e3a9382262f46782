"""The remotes of a clone, with `git remote` as the oracle."""

from __future__ import annotations

import os
from contextlib import chdir
from unittest import mock

from attest.git import remotes
from attest.git.repository import Repository
from support.repo import Repo

SETTINGS = """
[remote]
	pushDefault = mine
[remotes]
	group = a b
[remote "origin"]
	url = ../a
[remote "a.b/C"]
	fetch = +refs/heads/*:refs/remotes/a.b/C/*
[remote "/path"]
	url = ../b
[Remote "mine"]
	promisor = true
[branch "main"]
	remote = elsewhere
	description = of remote.x.url
"""


def test_remotes_are_those_that_git_lists(bare_repo: Repo) -> None:
    with (bare_repo.path / ".git/config").open("a") as file:
        file.write(SETTINGS)
    with (bare_repo.home / ".gitconfig").open("a") as file:
        file.write('[remote "upstream"]\n\tskipFetchAll = true\n')
    with mock.patch.dict(os.environ, bare_repo.env, clear=True), chdir(bare_repo.path):
        names = remotes.names(Repository.find())
    listed = [name for name in bare_repo.git("remote").split("\n") if name]
    assert names == ["upstream", "origin", "a.b/C", "mine"]
    assert sorted(listed) == sorted(names)


def test_only_a_branch_that_follows_another_has_an_upstream(bare_repo: Repo) -> None:
    bare_repo.commit("start")
    with mock.patch.dict(os.environ, bare_repo.env, clear=True), chdir(bare_repo.path):
        assert remotes.upstream(Repository.find()) is None
        bare_repo.git("branch", "other")
        bare_repo.git("branch", "--set-upstream-to=main", "other")
        assert remotes.upstream(Repository.find()) is None
        bare_repo.git("switch", "-q", "other")
        assert remotes.upstream(Repository.find()) == "refs/heads/main"


def test_default_branches_are_known_with_their_commits(bare_repo: Repo) -> None:
    """A tag and an object that is missing are named without one."""
    repo = bare_repo
    repo.commit("start")
    first = repo.head
    repo.commit("next")
    repo.git("tag", "-a", "-m", "one", "v1")
    prefix = "refs/remotes/origin/"
    repo.git("update-ref", f"{prefix}master", first)
    repo.git("update-ref", f"{prefix}trunk", "HEAD")
    repo.git("symbolic-ref", f"{prefix}HEAD", f"{prefix}trunk")

    def result() -> list[tuple[str, str]]:
        with mock.patch.dict(os.environ, repo.env, clear=True), chdir(repo.path):
            return list(remotes.default_branches(Repository.find(), "origin").items())

    assert result() == [(f"{prefix}trunk", repo.head), (f"{prefix}master", first)]
    repo.git("update-ref", f"{prefix}master", "v1")
    assert result() == [(f"{prefix}trunk", repo.head), (f"{prefix}master", "")]
    (repo.path / f".git/{prefix}master").write_text(f"{'1' * 40}\n")
    assert result() == [(f"{prefix}trunk", ""), (f"{prefix}master", "")]

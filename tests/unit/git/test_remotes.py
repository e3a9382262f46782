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

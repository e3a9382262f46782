"""Some paths of a tree, with git's index as the oracle."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.git import tree_paths
from attest.git.isolated import Isolated
from support import hostile
from support.recipe import write_raw
from support.repo import Repo

PATHS = [
    folder + path
    for folder in (b"", b"deep/er/", b"a.b/", b"a/")
    for path in (*hostile.PATHS[:16], b"x.y", b"x/y", b"x0")
]


@pytest.fixture
def isolated(repo: Repo) -> Iterator[Isolated]:
    with Isolated([repo.path / ".git" / "objects"], "sha1") as made:
        yield made


def listed(isolated: Isolated, tree: str, *paths: str) -> dict[bytes, tuple[str, str]]:
    """What git lists of a tree."""
    command = ("--literal-pathspecs", "ls-tree", "-r", "-z", tree, "--", *paths)
    rows = isolated.run(*command).stdout.split(b"\0")[:-1]
    halves = [row.split(b"\t", 1) for row in rows]
    return {path: (meta[:6].decode(), meta[-40:].decode()) for meta, path in halves}


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gone=st.sets(st.sampled_from(PATHS)))
def test_a_tree_without_paths_is_the_one_that_git_writes(bare_repo: Repo, gone: set[bytes]) -> None:
    for path in PATHS:
        write_raw(bare_repo.path, path, path)
    bare_repo.git("add", "--all")
    tree = bare_repo.git("write-tree")
    with Isolated([bare_repo.path / ".git" / "objects"], "sha1") as isolated:
        every = listed(isolated, tree)
        assert tree_paths.entries_at(isolated, tree, [*gone, b"no/such", b"deep"]) == {
            path: every[path] for path in gone
        }
        index = isolated.index(
            b"".join(
                f"{mode} {oid}\t".encode() + path + b"\0"
                for path, (mode, oid) in every.items()
                if path not in gone
            )
        )
        written = isolated.run("write-tree", index=index).stdout.decode().strip()
        assert tree_paths.without(isolated, tree, gone) == written


def test_only_the_folders_on_the_way_are_read(
    repo: Repo, isolated: Isolated, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(30):
        repo.write(f"f{number}/g/x", "x\n")
    repo.git("add", "--all")
    tree = repo.git("write-tree")
    read: list[str] = []
    look = isolated.tree

    def recorded(oid: str, limit: int) -> bytes:
        read.append(oid)
        return look(oid, limit)

    monkeypatch.setattr(isolated, "tree", recorded)
    assert len(tree_paths.entries_at(isolated, tree, [b"f7/g/x"])) == 1
    assert len(read) == 3
    tree_paths.without(isolated, tree, [b"f7/g/x"])
    assert len(read) == 6


def test_a_tree_that_is_empty_then_is_the_empty_tree(repo: Repo, isolated: Isolated) -> None:
    blob = repo.git("hash-object", "-w", "--stdin", stdin=b"x")
    inner = repo.git("mktree", stdin=f"100644 blob {blob}\tx\n".encode())
    outer = repo.git("mktree", stdin=f"040000 tree {inner}\tfolder\n".encode())
    assert tree_paths.without(isolated, outer, [b"folder/x"]) == isolated.empty_tree


@pytest.mark.parametrize(
    "paths",
    [
        ("a",),
        ("deep",),
        ("a", "a/x.y", "x.y"),
        ("deep/er/x", "a.b"),
        ("no/such", "x0/below"),
        ("x.y", "a/\udcff"),
    ],
    ids=repr,
)
def test_what_is_below_paths_is_what_git_lists(bare_repo: Repo, paths: tuple[str, ...]) -> None:
    for path in (*PATHS, b"a/\xff"):
        write_raw(bare_repo.path, path, path)
    bare_repo.git("add", "--all")
    tree = bare_repo.git("write-tree")
    with Isolated([bare_repo.path / ".git" / "objects"], "sha1") as isolated:
        result = tree_paths.entries_below(isolated, tree, *paths)
        assert list(result.items()) == list(listed(isolated, tree, *paths).items())
    assert bool(result) is (paths[0] != "no/such")

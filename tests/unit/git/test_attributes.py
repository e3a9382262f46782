"""The attributes that a tree gives to paths, with git in a work tree as the oracle."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from attest.errors import NothingToJudge
from attest.git.attributes import Attributes
from support import forge
from support.repo import Repo

FILES = {
    ".gitattributes": "[attr]made linguist-generated\ngen/** made\n*.min.js linguist-vendored\n",
    "gen/.gitattributes": "keep.py -linguist-generated\n",
    "lib/deep/.gitattributes": "* linguist-vendored\n",
    "lib/deep/own/.gitattributes": "* !linguist-vendored\nx made\n",
    "lib/macro/.gitattributes": "x made\n",
    "other/.gitattributes/x": "a folder of that name\n",
}
PATHS = [
    "a.py",
    "a.min.js",
    "gen/a.py",
    "gen/keep.py",
    "gen/below/keep.py",
    "lib/a.py",
    "lib/deep/a.py",
    "lib/deep/own/a.py",
    "lib/deep/own/x",
    "lib/deep/own/below/x",
    "lib/macro/x",
    "other/a.py",
    "no/such/folder/a.py",
]


def tree_of(repo: Repo, files: Mapping[str, str]) -> str:
    """A tree of some files, beside those that the repository has."""
    for path, content in files.items():
        repo.write(path, content)
    return repo.git("write-tree")


@pytest.mark.parametrize("at_once", [len(PATHS), 1, 5])
def test_attributes_are_those_that_git_finds(bare_repo: Repo, at_once: int) -> None:
    tree = tree_of(bare_repo, FILES)
    names = ("linguist-generated", "linguist-vendored")
    reply = bare_repo.git("check-attr", *names, "--", *PATHS)
    expected = {
        path.encode(): {n.encode() for n in names if f"{path}: {n}: set" in reply.splitlines()}
        for path in PATHS
    }
    assert sum(map(len, expected.values())) == 6
    with forge.isolated(bare_repo) as isolated:
        attributes = Attributes(isolated, tree)
        asked: dict[bytes, frozenset[bytes]] = {}
        for start in range(0, len(PATHS), at_once):
            asked |= attributes.of(path.encode() for path in PATHS[start : start + at_once])
    assert asked == expected


def test_only_folders_above_a_path_are_read_and_each_once(
    bare_repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    tree = tree_of(bare_repo, {f"f{number}/g/x": "x\n" for number in range(30)})
    with forge.isolated(bare_repo) as isolated:
        read: list[str] = []
        look = isolated.tree

        def record(oid: str, limit: int) -> bytes:
            read.append(oid)
            return look(oid, limit)

        monkeypatch.setattr(isolated, "tree", record)
        attributes = Attributes(isolated, tree)
        attributes.of([b"f7/g/x"])
        assert len(read) == 3
        attributes.of([b"f7/g/y", b"f7/g/no/such/x", b"f7/x", b"x"])
        assert len(read) == 3
        attributes.of([b"f8/g/x", b"f9/x"])
    assert len(read) == 6


def test_git_is_not_asked_where_no_file_names_what_it_is_asked_about(
    bare_repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = {".gitattributes": "* text=auto\n*.png binary\n"}
    tree = tree_of(bare_repo, root | {"lib/.gitattributes": "*.c diff=cpp\n"})
    with forge.isolated(bare_repo) as isolated:
        monkeypatch.setattr(isolated, "run", None)
        assert Attributes(isolated, tree).of([b"lib/a.c"]) == {b"lib/a.c": frozenset()}
        monkeypatch.undo()
        tree = tree_of(bare_repo, {"lib/.gitattributes": "*.c linguist-vendored\n"})
        attributes = Attributes(isolated, tree)
        assert attributes.of([b"lib/a.c"]) == {b"lib/a.c": frozenset([b"linguist-vendored"])}


def test_what_could_not_be_read_is_looked_for_again(
    bare_repo: Repo, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {f"{folder}.gitattributes": "* linguist-vendored\n" for folder in ("", "lib/")}
    tree = tree_of(bare_repo, files)
    paths = [b"a", b"lib/b"]
    with forge.isolated(bare_repo) as isolated:
        attributes = Attributes(isolated, tree)
        look = isolated.tree

        def fail_below(oid: str, limit: int) -> bytes:
            if oid != tree:
                raise NothingToJudge("missing")
            return look(oid, limit)

        with monkeypatch.context() as patched:
            patched.setattr(isolated, "tree", fail_below)
            with pytest.raises(NothingToJudge):
                attributes.of(paths)
        assert set(attributes.of(paths).values()) == {frozenset([b"linguist-vendored"])}
        assert len(attributes.of(paths)) == 2

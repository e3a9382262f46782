"""Digests are made here: an empty bare repository that borrows the objects.

Nothing of the judged repository but its objects is seen: no configuration, no
attributes, no hooks, no replace refs, no grafts (docs/format.md, "Digests").
"""

from __future__ import annotations

import os
import secrets
import tempfile
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

from attest.errors import EnvironmentFault, LimitExceeded
from attest.git import alternates, commit_object, process, tree_object
from attest.git.children import Child, ChildEnded
from attest.git.diff import Change
from attest.git.diff_tree import DiffTree
from attest.git.missing_objects import DAMAGED, Faults
from attest.system import processes

_T = TypeVar("_T")

EMPTY_TREE = {
    "sha1": "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    "sha256": "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
MAX_COMMIT_BYTES = 16 << 20
MAX_TREE_BYTES = 1 << 20
"""Bytes of a commit object: it is kept whole in memory, and its message and headers are up to
whoever made it. Those that people write have less than 100 KiB."""

_OURS, _THEIRS = "ours", "theirs"
"""The names by which git's merge knows the two commits; it writes them into conflicts."""
_OPTIONS = (
    "-c",
    f"core.attributesFile={os.devnull}",
    "-c",
    "core.commitGraph=false",
    "-c",
    "core.multiPackIndex=false",
    "--no-replace-objects",
)
"""What could make git answer by other than the objects. A configuration file of attributes is
the only setting that the environment cannot empty. The commit graph and the multi-pack index
lie beside the borrowed objects, and are believed without a check of what they say."""


@dataclass(frozen=True, slots=True)
class Merge:
    """What git's merge wrote, and the paths that it could not resolve."""

    tree: str
    conflicts: frozenset[bytes]
    sides: frozenset[tuple[bytes, str, str]] = frozenset()
    """Path, mode and object id of each version that is in conflict."""


class Isolated:
    """A context manager around the isolated repository; one a run.

    Args:
        objects: the object directories to borrow from, most important first.
        object_format: `sha1` or `sha256`.
        shallow: whether their history ends early.
    """

    def __init__(
        self, objects: Sequence[Path], object_format: str, *, shallow: bool = False
    ) -> None:
        process.version()
        if object_format not in EMPTY_TREE:
            raise EnvironmentFault(f"unknown object format {object_format!r}")
        self.object_format = object_format
        self._objects = objects
        self._faults = Faults(self._look, objects, object_format, shallow=shallow)
        self._stack = ExitStack()
        self._env = process.isolated_environment()

    def __enter__(self) -> Self:
        try:
            # What Windows cannot delete yet (a scanner has it open) does not fail the run.
            made = tempfile.TemporaryDirectory(prefix="attest-", ignore_cleanup_errors=True)
            folder = self._stack.enter_context(made)
            self._dir = Path(folder)
            # git needs GIT_DIR alone. A folder that a process works in cannot be deleted on
            # Windows, so git works in another one, which nobody but the system's owner fills.
            self._cwd = Path(self._dir.anchor)
            self._fill()
        except OSError as error:
            self._stack.close()
            raise EnvironmentFault(
                f"attest cannot create a temporary directory: {error}",
                "Free disk space, or set TMPDIR to a directory that you can write.",
            ) from None
        self._env["GIT_DIR"] = folder
        self._cat_file = self._child("objects", "cat-file", "--batch-command")
        self._diff_tree = DiffTree(self._child, self._cat_file, self._faults)
        self._stack.callback(self._cat_file.end)
        self._stack.callback(self._diff_tree.end)
        return self

    def _fill(self) -> None:
        for part in ("objects/info", "refs/heads"):
            (self._dir / part).mkdir(parents=True)
        (self._dir / "HEAD").write_bytes(b"ref: refs/heads/none\n")
        extension = "[extensions]\n\tobjectFormat = sha256\n"
        (self._dir / "config").write_text(
            "[core]\n\trepositoryFormatVersion = 1\n\tbare = true\n"
            + (extension if self.object_format == "sha256" else "")
        )
        lines = b"".join(alternates.line(path) for path in self._objects)
        (self._dir / "objects/info/alternates").write_bytes(lines)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def hold(self, manager: AbstractContextManager[_T]) -> _T:
        """Enter a context manager that is left together with this one."""
        return self._stack.enter_context(manager)

    @property
    def empty_tree(self) -> str:
        return EMPTY_TREE[self.object_format]

    def run(
        self, *args: str, stdin: bytes = b"", check: bool = True, index: str | None = None
    ) -> processes.Finished:
        """Run one git command here, with an index that `index` made; see `process.run`.

        Raises:
            NothingToJudge: what it needs is missing in this clone.
            EnvironmentFault: it failed, with the reason.
        """
        env = {**self._env, "GIT_INDEX_FILE": index} if index else self._env
        command = [*_OPTIONS, *args]
        done = process.run(command, cwd=self._cwd, env=env, stdin=stdin, check=False)
        if check and done.returncode != 0:
            kind = "commit" if args[0] == "rev-list" else ""
            ended = (done.returncode, done.stderr)
            raise self._faults.why(f"git {args[0]} failed", *ended, *args, kind=kind, others=kind)
        return done

    def index(self, entries: bytes) -> str:
        """Make an index of these entries alone (`git update-index -z --index-info`)."""
        file = str(self._dir / f"index-{secrets.token_hex(8)}")
        self.run("update-index", "-z", "--index-info", stdin=entries, index=file)
        return file

    def entries(self, tree: str, *paths: str) -> dict[bytes, tuple[str, str]]:
        """Mode and object id of every file of a tree, or of those at and below *paths*.

        Raises:
            NothingToJudge: the tree is missing, in a partial clone.
            EnvironmentFault: it is missing or damaged.
        """
        if paths and not self._has_any(tree, paths):
            return {}
        args = ("ls-tree", "-r", "-z", "--full-tree", tree, "--", *paths)
        out = self.run("--literal-pathspecs", *args).stdout
        found = {}
        for row in out.split(b"\0")[:-1]:
            meta, _, path = row.partition(b"\t")
            mode, _, oid = meta.decode("ascii").split(" ")
            found[path] = (mode, oid)
        return found

    def _has_any(self, tree: str, paths: Sequence[str]) -> bool:
        """Whether a tree has the first part of any of some paths: most projects have none
        of the files that hold rules, and the child that reads objects runs already."""
        wanted = {path.partition("/")[0].encode("utf-8", "surrogateescape") for path in paths}
        _, data = self._object(tree, "tree", MAX_TREE_BYTES)
        if data is None:
            return True  # too large to look at here; git reads any
        self._assert_named(tree, "tree", data)
        entries = tree_object.entries(data, len(tree) // 2)
        return any(name in wanted for _, name, _ in entries)

    def blob(self, oid: str, name: str, limit: int) -> bytes:
        """The content of a file.

        Args:
            name: what it is called, for errors.
            limit: in bytes.

        Raises:
            NothingToJudge: it is missing in this clone.
            EnvironmentFault: it is larger than *limit*, or damaged.
        """
        size, data = self._object(oid, "blob", limit, name)
        if data is None:
            raise EnvironmentFault(
                f"{name} has {size} bytes; {limit} are allowed", "Make it smaller, in the base."
            )
        self._assert_named(oid, "blob", data)
        return data

    def content(self, oid: str, limit: int) -> tuple[int, bytes | None]:
        """The size of a file, and its content; None where it is longer than *limit* bytes.

        Raises:
            NothingToJudge: it is missing in this clone.
        """
        size, data = self._object(oid, "blob", limit)
        if data is not None:
            self._assert_named(oid, "blob", data)
        return size, data

    def merge(self, first: str, second: str, *, unrelated: bool = False) -> Merge | None:
        """What git's own merge of two commits writes; None where git refuses,
        for unrelated histories. It knows them by the same two names always, which
        it writes into conflicts (docs/adr/0006-merges-by-fixed-names.md).

        Args:
            unrelated: merge those too.

        Raises:
            NothingToJudge: history that the merge needs is missing.
        """
        for name, oid in ((_OURS, first), (_THEIRS, second)):
            (self._dir / "refs/heads" / name).write_text(f"{oid}\n", "ascii")
        allow = ["--allow-unrelated-histories"] if unrelated else []
        form = ("-z", "--no-messages")
        done = self.run("merge-tree", "--write-tree", *form, *allow, _OURS, _THEIRS, check=False)
        said = done.stderr.decode("utf-8", "replace").strip()
        if done.returncode not in (0, 1):
            if "unrelated histories" in said:
                return None
            what = f"git cannot merge {first} and {second}"
            raise self._faults.why(what, done.returncode, done.stderr, first, second)
        tree, *stages = done.stdout.removesuffix(b"\0").split(b"\0")
        if len(tree) != len(self.empty_tree):
            what = f"git wrote no merge of {first} and {second}"
            raise self._faults.why(what, done.returncode, done.stderr, first, second)
        sides = set()
        for stage in stages:
            meta, _, path = stage.partition(b"\t")
            mode, oid, _ = meta.decode("ascii").split(" ")
            sides.add((path, mode, oid))
        return Merge(
            tree.decode("ascii"), frozenset(path for path, _, _ in sides), frozenset(sides)
        )

    def commit_tree(self, tree: str, first: str, second: str) -> str:
        """Write a merge commit of fixed identity and time; its id."""
        who = {"NAME": "attest", "EMAIL": "attest", "DATE": "@1 +0000"}
        env = {f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in who.items()}
        args = [*_OPTIONS, "commit-tree", tree, "-p", first, "-p", second, "-m", "merge"]
        return process.run(args, cwd=self._cwd, env={**self._env, **env}).stdout.decode().strip()

    def present(self, tree: str, paths: Sequence[bytes]) -> list[bytes]:
        """Those of *paths* that a tree has."""
        if not paths:
            return []
        names = [os.fsdecode(path) for path in paths]
        args = ("--literal-pathspecs", "ls-tree", "-r", "-z", "--name-only", "--full-tree", tree)
        found = set(self.run(*args, "--", *names).stdout.split(b"\0"))
        return [path for path in paths if path in found]

    def base_tree(self, parents: Sequence[str], new: str) -> str:
        """The tree that a commit with these parents is compared with: OLD in
        docs/format.md, "Digests".

        Args:
            new: the commit's tree.
        """
        if not parents:
            return self.empty_tree
        if len(parents) == 2:
            merge = self.merge(parents[0], parents[1])
            if merge is not None:
                return self._without_kept(merge, new)
        return commit_object.parse(self.commit(parents[0]), parents[0]).tree

    def _without_kept(self, merge: Merge, new: str) -> str:
        """The tree of a merge without the paths in conflict where git left one version and
        *new* keeps it: that is a decision, so the change must show it as an addition."""
        if not merge.conflicts:
            return merge.tree
        left, kept = self.entries(merge.tree), self.entries(new)
        gone = [
            path
            for path in sorted(merge.conflicts)
            if path in left and left[path] == kept.get(path) and (path, *left[path]) in merge.sides
        ]
        if not gone:
            return merge.tree
        index = str(self._dir / f"index-{secrets.token_hex(8)}")
        self.run("read-tree", merge.tree, index=index)
        nothing = b"0 " + b"0" * len(merge.tree) + b"\t"
        rows = b"".join(nothing + path + b"\0" for path in gone)
        self.run("update-index", "-z", "--index-info", stdin=rows, index=index)
        return self.run("write-tree", "--missing-ok", index=index).stdout.decode("ascii").strip()

    def raw(self, old: str, new: str) -> bytes:
        """The list of paths that differ between two trees; see `DiffTree.raw`."""
        return self._diff_tree.raw(old, new)

    def change(self, old: str, new: str, *, keep: bool = False) -> Change:
        """The whole change between two trees; see `DiffTree.change`."""
        return self._diff_tree.change(old, new, keep=keep)

    def commit(self, oid: str) -> bytes:
        """The raw bytes of a commit object.

        Raises:
            NothingToJudge: it is missing.
            EnvironmentFault: it is damaged, or another kind of object.
            LimitExceeded: it is larger than 16 MiB.
        """
        _, data = self._object(oid, "commit", MAX_COMMIT_BYTES)
        if data is None:
            raise LimitExceeded(f"the commit object is larger than {MAX_COMMIT_BYTES} bytes")
        self._assert_named(oid, "commit", data)
        return data

    def tree(self, oid: str, limit: int) -> bytes:
        """The raw bytes of a tree object.

        Raises:
            NothingToJudge, EnvironmentFault: it is missing or damaged.
        """
        size, data = self._object(oid, "tree", limit)
        if data is None:
            raise EnvironmentFault(f"tree {oid} has {size} bytes; {limit} are looked at")
        self._assert_named(oid, "tree", data)
        return data

    def _look(self, oid: str) -> processes.Finished:
        """An object as a git of its own reads it."""
        return self.run("cat-file", "--batch", stdin=f"{oid}\n".encode(), check=False)

    def _object(self, oid: str, kind: str, limit: int, name: str = "") -> tuple[int, bytes | None]:
        """Size and content of an object; no content where it is larger than *limit*.

        Raises:
            NothingToJudge, EnvironmentFault: it cannot be read; see `Faults.why`.
        """
        what = f"{name or f'{kind} {oid}'} cannot be read"
        try:
            out = self._cat_file.ask(f"contents {oid}")
            header = out.readline().split()
            if not header:
                raise self._cat_file.ended()
            if len(header) == 3 and header[1] == kind.encode():
                size = int(header[2])
                if size > limit:
                    self._cat_file.end()
                    return size, None
                data = out.read(size)
                if len(data) == size and out.read(1) == b"\n":
                    return size, data
            elif len(header) == 3:
                self._cat_file.end()  # its content was not read
        except ChildEnded as ended:
            raise self._faults.why(
                what, ended.code, ended.stderr, oid, kind=kind, name=name
            ) from None
        raise self._faults.why(what, 0, b"", oid, kind=kind, name=name)

    def _assert_named(self, oid: str, kind: str, data: bytes) -> None:
        """Make sure that content is what its id says: git does not, for what it reads from
        a loose object or a pack, and whoever can write there could change it."""
        if self._faults.name(kind, data) != oid:
            raise EnvironmentFault(f"{kind} {oid} is not what its name says", DAMAGED)

    def _child(self, name: str, *command: str) -> Child:
        """A git command that goes on answering here."""

        def start(errors: IO[bytes]) -> processes.Running:
            argv = ["git", *_OPTIONS, *command]
            return processes.start(argv, cwd=self._cwd, env=self._env, errors=errors)

        return Child(start, self._dir / f"{name}.err")

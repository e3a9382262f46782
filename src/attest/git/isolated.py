"""Digests are made here: an empty bare repository that borrows the objects.

Nothing of the judged repository but its objects is seen: no configuration, no
attributes, no hooks, no replace refs, no grafts (docs/format.md, "Digests").
"""

from __future__ import annotations

import secrets
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from types import TracebackType
from typing import IO, TYPE_CHECKING, Self, TypeVar

from attest.errors import EnvironmentFault, LimitExceeded, NothingToJudge
from attest.git import borrowing_repository, failures, process
from attest.git.children import Child
from attest.git.diff import Change, DiffEntry, FileChange
from attest.git.diff_tree import DiffTree, Question
from attest.git.missing_objects import Faults
from attest.git.object_reader import MAX_COMMIT_BYTES, ObjectReader
from attest.git.promisor import Fetch
from attest.system import processes

if TYPE_CHECKING:
    from attest.git.range_reader import RangeEntry, RangeReader

_T = TypeVar("_T")

MAX_TREE_BYTES = 1 << 20


class Isolated:
    """A context manager around the isolated repository; one a run.

    Args:
        objects: the object directories to borrow from, most important first.
        object_format: `sha1` or `sha256`.
        shallow: whether their history ends early.
        promisor: the remote that has what a partial clone leaves out, for errors.
        fetch: fetches that; None where nothing is to be fetched.
    """

    def __init__(
        self,
        objects: Sequence[Path],
        object_format: str,
        *,
        shallow: bool = False,
        promisor: str = "",
        fetch: Fetch | None = None,
    ) -> None:
        process.version()
        if object_format not in borrowing_repository.EMPTY_TREE:
            raise EnvironmentFault(f"unknown object format {object_format!r}")
        self.object_format = object_format
        self._folders = objects
        self._fetch = fetch
        self._faults = Faults(
            self._look, objects, object_format, shallow=shallow, promisor=promisor
        )
        self._stack = ExitStack()
        self._children: list[Child] = []
        self._range_reader: RangeReader | None = None
        self._parent: Path | None = None
        self._env = process.isolated_environment()

    def __enter__(self) -> Self:
        try:
            # What Windows cannot delete yet (a scanner has it open) does not fail the run.
            temporary = tempfile.TemporaryDirectory(
                prefix="attest-", dir=self._parent, ignore_cleanup_errors=True
            )
            folder = self._stack.enter_context(temporary)
            self._dir = Path(folder)
            # git needs GIT_DIR alone. A folder that a process works in cannot be deleted on
            # Windows, so git works in another one, which nobody but the system's owner fills.
            self._cwd = Path(self._dir.anchor)
            borrowing_repository.create(self._dir, self.object_format, self._folders)
        except OSError as error:
            self._stack.close()
            raise EnvironmentFault(
                f"attest cannot create a temporary directory: {error.strerror}",
                "Free disk space, or set TMPDIR to a directory that you can write.",
            ) from None
        self._env["GIT_DIR"] = folder
        cat_file = self._child("objects", "cat-file", "--batch-command")
        self._objects = ObjectReader(cat_file, self._faults, self._fetch)
        self._diff_tree = DiffTree(self._child, self._objects, self._faults)
        self._stack.callback(cat_file.end)
        self._stack.callback(self._diff_tree.end)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for child in self._children:  # they end at the same time, and are waited for below
            child.close_input()
        self._stack.close()

    def separate(self) -> Self:
        """In a copy of the process that entered this one: give the copy a repository of its own,
        within the folder of the other, which removes it at its end. To be entered."""
        for child in self._children:
            child.leave()
        self._children.clear()
        self._inherited, self._stack = self._stack, ExitStack()  # not to be left by the copy
        self._range_reader, self._parent = None, self._dir
        return self

    def hold(self, manager: AbstractContextManager[_T]) -> _T:
        """Enter a context manager that is left together with this one."""
        return self._stack.enter_context(manager)

    @property
    def empty_tree(self) -> str:
        return borrowing_repository.EMPTY_TREE[self.object_format]

    def run(
        self, *args: str, stdin: bytes = b"", check: bool = True, index: str | None = None
    ) -> processes.FinishedProcess:
        """Run one git command here, with an index that `index` made; see `process.run`.

        Raises:
            NothingToJudge: what it needs is missing in this clone.
            EnvironmentFault: it failed, with the reason.
        """
        env = {**self._env, "GIT_INDEX_FILE": index} if index else self._env
        command = [*process.ISOLATED_OPTIONS, *args]
        result = process.run(command, cwd=self._cwd, env=env, stdin=stdin, check=False)
        if result.returncode != 0 and self._bring(result, args):
            result = process.run(command, cwd=self._cwd, env=env, stdin=stdin, check=False)
        if check and result.returncode != 0:
            kind = "commit" if args[0] == "rev-list" else ""
            ended = (result.returncode, result.stderr)
            raise self._faults.explain(
                f"git {args[0]} failed", *ended, *args, kind=kind, others=kind
            )
        return result

    def _bring(self, failed: processes.FinishedProcess, words: Sequence[str]) -> bool:
        """Fetch the objects for which git failed; whether there were any. With a tree comes
        what is below it."""
        ids = [*words, *failures.ids(failed.stderr.decode("utf-8", "replace"))]
        oids = [oid for oid in ids if failures.ids(oid) == [oid]]
        if self._fetch is None or not oids:
            return False
        known = self.sizes(oids)
        missing = [oid for oid in oids if oid not in known]
        return bool(missing) and self._fetch(missing)

    def fault(
        self, problem: str, result: processes.FinishedProcess, *oids: str, kind: str = ""
    ) -> NothingToJudge | EnvironmentFault:
        """The error for a git that failed here, for objects of one kind; see `Faults.explain`."""
        ended = (result.returncode, result.stderr)
        return self._faults.explain(problem, *ended, *oids, kind=kind, others=kind)

    def set_branch(self, name: str, oid: str) -> None:
        """Give a commit a name, for a command that writes names into its output."""
        (self._dir / "refs/heads" / name).write_text(f"{oid}\n", "ascii")

    def index(self, entries: bytes) -> str:
        """Make an index of these entries alone (`git update-index -z --index-info`)."""
        file = str(self._dir / f"index-{secrets.token_hex(8)}")
        self.run("update-index", "-z", "--index-info", stdin=entries, index=file)
        return file

    def blob(self, oid: str, name: str, limit: int) -> bytes:
        """The content of a file.

        Args:
            name: what it is called, for errors.
            limit: in bytes.

        Raises:
            NothingToJudge: it is missing in this clone.
            EnvironmentFault: it is larger than *limit*, or damaged.
        """
        size, data = self._objects.read(oid, "blob", limit, name)
        if data is None:
            raise EnvironmentFault(
                f"{name} has {size} bytes; {limit} are allowed", "Make it smaller, in the base."
            )
        return data

    def request(self, oids: Sequence[str]) -> None:
        """Fetch what is missing of some objects, in one go; see `ObjectReader.request`."""
        self._objects.request(oids)

    def content(self, oid: str, limit: int) -> tuple[int, bytes | None]:
        """The size of a file, and its content; None where it is longer than *limit* bytes.

        Raises:
            NothingToJudge: it is missing in this clone.
        """
        return self._objects.read(oid, "blob", limit)

    def sizes(self, oids: Sequence[str]) -> dict[str, int]:
        """The size of each object that is there; see `ObjectReader.sizes`."""
        return self._objects.sizes(oids)

    def assert_comparable(self, entries: Sequence[DiffEntry]) -> None:
        """Make sure that git can compare some files; see `ObjectReader.assert_comparable`."""
        self._objects.assert_comparable(entries)

    def write_tree(self, data: bytes) -> str:
        """Write the raw bytes of a tree object here; its id."""
        oid = self._faults.name("tree", data)
        file = self._dir / "objects" / oid[:2] / oid[2:]
        file.parent.mkdir(exist_ok=True)
        if not file.exists():
            file.write_bytes(zlib.compress(b"tree %d\0" % len(data) + data))
        return oid

    def commit_tree(self, tree: str, *parents: str) -> str:
        """Write a commit of fixed identity and time; its id."""
        identity = {"NAME": "attest", "EMAIL": "attest", "DATE": "@1 +0000"}
        env = {
            f"GIT_{role}_{k}": v for role in ("AUTHOR", "COMMITTER") for k, v in identity.items()
        }
        names = [word for parent in parents for word in ("-p", parent)]
        args = [*process.ISOLATED_OPTIONS, "commit-tree", tree, *names, "-m", "merge"]
        return process.run(args, cwd=self._cwd, env={**self._env, **env}).stdout.decode().strip()

    def raw(self, old: str, new: str) -> bytes:
        """The list of paths that differ between two trees; see `DiffTree.raw`."""
        return self._diff_tree.raw(old, new)

    def change(self, old: str, new: str, *, keep: bool = False) -> Change:
        """The whole change between two trees; see `DiffTree.change`."""
        return self._diff_tree.change(old, new, keep=keep)

    def files(
        self, old: str, new: str, entries: Sequence[DiffEntry], *, keep: bool = False
    ) -> tuple[FileChange, ...]:
        """The hunks of the paths that differ between two trees; see `DiffTree.files`."""
        return self._diff_tree.files(old, new, entries, keep=keep)

    def ask_ahead(self, questions: Sequence[Question]) -> None:
        """Ask for hunks before they are needed; see `DiffTree.ask_ahead`."""
        self._diff_tree.ask_ahead(questions)

    def read_range(self, oids: Sequence[str]) -> Iterator[RangeEntry]:
        """Some commits, and the paths that they change, read ahead; see `RangeReader`."""
        if self._range_reader is None:
            from attest.git.range_reader import RangeReader

            self._range_reader = RangeReader(
                self._child, self._faults.name, self.commit, self.empty_tree
            )
            self._stack.callback(self._range_reader.end)
        return self._range_reader.read(oids)

    def begin(self, name: str, *command: str) -> Child:
        """Start a git command that is asked nothing, and do not wait for it."""
        child = self._child(name, *command)
        # Where nobody reads what it writes, git would go on for long before it noticed.
        self._stack.callback(child.end, patience=0)
        child.begin()
        return child

    def commit(self, oid: str) -> bytes:
        """The raw bytes of a commit object.

        Raises:
            NothingToJudge: it is missing.
            EnvironmentFault: it is damaged, or another kind of object.
            LimitExceeded: it is larger than 16 MiB.
        """
        _, data = self._objects.read(oid, "commit", MAX_COMMIT_BYTES)
        if data is None:
            raise LimitExceeded(f"the commit object is larger than {MAX_COMMIT_BYTES} bytes")
        return data

    def tree(self, oid: str, limit: int) -> bytes:
        """The raw bytes of a tree object.

        Raises:
            NothingToJudge, EnvironmentFault: it is missing or damaged.
        """
        size, data = self._objects.read(oid, "tree", limit)
        if data is None:
            raise EnvironmentFault(f"tree {oid} has {size} bytes; {limit} are looked at")
        return data

    def _look(self, oid: str) -> processes.FinishedProcess:
        """An object as a git of its own reads it."""
        return self.run("cat-file", "--batch", stdin=f"{oid}\n".encode(), check=False)

    def _child(self, name: str, *command: str) -> Child:
        """A git command that goes on answering here."""

        def start(errors: IO[bytes]) -> processes.RunningProcess:
            argv = ["git", *process.ISOLATED_OPTIONS, *command]
            return processes.start(argv, cwd=self._cwd, env=self._env, errors=errors)

        self._children.append(Child(start, self._dir / f"{name}.err"))
        return self._children[-1]

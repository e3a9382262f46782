"""The contributor's or maintainer's own repository, as git sees it.

Two things can start git here, GitPython and attest itself (docs/adr/0001). What git answers
counts; see `find`.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git import alternates, gitpython, layout, process, promisor
from attest.git.configuration import Configuration
from attest.git.gitpython import Run
from attest.git.isolated import Isolated
from attest.system import processes, programs
from attest.text import lazy

OBJECT_ID = lazy(r"[0-9a-f]{40}|[0-9a-f]{64}")


_NO_SUCH_NAME = (
    "no upstream configured|no such branch|does not point to a branch|upstream branch .* not stored"
    "|has no remote for pushing|push refspecs for|push has no destination"
    "|cannot resolve 'simple' push|has no local tracking branch|log for .* only has"
)
"""git's reasons why `NAME@{upstream}`, `@{push}` or `@{N}` leads nowhere (remote.c and
object-name.c): it dies of them even with --quiet, with exit code 128."""


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository is, and git running in it. All paths are absolute.

    Args:
        git_dir: this worktree's git directory.
        common_dir: the git directory that all worktrees share.
        hooks: where git looks for hooks.
        objects: the object directory.
        object_format: `sha1` or `sha256`.
        bare: whether it has no work tree.
        shallow: whether its history ends early.
        work_tree: the root of the work tree; None outside of one.
        config: git's settings here.
        run: runs git in the current directory.
    """

    git_dir: Path
    common_dir: Path
    hooks: Path
    objects: Path
    object_format: str
    bare: bool
    shallow: bool
    work_tree: Path | None
    config: Configuration = field(repr=False, compare=False)
    run: Run = field(repr=False, compare=False)

    @classmethod
    def find(cls, *, at_once: bool = False) -> Repository:
        """The repository of the working directory (or of `GIT_DIR`).

        GitPython looks for it first. Then git is asked, in the same place and with the
        same environment, and its answer counts: git refuses a repository that belongs to
        somebody else (safe.directory), and it knows layouts that GitPython does not.

        Args:
            at_once: somebody waits for the first question, or for a check, so that GitPython is not
                loaded, which takes up to a third of the time until then; git alone is asked.

        Raises:
            EnvironmentFault: there is none, or git refuses it.
        """
        process.version()
        return cls._read(_run if at_once else gitpython.discover(), Path.cwd())

    @classmethod
    def at(cls, folder: Path) -> Repository:
        """The repository of a folder, whatever the working directory is and `GIT_DIR` says.

        Args:
            folder: a work tree's root (also of a linked work tree) or a git directory. A folder
                below one is refused: whoever names it may not know which clone that is.

        Raises:
            EnvironmentFault: there is none, it cannot be read, or git refuses it: one that
                belongs to somebody else (safe.directory).
        """
        process.version()
        if not folder.is_dir():
            raise EnvironmentFault(f"{folder} is not a directory", "Clone it there first.")
        repository = cls._read(partial(_run, folder=folder), folder)
        roots = [repository.git_dir, repository.work_tree]
        if not any(root is not None and root.samefile(folder) for root in roots):
            inside = repository.work_tree or repository.git_dir
            raise EnvironmentFault(f"{folder} is only a part of the clone {inside}", "Name that.")
        return repository

    @classmethod
    def _read(cls, run: Run, folder: Path) -> Repository:
        """The repository in which *run* runs git; see `find`."""
        answer = layout.ask(run, folder)
        path = {name: Path(os.fsdecode(answer[name])) for name in layout.PATHS}
        for name in ("git_dir", "common_dir"):
            layout.assert_folder(path[name])
        return cls(
            **path,
            object_format=answer["object_format"].decode(),
            bare=answer["bare"] == b"true",
            shallow=answer["shallow"] == b"true",
            work_tree=Path(os.fsdecode(answer["work_tree"])) if "work_tree" in answer else None,
            config=Configuration(run),
            run=run,
        )

    def isolated(self, say: Callable[[str], None] | None = None) -> Isolated:
        """A new isolated repository that borrows from this one's objects, and
        from a push's quarantine.

        Args:
            say: for a contributor's own step. What a partial clone leaves out is fetched then,
                and this takes a line about it. None to fetch nothing.
        """
        alternate_folders = alternates.read(os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))
        return Isolated(
            [self.objects, *alternate_folders],
            self.object_format,
            shallow=self.shallow,
            promisor=promisor.remote(self.config),
            fetch=promisor.fetcher(self.config, say) if say else None,
        )

    def git(self, *args: str, stdin: bytes = b"") -> bytes:
        """Run git here with the user's own configuration; its output.

        Raises:
            GitError: git failed.
        """
        return _output(self.run, args, stdin)

    def look_up(self, *args: str, absent: int, problem: str = "") -> str | None:
        """The text that git prints, or None where it says that there is nothing.

        For the look-ups of this package, each of which knows how its git command says so.

        Args:
            absent: the exit code that means "there is nothing".
            problem: a regular expression that git's error message must match, too, where
                the exit code means other failures as well.

        Raises:
            GitError: git failed for another reason.
        """
        result = self.run(args)
        if result.returncode == 0:
            return result.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
        error = process.GitError(args, result.returncode, result.stderr)
        if error.cause is None and error.code == absent and re.search(problem, error.stderr):
            return None
        raise error

    def refs(self, *args: str) -> list[str]:
        """Full names of refs, in git's order; they may hold any bytes but a few.

        Args:
            args: patterns and options of git-for-each-ref(1).
        """
        out = self.git("for-each-ref", "--format=%(refname)", *args)
        return [name for name in out.decode("utf-8", "surrogateescape").split("\n") if name]

    def delete_refs(self, names: Sequence[str]) -> None:
        """Delete refs of our own that nobody needs; one that is locked just now stays."""
        words = "".join(f"delete {name}\0\0" for name in names)
        if words:
            stdin = words.encode("utf-8", "surrogateescape")
            self.run(["update-ref", "-z", "--stdin"], stdin)

    def top(self) -> Path:
        """The root of the work tree.

        Raises:
            UsageError: there is none.
        """
        if self.work_tree is None:
            raise UsageError("a bare repository has no work tree", "Run this in a clone of it.")
        return self.work_tree

    def branch(self) -> str | None:
        """The full name of the branch that HEAD is on; None where it is detached."""
        return self.symbolic_ref("HEAD")

    def symbolic_ref(self, name: str) -> str | None:
        """The ref that a symbolic ref names; None where it is missing, or not symbolic
        (exit code 1)."""
        return self.look_up("symbolic-ref", "--quiet", name, absent=1)

    def object_id(self, name: str) -> str | None:
        """The full id of what a name stands for, whether or not the object is there; never
        an option. None where there is nothing of that name.

        `rev-parse --verify --quiet` ends with 1 and says nothing, but for names like
        `@{upstream}`, of which it dies (see `_NO_SUCH_NAME`).

        Raises:
            GitError: the refs or an object cannot be read.
        """
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        result = self.run(words)
        if result.returncode == 0:
            oid = result.stdout.decode("utf-8", "replace").strip()
            return oid if OBJECT_ID.fullmatch(oid) else None  # `^NAME` is a way to write a range
        error = process.GitError(words, result.returncode, result.stderr)
        silent = error.code == 128 and not error.stderr  # `HEAD@{99}`, in git before 2.46
        if error.cause is None and (
            error.code == 1 or silent or re.search(_NO_SUCH_NAME, error.stderr)
        ):
            return None
        raise error

    def commit_id(self, name: str) -> str | None:
        """The full id of the commit that a name leads to; None where there is no such name,
        where it is another kind of object, or where the commit is not in this clone.

        Raises:
            GitError: the refs or an object cannot be read.
        """
        return self.object_id(f"{name}^{{commit}}")

    def resolve(self, revision: str) -> str:
        """The full id of the commit that *revision* names, never an option.

        Raises:
            NothingToJudge: there is no such commit.
            GitError: the refs or an object cannot be read.
        """
        if ":" in revision:  # `:/words` and `REVISION:path` would take `^{commit}` for more
            object_id = self.object_id(revision)
            oid = self.commit_id(object_id) if object_id else None
        else:
            oid = self.commit_id(revision)
        if oid is None:
            raise NothingToJudge(
                f"no commit is named {revision!r} here", self._how_to_fetch(revision)
            )
        return oid

    def _how_to_fetch(self, revision: str) -> str:
        """How to get a commit that is not here: a branch of a remote by its name, which
        `git fetch` leaves out in a clone of a single branch."""
        for remote in sorted(self.config.subsections("remote", "url"), key=len, reverse=True):
            branch = revision.removeprefix(f"{remote}/")
            if branch != revision and not set(branch) & set("~^:@{ *?[\\"):
                tracking = f"{branch}:refs/remotes/{remote}/{branch}"
                deepen = ["--unshallow"] if self.shallow else []
                return f"Fetch it: {shlex.join(['git', 'fetch', *deepen, remote, tracking])}"
        if self.head() is None and re.match(r"(HEAD|@)(?![\w/])", revision):
            return "HEAD is on a branch without a commit yet. Make the first one: git commit"
        shallow = " This clone is shallow: git fetch --unshallow" if self.shallow else ""
        return f"Fetch it first, or name another one.{shallow}"

    def head(self) -> str | None:
        """The id of HEAD's commit; None on an unborn branch."""
        return self.commit_id("HEAD")


def _run(
    args: Sequence[str], stdin: bytes = b"", *, folder: Path | None = None
) -> processes.FinishedProcess:
    """Run git without GitPython; see `Run`.

    Args:
        folder: where, and then without what this process's environment says of a repository.
    """
    env = process.plain_environment()
    if folder is not None:
        env = {name: value for name, value in env.items() if name not in process.OF_REPOSITORY}
    try:
        return processes.run(
            ["git", *args],
            cwd=folder,
            env=env,
            payload=stdin,
            stdout=processes.PIPE,
            stderr=processes.PIPE,
        )
    except programs.ProgramMissing:
        raise process.no_git() from None


def _output(run: Run, args: Sequence[str], stdin: bytes = b"") -> bytes:
    result = run(args, stdin)
    if result.returncode != 0:
        raise process.GitError(args, result.returncode, result.stderr)
    return result.stdout

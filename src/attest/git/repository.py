"""The contributor's or maintainer's own repository, as git sees it."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from attest import text
from attest.errors import EnvironmentFault, NothingToJudge, UsageError
from attest.git import alternates, process
from attest.git.isolated import Isolated
from attest.git.missing_objects import DAMAGED


def _assert_folder(path: Path) -> None:
    """git of MSYS2 or Cygwin prints `/c/…` or `/cygdrive/c/…`, which Python for Windows
    takes for a folder of the current drive: never one to write into.

    Raises:
        EnvironmentFault: git's folder is none to Python.
    """
    if not path.is_absolute() or not path.is_dir():
        raise EnvironmentFault(
            f"git names {path} as its git directory, and Python finds no such folder",
            "On Windows: the git of MSYS2 or Cygwin names paths as no other program does. "
            "Install Git for Windows (git-scm.com), and put it first on PATH.",
        )


_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Ident:
    """A name and an address, as git would write them into a commit."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository is. All paths are absolute.

    Args:
        git_dir: this worktree's git directory.
        common_dir: the git directory that all worktrees share.
        hooks: where git looks for hooks.
        objects: the object directory.
    """

    git_dir: Path
    common_dir: Path
    hooks: Path
    objects: Path
    object_format: str
    bare: bool
    shallow: bool

    @classmethod
    def find(cls) -> Repository:
        """The repository of the working directory (or of `GIT_DIR`).

        Raises:
            EnvironmentFault: there is none, or git refuses it.
        """
        process.version()
        asked = {
            "git_dir": ["--absolute-git-dir"],
            "common_dir": ["--path-format=absolute", "--git-common-dir"],
            "hooks": ["--path-format=absolute", "--git-path", "hooks"],
            "objects": ["--path-format=absolute", "--git-path", "objects"],
            "object_format": ["--show-object-format"],
            "bare": ["--is-bare-repository"],
            "shallow": ["--is-shallow-repository"],
        }
        flat = [word for words in asked.values() for word in words]
        try:
            out = process.run(["rev-parse", *flat], env=process.plain_environment()).stdout
        except process.GitError as error:
            if "not a git repository" in error.stderr:
                raise EnvironmentFault(
                    f"no git repository in {Path.cwd()}",
                    "Change into a clone first, or make one with `git init`.",
                ) from None
            if error.cause is not None:
                raise
            raise EnvironmentFault(f"git refuses this repository: {error.stderr}") from None
        lines = out.removesuffix(b"\n").split(b"\n")
        if len(lines) != len(asked):
            raise EnvironmentFault(
                "the path of this repository has a line break in it",
                "Move the clone to a folder whose path has none.",
            )
        found = dict(zip(asked, lines, strict=True))
        path = {name: Path(os.fsdecode(found[name])) for name in list(asked)[:4]}
        for name in ("git_dir", "common_dir"):
            _assert_folder(path[name])
        return cls(
            path["git_dir"],
            path["common_dir"],
            path["hooks"],
            path["objects"],
            found["object_format"].decode(),
            found["bare"] == b"true",
            found["shallow"] == b"true",
        )

    def isolated(self) -> Isolated:
        """A new isolated repository that borrows from this one's objects, and
        from a push's quarantine."""
        behind = alternates.read(os.environ.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", ""))
        return Isolated([self.objects, *behind], self.object_format, shallow=self.shallow)

    def git(self, *args: str, stdin: bytes = b"") -> bytes:
        """Run git here with the user's own configuration; its output."""
        return process.run(list(args), env=process.plain_environment(), stdin=stdin).stdout

    def ask(self, *args: str) -> str | None:
        """The first line that a look-up prints; None where it finds nothing.

        Raises:
            GitError: it could not look: the machine stopped it.
        """
        done = process.run(list(args), env=process.plain_environment(), check=False)
        if done.returncode != 0:
            error = process.GitError(args, done.returncode, done.stderr)
            if error.cause is not None:
                raise error
            return None
        return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def config(self, key: str, *, kind: str = "") -> str | None:
        """A value of git's configuration, None where it is not set.

        Args:
            kind: `bool` or `path`, for git to read it as such.

        Raises:
            GitError: the configuration is broken, or the value is not of its kind.
        """
        words = [f"--type={kind}"] if kind else []
        done = process.run(
            ["config", *words, "--get", key], env=process.plain_environment(), check=False
        )
        if done.returncode == 0:
            return done.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")
        if done.returncode == 1:
            return None
        raise process.GitError(["config", key], done.returncode, done.stderr)

    def values(self, key: str) -> list[str]:
        """All values of a setting that may be given several times."""
        return [
            value for value in (self.ask("config", "--get-all", key) or "").split("\n") if value
        ]

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
            args = ["update-ref", "-z", "--stdin"]
            stdin = words.encode("utf-8", "surrogateescape")
            process.run(args, env=process.plain_environment(), stdin=stdin, check=False)

    def set_config(self, key: str, value: str | None) -> None:
        """Set (or unset, with None) a value in the clone's own configuration."""
        if value is None:
            done = process.run(["config", "--local", "--unset-all", key], check=False)
        else:
            done = process.run(["config", "--local", key, value], check=False)
        if done.returncode not in (0, 5):
            error = process.GitError(["config", key], done.returncode, done.stderr)
            raise EnvironmentFault(
                f"{key} cannot be written to the clone's configuration: {error.message}",
                error.hint or "Look at .git/config, and run the command again.",
            )

    def author(self) -> Ident:
        """The author that git would write into a commit now.

        Raises:
            EnvironmentFault: git has no name or address for it.
        """
        try:
            line = self._decoded(self.git("var", "GIT_AUTHOR_IDENT"))
        except process.GitError as error:
            if error.cause is not None or not error.stderr:
                raise
            raise EnvironmentFault(
                f"git does not know who you are: {error.stderr.splitlines()[-1]}",
                "Set it, globally or for this clone alone (without --global):\n"
                '  git config --global user.name "Your Name"\n'
                "  git config --global user.email you@example.com",
            ) from None
        match = re.match(r"(.+) <([^<> ]+)> \d+ [-+]\d+$", line.strip())
        if match is None or text.CONTROL.search(line.strip()):
            raise EnvironmentFault(
                f"an attestation needs a name and an address; git has {line.strip()!r}",
                "Set user.name and user.email with `git config`.",
            )
        return Ident(match[1], match[2])

    def committer(self) -> bytes:
        """Who git would name as committer now: name, address, time and zone.

        Raises:
            EnvironmentFault: git has no name or address for it.
        """
        try:
            return self.git("var", "GIT_COMMITTER_IDENT").removesuffix(b"\n")
        except process.GitError as error:
            if error.cause is not None or not error.stderr:
                raise
            raise EnvironmentFault(
                f"git does not know who you are: {error.stderr.splitlines()[-1]}",
                "Set user.name and user.email with `git config`.",
            ) from None

    def top(self) -> Path:
        """The root of the work tree.

        Raises:
            UsageError: there is none.
        """
        found = self.ask("rev-parse", "--path-format=absolute", "--show-toplevel")
        if not found:
            raise UsageError("a bare repository has no work tree", "Run this in a clone of it.")
        return Path(found)

    def branch(self) -> str | None:
        """The full name of the branch that HEAD is on; None where it is detached."""
        return self.ask("symbolic-ref", "--quiet", "HEAD")

    def encodes_commits(self) -> bool:
        """Whether a commit made now gets an `encoding` header."""
        encoding = self.config("i18n.commitEncoding") or "utf-8"
        return encoding.lower() not in ("utf-8", "utf8")

    def _decoded(self, raw: bytes) -> str:
        """Text that git takes from the configuration: UTF-8, or what the person
        says that their commits are in."""
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            pass
        try:
            return raw.decode(self.config("i18n.commitEncoding") or "utf-8", "replace")
        except LookupError:
            return raw.decode("utf-8", "replace")

    def resolve(self, revision: str) -> str:
        """The full id of the commit that *revision* names, never an option.

        Raises:
            NothingToJudge: there is no such commit.
        """
        # In two steps: `:/words` would take `^{commit}` for more words.
        verify = ("rev-parse", "--verify", "--quiet", "--end-of-options")
        named = self.ask(*verify, revision) or ""
        found = self.ask(*verify, f"{named}^{{commit}}") if _OID.fullmatch(named) else None
        if not found:
            raise NothingToJudge(
                f"no commit is named {revision!r} here",
                "Fetch it first, or name another one."
                + (" This clone is shallow: git fetch --unshallow" if self.shallow else ""),
            )
        return found

    def head(self) -> str | None:
        """The id of HEAD's commit; None on an unborn branch."""
        return self.ask("rev-parse", "--verify", "--quiet", "HEAD^{commit}") or None

    def merge_heads(self) -> list[str]:
        """The commits that a merge in progress brings in."""
        path = self.git_dir / "MERGE_HEAD"
        words = path.read_text("ascii", "replace").split() if path.is_file() else []
        return [word for word in words if _OID.fullmatch(word)]

    def staged_tree(self) -> str:
        """The tree of the index that git names (`GIT_INDEX_FILE`), written now.

        Raises:
            UsageError: the index has conflicts.
            GitError: the object store cannot be written.
        """
        try:
            return self.git("write-tree").decode().strip()
        except process.GitError as error:
            if ": unmerged (" in error.stderr:
                raise UsageError(
                    "the index has conflicts that are not resolved",
                    "Resolve them, `git add` the files, and run the command again.",
                ) from None
            what = error.cause.what if error.cause else "git failed"
            raise EnvironmentFault(
                f"the staged change cannot be written to {self.objects}: {what}: {error.stderr}",
                error.cause.remedy if error.cause else DAMAGED,
            ) from None

    def edit(self, path: Path, terminal: tuple[TextIO, TextIO] | None = None) -> None:
        """Open *path* in git's editor and wait. It is started as an alias, so that
        git's own shell runs it, on every system, and its exit code is seen.

        Args:
            terminal: what the editor reads and writes, where our own input and
                output are not the terminal.

        Raises:
            EnvironmentFault: the editor could not be started, or failed.
        """
        env = {k: v for k, v in os.environ.items() if (k, v) != ("GIT_EDITOR", ":")}
        found = process.run(["var", "GIT_EDITOR"], env=env, check=False)
        editor = os.fsdecode(found.stdout).strip()
        alias = f"alias.attest-edit=!{editor}"
        command = ["-c", alias, "attest-edit", str(path)]
        code = process.call(command, env=env, terminal=terminal) if editor else 127
        if code != 0:
            raise EnvironmentFault(
                f"the editor {editor!r} ended with exit code {code}: nothing is signed",
                f"What was written is in {path}. If the editor did not start, set another: "
                "git config --global core.editor nano",
            )

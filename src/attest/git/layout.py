"""Where git says that a repository and its parts are."""

from __future__ import annotations

from pathlib import Path

from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.gitpython import Run

_LAYOUT = {
    "git_dir": ("--absolute-git-dir",),
    "common_dir": ("--path-format=absolute", "--git-common-dir"),
    "hooks": ("--path-format=absolute", "--git-path", "hooks"),
    "objects": ("--path-format=absolute", "--git-path", "objects"),
    "object_format": ("--show-object-format",),
    "bare": ("--is-bare-repository",),
    "shallow": ("--is-shallow-repository",),
    "work_tree": ("--path-format=absolute", "--show-toplevel"),
}
"""What `git rev-parse` is asked for when a repository is opened, a line each. The last question
comes last because it has no answer outside of a work tree: git dies of it."""
_NO_WORK_TREE = b"must be run in a work tree"
PATHS = ("git_dir", "common_dir", "hooks", "objects")
"""Those of the answers that are always paths."""


def ask(run: Run, folder: Path) -> dict[str, bytes]:
    """The answers to the questions of `_LAYOUT`, without that of the work tree outside of one.

    Args:
        folder: where git runs, for errors.

    Raises:
        EnvironmentFault: git refuses the repository, or there is none.
    """
    words = ["rev-parse", *(word for question in _LAYOUT.values() for word in question)]
    result = run(words, b"")
    lines = result.stdout.removesuffix(b"\n").split(b"\n")
    outside = _NO_WORK_TREE in result.stderr and len(lines) == len(_LAYOUT) - 1
    if result.returncode != 0 and not outside:
        error = process.GitError(words, result.returncode, result.stderr)
        if "not a git repository" in error.stderr:
            raise EnvironmentFault(
                f"no git repository in {folder}",
                "Change into a clone first, or make one with `git init`.",
            )
        if error.cause is not None:
            raise error
        raise EnvironmentFault(f"git refuses this repository: {error.stderr}")
    if len(lines) != len(_LAYOUT) - outside:
        raise EnvironmentFault(
            "the path of this repository has a line break in it",
            "Move the clone to a folder whose path has none.",
        )
    return dict(zip(_LAYOUT, lines, strict=not outside))


def assert_folder(path: Path) -> None:
    """git of MSYS2 or Cygwin prints `/c/…` or `/cygdrive/c/…`, which Python for Windows
    takes for a folder of the current drive: never one to write into.

    Raises:
        EnvironmentFault: Python does not find git's folder.
    """
    if not path.is_absolute() or not path.is_dir():
        raise EnvironmentFault(
            f"git names {path} as its git directory, and Python finds no such folder",
            "On Windows: the git of MSYS2 or Cygwin names paths as no other program does. "
            "Install Git for Windows (git-scm.com), and put it first on PATH.",
        )

"""Running git as a process: environment, errors, the oldest version."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import TextIO

from attest.errors import EnvironmentFault
from attest.git import failures
from attest.system import processes, programs

OLDEST = (2, 38)


CORRECT_IT = "Correct what git names, and run the command again."
"""The remedy for a failure whose cause only git's own words say."""


class GitError(EnvironmentFault):
    """git ended with an exit code other than 0.

    `stderr` is what it said, and `cause` what the machine has to do with it, if anything.
    """

    def __init__(self, args: Sequence[str], code: int, stderr: bytes) -> None:
        # git indents a command to copy, or a list, by a tab.
        message = stderr.decode("utf-8", "replace").strip().expandtabs(4)
        command = " ".join(args[:3])
        self.code = code
        self.stderr = message
        self.cause = failures.find(code, message)
        reasons = [self.cause.problem] if self.cause else []
        reasons += [message] if message else [] if reasons else [f"exit code {code}"]
        super().__init__(
            f"git {command} failed: {': '.join(reasons)}", self.cause.remedy if self.cause else ""
        )


def run(
    args: Sequence[str],
    *,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    check: bool = True,
    apart: bool = False,
) -> processes.FinishedProcess:
    """Run git and take its output.

    Args:
        env: the whole environment; None for this process's own.
        stdin: what git reads; nothing by default, so it never waits.
        check: raise for an exit code other than 0.
        apart: in a session of its own, and out of reach of Ctrl-C till it ends.

    Raises:
        GitError: git failed.
        EnvironmentFault: there is no git.
    """
    try:
        with _undisturbed() if apart else nullcontext():
            result = processes.run(
                ["git", *args],
                cwd=cwd,
                env=env,
                payload=stdin,
                stdout=processes.PIPE,
                stderr=processes.PIPE,
                own_session=apart and os.name == "posix",
            )
    except programs.ProgramMissing:
        raise no_git() from None
    if check and result.returncode != 0:
        raise GitError(args, result.returncode, result.stderr)
    return result


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Ctrl-C waits: `subprocess.run` would kill what it interrupts."""
    handler = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, handler)


def no_git() -> EnvironmentFault:
    """The error for a machine without git."""
    return EnvironmentFault("git is not installed", "Install git 2.38 or newer: git-scm.com")


def plain_environment() -> dict[str, str]:
    """This process's environment, with git speaking English, not locking the
    index for look-ups, seeing the objects as they are, and fetching nothing
    (git before 2.45 knows no GIT_NO_LAZY_FETCH; no allowed protocol does it)."""
    return {
        **os.environ,
        "LC_ALL": "C",
        "LANGUAGE": "C",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_GRAFT_FILE": f"{os.devnull}/none",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_ALLOW_PROTOCOL": "none",
    }


OF_REPOSITORY = frozenset(
    {
        "GIT_ALTERNATE_OBJECT_DIRECTORIES",
        "GIT_COMMON_DIR",
        "GIT_CONFIG",
        "GIT_CONFIG_COUNT",
        "GIT_CONFIG_PARAMETERS",
        "GIT_DIR",
        "GIT_GRAFT_FILE",
        "GIT_IMPLICIT_WORK_TREE",
        "GIT_INDEX_FILE",
        "GIT_INTERNAL_SUPER_PREFIX",
        "GIT_NAMESPACE",
        "GIT_OBJECT_DIRECTORY",
        "GIT_PREFIX",
        "GIT_REPLACE_REF_BASE",
        "GIT_SHALLOW_FILE",
        "GIT_WORK_TREE",
    }
)
"""Variables that are about one repository (`git rev-parse --local-env-vars`): where another one is
opened, they do not apply."""


ISOLATED_OPTIONS = (
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


_KEEPING_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(128 << 20),
}
"""Makes glibc keep what git frees, up to so many bytes (mallopt(3)); others ignore it. By default
the memory of a file goes back to the system after its patch: a sixth of the time of some patches.
One of the two alone would stop glibc from learning the other, which can take longer."""


def isolated_environment() -> dict[str, str]:
    """An environment in which nothing of the user or of the judged repository
    reaches git (docs/format.md, "Digests")."""
    names = ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP", "LD_LIBRARY_PATH", "GIT_EXEC_PATH")
    return {
        **{name: os.environ[name] for name in names if name in os.environ},
        "HOME": os.devnull,
        "LC_ALL": "C",
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_NO_REPLACE_OBJECTS": "1",
        "GIT_NO_LAZY_FETCH": "1",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_FLUSH": "0",  # `rev-list` would wake the reader of its list for each line
        **_KEEPING_MEMORY,
    }


@cache
def version() -> tuple[int, int]:
    """git's major and minor version.

    Raises:
        EnvironmentFault: git is missing, or older than `OLDEST`.
    """
    answer = run(["version"]).stdout.decode("utf-8", "replace").strip()
    match = re.search(r"(?<!\d)(\d+)\.(\d+)", answer)
    numbers = (int(match[1]), int(match[2])) if match else (0, 0)
    if numbers < OLDEST:
        raise EnvironmentFault(
            f"{answer!r} is too old: attest needs git {OLDEST[0]}.{OLDEST[1]} or newer",
            "Install a newer git and run the command again.",
        )
    return numbers


def call(
    args: Sequence[str],
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    terminal: tuple[TextIO, TextIO] | None = None,
) -> int:
    """Run git with this process's own input and output, or those of *terminal*;
    its exit code.

    Raises:
        GitError: a signal ended it, but for Ctrl-C.
    """
    reader, writer = terminal or (None, None)
    try:
        code = processes.run(
            ["git", *args], env=env, cwd=cwd, stdin=reader, stdout=writer
        ).returncode
    except programs.ProgramMissing:
        raise no_git() from None
    if code < 0 and code != -signal.SIGINT:
        raise GitError(args, code, b"")
    return code


def listen(args: Sequence[str]) -> tuple[int, str]:
    """Run git with this process's own input and standard error; its exit code and
    what it wrote to standard output."""
    try:
        result = processes.run(["git", *args], stdout=processes.PIPE)
    except programs.ProgramMissing:
        raise no_git() from None
    return result.returncode, result.stdout.decode("utf-8", "surrogateescape")

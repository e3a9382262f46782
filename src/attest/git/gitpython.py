"""GitPython: it discovers the repository, and starts git in it (docs/adr/0001). The only module
that imports it, and only when it is called."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Protocol

from attest.git import process
from attest.system import processes, programs

if TYPE_CHECKING:
    from git import Git


class Run(Protocol):
    """Runs git in the current directory, and waits for its end.

    Args:
        stdin: what git reads.

    Raises:
        EnvironmentFault: there is no git.
    """

    def __call__(self, args: Sequence[str], stdin: bytes = b"", /) -> processes.FinishedProcess: ...


def discover() -> Run:
    """Let GitPython discover the repository from the current directory or `GIT_DIR`; what runs
    git there.

    The runner works in the current directory with this process's environment. GitPython's
    own would work in the root of the work tree and with a `GIT_DIR` that it adds, so that
    git might answer for another repository than the one that the person is in.
    """
    with _import_settings():
        from git import Git, GitError, Repo
        from git.config import GitConfigParser
    Git.GIT_PYTHON_GIT_EXECUTABLE = programs.locate("git")

    class _Repo(Repo):
        """Opens without reading the configuration. GitPython would read that of a
        repository of somebody else before git refuses it, with all that it includes; and
        git's answers are used in place of what it reads there."""

        def _config_reader(self, *_args: object, **_options: object) -> GitConfigParser:
            return GitConfigParser([], read_only=True)

        config_reader = _config_reader

    try:
        repo = _Repo(search_parent_directories=True, expand_vars=False)
    except (GitError, OSError, ValueError):
        return partial(_execute, Git())  # git may know better, or says why there is none
    repo.git = Git()
    return partial(_execute, repo.git)


@contextmanager
def _import_settings() -> Iterator[None]:
    """When it is imported, GitPython starts `git version` twice, the second time for a table of
    `git fetch` that we do not use; both take as long as a tenth of the import. `process.version`
    has asked that already. A file that nobody can run keeps GitPython from it, and nothing that
    a variable of the user's says counts."""
    settings = {
        "GIT_PYTHON_GIT_EXECUTABLE": os.devnull,
        "GIT_PYTHON_REFRESH": "quiet",
        "GIT_PYTHON_TRACE": "",
    }
    old_values = {name: os.environ.get(name) for name in settings}
    os.environ.update(settings)
    try:
        yield
    finally:
        for name, value in old_values.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _execute(runner: Git, args: Sequence[str], stdin: bytes = b"") -> processes.FinishedProcess:
    """Run git by GitPython; see `Run`.

    As a process of its own (`as_process`), because only then GitPython takes bytes for the
    input, and leaves standard error as it is; `processes.finish` then guarantees what
    `processes.run` does: the input ends, and no child outlives an interruption.
    """
    from git import GitCommandNotFound

    try:
        child = runner.execute(
            [programs.locate("git"), *args],
            istream=processes.PIPE,
            as_process=True,
            shell=False,
            env=process.plain_environment(),
        )
    except (programs.ProgramMissing, GitCommandNotFound):
        raise process.no_git() from None
    assert child.proc is not None
    return processes.finish(child.proc, stdin)

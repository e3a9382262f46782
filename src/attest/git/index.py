"""The index: what the next commit would contain."""

from __future__ import annotations

from attest.errors import EnvironmentFault, UsageError
from attest.git import process, promisor
from attest.git.missing_objects import DAMAGED
from attest.git.repository import Repository


def staged_tree(repository: Repository) -> str:
    """The tree of the index that git names (`GIT_INDEX_FILE`), written now.

    Raises:
        UsageError: the index has conflicts.
        EnvironmentFault: the object store cannot be written.
    """
    try:
        # git would look for every file's object, and fetch each that a partial clone leaves out.
        options = ["--missing-ok"] if promisor.remote(repository.config) else []
        return repository.git("write-tree", *options).decode().strip()
    except process.GitError as error:
        if ": unmerged (" in error.stderr:
            raise UsageError(
                "the index has conflicts that are not resolved",
                "Resolve them, `git add` the files, and run the command again.",
            ) from None
        problem = error.cause.problem if error.cause else "git failed"
        raise EnvironmentFault(
            f"the staged change cannot be written to {repository.objects}: {problem}: "
            f"{error.stderr}",
            error.cause.remedy if error.cause else DAMAGED,
        ) from None

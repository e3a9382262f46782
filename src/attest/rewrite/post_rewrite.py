"""The hook `post-rewrite`, which tools use to follow commits to their new versions.

Source: githooks(5).
"""

from __future__ import annotations

import os
import shlex
import sys

from attest.git import process
from attest.git.repository import Repository
from attest.rewrite.record import Record
from attest.system import programs
from attest.text import showable


def run(repository: Repository, record: Record) -> None:
    """Run it after a rewrite with what git gives it: `amend` for a single commit, else `rebase`,
    and a line with the old and the new id of each commit. Its exit code decides nothing."""
    hook = repository.hooks / "post-rewrite"
    if not record.commits or not programs.is_program(str(hook)):
        return
    command = "amend" if len(record.commits) == 1 else "rebase"
    # By way of an alias, git runs it at the top of the work tree, and on Windows by its shell.
    alias = f"alias.attest-post-rewrite=!{shlex.quote(hook.as_posix())}"
    result = process.run(
        ["-c", alias, "attest-post-rewrite", command],
        env=dict(os.environ),
        stdin="".join(f"{old} {new}\n" for old, new in record.commits).encode(),
        check=False,
    )
    for line in (result.stdout + result.stderr).decode("utf-8", "replace").splitlines():
        print(showable(line), file=sys.stderr)

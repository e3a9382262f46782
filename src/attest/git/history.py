"""What is in the history of a commit, by its objects alone."""

from __future__ import annotations

from attest.git.isolated import Isolated


def contains(isolated: Isolated, oid: str, ancestor: str) -> bool:
    """Whether a commit is another one, or has it in its history.

    Raises:
        NothingToJudge: history is missing (a shallow clone).
    """
    result = isolated.run("merge-base", "--is-ancestor", ancestor, oid, check=False)
    if result.returncode == 0:
        return True
    # git says no as well where a parent is missing, or the other commit is. Walking the whole
    # history fails then.
    isolated.run("rev-list", "--count", oid)
    return False

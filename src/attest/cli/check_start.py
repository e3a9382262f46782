"""How `attest check` starts: git lists the commits of a range, which takes a while for a long one,
while Python loads what judges them. Without Typer; see `cli.main`."""

from __future__ import annotations

from datetime import UTC, datetime

from attest.cli.check_words import CheckOptions
from attest.git import commit_list
from attest.git.repository import Repository


def run(options: CheckOptions) -> int:
    """Check a range; see `check_range.check`."""
    repository = Repository.find(at_once=True)
    now = datetime.now(UTC)
    with repository.isolated() as isolated:
        words = options.revisions
        named = commit_list.find_ends(repository, words) if words is not None else None
        listing = commit_list.begin_list(isolated, named)
        from attest.cli import check_range  # the most of what has to be loaded

        return check_range.check(options, repository, isolated, now, named, listing)

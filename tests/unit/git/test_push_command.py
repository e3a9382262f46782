"""What the arguments of `git push` mean, by git-push(1) and gitcli(7)."""

from __future__ import annotations

import pytest

from attest.git import push_command


@pytest.mark.parametrize(
    ("args", "where"),
    [
        ((), ()),
        (("origin", "topic"), ("origin", "topic")),
        (("-u", "origin", "topic:other"), ("-u", "origin", "topic:other")),
        (("-q", "--quiet", "origin"), ("origin",)),
        (("-uq", "origin"), ("-u", "origin")),
        (("-o", "ci.skip", "origin"), ("origin",)),
        (("-oci.skip", "origin"), ("origin",)),
        (("-fo", "ci.skip", "origin"), ("-f", "origin")),
        (("--push-option", "ci.skip", "origin"), ("origin",)),
        (("--push-option=ci.skip", "origin"), ("origin",)),
        (("--pus", "ci.skip", "origin"), ("origin",)),
        (("--repo", "-q", "--all"), ("--repo", "-q", "--all")),
        (("--exec", "--quiet"), ("--exec", "--quiet")),
        (("--", "-q", "--dry-run"), ("--", "-q", "--dry-run")),
        (("-",), ("-",)),
    ],
)
def test_what_says_where_to_push(args: tuple[str, ...], where: tuple[str, ...]) -> None:
    parsed = push_command.parse(args)
    assert parsed.destination == where
    assert not parsed.dry_run


@pytest.mark.parametrize(
    ("args", "dry"),
    [
        (("-n",), True),
        (("-fn",), True),
        (("--dry-run",), True),
        (("--dr",), True),
        (("--d",), False),  # ambiguous: --delete
        (("--dry-run", "--no-dry-run"), False),
        (("--no-dry-run", "-n"), True),
        (("-on", "origin"), False),  # n is the value of -o
        (("-o", "-n", "origin"), False),
        (("--repo", "--dry-run"), False),
        (("--", "-n"), False),
    ],
)
def test_the_last_word_on_a_dry_run_counts(args: tuple[str, ...], dry: bool) -> None:
    assert push_command.parse(args).dry_run is dry

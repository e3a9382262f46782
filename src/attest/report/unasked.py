"""What nobody was asked about, in words: for whoever signs, and for readers."""

from __future__ import annotations

from attest.report.answers import UnaskedGroup
from attest.report.findings import MAX_LISTED, UnaskedHunks

_WORDS: dict[UnaskedGroup, tuple[str, str]] = {
    "tests": ("test", "tests"),
    "prose": ("prose", "prose"),
    "low": ("other change of low rank", "other changes of low rank"),
    "repeats": ("repeat of the same edit", "repeats of the same edit"),
    "related": ("related to a hunk that is asked about", "related to hunks that are asked about"),
    "limit": ("hunk beyond the limit", "hunks beyond the limit"),
    "trivial": (
        "trivial change such as white space or comments",
        "trivial changes such as white space or comments",
    ),
    "covered-kinds": (
        "of a kind that the policy asks nothing about",
        "of kinds that the policy asks nothing about",
    ),
    "covered-paths": (
        "in a path that the policy only covers",
        "in paths that the policy only covers",
    ),
    "ignored-paths": ("in a path that the policy ignores", "in paths that the policy ignores"),
}
"""One hunk of each group, and several."""


def to_signer(unasked: UnaskedHunks) -> list[str]:
    """What a person also signs for; no line where everything was asked about."""
    count = unasked.total
    return _lines(f"You also sign for {_hunks(count)} nobody asked about", unasked)


def to_reader(unasked: UnaskedHunks) -> list[str]:
    """What nobody was asked about; no line where everything was."""
    count = unasked.total
    verb = "was" if count == 1 else "were"
    return _lines(f"{_hunks(count)} {verb} not asked about", unasked)


def _lines(head: str, unasked: UnaskedHunks) -> list[str]:
    """One line with the counts, and below it the hunks that may change behaviour."""
    if not unasked.total:
        return []
    counts = ", ".join(
        f"{count} {_WORDS[group][count != 1]}" for group, count in unasked.groups.items()
    )
    hunks = unasked.behaviour
    if not hunks:
        return [f"{head}: {counts}."]
    lines = [f"{head}: {counts}. {_subject(len(hunks), unasked.total)} behaviour:"]
    lines += [f"  {hunk.place}  {hunk.kind}" for hunk in hunks[:MAX_LISTED]]
    more = len(hunks) - MAX_LISTED
    return [*lines, f"  … and {more} more"] if more > 0 else lines


def _subject(count: int, total: int) -> str:
    if count == total:
        return "It may change" if count == 1 else "All of them may change"
    return f"{count} of them may change"


def _hunks(count: int) -> str:
    return "1 hunk" if count == 1 else f"{count} hunks"

"""What the message of a commit says of why it is made: it reverts another one, or names an
issue."""

from __future__ import annotations

import re
from dataclasses import dataclass

from attest.facts import wording
from attest.facts.fact import Fact
from attest.text import lazy

MAX_MESSAGE = 20_000
"""Characters of a message that are read."""

_REVERTED = lazy(r"\bThis reverts commit ([0-9a-f]{7,64})\b")
_REVERT_TITLE = lazy(r"^[Rr]evert:? [\"“](.{1,300})[\"”]")
_TAKES_BACK = lazy(r"\b(?:[Rr]evert(?:s|ed|ing)?|[Rr]eapply|[Bb]acks? out)\b")
_LONGEST_SUBJECT = 300
_ISSUE = lazy(
    r"\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)\b:? (?:issue )?"
    r"(#[0-9]{1,6}|[A-Z]{2,10}-[0-9]{1,6})\b",
    re.IGNORECASE,
)
_ANY_ISSUE = lazy(r"(?<![\w&#])#([0-9]{1,6})\b")


@dataclass(frozen=True, slots=True)
class Reverted:
    """The commit that another one takes back.

    Args:
        oid: its id, as the message has it; empty where it has none.
        title: its subject; empty where it is not known.
    """

    oid: str
    title: str


def reverted(message: str) -> Reverted | None:
    """What a message in git's own words takes back (git-revert(1))."""
    message = message[:MAX_MESSAGE]
    subject = message.lstrip().partition("\n")[0]
    title = _REVERT_TITLE.match(subject)
    # The message of a squashed branch has the reverts of its commits in its body, too.
    named = _REVERTED.search(message) if _TAKES_BACK.search(subject[:_LONGEST_SUBJECT]) else None
    if named is None and title is None:
        return None
    return Reverted(named[1] if named else "", title[1] if title else "")


def of_revert(revert: Reverted) -> Fact | None:
    """What is asked about a revert. None where nothing is known of what it reverts."""
    if not revert.title:
        return None
    start = f"This takes back {revert.oid[:10]}" if revert.oid else "This takes back"
    question = "What was that for, and what meets that need now?"
    if revert.title.startswith(('Revert "', "Revert “", "Reapply ")):
        question = "Why was that taken back, and what is different now?"
    return Fact("revert", wording.sentence(start, revert.title), question)


def issue_number(title: str, message: str) -> str:
    """The issue that a fix was for: `#123`; empty where its message names none, or where its
    title shows it already.

    Args:
        title: the first line of the message.
    """
    if _ANY_ISSUE.search(title):
        return ""
    match = _ISSUE.search(message[:MAX_MESSAGE])
    return match[1] if match else ""

"""How a project merges: the unit that fits, and the settings of forges that keep the proof
(docs/merging.md)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, get_args

from attest.errors import UsageError
from attest.forge.ci_event import Forge
from attest.interview.line_editor import ask_line
from attest.report.findings import PolicyUnit

MergeMethod = Literal["squash", "merge", "rebase", "mail"]
METHODS: tuple[MergeMethod, ...] = get_args(MergeMethod)
UNITS: Mapping[MergeMethod, PolicyUnit] = {
    "squash": "pull-request",
    "merge": "pull-request",
    "rebase": "commit",
    "mail": "commit",
}
"""Where each commit lands and is read by itself, each is answered for."""

_QUESTION = (
    "How does the project merge: squash, merge (commits), rebase, or mail (patches)?\n"
    "A contributor then answers once for a pull request, or for each commit"
)

_SQUASH: Mapping[Forge, str] = {
    "github": (
        "so that squashed commits keep the attestation: Settings > General > Pull Requests > "
        "Allow squash merging > Default commit message: Pull request title and commit details\n"
        "gh api -X PATCH 'repos/{owner}/{repo}' -f squash_merge_commit_title=PR_TITLE "
        "-f squash_merge_commit_message=COMMIT_MESSAGES"
    ),
    "gitlab": (
        "so that squashed commits keep the attestation: Settings > Merge requests > Squash commit "
        "message template:\n%{title}\n\n%{all_commits}"
    ),
    "forgejo": (
        "so that squashed commits keep the attestation, contributors paste it into the description "
        "(attest block --markdown), which Forgejo takes into the message; the message can be "
        "changed when merging"
    ),
}
_ANY_SQUASH = (
    "make the forge put the messages of the commits, or the description, into the message of a "
    "squash"
)
_REBASE = "do not squash: only the attestations of single commits would stand in the message"


def ask() -> MergeMethod:
    """Ask on the terminal how the project merges."""
    question = _QUESTION
    while (answer := ask_line(question, "squash").strip().lower()) not in METHODS:
        question = f"Type one of {', '.join(METHODS)}"
    return next(one for one in METHODS if one == answer)


def parse(name: str) -> MergeMethod:
    """A method by its name on the command line.

    Raises:
        UsageError: there is none of that name.
    """
    for method in METHODS:
        if method == name:
            return method
    raise UsageError(f"there is no merge method {name!r}", f"Name one of {', '.join(METHODS)}.")


def with_unit(policy: str, method: MergeMethod) -> str:
    """The text of a new policy with the unit that fits."""
    unit = f'unit = "{UNITS[method]}"'
    comment = "# what a contributor answers for at once"
    return policy.replace("version = 1\n", f"version = 1\n{unit:<20} {comment}\n", 1)


def settings(method: MergeMethod, forge: Forge | None) -> list[str]:
    """What to set on the forge, each in one or more lines."""
    if method == "squash" and forge is not None:
        return [_SQUASH[forge]]
    if method == "squash":
        return [_ANY_SQUASH]
    if method == "rebase":
        return [_REBASE]
    return []

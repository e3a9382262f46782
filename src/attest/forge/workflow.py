"""The CI job that judges each pull request, for the forge at hand (docs/ci.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Literal, get_args

from attest.forge import hosts
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin

_PATHS: dict[Forge, str] = {
    "github": ".github/workflows/attest.yml",
    "gitlab": ".gitlab/attest.yml",
    "forgejo": ".forgejo/workflows/attest.yml",
}


Trigger = Literal["pull_request_target", "pull_request"]
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
_ON: Mapping[Trigger, str] = {
    "pull_request_target": "pull_request_target: # zizmor: ignore[dangerous-triggers]",
    "pull_request": "pull_request:",
}
_REASONS: Mapping[Trigger, str] = {
    "pull_request_target": """\
# pull_request_target, because the workflow is then not taken from the pull request: one
# that edits this file does not change how it is checked. This is safe only because
# nothing of the pull request is checked out, built or run: git fetches its commits as
# objects, and attest reads them. Therefore do not add steps to this job.""",
    "pull_request": """\
# pull_request, because the project forbids pull_request_target. The workflow is taken
# from the pull request: one that edits this file changes how it is checked. Therefore
# protect this file with code owners, or require this workflow by a ruleset of the
# organisation, which takes it from a repository of its own.""",
}
"""Why the job has its trigger, as a comment in it."""


@dataclass(frozen=True, slots=True)
class Workflow:
    """A file to write.

    Args:
        path: from the root of the repository.
    """

    path: str
    text: str


def path(forge: Forge) -> str:
    """Where the workflow of a forge is, from the root of the repository."""
    return _PATHS[forge]


def render(forge: Forge, origin: Origin, trigger: Trigger = "pull_request_target") -> Workflow:
    """The workflow of a forge.

    Args:
        origin: where it gets attest from.
        trigger: the event that starts it. GitLab has none to choose from.
    """
    template = (resources.files("attest") / "templates" / f"{forge}.yml").read_text("utf-8")
    template = template.replace("@WHY@", _REASONS[trigger]).replace("@TRIGGER@", _ON[trigger])
    lines = []
    for line in template.splitlines(keepends=True):
        before, mark, after = line.partition("@ATTEST@")
        if mark:
            lines += [_step(before, words, origin) + after for words in origin.steps]
        else:
            lines.append(line)
    return Workflow(path(forge), "".join(lines))


def _step(command: str, words: str, origin: Origin) -> str:
    """One call of pip, with what it reads where that is its standard input."""
    if not words.endswith("/dev/stdin"):
        return command + words
    indent = command[: len(command) - len(command.lstrip())]
    return f"{indent}echo '{origin.spec}' | {command.lstrip()}{words}"


def of_remote(url: str) -> Forge | None:
    """The forge that a remote's URL shows; None where it shows none that is known."""
    name = hosts.read(url)
    if name == "github.com":
        return "github"
    if name == "gitlab.com" or name.startswith("gitlab."):
        return "gitlab"
    if name == "codeberg.org" or name.startswith(("forgejo.", "gitea.")):
        return "forgejo"
    return None

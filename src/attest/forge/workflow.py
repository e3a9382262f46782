"""The CI job that judges each pull request, for the forge at hand (docs/ci.md)."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources

from attest.forge import hosts
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin

_PATHS: dict[Forge, str] = {
    "github": ".github/workflows/attest.yml",
    "gitlab": ".gitlab/attest.yml",
    "forgejo": ".forgejo/workflows/attest.yml",
}


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


def render(forge: Forge, origin: Origin) -> Workflow:
    """The workflow of a forge.

    Args:
        origin: where it gets attest from.
    """
    template = (resources.files("attest") / "templates" / f"{forge}.yml").read_text("utf-8")
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

"""`attest init`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.forge.ci_event import Forge
    from attest.forge.workflow import Trigger


class ForgeName(StrEnum):
    """Forges that attest can write a CI job for."""

    GITHUB = "github"
    GITLAB = "gitlab"
    FORGEJO = "forgejo"


class TriggerName(StrEnum):
    """Events that can start the CI job."""

    PULL_REQUEST_TARGET = "pull_request_target"
    PULL_REQUEST = "pull_request"


def init(
    key: Annotated[
        str | None,
        typer.Option(
            "--key",
            metavar="FILE",
            help="Signing key: an SSH key file (private or public), or openpgp:ADDRESS.",
        ),
    ] = None,
    yes: Annotated[
        bool,
        typer.Option("--yes", "-y", help="Ask nothing: use the first key found, or create one."),
    ] = False,
    no_hooks: Annotated[bool, typer.Option("--no-hooks", help="Do not install hooks.")] = False,
    maintainer: Annotated[
        bool,
        typer.Option(
            "--maintainer",
            help="Set up the project: write .attest.toml, the list of signers, the CI job and "
            "a section of CONTRIBUTING.md.",
        ),
    ] = False,
    preset: Annotated[
        str | None,
        typer.Option(
            "--preset",
            metavar="NAME",
            help="With --maintainer: policy to start from: default, linux, apache, "
            "kubernetes, openstack, ban.",
        ),
    ] = None,
    forge: Annotated[
        ForgeName | None,
        typer.Option(
            "--forge",
            help="With --maintainer: forge to write the CI job for. Default: that of the remote.",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            metavar="SPEC",
            help="With --maintainer: where the CI job installs attest from: "
            "git+https://…@COMMIT, the URL of an archive with #sha256=…, or "
            "git-attest==VERSION. Default: where this attest was installed from.",
        ),
    ] = None,
    merge_method: Annotated[
        str | None,
        typer.Option(
            "--merge-method",
            metavar="METHOD",
            help="With --maintainer: how the project merges: squash, merge, rebase, mail. Sets "
            "what a contributor answers for. Default: asked on a terminal.",
        ),
    ] = None,
    trigger: Annotated[
        TriggerName | None,
        typer.Option(
            "--trigger",
            help="With --maintainer: event that starts the CI job of GitHub or Forgejo. "
            "pull_request_target (default) takes the job from the project's branch; pull_request, "
            "for projects that forbid that, from the pull request.",
        ),
    ] = None,
    agents: Annotated[
        bool,
        typer.Option(
            "--agents",
            help="With --maintainer: add a section to AGENTS.md that asks coding agents to stop "
            "and hand over to their person.",
        ),
    ] = False,
) -> int:
    """Set up this clone: choose a signing key and install the hooks.

    Looks for a key in git's user.signingKey, in the SSH agent and in ~/.ssh, and never
    changes existing keys. Existing hooks keep running, before attest's. Shows the
    project's policy. You can run it again at any time.

    With --maintainer, sets up the project instead of the clone.

    \b
    Examples:
      attest init
      attest init --key ~/.ssh/id_ed25519 --yes
      attest init --maintainer --preset linux --merge-method mail
      attest init --maintainer --forge github --source git+https://HOST/PATH@COMMIT
    """
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.text import showable

    def write(line: str) -> None:
        print(showable(line))

    settings = (preset, forge, source, merge_method, trigger)
    if not maintainer and (agents or any(one is not None for one in settings)):
        raise UsageError(
            "--preset, --forge, --source, --merge-method, --trigger and --agents require "
            "--maintainer",
            "Add --maintainer.",
        )
    repository = Repository.find()
    if maintainer:
        from attest.setup import project_setup
        from attest.setup.project_setup import ProjectOptions

        named: Forge | None = forge.value if forge else None
        start: Trigger = trigger.value if trigger else "pull_request_target"
        options = ProjectOptions(preset, named, source, not yes, agents, merge_method, start)
        project_setup.set_up(repository, options, write)
    else:
        from attest.setup import clone_setup
        from attest.setup.clone_setup import CloneOptions

        clone_setup.set_up(repository, CloneOptions(key, not yes, not no_hooks), write)
    return 0

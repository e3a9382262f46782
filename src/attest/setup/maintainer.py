"""What a maintainer needs in the repository: the policy, the list of signers, the CI
job, and a section of CONTRIBUTING. Existing files are not changed, but for that section."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import partial
from pathlib import Path

from attest.errors import AttestError, EnvironmentFault, UsageError
from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin, UnknownOrigin
from attest.forge.workflow import Trigger
from attest.git import process, remotes
from attest.git.repository import Repository
from attest.policy import parser, presets, summary
from attest.policy.model import FILE, Policy
from attest.project import base_commit
from attest.project.rule_files import SIGNERS
from attest.report.findings import DEFAULT_BRANCH
from attest.setup import agents_file, contributing, merge_method
from attest.setup import wishes as new_policy
from attest.setup.file_result import FileResult
from attest.setup.merge_method import MergeMethod
from attest.setup.wishes import Wishes
from attest.signatures import commit_signature, sshsig
from attest.state import atomic

_SIGNERS = """\
# Who may sign, one a line, in OpenSSH's format (ssh-keygen(1), ALLOWED SIGNERS):
#   ada@example.org namespaces="git-attest-v1" ssh-ed25519 AAAAC3Nz... ada's laptop
"""


def job(repository: Repository, forge: Forge | None) -> tuple[Forge | None, bool]:
    """Whose CI job is meant, and whether it is missing.

    Args:
        forge: None to go by the remote.
    """
    forge = forge or next(filter(None, map(workflow.of_remote, remotes.urls(repository))), None)
    return forge, forge is not None and not (repository.top() / workflow.path(forge)).exists()


def suggestion(folder: str) -> str:
    """A source for the commit that is checked out in a clone of attest; empty where no remote
    is known to have exactly that."""
    with suppress(AttestError):
        search_folder = partial(_search_folder, folder)
        (branch, *_) = search_folder(
            "branch", "-r", "--contains", "HEAD", "--format=%(refname:short)"
        )
        clean = not search_folder("status", "--porcelain")
        (url,) = search_folder("remote", "get-url", branch.partition("/")[0])
        (commit,) = search_folder("rev-parse", "HEAD")
        url = re.sub(r"\A(?:ssh://)?git@([^:/@]+)[:/]", r"https://\1/", url)
        return job_source.parse(f"git+{url}@{commit}").spec if clean else ""
    return ""


def _search_folder(folder: str, *args: str) -> list[str]:
    """The lines that git prints in a folder."""
    out = process.run(["-C", folder, *args], env=process.plain_environment()).stdout
    lines = out.decode("utf-8", "replace").splitlines()
    if not lines and args[0] != "status":
        raise EnvironmentFault(f"git {args[0]} printed nothing in {folder}")
    return lines


def write(
    repository: Repository,
    preset: str,
    forge: Forge | None,
    source: Origin | UnknownOrigin,
    *,
    is_requested: bool = False,
    method: MergeMethod | None = None,
    wishes: Wishes | None = None,
    agents: bool = False,
    trigger: Trigger = "pull_request_target",
) -> Iterator[FileResult]:
    """Write what is missing.

    Args:
        preset: the name of one.
        is_requested: the person named it.
        method: how the project merges, which decides the unit; None for the preset's.
        wishes: what the maintainer said about a new policy; None where nobody was asked.
        agents: write the section of AGENTS.md, too.
        forge: None to go by the remote.
        trigger: the event that starts the CI job.
        source: where the CI job gets attest from; if that is unknown, no job is written.

    Raises:
        UsageError: there is no such preset, or no work tree.
        EnvironmentFault: the existing policy is not valid, or a directory cannot be written.
    """
    top = repository.top()
    policy = _with_project(presets.text(preset), _project(repository, top))
    policy = policy if method is None else merge_method.with_unit(policy, method)
    policy = policy if wishes is None else new_policy.apply(policy, wishes)
    forge, job_is_missing = job(repository, forge)
    files = {FILE: policy, SIGNERS: _SIGNERS}
    if forge is not None and isinstance(source, Origin):
        job_file = workflow.render(forge, source, trigger)
        files[job_file.path] = job_file.text
    for path in (*files, contributing.FILE, *([agents_file.FILE] if agents else [])):
        _assert_writable(top / path)
    yield from _write_missing(top, files, preset if is_requested else "")
    yield from _about_job(top, forge, source, missing=job_is_missing)
    rules = parser.read((top / FILE).read_bytes(), FILE)
    spec = shlex.quote(source.location) if isinstance(source, Origin) else ""
    section = partial(summary.contributing, rules, _branch(repository))
    yield contributing.write(top, section, spec)
    if agents:
        yield agents_file.write(top)


def _write_missing(top: Path, files: Mapping[str, str], preset: str) -> Iterator[FileResult]:
    """Write those files that do not exist.

    Args:
        preset: that the person named; empty where they named none.
    """
    for path, content in files.items():
        if (top / path).exists():
            note = f"; the preset {preset} was not applied" if path == FILE and preset else ""
            yield FileResult(path, "unchanged", f"it exists already{note}")
        else:
            _put(top / path, content)
            yield FileResult(path, "written")


def _about_job(
    top: Path, forge: Forge | None, source: Origin | UnknownOrigin, *, missing: bool
) -> Iterator[FileResult]:
    """What is to be said of the CI job, beyond that it was written.

    Args:
        missing: it was not there before.
    """
    if forge is None:
        note = "no remote shows which forge; name it: --forge github"
        yield FileResult("the CI job", "not written", note)
        return
    path = workflow.path(forge)
    if isinstance(source, UnknownOrigin) and missing:
        yield FileResult(path, "not written", _without_source(forge, source))
    elif isinstance(source, UnknownOrigin):
        yield FileResult(path, "unchanged", "it exists already")
    elif missing and source.warning:
        yield FileResult(path, "warning", source.warning)
    if forge == "gitlab" and (top / path).exists():
        yield FileResult(".gitlab-ci.yml", "unchanged", "include .gitlab/attest.yml in it")


def _branch(repository: Repository) -> str:
    """The branch that changes are for: the remote's default, else what is checked out."""
    upstream_name = next(iter(base_commit.names(repository)), "").split("/", 3)
    branch = (repository.branch() or "").removeprefix("refs/heads/")
    return upstream_name[3] if len(upstream_name) == 4 else branch or DEFAULT_BRANCH


def _without_source(forge: Forge, source: UnknownOrigin) -> str:
    spec = (suggestion(source.folder) if source.folder else "") or job_source.EXAMPLE
    return (
        f"{source.reason}\nTo write it, name where the job installs attest from:\n"
        f"  attest init --maintainer --forge {forge} --source {shlex.quote(spec)}"
    )


def signer_line(email: str, public: str, policy: Policy) -> str:
    """The line of `allowed_signers` that lists a key for an address (ssh-keygen(1)), for all that
    the policy has keys do: an exemption of signers, or of authors with enough commits, looks at
    git's own signature of the commit."""
    namespaces = [sshsig.NAMESPACE.decode()]
    if any(one.signers or one.commits for one in policy.exempt):
        namespaces.append(commit_signature.NAMESPACE.decode())
    return f'{email} namespaces="{",".join(namespaces)}" {public}'


def _with_project(preset: str, name: str) -> str:
    line = f'project = "{name}"' + " " * max(1, 9 - len(name)) + "# attestations name it\n"
    return preset.replace("version = 1\n", f"version = 1\n{line}", 1)


def _project(repository: Repository, top: Path) -> str:
    url = next(iter(remotes.urls(repository)), "") or top.name
    name = re.split(r"[/:\\]", url.rstrip("/").removesuffix(".git"))[-1]
    return re.sub(r"[^A-Za-z0-9._-]", "-", name) or "project"


def _assert_writable(path: Path) -> None:
    if path.is_dir() or path.is_symlink():
        kind = "a directory" if path.is_dir() else "a symbolic link"
        raise UsageError(f"{path} is {kind}; nothing was written", "Move it away first.")
    for parent in path.parents:
        if parent.exists():
            if not parent.is_dir():
                raise UsageError(
                    f"{parent} is not a directory; nothing was written", "Move it away first."
                )
            return


def _put(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"{path.parent} cannot be created: {error.strerror}",
            "Make the directory that it belongs in writable, and run the command again.",
        ) from None
    atomic.replace(path, content.encode())

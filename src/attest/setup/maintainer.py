"""What a maintainer needs in the repository: the policy, the list of signers, the CI
job, and words for CONTRIBUTING. Files that are there already are left alone."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from attest.errors import AttestError, EnvironmentFault, UsageError
from attest.forge import job_source, workflow
from attest.forge.ci_event import Forge
from attest.forge.job_source import Origin, Unknown
from attest.git import process
from attest.git.repository import Repository
from attest.policy import parser, presets, summary
from attest.policy.model import FILE
from attest.project import base_commit
from attest.project.rule_files import SIGNERS
from attest.report.findings import DEFAULT_BRANCH
from attest.state import atomic

CONTRIBUTING = "CONTRIBUTING.md"
PASTE = "add to it yourself"
"""The note on a file that gets the section by hand."""
_ELSEWHERE = ("CONTRIBUTING", "CONTRIBUTING.rst", "CONTRIBUTING.txt", "CONTRIBUTING.adoc")
_FOLDERS = (".github", "docs", ".gitlab", ".forgejo")
_SIGNERS = """\
# Who may sign, one a line, in OpenSSH's format (ssh-keygen(1), ALLOWED SIGNERS):
#   ada@example.org namespaces="git-attest-v1" ssh-ed25519 AAAAC3Nz... ada's laptop
"""


@dataclass(frozen=True, slots=True)
class Written:
    """What became of one file.

    Args:
        done: `written`, `brought up to date`, `left alone`, …
        note: more about it, for people.
    """

    path: str
    done: str
    note: str = ""


def job(repository: Repository, forge: Forge | None) -> tuple[Forge | None, bool]:
    """Whose CI job is meant, and whether it is missing.

    Args:
        forge: None to go by the remote.
    """
    forge = forge or next(filter(None, map(workflow.of_remote, _remotes(repository))), None)
    return forge, forge is not None and not (repository.top() / workflow.path(forge)).exists()


def suggestion(folder: str) -> str:
    """A source that is the commit checked out in a clone of attest; empty where no remote is
    known to have just that."""
    with suppress(AttestError):
        asked = partial(_look, folder)
        (branch, *_) = asked("branch", "-r", "--contains", "HEAD", "--format=%(refname:short)")
        clean = not asked("status", "--porcelain")
        (url,) = asked("remote", "get-url", branch.partition("/")[0])
        (commit,) = asked("rev-parse", "HEAD")
        url = re.sub(r"\A(?:ssh://)?git@([^:/@]+)[:/]", r"https://\1/", url)
        return job_source.parse(f"git+{url}@{commit}").spec if clean else ""
    return ""


def _look(folder: str, *args: str) -> list[str]:
    """The lines that git prints in a folder."""
    out = process.run(["-C", folder, *args], env=process.plain_environment()).stdout
    lines = out.decode("utf-8", "replace").splitlines()
    if not lines and args[0] != "status":
        raise EnvironmentFault(f"git {args[0]} prints nothing in {folder}")
    return lines


def write(
    repository: Repository,
    preset: str,
    forge: Forge | None,
    source: Origin | Unknown,
    *,
    asked: bool = False,
) -> Iterator[Written]:
    """Write what is missing.

    Args:
        preset: the name of one.
        asked: the person named it.
        forge: None to go by the remote.
        source: where the CI job gets attest from; where nobody knows, there is no job.

    Raises:
        UsageError: there is no such preset, or no work tree.
        EnvironmentFault: a policy that is there is wrong, or a folder cannot be written.
    """
    top = repository.top()
    begun = _with_project(presets.text(preset), _project(repository, top))
    forge, missing = job(repository, forge)
    files = {FILE: begun, SIGNERS: _SIGNERS}
    if forge is not None and isinstance(source, Origin):
        rendered = workflow.render(forge, source)
        files[rendered.path] = rendered.text
    for path in (*files, CONTRIBUTING):
        _assert_writable(top / path)
    for path, content in files.items():
        if (top / path).exists():
            unused = f"; the preset {preset} was not applied" if path == FILE and asked else ""
            yield Written(path, "left alone", f"it is there already{unused}")
        else:
            _put(top / path, content)
            yield Written(path, "written")
    if forge is None:
        yield Written(
            "the CI job", "left alone", "no remote shows the forge; name it: --forge github"
        )
    elif isinstance(source, Unknown) and missing:
        yield Written(workflow.path(forge), "not written", _without_source(forge, source))
    elif isinstance(source, Unknown):
        yield Written(workflow.path(forge), "left alone", "it is there already")
    elif missing and source.warning:
        yield Written(workflow.path(forge), "not pinned by its content", source.warning)
    if forge == "gitlab" and (top / workflow.path(forge)).exists():
        yield Written(".gitlab-ci.yml", "left alone", "include .gitlab/attest.yml in it")
    policy = parser.read((top / FILE).read_bytes(), FILE)
    spec = shlex.quote(source.location) if isinstance(source, Origin) else ""
    yield _contributing(top, partial(summary.contributing, policy, _branch(repository)), spec)


def _branch(repository: Repository) -> str:
    """What changes are for: the default branch of the remote, else what is checked out."""
    named = next(iter(base_commit.names(repository)), "").split("/", 3)
    here = (repository.branch() or "").removeprefix("refs/heads/")
    return named[3] if len(named) == 4 else here or DEFAULT_BRANCH


def _without_source(forge: Forge, source: Unknown) -> str:
    spec = (suggestion(source.folder) if source.folder else "") or job_source.EXAMPLE
    return (
        f"{source.why}\nTo write it, name where the job installs attest from:\n"
        f"  attest init --maintainer --forge {forge} --source {shlex.quote(spec)}"
    )


def _contributing(top: Path, write: Callable[[str], str], spec: str) -> Written:
    """Write the section.

    Args:
        write: makes it, of what to give to `pipx install`.
        spec: that, quoted; where it is empty, what is in the section already stays.
    """
    others = [
        file
        for folder in _FOLDERS
        if (top / folder).is_dir()
        for file in sorted((top / folder).iterdir())
        if file.stem.lower() == "contributing"
    ]
    others += [top / name for name in _ELSEWHERE]
    path = top / CONTRIBUTING
    found = next((other for other in others if other.exists()), None)
    if not path.exists() and found is not None:
        section = write(spec)
        name = found.relative_to(top).as_posix()
        return Written(name, "left alone", f"{PASTE}:\n{section}")
    old = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    before, begun, rest = old.partition(summary.BEGIN)
    within, end, after = rest.partition(summary.END)
    kept = re.search(rf"^{summary.INSTALL}(.+)$", within, re.MULTILINE) if begun and end else None
    section = write(spec or (kept[1] if kept else ""))
    if end:
        new = before + section + after.removeprefix("\n")
    else:
        new = f"{old.rstrip()}\n\n{section}" if old.strip() else f"# Contributing\n\n{section}"
    if new == old:
        return Written(CONTRIBUTING, "left alone", "it says already what the policy says")
    atomic.replace(path, new.encode("utf-8", "surrogateescape"))
    return Written(CONTRIBUTING, "brought up to date" if old else "written")


def signer_line(email: str, public: str) -> str:
    """The line by which a key becomes known for an address."""
    return f'{email} namespaces="git-attest-v1" {public}'


def _with_project(preset: str, name: str) -> str:
    line = f'project = "{name}"' + " " * max(1, 9 - len(name)) + "# against replay elsewhere\n"
    return preset.replace("version = 1\n", f"version = 1\n{line}", 1)


def _project(repository: Repository, top: Path) -> str:
    url = next(iter(_remotes(repository)), "") or top.name
    name = re.split(r"[/:\\]", url.rstrip("/").removesuffix(".git"))[-1]
    return re.sub(r"[^A-Za-z0-9._-]", "-", name) or "project"


def _remotes(repository: Repository) -> list[str]:
    """URLs of the remotes, `upstream` and `origin` first."""
    names = (repository.ask("remote") or "").split("\n")
    first = ("upstream", "origin")
    ordered = sorted(filter(None, names), key=lambda n: first.index(n) if n in first else 2)
    found = [repository.ask("remote", "get-url", name) for name in ordered]
    return [url for url in found if url]


def _assert_writable(path: Path) -> None:
    if path.is_dir() or path.is_symlink():
        what = "a folder" if path.is_dir() else "a symbolic link"
        raise UsageError(f"{path} is {what}; nothing was written", "Move it away first.")
    for parent in path.parents:
        if parent.exists():
            if not parent.is_dir():
                raise UsageError(f"{parent} is no folder; nothing was written", "Move it away.")
            return


def _put(path: Path, content: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"{path.parent} cannot be made: {error.strerror}", "Mend the permissions."
        ) from None
    atomic.replace(path, content.encode())

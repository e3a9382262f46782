"""Where a CI job gets attest from: pinned, so that nobody can put other code in its place.

The job judges with the rights of the project's own branch. So what it installs is named by
its content: a commit, or an archive with its hash. An index's version is named by its
number, and by hashes where they are known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Literal
from urllib.parse import unquote, urlsplit

from attest.errors import UsageError

NAME = "git-attest"
EXAMPLE = "git+https://HOST/PATH@COMMIT"
_REMEDY = f"""\
Name a commit, an archive with its hash, or a version of an index:
  --source {EXAMPLE}   (the full id: git ls-remote URL)
  --source https://HOST/git_attest-VERSION-py3-none-any.whl#sha256=HASH
  --source '{NAME}==VERSION --hash=sha256:HASH'   (pip hash FILE)"""

# Nothing here means anything to YAML in a block scalar, to a shell between single quotes, or
# to a forge (`${{`), and nothing is a second requirement or an option to pip.
_URL = re.compile(r"[A-Za-z0-9._~/%+@:-]+")
_ARCHIVE = re.compile(r"(https://[^#@]+)#sha256=([0-9a-f]{64})")
_RELEASE = re.compile(
    r"git-attest==([0-9]+(?:\.[0-9]+)*(?:(?:a|b|rc|\.post|\.dev)[0-9]+)*)"
    r"((?:[ ]+--hash=sha256:[0-9a-f]{64})*)"
)


@dataclass(frozen=True, slots=True)
class Origin:
    """A pinned source of attest.

    Args:
        kind: a commit, an archive with its hash, or a version at an index.
        requirement: in the words of pip (PEP 508), fit for single quotes in a shell.
        hashes: of the version's archives; empty for the other kinds.
    """

    kind: Literal["commit", "archive", "release"]
    requirement: str
    hashes: tuple[str, ...] = ()

    @property
    def spec(self) -> str:
        """What `parse` reads it from."""
        return " ".join([self.requirement, *(f"--hash={one}" for one in self.hashes)])

    @property
    def location(self) -> str:
        """The same for a person's own installation, without the name and the hashes."""
        return self.requirement.removeprefix(f"{NAME} @ ")

    @property
    def steps(self) -> list[str]:
        """The arguments of each call of pip; with hashes, pip wants one for every package
        that it installs, so that the others are installed by a second call."""
        if not self.hashes:
            return [f"'{self.requirement}'"]
        return ["--require-hashes --no-deps --requirement /dev/stdin", f"'{self.requirement}'"]

    @property
    def warning(self) -> str:
        """What is not pinned, in words; empty where attest itself is."""
        if self.kind != "release" or self.hashes:
            return ""
        return (
            "the job takes what the index has under this version, since no hash of it is known "
            f"here; with one: --source '{self.requirement} --hash=sha256:HASH'"
        )


def parse(spec: str) -> Origin:
    """Read what `--source` names.

    Raises:
        UsageError: it is none of the three kinds, or is not pinned.
    """
    words = spec.strip()
    match = _RELEASE.fullmatch(words)
    if match:
        hashes = tuple(word.removeprefix("--hash=") for word in match[2].split())
        return Origin("release", f"{NAME}=={match[1]}", hashes)
    url = re.sub(rf"{NAME} *@ *", "", words, count=1) if words.startswith(NAME) else words
    if "://" not in url:
        raise _refusal(spec, "it names no version, commit or archive")
    if not _URL.fullmatch(url.partition("#")[0]):
        raise _refusal(spec, "a URL here has letters, digits and ._~/%+@:- alone")
    if url.startswith("git+"):
        return _commit(spec, url)
    return _archive(spec, url)


def _commit(spec: str, url: str) -> Origin:
    if not url.startswith(("git+https://", "git+ssh://", "git+file:///")):
        raise _refusal(spec, "only git+https, git+ssh and git+file are taken")
    repository, _, commit = url.rpartition("@")
    host = urlsplit(repository)
    if "#" in url or not repository or "/" in commit or not host.path.strip("/"):
        raise _refusal(spec, "it names no commit: a branch or a tag can be moved")
    if not repository.startswith("git+file:") and not _names_host(repository):
        raise _refusal(spec, "it names no host")
    if not re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", commit):
        raise _refusal(spec, f"{commit!r} is not the full id of a commit, and can be moved")
    if host.password or (host.username and host.scheme != "git+ssh"):
        raise _refusal(spec, "a file that everybody can read must have no user name or password")
    return Origin("commit", f"{NAME} @ {url}")


def _archive(spec: str, url: str) -> Origin:
    match = _ARCHIVE.fullmatch(url)
    name = unquote(urlsplit(url).path)
    if not url.startswith("https://"):
        raise _refusal(spec, "a runner cannot reach it: only https is taken for archives")
    if match is None:
        raise _refusal(spec, "the archive has no hash (#sha256=…), or a user name in its URL")
    if not _names_host(url):
        raise _refusal(spec, "it names no host")
    if not name.endswith((".whl", ".tar.gz", ".zip")):
        raise _refusal(spec, "it is not an archive that pip installs (.whl, .tar.gz, .zip)")
    return Origin("archive", f"{NAME} @ {url}")


def _names_host(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        return False


def _refusal(spec: str, reason: str) -> UsageError:
    return UsageError(f"--source {spec[:300]!r}: {reason}", _REMEDY)


@dataclass(frozen=True, slots=True)
class UnknownOrigin:
    """Nobody knows where a runner can get this attest from.

    Args:
        reason: in words.
        folder: that it was installed from; empty where there is none.
    """

    reason: str
    folder: str = ""


def of_installation() -> Origin | UnknownOrigin:
    """Where this attest was installed from, as its installer wrote down (PEP 610)."""
    try:
        distribution = metadata.distribution(NAME)
    except metadata.PackageNotFoundError:
        return UnknownOrigin("this attest was not installed as a package")
    record = distribution.read_text("direct_url.json")
    if record is not None:
        return of_record(record)
    if (distribution.read_text("INSTALLER") or "").strip() not in _FROM_INDEX:
        return UnknownOrigin("nothing says where this attest was installed from")
    try:
        return parse(f"{NAME}=={distribution.version}")
    except UsageError as error:
        return UnknownOrigin(error.message)


_FROM_INDEX = ("pip", "uv", "poetry", "pdm")
"""Installers that write down where a package came from, unless it is from an index."""


def of_record(record: str) -> Origin | UnknownOrigin:
    """Read a `direct_url.json`.

    Args:
        record: the file's content (PEP 610).
    """
    try:
        data = json.loads(record)
    except ValueError:
        data = None
    url = data.get("url") if isinstance(data, dict) else None
    if not isinstance(url, str):
        return UnknownOrigin("the record of where attest was installed from cannot be read")
    if url.startswith("file:"):
        folder = unquote(urlsplit(url).path)
        return UnknownOrigin(
            f"this attest was installed from {folder}, which no runner has", folder
        )
    try:
        return parse(_installed_spec(url, data))
    except UsageError as error:
        return UnknownOrigin(
            f"this attest was installed from what a job cannot use: {error.message}"
        )


def _installed_spec(url: str, data: Mapping[str, object]) -> str:
    vcs, archive = data.get("vcs_info"), data.get("archive_info")
    if isinstance(vcs, dict):
        return f"{vcs.get('vcs')}+{url}@{vcs.get('commit_id')}"
    if isinstance(archive, dict):
        hashes = archive.get("hashes")
        digest = hashes.get("sha256") if isinstance(hashes, dict) else None
        old = str(archive.get("hash", "")).removeprefix("sha256=")
        return f"{url.partition('#')[0]}#sha256={digest or old}"
    return url

"""What is off with the objects of a repository: missing, and then by what the clone leaves
out, or damaged; or the machine stopped git."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from attest.errors import EnvironmentFault, NothingToJudge
from attest.git import failures

DAMAGED = (
    "`git fsck` names every object that is damaged or missing. Move the damaged files away, "
    "and fetch the objects again: git fetch --refetch"
)
_UNSHALLOW = "Fetch the whole history: git fetch --unshallow (in GitHub Actions: fetch-depth: 0)."
_REFETCH = "Fetch what the clone leaves out: git fetch --refetch --no-filter"
"""The option is git 2.36's."""


class GitOutcome(Protocol):
    """How a git ended, and what it wrote."""

    returncode: int
    stdout: bytes
    stderr: bytes


class Faults:
    """Finds the reason for which git failed.

    Args:
        look: runs `git cat-file --batch` for one object id.
        objects: the object directories.
        object_format: `sha1` or `sha256`.
        shallow: whether the history in them ends early.
        promisor: the remote that has what is left out, where it is known.
    """

    def __init__(
        self,
        look: Callable[[str], GitOutcome],
        objects: Sequence[Path],
        object_format: str,
        *,
        shallow: bool,
        promisor: str = "",
    ) -> None:
        self._read, self._objects = look, objects
        self._refetch = " ".join(filter(None, (_REFETCH, promisor and shlex.quote(promisor))))
        self._format, self._shallow = object_format, shallow

    def name(self, kind: str, data: bytes) -> str:
        """The id of an object (gitformat-loose(5))."""
        make = hashlib.sha1 if self._format == "sha1" else hashlib.sha256
        hasher = make(f"{kind} {len(data)}\0".encode(), usedforsecurity=False)
        hasher.update(data)
        return hasher.hexdigest()

    def explain(
        self,
        problem: str,
        code: int,
        stderr: bytes,
        *oids: str,
        kind: str = "",
        name: str = "",
        others: str = "",
    ) -> NothingToJudge | EnvironmentFault:
        """The error for a git that failed.

        Args:
            problem: what did not work, for where no other reason is found.
            code, stderr: how git ended; 0 and nothing where it goes on.
            oids: the objects that it needed (other words are passed over); those that it
                names are looked at too.
            kind: what the first of them must be.
            name: what a person calls that one.
            others: what all others must be.
        """
        message = stderr.decode("utf-8", "replace").strip()
        cause = failures.find(code, message) if code else None
        if cause is not None:
            words = ": ".join(filter(None, (problem, cause.problem, message)))
            return EnvironmentFault(words, cause.remedy)
        for oid in dict.fromkeys([*oids, *failures.ids(message)]):
            if failures.ids(oid) == [oid]:
                fault = self._of(oid, kind, name)
                if fault is not None:
                    return fault
                kind, name = others, ""
        return EnvironmentFault(f"{problem}: {message or 'git does not say why'}", DAMAGED)

    def _of(self, oid: str, kind: str, name: str) -> NothingToJudge | EnvironmentFault | None:
        """What is off with an object; None where it is whole."""
        result = self._read(oid)
        message = result.stderr.decode("utf-8", "replace").strip()
        cause = failures.find(result.returncode, message)
        description = name or f"{kind or 'object'} {oid}"
        if cause is not None:
            words = ": ".join(
                filter(None, (f"{description} cannot be read", cause.problem, message))
            )
            return EnvironmentFault(words, cause.remedy)
        header, _, content = result.stdout.partition(b"\n")
        words_ = header.split(b" ")
        if words_[-1:] == [b"missing"] and not message:
            return self._missing(description, kind)
        if result.returncode != 0 or len(words_) != 3 or message:
            return EnvironmentFault(
                f"{description} is damaged: {message or 'it is cut short'}", DAMAGED
            )
        kind_there = words_[1].decode("ascii", "replace")
        if self.name(kind_there, content[:-1]) != oid:
            return EnvironmentFault(
                f"{kind or kind_there} {oid} is not what its name says", DAMAGED
            )
        if kind and kind_there != kind:
            return EnvironmentFault(f"{description} is a {kind_there}, and not a {kind}", DAMAGED)
        return None

    def _missing(self, description: str, kind: str) -> NothingToJudge | EnvironmentFault:
        """The error for an object that is not there, by what the clone leaves out."""
        if self._shallow and kind in ("", "commit"):
            return NothingToJudge(
                f"{description} is missing in this clone, which is shallow", _UNSHALLOW
            )
        if any(next(folder.glob("pack/*.promisor"), None) for folder in self._objects):
            return NothingToJudge(
                f"{description} is missing in this clone, which is partial", self._refetch
            )
        if kind == "commit":
            hint = "Fetch it. If a commit that is here needs it, the repository is damaged. "
            return NothingToJudge(f"{description} is missing in this clone", hint + DAMAGED)
        return EnvironmentFault(f"{description} is missing in this repository", DAMAGED)

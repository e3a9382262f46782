"""The files of a tree that hold rules (docs/policy.md, "Files")."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import NamedTuple

from attest.errors import EnvironmentFault
from attest.git import commit_object, tree_paths
from attest.git.isolated import Isolated
from attest.policy import parser, teams
from attest.policy.model import FILE
from attest.policy.teams import Teams
from attest.signatures import allowed_signers
from attest.signatures.allowed_signers import Signer
from attest.trust import revocations

FOLDER = ".attest"
SIGNERS, REVOKED, KEYS = f"{FOLDER}/allowed_signers", f"{FOLDER}/revoked", f"{FOLDER}/keys"
TEAMS = f"{FOLDER}/teams.toml"
MAX_BYTES = 8 << 20
"""The largest file of signers, revocations or keys."""

_CI_FILE = ".gitlab-ci.yml"
_CI_FOLDERS = (".github/workflows", ".forgejo/workflows", ".gitea/workflows", ".gitlab")


@lru_cache(maxsize=4096)
def is_rule(path: bytes) -> bool:
    """Whether a path holds rules of the check, or makes CI run it: a change of one is
    reported (`policy-changed`), though it is judged by the base's."""
    name = PurePosixPath(path.decode("utf-8", "surrogateescape"))
    if name.parts[:1] in ((FILE,), (FOLDER,)) or name.name == ".gitattributes":
        return True
    in_ci = any(str(name).startswith(f"{folder}/") for folder in _CI_FOLDERS)
    return str(name) == _CI_FILE or (in_ci and "attest" in name.name)


def entries(isolated: Isolated, oid: str) -> dict[bytes, tuple[str, str]]:
    """Mode and object id of each file that holds rules of a commit."""
    tree = commit_object.parse(isolated.commit(oid), oid).tree
    return tree_paths.entries_below(isolated, tree, FILE, FOLDER)


class RuleFiles(NamedTuple):
    """The rule files of one commit.

    Args:
        oid: the commit.
        entries: mode and object id of each path.
    """

    isolated: Isolated
    oid: str
    entries: Mapping[str, tuple[str, str]]

    @classmethod
    def read(cls, isolated: Isolated, oid: str, tree: str) -> RuleFiles:
        """Find the rule files of a tree.

        Raises:
            EnvironmentFault: `.attest.toml` is a directory, or `.attest` is none. Without
                this error the files below would seem to be missing, and no rules to apply.
        """
        entries = tree_paths.entries_below(isolated, tree, FILE, FOLDER)
        files = cls(
            isolated, oid, {path.decode("utf-8", "replace"): e for path, e in entries.items()}
        )
        isolated.request([oid for mode, oid in entries.values() if mode.startswith("100")])
        for path in files.entries:
            if path == FOLDER:
                raise EnvironmentFault(
                    f"{files.name(path)} must be a directory", "Make it one in the base commit."
                )
            if path.startswith(f"{FILE}/"):
                raise EnvironmentFault(
                    f"{files.name(FILE)} must be a file", "Make it one in the base commit."
                )
        return files

    def name(self, path: str) -> str:
        """A path as git names it (`commit:path`), for errors."""
        return f"{self.oid[:10]}:{path}"

    def policy(self) -> bytes | None:
        """The policy file; None without one.

        Raises:
            EnvironmentFault: it is too large, or it is a symbolic link or a submodule.
        """
        return self._content(FILE, parser.MAX_BYTES)

    def teams(self) -> Teams:
        """Members by the name of each team.

        Raises:
            EnvironmentFault: the file is invalid; names file, line and team.
        """
        written = self._text(TEAMS)
        return {} if written is None else teams.read(written, self.name(TEAMS))

    def signers(self, rsa_bits: int) -> list[Signer] | None:
        """Who may sign; None without a list.

        Args:
            rsa_bits: the shortest RSA key.

        Raises:
            EnvironmentFault: the file is invalid; names file and line.
        """
        content = self._text(SIGNERS)
        if content is None:
            return None
        return allowed_signers.parse(content, self.name(SIGNERS), rsa_bits=rsa_bits)

    def revocations(self) -> dict[str, str]:
        """Reasons by the fingerprint of each revoked key.

        Raises:
            EnvironmentFault: the file is invalid; names file and line.
        """
        content = self._text(REVOKED)
        return {} if content is None else revocations.parse(content, self.name(REVOKED))

    def keys(self) -> list[tuple[str, bytes]]:
        """Names and contents of the OpenPGP keys.

        Raises:
            EnvironmentFault: a file is too large, or it is a symbolic link.
        """
        keys = []
        for path in sorted(self.entries):
            if path.startswith(f"{KEYS}/") and path.endswith(".asc"):
                data = self._content(path, MAX_BYTES)
                assert data is not None, path
                keys.append((self.name(path), data))
        return keys

    def _content(self, path: str, limit: int) -> bytes | None:
        entry = self.entries.get(path)
        if entry is None:
            return None
        mode, oid = entry
        # A symbolic link would be read as the rules that its target's name spells.
        if not mode.startswith("100"):
            raise EnvironmentFault(
                f"{self.name(path)} must be a regular file", "Make it one in the base commit."
            )
        return self.isolated.blob(oid, self.name(path), limit)

    def _text(self, path: str) -> str | None:
        raw = self._content(path, MAX_BYTES)
        try:
            return None if raw is None else raw.decode("utf-8")
        except UnicodeDecodeError:
            raise EnvironmentFault(
                f"{self.name(path)} is not UTF-8", "Save it as UTF-8 in the base commit."
            ) from None

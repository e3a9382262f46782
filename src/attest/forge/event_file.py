"""A file of a forge in JSON: CI's event, or a pull request as the API gives it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from attest.errors import EnvironmentFault, NothingToJudge
from attest.text import lazy

MAX_EVENT = 32 << 20  # bytes; forges send whole pull requests
MAX_BRANCH = 255  # characters; forges take no longer ones

NAME_BASE = "Name the range yourself: attest check --base BASE, or attest check A..B"
COMMIT_ID = lazy(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOGIN = lazy(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}(?:\[bot\])?")
_OPENED = lazy(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?"
    r"(?:Z|[+-][0-9]{2}:[0-9]{2})"
)


def branch_name(value: object) -> str:
    """A branch by its short name; empty where it is none that git takes, so that nothing
    else gets into a command that is printed (git-check-ref-format(1))."""
    name = value.removeprefix("refs/heads/") if isinstance(value, str) else ""
    is_plain = name.isprintable() and len(name) <= MAX_BRANCH and ".." not in name
    return (
        name if is_plain and not name.startswith("-") and not set(name) & set(" ~^:?*[\\") else ""
    )


class EventFile:
    """The event file of GitHub's and Forgejo's actions, or another file of a forge in JSON.

    Args:
        variable: names it.
    """

    def __init__(self, env: Mapping[str, str], variable: str = "GITHUB_EVENT_PATH") -> None:
        import json  # slow to import, and of use in some CI alone

        name = env.get(variable, "")
        if not name:
            raise NothingToJudge(f"{variable} is not set", NAME_BASE)
        self._path, self._variable = Path(name), variable
        try:
            if self._path.stat().st_size > MAX_EVENT:
                raise self.wrong(f"it is larger than {MAX_EVENT} bytes")
            self._data: object = json.loads(self._path.read_bytes())
        except OSError as error:
            raise self.wrong(error.strerror or str(error)) from None
        except (ValueError, RecursionError) as error:
            raise self.wrong(f"not JSON: {error}") from None

    def wrong(self, reason: str) -> EnvironmentFault:
        """The error that the file is not as the forge writes it."""
        return EnvironmentFault(f"{self._path} ({self._variable}): {reason}", NAME_BASE)

    def _get(self, *keys: str) -> object:
        value = self._data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def has(self, *keys: str) -> bool:
        return self._get(*keys) is not None

    def oid(self, *keys: str) -> str:
        value = self._get(*keys)
        if not isinstance(value, str) or not COMMIT_ID.fullmatch(value):
            raise self.wrong(f"{'.'.join(keys)} is not a commit id: {str(value)[:80]!r}")
        return value

    def login(self, *keys: str) -> str | None:
        value = self._get(*keys)
        if value is None:
            return None
        if not isinstance(value, str) or not _LOGIN.fullmatch(value):
            raise self.wrong(f"{'.'.join(keys)} is not a login: {str(value)[:80]!r}")
        return value

    def text(self, *keys: str) -> str | None:
        value = self._get(*keys)
        return value if isinstance(value, str) else None

    def branch(self, *keys: str) -> str:
        return branch_name(self._get(*keys))

    def time(self, *keys: str) -> datetime | None:
        value = self._get(*keys)
        if value is None:
            return None
        try:
            if not isinstance(value, str) or not _OPENED.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self.wrong(f"{'.'.join(keys)} is not a time: {str(value)[:80]!r}") from None

    def number(self, *keys: str) -> int | None:
        value = self._get(*keys)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

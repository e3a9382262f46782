"""What a CI run is about: base, head, and who asked. From the forge's variables and
event file alone, never from the judged commits (docs/ci.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from attest.errors import EnvironmentFault, NothingToJudge
from attest.text import lazy

Forge = Literal["github", "gitlab", "forgejo"]
MAX_EVENT = 32 << 20  # bytes; forges send whole pull requests

MAX_BRANCH = 255  # characters; forges take no longer ones

_OID = lazy(r"[0-9a-f]{40}|[0-9a-f]{64}")
_LOGIN = lazy(r"[A-Za-z0-9][A-Za-z0-9._-]{0,254}(?:\[bot\])?")
_OPENED = lazy(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})")
_COUNT = lazy(r"[0-9]{1,18}")
_NAME_BASE = "Name the range yourself: attest check --base BASE, or attest check A..B"
_GITLAB_BASE = """\
Only pipelines of merged results have it. Fetch the target branch, and name it:
git fetch "$CI_MERGE_REQUEST_PROJECT_URL.git" "$CI_MERGE_REQUEST_TARGET_BRANCH_NAME"
attest check --base "$(git rev-parse FETCH_HEAD)\""""


@dataclass(frozen=True, slots=True)
class Run:
    """What CI says of a run.

    Args:
        base: the commit that the rules are from; a full id.
        head: the commit that is judged, with all between; a full id.
        login: who opened the pull request; None where the event does not say.
        actor: the same, for the policy's exemptions.
        login_id: the number of that account at the forge.
        branch: the short name of the branch that the change is for; empty where the event
            names none.
        server: the forge's URL; empty where it does not say.
        default_branch: the short name of the project's default branch; empty where the event
            names none.
        opened: when the pull request was opened, by the forge's clock, in UTC; None where the
            event does not say.
        description: the text of the pull request, as the event has it; None where it has none.
        is_cut: the event has only the beginning of it, so it is left out.
        is_landed: the commits were pushed, or stand in a merge queue,
            where one group may have several.
    """

    forge: Forge
    event: str
    base: str
    head: str
    login: str | None = None
    actor: str | None = None
    server: str = ""
    number: int | None = None
    login_id: int | None = None
    branch: str = ""
    opened: datetime | None = None
    default_branch: str = ""
    description: str | None = None
    is_cut: bool = False
    is_landed: bool = False

    @property
    def reason(self) -> str:
        """One line for people."""
        subject = f"pull request {self.number}" if self.number is not None else self.event
        by = f" by {self.login}" if self.login else ""
        return f"{subject}{by}: {self.base[:10]}..{self.head[:10]}, rules from {self.base[:10]}"


def find(env: Mapping[str, str], base: str | None = None) -> Run | None:
    """Read the variables of GitHub, Forgejo (and Gitea) and GitLab.

    Args:
        base: the base, by its full id, where somebody named it; then the variables
            need not.

    Returns:
        None outside of their pipelines; and where they name no head for that base.

    Raises:
        NothingToJudge: they do not say what the base is.
        EnvironmentFault: the event file is not as the forge writes it.
    """
    if env.get("GITLAB_CI") == "true":
        return _gitlab(env, base)
    forgejo = "true" in (env.get("FORGEJO_ACTIONS"), env.get("GITEA_ACTIONS"))
    if forgejo or env.get("GITHUB_ACTIONS") == "true":
        return _actions(env, "forgejo" if forgejo else "github", base)
    return None


def _actions(env: Mapping[str, str], forge: Forge, base_name: str | None) -> Run | None:
    name = env.get("GITHUB_EVENT_NAME", "")
    if base_name is not None and not env.get("GITHUB_EVENT_PATH"):
        return None
    event = _Event(env)
    server = env.get("GITHUB_SERVER_URL", "").rstrip("/")
    if event.has("pull_request", "base", "sha"):
        login = event.login("pull_request", "user", "login")
        return Run(
            forge,
            name,
            base_name or event.oid("pull_request", "base", "sha"),
            event.oid("pull_request", "head", "sha"),
            login,
            login,
            server,
            event.number("pull_request", "number"),
            event.number("pull_request", "user", "id"),
            event.branch("pull_request", "base", "ref"),
            event.time("pull_request", "created_at"),
            event.branch("repository", "default_branch"),
            event.text("pull_request", "body"),
        )
    if event.has("merge_group"):
        base, head = (event.oid("merge_group", f"{end}_sha") for end in ("base", "head"))
        branch = event.branch("merge_group", "base_ref")
        group = Run(forge, name, base_name or base, head, server=server, branch=branch)
        return replace(group, is_landed=True)
    if name == "push":
        base, head = event.oid("before"), event.oid("after")
        return _pushed(Run(forge, name, base_name or base, head, server=server))
    if base_name is not None:
        return None
    raise NothingToJudge(
        f"the event {name!r} (GITHUB_EVENT_NAME) does not say what the base is", _NAME_BASE
    )


def _pushed(run: Run) -> Run:
    if not run.base.strip("0"):
        raise NothingToJudge("a new branch was pushed; the event names no base", _NAME_BASE)
    if not run.head.strip("0"):
        raise NothingToJudge("a branch was deleted: there is no commit to judge", _NAME_BASE)
    return replace(run, is_landed=True)


def _gitlab(env: Mapping[str, str], base_name: str | None) -> Run | None:
    source = env.get("CI_PIPELINE_SOURCE", "")
    server = env.get("CI_SERVER_URL", "").rstrip("/")
    if source == "merge_request_event":
        # never CI_MERGE_REQUEST_DIFF_BASE_SHA: where a branch begins is the contributor's choice
        base = base_name or _first_value(
            env, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA", remedy=_GITLAB_BASE
        )
        head = _first_value(env, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA")
        number = env.get("CI_MERGE_REQUEST_IID", "")
        iid = int(number) if _COUNT.fullmatch(number) else None
        branch = _branch(env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"))
        run = Run("gitlab", "merge request", base, head, server=server, number=iid, branch=branch)
        # GitLab cuts a long one: what is left of a block would look like a broken one
        is_cut = env.get("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED") == "true"
        description = None if is_cut else env.get("CI_MERGE_REQUEST_DESCRIPTION")
        return replace(run, description=description, is_cut=is_cut)
    if source == "push":
        base, head = (
            base_name or _first_value(env, "CI_COMMIT_BEFORE_SHA"),
            _first_value(env, "CI_COMMIT_SHA"),
        )
        return _pushed(Run("gitlab", "push", base, head, server=server))
    if base_name is not None:
        return None
    raise NothingToJudge(
        f"a pipeline of {source!r} (CI_PIPELINE_SOURCE) does not say what the base is", _NAME_BASE
    )


def _first_value(env: Mapping[str, str], *names: str, remedy: str = _NAME_BASE) -> str:
    for name in names:
        value = env.get(name, "")
        if value:
            if not _OID.fullmatch(value):
                raise EnvironmentFault(f"{name} is not a commit id: {value[:80]!r}", _NAME_BASE)
            return value
    are = "is" if len(names) == 1 else "are"
    raise NothingToJudge(f"{' and '.join(names)} {are} not set", remedy)


def _branch(value: object) -> str:
    """A branch by its short name; empty where it is none that git takes, so that nothing
    else gets into a command that is printed (git-check-ref-format(1))."""
    name = value.removeprefix("refs/heads/") if isinstance(value, str) else ""
    is_plain = name.isprintable() and len(name) <= MAX_BRANCH and ".." not in name
    return (
        name if is_plain and not name.startswith("-") and not set(name) & set(" ~^:?*[\\") else ""
    )


class _Event:
    """The event file of GitHub's and Forgejo's actions."""

    def __init__(self, env: Mapping[str, str]) -> None:
        import json  # slow to import, and of use in some CI alone

        name = env.get("GITHUB_EVENT_PATH", "")
        if not name:
            raise NothingToJudge("GITHUB_EVENT_PATH is not set", _NAME_BASE)
        self._path = Path(name)
        try:
            if self._path.stat().st_size > MAX_EVENT:
                raise self._wrong(f"it is larger than {MAX_EVENT} bytes")
            self._data: object = json.loads(self._path.read_bytes())
        except OSError as error:
            raise self._wrong(error.strerror or str(error)) from None
        except (ValueError, RecursionError) as error:
            raise self._wrong(f"not JSON: {error}") from None

    def _wrong(self, reason: str) -> EnvironmentFault:
        return EnvironmentFault(f"{self._path} (GITHUB_EVENT_PATH): {reason}", _NAME_BASE)

    def _get(self, *keys: str) -> object:
        value = self._data
        for key in keys:
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def has(self, *keys: str) -> bool:
        return self._get(*keys) is not None

    def oid(self, *keys: str) -> str:
        value = self._get(*keys)
        if not isinstance(value, str) or not _OID.fullmatch(value):
            raise self._wrong(f"{'.'.join(keys)} is not a commit id: {str(value)[:80]!r}")
        return value

    def login(self, *keys: str) -> str | None:
        value = self._get(*keys)
        if value is None:
            return None
        if not isinstance(value, str) or not _LOGIN.fullmatch(value):
            raise self._wrong(f"{'.'.join(keys)} is not a login: {str(value)[:80]!r}")
        return value

    def text(self, *keys: str) -> str | None:
        value = self._get(*keys)
        return value if isinstance(value, str) else None

    def branch(self, *keys: str) -> str:
        return _branch(self._get(*keys))

    def time(self, *keys: str) -> datetime | None:
        value = self._get(*keys)
        if value is None:
            return None
        try:
            if not isinstance(value, str) or not _OPENED.fullmatch(value):
                raise ValueError(value)
            return datetime.fromisoformat(value).astimezone(UTC)
        except (ValueError, OverflowError):
            raise self._wrong(f"{'.'.join(keys)} is not a time: {str(value)[:80]!r}") from None

    def number(self, *keys: str) -> int | None:
        value = self._get(*keys)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

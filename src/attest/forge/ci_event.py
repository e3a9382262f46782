"""What a CI run is about: base, head, and who asked. From the forge's variables and
event file alone, never from the judged commits (docs/ci.md)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from attest.errors import EnvironmentFault, NothingToJudge
from attest.forge.event_file import COMMIT_ID, NAME_BASE, EventFile, branch_name
from attest.text import lazy

Forge = Literal["github", "gitlab", "forgejo"]

REQUEST = "ATTEST_PULL_REQUEST"
"""Names a file with the pull request (GitLab: merge request) as the forge's API gives it, where
the forge's own variables do not say who opened it. The job fetches it."""


_COUNT = lazy(r"[0-9]{1,18}")
_QUEUE_REF = lazy(r"refs/heads/gh-readonly-queue/.+/pr-([0-9]{1,18})-(?:[0-9a-f]{40}|[0-9a-f]{64})")
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
    event = EventFile(env)
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
        return replace(_queued(group, event, env), is_landed=True)
    if name == "push":
        base, head = event.oid("before"), event.oid("after")
        return _pushed(Run(forge, name, base_name or base, head, server=server))
    if base_name is not None:
        return None
    raise NothingToJudge(
        f"the event {name!r} (GITHUB_EVENT_NAME) does not say what the base is", NAME_BASE
    )


def _queued(run: Run, event: EventFile, env: Mapping[str, str]) -> Run:
    """With who opened the newest pull request of the group, which the queue's ref names. That adds
    the keys of its login. It is not the actor: the group may have other people's pull requests."""
    match = _QUEUE_REF.fullmatch(event.text("merge_group", "head_ref") or "")
    if match is None or not env.get(REQUEST):
        return run
    request = EventFile(env, REQUEST)
    if request.number("number") != int(match[1]):
        raise request.wrong(f"it is not pull request {match[1]}, which the queue's ref names")
    return replace(run, login=request.login("user", "login"), login_id=request.number("user", "id"))


def _pushed(run: Run) -> Run:
    if not run.base.strip("0"):
        raise NothingToJudge("a new branch was pushed; the event names no base", NAME_BASE)
    if not run.head.strip("0"):
        raise NothingToJudge("a branch was deleted: there is no commit to judge", NAME_BASE)
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
        branch = branch_name(env.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME"))
        run = Run("gitlab", "merge request", base, head, server=server, number=iid, branch=branch)
        # GitLab cuts a long one: what is left of a block would look like a broken one
        is_cut = env.get("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED") == "true"
        description = None if is_cut else env.get("CI_MERGE_REQUEST_DESCRIPTION")
        run = replace(run, description=description, is_cut=is_cut)
        return _with_request(run, env) if env.get(REQUEST) else run
    if source == "push":
        base, head = (
            base_name or _first_value(env, "CI_COMMIT_BEFORE_SHA"),
            _first_value(env, "CI_COMMIT_SHA"),
        )
        return _pushed(Run("gitlab", "push", base, head, server=server))
    if base_name is not None:
        return None
    raise NothingToJudge(
        f"a pipeline of {source!r} (CI_PIPELINE_SOURCE) does not say what the base is", NAME_BASE
    )


def _with_request(run: Run, env: Mapping[str, str]) -> Run:
    """With what GitLab's API says of the merge request, and no variable does: who opened it, when,
    and the whole description."""
    request = EventFile(env, REQUEST)
    project = env.get("CI_MERGE_REQUEST_PROJECT_ID", "")
    if request.number("iid") != run.number or str(request.number("project_id")) != project:
        raise request.wrong("it is not the merge request that CI_MERGE_REQUEST_IID names")
    login = request.login("author", "username")
    return replace(
        run,
        login=login,
        actor=login,
        login_id=request.number("author", "id"),
        opened=request.time("created_at"),
        description=request.text("description"),
        is_cut=False,
    )


def _first_value(env: Mapping[str, str], *names: str, remedy: str = NAME_BASE) -> str:
    for name in names:
        value = env.get(name, "")
        if value:
            if not COMMIT_ID.fullmatch(value):
                raise EnvironmentFault(f"{name} is not a commit id: {value[:80]!r}", NAME_BASE)
            return value
    are = "is" if len(names) == 1 else "are"
    raise NothingToJudge(f"{' and '.join(names)} {are} not set", remedy)

"""What CI's variables say, and what they must not be taken to say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import AttestError, EnvironmentFault, NothingToJudge
from attest.forge import ci_event
from attest.verification import ranges

A, B, C, Z = "a" * 40, "b" * 40, "c" * 40, "0" * 40
PULL = {
    "number": 12,
    "user": {"login": "ada", "id": 583231},
    "base": {"sha": A},
    "head": {"sha": B},
}


def actions(folder: Path, name: str, event: object, **more: str) -> dict[str, str]:
    path = folder / "event.json"
    path.write_text(json.dumps(event), "utf-8")
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_SERVER_URL": "https://github.com",
        "GITHUB_SHA": C,
        "GITHUB_ACTOR": "mallory",
        **more,
    }


def gitlab(**more: str) -> dict[str, str]:
    base = {"GITLAB_CI": "true", "CI_SERVER_URL": "https://gitlab.com", "CI_COMMIT_SHA": C}
    return {**base, "GITLAB_USER_LOGIN": "mallory", **more}


def test_outside_of_ci_there_is_nothing() -> None:
    assert ci_event.find({}) is None
    assert ci_event.find({"CI": "true", "GITHUB_EVENT_PATH": "x"}) is None


@pytest.mark.parametrize("name", ["pull_request", "pull_request_target", "pull_request_review"])
def test_a_pull_request_is_judged_at_its_head_and_never_at_the_merge(
    tmp_path: Path, name: str
) -> None:
    run = ci_event.find(actions(tmp_path, name, {"pull_request": PULL, "sender": {"login": "eve"}}))
    assert run == ci_event.Run(
        "github", name, A, B, "ada", "ada", "https://github.com", 12, login_id=583231
    )
    assert run is not None
    assert run.reason == f"pull request 12 by ada: {A[:10]}..{B[:10]}, rules from {A[:10]}"


@pytest.mark.parametrize("variable", ["FORGEJO_ACTIONS", "GITEA_ACTIONS"])
def test_forgejo_says_it_as_github_does(tmp_path: Path, variable: str) -> None:
    more = {variable: "true", "GITHUB_SERVER_URL": "https://codeberg.org/"}
    run = ci_event.find(actions(tmp_path, "pull_request", {"pull_request": PULL}, **more))
    assert run is not None
    assert (run.forge, run.server, run.base, run.head) == ("forgejo", "https://codeberg.org", A, B)


def test_a_merge_queue_names_nobody(tmp_path: Path) -> None:
    event = {"merge_group": {"base_sha": A, "head_sha": B}, "sender": {"login": "eve"}}
    run = ci_event.find(actions(tmp_path, "merge_group", event))
    assert run is not None
    assert (run.base, run.head, run.login, run.actor) == (A, B, None, None)


def test_a_push(tmp_path: Path) -> None:
    run = ci_event.find(actions(tmp_path, "push", {"before": A, "after": B}))
    assert run is not None
    assert (run.base, run.head, run.login) == (A, B, None)


@pytest.mark.parametrize(
    ("name", "event", "reply"),
    [
        ("push", {"before": Z, "after": B}, "a new branch was pushed"),
        ("push", {"before": A, "after": Z}, "a branch was deleted"),
        ("schedule", {}, "the event 'schedule'"),
        ("workflow_dispatch", {"pull_request": None}, "the event 'workflow_dispatch'"),
        ("pull_request", {}, "the event 'pull_request'"),
    ],
)
def test_what_does_not_say_the_base_ends_with_3(
    tmp_path: Path, name: str, event: object, reply: str
) -> None:
    with pytest.raises(NothingToJudge, match=reply) as caught:
        ci_event.find(actions(tmp_path, name, event))
    assert "--base" in caught.value.hint


@pytest.mark.parametrize(
    "change",
    [
        {"base": {"sha": "main"}},
        {"base": {"sha": "-x" * 20}},
        {"base": {"sha": A.upper()}},
        {"base": {"sha": 5}},
        {"head": {"sha": None}},
        {"head": {}},
        {"user": {"login": "../x"}},
        {"user": {"login": "a\nb"}},
        {"user": {"login": 7}},
    ],
)
def test_an_event_that_no_forge_writes(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(EnvironmentFault, match="GITHUB_EVENT_PATH"):
        ci_event.find(actions(tmp_path, "pull_request", {"pull_request": {**PULL, **change}}))


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"\xff"])
def test_an_event_file_that_is_no_json(tmp_path: Path, data: bytes) -> None:
    env = actions(tmp_path, "push", {})
    Path(env["GITHUB_EVENT_PATH"]).write_bytes(data)
    with pytest.raises(EnvironmentFault, match="GITHUB_EVENT_PATH"):
        ci_event.find(env)


def test_an_event_file_that_is_not_there(tmp_path: Path) -> None:
    env = actions(tmp_path, "push", {})
    with pytest.raises(EnvironmentFault):
        ci_event.find({**env, "GITHUB_EVENT_PATH": str(tmp_path / "none")})
    with pytest.raises(NothingToJudge):
        ci_event.find({**env, "GITHUB_EVENT_PATH": ""})


@pytest.mark.parametrize(
    ("more", "base", "head"),
    [
        ({"CI_MERGE_REQUEST_TARGET_BRANCH_SHA": A}, A, C),
        (
            {
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": Z,
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": A,
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": B,
            },
            A,
            B,
        ),
    ],
)
def test_gitlabs_merge_requests(more: dict[str, str], base: str, head: str) -> None:
    run = ci_event.find(gitlab(CI_PIPELINE_SOURCE="merge_request_event", **more))
    assert run is not None
    assert (run.forge, run.base, run.head, run.login) == ("gitlab", base, head, None)


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"CI_PIPELINE_SOURCE": "merge_request_event"}, NothingToJudge),
        (
            {
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": A,
            },
            NothingToJudge,
        ),
        ({"CI_PIPELINE_SOURCE": "schedule"}, NothingToJudge),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": Z}, NothingToJudge),
        ({"CI_PIPELINE_SOURCE": "push", "CI_COMMIT_BEFORE_SHA": "main"}, EnvironmentFault),
    ],
)
def test_gitlab_without_a_base(more: dict[str, str], error: type[AttestError]) -> None:
    with pytest.raises(error):
        ci_event.find(gitlab(**more))


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(A),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                ["pull_request", "base", "head", "sha", "user", "login", "id", "before"]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=10,
)


@given(_JSON, st.sampled_from(["push", "pull_request", "merge_group"]))
def test_any_event_is_a_run_or_an_error(
    tmp_path_factory: pytest.TempPathFactory, event: object, name: str
) -> None:
    env = actions(tmp_path_factory.getbasetemp(), name, event)
    try:
        run = ci_event.find(env)
    except AttestError:
        return
    assert run is not None
    assert len(run.base) == len(run.head) == 40


class TestBranch:
    """The branch that a change is for: what a remedy names."""

    @pytest.mark.parametrize("name", ["main", "release/1.x", "v1;touch$IFS'x'", "größe"])
    def test_of_each_event(self, tmp_path: Path, name: str) -> None:
        pull = {**PULL, "base": {"sha": A, "ref": name}}
        group = {"base_sha": A, "head_sha": B, "base_ref": f"refs/heads/{name}"}
        merge = {
            "CI_PIPELINE_SOURCE": "merge_request_event",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": A,
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": name,
        }
        runs = [
            ci_event.find(actions(tmp_path, "pull_request_target", {"pull_request": pull})),
            ci_event.find(actions(tmp_path, "merge_group", {"merge_group": group})),
            ci_event.find(gitlab(**merge)),
        ]
        assert [run and run.branch for run in runs] == [name] * 3

    @pytest.mark.parametrize(
        "name", ["a\nb", "--all", "a b", "a..b", "x" * 300, "", 7, None, "a~1"]
    )
    def test_what_git_does_not_take_is_no_branch(self, tmp_path: Path, name: object) -> None:
        pull = {**PULL, "base": {"sha": A, "ref": name}}
        run = ci_event.find(actions(tmp_path, "pull_request_target", {"pull_request": pull}))
        assert run is not None
        assert run.branch == ""

    def test_of_a_push_there_is_none(self, tmp_path: Path) -> None:
        run = ci_event.find(
            actions(tmp_path, "push", {"before": A, "after": B, "ref": "refs/heads/x"})
        )
        assert run is not None
        assert (run.branch, ranges.CheckTarget("", run.base, run).start) == ("", A[:12])


def test_the_description_is_that_of_the_pull_request(tmp_path: Path) -> None:
    for body, description in (("text", "text"), (None, None), (7, None), ("", "")):
        event = {"pull_request": {**PULL, "body": body}, "comment": {"body": "another"}}
        run = ci_event.find(actions(tmp_path, "pull_request_target", event))
        assert run is not None
        assert (run.description, run.is_landed) == (description, False)


@pytest.mark.parametrize("cut", ["true", "false", ""])
def test_a_description_that_gitlab_cut_is_left_out(cut: str) -> None:
    env = gitlab(
        CI_PIPELINE_SOURCE="merge_request_event",
        CI_MERGE_REQUEST_TARGET_BRANCH_SHA=A,
        CI_MERGE_REQUEST_DESCRIPTION="text",
        CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED=cut,
    )
    run = ci_event.find(env)
    assert run is not None
    assert (run.description, run.is_cut) == ((None, True) if cut == "true" else ("text", False))


def test_queues_and_pushes_are_what_has_landed(tmp_path: Path) -> None:
    queue = {"merge_group": {"base_sha": A, "head_sha": B}}
    runs = [
        ci_event.find(actions(tmp_path, "merge_group", queue)),
        ci_event.find(actions(tmp_path, "push", {"before": A, "after": B})),
        ci_event.find(gitlab(CI_PIPELINE_SOURCE="push", CI_COMMIT_BEFORE_SHA=A)),
    ]
    assert [run is not None and run.is_landed for run in runs] == [True, True, True]

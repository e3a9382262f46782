"""The steps of the composite action, run by hand with what a runner sets. Its installation is
left out: test_ci_job.py has the same lines."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from attest.forge import job_source, workflow
from support import ruled
from support.fork import Fork
from support.repo import Repo

ROOT = Path(__file__).resolve().parents[3]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
FETCH, INSTALL, CHECK = ACTION["runs"]["steps"]
API = "https://api.example/repos/me/kettle/pulls"


def job_steps() -> list[dict[str, Any]]:
    origin = job_source.parse("git-attest==1.0")
    job = yaml.safe_load(workflow.render("github", origin).text)
    steps: list[dict[str, Any]] = job["jobs"]["attest"]["steps"]
    return steps


def test_it_fetches_what_the_job_fetches() -> None:
    """They are two texts of one thing. Without the default branch, for one, the rules for
    branches without a policy would not be found, and the built-in ones would apply."""
    job = job_steps()[0]
    assert FETCH["run"] == f'cd "$RUNNER_TEMP"\n{job["run"]}'
    inputs = {
        "BASE": ACTION["inputs"]["base"]["default"],
        "TOKEN": ACTION["inputs"]["token"]["default"],
    }
    assert {**FETCH["env"], **inputs} == job["env"]
    assert job_steps()[-1]["env"].items() <= CHECK["env"].items()


class Runner:
    """A runner of GitHub's that starts the action for a pull request.

    Args:
        fork: the project is at the server under the name that `fork.project` has.
    """

    def __init__(self, fork: Fork, branch: str = "main") -> None:
        self.fork, clone = fork, fork.clone
        self.temp = clone.home / "runner"
        program = self.temp / "attest/bin/attest"
        program.parent.mkdir(parents=True)
        program.symlink_to(Path(sys.executable).with_name("attest"))
        self.project = Repo(fork.project, clone.home, clone.env)
        self.project.git("config", "uploadpack.allowAnySHA1InWant", "true")
        self.project.git("fetch", "-q", str(fork.fork), "+topic:refs/pull/7/head")
        base, head = (self.project.git("rev-parse", rev) for rev in (branch, "refs/pull/7/head"))
        self.env = {
            **clone.env,
            **fork.variables("github", base, head, branch),
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(clone.home / "outputs"),
            "GITHUB_STEP_SUMMARY": str(clone.home / "summary.md"),
            "REPOSITORY": fork.project.as_uri(),
            "BASE": f"refs/heads/{branch}",
            "HEAD": head,
            "DEFAULT": "main",
            "TOKEN": "secret",
            "API": API,
            "QUEUE": "",
            "FORGE": "",  # no server has keys here
            "NUMBER": "7",
            "ATTEST_PULL_REQUEST": CHECK["env"]["ATTEST_PULL_REQUEST"],
        }

    def run(self) -> int:
        """Fetch and check; the exit code."""
        for step in (FETCH, CHECK):
            result = self.fork.clone.run("bash", "-e", "-c", step["run"], env=self.env)
        return result.returncode

    def report(self) -> dict[str, Any]:
        loaded: dict[str, Any] = json.loads(
            (self.temp / "attest-report/report.json").read_text("utf-8")
        )
        return loaded

    def outputs(self) -> dict[str, str]:
        text = Path(self.env["GITHUB_OUTPUT"]).read_text("utf-8")
        return dict(line.split("=", 1) for line in text.splitlines())


@pytest.fixture
def fork(repo: Repo, key: Path) -> Fork:
    return Fork.of(repo, key, upstream=True)


def test_a_red_and_a_green_pull_request(fork: Fork) -> None:
    fork.topic(3)
    red = Runner(fork)
    assert red.run() == 1
    assert red.outputs() == {"result": "failed", "unsure": "0", "missing": "1"}
    assert Path(red.env["GITHUB_STEP_SUMMARY"]).read_text("utf-8").startswith("❌")
    fork.answer("attest answer main..HEAD")
    fork.push()
    for folder in ("runner", "outputs", "summary.md"):
        (fork.clone.home / folder).rename(fork.clone.home / f"first-{folder}")
    green = Runner(fork)
    assert green.run() == 0
    assert green.outputs()["result"] == "passed"
    assert green.report()["ok"] is True
    assert (green.temp / "attest-report/number").read_text("utf-8") == "7\n"


def test_a_branch_without_a_policy_has_the_rules_of_the_default_branch(
    repo: Repo, key: Path
) -> None:
    repo.git("branch", "release")
    fork = Fork.of(repo, key, upstream=True)
    other = fork.merged(3)
    other.write(".attest.toml", ruled.MINIMAL + 'branches = "all"\n')
    other.commit("rules for all branches", "--no-verify")
    other.git("push", "-q", "--no-verify", "origin", "main")
    fork.clone.git("switch", "-q", "-c", "topic", "origin/release")
    fork.change(3)
    fork.clone.git("push", "-q", "--no-verify", "origin", "topic")
    runner = Runner(fork, "release")
    path = Path(runner.env["GITHUB_EVENT_PATH"])
    event = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(event | {"repository": {"default_branch": "main"}}), "utf-8")
    assert runner.run() == 1
    assert runner.report()["base"] == runner.project.git("rev-parse", "main")


def test_a_merge_queue_is_asked_who_opened_the_pull_request(fork: Fork) -> None:
    """A program called curl stands in for the network; it writes down what it is asked."""
    fork.topic(3)
    runner = Runner(fork)
    head = runner.env["HEAD"]
    stub = fork.clone.home / "bin/curl"
    stub.parent.mkdir()
    stub.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > "$HOME/asked"\n', "utf-8")
    stub.chmod(0o755)
    runner.env |= {
        "PATH": f"{stub.parent}:{runner.env['PATH']}",
        "QUEUE": f"refs/heads/gh-readonly-queue/main/pr-7-{head}",
    }
    runner.run()
    assert (fork.clone.home / "asked").read_text("utf-8").splitlines()[-1] == f"{API}/7"

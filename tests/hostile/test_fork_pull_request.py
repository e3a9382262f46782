"""A pull request from a fork, as CI sees it: two clones, a bare remote, GitHub's event.

The contributor weakens the policy, lists their own key, takes a revocation out and
edits the workflow; the check still fails, and says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from support import forge, ruled
from support.inside import Done
from support.repo import Repo, environment

MALLORY = "mallory@example.com"


class Fork:
    """The project's remote, and a contributor's clone of their fork of it."""

    def __init__(self, project: Repo, key: Path) -> None:
        self.project = project
        self.upstream = project.home / "upstream.git"
        self.runner = project.home / "runner.git"
        project.git("clone", "-q", "--bare", str(project.path), str(self.upstream))
        self.base = project.git("rev-parse", "main")
        home = project.home / "mallory"
        home.mkdir()
        self.clone = Repo(home / "clone", home, environment(home))
        self.clone.env |= {"GIT_AUTHOR_EMAIL": MALLORY, "GIT_COMMITTER_EMAIL": MALLORY}
        project.git("clone", "-q", "--branch", "main", str(self.upstream), str(self.clone.path))
        self.clone.git("checkout", "-q", "-b", "topic")
        self.clone.set_up(key)

    def opened(self) -> Done:
        """Push, and run the check as CI does: a bare clone, the forge's merge on top,
        and the event file."""
        head = self.clone.head
        self.clone.git("push", "-q", "--no-verify", str(self.upstream), "HEAD:refs/pull/7/head")
        self.project.git("clone", "-q", "--bare", str(self.upstream), str(self.runner))
        env = environment(self.project.home)
        bare = Repo(self.runner, self.project.home, env)
        bare.git("fetch", "-q", str(self.upstream), "refs/pull/7/head")
        merge = bare.git("merge-tree", "--write-tree", self.base, head)
        synthetic = bare.git("commit-tree", merge, "-p", self.base, "-p", head, "-m", "Merge")
        event: dict[str, Any] = {
            "pull_request": {
                "number": 7,
                "user": {"login": "mallory", "id": 666},
                "base": {"sha": self.base},
                "head": {"sha": head},
            }
        }
        path = self.project.home / "event.json"
        path.write_text(json.dumps(event), "utf-8")
        bare.git("update-ref", "refs/heads/main", synthetic)
        env |= {
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request_target",
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_SHA": synthetic,
            "GITHUB_SERVER_URL": "https://github.com",
        }
        return forge.run(Repo(self.runner, self.project.home, env), "check")


@pytest.fixture
def fork(repo: Repo, key: Path, other: Path) -> Fork:
    workflow = "on: pull_request_target\n"
    ruled.begin(repo, key, files={".github/workflows/attest.yml": workflow})
    repo.git("checkout", "-q", "main")
    return Fork(repo, other)


def test_the_weakened_rules_judge_nothing(fork: Fork, other: Path) -> None:
    clone = fork.clone
    clone.write(".attest.toml", 'version = 1\nignore = ["*"]\nmode = "advisory"\n')
    clone.write(".attest/allowed_signers", f"{MALLORY} {forge.public(other)}\n")
    clone.write(".github/workflows/attest.yml", "on: push\n")
    clone.commit("tidy up")
    ruled.change(clone).attested("by the rules of my own")
    result = fork.opened()
    reply = result.stdout.decode()
    assert result.returncode == 1
    assert "error: unattested" in reply
    assert "warning: policy-changed: .attest.toml" in reply
    assert "warning: policy-changed: .attest/allowed_signers" in reply
    assert "warning: policy-changed: .github/workflows/attest.yml" in reply
    assert "error: signer-unknown" in reply
    assert f"rules from {fork.base[:10]}" in reply
    assert "pull request 7 by mallory" in result.stderr.decode()


def test_an_honest_pull_request_by_a_listed_key_passes(repo: Repo, key: Path, other: Path) -> None:
    signers = f"{MALLORY} {forge.public(other)}\n"
    ruled.begin(repo, key, files={".attest/allowed_signers": signers})
    repo.git("checkout", "-q", "main")
    fork = Fork(repo, other)
    ruled.change(fork.clone).attested("good")
    result = fork.opened()
    assert result.returncode == 0, (result.stdout, result.stderr)
    assert "1 attested" in result.stdout.decode()
    assert result.stdout.decode().count("\n") < 8  # the forge's merge is not judged

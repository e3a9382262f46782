"""A project, a fork of it, a contributor's clone, and CI's check of their pull request: real
repositories beside each other, and GitHub's event file."""

from __future__ import annotations

import json
import os
import shlex
import stat
import sys
from dataclasses import dataclass
from pathlib import Path

from attest.forge.ci_event import Forge
from support import forge, ruled
from support.inside import Done
from support.messages import edit
from support.repo import Repo, environment
from support.rewriting import Env, again, filled
from support.terminal import Terminal

UNHOOKED = ("-c", "core.hooksPath=/dev/null")
THEIRS = {
    f"GIT_{role}_{what}": value
    for role in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Some Body"), ("EMAIL", "some@example.org"))
}
PUSH = "git push --force-with-lease"


@dataclass
class Fork:
    """A pull request from a fork.

    Args:
        clone: the contributor's; its `origin` is the fork.
        project, fork: the bare repositories.
    """

    clone: Repo
    project: Path
    fork: Path

    @classmethod
    def of(cls, start: Repo, key: Path, *, upstream: bool, main: str = "main") -> Fork:
        """Fork a project with rules, and clone the fork.

        Args:
            upstream: the clone has the project as a remote of that name.
            main: what the project's branch is called.
        """
        ruled.begin(start, key)
        root = start.home.parent
        project, fork = root / "project.git", root / "fork.git"
        start.git("branch", "-M", "main", main) if main != "main" else None
        start.git("clone", "-q", "--bare", "--branch", main, str(start.path), str(project))
        start.git("--git-dir", str(project), "branch", "-q", "-D", "topic")
        start.git("clone", "-q", "--bare", str(project), str(fork))
        clone = Repo(root / "clone", start.home, environment(start.home))
        start.git("clone", "-q", str(fork), str(clone.path))
        clone.set_up(key)
        made = cls(clone, project, fork)
        if upstream:
            clone.git("remote", "add", "upstream", str(project))
            clone.git("fetch", "-q", "upstream")
        return made

    def copy(self, root: Path) -> Fork:
        """A copy of all of it in another folder, which takes less time than making it."""
        before, clone = self.clone.path.parent, self.clone.copy(root)
        project, fork = root / self.project.name, root / self.fork.name
        for config in (clone.path / ".git/config", fork / "config"):
            text = config.read_text("utf-8").replace(f"{before}/", f"{root}/")
            config.write_text(text, "utf-8")
        return Fork(clone, project, fork)

    def topic(self, *lines: int, name: str = "topic", push: str = "-u") -> list[str]:
        """A branch with a commit for each line of `a.py`, pushed without answers; the ids."""
        self.clone.git("switch", "-q", "-c", name)
        made = [self.change(line) for line in lines]
        self.clone.git("push", "-q", "--no-verify", *([push] if push else []), "origin", name)
        return made

    def change(
        self, line: int, subject: str = "", where: Repo | None = None, env: Env = None
    ) -> str:
        """Commit a change of a line that nobody answered for; its id."""
        repo = where or self.clone
        edit(repo, line, f"line {line} by {subject or 'me'}")
        message = subject or f"Change line {line}"
        repo.run("git", *UNHOOKED, "commit", "-q", "-m", message, env=env, check=True)
        return repo.head

    def merged(self, *lines: int, onto: str = "main") -> Repo:
        """Other people's commits on the project's branch; the clone that they were made in."""
        root = self.clone.path.parent
        other = Repo(root / "other", self.clone.home, {**self.clone.env, **THEIRS})
        if not other.path.exists():
            self.clone.git("clone", "-q", str(self.project), str(other.path))
        other.git("switch", "-q", onto)
        for line in lines:
            self.change(line, f"upstream {line}", other)
        other.git("push", "-q", "origin", onto)
        return other

    def check(self, branch: str = "topic", base: str = "main") -> Done:
        """CI's check of the pull request as it is now."""
        root = self.clone.path.parent
        runner = Repo(root / "runner.git", self.clone.home, environment(self.clone.home))
        if not runner.path.exists():
            self.clone.git("init", "-q", "--bare", str(runner.path))
        base_id = self.clone.git("--git-dir", str(self.project), "rev-parse", base)
        head_id = self.clone.git("--git-dir", str(self.fork), "rev-parse", branch)
        runner.git("fetch", "-q", str(self.project), base_id)
        runner.git("fetch", "-q", str(self.fork), f"refs/heads/{branch}")
        runner.env |= self.variables("github", base_id, head_id, base)
        return forge.run(runner, "check")

    def variables(self, name: Forge, base: str, head: str, branch: str = "main") -> dict[str, str]:
        """What a forge's runner says of the pull request.

        Args:
            base, head: ids.
            branch: what the change is for.
        """
        if name == "gitlab":
            return {
                "GITLAB_CI": "true",
                "CI_PIPELINE_SOURCE": "merge_request_event",
                "CI_COMMIT_SHA": head,
                "CI_MERGE_REQUEST_IID": "7",
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": branch,
            }
        event = {
            "pull_request": {
                "number": 7,
                "user": {"login": "author", "id": 1},
                "base": {"sha": base, "ref": branch},
                "head": {"sha": head},
            }
        }
        path = self.clone.path.parent / "event.json"
        path.write_text(json.dumps(event), "utf-8")
        return {
            "CI": "true",
            f"{name.upper()}_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "pull_request_target",
            "GITHUB_EVENT_PATH": str(path),
            "GITHUB_SERVER_URL": "https://github.com",
        }

    def red(self, branch: str = "topic", base: str = "main") -> list[str]:
        """The check fails; the commands that it prints."""
        result = self.check(branch, base)
        assert result.returncode == 1, (result.stdout, result.stderr)
        return commands(result.stdout.decode())

    def green(self, branch: str = "topic", base: str = "main") -> None:
        """The check passes."""
        result = self.check(branch, base)
        assert result.returncode == 0, (result.stdout.decode(), result.stderr.decode())

    def answer(self, command: str, code: int = 0) -> str:
        """Run a printed `attest answer …`, with an answer for each question; what is said."""
        program, verb, *words = shlex.split(command)
        assert (program, verb) == ("attest", "answer"), command
        if code:
            return again(self.clone, *words, code=code)
        return again(self.clone, *words, stdin=filled(self.clone, *words))

    def push(self, command: str = PUSH) -> None:
        """Run a printed `git push …`, as it is."""
        self.shell(command)

    def shell(self, command: str) -> None:
        self.clone.run("sh", "-c", command, env=self.on_path(), check=True)

    def terminal(self, command: str) -> Terminal:
        """Paste a command into a shell in a terminal."""
        env: dict[str, str | None] = {"TERM": "dumb", **self.on_path()}
        return Terminal(self.clone, "sh", "-c", command, columns=200, env=env)

    def on_path(self) -> dict[str, str]:
        """With `attest` on the path, as an installation puts it there."""
        folder = self.clone.home / "bin"
        folder.mkdir(exist_ok=True)
        script = folder / "attest"
        if not script.exists():
            script.write_text(f'#!/bin/sh\nexec {sys.executable} -P -m attest "$@"\n', "utf-8")
            script.chmod(script.stat().st_mode | stat.S_IXUSR)
        return {"PATH": f"{folder}{os.pathsep}{self.clone.env['PATH']}"}

    def there(self, rev: str, where: Path | None = None) -> str:
        """The id of a revision in the fork, or in the project."""
        return self.clone.git("--git-dir", str(where or self.fork), "rev-parse", rev)


def commands(reply: str) -> list[str]:
    """The commands that a text prints to be pasted, in its order."""
    lines = [line.removeprefix("attest:").strip() for line in reply.splitlines()]
    begins = ("attest answer ", "git push ", "git remote add ", "git fetch ")
    return [line for line in lines if line.startswith(begins)]

"""A real repository in a folder of its own, with a fixed clock and identity."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import tomli_w

from support import forked, inside

EPOCH = 1_767_225_600  # 2026-01-01T00:00:00Z
NO_MAINTENANCE = "[maintenance]\n\tauto = false\n[gc]\n\tauto = 0\n"
"""git starts two more processes after each commit, merge and fetch, to look whether it should
pack what is there."""
NAME, EMAIL = "A U Thor", "author@example.com"


def environment(home: Path) -> dict[str, str]:
    """The environment of every process that a test starts: an empty home, no
    configuration of the machine, a fixed clock and identity, no terminal prompt."""
    kept = ("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SYSTEMROOT", "COVERAGE_PROCESS_START")
    return {
        **{name: os.environ[name] for name in kept if name in os.environ},
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home / ".config"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": str(home / ".gitconfig"),
        "GIT_TEMPLATE_DIR": "",  # fourteen sample hooks fewer to copy for each repository
        "GIT_AUTHOR_NAME": NAME,
        "GIT_AUTHOR_EMAIL": EMAIL,
        "GIT_AUTHOR_DATE": f"{EPOCH} +0000",
        "GIT_COMMITTER_NAME": NAME,
        "GIT_COMMITTER_EMAIL": EMAIL,
        "GIT_COMMITTER_DATE": f"{EPOCH} +0000",
        "GIT_EDITOR": "true",
        "ATTEST_DATE": str(EPOCH),
        "ATTEST_CACHE": "",
        "LC_ALL": "C.UTF-8",
        "TERM": "dumb",
        "NO_COLOR": "1",
    }


@dataclass
class Repo:
    """A repository, and the commands that a test runs in it."""

    path: Path
    home: Path
    env: dict[str, str] = field(default_factory=dict)

    @classmethod
    def create(cls, root: Path, name: str = "repo", *options: str) -> Repo:
        """`git init` below *root*; the home folder is shared by its siblings."""
        home = root / "home"
        home.mkdir(exist_ok=True)
        settings = home / ".gitconfig"
        if not settings.exists():
            settings.write_text(NO_MAINTENANCE, "utf-8")
        path = root / name
        path.mkdir()
        repo = cls(path, home, environment(home))
        repo.git("init", "--quiet", "--initial-branch=main", *options)
        return repo

    def copy(self, folder: Path) -> Repo:
        """A copy of the repository, its home, and the bare repositories beside it, which takes
        less time than making it; they name each other by relative paths."""
        for part in (self.home, self.path, *self.path.parent.glob("*.git")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        home = folder / self.home.name
        return Repo(folder / self.path.name, home, environment(home))

    def run(
        self,
        *command: str | bytes,
        stdin: bytes = b"",
        env: dict[str, str] | None = None,
        cwd: Path | None = None,
        check: bool = False,
    ) -> subprocess.CompletedProcess[bytes]:
        """Run a command here, in a session of its own: it has no terminal."""
        result = subprocess.run(
            command,
            cwd=cwd or self.path,
            env={**self.env, **(env or {})},
            input=stdin,
            capture_output=True,
            check=False,
            start_new_session=True,
            timeout=120,
        )
        if check and result.returncode != 0:
            raise AssertionError(
                f"{command} -> {result.returncode}\n{result.stdout!r}\n{result.stderr!r}"
            )
        return result

    def git(self, *args: str | bytes, stdin: bytes = b"", **env: str) -> str:
        """Run git, which must succeed; its output without the last newline."""
        result = self.run("git", *args, stdin=stdin, env=env, check=True)
        return result.stdout.decode("utf-8", "surrogateescape").removesuffix("\n")

    def attest(
        self, *args: str, stdin: bytes = b"", cwd: Path | None = None, **env: str
    ) -> subprocess.CompletedProcess[bytes]:
        """Run attest in a process of its own (support/forked.py), without a terminal."""
        command = (forked.program(), "-P", "-m", "attest", *args)
        result = forked.run(command[1:], cwd or self.path, {**self.env, **env}, stdin)
        return result or self.run(*command, stdin=stdin, env=env, cwd=cwd)

    def ok(self, *args: str, stdin: bytes = b"", **env: str) -> str:
        """Run attest in this process; it must exit with 0. Its standard output."""
        result = inside.run(list(args), self.path, {**self.env, **env}, stdin)
        assert result.returncode == 0, (args, result.returncode, result.stdout, result.stderr)
        return result.stdout.decode("utf-8", "surrogateescape")

    def write(self, name: str | bytes, content: str | bytes) -> None:
        """Write a file, making its folders, and `git add` it."""
        self.save(name, content)
        self.git("add", "--", os.fsencode(name))

    def save(self, name: str | bytes, content: str | bytes) -> None:
        """Write a file, making its folders."""
        raw = os.fsencode(name)
        full = os.path.join(os.fsencode(self.path), raw)
        os.makedirs(os.path.dirname(full), exist_ok=True)
        with open(full, "wb") as file:
            file.write(content.encode() if isinstance(content, str) else content)

    def commit(self, message: str = "change", *options: str) -> str:
        """`git commit`; returns the new commit's id."""
        self.git("commit", "--quiet", "--allow-empty", "-m", message, *options)
        return self.head

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def raw(self, rev: str = "HEAD") -> bytes:
        """The raw bytes of a commit object."""
        return self.run("git", "cat-file", "commit", rev, check=True).stdout

    def message(self, rev: str = "HEAD") -> str:
        """A commit's message as its bytes are."""
        return self.raw(rev).partition(b"\n\n")[2].decode("utf-8", "surrogateescape")

    def set_up(self, key: Path) -> None:
        """`attest init` with a key. The hooks run attest by a fork (support/forked.py)."""
        self.ok("init", "--key", str(key), "--yes")

    def template(self, *options: str) -> dict[str, Any]:
        """What `attest answer --template` prints, parsed."""
        return tomllib.loads(self.ok("answer", "--template", *options))

    def answer(self, *options: str, **env: str) -> None:
        """Answer every question about the staged change, each in its own words."""
        data = self.template(*[o for o in options if o == "--amend"])
        for number, hunk in enumerate(data["hunk"], 1):
            hunk["invariant"] = hunk["invariant"] or f"invariant {number} of {hunk['where']}"
            hunk["breaks"] = hunk["breaks"] or f"removal {number} breaks {hunk['where']}"
        self.ok("answer", "--answers", "-", *options, stdin=tomli_w.dumps(data).encode(), **env)

    def attested(self, message: str = "change") -> str:
        """Answer for the staged change and commit it; the hooks run in this process."""
        self.answer()
        file = self.home / "message"
        file.write_bytes(os.fsencode(message) + b"\n")
        self._hook("commit-msg", str(file))
        unhooked = ("-c", "core.hooksPath=/dev/null")
        self.git(*unhooked, "commit", "--quiet", "--allow-empty", "-F", str(file))
        self._hook("post-commit")
        return self.head

    def _hook(self, *words: str) -> None:
        """Run a hook as `git commit -m` does, which sets GIT_EDITOR."""
        env = {**self.env, "GIT_EDITOR": ":", "ATTEST_ARGUMENTS": "[]"}
        result = inside.run(["hook", *words], self.path, env)
        assert result.returncode == 0, result.stderr

    def attested_by_git(self, message: str = "change", *options: str) -> str:
        """The same by `git commit`, which runs the hooks."""
        self.answer()
        return self.commit(message, *options)

    def report(self, *args: str) -> dict[str, Any]:
        """The JSON of `attest check`, whatever its verdict."""
        import json

        result = inside.run(["check", "--format", "json", *args], self.path, self.env)
        assert result.returncode in (0, 1), (result.returncode, result.stderr)
        report: dict[str, Any] = json.loads(result.stdout)
        return report

    def verdict(self, rev: str = "HEAD", *args: str) -> dict[str, Any]:
        """The verdict on one commit."""
        verdict: dict[str, Any] = self.report(rev, *args)["commits"][0]
        return verdict

    def codes(self, rev: str = "HEAD", *args: str) -> list[str]:
        """The codes of a commit's errors, each once, sorted."""
        findings = self.verdict(rev, *args)["findings"]
        return sorted({f["code"] for f in findings if f["severity"] == "error"})

    def rewrite(self, raw: bytes) -> str:
        """Store a commit object as it is given, and put the branch on it."""
        oid = self.git("hash-object", "-t", "commit", "-w", "--stdin", "--literally", stdin=raw)
        self.git("update-ref", "HEAD", oid)
        return oid

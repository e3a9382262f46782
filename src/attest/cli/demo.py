"""`attest demo`: a complete example in a temporary repository."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.interview import coding_agents
from attest.system import processes

BEFORE = '''\
"""Reading packets."""


class Packet:
    def parse(self, buf: bytes) -> bytes:
        size = buf[0]
        return buf[1 : 1 + size]
'''
AFTER = '''\
"""Reading packets."""


class ShortRead(ValueError):
    """The buffer ends before the packet does."""


class Packet:
    def parse(self, buf: bytes) -> bytes:
        size = buf[0]
        if len(buf) < 1 + size:
            raise ShortRead(f"{len(buf) - 1} of {size} bytes")
        return buf[1 : 1 + size]
'''
SAMPLE = (
    (
        "callers can distinguish a short packet from other bad values by its type",
        "feed() catches ShortRead to wait for more bytes; it would crash on import",
    ),
    (
        "parse never returns fewer bytes than the packet announces",
        "a truncated packet is taken for a whole one, and the next one starts in the middle",
    ),
)


def demo() -> int:
    """Run through a complete example in a temporary repository.

    Stages a change, asks about it, commits, checks the commit, then tampers with it and
    checks again. Without a terminal it uses sample answers. Needs no network and leaves
    nothing behind.

    \b
    Examples:
      attest demo
    """
    from attest.analysis.syntax import grammars

    grammars.assert_pinned()
    with tempfile.TemporaryDirectory(prefix="attest-demo-") as folder:
        return _Demo(Path(folder)).run()


class _Demo:
    def __init__(self, root: Path) -> None:
        self.home, self.clone = root / "home", root / "clone"
        self.home.mkdir()
        self.clone.mkdir()
        markers = {marker for marker, _ in coding_agents.MARKERS} | {"AGENT"}
        environment = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("GIT_", "SSH_", "ATTEST_")) and name not in markers
        }
        self.env = {
            **environment,
            "HOME": str(self.home),
            "USERPROFILE": str(self.home),
            "XDG_CONFIG_HOME": str(self.home / ".config"),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
        }

    def run(self) -> int:
        self._set_up()
        self._say("A change is staged", "git diff --staged")
        self._git("--no-pager", "diff", "--staged")
        self._answer()
        self._say("Commit as usual; the commit carries the signed answers", "git log -1")
        self._git("commit", "--quiet", "-m", "Refuse short packets")
        self._git("--no-pager", "log", "-1")
        self._say("Anyone can check the commit, offline", "attest check HEAD")
        if self._attest("check", "HEAD") != 0:
            raise EnvironmentFault("the demo's own commit failed the check; this is a bug")
        self._tamper()
        self._say("The code is no longer the code that was answered for", "attest check HEAD")
        if self._attest("check", "HEAD") != 1:
            raise EnvironmentFault("the tampered commit passed the check; this is a bug")
        print("\nDone. The temporary repository and its key are deleted.")
        return 0

    def _set_up(self) -> None:
        self._git("init", "--quiet", "--initial-branch=main", ".")
        self._git("config", "user.name", "A U Thor")
        self._git("config", "user.email", "author@example.com")
        (self.clone / "packet.py").write_text(BEFORE, "utf-8", newline="\n")
        self._git("add", ".")
        self._git("commit", "--quiet", "-m", "Read packets")
        self._say("A temporary repository and key", "attest init --yes")
        if self._attest("init", "--yes") != 0:
            raise EnvironmentFault("cannot set up the demo", "See the message above.")
        (self.clone / "packet.py").write_text(AFTER, "utf-8", newline="\n")
        self._git("add", ".")

    def _answer(self) -> None:
        from attest.interview.terminal import has_terminal

        if has_terminal():
            self._say("Answer the questions", "attest")
            while (code := self._attest("answer")) != 0:
                if code == 130:
                    raise KeyboardInterrupt
                print("(the demo continues when you have signed; Ctrl-C ends it)")
            return
        self._say("There is no terminal, so these are sample answers", "attest answer --answers -")
        template = self._output("answer", "--template")
        for invariant, breaks in SAMPLE:
            template = template.replace('invariant = ""', f'invariant = "{invariant}"', 1)
            template = template.replace('breaks = ""', f'breaks = "{breaks}"', 1)
        print(template)
        if self._attest("answer", "--answers", "-", stdin=template.encode()) != 0:
            raise EnvironmentFault("the sample answers were refused; this is a bug")

    def _tamper(self) -> None:
        self._say(
            "Now someone weakens the check and keeps the signed answers", "git commit --amend"
        )
        path = self.clone / "packet.py"
        path.write_text(
            path.read_text("utf-8").replace("< 1 + size", "< size"), "utf-8", newline="\n"
        )
        self._git("--no-pager", "diff", "-U0")
        self._git("commit", "--quiet", "--no-verify", "--all", "--amend", "--no-edit")

    def _say(self, step: str, command: str) -> None:
        print(f"\n== {step}\n$ {command}", flush=True)

    def _git(self, *args: str) -> None:
        from attest.git import process

        if process.call(list(args), env=self.env, cwd=self.clone) != 0:
            raise EnvironmentFault(f"git {args[0]} failed in the demo", "See the message above.")

    def _attest(self, *args: str, stdin: bytes | None = None) -> int:
        return self._start(args, stdin=stdin, capture=False).returncode

    def _output(self, *args: str) -> str:
        return self._start(args, stdin=None, capture=True).stdout.decode()

    def _start(
        self, args: tuple[str, ...], *, stdin: bytes | None, capture: bool
    ) -> processes.FinishedProcess:
        return processes.run(
            [sys.executable, "-P", "-m", "attest", *args],
            cwd=self.clone,
            env=self.env,
            payload=stdin,
            stdout=processes.PIPE if capture else None,
        )

"""Ending attest with SIGKILL, and looking at what it leaves behind.

Run as a process of its own (`python -m support.killing`), with one thread, so that it
may fork: attest is imported once, and every round is a forked child that runs the real
command in the repository of the working directory. Every process that a child starts
holds the writing end of a pipe: once that is at its end, all of them are gone.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import git.cmd
import typer.main

from attest import __main__ as door
from attest.cli import app
from support import forked_server, inside

KINDS = ("start", "started", "half", "fed", "replace", "replaced")
"""Where a child is ended: before and after a process is started, when half of its
input is written, and all of it; before and after a file is replaced."""
COPIES, BACKUPS = "refs/notes/attest-rewrite/", "refs/attest/backup/"
_SAID, _SAVED = Path("../said"), Path("../saved.git")
_AGAIN, _SAMPLE = 3, 9
"""The command is run again from every new state, and every so many rounds; then the
commits are judged by `attest check`, every so many rounds."""


class Trap:
    """Counts the places that a run comes by, and ends it at one of them.

    Args:
        log: the pipe that all processes hold; what was replaced is written to it.
        kind, number: where to end, by `KINDS`; nowhere where the kind is empty.
    """

    def __init__(self, log: int, kind: str, number: int) -> None:
        self.log, self.kind, self.left = log, kind, number

    def reached(self, kind: str) -> bool:
        self.left -= kind == self.kind
        return kind == self.kind and self.left == 0

    def at(self, kind: str) -> None:
        if self.reached(kind):
            os.kill(os.getpid(), signal.SIGKILL)

    def set(self) -> None:
        """Count the processes that this one starts, and the files it replaces."""
        trap, replace = self, os.replace

        class Popen(subprocess.Popen[Any]):
            def __init__(self, *args: Any, **options: Any) -> None:
                trap.at("start")
                super().__init__(*args, **options, pass_fds=(trap.log,))
                trap.at("started")

            def communicate(self, input: Any = None, timeout: Any = None) -> Any:  # noqa: A002
                assert trap.kind != "fed" or len(input or b"") < 65536, "a pipe takes it whole"
                for kind, size in (("half", len(input or b"") // 2), ("fed", len(input or b""))):
                    if input and self.stdin is not None and trap.reached(kind):
                        os.write(self.stdin.fileno(), input[:size])
                        os.kill(os.getpid(), signal.SIGKILL)
                return super().communicate(input, timeout)

        def counted(old: Any, new: Any) -> None:
            trap.at("replace")
            replace(old, new)
            os.write(trap.log, os.fsencode(new) + b"\n")
            trap.at("replaced")

        subprocess.Popen = Popen  # type: ignore[misc]
        git.cmd.safer_popen = Popen  # GitPython took the name when it was imported
        os.replace = counted  # type: ignore[assignment]


@dataclass(frozen=True)
class Ended:
    """How a run ended, the files that it had replaced by then, and how long it took."""

    code: int
    replaced: tuple[Path, ...]
    seconds: float

    @property
    def killed(self) -> bool:
        return self.code == -signal.SIGKILL


def run(args: list[str], kind: str = "", number: int = 0, delay: float | None = None) -> Ended:
    """Run attest in a child, and wait until it and all that it started are gone.

    Args:
        kind, number: see `Trap`.
        delay: seconds until it is killed from outside; None for never.
    """
    reader, log = os.pipe()
    alive, held = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        _be_child(args, Trap(log, kind, number))
    os.close(log)
    os.close(held)
    if delay is not None:
        select.select([alive], [], [], delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    seconds = time.monotonic() - began
    with open(reader, "rb") as pipe:
        replaced = tuple(Path(os.fsdecode(line)) for line in pipe.read().splitlines())
    os.close(alive)
    return Ended(os.waitstatus_to_exitcode(status), replaced, seconds)


def _be_child(args: list[str], trap: Trap) -> NoReturn:
    code = 70
    try:
        reply = os.open(_SAID, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(reply, 1)
        os.dup2(reply, 2)
        trap.set()
        code = door.main(args)
    finally:
        sys.stdout.flush()
        os._exit(code)


@dataclass(frozen=True)
class Look:
    """What a repository holds: refs and `HEAD`, the index and the work tree, and
    what attest keeps, read file by file."""

    refs: dict[str, str]
    rest: dict[str, bytes]
    kept: dict[str, bytes]

    @classmethod
    def now(cls) -> Look:
        form = "--format=%(refname) %(objectname)"
        out = subprocess.run(["git", "for-each-ref", form], capture_output=True, check=True).stdout
        refs = dict(line.split(" ") for line in out.decode().splitlines())
        refs["HEAD"] = Path(".git/HEAD").read_text()
        files = [p for p in Path().rglob("*") if p.is_file()]
        mine = [p for p in files if p.parts[0] != ".git" or p.name == "index"]
        kept = Path(".git/attest").rglob("*.json")
        return cls(refs, _read(mine), _read(list(kept)))

    @property
    def tips(self) -> dict[str, str]:
        """The refs that are a person's own, and `HEAD`."""
        return {k: v for k, v in self.refs.items() if not k.startswith((COPIES, BACKUPS))}

    @property
    def old_tips(self) -> list[str]:
        """The ids under `refs/attest/backup`, newest rewriting's alone, by name."""
        names = sorted(name for name in self.refs if name.startswith(BACKUPS))
        last = names[-1].split("/")[3] if names else ""
        return [self.refs[name] for name in names if name.split("/")[3] == last]

    def under(self, folder: str) -> dict[str, bytes]:
        return {name: data for name, data in self.kept.items() if Path(name).parts[2] == folder}

    @property
    def states(self) -> list[str]:
        """Of the records of rewritings, oldest first."""
        return [json.loads(data)["state"] for _, data in sorted(self.under("rewrites").items())]


def _read(paths: list[Path]) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in paths}


class Field:
    """A repository in which a command is killed again and again.

    Args:
        command: of attest's.
        again: exit codes that the command may have once all is done.
    """

    def __init__(self, command: list[str], again: list[int]) -> None:
        self.command, self.again = command, again
        self.rounds = 0
        self.counts = Counter[str]()
        self.known: list[Look] = []
        shutil.copytree(".git", _SAVED)
        self.before = Look.now()
        for args in (command, ["check", "HEAD"]):  # so that children find all imported
            inside.run(args, Path.cwd(), dict(os.environ))
        self.reset()
        ended = run(command)
        assert ended.code == 0, _SAID.read_text()
        self.seconds = ended.seconds
        self.after = Look.now()
        assert self.after.tips != self.before.tips

    def reset(self) -> None:
        """Put the git directory back to what it was at first, to the byte."""
        shutil.rmtree(".git")
        shutil.copytree(_SAVED, ".git")

    def places(self, kind: str) -> None:
        """End the command at every place of a kind."""
        number = 1
        while self.round(f"{kind} {number}", run(self.command, kind, number)):
            number += 1

    def moments(self, seed: int, kills: int) -> None:
        """End the command at so many random moments; runs that were done by then
        are not counted."""
        dice = random.Random(seed)
        while kills:
            delay = dice.uniform(0, self.seconds)
            kills -= self.round(f"after {delay} s", run(self.command, delay=delay))

    def round(self, place: str, ended: Ended) -> bool:
        """Look at what a run left; run the command again, and look at that. Whether
        the first run was killed."""
        try:
            assert ended.killed or ended.code == 0, ended
            look = Look.now()
            self.judge(ended, look)
            if look not in self.known or self.rounds % _AGAIN == 0:
                self.judge_again(run(self.command))
        except AssertionError as error:
            reply = _SAID.read_text()
            words = f"{' '.join(self.command)}, killed at {place}: {error}"
            raise AssertionError(f"{words}\n{reply}\n{Look.now().refs}") from error
        self.known.append(look)
        self.rounds += 1
        self.reset()
        return ended.killed

    def judge(self, ended: Ended, look: Look) -> None:
        """As before or as wanted; nothing that was kept is lost."""
        result = look.tips == self.after.tips
        assert result or look.tips == self.before.tips, "some refs moved, and some did not"
        self.judge_whole(look)
        answers = look.under("answers")
        for path in ended.replaced:
            name = os.path.relpath(path)
            if "answers" in path.parts:
                assert answers[name] == self.after.kept[name], f"{name} is lost"
        for name, data in self.before.under("answers").items():
            assert answers[name] == data, f"{name} is lost"
        if result and self.command[0] == "answer":
            assert look.old_tips == self.after.old_tips, "no backup of the old tips"
        if ended.killed:
            self.counts["after" if result else "before"] += 1
            self.counts["record open"] += "started" in look.states

    def judge_again(self, ended: Ended) -> None:
        """The command, run once more, did what was left to do."""
        assert ended.code in self.again, f"the next run ended with {ended.code}"
        look = Look.now()
        assert look.tips == self.after.tips, "the next run did not finish"
        assert look.old_tips == self.after.old_tips, "the old tips are not kept as they should be"
        assert look.under("answers") == self.after.under("answers")
        assert look.states[-1:] == self.after.states[-1:], look.states
        assert not [name for name in look.refs if name.startswith(COPIES)], "copies of notes"
        self.judge_whole(look)
        if self.rounds % _SAMPLE == 0 and self.command[0] == "answer":
            assert run(["check", "origin/main..a"]).code == 0, "the check fails"

    def judge_whole(self, look: Look) -> None:
        """No object is missing, no lock and no half of a file is left."""
        assert look.rest == self.before.rest, "the index or the work tree was touched"
        for name, data in look.kept.items():
            assert isinstance(json.loads(data), dict), name
        assert not list(Path(".git").rglob("*.lock")), "a lock is left"
        fsck = ["git", "fsck", "--connectivity-only", "--no-dangling", "--no-progress"]
        result = subprocess.run(fsck, capture_output=True, check=False)
        assert (result.returncode, result.stdout + result.stderr) == (0, b""), result


def main(task: dict[str, Any]) -> None:
    """Do what the test wants, and print how often which outcome was seen."""
    forked_server.fork_what_parses()
    for module, name, once in (
        (app, "build", inside.build),
        (typer.main, "get_command", inside.command),
    ):
        mock.patch.object(module, name, once).start()  # made before the children are forked
    field = Field(task["command"], task["again"])
    field.reset()
    for kind in task.get("kinds", ()):
        field.places(kind)
    if "seed" in task:
        field.moments(task["seed"], task["kills"])
    print(json.dumps(field.counts))


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))

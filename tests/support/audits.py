"""Clones to audit, and what an audit says of them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest import mock

from attest.audit import local_engine, work
from attest.audit.tasks import Message
from attest.report.audit_records import Counts
from support import forge, inside, ruled
from support.inside import Done
from support.repo import EPOCH, Repo

DAY = 86_400


def attested_history(repo: Repo, key: Path, count: int = 5, *, policy: str = "") -> Repo:
    """Give a repository rules, and commits on main of which every third has no block. They are
    made twenty days apart."""
    ruled.begin(repo, key, policy)
    repo.git("checkout", "-q", "main")
    for number in range(count):
        at = f"{EPOCH + number * 20 * DAY} +0000"
        repo.env |= {"GIT_AUTHOR_DATE": at, "GIT_COMMITTER_DATE": at}
        repo.write(f"file{number}.py", f"value = read('{number}', {number})\n")
        repo.commit(f"Add file {number}", "--no-verify")
        if number % 3:
            block = forge.thorough(repo)
            hunks = (replace(block.hunks[0], unsure="whether it is read" * (number == 1)),)
            forge.attach(repo, forge.signed(replace(block, hunks=hunks), key))
    return repo


def write_list(folder: Path, *paths: Path | str) -> Path:
    """A list of clones."""
    file = folder / "clones.txt"
    file.write_text("# clones\n" + "".join(f"{path}\n" for path in paths), "utf-8")
    return file


class HereEngine:
    """An engine whose worker is the test's own process, which need not be started; for tests that
    are not about workers. What crosses to a worker crosses as JSON, as it does to a real one."""

    def __init__(self, _jobs: int) -> None:
        pass

    def __enter__(self) -> HereEngine:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def run(self, tasks: Sequence[Message]) -> Iterator[tuple[int, Message]]:
        for number, task in enumerate(tasks):
            yield number, json.loads(json.dumps(work.perform(json.loads(json.dumps(task)))))


def run(repo: Repo, *words: str | Path) -> Done:
    """`attest audit` in this process, workers included."""
    with mock.patch.object(local_engine, "LocalEngine", HereEngine):
        return run_workers(repo, *words)


def run_workers(repo: Repo, *words: str | Path, env: dict[str, str] | None = None) -> Done:
    """`attest audit` with real workers, one unless *words* say how many."""
    jobs = () if "--jobs" in words else ("--jobs", "1")
    return inside.run(["audit", *map(str, words), *jobs], repo.home, {**repo.env, **(env or {})})


def records(file: Path, kind: str = "shard") -> list[dict[str, Any]]:
    """The records of one kind in a file."""
    every = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    return [one for one in every if one["kind"] == kind]


def counts(shards: Sequence[dict[str, Any]]) -> dict[str, int]:
    """The sums over some records; without what is 0."""
    total = Counts()
    for shard in shards:
        for month in shard["months"].values():
            total = total.plus(Counts(**month))
    return {name: number for name, number in total if number}


def checked(repo: Repo, *words: str) -> dict[str, int]:
    """What `attest check` counts, in the same words."""
    verdicts = repo.report(*words, "--audit")["commits"]
    number = Counter(verdict["verdict"].replace("-", "_") for verdict in verdicts)
    codes = [{finding["code"] for finding in verdict["findings"]} for verdict in verdicts]
    number["units"] = len(verdicts)
    number["unattested"] = sum("unattested" in one for one in codes)
    hunks = [hunk for verdict in verdicts for hunk in verdict["hunks"]]
    number["weak"] = sum(any(one["weakness"] for one in hunk["answers"]) for hunk in hunks)
    number["unsure"] = sum(bool(hunk["unsure"]) for hunk in hunks)
    names = {"total": "hunks", "attested": "covered", "answered": "answered"}
    for old, new in names.items():
        number[new] = sum(verdict["coverage"][old] for verdict in verdicts)
    return {name: count for name, count in number.items() if count}


def deadly_git(folder: Path, *, over: str = "") -> dict[str, str]:
    """A PATH on which git kills the process that starts it, over a shard.

    Args:
        folder: a new one.
        over: the tip of the shard, and then each time; else over the second shard, once.

    Returns:
        The variable.
    """
    real = shutil.which("git")
    folder.mkdir()
    once = f"mkdir {folder}/first 2>/dev/null || {{ mkdir {folder}/dead 2>/dev/null && %s; }}"
    action = "kill -9 $PPID" if over else once % "kill -9 $PPID"
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *--topo-order*{over}*) {action};; esac\nexec {real} "$@"\n',
        "utf-8",
    )
    script.chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


@contextmanager
def dask_scheduler(folder: Path, workers: int, env: dict[str, str]) -> Iterator[str]:
    """A scheduler of Dask's on the loopback address, and its workers, each started by hand as its
    documentation says; the scheduler's address.

    Args:
        folder: where they put their files; it is made.
        env: the workers' environment.
    """
    folder.mkdir()
    dask, file = str(Path(sys.executable).with_name("dask")), folder / "scheduler.json"
    common = ["--host", "127.0.0.1", "--no-dashboard", "--scheduler-file", str(file)]
    commands = [[dask, "scheduler", "--port", "0", *common]]
    work = ["--nthreads", "1", "--local-directory", str(folder), "--death-timeout", "120"]
    commands += [[dask, "worker", *common, *work]] * workers
    with ExitStack() as stack:
        for number, command in enumerate(commands):
            log = stack.enter_context((folder / f"{number}.log").open("wb"))
            child = subprocess.Popen(command, cwd=folder, env=env, stdout=log, stderr=log)
            stack.callback(child.wait)
            stack.callback(child.terminate)
            while not file.exists() or not file.stat().st_size:
                assert child.poll() is None, (folder / f"{number}.log").read_text("utf-8")
                time.sleep(0.05)
        yield json.loads(file.read_text("utf-8"))["address"]

"""What an audit costs, and a plan for many clones.

    python bench/audit.py --org FILE [--answers] [--projects 10000] [--commits 10000000] …

FILE names attested clones, as for `attest audit --org`. The script audits them several times, with
one worker, and takes the CPU time of all processes: without anything to judge, with one shard for
each clone, and with small shards. From that it computes what a start, a clone, a shard and a commit
cost, and with these four numbers the plan (docs/scale.md, "A plan").
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

import tomli_w

LATER = ("--since", "2199-01-01")


@dataclass(frozen=True, slots=True)
class Run:
    """CPU seconds, shards, commits, and the most memory of a worker in MiB."""

    cpu: float
    shards: int
    commits: int
    memory: float


def run(org: Path, *options: str) -> Run:
    """Audit in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        records = Path(folder) / "records"
        words = ["-m", "attest", "audit", "--org", str(org), "--jobs", "1", *options]
        words += ["--records", str(records)]
        before = os.times()
        pid = os.posix_spawn(
            sys.executable,
            [sys.executable, "-P", *words],
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        os.waitpid(pid, 0)
        after = os.times()
        rows = [json.loads(line) for line in records.read_bytes().splitlines()]
    if any(row["kind"] != "shard" for row in rows):
        raise SystemExit(f"not all of {org} can be judged: attest audit --org {org}")
    cpu = after.children_user - before.children_user + after.children_system
    cpu -= before.children_system
    commits = sum(row["commits"] for row in rows)
    return Run(cpu, len(rows), commits, max((row["memory"] for row in rows), default=0) / 1024)


def main() -> None:
    parser = argparse.ArgumentParser(description="What an audit costs, and a plan.")
    parser.add_argument("--org", type=Path, required=True)
    parser.add_argument("--answers", action="store_true", help="judge the answers, too")
    parser.add_argument("--small", type=int, default=10, help="first-parent commits of a shard")
    parser.add_argument("--projects", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=10_000_000)
    parser.add_argument("--shard", type=int, default=250)
    parser.add_argument("--workers", type=int, default=64)
    options = parser.parse_args()
    projects = tomllib.loads(options.org.read_text("utf-8"))["project"]
    first = options.org.with_name(f"{options.org.stem}-first.toml")
    first.write_bytes(tomli_w.dumps({"project": projects[:1]}).encode())
    words = [] if options.answers else ["--no-answers"]
    try:
        one = run(first, *words, *LATER)
    finally:
        first.unlink()
    idle = run(options.org, *words, *LATER)
    large = run(options.org, *words, "--shard", "1000000")
    small = run(options.org, *words, "--shard", str(options.small))

    clone = max(idle.cpu - one.cpu, 0) / max(len(projects) - 1, 1)
    start = max(one.cpu - clone, 0)
    shard = max(small.cpu - large.cpu, 0) / (small.shards - large.shards)
    commit = (large.cpu - idle.cpu - shard * large.shards) / large.commits
    print(
        f"start {start:.2f} s, clone {clone * 1000:.0f} ms, shard {shard * 1000:.0f} ms, ", end=""
    )
    print(f"commit {commit * 1000:.2f} ms (CPU); worker {large.memory:.0f} MiB")
    shards = options.projects + options.commits // options.shard
    total = start + clone * options.projects + shard * shards + commit * options.commits
    print(f"{options.projects} clones, {options.commits} commits, {shards} shards: ", end="")
    print(f"{total / 3600:.1f} hours of CPU; {options.workers} workers: ", end="")
    print(f"{total / options.workers / 3600:.2f} hours")


if __name__ == "__main__":
    main()

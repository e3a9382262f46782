"""Replay the real history of a repository through attest, and count.

    python bench/replay.py PATH_OF_A_CLONE [--commits 50]

In a throw-away clone, each of the last commits of the first-parent line becomes
a staged change, is answered for with `attest answer --answers`, committed, and
the range is checked; then it is rebased onto a commit that changes another file,
and checked again. Prints the counts and the times.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import tomllib
from collections import Counter
from pathlib import Path

import tomli_w


class Replay:
    def __init__(self, source: Path, root: Path) -> None:
        self.home, self.clone = root / "home", root / "clone"
        self.home.mkdir()
        self.env = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("GIT_", "SSH_"))},
            "HOME": str(self.home),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": str(self.home / ".gitconfig"),
            "GIT_EDITOR": "true",
        }
        key = self.home / "key"
        self._run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(key), cwd=root)
        self._run("git", "clone", "--quiet", "--no-checkout", str(source), "clone", cwd=root)
        for name, value in (("user.name", "Re Player"), ("user.email", "replay@example.com")):
            self.git("config", name, value)
        self.attest("init", "--key", str(key), "--yes")

    def _run(
        self, *command: str, cwd: Path, stdin: bytes = b"", ok: tuple[int, ...] = (0,)
    ) -> bytes:
        done = subprocess.run(
            command, cwd=cwd, env=self.env, input=stdin, capture_output=True, check=False
        )
        if done.returncode not in ok:
            sys.exit(f"{command}: {done.returncode}\n{done.stderr.decode(errors='replace')}")
        return done.stdout

    def git(self, *args: str, stdin: bytes = b"") -> str:
        return self._run("git", *args, cwd=self.clone, stdin=stdin).decode(errors="replace").strip()

    def attest(self, *args: str, stdin: bytes = b"", ok: tuple[int, ...] = (0,)) -> bytes:
        command = (sys.executable, "-P", "-m", "attest", *args)
        return self._run(*command, cwd=self.clone, stdin=stdin, ok=ok)

    def replay(self, count: int) -> tuple[str, int]:
        line = self.git("rev-list", "--first-parent", f"--max-count={count + 1}", "HEAD").split()
        commits = line[:-1][::-1]
        base = line[-1]
        self.git("checkout", "--quiet", "--force", "-B", "replayed", base)
        hunks = 0
        for oid in commits:
            self.git("read-tree", "--reset", "-u", oid)
            if not self.git("diff", "--cached", "--name-only", "HEAD"):
                continue
            data = tomllib.loads(self.attest("answer", "--template").decode())
            for number, hunk in enumerate(data["hunk"]):
                hunk["invariant"] = f"what holds at {hunk['where']} ({number})"
                hunk["breaks"] = f"what is lost at {hunk['where']} ({number})"
            hunks += len(data["hunk"])
            self.attest("answer", "--answers", "-", stdin=tomli_w.dumps(data).encode())
            message = self._run("git", "log", "-1", "--format=%B", oid, cwd=self.clone)
            self.git("commit", "--quiet", "--cleanup=verbatim", "-F", "-", stdin=message)
        return base, hunks

    def check(self, base: str) -> tuple[Counter[str], int, int, float, Counter[str]]:
        start = time.perf_counter()
        out = self.attest("check", f"{base}..HEAD", "--format", "json", ok=(0, 1))
        taken = time.perf_counter() - start
        commits = json.loads(out)["commits"]
        levels = Counter(
            c["level"] if c["verdict"] == "attested" else c["verdict"] for c in commits
        )
        codes = Counter(
            f["code"] for c in commits for f in c["findings"] if f["severity"] == "error"
        )
        covered = sum(c["hunks"]["attested"] for c in commits)
        return levels, covered, sum(c["hunks"]["total"] for c in commits), taken, codes

    def rebase(self, base: str, *, same_files: bool) -> str:
        self.git("checkout", "--quiet", "--force", "-B", "moved", base)
        (self.clone / "UNRELATED-TO-ALL").write_text("a file that no commit touches\n")
        self.git("add", "UNRELATED-TO-ALL")
        for path in self.away_from_the_top(base) if same_files else ():
            path.write_bytes(b"a line that was not there before\n" + path.read_bytes())
            self.git("add", "--", str(path))
        self.git("commit", "--quiet", "-m", "another base")
        onto = self.git("rev-parse", "HEAD")
        self.git("rebase", "--quiet", "--onto", onto, base, "replayed")
        return onto

    def away_from_the_top(self, base: str) -> list[Path]:
        """Files that the range changes, but not in their first lines, so that a
        line put above everything makes no conflict."""
        first: dict[str, int] = {}
        name = ""
        patch = self.git("log", "--first-parent", "-p", "-U0", "--no-renames", f"{base}..replayed")
        for line in patch.splitlines():
            if line.startswith("--- "):
                name = line[6:] if line.startswith("--- a/") else ""
            elif line.startswith("@@ ") and name:
                start = int(line.split()[1].lstrip("-").split(",")[0])
                first[name] = min(first.get(name, start), start)
        return [
            self.clone / n for n, top in first.items() if top > 8 and (self.clone / n).is_file()
        ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path)
    parser.add_argument("--commits", type=int, default=50)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="attest-replay-") as folder:
        replay = Replay(args.source.resolve(), Path(folder))
        start = time.perf_counter()
        base, asked = replay.replay(args.commits)
        print(
            f"{args.source}: replayed in {time.perf_counter() - start:.1f} s, {asked} hunks asked"
        )
        for name in ("as made", "rebased", "rebased onto other versions of the files"):
            since = base
            if name != "as made":
                since = replay.rebase(base, same_files=name != "rebased")
                base = since
            levels, covered, total, taken, codes = replay.check(since)
            counts = ", ".join(f"{number} {level}" for level, number in sorted(levels.items()))
            print(
                f"  {name}: {counts}; {covered} of {total} hunks; {taken:.2f} s", dict(codes) or ""
            )


if __name__ == "__main__":
    main()

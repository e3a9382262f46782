"""How long it takes to read changes, against parsing both sides of their files and no more.

    python bench/analysis.py PATH_OF_A_CLONE [--commits 200] [--profile]

Takes the last commits of a repository, and of each the files that a grammar reads. `parse` is
the grammar alone, on the same texts and in the same process; `read` is a parse with the walk
over both trees, as the child does it; `analyse` is all that becomes of the hunks. Each file
is read in turn by all three, so that a busy machine slows all of them down. Prints seconds,
and each as a multiple of the bare parse.
"""

from __future__ import annotations

import argparse
import cProfile
import subprocess
import sys
import time
from pathlib import Path

from ast_grep_py import SgRoot

from attest.analysis import change as changes
from attest.analysis.syntax import messages, parsing, worker
from attest.analysis.syntax.tokens import Side
from attest.git.isolated import Isolated


class Clock:
    """Measures one after the other what is asked of the process that parses."""

    def __init__(self, profile: cProfile.Profile | None) -> None:
        self.parse = self.read = 0.0
        self.by_language: dict[str, list[float]] = {}
        self._profile = profile

    def ask(self, request: messages.Request) -> parsing.Reading:
        """What `parsing.ask` does, in this process."""
        return ReadingHere(request, self)

    def answer(self, request: messages.Request) -> tuple[Side, ...] | None:
        """The sides of a file."""
        before = time.perf_counter()
        for text, _, _ in request[1]:
            SgRoot(text, request[0]).root()
        between = time.perf_counter()
        if self._profile:
            self._profile.enable()
        sides = worker.answer(request)
        if self._profile:
            self._profile.disable()
        after = time.perf_counter()
        self.parse += between - before
        self.read += after - between
        sums = self.by_language.setdefault(request[0], [0, 0.0, 0.0])
        for at, more in enumerate((1, between - before, after - between)):
            sums[at] += more
        return messages.decode_answer(messages.encode_answer(sides), request)


class ReadingHere(parsing.Reading):
    """A file that is read in this process."""

    def __init__(self, request: messages.Request, clock: Clock) -> None:
        super().__init__(request)
        self._clock = clock

    def sides(self) -> tuple[Side, ...] | None:
        return self._clock.answer(self.request)


def trees(folder: Path, commits: int) -> list[tuple[str, str]]:
    """The trees of the last commits with one parent, each with that of its parent."""
    command = ["git", "-C", str(folder), "log", "--no-merges", "--format=%T %P", f"-{commits}"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split("\n")
    pairs = [line.split() for line in lines if line.count(" ") == 1]
    return [(f"{parent}^{{tree}}", tree) for tree, parent in pairs]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clone", type=Path)
    parser.add_argument("--commits", type=int, default=200)
    parser.add_argument("--profile", action="store_true")
    asked = parser.parse_args()
    done = ["git", "-C", str(asked.clone), "rev-parse", "--absolute-git-dir"]
    folder = subprocess.run(done, check=True, capture_output=True, text=True).stdout.strip()
    profile = cProfile.Profile() if asked.profile else None
    clock = Clock(profile)
    parsing.ask = clock.ask
    whole = 0.0
    with Isolated([Path(folder) / "objects"], "sha1") as isolated:
        for old, new in trees(asked.clone, asked.commits):
            ids = subprocess.run(
                ["git", "-C", str(asked.clone), "rev-parse", old, new],
                check=True, capture_output=True, text=True,
            ).stdout.split()  # fmt: skip
            change = isolated.change(ids[0], ids[1], keep=True)
            before, parsed = time.perf_counter(), clock.parse
            changes.analyse_change(change, [file.path for file in change.files], isolated.content)
            whole += time.perf_counter() - before - (clock.parse - parsed)
    if not clock.by_language:
        sys.exit("no file was read by a grammar")
    print(f"{asked.commits} commits")
    for name, seconds in (("parse", clock.parse), ("read", clock.read), ("analyse", whole)):
        print(f"{name:>8} {seconds:6.2f} s  {seconds / clock.parse:5.2f}")
    for name, (files, parse, read) in sorted(clock.by_language.items()):
        print(f"{name:>8} {files} files: parse {parse:.2f} s, read {read / parse:.2f} times that")
    if profile:
        profile.print_stats("tottime")


if __name__ == "__main__":
    main()

"""How long `attest check` takes over long histories, as ratios to git in the same run.

    python bench/speed.py FOLDER [--source REPOSITORY] [--rounds 5] [PART…]

FOLDER has the histories that are checked; those that are missing are made from SOURCE by
histories.py: `exact` (10,000 commits, signed for git too), `answered` (1,000), `hunks` (10,000, all
rebased), `tiny` (10,000 changes of one line) and `long` (100,000). Nothing is fetched. Only those
of `answered` are chosen by the rules: no other part looks at answers.

PARTs, all by default:
  raw         --no-answers at level exact, against `git log --raw --no-abbrev -z`
  floor       --no-answers with tiny changes, against bench/floor.py
  hunks       --no-answers where only hunks agree, against `git log -p -U0`
  answers     with answers, against parsing each version of a file once, and `git log -p -U0`
  again       with answers, where the cache of analyses knows the commits, against not having it
  signatures  --no-answers, against `git log --show-signature`, over 1,000 commits
  memory      the peak of attest's own process, over 1,000, 10,000 and 100,000 commits
  jobs        one core against --jobs 2 on two, with answers; --jobs 1 alone uses two, since code is
              read by a process of its own that works ahead
  signatures10k  as signatures, over 10,000 commits: minutes a round

Prints the median of each in seconds, on the clock and of the CPU, and each ratio with its goal. In
each round every command runs once, by turns. Ends with 1 where a goal is missed. The cache is off,
except for `again`.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from measuring import ENVIRONMENT, Command, Cost, Costs, alternate, peaks_of, run
from object_pack import git
from tiny_source import tiny_source

HERE = Path(__file__).parent
ATTEST = [sys.executable, "-P", "-m", "attest"]
RAW = ("git", "log", "--raw", "--no-abbrev", "-z")
PATCH = ("git", "log", "-p", "-U0")
HISTORIES: dict[str, tuple[int, Sequence[str]]] = {
    "exact": (10_000, ["--rebased", "0", "--unchosen", "--git-signed"]),
    "answered": (1000, ["--rebased", "0"]),
    "hunks": (10_000, ["--rebased", "100", "--unchosen"]),
    "tiny": (10_000, ["--rebased", "0", "--unchosen"]),
    "long": (100_000, ["--rebased", "0", "--unchosen"]),
}
"""How many commits each has, and how else it is made."""


@dataclass
class Table:
    """The figures of a run."""

    rounds: int
    folder: Path
    source: Path | None
    missed: list[str] = field(default_factory=list)

    def show(self, title: str, costs: Mapping[str, Costs]) -> None:
        print(f"\n{title}")
        for name, one in costs.items():
            print(f"  {name:42} {one.wall:8.2f} s   CPU {one.cpu:8.2f} s   {one.memory:6.0f} MiB")
        sys.stdout.flush()

    def ratio(
        self, name: str, value: float, cpu: float = 0, *, most: float = 0, least: float = 0
    ) -> None:
        """Print a ratio, and remember it where it misses its goal.

        Args:
            cpu: the same ratio by the time of the CPU, which a busy machine changes little.
        """
        good = (not most or value <= most) and (not least or value >= least)
        goal = f"at most {most:g}" if most else f"at least {least:g}"
        by_cpu = f", by the CPU {cpu:.2f}" if cpu else ""
        print(f"  {name}: {value:.2f}{by_cpu} ({goal}){'' if good else '  MISSED'}")
        sys.stdout.flush()
        if not good:
            self.missed.append(f"{name}: {value:.2f}, {goal}")

    def history(self, name: str) -> Path:
        """A history of FOLDER; made where it is missing."""
        target = self.folder / name
        if not target.exists():
            source = tiny_source(self.folder) if name == "tiny" else self.source
            if source is None:
                sys.exit(f"{target} is missing: name a --source to make it from")
            count, options = HISTORIES[name]
            args = [str(source), str(target), "--commits", str(count), *options]
            subprocess.run([sys.executable, str(HERE / "histories.py"), *args], check=True)
        return target


def check(repository: Path, revisions: str, *options: str, jobs: int = 0) -> Command:
    """`attest check`; *jobs*: 0 for its default."""
    words = [*ATTEST, "check", revisions, *options]
    words += ["--jobs", str(jobs)] if jobs else []
    return Command(words, repository)


def first(repository: Path, count: int) -> str:
    """The range of the first *count* commits of a history, whose ends are named by their ids: to
    find main~9000, a command would have to read 9,000 commits first."""
    have = int(git(repository, "rev-list", "--count", "base..main"))
    if have < count:
        sys.exit(f"{repository} has {have} commits; {count} are needed")
    names = ("base^{commit}", f"main~{have - count}")
    start, tip = (git(repository, "rev-parse", name).decode().strip() for name in names)
    return f"{start}..{tip}"


def against(costs: Mapping[str, Costs], name: str, other: str) -> tuple[float, float]:
    """How many times as long one took as another, on the clock and of the CPU; each the median
    of all rounds."""
    pairs = list(zip(costs[name].each, costs[other].each, strict=True))
    wall = statistics.median(one.wall / two.wall for one, two in pairs)
    return wall, statistics.median(one.cpu / two.cpu for one, two in pairs)


def raw(table: Table) -> None:
    exact = table.history("exact")
    revisions = first(exact, 10_000)
    git_raw = Command([*RAW, revisions], exact)
    commands = {"git log --raw --no-abbrev -z": git_raw}
    goals = {1: 3.0, 2: 2.0}
    names = {jobs: _named("attest check --no-answers", jobs) for jobs in goals}
    for jobs, name in names.items():
        commands[name] = check(exact, revisions, "--no-answers", jobs=jobs)
    costs = alternate(commands, table.rounds)
    table.show("Level exact, 10,000 commits", costs)
    for jobs, goal in goals.items():
        ratio = against(costs, names[jobs], "git log --raw --no-abbrev -z")
        table.ratio(f"{names[jobs]} / git log --raw", *ratio, most=goal)


def _named(command: str, jobs: int) -> str:
    return f"{command} --jobs {jobs}" if jobs else command


def floor(table: Table) -> None:
    tiny = table.history("tiny")
    revisions = first(tiny, 10_000)
    commands = {
        "bench/floor.py": Command(
            [sys.executable, str(HERE / "floor.py"), str(tiny), revisions], tiny
        ),
        "git log --raw --no-abbrev -z": Command([*RAW, revisions], tiny),
        "attest check --no-answers": check(tiny, revisions, "--no-answers", jobs=1),
    }
    costs = alternate(commands, table.rounds)
    table.show("Changes of one line, 10,000 commits", costs)
    ratio = against(costs, "attest check --no-answers", "bench/floor.py")
    table.ratio("attest check --no-answers / floor", *ratio, most=1.3)


def hunks(table: Table) -> None:
    rebased = table.history("hunks")
    revisions = first(rebased, 10_000)
    commands = {"git log -p -U0": Command([*PATCH, revisions], rebased)}
    for jobs in (1, 2):
        commands[_named("attest check --no-answers", jobs)] = check(
            rebased, revisions, "--no-answers", jobs=jobs
        )
    costs = alternate(commands, table.rounds)
    table.show("Level hunks, 10,000 commits", costs)
    patch, one, two = commands
    print(f"  {one} / git log -p -U0: {against(costs, one, patch)[0]:.2f}")
    table.ratio(f"{two} / git log -p -U0", *against(costs, two, patch), most=1.5)


def answers(table: Table) -> None:
    answered = table.history("answered")
    revisions = first(answered, 1000)
    parse = [sys.executable, str(HERE / "bare_parse.py"), str(answered), revisions]
    commands = {"git log -p -U0": Command([*PATCH, revisions], answered)}
    names = [_named("attest check", jobs) for jobs in (1, 2)]
    for jobs, name in enumerate(names, 1):
        commands[name] = check(answered, revisions, jobs=jobs)
    rounds: list[dict[str, Cost]] = []
    for _ in range(table.rounds):
        costs = {name: run(command) for name, command in commands.items()}
        out = subprocess.run(parse, check=True, capture_output=True, env=ENVIRONMENT).stdout
        parser = json.loads(out)
        costs["each version of a file parsed once"] = Cost(parser["wall"], parser["cpu"], 0)
        rounds.append(costs)
    table.show(
        "With answers, 1,000 commits",
        {name: Costs([one[name] for one in rounds]) for name in rounds[0]},
    )
    for name in names:
        wall, cpu = [], []
        for costs in rounds:
            patch, parsed = costs["git log -p -U0"], costs["each version of a file parsed once"]
            wall.append(costs[name].wall / (patch.wall + parsed.wall))
            cpu.append(costs[name].cpu / (patch.cpu + parsed.cpu))
        title = f"{name} / (parse + git log -p -U0)"
        if name == names[0]:
            print(f"  {title}: {statistics.median(wall):.2f}")
        else:
            table.ratio(title, statistics.median(wall), statistics.median(cpu), most=2.0)


def signatures(table: Table) -> None:
    _signatures(table, 1000, 25)


def signatures10k(table: Table) -> None:
    _signatures(table, 10_000, 40)


def _signatures(table: Table, count: int, goal: float) -> None:
    exact = table.history("exact")
    revisions = first(exact, count)
    commands = {
        "git log --show-signature": Command(["git", "log", "--show-signature", revisions], exact),
        "attest check --no-answers": check(exact, revisions, "--no-answers"),
    }
    costs = alternate(commands, table.rounds)
    table.show(f"Commits that are signed for git, too: {count:,}", costs)
    ratio = against(costs, "git log --show-signature", "attest check --no-answers")
    table.ratio(f"git log --show-signature / attest check, {count:,}", *ratio, least=goal)


def memory(table: Table) -> None:
    print("\nPeak memory of attest's own process, and of its largest process")
    for name in ("exact", "long"):
        repository, most = table.history(name), HISTORIES[name][0]
        few, many = (_peak(repository, count, "--no-answers") for count in (1000, most))
        table.ratio(f"--no-answers, {most:,} / 1,000 commits", many / few, most=1.3)
    _peak(table.history("answered"), 1000)


def _peak(repository: Path, count: int, *options: str) -> float:
    """The peak of attest's own process in MiB, for the first commits of a history."""
    command = check(repository, first(repository, count), *options, jobs=1)
    own, largest = peaks_of(command.words[len(ATTEST) :], repository)
    title = " ".join(["attest check", *options])
    print(f"  {repository.name}, {count:,} commits, {title}: {own:.1f}, {largest:.1f} MiB")
    return own


def jobs(table: Table) -> None:
    answered = table.history("answered")
    revisions = first(answered, 1000)
    names = {count: f"attest check --jobs {count}" for count in (1, 2)}
    commands = {name: check(answered, revisions, jobs=count) for count, name in names.items()}
    one_core = f"{names[1]}, on one core"
    alone = commands[names[1]]
    commands[one_core] = Command(["taskset", "--cpu-list", "0", *alone.words], alone.cwd)
    costs = alternate(commands, table.rounds)
    table.show("Several processes, with answers, 1,000 commits", costs)
    wall, _ = against(costs, one_core, names[2])
    table.ratio("one core / --jobs 2 on two cores", wall, least=1.8)
    wall, _ = against(costs, names[1], names[2])
    print(f"  --jobs 1 / --jobs 2, both on two cores: {wall:.2f}")


def again(table: Table) -> None:
    answered = table.history("answered")
    revisions = first(answered, 1000)
    once = check(answered, revisions, jobs=1)
    with tempfile.TemporaryDirectory() as cache:
        known = replace(once, words=["env", f"ATTEST_CACHE={cache}", *once.words])
        run(known)  # fills the cache
        costs = alternate({"without the cache": once, "again, with it": known}, table.rounds)
        size = sum(path.stat().st_size for path in Path(cache).glob("*/*"))
    table.show(f"The same check again, with answers, 1,000 commits; {size >> 10} KiB", costs)
    wall, cpu = against(costs, "without the cache", "again, with it")
    print(f"  without / with the cache: {wall:.2f}, by the CPU {cpu:.2f}")


PARTS: dict[str, Callable[[Table], None]] = {
    part.__name__: part
    for part in (raw, floor, hunks, answers, again, signatures, memory, jobs, signatures10k)
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("parts", nargs="*", metavar="PART", help=", ".join(PARTS))
    parser.add_argument("--source", type=Path)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    unknown = set(options.parts) - PARTS.keys()
    if unknown:
        sys.exit(f"no such part: {', '.join(sorted(unknown))}")
    options.folder.mkdir(parents=True, exist_ok=True)
    table = Table(options.rounds, options.folder.resolve(), options.source)
    for name, part in PARTS.items():
        if name in options.parts or not options.parts:
            part(table)
    sys.exit("\n".join(["", "Missed:", *table.missed]) if table.missed else 0)


if __name__ == "__main__":
    main()

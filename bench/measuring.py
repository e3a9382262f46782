"""Measures commands as whole processes, in alternating rounds, so that a busy machine slows all
of them down."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ENVIRONMENT = {
    **{
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("GIT_", "ATTEST_", "CI", "PYTHON"))
    },
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "LC_ALL": "C.UTF-8",
    "ATTEST_CACHE": "",
}
"""No configuration of the machine, no cache and no CI. An installed attest has its byte code, and
buffers what it writes."""
_PEAK = (
    "import resource, sys; from attest.__main__ import main; code = main(); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
)
"""attest, and then the peak memory of its own process."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took.

    Args:
        wall: seconds from its start to its end.
        cpu: seconds of all its processes.
        memory: the peak of its largest process, in MiB. git's count the packs that they map.
    """

    wall: float
    cpu: float
    memory: float


@dataclass(frozen=True, slots=True)
class Command:
    """A command and where it runs.

    Args:
        good: the exit codes that it may end with; None for any.
        times: it runs only in every so many rounds.
    """

    words: Sequence[str]
    cwd: Path
    good: Sequence[int] | None = (0,)
    times: int = 1


@dataclass
class Costs:
    """The costs of a command, one for each round that it ran in."""

    each: list[Cost] = field(default_factory=list)

    @property
    def wall(self) -> float:
        return statistics.median(one.wall for one in self.each)

    @property
    def cpu(self) -> float:
        return statistics.median(one.cpu for one in self.each)

    @property
    def memory(self) -> float:
        return statistics.median(one.memory for one in self.each)


def run(command: Command) -> Cost:
    """Run a command; its output goes nowhere."""
    before = time.perf_counter()
    usage, _ = _finish(command.words, command.cwd, command.good)
    wall = time.perf_counter() - before
    return Cost(wall, usage.ru_utime + usage.ru_stime, _mebibytes(usage.ru_maxrss))


def _finish(
    words: Sequence[str], cwd: Path, good: Sequence[int] | None
) -> tuple[resource.struct_rusage, str]:
    """Run a command to its end; what it and its children used, and its error output."""
    with subprocess.Popen(
        words,
        cwd=cwd,
        env=ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    ) as child:
        assert child.stderr is not None
        errors = child.stderr.read().decode("utf-8", "replace")
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    if good is not None and child.returncode not in good:
        sys.exit(f"{words}: {child.returncode}\n{errors[-2000:]}")
    return usage, errors


def peaks_of(args: Sequence[str], cwd: Path) -> tuple[float, float]:
    """The peak memory of attest's own process, and of the largest that it started or is itself,
    in MiB."""
    usage, errors = _finish([sys.executable, "-P", "-c", _PEAK, *args], cwd, (0,))
    return _mebibytes(int(errors.split()[-1])), _mebibytes(usage.ru_maxrss)


def _mebibytes(peak: int) -> float:
    """getrusage(2): the peak is in KiB, on macOS in bytes."""
    return peak / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def alternate(commands: Mapping[str, Command], rounds: int) -> dict[str, Costs]:
    """Run each command in each round, by turns; what each took."""
    costs = {name: Costs() for name in commands}
    for number in range(rounds):
        for name, command in commands.items():
            if number % command.times == 0:
                costs[name].each.append(run(command))
    return costs

"""How the questions do on real histories.

    python bench/questions.py table CLONE... [--commits 500]
    python bench/questions.py draw CLONE... [--count 100] [--seed 1]

`table` prints, for each repository, the share of hunks that are trivial, grouped, left
and asked about by the built-in rules; hunks asked about a commit; the share of asked
hunks whose questions name something of the hunk; and the time a commit takes.
`draw` prints random questions with their hunks, unselected.

Nothing is fetched: the clones must be there. The figures of docs/questions.md are from
the last 500 non-merge commits of ten public repositories.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from attest.errors import EnvironmentFault, NothingToJudge
from attest.facts import search
from attest.facts.fact import Fact
from attest.facts.search import FactSearch
from attest.git import commit_object, merge
from attest.git.diff import Change
from attest.git.hunk_view import hunk_lines, place
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.questions.compose import HunkQuestions


@dataclass
class Tally:
    """What was seen in one repository; times in seconds."""

    name: str
    outcomes: Counter[str] = field(default_factory=Counter)
    asked: list[int] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    largest: tuple[int, float] = (0, 0.0)
    parsed: int = 0
    naming: int = 0


def git_dir(clone: Path) -> Path:
    """The git directory of a clone, bare or not."""
    for folder in (clone, clone / ".git", clone / "repo"):
        if (folder / "objects").is_dir():
            return folder
    raise SystemExit(f"{clone}: no git repository")


def changes(folder: Path, isolated: Isolated, count: int) -> Iterator[tuple[str, Change]]:
    """The last non-merge commits, with what they change."""
    args = ["git", "--git-dir", str(folder), "rev-list", "--no-merges", f"-n{count}", "HEAD"]
    for oid in subprocess.run(args, check=True, capture_output=True, text=True).stdout.split():
        result = commit_object.parse(isolated.commit(oid), oid)
        old = merge.base_tree(isolated, result.parents, result.tree)
        try:
            change = isolated.change(old, result.tree, keep=True)
        except EnvironmentFault as fault:  # a clone without its largest files
            print(f"left out: {oid[:10]}: {fault.message}", file=sys.stderr)
            continue
        yield oid, change


def opened(clone: Path, stack: ExitStack) -> Isolated:
    return stack.enter_context(Isolated([git_dir(clone) / "objects"], "sha1"))


def names(question_list: HunkQuestions) -> bool:
    """Whether a question names a word, operator or value of the lines that changed."""
    one = question_list.analysis
    assert one is not None
    reply = f"{question_list.texts.invariant} {question_list.texts.breaks}"
    quoted = " ".join(
        re.findall(r"`([^`]+)`|«([^»]+)»", reply) and re.findall(r"[`«]([^`»]+)", reply)
    )
    lines = " ".join(" ".join(line.split()) for line in (*one.old, *one.new))
    words = [word for word in re.findall(r"\w+|[^\w\s]+", quoted) if word.strip("…")]
    return any(word in lines for word in words)


def tally(clone: Path, count: int) -> Tally:
    result = Tally(clone.name.replace("+", "/"))
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        base = ProjectRules.built_in(isolated)
        for _, change in changes(git_dir(clone), isolated, count):
            if not change:
                continue
            start = time.perf_counter()
            question_list = base.chooser.choose(change)
            spent = time.perf_counter() - start
            size = sum(hunk.size for hunk in change.hunks)
            result.times.append(spent)
            result.largest = max(result.largest, (size, spent))
            result.asked.append(len(question_list))
            result.outcomes.update(choice.outcome for choice in base.chooser.choices(change))
            for one in question_list:
                if one.analysis.parsed:
                    result.parsed += 1
                    result.naming += names(one)
    return result


def share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"


def at(values: Sequence[float], part: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


def table(clones: Sequence[Path], count: int) -> None:
    print(
        "| repository | commits | hunks | trivial | grouped | left | asked "
        "| a commit (50 %, 90 %, most) | naming | time (50 %, most) | largest change |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: | --: |")
    for clone in clones:
        one = tally(clone, count)
        hunks = sum(one.outcomes.values())
        shares = [share(one.outcomes[k], hunks) for k in ("trivial", "grouped", "left", "asked")]
        asked = f"{at(one.asked, 0.5)}, {at(one.asked, 0.9)}, {max(one.asked)}"
        spent = f"{1000 * at(one.times, 0.5):.0f} ms, {1000 * max(one.times):.0f} ms"
        largest = f"{one.largest[0]} lines, {1000 * one.largest[1]:.0f} ms"
        cells = [
            one.name,
            str(len(one.asked)),
            str(hunks),
            *shares,
            asked,
            share(one.naming, one.parsed),
            spent,
            largest,
        ]
        print(f"| {' | '.join(cells)} |", flush=True)


def draw(clones: Sequence[Path], count: int, seed: int, commits: int) -> None:
    every: list[tuple[Path, str, HunkQuestions]] = []
    for clone in clones:
        with ExitStack() as stack:
            isolated = opened(clone, stack)
            base = ProjectRules.built_in(isolated)
            for oid, change in changes(git_dir(clone), isolated, commits):
                try:
                    asked = base.chooser.choose(change)
                except NothingToJudge as fault:  # a clone without its largest files
                    print(f"left out: {oid[:10]}: {fault.message}", file=sys.stderr)
                    continue
                every += [(clone, oid, one) for one in asked]
    chooser = random.Random(seed)
    for number, (clone, oid, one) in enumerate(chooser.sample(every, count), 1):
        kind = one.analysis.kind
        print(f"{number}. {clone.name} {oid[:10]} {place(one.hunk)} [{kind}]")
        lines = hunk_lines(one.hunk)
        print("\n".join(f"    {line[:200]}" for line in lines[:30]))
        if len(lines) > 30:
            print(f"    … {len(lines) - 30} more lines")
        fact = fact_of(clone, oid, one)
        if fact is not None:
            print(f"  Fact: {fact.text}")
        breaks = fact.question if fact is not None and fact.question else one.texts.breaks
        for question in (one.texts.invariant, breaks, one.texts.third):
            if question:
                print(f"  - {question}")
        print()


def fact_of(clone: Path, oid: str, one: HunkQuestions) -> Fact | None:
    """The fact that would be shown with a hunk, if nothing else of its commit had it."""
    folder = git_dir(clone)
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        parsed = commit_object.parse(isolated.commit(oid), oid)
        old = merge.base_tree(isolated, parsed.parents, parsed.tree)
        change = isolated.change(old, parsed.tree, keep=True)
        os.environ["GIT_DIR"] = str(folder)
        facts = FactSearch(Repository.find(), search.of_commit(parsed, change), [one])
        with facts:
            facts.wait()
            return facts.get(one.hunk)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["table", "draw"])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=500)
    parser.add_argument("--count", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "table":
        table(given.clones, given.commits)
    else:
        draw(given.clones, given.count, given.seed, given.commits)


if __name__ == "__main__":
    main()

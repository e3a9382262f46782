"""How the questions do on real histories, and the rules for answers on real answers.

    python bench/questions.py table CLONE... [--commits 500]
    python bench/questions.py sample CLONE... [--count 40] [--seed 1]
    python bench/questions.py answers FOLDER

`table` prints, for each repository, the share of hunks that are trivial, grouped, left
and asked about by the built-in rules; hunks asked about a commit; the share of asked
hunks whose questions name something of the hunk; and the time a commit takes.
`sample` prints random questions with their hunks, unselected. `answers` judges the
explanations of bench/answers.toml and answers_unseen.toml (paraphrases of what authors
wrote in their commit messages) and bad ones; FOLDER holds the clones as OWNER+NAME.

Nothing is fetched: the clones must be there. The figures of docs/questions.md are from
the last 500 non-merge commits of ten public repositories.
"""

from __future__ import annotations

import argparse
import random
import re
import subprocess
import sys
import time
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from attest import text
from attest.answers import quality
from attest.answers.context import Context
from attest.errors import EnvironmentFault
from attest.git import commit_object, merge
from attest.git.diff import Change
from attest.git.hunk_view import hunk_lines, place
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.questions.compose import HunkQuestions
from attest.questions.wording import QuestionTexts

HERE = Path(__file__).parent


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
        found = commit_object.parse(isolated.commit(oid), oid)
        old = merge.base_tree(isolated, found.parents, found.tree)
        try:
            change = isolated.change(old, found.tree, keep=True)
        except EnvironmentFault as fault:  # a clone without its largest files
            print(f"left out: {oid[:10]}: {fault.message}", file=sys.stderr)
            continue
        yield oid, change


def opened(clone: Path, stack: ExitStack) -> Isolated:
    return stack.enter_context(Isolated([git_dir(clone) / "objects"], "sha1"))


def names(posed: HunkQuestions) -> bool:
    """Whether a question names a word, operator or value of the lines that changed."""
    one = posed.analysis
    assert one is not None
    said = f"{posed.texts.invariant} {posed.texts.breaks}"
    quoted = " ".join(
        re.findall(r"`([^`]+)`|«([^»]+)»", said) and re.findall(r"[`«]([^`»]+)", said)
    )
    lines = " ".join(" ".join(line.split()) for line in (*one.old, *one.new))
    words = [word for word in re.findall(r"\w+|[^\w\s]+", quoted) if word.strip("…")]
    return any(word in lines for word in words)


def tally(clone: Path, count: int) -> Tally:
    found = Tally(clone.name.replace("+", "/"))
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        base = ProjectRules.built_in(isolated)
        for _, change in changes(git_dir(clone), isolated, count):
            if not change:
                continue
            start = time.perf_counter()
            posed = base.chooser.choose(change)
            spent = time.perf_counter() - start
            size = sum(hunk.size for hunk in change.hunks)
            found.times.append(spent)
            found.largest = max(found.largest, (size, spent))
            found.asked.append(len(posed))
            found.outcomes.update(choice.outcome for choice in base.chooser.choices(change))
            for one in posed:
                if one.analysis.parsed:
                    found.parsed += 1
                    found.naming += names(one)
    return found


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


def sample(clones: Sequence[Path], count: int, seed: int, commits: int) -> None:
    every: list[tuple[str, str, HunkQuestions]] = []
    for clone in clones:
        with ExitStack() as stack:
            isolated = opened(clone, stack)
            base = ProjectRules.built_in(isolated)
            for oid, change in changes(git_dir(clone), isolated, commits):
                every += [(clone.name, oid[:10], one) for one in base.chooser.choose(change)]
    chooser = random.Random(seed)
    for number, (name, oid, one) in enumerate(chooser.sample(every, count), 1):
        kind = one.analysis.kind
        print(f"{number}. {name} {oid} {place(one.hunk)} [{kind}]")
        lines = hunk_lines(one.hunk)
        print("\n".join(f"    {line[:110]}" for line in lines[:8]))
        if len(lines) > 8:
            print(f"    … {len(lines) - 8} more lines")
        for question in (one.texts.invariant, one.texts.breaks, one.texts.third):
            if question:
                print(f"  - {question}")
        print()


def contexts(folder: Path, entries: Sequence[dict[str, object]]) -> list[Context]:
    """What each explanation is about."""
    found = []
    with ExitStack() as stack:
        known: dict[str, tuple[Isolated, ProjectRules]] = {}
        for entry in entries:
            name = str(entry["repo"]).replace("/", "+")
            if name not in known:
                isolated = opened(folder / name, stack)
                known[name] = (isolated, ProjectRules.built_in(isolated))
            isolated, base = known[name]
            parsed = commit_object.parse(
                isolated.commit(str(entry["commit"])), str(entry["commit"])
            )
            change = isolated.change(
                merge.base_tree(isolated, parsed.parents, parsed.tree), parsed.tree
            )
            choices = base.chooser.choices(change)
            wanted = [c for c in choices if c.analysis.hunk.path.decode() == entry["path"]]
            line = int(str(entry["line"]))
            best = min(wanted, key=lambda c: abs((c.analysis.hunk.line or 0) - line))
            near = "\n".join("\n".join([*c.analysis.old, *c.analysis.new]) for c in choices)
            found.append(
                HunkQuestions(best.analysis, QuestionTexts(), best.places, near[:20_000]).context
            )
    return found


def answers(folder: Path) -> None:
    for name in ("answers.toml", "answers_unseen.toml"):
        print(f"{name}:")
        judge(tomllib.loads((HERE / name).read_text("utf-8")), folder)


def judge(data: dict[str, Any], folder: Path) -> None:
    """Say how many of a set's answers are called weak, by what they are."""
    real, bad = data["real"], data["bad"]
    about = contexts(folder, real)
    said = [text.normalise(entry["said"]) for entry in real]
    number = len(real)
    copied = []
    for n in range(0, number, 3):
        lines = [line.strip() for line in about[n].code.split("\n") if len(line.strip()) > 12]
        copied += [(n, " ".join(lines[: 1 + n % 2]))] if lines else []
    others = bad.get("elsewhere") or [said[(n * 37 + 53) % number] for n in range(0, 200, 8)]
    spread = number // len(others)
    kinds = {
        "real": list(enumerate(said)),
        "empty words": [(n * 7 % number, one) for n, one in enumerate(bad["empty"])],
        "machine prose": [(n * 11 % number, one) for n, one in enumerate(bad["prose"])],
        "copied code": copied[:50],
        "of another change": [(n * spread % number, one) for n, one in enumerate(others)],
    }
    total = flagged = 0
    for name, pairs in kinds.items():
        found = Counter(
            one.rule if (one := quality.weakness(answer, about[n])) else "passes"
            for n, answer in pairs
        )
        caught = sum(found.values()) - found["passes"]
        total += len(pairs) if name != "real" else 0
        flagged += caught if name != "real" else 0
        part = 100 * caught / len(pairs)
        print(f"  {name}: {caught} of {len(pairs)} flagged ({part:.1f}%) {dict(found)}")
    pasted = [quality.alike(said[n], f" {said[n].capitalize()} ") for n in range(25)]
    total, flagged = total + len(pasted), flagged + sum(pasted)
    print(f"  of another hunk of the change: {sum(pasted)} of {len(pasted)} flagged")
    print(f"  bad, all: {flagged} of {total} flagged ({100 * flagged / total:.1f}%)")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["table", "sample", "answers"])
    parser.add_argument("clones", nargs="+", type=Path)
    parser.add_argument("--commits", type=int, default=500)
    parser.add_argument("--count", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "table":
        table(given.clones, given.commits)
    elif given.what == "sample":
        sample(given.clones, given.count, given.seed, given.commits)
    else:
        answers(given.clones[0])


if __name__ == "__main__":
    main()

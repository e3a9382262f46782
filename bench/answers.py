"""How the rules for answers do on answers, and on what authors wrote about their commits.

    python bench/answers.py judge FOLDER [--set answers_unseen.toml]
    python bench/answers.py messages CLONE... [--count 60] [--seed 1]

`judge` prints how many of a set's answers are called weak, by what they are and by rule; FOLDER
contains the clones as OWNER+NAME, and hunks of other repositories are left out. With --list it
also prints the answers that it judges wrongly. `messages` draws sentences of random commit
messages, takes each for an answer about the first hunk that the commit is asked about, and prints
those that are called weak. Nothing is fetched: the clones must be there.
"""

from __future__ import annotations

import argparse
import math
import random
import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Any

from questions import git_dir, opened

from attest import text
from attest.answers import quality
from attest.answers.context import Context
from attest.errors import EnvironmentFault
from attest.git import commit_object, merge
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.questions.compose import HunkQuestions

HERE = Path(__file__).parent
KINDS = ("real", "named", "hollow", "doubt")
LARGE = 800
"""Lines of a change above which a message says little of any one hunk."""
_PARAGRAPH_OF_NOTES = re.compile(r"[\w-]+:|[-*>#[\d]|see |link|bumps |co-authored", re.IGNORECASE)
_QUOTATION = re.compile(r"^\s{2}|\t|```|://", re.MULTILINE)


def asked(
    isolated: Isolated, base: ProjectRules, oid: str, most: float = math.inf
) -> Sequence[HunkQuestions]:
    """The hunks of a commit that are asked about; none if it changes more than *most* lines."""
    parsed = commit_object.parse(isolated.commit(oid), oid)
    change = isolated.change(
        merge.base_tree(isolated, parsed.parents, parsed.tree), parsed.tree, keep=True
    )
    if not change or sum(hunk.size for hunk in change.hunks) > most:
        return []
    return base.chooser.choose(change)


def rule_of(answer: str, context: Context) -> str:
    result = quality.find_weakness(text.normalise(answer), context)
    return result.rule if result else "passes"


def contexts(
    folder: Path, hunks: Sequence[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], Context]]:
    """Each hunk whose repository is there, with what an answer about it is compared with."""
    with ExitStack() as stack:
        known: dict[Path, tuple[Isolated, ProjectRules]] = {}
        for hunk in hunks:
            clone = folder / str(hunk["repo"]).replace("/", "+")
            if not clone.is_dir():
                continue
            if clone not in known:
                isolated = opened(clone, stack)
                known[clone] = isolated, ProjectRules.built_in(isolated)
            near = [
                one
                for one in asked(*known[clone], hunk["commit"])
                if one.hunk.path.decode() == hunk["path"]
            ]
            if near:
                line = int(hunk["line"])
                yield hunk, min(near, key=lambda one: abs((one.hunk.line or 0) - line)).context


def judge(folder: Path, name: str, *, listed: bool) -> None:
    hunks = tomllib.loads((HERE / name).read_text("utf-8"))["hunk"]
    result: dict[str, Counter[str]] = {kind: Counter() for kind in KINDS}
    judged = 0
    for hunk, context in contexts(folder, hunks):
        judged += 1
        for kind in KINDS:
            for answer in hunk.get(kind, []):
                rule = rule_of(answer, context)
                result[kind][rule] += 1
                if listed and (kind == "real") == (rule != "passes"):
                    print(f"  {kind}, {rule}: {answer}")
    print(f"{name}: {judged} of {len(hunks)} hunks")
    for kind, rules in result.items():
        total, weak = rules.total(), rules.total() - rules["passes"]
        print(
            f"  {kind}: {weak} of {total} flagged ({100 * weak / max(total, 1):.1f}%) {dict(rules)}"
        )


def sentences(body: str) -> list[str]:
    """The sentences of a message's body: no trailers, lists, quotations or links."""
    result: list[str] = []
    for paragraph in re.split(r"\n\s*\n", body.strip()):
        if _PARAGRAPH_OF_NOTES.match(paragraph) or _QUOTATION.search(paragraph):
            continue
        every = re.split(r"(?<=[.!?])\s+(?=[A-Z])", " ".join(paragraph.split()))
        result += [one for one in every if 5 <= len(one.split()) <= 40 and one[-1] in ".!?"]
    return result


def drawn(clone: Path, seed: int) -> Iterator[tuple[str, Context]]:
    """Sentences of random messages, two of each, with the commit's first asked hunk."""
    args = ["git", "--git-dir", str(git_dir(clone)), "log", "--no-merges", "-n1500"]
    log = subprocess.run([*args, "--format=%H%x01%b%x02"], check=True, capture_output=True)
    entries = log.stdout.decode("utf-8", "replace").split("\x02")[:-1]
    random.Random(seed).shuffle(entries)
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        base = ProjectRules.built_in(isolated)
        for oid, body in (entry.strip("\n").split("\x01", 1) for entry in entries):
            reply = sentences(body)[:2]
            try:
                chosen = asked(isolated, base, oid, LARGE) if reply else []
            except EnvironmentFault:  # a clone without its largest files
                continue
            if chosen:
                yield from ((sentence, chosen[0].context) for sentence in reply)


def messages(clones: Sequence[Path], count: int, seed: int) -> None:
    result: Counter[str] = Counter()
    for clone in clones:
        for sentence, context in islice(drawn(clone, seed), count):
            rule = rule_of(sentence, context)
            result[rule] += 1
            if rule != "passes":
                print(f"  {rule}: {sentence}")
    weak = result.total() - result["passes"]
    part = 100 * weak / max(result.total(), 1)
    print(f"{weak} of {result.total()} sentences flagged ({part:.1f}%) {dict(result)}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    what = parser.add_subparsers(dest="what", required=True)
    one = what.add_parser("judge")
    one.add_argument("folder", type=Path)
    one.add_argument("--set", default="answers_unseen.toml")
    one.add_argument("--list", action="store_true")
    other = what.add_parser("messages")
    other.add_argument("clones", nargs="+", type=Path)
    other.add_argument("--count", type=int, default=60)
    other.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.what == "judge":
        judge(given.folder, given.set, listed=given.list)
    else:
        messages(given.clones, given.count, given.seed)


if __name__ == "__main__":
    main()

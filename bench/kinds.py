"""How often a kind that attest claims is true of a hunk, by people who read it.

    python bench/kinds.py FOLDER [SET]

FOLDER holds clones as OWNER+NAME; SET is bench/kinds.tsv, with which the rules were made, or
bench/kinds_unseen.tsv, which is for measuring alone. A line of it names a hunk (repository,
commit, path, first line with `git diff -U0 --histogram`; of the old side where the new one has
none) and all kinds that are true of it, the most important one first. Nothing is fetched.

Labels are of the kinds that there were then; tests/corpus/kinds.toml says what became of them.
`code-changed` claims nothing, and neither do kinds that something proves byte by byte.
"""

from __future__ import annotations

import csv
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path

from questions import opened

from attest.errors import AttestError
from attest.git import commit_object, merge
from attest.project.rules import ProjectRules
from attest.questions.selection import Choice

NO_CLAIM = {"code-changed", "unread", "layout", "moved", "white-space", "comment"}

MERGED: dict[str, str] = tomllib.loads(
    (Path(__file__).parents[1] / "tests/corpus/kinds.toml").read_text("utf-8")
)

Row = dict[str, str]


def _is_of_test(label: str) -> bool:
    return label.startswith("test-")


def hunk_at(choices: Sequence[Choice], row: Row) -> Choice | None:
    """The hunk that a line of a set names."""
    line = int(row["line"])
    for choice in choices:
        hunk = choice.analysis.hunk
        first = hunk.new_start if hunk.new_lines else hunk.old_start
        count = hunk.new_lines or hunk.old_lines
        if hunk.path.decode() == row["path"] and first <= line < first + max(count, 1):
            return choice
    return None


def judge(clone: Path, rows: Iterable[Row]) -> Iterable[tuple[Row, Choice | None]]:
    """What attest makes of the hunks of a repository."""
    by_commit: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_commit[row["commit"]].append(row)
    with ExitStack() as stack:
        isolated = opened(clone, stack)
        chooser = ProjectRules.built_in(isolated).chooser
        for oid, of_commit in by_commit.items():
            try:
                parsed = commit_object.parse(isolated.commit(oid), oid)
                old = merge.base_tree(isolated, parsed.parents, parsed.tree)
                choices = chooser.choices(isolated.change(old, parsed.tree, keep=True))
            except AttestError as fault:  # a clone without its largest files
                print(f"left out: {oid[:10]}: {fault.message}", file=sys.stderr)
                continue
            for row in of_commit:
                yield row, hunk_at(choices, row)


def main() -> None:
    folder = Path(sys.argv[1])
    path = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(__file__).with_name("kinds.tsv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    by_repository: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_repository[row["repository"]].append(row)
    true: Counter[str] = Counter()
    false: Counter[str] = Counter()
    missing = 0
    for name, of_repository in by_repository.items():
        for row, choice in judge(folder / name.replace("/", "+"), of_repository):
            if choice is None:
                missing += 1
                continue
            kind = choice.analysis.kind
            labels = row["kinds"].split()
            right = kind in NO_CLAIM or kind in [MERGED.get(one, one) for one in labels]
            # That words differ is all that `comment-text` claims, and that a test does all of
            # `test-changed`.
            right = right or (kind == "comment-text" and bool({"prose", "attribute"} & {*labels}))
            right = right or (kind == "test-changed" and any(map(_is_of_test, labels)))
            (true if right else false)[kind] += 1
            if not right:
                effect = choice.analysis.effects[0]
                where = f"{name} {row['commit'][:10]} {row['path']}:{row['line']}"
                print(f"false: {kind} of {where} ({row['kinds']}): {effect.old} -> {effect.new}")
    for kind in sorted({*true, *false}):
        print(f"{kind:20} true {true[kind]:3}  false {false[kind]:3}")
    claims = sum(true.values()) - sum(true[kind] for kind in NO_CLAIM)
    wrong = sum(false.values())
    print(f"claims: {claims + wrong}, false: {wrong}; no claim: {sum(true[k] for k in NO_CLAIM)}")
    print(f"hunks that were not there: {missing}")


if __name__ == "__main__":
    main()

"""How many words stand before the result, the doubts and the remedy, in each format.

    python bench/reading.py CLONE RANGE BASE

CLONE has a branch that fails `attest check RANGE --base BASE` and has doubts. For each format it
prints the words that stand before one knows (a) whether the range passes, (b) the last of the
doubts, (c) the last command that resolves what failed; `-` where a reader does not see it there.
The doubts themselves, each with its place, are not counted. What is folded does not count. A log
is read from its last blank line, because CI shows its end; from there it must fit 24 rows. GitHub
lists annotations; GitLab lists entries of the code quality by severity, and of a JUnit report the
failures. That a mark of the forge says (a) is not counted.

Ten seconds are 40 words at 240 words a minute. Nobody is timed here: it is an estimate.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree as ET

FORMATS = ("text", "github log", "github", "markdown", "html", "gitlab", "junit")
MARKS = {"a": r"attest: (?:failed|passed|reported)", "c": r"git push --force-with-lease"}


def shown(name: str, written: str) -> str:
    """A report as its reader sees it: each item a line, without markup and what is folded."""
    if name == "github":
        annotations = re.findall(r"^::\w+ .*?title=(.*?)::(.*)", written, re.MULTILINE)
        return "\n".join(" ".join(each).replace("%0A", " ") for each in annotations)
    if name in ("text", "github log"):
        end = re.sub(r"^::.*\n", "", written, flags=re.MULTILINE).rstrip().rpartition("\n\n")[2]
        rows = end.count("\n") + 1
        print(f"{name}: its end has {rows} rows{'' if rows <= 24 else ', MORE THAN A SCREEN'}")
        return end.replace("\n  | ", " ")
    if name == "gitlab":
        entries = json.loads(written)
        entries.sort(key=lambda one: ("major", "minor", "info").index(one["severity"]))
        return "\n".join(one["description"] for one in entries)
    if name == "junit":
        failed = ET.fromstring(written).iterfind(".//testcase[failure]")
        return "\n".join(f"{one.get('name')} {one.findtext('failure')}" for one in failed)
    unfolded = re.sub(r"(?s)<(style|title|details)\b.*?</\1>|<a class=.skip.*?</a>", "", written)
    return unescape(re.sub(r"<[^>]*>", "", unfolded) if name == "html" else unfolded)


def words(text: str) -> int:
    """Words with a letter or a digit."""
    return sum(any(c.isalnum() for c in word) for word in text.split())


def count(text: str, doubts: list[str]) -> dict[str, str]:
    """The words up to each of (a), (b) and (c)."""
    every = text.split("\n")
    lines = [next(line for line in every if doubt in line) for doubt in doubts if doubt in text]
    last = text.find(lines[-1]) if lines else -1
    ends = {"b": last} | {
        key: found.start() if (found := re.search(mark, text)) else -1
        for key, mark in MARKS.items()
    }
    result = {}
    for key in "abc":
        before = text[: ends[key]]
        for line in lines:
            before = before.replace(line, "")
        result[key] = str(words(before)) if ends[key] >= 0 else "-"
    return result


def main() -> None:
    clone, revisions, base = sys.argv[1:]
    command = ["attest", "check", revisions, "--base", base, "--format"]

    def check(name: str) -> str:
        return subprocess.run(
            [*command, name], cwd=clone, stdout=subprocess.PIPE, text=True, check=False
        ).stdout

    hunks = [hunk for commit in json.loads(check("json"))["commits"] for hunk in commit["hunks"]]
    doubts = [hunk["unsure"] for hunk in hunks if hunk["unsure"]]
    print(f"{len(doubts)} doubts, of {sum(map(words, doubts))} words")
    for name in FORMATS:
        counts = count(shown(name, check(name.split()[0])), doubts)
        print(f"{name:10}  " + "  ".join(f"({key}) {number:>3}" for key, number in counts.items()))


if __name__ == "__main__":
    main()

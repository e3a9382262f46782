"""How many words stand before the result, the doubts and the remedy, in each format.

    python bench/reading.py CLONE RANGE BASE

CLONE has a branch that fails `attest check RANGE --base BASE` and has doubts. Counted are the words
that stand before one knows (a) whether the range passes, (b) the last of the doubts, (c) the
commands that resolve what failed; `-` where that is not there (a forge shows (a) as a mark). The
doubts, each with its place, and what is folded do not count. A log is read from its last blank
line, because CI shows its end. Ten seconds are 40 words at 240 a minute. Nobody is timed here.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from html import unescape
from xml.etree import ElementTree as ET

FORMATS = ("text", "github log", "github", "markdown", "html", "gitlab", "junit")
RESULT, COMMAND = r"attest: (?:failed|passed|reported)", r"git push --force-with-lease"


def shown(name: str, written: str) -> str:
    """A report as its reader sees it: each item a line, without markup and what is folded."""
    if name == "github":
        annotations = re.findall(r"^::\w+ .*?title=(.*?)::(.*)", written, re.MULTILINE)
        return "\n".join(" ".join(each).replace("%0A", " ") for each in annotations)
    if name in ("text", "github log"):
        end = re.sub(r"^::.*\n", "", written, flags=re.MULTILINE).rstrip().rpartition("\n\n")[2]
        print(f"{name}: its end has {end.count(chr(10)) + 1} rows; a screen has 24")
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


def count(text: str, doubts: list[str]) -> str:
    """The words up to each of (a), (b) and (c)."""
    every = text.split("\n")
    lines = [next(line for line in every if doubt in line) for doubt in doubts if doubt in text]
    marks = {"a": RESULT, "b": re.escape(lines[-1]) if lines else "(?!)", "c": COMMAND}
    counts = []
    for key, mark in marks.items():
        found = re.search(mark, text)
        before = text[: found.start()] if found else ""
        for line in lines:
            before = before.replace(line, "")
        counts.append(f"({key}) {words(before) if found else '-':>3}")
    return "  ".join(counts)


def main() -> None:
    clone, revisions, base = sys.argv[1:]

    def check(name: str) -> str:
        command = ["attest", "check", revisions, "--base", base, "--format", name]
        return subprocess.run(command, cwd=clone, stdout=-1, text=True, check=False).stdout

    hunks = [hunk for commit in json.loads(check("json"))["commits"] for hunk in commit["hunks"]]
    doubts = [hunk["unsure"] for hunk in hunks if hunk["unsure"]]
    print(f"{len(doubts)} doubts, of {sum(map(words, doubts))} words")
    for name in FORMATS:
        print(f"{name:10}  {count(shown(name, check(name.split()[0])), doubts)}")


if __name__ == "__main__":
    main()

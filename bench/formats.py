"""Sizes and times of each format of a report.

    python bench/formats.py CLONE RANGE BASE

Judges RANGE by the rules of BASE once, with every hunk, and writes the report in each format. The
seconds are those of one core, only for writing; the first line says what judging takes.
docs/reports.md, "Sizes and times", has such figures.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import UTC, datetime

from attest.cli import judging
from attest.git.repository import Repository
from attest.project.rules import ProjectRules
from attest.report import (
    github_format,
    gitlab_format,
    html_format,
    json_writing,
    junit_format,
    markdown_format,
    text_format,
)
from attest.report.findings import Report
from attest.report.links import Links
from attest.verification import ranges

LINKS = Links("https://example.org/me/kettle", "github", 7)


def text(report: Report) -> str:
    lines: list[str] = []
    text_format.render(report, lambda line, _style: lines.append(line))
    return "\n".join(lines)


def github(report: Report) -> str:
    commands = [github_format.command(one) for one in github_format.find_annotations(report)]
    return "\n".join([*commands, text(report)])


def comment(report: Report) -> str:
    return markdown_format.render(report, markdown_format.COMMENT_BYTES, LINKS)


FORMATS = {
    "text": text,
    "json": json_writing.render,
    "markdown, a summary": lambda report: markdown_format.render(report, links=LINKS),
    "markdown, a comment": comment,
    "html": lambda report: html_format.render(report, LINKS),
    "github": github,
    "gitlab": gitlab_format.render,
    "junit": junit_format.render,
}


def judge(revisions: str, base: str) -> Report:
    """The report of `attest check`, with every hunk."""
    repository = Repository.find()
    with repository.isolated() as isolated:
        task = ranges.find(repository, isolated, revisions, base, lambda _base: None)
        rules = ProjectRules.read(isolated, task.base or "")
        now = datetime.now(UTC)
        options = {"body": None, "landed": False, "keep": True}
        return judging.judge(repository, isolated, task, rules, now, **options).whole()


def main() -> None:
    clone, revisions, base = sys.argv[1:]
    os.chdir(clone)
    start = time.process_time()
    report = judge(revisions, base)
    print(f"{len(report.verdicts)} commits, judged in {time.process_time() - start:.1f} s")
    for name, render in FORMATS.items():
        shown = report if name == "html" else report.asked_only()
        start = time.process_time()
        size = len(render(shown).encode())
        print(f"{name:20} {size / 1024:8.0f} KiB {time.process_time() - start:6.2f} s")


if __name__ == "__main__":
    main()

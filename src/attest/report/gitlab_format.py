"""A report for GitLab's code quality widget (docs.gitlab.com, "Code Quality": Code Climate's
issues, as far as GitLab reads them)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any, Literal

from attest.report import overview
from attest.report.findings import Report
from attest.report.overview import Place
from attest.text import json_for_runners, showable

Severity = Literal["info", "minor", "major"]

MAX_TEXT = 2_000
"""Characters of a description; GitLab shows it in a line."""
WHOLE_COMMIT = ".attest.toml"
"""Where GitLab shows what is about a whole commit: an entry needs a path, and a change that a
policy judges has this one in its base."""


def render(report: Report) -> str:
    """The report as JSON, in ASCII: one entry for each doubt, each finding (equal ones of several
    commits are one), and each hunk that is answered for."""
    return json_for_runners(json.dumps(list(_entries(report)), ensure_ascii=True, indent=1))


def _entries(report: Report) -> Iterator[dict[str, Any]]:
    for place in overview.unsure(report):
        hunk = place.hunk
        message = f"The contributor is unsure: {hunk.unsure}"
        yield _entry(_id(place), "unsure", "minor", message, hunk.path, hunk.line)
    for shared in overview.shared_findings(report):
        finding = shared.finding
        severity: Severity = "major" if finding.severity == "error" else "minor"
        remedy = " ".join(line.strip() for line in report.remedy(finding))
        message = f"{finding.message}. {remedy}".rstrip()
        yield _entry(shared.commits, finding.code, severity, message, finding.path, finding.line)
    for place in overview.answered(report):
        hunk = place.hunk
        pairs = (f"{answer.question} {answer.text}".strip() for answer in hunk.answers)
        message = " / ".join(filter(None, pairs))
        yield _entry(_id(place), "answer", "info", message, hunk.path, hunk.line)


def _id(place: Place) -> str:
    return place.verdict.oid[:10]


def _entry(
    commits: str,
    check: str,
    severity: Severity,
    message: str,
    path: str | None,
    line: int | None,
) -> dict[str, Any]:
    shown = showable(f"{commits}: {message}")
    description = f"{shown[:MAX_TEXT]}…" if len(shown) > MAX_TEXT else shown
    place = path or WHOLE_COMMIT
    identity = "\0".join([commits, check, place, str(line), description])
    return {
        "description": description,
        "check_name": f"attest/{check}",
        "fingerprint": hashlib.sha256(identity.encode()).hexdigest(),
        "severity": severity,
        "location": {"path": place, "lines": {"begin": line or 1}},
    }

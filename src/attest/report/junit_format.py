"""A report as JUnit XML, for GitLab's test report and for everything else that reads it: one test
suite, and one test case for each commit."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from attest.report import overview
from attest.report.findings import Report, Verdict
from attest.text import lazy, showable

_NOT_IN_XML = lazy("[^\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff\n]")
"""What XML 1.0 has no place for (section 2.2), even written as a reference."""


def escaped(value: str) -> str:
    """A text as XML can hold it; the elements escape their own characters."""
    return _NOT_IN_XML.sub("\N{REPLACEMENT CHARACTER}", showable(value))


def render(report: Report) -> str:
    """The report as XML, in UTF-8."""
    verdicts = report.verdicts
    failed = sum(verdict.outcome == "failed" for verdict in verdicts)
    skipped = sum(verdict.outcome in ("exempt", "not-needed") for verdict in verdicts)
    counts = {"tests": str(len(verdicts)), "failures": str(failed), "errors": "0"}
    root = ET.Element("testsuites", counts)
    suite = ET.SubElement(root, "testsuite", {"name": "attest", **counts, "skipped": str(skipped)})
    for verdict in verdicts:
        _case(suite, verdict, report)
    ET.indent(root)
    body = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{body}\n'


def _case(suite: ET.Element, verdict: Verdict, report: Report) -> None:
    name = escaped(f"{verdict.oid[:10]} {verdict.subject}")
    case = ET.SubElement(suite, "testcase", {"classname": "attest.commit", "name": name})
    if verdict.outcome == "failed":
        errors = [finding for finding in verdict.findings if finding.severity == "error"]
        failure = ET.SubElement(
            case,
            "failure",
            {"type": errors[0].code, "message": escaped(errors[0].message)},
        )
        lines = []
        for finding in errors:
            place = f"{finding.path}:{finding.line}: " if finding.path else ""
            lines.append(f"{finding.code}: {place}{finding.message}")
            lines += report.remedy(finding)
        failure.text = "\n".join(escaped(line) for line in dict.fromkeys(lines))
    elif verdict.outcome in ("exempt", "not-needed"):
        why = verdict.exempt or "it changes nothing that needs an attestation"
        # As text: some schemas know no attribute of it.
        ET.SubElement(case, "skipped").text = escaped(why)
    lines = []
    for hunk in verdict.hunks:
        if hunk.unsure:
            lines.append(f"{hunk.place}: unsure: {hunk.unsure}")
        lines += [
            f"{hunk.place}: {answer.question} {answer.text}"
            for answer in hunk.answers
            if answer.text
        ]
    lines += [f"AI assistance: {one.line}" for one in verdict.disclosures]
    if lines:
        out = ET.SubElement(case, "system-out")
        out.text = "\n".join(escaped(line) for line in [*lines, overview.CLAIM])

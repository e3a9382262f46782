"""Reports of every shape, for the tests of the formats."""

from __future__ import annotations

import re

from attest.report.answers import Answer, Disclosed, HunkReport, WeakAnswer
from attest.report.findings import Finding, Report, UnaskedHunk, UnaskedHunks, Verdict
from attest.text import showable


def unwrapped(text: str) -> str:
    """The text of a report with each wrapped line in one."""
    return re.sub(r"\n *\| ", " ", text)


OID = "0123456789abcdef0123456789abcdef01234567"
WEAK = WeakAnswer("filler", "it could describe any change")

HOSTILE = {
    "html": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "end of a folded part": "</details></summary> # heading",
    "markdown": "[click](http://evil.example) ![x](y) **bold** `code` ~~gone~~ | cell |",
    "mention": "@octocat and @org/team fix #12, GH-7 and org/repo#9",
    "address": "see https://evil.example and www.evil.example",
    "workflow command": "::error file=a::x ##[error]y ::stop-commands::z",
    "several lines": "one\n::warning::two\r\n##vso[task]three\u2028four",
    "terminal": "\x1b[31mred\x07\x9b",
    "order of letters": "\u202eevil\u2066",
    "no text": "\udcff\udc80",
    "not in xml": "\ufffe\uffff\x00\x0b",
    "end of cdata": "]]> <!-- -->",
    "backticks": "``` `` `",
    "templates": "{{ report }} {% raw %} ${{ github.token }} $(id)",
    "dollars": "$x$ $$y$$",
}


def hunk(text: str, *, line: int | None = 3, unsure: str = "", weak: bool = False) -> HunkReport:
    """A hunk that is answered for with a text."""
    answers = (
        Answer("invariant", f"What does it keep? {text}", text, WEAK if weak else None),
        Answer("breaks", "What breaks?", text),
    )
    lines = (" def f():", showable(f"-    return {text[:80]!r}"), "+    return 2")
    return HunkReport(
        path="src/a.py",
        line=line,
        state="answered",
        kind="code-changed",
        risk=4,
        answers=answers,
        unsure=unsure,
        fact=text,
        lines=lines,
    )


def verdict(*hunks: HunkReport, text: str = "Fix it", failed: bool = False) -> Verdict:
    """A verdict on a commit with these hunks, whose texts of the commit are *text*."""
    error = Finding(
        "answer-missing", f"no answer: {text}", "Answer.", path="b.py", line=7, answer_again=True
    )
    warning = Finding("signer-unknown", f"whose key? {text}", "List it.", severity="warning")
    return Verdict(
        oid=OID,
        subject=text,
        outcome="failed" if failed else "attested",
        level="exact",
        total=len(hunks),
        attested_count=len(hunks),
        answered_count=len(hunks),
        attester=f"{text} <a@example.org>",
        key="SHA256:abc",
        signer="unknown",
        findings=(error, warning) if failed else (warning,),
        unasked_hunks=UnaskedHunks(
            {"limit": 1}, (UnaskedHunk("c.py", 9, "code-changed", "limit"),)
        ),
        hunks=hunks,
        disclosures=(Disclosed("Assisted-by", text),),
        presence="touch",
    )


def report(*verdicts: Verdict, text: str = "main..HEAD") -> Report:
    """A report on these verdicts."""
    return Report(text, verdicts, base="f" * 40)


def hostile(name: str) -> Report:
    """A report in which every text that a commit can choose is hostile."""
    text = HOSTILE[name]
    return report(
        verdict(hunk(text, unsure=text, weak=True), text=text, failed=True),
        verdict(hunk(text, line=None), text=text),
    )

"""A report from the JSON of `attest check`, which another job left: it is checked by the model of
its schema, and then shown as any report."""

from __future__ import annotations

from attest.report.answers import Answer, Disclosed, HunkReport, WeakAnswer
from attest.report.findings import (
    Finding,
    Report,
    UnaskedHunk,
    UnaskedHunks,
    UnitCommit,
    Verdict,
)
from attest.report.json_format import (
    AnswerModel,
    CommitModel,
    HunkModel,
    ReportModel,
    UnaskedModel,
)
from attest.text import showable


def read(data: bytes) -> Report:
    """The report. Its remedies already have their commands. What the JSON leaves out (risks,
    lines of hunks) is missing.

    Raises:
        ValueError: it is not JSON of this version, or contradicts itself.
    """
    model = ReportModel.model_validate_json(data, strict=True)
    report = Report(
        range=model.range,
        verdicts=tuple(map(_verdict, model.commits)),
        base=model.base,
        has_policy=model.has_policy,
        reprieve=model.advisory_reason or "",
        unit=model.unit,
    )
    if (report.ok, report.advisory) != (model.ok, model.advisory):
        raise ValueError("its verdicts and its result contradict each other")
    return report


def _verdict(commit: CommitModel) -> Verdict:
    return Verdict(
        oid=commit.oid,
        subject=commit.subject,
        unit=commit.unit.kind,
        commits=tuple(
            UnitCommit(one.oid, one.subject, one.author, one.committer)
            for one in commit.unit.commits
        ),
        outcome=commit.verdict,
        level=commit.level,
        has_counts=commit.coverage is not None,
        total=commit.coverage.total if commit.coverage else 0,
        attested_count=commit.coverage.attested if commit.coverage else 0,
        answered_count=commit.coverage.answered if commit.coverage else 0,
        attester=commit.attester,
        key=commit.key,
        signer=commit.signer,
        findings=tuple(
            Finding(
                one.code,
                one.message,
                one.hint,
                one.severity,
                one.path and showable(one.path),
                one.line,
            )
            for one in commit.findings
        ),
        exempt=commit.exempt,
        unasked_hunks=_unasked(commit.unasked) if commit.unasked else None,
        hunks=tuple(map(_hunk, commit.hunks)),
        disclosures=tuple(Disclosed(one.trailer, one.tool) for one in commit.disclosures),
        presence=commit.presence,
    )


def _hunk(hunk: HunkModel) -> HunkReport:
    return HunkReport(
        path=showable(hunk.path),
        line=hunk.line,
        side=hunk.side,
        state=hunk.state,
        kind=showable(hunk.kind),
        answers=tuple(map(_answer, hunk.answers)),
        unsure=hunk.unsure,
        fact=hunk.fact,
    )


def _answer(answer: AnswerModel) -> Answer:
    weakness = answer.weakness
    reason = WeakAnswer(weakness.rule, weakness.reason) if weakness else None
    return Answer(answer.label, answer.question, answer.answer, reason)


def _unasked(unasked: UnaskedModel) -> UnaskedHunks:
    hunks = [
        UnaskedHunk(showable(x.path), x.line, showable(x.kind), x.group) for x in unasked.behaviour
    ]
    return UnaskedHunks(dict(unasked.groups), tuple(hunks))

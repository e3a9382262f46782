"""The JSON of `attest check`, and its schema (docs/check.schema.json)."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from attest.report.answers import (
    Answer,
    AnswerLabel,
    HunkReport,
    HunkState,
    Side,
    UnaskedGroup,
)
from attest.report.findings import (
    Code,
    Level,
    Outcome,
    PolicyUnit,
    Presence,
    Report,
    Severity,
    SignerKind,
    UnaskedHunks,
    UnitKind,
    Verdict,
)
from attest.report.json_model import JsonModel


class FindingModel(JsonModel):
    """One thing that is off, and its remedy."""

    code: Code
    severity: Severity
    path: str | None = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    message: str
    hint: str


class CoverageModel(JsonModel):
    """How many hunks a commit has, and how many of them are covered and answered for."""

    total: int = Field(ge=0)
    attested: int = Field(ge=0)
    answered: int = Field(ge=0)


class WeakAnswerModel(JsonModel):
    """Why an answer says nothing about its change."""

    rule: str
    reason: str


class AnswerModel(JsonModel):
    """A question and its answer."""

    label: AnswerLabel
    question: str = Field(description="empty where its words are not known")
    answer: str = Field(description="empty where there is none")
    weakness: WeakAnswerModel | None


class HunkModel(JsonModel):
    """A hunk that was asked about, that is answered for, or that fails."""

    path: str = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    side: Side = Field(description="the file that has that line")
    state: HunkState
    kind: str = Field(description="what it changes; empty where no answers were judged")
    answers: list[AnswerModel]
    unsure: str = Field(description="what the contributor does not know; empty where nothing")
    fact: str = Field(description="shown with the questions, by the contributor's claim")


class DisclosedModel(JsonModel):
    """A line of the message that discloses assistance, by the contributor's word."""

    trailer: str
    tool: str


class UnaskedHunkModel(JsonModel):
    """A hunk that changes behaviour and that nobody was asked about."""

    path: str = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    kind: str = Field(description="what it changes")
    group: UnaskedGroup


class UnaskedModel(JsonModel):
    """What the base's rules ask nobody about."""

    total: int = Field(ge=0)
    groups: dict[UnaskedGroup, int] = Field(description="how many hunks each group has")
    behaviour: list[UnaskedHunkModel]


class UnitCommitModel(JsonModel):
    """A commit of a unit; what it claims of its making."""

    oid: str = Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")
    subject: str
    author: str = Field(description="name and address")
    committer: str = Field(description="name and address")


class UnitModel(JsonModel):
    """What a verdict is about."""

    kind: UnitKind
    commits: list[UnitCommitModel] = Field(
        description="newest first; empty where they could not be read"
    )


class CommitModel(JsonModel):
    """The verdict on one commit, or on a unit of several, by its newest one."""

    oid: str = Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")
    subject: str
    unit: UnitModel
    verdict: Outcome
    level: Level
    coverage: CoverageModel | None = Field(
        description="null where the exact change was attested and no answers were judged: the "
        "hunks were not read"
    )
    hunks: list[HunkModel]
    attester: str | None
    key: str | None = Field(description="fingerprint of the key, SHA256:…")
    signer: SignerKind | None
    exempt: str | None = Field(description="why the policy wants no attestation of it")
    unasked: UnaskedModel | None = Field(description="null where no answers were judged")
    disclosures: list[DisclosedModel]
    presence: Presence | None = Field(description="what a security key saw at each signature")
    findings: list[FindingModel]


class ReportModel(JsonModel):
    """What `attest check --format json` prints."""

    version: Literal[2]
    range: str
    base: str | None = Field(description="the commit that the rules are from")
    has_policy: bool = Field(description="whether that commit has .attest.toml")
    advisory: bool = Field(description="the policy wants a report, and exit code 0")
    advisory_reason: str | None = Field(description="why; null where problems fail")
    unit: PolicyUnit = Field(description="what an attestation is for, by the policy")
    commits: list[CommitModel]
    ok: bool


def model(report: Report) -> ReportModel:
    """The report as a model, which makes sure that it fits its schema."""
    return ReportModel(
        version=2,
        range=report.range,
        base=report.base,
        has_policy=report.has_policy,
        advisory=report.advisory,
        advisory_reason=report.reprieve or None,
        unit=report.unit,
        ok=report.ok,
        commits=[commit_model(verdict, report) for verdict in report.verdicts],
    )


def commit_model(verdict: Verdict, report: Report) -> CommitModel:
    """The verdict on a commit as a model."""
    return CommitModel(
        oid=verdict.oid,
        subject=verdict.subject,
        unit=UnitModel(
            kind=verdict.unit,
            commits=[
                UnitCommitModel(
                    oid=one.oid,
                    subject=one.subject,
                    author=one.author,
                    committer=one.committer,
                )
                for one in verdict.commits
            ],
        ),
        verdict=verdict.outcome,
        level=verdict.level,
        coverage=CoverageModel(
            total=verdict.total, attested=verdict.attested_count, answered=verdict.answered_count
        )
        if verdict.has_counts
        else None,
        hunks=[_hunk(hunk) for hunk in verdict.hunks],
        attester=verdict.attester,
        key=verdict.key,
        signer=verdict.signer,
        exempt=verdict.exempt,
        unasked=_unasked_model(verdict.unasked_hunks),
        disclosures=[
            DisclosedModel(trailer=one.trailer, tool=one.tool) for one in verdict.disclosures
        ],
        presence=verdict.presence,
        findings=[
            FindingModel(
                code=f.code,
                severity=f.severity,
                path=f.path,
                line=f.line,
                message=f.message,
                hint="\n".join(report.remedy(f)),
            )
            for f in verdict.findings
        ],
    )


def _hunk(hunk: HunkReport) -> HunkModel:
    return HunkModel(
        path=hunk.path,
        line=hunk.line,
        side=hunk.side,
        state=hunk.state,
        kind=hunk.kind,
        answers=[_answer(answer) for answer in hunk.answers],
        unsure=hunk.unsure,
        fact=hunk.fact,
    )


def _answer(answer: Answer) -> AnswerModel:
    weakness = answer.weakness
    return AnswerModel(
        label=answer.label,
        question=answer.question,
        answer=answer.text,
        weakness=WeakAnswerModel(rule=weakness.rule, reason=weakness.reason) if weakness else None,
    )


def _unasked_model(unasked: UnaskedHunks | None) -> UnaskedModel | None:
    if unasked is None:
        return None
    return UnaskedModel(
        total=unasked.total,
        groups=dict(unasked.groups),
        behaviour=[
            UnaskedHunkModel(path=hunk.path, line=hunk.line, kind=hunk.kind, group=hunk.group)
            for hunk in unasked.behaviour
        ],
    )

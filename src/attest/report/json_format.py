"""The JSON of `attest check`, and its schema (docs/check.schema.json)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from attest.report.findings import (
    ClaimedFact,
    Code,
    Level,
    Outcome,
    Report,
    Severity,
    SignerKind,
    UnaskedGroup,
    UnaskedHunks,
    Verdict,
)
from attest.text import json_for_runners


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindingModel(_Model):
    """One thing that is off, and its remedy."""

    code: Code
    severity: Severity
    path: str | None = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    message: str
    hint: str


class HunksModel(_Model):
    """How many hunks a commit has, and how many of them are covered."""

    total: int = Field(ge=0)
    attested: int = Field(ge=0)


class UnaskedHunkModel(_Model):
    """A hunk that changes behaviour and that nobody was asked about."""

    path: str = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    kind: str = Field(description="what it changes")
    group: UnaskedGroup


class UnaskedModel(_Model):
    """What the base's rules ask nobody about."""

    total: int = Field(ge=0)
    groups: dict[UnaskedGroup, int] = Field(description="how many hunks each group has")
    behaviour: list[UnaskedHunkModel]


class ClaimedFactModel(_Model):
    """A fact that was shown to the contributor with a hunk's questions, by their own claim."""

    path: str = Field(description="as git has it; bytes that are no text are written \\xNN")
    line: int | None = Field(ge=1, description="in the new file; in the old one for a deletion")
    text: str = Field(description="signed by the contributor; nobody checks it")


class CommitModel(_Model):
    """The verdict on one commit."""

    oid: str = Field(pattern="^([0-9a-f]{40}|[0-9a-f]{64})$")
    subject: str
    verdict: Outcome
    level: Level
    hunks: HunksModel
    attester: str | None
    key: str | None = Field(description="fingerprint of the key, SHA256:…")
    signer: SignerKind | None
    exempt: str | None = Field(description="why the policy wants no attestation of it")
    unasked: UnaskedModel | None = Field(description="null where no answers were judged")
    claimed_facts: list[ClaimedFactModel]
    findings: list[FindingModel]


class ReportModel(_Model):
    """What `attest check --format json` prints."""

    version: Literal[1]
    range: str
    base: str | None = Field(description="the commit that the rules are from")
    ok: bool
    advisory: bool = Field(description="the policy wants a report, and exit code 0")
    commits: list[CommitModel]


def model(report: Report) -> ReportModel:
    """The report as a model, which makes sure that it fits its schema."""
    return ReportModel(
        version=1,
        range=report.range,
        base=report.base,
        advisory=report.advisory,
        ok=report.ok,
        commits=[_commit(verdict, report) for verdict in report.verdicts],
    )


def render(report: Report) -> str:
    """The report as JSON, in ASCII, one object."""
    import json

    document = json.dumps(model(report).model_dump(), ensure_ascii=True, indent=2)
    return json_for_runners(document)


def _commit(verdict: Verdict, report: Report) -> CommitModel:
    return CommitModel(
        oid=verdict.oid,
        subject=_text(verdict.subject),
        verdict=verdict.outcome,
        level=verdict.level,
        hunks=HunksModel(total=verdict.total, attested=verdict.attested_count),
        attester=verdict.attester,
        key=verdict.key,
        signer=verdict.signer,
        exempt=verdict.exempt,
        unasked=_unasked_model(verdict.unasked_hunks),
        claimed_facts=[_claimed_fact(fact) for fact in verdict.claimed_facts],
        findings=[
            FindingModel(
                code=f.code,
                severity=f.severity,
                path=f.path,
                line=f.line,
                message=_text(f.message),
                hint="\n".join(report.remedy(f)),
            )
            for f in verdict.findings
        ],
    )


def _claimed_fact(fact: ClaimedFact) -> ClaimedFactModel:
    return ClaimedFactModel(path=fact.path, line=fact.line, text=fact.text)


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


def _text(value: str) -> str:
    """A text as JSON can hold it: bytes that were not UTF-8 come as lone surrogates."""
    return value.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

"""The records of an audit (docs/scale.md, docs/audit.schema.json): one line of JSON for each shard.

The same model writes a record, checks what a file has when an audit goes on, and is what a worker
answers.
"""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from attest.report.findings import Code, Outcome, PolicyUnit
from attest.report.json_model import JsonModel
from attest.text import json_for_runners

_OID = "^([0-9a-f]{40}|[0-9a-f]{64})$"
MAX_FAILURES = 20
"""Units that failed and are named in the record of a shard; all are counted."""

Number = Annotated[int, Field(ge=0)]


class Counts(JsonModel):
    """What was counted. A unit is a commit, or what a pull request landed, by the policy."""

    units: Number = 0
    attested: Number = 0
    failed: Number = 0
    tolerated: Number = 0
    exempt: Number = 0
    not_needed: Number = 0
    unjudged: Number = Field(default=0, description="no policy, and no block in the message")
    reported: Number = Field(
        default=0, description="of those that failed: the policy only reports them"
    )
    unattested: Number = Field(
        default=0, description="units without any block that is valid for them"
    )
    unsure: Number = Field(
        default=0, description="hunks of which the contributor does not know something"
    )
    weak: Number = Field(
        default=0, description="hunks with an answer that says nothing of its change"
    )
    hunks: Number = Field(default=0, description="hunks that need an attestation")
    covered: Number = Field(default=0, description="hunks that a valid block covers")
    answered: Number = 0

    @property
    def needed(self) -> int:
        """Units that need an attestation."""
        return self.attested + self.failed + self.tolerated

    def plus(self, other: Counts) -> Counts:
        """The sum of both."""
        numbers = {name: number + getattr(other, name) for name, number in self}
        return Counts.model_construct(**numbers)  # sums of what has been checked


class Failure(JsonModel):
    """A unit that failed."""

    oid: str = Field(pattern=_OID)
    subject: str
    reported: bool = Field(description="the policy only reports it")
    codes: list[Code] = Field(description="of its errors, as `attest check` prints them")


class ShardRecord(JsonModel):
    """What the audit says about one shard: the commits in the history of `tip` and not of those
    in `below`."""

    version: Literal[1] = 1
    kind: Literal["shard"] = "shard"
    key: str = Field(
        pattern="^[0-9a-f]{64}$", description="of a shard, its rules and the audit's options"
    )
    project: str
    path: str
    tip: str = Field(pattern=_OID)
    below: list[str]
    rules: str = Field(pattern=_OID, description="the commit that the rules are from")
    has_policy: bool
    unit: PolicyUnit
    commits: Number
    months: dict[str, Counts] = Field(
        description="YYYY-MM, when a unit's newest commit was made (UTC), as its committer "
        "claims; `unknown` where no calendar has that"
    )
    findings: dict[Code, Number] = Field(description="units that have such a finding")
    failures: list[Failure] = Field(description=f"the first {MAX_FAILURES} of them, oldest first")
    seconds: float = Field(ge=0, description="that it took")
    memory: Number = Field(description="the most that the worker used so far, in KiB")


class FaultRecord(JsonModel):
    """Why a clone or a shard could not be judged. The next run tries again."""

    version: Literal[1] = 1
    kind: Literal["fault"] = "fault"
    project: str
    path: str
    key: str = Field(default="", description="of the shard; empty for a whole clone")
    message: str
    hint: str


OUTCOME_KEYS: dict[Outcome, str] = {
    "attested": "attested",
    "failed": "failed",
    "tolerated": "tolerated",
    "exempt": "exempt",
    "not-needed": "not_needed",
}
"""The count of each outcome."""


def line(record: ShardRecord | FaultRecord) -> bytes:
    """A record as a line of JSON, in ASCII, with its end."""
    document = json.dumps(record.model_dump(), ensure_ascii=True, separators=(",", ":"))
    return json_for_runners(document).encode("ascii") + b"\n"


def read(written: bytes) -> ShardRecord | FaultRecord:
    """A record from its line.

    Raises:
        ValueError: it is none.
    """
    kinds: dict[object, type[ShardRecord | FaultRecord]] = {
        "shard": ShardRecord,
        "fault": FaultRecord,
    }
    document = json.loads(written)
    kind = kinds.get(document.get("kind")) if isinstance(document, dict) else None
    if kind is None:
        raise ValueError("not a record of an audit")
    return kind.model_validate(document)

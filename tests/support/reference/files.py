"""Which files are generated, and what they must say."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter

from attest.policy import parser
from attest.report.audit_records import FaultRecord, ShardRecord
from attest.report.json_format import ReportModel
from support.reference import completions, manual, page

ROOT = Path(__file__).resolve().parents[3]
README = ROOT / "README.md"
COMMANDS = ROOT / "docs/commands.md"
MANUAL = ROOT / "docs/man/git-attest.1"
BASH = ROOT / "completions/bash/git-attest"
ZSH = ROOT / "completions/zsh/_git-attest"
FISH = ROOT / "completions/fish/git-attest.fish"
CHECK_SCHEMA = ROOT / "docs/check.schema.json"
POLICY_SCHEMA = ROOT / "docs/policy.schema.json"
AUDIT_SCHEMA = ROOT / "docs/audit.schema.json"
GENERATED = (COMMANDS, MANUAL, BASH, ZSH, FISH, CHECK_SCHEMA, POLICY_SCHEMA, AUDIT_SCHEMA)


@cache
def generated() -> dict[Path, str]:
    """Each file's text, made from the command tree and the rest of docs/commands.md."""
    commands = page.expected(COMMANDS.read_text("utf-8"))
    texts = (
        commands,
        manual.manual(commands),
        completions.bash(),
        completions.zsh(),
        completions.fish(),
        _schema(check_schema()),
        _schema(parser.schema()),
        _schema(audit_schema()),
    )
    return dict(zip(GENERATED, texts, strict=True))


def check_schema() -> dict[str, Any]:
    """The schema of what `attest check --format json` prints."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "attest-check-1"}
    return head | ReportModel.model_json_schema(mode="serialization")


def audit_schema() -> dict[str, Any]:
    """The schema of a line of `attest audit --records`."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "attest-audit-1"}
    records: TypeAdapter[ShardRecord | FaultRecord] = TypeAdapter(ShardRecord | FaultRecord)
    return head | records.json_schema(mode="serialization")


def _schema(schema: dict[str, Any]) -> str:
    return json.dumps(schema, indent=2) + "\n"

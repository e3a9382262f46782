"""The documents say what the program does."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from attest.analysis.kinds import KINDS, RISK, Kind
from attest.answers import quality
from attest.questions import selection
from attest.report.findings import Code
from attest.report.json_format import ReportModel
from support.repo import Repo

ROOT = Path(__file__).resolve().parents[2]


def test_the_published_schema_is_that_of_the_model() -> None:
    published = json.loads((ROOT / "docs/check.schema.json").read_text("utf-8"))
    model = ReportModel.model_json_schema(mode="serialization")
    assert {k: v for k, v in published.items() if not k.startswith("$") or k == "$defs"} == model


def test_a_report_fits_the_published_schema(repo: Repo) -> None:
    schema = json.loads((ROOT / "docs/check.schema.json").read_text("utf-8"))
    repo.write("a.py", "line 1\n")
    repo.attested("good")
    repo.write("b.py", "line 1\n")
    repo.commit("not attested")
    report = repo.report("HEAD~2..HEAD")
    jsonschema.validate(report, schema)
    assert [c["verdict"] for c in report["commits"]] == ["attested", "failed"]


@pytest.mark.parametrize("code", get_args(Code))
def test_every_finding_code_is_documented(code: str) -> None:
    assert f"| `{code}` |" in (ROOT / "docs/findings.md").read_text("utf-8")


QUESTIONS = (ROOT / "docs/questions.md").read_text("utf-8")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_change_is_documented_with_its_risk(kind: Kind) -> None:
    assert QUESTIONS.count(f"| `{kind}` | {RISK[kind]} |") == 1


@pytest.mark.parametrize("rule", get_args(quality.Rule))
def test_every_rule_for_answers_is_documented(rule: str) -> None:
    assert QUESTIONS.count(f"| `{rule}` |") == 1


@pytest.mark.parametrize("version", selection.SINCE)
def test_every_version_of_the_rules_is_documented(version: int) -> None:
    assert f"\n| {version} |" in QUESTIONS


def test_every_link_between_documents_leads_somewhere() -> None:
    for file in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", file.read_text("utf-8")):
            assert (file.parent / target).exists(), f"{file.name} -> {target}"

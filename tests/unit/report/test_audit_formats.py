"""The overview of an audit: as text, as a page, as its schema says."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from typing import Any

import jsonschema
import pytest

from attest.errors import Exit
from attest.report import audit_html, audit_records, audit_text
from attest.report.audit_overview import Overview, ProjectResult, State, coverage
from attest.report.audit_records import Counts, Failure, FaultRecord, ShardRecord
from support.reference import files
from support.reports import HOSTILE, OID

STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def project(name: str = "shop", *, has_policy: bool = True, **numbers: int) -> ProjectResult:
    """A project with one month of these counts."""
    result = ProjectResult(name, f"/{name}", "main", OID, has_policy=has_policy, shards=1)
    months = {"2026-01": Counts(**numbers)} if numbers else {}
    result.add(shard(name, months))
    return result


def shard(name: str, months: dict[str, Counts]) -> ShardRecord:
    failed = sum(one.failed for one in months.values())
    failure = Failure(oid=OID, subject=f"Break {name}", reported=False, codes=["unattested"])
    return ShardRecord(
        key="0" * 64,
        project=name,
        path=f"/{name}",
        tip=OID,
        below=[OID],
        rules=OID,
        has_policy=True,
        unit="commit",
        commits=1,
        months=months,
        findings={},
        failures=[failure] * min(failed, 1),
        seconds=0,
        memory=0,
    )


def broken() -> ProjectResult:
    result = ProjectResult("gone", "/gone")
    result.faults.append("/gone is not a directory")
    return result


STATES: list[tuple[ProjectResult, State, Exit]] = [
    (project(units=2, attested=2), "passed", Exit.OK),
    (project(units=2, attested=1, failed=1), "failed", Exit.FINDINGS),
    (project(units=2, failed=2, unattested=2), "not attested", Exit.FINDINGS),
    (project(units=2, attested=1, failed=1, reported=1), "reported", Exit.OK),
    (project(units=2, unjudged=2, unattested=2, has_policy=False), "no policy", Exit.OK),
    (project(units=2, not_needed=2), "passed", Exit.OK),
    (project(), "empty", Exit.NOTHING),
    (broken(), "error", Exit.ENVIRONMENT),
]


@pytest.mark.parametrize(("one", "state", "code"), STATES, ids=lambda value: str(value)[:12])
def test_the_state_of_a_project_and_the_exit_code(
    one: ProjectResult, state: State, code: Exit
) -> None:
    assert one.state == state
    assert Overview([one]).exit_code == code
    lines = text(Overview([one]))
    assert lines[0].startswith(state)
    assert f">{state}<" in audit_html.render(Overview([one]))


def text(overview: Overview) -> list[str]:
    lines: list[str] = []
    audit_text.render(overview, lambda line, _style: lines.append(line))
    return lines


def test_what_needs_a_look_comes_first() -> None:
    every = [one for one, *_ in STATES]
    states = [one.state for one in Overview(every).ordered]
    assert states[:3] == ["error", "failed", "not attested"]
    assert states[-1] == "passed"


def test_coverage_is_never_rounded_up_to_all() -> None:
    assert coverage(Counts(attested=1999, failed=1)) == "99.9 %"
    assert coverage(Counts(attested=3)) == "100 %"
    assert coverage(Counts(not_needed=3)) == ""


def test_months_are_summed_over_projects() -> None:
    overview = Overview([project(units=2, attested=2), project("two", units=3, attested=1)])
    assert overview.months["2026-01"].units == 5
    assert overview.counts.attested == 3


class Page(HTMLParser):
    """The elements of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


PLAIN = Page(audit_html.render(Overview([project(units=2, attested=1, failed=1)]))).elements


@pytest.mark.parametrize("attack", HOSTILE)
def test_a_text_of_others_becomes_no_element_and_steers_nothing(attack: str) -> None:
    words = HOSTILE[attack]
    one = project(words, units=2, attested=1, failed=1)
    one.branch = words
    page = audit_html.render(Overview([one]))
    outcome = [(tag, sorted(attributes)) for tag, attributes in Page(page).elements]
    assert outcome == [(tag, sorted(attributes)) for tag, attributes in PLAIN]
    assert page.count("Content-Security-Policy") == 1
    one.faults.append(words)
    for line in text(Overview([one])):
        assert not STEERS.search(line), line
        assert "##[" not in line
    page.encode("utf-8", "surrogateescape")


def test_too_many_months_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit_html, "MAX_MONTHS", 1)
    page = audit_html.render(Overview([project(units=1), project("two", units=1)]))
    assert page.count("1 month left out; the records have them") == 1


def test_a_record_fits_its_schema() -> None:
    schema: dict[str, Any] = json.loads(files.AUDIT_SCHEMA.read_text("utf-8"))
    fault = FaultRecord(project="x", path="/x", message="gone", hint="")
    for record in (shard("shop", {"unknown": Counts(units=1)}), fault):
        jsonschema.validate(json.loads(audit_records.line(record)), schema)
        assert audit_records.read(audit_records.line(record)) == record
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"kind": "shard"}, schema)

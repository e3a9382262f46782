"""Writing a report as JSON, and as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from attest.report import json_format
from attest.report.findings import Report, Verdict
from attest.report.tally import Tally
from attest.text import json_for_runners


def render(report: Report) -> str:
    """The report as JSON, in ASCII, one object."""
    return "".join(pieces(report, report.verdicts)).removesuffix("\n")


def pieces(report: Report, verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The same, piece by piece: one for each verdict, as they come, and a line end.

    Args:
        report: all of it but the verdicts.
    """
    tally = Tally()
    head = _dump(_head(report), indent=2).removesuffix("\n}")
    yield f'{head},\n  "commits": ['
    separator = "\n"
    for verdict in tally.counted(verdicts):
        commit = _dump(json_format.commit_model(verdict, report).model_dump(), indent=2)
        yield separator + "    " + commit.replace("\n", "\n    ")
        separator = ",\n"
    end = "]" if separator == "\n" else "\n  ]"
    yield f'{end},\n  "ok": {_dump(tally.ok)}\n}}\n'


def lines(report: Report, verdicts: Iterable[Verdict]) -> Iterator[str]:
    """The report as JSON Lines: one for each verdict, as they come, and the rest in the last.

    Args:
        report: all of it but the verdicts.
    """
    tally = Tally()
    for verdict in tally.counted(verdicts):
        yield _dump(json_format.commit_model(verdict, report).model_dump()) + "\n"
    yield _dump(_head(report) | {"ok": tally.ok}) + "\n"


def _head(report: Report) -> dict[str, object]:
    """All of a report but its verdicts, and what they add up to."""
    fields = json_format.model(report._replace(verdicts=())).model_dump()
    return {name: value for name, value in fields.items() if name not in ("commits", "ok")}


def _dump(value: object, *, indent: int | None = None) -> str:
    return json_for_runners(json.dumps(value, ensure_ascii=True, indent=indent))

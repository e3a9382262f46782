"""The file that an audit goes on from."""

from __future__ import annotations

from pathlib import Path

import pytest

from attest.audit.results import Results
from attest.errors import EnvironmentFault, UsageError
from attest.report import audit_records
from attest.report.audit_records import Counts, FaultRecord, ShardRecord

OID = "0123456789abcdef0123456789abcdef01234567"


def record(number: int, project: str = "shop") -> ShardRecord:
    return ShardRecord(
        key=f"{number:064x}",
        project=project,
        path="/shop",
        tip=OID,
        below=[],
        rules=OID,
        has_policy=True,
        unit="commit",
        commits=2,
        months={"2026-01": Counts(units=2, attested=2)},
        findings={"answer-weak": 1},
        failures=[],
        seconds=0.5,
        memory=1,
    )


def write(path: Path, *records: ShardRecord | FaultRecord) -> None:
    with Results(path) as results:
        for one in records:
            results.add(one)


def test_what_was_written_is_there_again(tmp_path: Path) -> None:
    path = tmp_path / "records"
    fault = FaultRecord(project="x", path="/x", message="gone", hint="")
    write(path, record(1), fault, record(2, "sh\udcffop\n::error::"))
    with Results(path) as results:
        assert results.find(record(1).key) == record(1)
        assert results.find(record(3).key) is None
        results.add(record(3))
        again = results.find(record(2).key)
        assert again is not None
        assert again.project == "sh\N{REPLACEMENT CHARACTER}op\n::error::"
    assert len(path.read_bytes().splitlines()) == 4


@pytest.mark.parametrize("end", [1, 20, -2, -1])
def test_half_of_a_last_line_is_removed(tmp_path: Path, end: int) -> None:
    path = tmp_path / "records"
    write(path, record(1))
    whole = path.read_bytes()
    path.write_bytes(whole + audit_records.line(record(2))[:end])
    write(path, record(3))
    assert path.read_bytes() == whole + audit_records.line(record(3))


@pytest.mark.parametrize("written", [b"my notes", b"my notes\n", b"{}\n", b"[1]\n", b"\xff\n"])
def test_a_file_of_something_else_stays_as_it_is(tmp_path: Path, written: bytes) -> None:
    path = tmp_path / "records"
    path.write_bytes(written)
    with pytest.raises(UsageError, match=r"records:1: not a record"), Results(path):
        pass
    assert path.read_bytes() == written


def test_two_audits_do_not_write_into_one_file(tmp_path: Path) -> None:
    path = tmp_path / "records"
    with Results(path), pytest.raises(EnvironmentFault, match="another audit"), Results(path):
        pass


def test_a_folder_that_is_missing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="No such file"), Results(tmp_path / "a" / "b"):
        pass

"""What dates a signature."""

from __future__ import annotations

import pytest

from attest import clock
from attest.errors import UsageError


def test_a_time_may_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ATTEST_DATE", "1700000000")
    assert clock.now().isoformat() == "2023-11-14T22:13:20+00:00"


@pytest.mark.parametrize("value", ["", "-1", "1.5", "1_0", " 1", "\u0661", "9" * 13])
def test_what_is_no_time_is_refused(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("ATTEST_DATE", value)
    with pytest.raises(UsageError, match="ATTEST_DATE"):
        clock.now()


@pytest.mark.parametrize("epoch", ["315532800", "0", "no number"])
def test_a_development_shell_dates_no_signature(
    monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    assert clock.now().year > 2020

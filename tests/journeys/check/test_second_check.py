"""A check of commits that were checked here before: their code is not read again, and all else is
judged as if for the first time."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import forge, ruled
from support.repo import Repo

RISKY = '[[question]]\npattern = "changed"\nask = "Who else relies on this?"\n'


@pytest.fixture
def checked(repo: Repo, key: Path, tmp_path: Path) -> Repo:
    """A branch that was checked, and of which the cache knows the analyses."""
    ruled.begin(repo, key)
    ruled.change(repo)
    repo.attested("change")
    repo.env["ATTEST_CACHE"] = str(tmp_path / "cache")
    assert ruled.outcomes(repo) == ["attested"]
    assert any(path.is_file() for path in tmp_path.glob("cache/*/*"))
    return repo


def no_analysis(*_: object) -> None:
    raise AssertionError("analysed again")


def test_nothing_is_analysed_twice(checked: Repo, monkeypatch: pytest.MonkeyPatch) -> None:
    checked.env["ATTEST_CACHE"], cache = "", checked.env["ATTEST_CACHE"]
    without = checked.report(ruled.RANGE)
    checked.env["ATTEST_CACHE"] = cache
    monkeypatch.setattr("attest.questions.compose.OpenedChange", no_analysis)
    assert checked.report(ruled.RANGE) == without


def test_a_revocation_counts_at_once(checked: Repo, key: Path) -> None:
    change_base(checked, ".attest/revoked", f"{forge.key_print(key)}\n")
    assert ruled.outcomes(checked) == ["failed"]


def test_so_does_a_new_question(checked: Repo) -> None:
    change_base(checked, ".attest.toml", ruled.MINIMAL + RISKY)
    assert ruled.outcomes(checked) == ["failed"]


def test_and_a_signer_who_is_gone(checked: Repo) -> None:
    change_base(checked, ".attest/allowed_signers", "# nobody\n")
    assert ruled.outcomes(checked) == ["failed"]


def change_base(repo: Repo, path: str, content: str) -> None:
    """Commit new rules to the base."""
    repo.git("checkout", "-q", "main")
    repo.save(path, content)
    repo.git("add", "--", path)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "new rules")
    repo.git("checkout", "-q", "topic")

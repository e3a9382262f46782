"""A block that readers of `git log` cannot see is no attestation."""

from __future__ import annotations

import pytest

from support.repo import Repo


@pytest.mark.parametrize(("between", "codes"), [(b"", []), (b"\0\n", ["block-invalid"])])
def test_a_block_behind_a_nul_byte(repo: Repo, between: bytes, codes: list[str]) -> None:
    """git ends a message at its first NUL byte when it shows it."""
    repo.write("a.py", "line 1\n")
    repo.attested("Change")
    repo.rewrite(repo.raw().replace(b"\nAttest: ", b"\n" + between + b"Attest: "))
    assert repo.codes() == codes
    assert ("Attest-Sig" in repo.git("log", "-1", "--format=%B")) == (not between)

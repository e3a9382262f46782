"""Attacks with blocks: each is refused, and its honest sibling passes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from attest.attestation.block import Block
from support import forge, keys
from support.forge import attach, attest, change_of, codes, honest, judge, signed
from support.repo import EMAIL, Repo

OTHER = "other@example.com"


@pytest.fixture
def start(bare_repo: Repo) -> Repo:
    return forge.two_hunks(bare_repo)


@pytest.fixture
def other_key(key_folder: Path) -> Path:
    return keys.make(key_folder, "ecdsa")


def test_an_honest_block_by_hand_holds(start: Repo, key: Path) -> None:
    attest(start, key)
    verdict = judge(start)
    assert (verdict.outcome, verdict.level, forge.errors(verdict)) == ("attested", "exact", [])


def test_a_block_copied_from_another_commit(start: Repo, key: Path) -> None:
    lines = signed(honest(change_of(start)), key)
    start.write("a.py", "something else\n")
    start.commit()
    attach(start, lines)
    assert "hunk-not-covered" in codes(start)


def test_somebody_elses_block(start: Repo, key: Path, other_key: Path) -> None:
    raw = start.raw()
    block = signed(honest(change_of(start), OTHER, "Other"), other_key)
    attach(start, block)
    assert codes(start) == ["attester-mismatch"]
    mine = forge.signers(start, f"{EMAIL} {forge.public(key)}")
    assert codes(start, known=mine) == ["attester-mismatch", "signer-unknown"]
    theirs = forge.signers(start, f"{OTHER} {forge.public(other_key)}")
    assert codes(start, known=theirs) == []
    start.rewrite(raw.rstrip(b"\n") + f"\n\nCo-authored-by: Other <{OTHER}>\n".encode())
    attach(start, block)
    assert codes(start) == ["attester-mismatch"]


def test_my_name_with_somebody_elses_key(start: Repo, key: Path, other_key: Path) -> None:
    mine = forge.signers(start, f"{EMAIL} {forge.public(key)}")
    both = forge.signers(
        start, f"{EMAIL} {forge.public(key)}", f"{OTHER} {forge.public(other_key)}"
    )
    raw = start.raw()
    attest(start, other_key)
    assert codes(start, known=mine) == ["signer-unknown"]
    assert codes(start, known=both) == ["signer-unknown"]
    start.rewrite(raw)
    attest(start, key)
    assert codes(start, known=both) == []


@pytest.mark.parametrize(
    "address",
    [
        "AUTHOR@example.com",
        "\u0430uthor@example.com",
        "author@example.com.evil",
        "author@ex\u00e4mple.com",
    ],
)
def test_an_address_that_only_looks_the_same(start: Repo, key: Path, address: str) -> None:
    attest(start, key, lambda b: replace(b, email=address))
    assert codes(start) == ["attester-mismatch"]


def test_a_display_name_decides_nothing(start: Repo, key: Path) -> None:
    attest(start, key, lambda b: replace(b, name="Somebody Else"))
    assert codes(start) == []


def test_a_key_that_attest_key_does_not_name(start: Repo, key: Path, other_key: Path) -> None:
    attest(start, other_key, lambda b: replace(b, key=f"ssh {forge.key_print(key)}"))
    assert codes(start) == ["signature-invalid"]


@pytest.mark.parametrize("lines", [0, 1, 2])
def test_a_block_stripped(start: Repo, key: Path, lines: int) -> None:
    """Whole, or of the lines that begin it: what is left is no block."""
    block = signed(honest(change_of(start)), key)
    attach(start, block[lines:] if lines else [b"Reviewed-by: Somebody <s@example.com>"])
    assert codes(start) == ["unattested"]


def _files_alone(start: Repo, block: Block) -> Block:
    files = tuple(f.digest for f in change_of(start).files)
    return replace(block, hunks=(), files=files)


EMPTIED: dict[str, Callable[[Repo, Block], Block]] = {
    "file lines alone": _files_alone,
    "the change alone": lambda start, b: replace(b, hunks=()),
    "one hunk, the rest by file": lambda start, b: replace(
        _files_alone(start, b), hunks=b.hunks[:1]
    ),
    "no breaks": lambda start, b: replace(b, hunks=(b.hunks[0], replace(b.hunks[1], breaks=""))),
    "no answers": lambda start, b: replace(
        b, hunks=tuple(replace(h, invariant="", breaks="") for h in b.hunks)
    ),
    "a hunk twice instead of two": lambda start, b: replace(b, hunks=(b.hunks[0], b.hunks[0])),
    "hunks of elsewhere": lambda start, b: replace(
        b, hunks=tuple(replace(h, digest=h.digest[::-1]) for h in b.hunks)
    ),
}


@pytest.mark.parametrize("name", EMPTIED)
def test_everything_covered_but_not_answered(start: Repo, key: Path, name: str) -> None:
    attest(start, key, lambda b: EMPTIED[name](start, b))
    assert codes(start) == ["answer-missing"]
    assert judge(start).level == "exact"


def test_unsure_stands_in_for_an_answer(start: Repo, key: Path) -> None:
    attest(
        start,
        key,
        lambda b: replace(b, hunks=tuple(replace(h, breaks="", unsure="all") for h in b.hunks)),
    )
    assert codes(start) == []


REMOVED = "def f{0}():\n    if ok:\n        pass\n\n\n"


def test_one_attested_removal_covers_one(bare_repo: Repo, key: Path, other_key: Path) -> None:
    """Not three of the same, neither by itself nor with the block repeated, with
    another signature over the same lines, or in another path."""
    repo = bare_repo
    whole = "".join(REMOVED.format(n) for n in range(3))
    one = whole.replace("    if ok:\n", "", 1)
    repo.write("a.py", whole)
    repo.write("b.py", whole)
    base = repo.commit()
    repo.write("a.py", one)
    repo.commit()
    for signer in (key, other_key):
        unsigned = forge.thorough(repo)
        assert len(unsigned.hunks) == 1
        block, again = signed(unsigned, signer), signed(unsigned, signer)
        repo.git("reset", "--quiet", "--hard", base)
        repo.write("a.py", whole.replace("    if ok:\n", ""))
        alone = repo.commit()
        for blocks in ([block], [block, block], [block, again]):
            attach(repo, *blocks, rev=alone)
            verdict = judge(repo)
            assert "hunk-not-covered" in forge.errors(verdict)
            assert (verdict.total, verdict.attested_count) == (3, 1)
        repo.git("reset", "--quiet", "--hard", base)
        repo.write("a.py", one)
        repo.write("b.py", one)
        repo.commit()
        attach(repo, block)
        assert "hunk-not-covered" in codes(repo)
        repo.git("reset", "--quiet", "--hard", base)
        repo.write("a.py", one)
        repo.commit()
        attach(repo, block)
        assert codes(repo) == []


KINDS = ("file", "executable", "symlink", "submodule")


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_bytes_as_another_kind_of_file(bare_repo: Repo, key: Path, kind: str) -> None:
    repo = bare_repo
    base = repo.commit()
    content = f"Subproject commit {'1' * 40}\n"
    oid = repo.git("hash-object", "-w", "--stdin", stdin=content.encode())
    repo.git("update-index", "--add", "--cacheinfo", f"100644,{oid},x")
    repo.commit()
    block = signed(honest(change_of(repo)), key)
    repo.git("reset", "--quiet", base)
    mode = dict(zip(KINDS, ("100644", "100755", "120000", "160000"), strict=True))[kind]
    repo.git(
        "update-index",
        "--add",
        "--cacheinfo",
        f"{mode},{'1' * 40 if kind == 'submodule' else oid},x",
    )
    repo.commit()
    attach(repo, block)
    assert ("hunk-not-covered" in codes(repo)) == (kind != "file")


def test_a_change_of_mode_alone_needs_an_attestation(start: Repo, key: Path) -> None:
    start.git("update-index", "--chmod=+x", "a.py")
    start.commit()
    assert codes(start) == ["unattested"]
    attest(start, key)
    assert codes(start) == []


def test_mixed_lines_of_two_blocks(start: Repo, key: Path, other_key: Path) -> None:
    change = change_of(start)
    raw = start.raw()
    one = signed(honest(change), key)
    two = signed(replace(honest(change), mode="tty"), other_key)
    where, other_where = (
        next(n for n, line in enumerate(lines) if line.startswith(b"Attest-Sig: "))
        for lines in (one, two)
    )
    mixes = {
        "block-invalid": one[:where] + two[1:],
        "signature-invalid": one[:where] + two[other_where:],
    }
    for code, lines in mixes.items():
        start.rewrite(raw)
        attach(start, lines)
        assert codes(start) == [code]
    for at in range(1, 4):
        start.rewrite(raw)
        attach(start, one[:at] + two[at:])
        assert codes(start) == (["signature-invalid"])
    start.rewrite(raw)
    attach(start, one, two)
    assert codes(start) == []


def test_a_broken_block_beside_valid_ones_is_a_warning(start: Repo, key: Path) -> None:
    good = signed(honest(change_of(start)), key)
    broken = [line.replace(b"invariant", b"nothing") for line in good]
    attach(start, broken, good, good[:4])
    verdict = judge(start)
    assert forge.errors(verdict) == []
    warned = [f.code for f in verdict.findings if f.severity == "warning"]
    assert {"block-invalid", "signature-invalid", "signer-unknown"} <= set(warned)

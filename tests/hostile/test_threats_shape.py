"""Files and messages whose shape alone is the attack: slow to read, full of blanks that
nobody sees, or written as only some readers accept. Each has an honest sibling."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import forge, ruled
from support.pruning import DAMAGE, file_of
from support.repo import EMAIL, Repo

SLOW = {
    "a key that is none": b"version = 1\n" + b"a." * 34 + b"x x\n",
    "many parts": b"version = 1\n" + b"a." * 300_000 + b"a = 1\n",
    "a table of many parts": b"version = 1\n[" + b"a." * 200_000 + b"a]\n" + b"b=1\n" * 100_000,
    "blanks around dots": b"version = 1\na" + b" . a" * 30_000 + b" x\n",
    "quotes": b"version = 1\n" + b"\"'" * 100_000 + b"\n",
    "deep": b"version = 1\npaths = " + b"[" * 200_000 + b"\n",
    "a long number": b"version = " + b"1" * 100_000 + b"\n",
}
"""Policies that are no TOML, or more than anybody writes. A reader that takes more than
time in proportion to their length does not come back."""


@pytest.mark.parametrize("name", SLOW)
def test_a_policy_that_is_slow_to_read_is_refused(repo: Repo, key: Path, name: str) -> None:
    ruled.begin(repo, key, files={".attest.toml": SLOW[name]})
    ruled.change(repo).commit("change")
    result = forge.run(repo, "check", ruled.RANGE)
    assert result.returncode == 4
    assert b":.attest.toml:" in result.stderr


@pytest.mark.long
def test_a_policy_of_long_lines_is_read(repo: Repo, key: Path) -> None:
    paths = ", ".join(f"'{'a' * 50}/{n}.*'" for n in range(2_000))
    ruled.begin(repo, key, f"ignore = [{paths}]\n")
    ruled.change(repo).attested("good")
    assert ruled.outcomes(repo) == ["attested"]


BLANKS = ["\f", "\v", "\x1c", "\x85", "\u2028", "\xa0", "\u3000", " \t \f "]


@pytest.mark.parametrize("blank", BLANKS, ids=ascii)
def test_lines_of_blanks_revoke_nobody_and_hide_nothing(repo: Repo, key: Path, blank: str) -> None:
    nobody = f"# nobody\n{blank}\n\n{blank}{blank}\n"
    ruled.begin(repo, key, files={".attest/revoked": nobody.encode()})
    ruled.change(repo).attested("good")
    assert ruled.outcomes(repo) == ["attested"]
    repo.git("checkout", "-q", "main")
    kind, encoded = forge.public(key).split()[:2]
    repo.write(".attest/revoked", f"{blank}\n{blank}{kind}{blank}{encoded}{blank}lost\n".encode())
    repo.commit("revoked")
    assert "key-revoked" in ruled.errors(repo)


@pytest.mark.parametrize("more", ["=", "====", "A"])
def test_a_key_that_only_some_readers_take_is_refused(repo: Repo, key: Path, more: str) -> None:
    kind, encoded = forge.public(key).split()[:2]
    line = f'{EMAIL} namespaces="git-attest-v1" {kind} {encoded}{{}}\n'
    ruled.begin(repo, key, files={".attest/allowed_signers": line.format(more).encode()})
    ruled.change(repo).commit("change")
    result = forge.run(repo, "check", ruled.RANGE)
    assert result.returncode == 4
    assert b".attest/allowed_signers:1: the key is damaged" in result.stderr
    repo.git("checkout", "-q", "main")
    repo.write(".attest/allowed_signers", line.format("").encode())
    repo.commit("mended")
    assert ruled.outcomes(repo) == ["failed"]  # judged: it has no block


def test_names_and_messages_that_are_slow_to_read_are_judged(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key, "[disclosure]\nassistance = 'allowed'\n")
    repo.write("_test.t" * 30 + "/" + ".in" * 80, "x\n")
    repo.write("code.js", "function x() {}\n" + "x\n" + "\n" * 200_000 + "y\n")
    marks = "a" + "\u0315" * 60_000 + "\u0300" * 60_000
    quotes = "«" * 100_000
    message = f"change\n\nAssisted-by: {marks}\nReviewed-by: {quotes}\n"
    repo.git("commit", "-q", "-F", "-", stdin=message.encode())
    assert ruled.outcomes(repo) == ["failed"]
    assert "unattested" in ruled.errors(repo)


def test_a_tree_that_is_not_what_its_name_says_is_no_verdict(repo: Repo, key: Path) -> None:
    ruled.begin(repo, key)
    ruled.change(repo, "folder/b.py").attested("good")
    assert ruled.outcomes(repo) == ["attested"]
    tree = repo.git("rev-parse", "HEAD:folder")
    DAMAGE["another"](file_of(repo, tree))
    result = forge.run(repo, "check", ruled.RANGE)
    assert result.returncode == 4
    assert f"tree {tree} is not what its name says" in result.stderr.decode()

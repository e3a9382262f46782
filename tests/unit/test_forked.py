"""The programs that stand in for Python in the tests: both do the same as Python."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from support import forked
from support.repo import Repo

CODE = "import os, sys; print(sys.argv, os.getcwd(), sorted(os.environ))"
ATTEST, HOOK = ("-P", "-m", "attest"), ("-E", "-P", "-c", "import attest.__main__")
RUNS: list[tuple[tuple[str, ...], tuple[str, ...], dict[str, str]]] = [
    (ATTEST, ("--version",), {}),
    (ATTEST, ("--version",), {"LC_ALL": "C"}),
    (ATTEST, ("check", "no such \n revision", ""), {}),
    (HOOK, ("hook", "post-commit"), {"ATTEST_ARGUMENTS": "[]"}),
    (("-c", CODE), ("a", ""), {}),
    (("-c", "import os; os.kill(os.getpid(), 15)"), (), {}),
]


@pytest.mark.parametrize("name", ["python", "client"])
def test_a_client_does_what_python_does(repo: Repo, name: str) -> None:
    """`client` is the one in Python, where there is a compiler for the other one."""
    program = Path(forked.program()).with_name(name)
    if not program.exists():
        pytest.skip("there is no compiler")
    for start, words, env in RUNS:
        result = repo.run(str(program), *start, *words, env=env)
        expected = repo.run(sys.executable, *(ATTEST if start == HOOK else start), *words, env=env)
        assert result.returncode == expected.returncode, words
        assert (result.stdout, result.stderr) == (expected.stdout, expected.stderr), words

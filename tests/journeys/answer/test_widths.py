"""No line of a block is wider than 72 columns, whatever a path or a person is called."""

from __future__ import annotations

import pytest

from attest import text
from support.messages import blocks, outcome
from support.repo import EMAIL, Repo

EXACT = ("attested", "exact")
PATHS = [
    "a.py",
    "src/" + "folder/" * 12 + "the_module.py",
    "x" * 57,
    "x" * 58,
    "x" * 59,
    *(f"{'y' * shift}{'é' * 60}.py" for shift in range(6)),
    "漢字/" * 20 + "名.py",
    "a %41 " * 20,
]
NAMES = [
    "A U Thor",
    "Wolfeschlegelsteinhausenbergerdorff " * 3,
    "x" * 200,
    "漢" * 60,
    "é" * 60,
    "A, " * 40,
]


def widest(repo: Repo) -> int:
    (lines,) = blocks(repo.message())
    return max(map(text.columns, lines))


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("path", PATHS)
def test_a_place_is_cut(repo: Repo, path: str, encoding: str) -> None:
    repo.git("config", "i18n.commitEncoding", encoding)
    repo.write(path, "def run(count):\n    return count\n")
    repo.attested()
    assert outcome(repo) == EXACT
    assert widest(repo) <= 72
    (lines,) = blocks(repo.message())
    (where,) = (line for line in lines if line.startswith("Attest-Where: "))
    if len(path) > 60 and path.isascii() and "%" not in path:
        assert where.endswith(path[-50:])


def test_of_a_long_scope_the_innermost_name_is_kept(repo: Repo) -> None:
    code = "class Outer:\n    class Middle:\n        def innermost(self, count):\n"
    path = "src/" + "folder/" * 4 + "module.py"
    repo.write(path, f"{code}            return count\n")
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "start")
    repo.write(path, f"{code}            return count + 1\n")
    repo.attested()
    assert outcome(repo) == EXACT
    (lines,) = blocks(repo.message())
    (where,) = (line for line in lines if line.startswith("Attest-Where: "))
    assert (where.split(" ")[1], where[-12:], len(where)) == (path, "le.innermost", 72)
    assert " ..." in where


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_cut_and_the_address_is_not(repo: Repo, name: str, encoding: str) -> None:
    repo.git("config", "i18n.commitEncoding", encoding)
    repo.env["GIT_AUTHOR_NAME"] = name
    repo.write("b.py", "one\n")
    repo.attested()
    assert outcome(repo) == EXACT
    assert widest(repo) <= 72
    (lines,) = blocks(repo.message())
    assert lines[1].endswith(f" <{EMAIL}>")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_a_long_address_is_whole_in_two_lines(repo: Repo, encoding: str) -> None:
    repo.git("config", "i18n.commitEncoding", encoding)
    repo.env["GIT_AUTHOR_EMAIL"] = f"100%25+{'x' * 60}@example.org"
    repo.write("b.py", "one\n")
    repo.attested()
    assert outcome(repo) == EXACT
    assert widest(repo) <= 72
    (commit,) = repo.report("HEAD")["commits"]
    assert commit["attester"] == f"A... <{repo.env['GIT_AUTHOR_EMAIL']}>"


@pytest.mark.parametrize("project", ["p" * 150, "a name of " + "several words " * 9, "p@" * 50])
def test_a_long_project_goes_on_in_the_next_line(repo: Repo, project: str) -> None:
    repo.write(".attest.toml", f"version = 1\nproject = '{project}'\n")
    base = repo.commit("Policy")
    repo.write("b.py", "one\n")
    repo.attested()
    (commit,) = repo.report(f"{base}..HEAD")["commits"]
    codes = {finding["code"] for finding in commit["findings"]}
    assert codes == {"signer-unknown"}
    assert widest(repo) <= 72

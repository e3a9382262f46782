"""The histories that the benchmarks check (bench/histories.py): the check accepts them."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from support.repo import Repo

PROGRAM = Path(__file__).parents[3] / "bench/histories.py"
MODULE = "\n\n".join(
    f"def step{n}(value, limit):\n    if value > limit:\n        raise ValueError(value)\n"
    f"    return value + {n}\n"
    for n in range(12)
)
COMMITS = 20


def _source(root: Path) -> Repo:
    """A repository with 21 steps on its line: every kind of change, and merges."""
    repo = Repo.create(root, "source")
    repo.write("work.py", MODULE)
    repo.write("README.md", "# Work\n")
    repo.write("run.sh", "echo run\n")
    repo.write("sub/deep/er.c", "int f(int a)\n{\n\treturn a;\n}\n")
    repo.commit("Begin")
    for n in range(8):
        module = MODULE.replace(f"value + {n}", f"value - {n}").replace("value >", "value >=", n)
        repo.write("work.py", module)
        repo.commit(f"Step {n}\n\nWith a body, and a trailer.\n\nReviewed-by: R <r@example.com>")
    repo.git("rm", "--quiet", "README.md")
    repo.commit("Remove a file")
    repo.git("update-index", "--chmod=+x", "run.sh")
    repo.commit("Change a mode")
    repo.write("image.bin", bytes(range(256)))
    repo.commit("Add a binary file")
    repo.git("mv", "run.sh", "sub/run.sh")
    repo.commit("Rename")
    repo.write("empty", "")
    repo.commit("Add an empty file")
    repo.git("update-index", "--add", "--cacheinfo", f"160000,{repo.head},module")
    repo.commit("Add a submodule")
    repo.git("update-index", "--add", "--cacheinfo", f"120000,{_blob(repo, 'empty')},link")
    repo.commit("Add a link")
    repo.git("commit", "--quiet", "--allow-empty", "-m", "Nothing")
    repo.git("reset", "--hard", "--quiet")
    _merges(repo)
    return repo


def _blob(repo: Repo, target: str) -> str:
    return repo.git("hash-object", "-w", "--stdin", stdin=target.encode())


def _merges(repo: Repo) -> None:
    """Merges: of a plain branch, of one with a conflict, and of one with a merge in it."""
    for name, lines, conflict in (("plain", 2, False), ("conflict", 1, True), ("long", 3, False)):
        start = repo.head
        repo.git("checkout", "--quiet", "-b", name)
        for n in range(lines):
            repo.write(f"{name}{n}.py", f"def {name}{n}(a):\n    return a if a > {n} else None\n")
            repo.commit(f"{name} {n}")
        repo.write("shared.txt", f"{name}\n")
        repo.commit(f"{name}: share")
        repo.git("checkout", "--quiet", "main")
        assert repo.head == start
        repo.write("shared.txt" if conflict else f"{name}-beside.txt", "beside\n")
        repo.commit(f"Beside {name}")
        repo.run("git", "merge", "--quiet", "--no-ff", "-m", f"Merge {name}", name)
        if conflict:
            repo.write("shared.txt", "both\n")
            repo.commit(f"Merge {name}")


def _made(repo: Repo, name: str, *options: str) -> Repo:
    target = repo.path.parent / name
    args = (str(PROGRAM), str(repo.path), str(target), "--commits", str(COMMITS), *options)
    repo.run(sys.executable, *args, check=True)
    return Repo(target, repo.home, repo.env)


def _counts(report: dict[str, Any], key: str) -> Counter[str]:
    return Counter(one[key] for one in report["commits"])


@pytest.mark.long
def test_the_check_accepts_the_histories_of_the_benchmarks(tmp_path: Path) -> None:
    source = _source(tmp_path)

    linear = _made(source, "linear", "--git-signed", "--rebased", "50")
    report = linear.report("base..main")
    assert _counts(report, "verdict") == {"attested": COMMITS}
    assert _counts(report, "level") == {"exact": COMMITS // 2, "hunks": COMMITS // 2}
    assert {f["code"] for one in report["commits"] for f in one["findings"]} == set()
    assert len(_counts(report, "key")) > 1
    linear.git("verify-commit", "main")
    assert linear.git("fsck", "--no-dangling", "--connectivity-only") == ""

    again = _made(source, "again", "--git-signed", "--rebased", "50")
    assert again.git("rev-parse", "main") == linear.git("rev-parse", "main")

    unchosen = _made(source, "unchosen", "--unchosen", "--rebased", "0")
    report = unchosen.report("base..main", "--no-answers")
    assert _counts(report, "level") == {"exact": COMMITS}

    landed = _made(source, "landed", "--landed", "--rebased", "0")
    report = landed.report("--landed", "base..main")
    assert _counts(report, "verdict") == {"attested": COMMITS}
    merges = [one["unit"] for one in report["commits"] if one["unit"]["kind"] == "merge"]
    # Of the merge, and of its branch: the first begins with the empty commit, and the second, whose
    # merge decides something, is made one commit.
    assert [len(merge["commits"]) for merge in merges] == [5, 2, 5]


@pytest.mark.long
def test_a_short_line_is_walked_back_and_forth(tmp_path: Path) -> None:
    repo = Repo.create(tmp_path, "source")
    for n in range(3):
        repo.write("work.py", MODULE.replace("value +", f"value * {n} +"))
        repo.commit(f"Step {n}")
    made = _made(repo, "made")
    report = made.report("base..main")
    assert _counts(report, "verdict") == {"attested": COMMITS}
    trees = made.git("log", "--reverse", "--format=%T", "main").split()
    assert trees[:4] == trees[4:8]

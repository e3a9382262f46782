"""Wherever a line is cut, the shards have every commit of the branch once."""

from __future__ import annotations

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.audit import shards
from support.repo import Repo


@given(
    st.integers(1, 60),
    st.integers(1, 70),
    st.dictionaries(st.integers(0, 59), st.integers(1, 20), max_size=6),
)
def test_no_cut_divides_what_is_judged_together(
    length: int, size: int, spans: dict[int, int]
) -> None:
    line = [str(n) for n in range(length)]
    cut = shards.cut(line, "base", size, spans=spans)
    starts = [int(shard.tip) for shard in reversed(cut)]
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    ends = [*starts[1:], length]
    below = [shard.below[0] for shard in reversed(cut)]
    assert below == [line[end] if end < length else "base" for end in ends]
    for start, end in zip(starts, ends, strict=True):
        reach = max((place + spans.get(place, 1) for place in range(start, end)), default=0)
        assert min(reach, length) <= end
        if not spans:
            assert end - start <= size


def test_later_commits_change_only_the_newest_shard() -> None:
    line = [str(n) for n in range(10, 0, -1)]
    old, new = shards.cut(line, "", 4), shards.cut(["11", *line], "", 4)
    assert new[:-1] == old[:-1]


def test_one_false_date_hides_nothing_below_it() -> None:
    times = {"a": 9, "b": 1, "c": 8, "d": 2, "e": 3}
    assert shards.newest_part(list("abcde"), times, 8) == 3
    assert shards.newest_part(list("abcde"), times, 10) == 0


@pytest.fixture(scope="module")
def branched(tmp_path_factory: pytest.TempPathFactory) -> tuple[Repo, list[str]]:
    """A history with merges, one of them of a branch that began long before; and its line."""
    repo = Repo.create(tmp_path_factory.mktemp("branched"))
    parents = "from refs/heads/{}\n"
    script, mark = [], 0

    def commit(branch: str, *others: str, first: str = "") -> None:
        nonlocal mark
        mark += 1
        script.append(f"commit refs/heads/{branch}\nmark :{mark}\n")
        script.append(f"committer A <a@b.c> {1_700_000_000 + mark * 60} +0000\ndata 1\nx\n")
        script.extend([parents.format(first)] if first else [])
        script.extend(f"merge refs/heads/{other}\n" for other in others)

    commit("main")
    commit("long", first="main")
    for number in range(12):
        commit(f"t{number}", first="main")
        commit(f"t{number}")
        commit("main")
        if number % 3 == 0:
            commit("main", f"t{number}")
    commit("main", "long", "t4")
    subprocess.run(
        ["git", "fast-import", "--quiet"], input="".join(script).encode(), cwd=repo.path, check=True
    )
    return repo, repo.git("rev-list", "--first-parent", "main").split()


@given(st.integers(1, 25), st.integers(0, 12))
def test_every_commit_is_in_one_shard(
    branched: tuple[Repo, list[str]], size: int, begin: int
) -> None:
    """Also where the branch begins at a commit that is not on its first-parent line."""
    repo, line = branched
    base = repo.git("rev-parse", f"t{begin}") if begin < 12 else ""
    excluded = [f"^{base}"] if base else []
    part = repo.git("rev-list", "--first-parent", "main", *excluded).split()
    assert part == line[: len(part)]
    commits: list[str] = []
    for shard in shards.cut(part, base, size, apart=base):
        commits += repo.git("rev-list", shard.tip, *(f"^{oid}" for oid in shard.below)).split()
    assert sorted(commits) == sorted(repo.git("rev-list", "main", *excluded).split())

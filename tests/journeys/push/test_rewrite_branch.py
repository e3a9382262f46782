"""A branch of 200 commits with merges and tags, answered for in one go."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from support.repo import Repo
from support.rewriting import (
    EXACT,
    Imported,
    answered,
    backups,
    fast_import,
    heads,
    messages_alone_differ,
    outcomes,
    printed,
    published,
)

pytestmark = pytest.mark.long

COUNT = 200
START, TOPIC = "refs/remotes/origin/main", "refs/heads/topic"
TAGS = ("light", "annotated", "nested/of-a-merge")


def history() -> Iterator[Imported]:
    """A trunk with a side branch of two commits in every ten: merged cleanly, once
    with a conflict decided by hand, and once together with another one (an octopus)."""
    mark, trunk = 0, 0

    def made(text: str, files: Mapping[str, str], parent: int, *merges: int) -> Imported:
        nonlocal mark
        mark += 1
        start = f":{parent}" if parent else START
        return Imported(TOPIC, mark, f"{text} {mark}\n\nBecause.", files, start, merges)

    while mark < COUNT:
        base, number = trunk, mark
        for _ in range(6):
            files = {f"trunk/{mark % 7}.txt": f"of commit {mark}\n", "shared.txt": f"{mark}\n"}
            yield made("Trunk", files, trunk)
            trunk = mark
        side = {f"side/{number}.txt": f"{number}\n"}
        second = {f"side/{number}-2.txt": f"{number}\n"}
        if number == 40:
            yield made("Side that differs", side | {"shared.txt": "of the side\n"}, base)
            yield made("Side", second, mark)
            decided = {"shared.txt": "both\n"}
            yield made("Merge, decided by hand", side | second | decided, trunk, mark)
        elif number == 80:
            yield made("Side", side, base)
            yield made("Another side", second, base)
            yield made("Octopus", side | second, trunk, mark - 1, mark)
        else:
            yield made("Side", side, base)
            yield made("Side", second, mark)
            yield made("Merge", side | second, trunk, mark)
        trunk = mark
        yield made("Behind the merge", {"behind.txt": f"{mark}\n"}, trunk)
        trunk = mark


def _refs(repo: Repo) -> None:
    """Tags, branches within the range, and some that build on it."""
    repo.git("tag", "light", "topic~3")
    repo.git("tag", "-a", "-m", "Annotated", "annotated", "topic")
    repo.git("tag", "-a", "-m", "Of a merge", "nested/of-a-merge", "topic~1")
    repo.git("branch", "middle", "topic~20")
    repo.git("branch", "side", "topic~1^2")
    ref = "refs/heads/above"
    above = [Imported(ref, 1, "One above", {"above.txt": "1\n"}, "middle")]
    above.append(Imported(ref, 2, "Two above", {"above.txt": "2\n"}, ":1"))
    fast_import(repo, iter(above))


@dataclass(frozen=True)
class Rewritten:
    """The repository after the rewriting, the refs before it, and what was said."""

    repo: Repo
    before: dict[str, str]
    reply: str


@pytest.fixture(scope="module")
def rewritten(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> Rewritten:
    repo = _start.copy(tmp_path_factory.mktemp("branch"))
    published(repo)
    fast_import(repo, history())
    repo.git("symbolic-ref", "HEAD", TOPIC)
    repo.git("reset", "-q", "--hard")
    _refs(repo)
    before = heads(repo, "")
    assert int(repo.git("rev-list", "--count", f"{START}..topic")) == COUNT
    return Rewritten(repo, before, answered(repo))


def test_every_commit_holds_exactly(rewritten: Rewritten) -> None:
    result = outcomes(rewritten.repo, f"{START}..topic")
    assert result.count(EXACT) == 182
    assert result.count(("not-needed", "none")) == 18
    what = "Rewrote 182 commit messages on middle, side, topic"
    assert f"{what}; 18 later commits got a new parent" in rewritten.reply


def test_the_shape_and_all_but_the_messages_stay(rewritten: Rewritten) -> None:
    paired = messages_alone_differ(rewritten.repo, rewritten.before[TOPIC], rewritten.repo.head)
    assert len(paired) == COUNT
    assert rewritten.repo.git("status", "--porcelain") == ""


def test_range_diff_shows_lines_added_to_messages_and_nothing_else(rewritten: Rewritten) -> None:
    old = rewritten.before[TOPIC]
    ranges = (f"{START}..{old}", f"{START}..topic")
    lines = rewritten.repo.git("range-diff", "--no-color", *ranges).splitlines()
    titles = [line for line in lines if not line.startswith("    ")]
    assert len(titles) == COUNT - 20  # it passes over merges
    assert all(re.match(r" *\d+:  \w+ ! +\d+:  \w+ ", title) for title in titles)
    changed = [line[4:] for line in lines if line.startswith("    ")]
    assert changed.count("@@ Commit message") == len(titles)
    added = [line for line in changed if not line.startswith((" ", "@@ Commit message"))]
    assert sum("Attest: v1; " in line for line in added) == len(titles)
    assert all(re.fullmatch(r"\+(    Attest.*)?", line) for line in added)


def test_tags_stay_and_are_named(rewritten: Rewritten) -> None:
    repo = rewritten.repo
    for tag in TAGS:
        assert heads(repo, "refs/tags")[f"refs/tags/{tag}"] == rewritten.before[f"refs/tags/{tag}"]
        assert f"The tag {tag} stays on the old commit" in rewritten.reply
        own = repo.git("cat-file", "-t", f"refs/tags/{tag}") == "tag"
        words = printed(rewritten.reply, f"git tag -f{' -a' if own else ''} {tag} [0-9a-f]+")
        new = {"light": "topic~3", "annotated": "topic", "nested/of-a-merge": "topic~1"}[tag]
        assert repo.git("rev-parse", words[-1]) == repo.git("rev-parse", new)
    assert repo.git("fsck", "--connectivity-only", "--no-dangling") == ""


def test_branches_that_point_into_the_range_are_moved(rewritten: Rewritten) -> None:
    repo = rewritten.repo
    names = repo.git("rev-parse", "middle", "side").split()
    assert names == repo.git("rev-parse", "topic~20", "topic~1^2").split()
    kept = {name: rewritten.before[f"refs/heads/{name}"] for name in ("topic", "middle", "side")}
    assert backups(repo) == {f"0001/heads/{name}": oid for name, oid in kept.items()}


def test_a_branch_that_builds_on_old_commits_is_moved_by_the_printed_command(
    rewritten: Rewritten, tmp_path: Path
) -> None:
    name, base = "above", "middle"
    old = rewritten.before[f"refs/heads/{name}"]
    assert heads(rewritten.repo)[f"refs/heads/{name}"] == old
    assert f"The branch {name} builds on the old commits" in rewritten.reply
    words = printed(rewritten.reply, f"attest answer --unpushed {name}")
    repo = rewritten.repo.copy(tmp_path)
    topic = repo.head
    reply = answered(repo, *words[2:])
    assert "2 commits, 2 hunks, 4 questions" in reply
    assert repo.head == topic
    assert repo.git("rev-parse", f"{name}~2") == repo.git("rev-parse", base)
    assert len(messages_alone_differ(repo, old, repo.git("rev-parse", name))) > 100
    assert outcomes(repo, f"{base}..{name}") == [EXACT] * 2

"""Killed at any moment: a repository is as before or rewritten, and no answer is lost."""

from __future__ import annotations

import json
import os
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import tomli_w

import attest
from support import inside, killing
from support.messages import edit
from support.repo import Repo
from support.rewriting import BARE, published

pytestmark = pytest.mark.long

PYTHONPATH = os.pathsep.join(
    [str(Path(__file__).parents[2]), str(Path(attest.__file__).parent.parent)]
)
ANSWER = ["answer", "--unpushed", "a", "b", "--answers", "../answers.toml"]
ON_A, DETACHED = ("a",), ("--detach", "a^")


def made(repo: Repo, *head: str) -> Repo:
    """Give a repository four commits on three branches, with a merge and notes, none
    of them attested. What they are answered with is in `../answers.toml`, and one
    answer is kept already. Something is staged, and something else is not.

    Args:
        head: arguments of `git switch`.
    """
    published(repo)
    repo.git("config", "notes.rewriteRef", "refs/notes/*")
    repo.git("switch", "-q", "-c", "b")
    edit(repo, 3)
    repo.git(*BARE, "commit", "-q", "-m", "On b")
    repo.git("notes", "add", "-m", "a word on b")
    repo.git("switch", "-q", "-c", "a", "main")
    edit(repo, 20)
    repo.git(*BARE, "commit", "-q", "-m", "On a")
    repo.git("branch", "c")
    repo.git(*BARE, "merge", "-q", "--no-ff", "-m", "Merge b", "b")
    repo.write("c.py", "new\n")
    repo.git(*BARE, "commit", "-q", "-m", "On a, again")
    repo.git("switch", "-q", *head)
    edit(repo, 30, "staged")
    (repo.path / "a.py").write_text("not staged\n")
    (repo.path / "untracked").write_text("not tracked\n")
    write_answers(repo, repo.path.parent / "answers.toml")
    repo.git("repack", "-a", "-d", "-q")
    repo.git("pack-refs", "--all")
    return repo


def write_answers(repo: Repo, path: Path) -> None:
    data = tomllib.loads(repo.ok(*ANSWER[:-2], "--template"))
    for number, hunk in enumerate(data["hunk"]):
        hunk.update(invariant=f"invariant {number}", breaks=f"breaks {number}")
    path.write_text(tomli_w.dumps({"hunk": data["hunk"][:1]}))
    assert inside.run(ANSWER, repo.path, repo.env).returncode == 1, "the rest is unanswered"
    path.write_text(tomli_w.dumps(data))


def kill(repo: Repo, command: list[str], **task: Any) -> dict[str, int]:
    """How often which outcome was seen; see `killing.Field`."""
    scratch = repo.path.parent / "tmp"
    scratch.mkdir()
    repo.env |= {"TMPDIR": str(scratch), "PYTHONPATH": PYTHONPATH}
    words = json.dumps({"command": command, "again": [0], **task})
    result = repo.run(sys.executable, "-P", "-m", "support.killing", words)
    assert result.returncode == 0, result.stderr.decode()
    counts: dict[str, int] = json.loads(result.stdout)
    return counts


@pytest.mark.parametrize("seed", range(4))
def test_at_a_random_moment(repo: Repo, seed: int) -> None:
    kills = 50
    counts = kill(made(repo, *(DETACHED if seed % 2 else ON_A)), ANSWER, seed=seed, kills=kills)
    assert counts["before"] + counts.get("after", 0) == kills


KINDS = [("start",), ("started",), ("half", "fed"), ("replace", "replaced")]


@pytest.mark.parametrize("kinds", KINDS, ids=" ".join)
def test_at_every_place(repo: Repo, kinds: tuple[str, ...]) -> None:
    counts = kill(made(repo, *ON_A), ANSWER, kinds=kinds)
    assert counts["before"] > 8
    assert counts["after"] > 0, "killed behind the moment at which the refs move"
    assert counts["record open"] > 0, "killed around that moment"


def test_at_every_place_with_a_detached_head(repo: Repo) -> None:
    counts = kill(made(repo, *DETACHED), ANSWER, kinds=("fed", "replaced"))
    assert counts["before"] > 8
    assert counts["after"] > 0


def test_at_every_place_of_undo(repo: Repo) -> None:
    made(repo, *ON_A).ok(*ANSWER)
    counts = kill(repo, ["undo", "--yes"], kinds=killing.KINDS, again=[0, 3])
    assert counts["before"] > 0
    assert counts["after"] > 0

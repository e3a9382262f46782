"""Look-ups in the history and the names of a repository, each a question to git.

Each function knows how its git command says that there is nothing. Every other failure is
an error: a look-up that fails must not pass for one that finds nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from attest.git.repository import OBJECT_ID, Repository

_NO_TREE = "[Nn]ot a valid object name|not a tree object"
_NOTHING_AT = "bad revision|unknown revision"
_NO_COMMIT = "does not have any commits yet"
MAX_POSITIONS = 200
"""Positions of refs that git gets on one command line: 41 characters each."""
_LOST = "bad object|[Cc]ould not (read|parse)|unable to (read|parse)|missing"


def resolve_all(repository: Repository, *revisions: str) -> list[str]:
    """What `Repository.resolve` gives for each of several revisions, by one process.

    `git cat-file` reads them from lines. What it does not take for a commit that is here, is looked
    at again alone, which finds out why.

    Raises:
        NothingToJudge, GitError: see `Repository.resolve`.
    """
    lines = [f"{revision}^{{commit}}" for revision in revisions]
    if not any(":" in line or "\n" in line for line in lines):
        stdin = os.fsencode("".join(f"{line}\n" for line in lines))
        result = repository.run(["cat-file", "--batch-check=%(objectname)"], stdin)
        oids = result.stdout.decode("utf-8", "replace").splitlines()
        if len(oids) == len(lines) and all(map(OBJECT_ID.fullmatch, oids)):
            return oids
    return [repository.resolve(revision) for revision in revisions]


def is_branch_name(repository: Repository, word: str) -> bool:
    """Whether git takes a word for the name of a branch (`git check-ref-format --branch`
    ends with 128 where not). The full name of a ref says itself what it is, and is none."""
    if word.startswith("refs/"):
        return False
    words = ("check-ref-format", "--branch", word)
    return repository.look_up(*words, absent=128, problem="not a valid branch name") is not None


def short_name(repository: Repository, name: str) -> str | None:
    """What a ref is called in short, where that is unambiguous to git; None where there is
    no such ref (exit code 128)."""
    words = ("rev-parse", "--abbrev-ref", name)
    return repository.look_up(*words, absent=128, problem="unknown revision") or None


def count(repository: Repository, tip: str, without: str, *, author: str = "") -> int:
    """How many commits *tip* reaches that *without* does not.

    Args:
        tip, without: commits that are there.
        author: count only the commits of this address.

    Raises:
        GitError: git cannot walk the history.
    """
    author_options = ["--fixed-strings", f"--author=<{author}>"] if author else []
    words = ["--count", *author_options, "--end-of-options", tip, f"^{without}"]
    return int(repository.git("rev-list", *words))


def merge_bases(repository: Repository, first: str, second: str) -> list[str]:
    """All best common ancestors of two commits; none of unrelated ones (exit code 1)."""
    return (repository.look_up("merge-base", "--all", first, second, absent=1) or "").split()


def last_positions(repository: Repository, ref: str, most: int = 20) -> list[str]:
    """The commits that a ref was at, newest first, from its reflog; none where the ref is
    gone (exit code 128)."""
    words = ("log", "-g", "-n", str(most), "--format=%H", ref, "--")
    return (repository.look_up(*words, absent=128, problem=_NOTHING_AT) or "").split()


def recent_trees(repository: Repository, most: int = 500) -> set[str]:
    """The trees of the newest commits that any ref reaches. None at all where a ref leads
    to a commit that is lost (exit code 128): git walks none of them then."""
    words = ("log", "--all", "-n", str(most), "--format=%T")
    return set((repository.look_up(*words, absent=128, problem=_LOST) or "").split())


def newest(repository: Repository, most: int) -> list[str]:
    """The newest commits that local branches, HEAD or any reflog reaches. None at all where
    one of them is lost (exit code 128)."""
    words = ("log", "--reflog", "--branches", "-n", str(most), "--format=%H")
    return (repository.look_up(*words, absent=128, problem=_LOST) or "").split()


def left_behind(
    repository: Repository, names: Sequence[str], most: int, since: datetime
) -> list[str]:
    """The newest commits that a reflog has, and no branch nor HEAD, of those whose messages have a
    line of one of some names. None at all where a commit is lost (exit code 128), or where
    nothing is committed yet.

    Args:
        names: of trailers.
        since: older positions of refs are not looked at. Whether HEAD has a commit, git finds out
            by walking down to the time of it: from an old release, that is most of the history.
    """
    form = ("--no-walk", "--reflog", f"--since={int(since.timestamp())}", "--format=%H")
    words = ["log", *form, "-n", str(MAX_POSITIONS)]
    problem = f"{_LOST}|{_NO_COMMIT}"
    positions = (repository.look_up(*words, absent=128, problem=problem) or "").split()
    if not positions:
        return []
    searches = [f"--grep=^{name}[ \t]*:" for name in names]
    words = ["log", "-i", *searches, "-n", str(most), "--format=%H", *positions]
    words += ["--not", "--branches", "HEAD", "--"]
    problem = f"{_LOST}|{_NOTHING_AT}"
    return (repository.look_up(*words, absent=128, problem=problem) or "").split()


def newest_from(repository: Repository, tips: Sequence[str], most: int) -> list[str]:
    """The newest commits that some commits reach, themselves among them; none where history is
    lost (exit code 128)."""
    words = ("rev-list", "-n", str(most), "--end-of-options", *tips)
    return (repository.look_up(*words, absent=128, problem=_LOST) or "").split() if tips else []


def changing(repository: Repository, oids: Sequence[str], path: bytes) -> list[str]:
    """Those of some commits that change a path, in their order. What a merge changes counts as
    for its first parent."""
    words = ("--literal-pathspecs", "diff-tree", "--stdin", "-r", "--root", "-s", "-m")
    name = os.fsdecode(path)  # it goes to git as it is
    stdin = "".join(f"{oid}\n" for oid in oids).encode()
    out = repository.git(*words, "--first-parent", "--", name, stdin=stdin).decode("ascii")
    return list(dict.fromkeys(line.split(" ")[0] for line in out.split("\n") if line))


def names_in_tree(repository: Repository, tree: str, *folders: str) -> list[str]:
    """What is directly in a tree, or what is directly in its *folders* (which end in `/`);
    none where the tree is not there (exit code 128): HEAD is unborn, or the clone leaves
    trees out."""
    words = ("ls-tree", "--name-only", "--full-tree", tree, *folders)
    out = repository.look_up(*words, absent=128, problem=_NO_TREE) or ""
    return [name for name in out.split("\n") if name]


def has_all_objects(repository: Repository, new: str, old: str) -> bool:
    """Whether every object is here that *new* leads to and *old* does not. git ends with
    128 at the first that is missing or damaged, in the words of whoever needs it."""
    words = ("rev-list", "--objects", "--quiet", new, "--not", old)
    return repository.look_up(*words, absent=128) is not None

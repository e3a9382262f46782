"""What is under way in a repository's worktrees: a rebase, a merge, a bisection."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from attest.errors import EnvironmentFault
from attest.git.repository import OBJECT_ID, Repository

_SIGNS = {
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "MERGE_HEAD": "merge",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
    "sequencer": "cherry-pick",
    "BISECT_LOG": "bisect",
}
_ENDS = {
    "git am": "git am --continue, or --abort",
    "rebase": "git rebase --continue, or --abort",
    "merge": "git merge --continue, or --abort",
    "cherry-pick": "git cherry-pick --continue, or --abort",
    "revert": "git revert --continue, or --abort",
    "bisect": "git bisect reset",
}
_CONTINUES = {name: end.partition(",")[0] for name, end in _ENDS.items()}
_ENDED_BY_COMMIT = ("merge", "cherry-pick", "revert")
"""What a single commit brings to its end."""


def assert_idle(repository: Repository, refs: Collection[str]) -> None:
    """Make sure that moving *refs* pulls nothing from under what is under way.

    Refused is everything that is under way in this worktree, and in another one
    what concerns one of the refs.

    Raises:
        EnvironmentFault: with how to end it.
    """
    others = repository.common_dir / "worktrees"
    folders = [repository.common_dir, *(others.iterdir() if others.is_dir() else ())]
    for folder in folders:
        operation = under_way(folder)
        if operation is None:
            continue
        is_current = folder == repository.git_dir
        if not is_current and not _refs_in_use(folder) & set(refs):
            continue
        place = "" if is_current else f" in the worktree of {_worktree(folder)}"
        hint = f"End it ({_ENDS[operation]}), and run the command again. Your answers are kept."
        if is_current and (folder / "rebase-merge" / "amend").is_file():  # it stopped to edit one
            hint += (
                "\nOr answer at once for the commit that it stopped at:\n"
                "  attest answer --amend && git commit --amend --no-edit"
            )
        raise EnvironmentFault(f"a {operation} is under way{place}, so no branch is moved", hint)


class LaterAnswer(NamedTuple):
    """How answers get into a commit that is made already.

    Args:
        condition: what has to happen first, as the end of a sentence; empty where nothing has.
        command: what adds them.
    """

    condition: str
    command: str

    def __str__(self) -> str:
        return ": ".join(filter(None, (self.condition, self.command)))


def later_answer(repository: Repository, program: str = "attest") -> LaterAnswer:
    """What adds answers to a commit that is made now, or was just made. While a rebase or the
    like is under way no branch is moved, so that it has to end first."""
    folder = repository.git_dir
    operation = under_way(folder)
    commit_ends_it = operation in _ENDED_BY_COMMIT and not (folder / "sequencer").is_dir()
    if operation is None or commit_ends_it:
        return LaterAnswer("", f"{program} answer HEAD")
    condition = f"once the {operation} has ended ({_ENDS[operation]})"
    return LaterAnswer(condition, f"{program} answer --unpushed")


def commit_commands(repository: Repository, *, amends: bool) -> str:
    """What a person runs to commit a staged change that a block waits for; more lines say what
    is to be done afterwards.

    A rebase goes on without the `commit-msg` hook, so the commit comes before it. `git am`, and a
    rebase that applies patches, make the commit from the mail, and take one that was made by
    hand for a patch without a change (builtin/am.c): there the block is added afterwards.
    """
    command = "git commit --amend --no-edit" if amends else "git commit"
    folder = repository.git_dir
    operation = under_way(folder)
    if operation not in ("git am", "rebase"):
        return command
    if amends or not (folder / "rebase-apply").is_dir():
        more = f", then {_CONTINUES[operation]}"
        return command + more + ("" if amends else " (which alone would skip the hook)")
    later = later_answer(repository)
    return (
        f"{_CONTINUES[operation]}\n"
        "git makes that commit without the hook. To add the block, "
        f"{later.condition}:\n  {later.command}"
    )


def cannot_amend(repository: Repository) -> bool:
    """Whether git would refuse to amend HEAD: a merge, a cherry-pick, or a rebase in its place,
    waits for its commit (builtin/commit.c)."""
    return (repository.git_dir / "CHERRY_PICK_HEAD").is_file() or bool(merge_heads(repository))


def is_first_time(repository: Repository, name: str) -> bool:
    """Whether this is the first call with a name during the rebase, or the like, that is under
    way; always, where nothing is that makes several commits. git removes the mark with its own
    notes."""
    folders = (repository.git_dir / sign for sign in _SIGNS)
    folder = next((folder for folder in folders if folder.is_dir()), None)
    try:
        if folder is not None:
            (folder / name).touch(exist_ok=False)
    except FileExistsError:
        return False
    return True


def end(operation: str) -> str:
    """How a person ends what is under way."""
    return _ENDS[operation]


def merge_heads(repository: Repository) -> list[str]:
    """The commits that a merge in progress brings in."""
    path = repository.git_dir / "MERGE_HEAD"
    words = path.read_text("ascii", "replace").split() if path.is_file() else []
    return [word for word in words if OBJECT_ID.fullmatch(word)]


def revert_head(repository: Repository) -> str:
    """The id of the commit that a revert in progress takes back; empty where none is."""
    oid = _text(repository.git_dir / "REVERT_HEAD")
    return oid if OBJECT_ID.fullmatch(oid) else ""


def under_way(git_dir: Path) -> str | None:
    """What is under way in the worktree of a git directory; None if nothing is."""
    if (git_dir / "rebase-apply" / "applying").exists():
        return "git am"
    todo = _text(git_dir / "sequencer" / "todo")
    if todo.startswith("revert "):
        return "revert"
    return next((name for sign, name in _SIGNS.items() if (git_dir / sign).exists()), None)


def _refs_in_use(git_dir: Path) -> set[str]:
    """The branches that an operation in a worktree will come back to or move."""
    heads = {_text(git_dir / "HEAD").removeprefix("ref: ")}
    heads |= {_text(git_dir / f"rebase-{kind}" / "head-name") for kind in ("merge", "apply")}
    heads.add("refs/heads/" + _text(git_dir / "BISECT_START"))
    return heads | set(_text(git_dir / "rebase-merge" / "update-refs").split("\n"))


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", "surrogateescape").strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""


def _worktree(git_dir: Path) -> str:
    linked = _text(git_dir / "gitdir")
    return str(Path(linked).parent) if linked else str(git_dir.parent)

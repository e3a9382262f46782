"""What a merge commit decides by itself (docs/adr/0005-merges-that-hide.md)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attest import text
from attest.analysis import conflicts
from attest.git import commit_object, merge, tree_paths
from attest.git.commit_object import Commit
from attest.git.diff import Change, FileChange, parse_raw
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.report.findings import MAX_LISTED, Finding

_ONE_BY_ONE = "Merge one branch at a time and resolve each conflict, or rebase instead of merging."


def find_refused(commit: Commit, rules: ProjectRules, *, needed: bool) -> list[Finding]:
    """The finding about a merge that the policy does not allow.

    Args:
        needed: it changes something that git's own merge of its parents does not.
    """
    if len(commit.parents) < 2:
        return []
    if rules.policy.merges == "forbid":
        problem, hint = "the policy allows no merge commits", "Rebase the branch instead."
    elif rules.policy.merges == "clean" and needed:
        problem = "the policy does not allow merges that resolve conflicts or change anything else"
        hint = "Rebase the branch instead, and resolve the conflicts in its commits."
    else:
        return []
    return [Finding("merge-refused", problem, hint)]


def find_hidden(
    isolated: Isolated, commit: Commit, change: Change, rules: ProjectRules
) -> Iterator[Finding]:
    """Findings about what a merge decides without showing it in a hunk.

    Args:
        change: the commit's change, as docs/format.md, "The two trees", measures it.
    """
    if len(commit.parents) < 2:
        return
    ours, theirs = commit.parents[:2]
    git_merge = merge.merge(isolated, ours, theirs)
    if len(commit.parents) == 2 and git_merge is not None:
        # The change is measured from git's own merge, conflicts and all. A path in
        # conflict that is not in the change is as git left it: the other side's
        # deletion is undone, say, or one side's binary file is taken. Somebody chose
        # that, or nobody looked; there is no hunk to answer for. A path that the merge
        # does not have (renamed by both sides) cannot be left in it.
        changed_paths = {file.path for file in change.files}
        unchanged_paths = sorted(git_merge.conflicts - changed_paths)
        there = tree_paths.entries_at(isolated, git_merge.tree, unchanged_paths)
        in_conflict = [file for file in change.files if file.path in git_merge.conflicts]
        paths = sorted([*there, *_left_with_marks(isolated, commit, in_conflict)])
        problem = "a conflict is left as git left it; no hunk shows how it was resolved"
    else:
        # The change of an octopus, and of a merge of unrelated histories, is measured
        # from the first parent alone. What it drops of the others is in no hunk, so the
        # tree must be the one that git makes of all parents.
        git_merge = merge.merge_all(isolated, commit.parents)
        paths = [row.path for row in parse_raw(isolated.raw(git_merge.tree, commit.tree))]
        problem = "this merge differs here from what git makes of its parents"
    needed_paths = [path for path, want in rules.treatments.of(paths).items() if want != "ignore"]
    for path in needed_paths[:MAX_LISTED]:
        yield Finding("hunk-not-covered", problem, _ONE_BY_ONE, path=text.showable(path))


def _left_with_marks(
    isolated: Isolated, commit: Commit, in_conflict: Sequence[FileChange]
) -> list[bytes]:
    """The paths in conflict of a merge that still have its marks. Marks that both parents have are
    an example in a text, and no conflict.

    Args:
        in_conflict: those that the merge changed.
    """
    if not in_conflict:
        return []
    paths = [file.path for file in in_conflict]
    trees = [commit_object.parse(isolated.commit(oid), oid).tree for oid in commit.parents]
    sides = [tree_paths.entries_at(isolated, tree, paths) for tree in trees]
    marked = []
    for file in in_conflict:
        entries = [side[file.path] for side in sides if file.path in side]
        # Only a file has text that can be compared: a link and a submodule have none.
        versions = [oid for mode, oid in entries if mode.startswith("100")]
        if conflicts.left_alone(file.hunks, isolated.content, versions):
            marked.append(file.path)
    return marked

"""Finds commits that a rebase landed together, by a block in one of them (docs/format.md, "The
landed walk")."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

from attest.attestation import block
from attest.attestation.block import Block
from attest.errors import LimitExceeded
from attest.git import branches, commit_object
from attest.git.diff import change_digest, parse_raw
from attest.git.isolated import Isolated
from attest.project.rules import ProjectRules
from attest.verification import blocks, coverage
from attest.verification.blocks import Message

MAX_TRIES = 10_000
"""How many differences are looked at for blocks that name a number of commits. In an honest
history the first one fits; a false number in each of a thousand commits would cost half a
million."""


class Step(NamedTuple):
    """A commit of the line.

    Args:
        before: the parent that the line follows.
        others: its other parents: what it merged.
    """

    oid: str
    before: str
    others: tuple[str, ...]


class Rebase(NamedTuple):
    """Commits that belong together.

    Args:
        length: how many steps they are, from the newest on.
        place: which of them has the block; 0 for the newest.
        old, new: the trees that their difference is between.
    """

    length: int
    place: int
    old: str
    new: str


@dataclass
class Rebases:
    """The commits of a line that blocks say belong together.

    Args:
        steps: of the line, newest first.
        tries: how many differences were looked at for blocks of the newest commit.
        looks: the same, for blocks of commits below.
    """

    isolated: Isolated
    rules: ProjectRules
    now: datetime
    steps: Sequence[Step]
    tries: int = field(default=0, init=False)
    looks: int = field(default=0, init=False)
    _wide_blocks: dict[str, list[Block]] = field(default_factory=dict, init=False)

    def find(self, at: int) -> Rebase | None:
        """The commits from a step on that a block in the newest of them covers; None for a
        commit by itself.

        Raises:
            LimitExceeded: blocks name too many differences.
        """
        wide = self._wide(at)
        if not wide:
            return None
        new = self._tree(self.steps[at].oid)
        most = min(max(one.branch_commits or 0 for one in wide), self._most_steps(at))
        for count in range(most, 1, -1):
            old = self._tree(self.steps[at + count - 1].before)
            fitting = [one for one in wide if (one.branch_commits or 0) >= count]
            self.tries += 1
            if self.tries > MAX_TRIES:
                raise LimitExceeded(f"more than {MAX_TRIES} differences are named by blocks")
            if self._covers(fitting, old, new):
                return Rebase(count, 0, old, new)
        return None

    def find_below(self, at: int) -> Rebase | None:
        """The same by a block in an older one of them: the branch ended with commits of others.

        Only by a block for exactly this difference. One that covers it might be of a change that
        landed before, and that the newest commit takes back in part: then nobody answered for that.
        """
        places = self._wide_places
        first, last = bisect_right(places, at), bisect_left(places, at + branches.MAX_COMMITS)
        if first == last:  # the usual case: nothing else is looked at
            return None
        new = self._tree(self.steps[at].oid)
        most = self._most_steps(at)
        for place in places[first:last]:
            for count in range(place - at + 1, most + 1):
                wide = self._wide(place)
                digests = {one.change for one in wide if (one.branch_commits or 0) >= count}
                self.looks += bool(digests)
                if not digests or self.looks > MAX_TRIES:
                    break
                old = self._tree(self.steps[at + count - 1].before)
                raw = self.isolated.raw(old, new)
                if raw and change_digest(raw) in digests:
                    return Rebase(count, place - at, old, new)
        return None

    @cached_property
    def _wide_places(self) -> list[int]:
        """The steps that have a block for several commits."""
        return [at for at, step in enumerate(self.steps) if not step.others and self._wide(at)]

    def _wide(self, at: int) -> list[Block]:
        """The blocks of a step that verify and say that they are for several commits."""
        oid = self.steps[at].oid
        if oid not in self._wide_blocks:
            commit = commit_object.parse(self.isolated.commit(oid), oid)
            message = Message(commit.message, commit.author_email, oid=oid)
            read = blocks.read(block.scan(message.content), message, self.rules, self.now)
            verified = [one.block for one in read.verified_blocks]
            self._wide_blocks[oid] = [one for one in verified if (one.branch_commits or 0) > 1]
        return self._wide_blocks[oid]

    def _most_steps(self, at: int) -> int:
        """How many commits from a step on may belong together: none of them is a merge."""
        below = self.steps[at : at + branches.MAX_COMMITS]
        return next((n for n, one in enumerate(below) if one.others), len(below))

    def _tree(self, oid: str) -> str:
        return branches.tree_of(self.isolated, oid)

    def _covers(self, wide: Sequence[Block], old: str, new: str) -> bool:
        """Whether one of some blocks covers the difference of two trees."""
        raw = self.isolated.raw(old, new)
        paths = [row.path for row in parse_raw(raw)]
        treatments = self.rules.treatments.of(paths)
        needed = sum(treatment != "ignore" for treatment in treatments.values())
        digest = change_digest(raw)
        # A path takes a line at least, so most differences need not be read.
        able = [one for one in wide if one.change == digest or _lines(one) >= needed > 0]
        if not paths or not able:
            return False
        change = self.isolated.change(old, new)
        reaches = (coverage.cover(change, [one], treatments) for one in able)
        return any(reach.complete for reach in reaches)


def _lines(one: Block) -> int:
    return len(one.hunks) + len(one.files)

"""What a policy wants of each path: ask about it, cover it, or ignore it.

One function decides, and gives its reason, so that `attest policy explain` cannot say
something else than what the check does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from attest.git.attributes import GENERATED, VENDORED, Attributes
from attest.policy.model import Policy, Treatment
from attest.policy.paths import Patterns, is_lock_file

_WEAKEST_FIRST: tuple[Treatment, ...] = ("ignore", "cover")
"""A file that is both generated and vendored gets the weaker of the two treatments."""


class Decision(NamedTuple):
    """What is wanted of one path.

    Args:
        reason: why, as the end of a sentence.
    """

    treatment: Treatment
    reason: str


class Treatments:
    """What a policy wants of paths. Each path is decided once, and remembered.

    Args:
        policy: the base commit's.
        attributes: the base commit's too: a change must not take a file out of the
            rules by marking it as generated.
    """

    def __init__(self, policy: Policy, attributes: Attributes) -> None:
        self._policy = policy
        self._attributes = attributes
        self._paths, self._ignore = Patterns.of(policy.paths), Patterns.of(policy.ignore)
        self._required_patterns = [Patterns.of(one.paths) for one in policy.require]
        self._decisions: dict[bytes, Decision] = {}
        self._treatments: dict[bytes, Treatment] = {}

    def of(self, paths: Iterable[bytes]) -> dict[bytes, Treatment]:
        """The treatment of each path.

        Raises:
            EnvironmentFault: git could not read the attributes.
        """
        known, paths = self._treatments, list(paths)
        new = [path for path in paths if path not in known]
        if new:
            known |= {path: one.treatment for path, one in self.decisions(new).items()}
        return {path: known[path] for path in paths}

    def decisions(self, paths: Iterable[bytes]) -> dict[bytes, Decision]:
        """The treatment of each path, with its reason.

        Raises:
            EnvironmentFault: git could not read the attributes.
        """
        distinct = list(paths)
        new = [path for path in distinct if path not in self._decisions]
        for path, marks in self._attributes.of(new).items():
            self._decisions[path] = self._decide(path, marks)
        return {path: self._decisions[path] for path in distinct}

    def _decide(self, path: bytes, marks: frozenset[bytes]) -> Decision:
        """The first rule that applies decides; their order is that of docs/policy.md."""
        policy = self._policy
        # Lock files come first: no `ignore` takes them out unless the policy says so twice,
        # because they decide which code of others is built, and few people read them.
        include_depth, ignore_depth = self._paths.last_or_below(path), self._ignore.last(path)
        left_out = include_depth is None or ignore_depth is not None
        if is_lock_file(path) and not (left_out and policy.lock_files == "ignore"):
            treatment: Treatment = "ask" if policy.lock_files == "ask" else "cover"
            return Decision(treatment, "its name is that of a lock file")
        is_required = any(patterns.match_or_below(path) for patterns in self._required_patterns)
        because_required = Decision("cover", "`require` matches it")
        if left_out:
            # `require` has a say about a path that is otherwise left out: nothing could
            # be required of a hunk that nobody signs for.
            if is_required:
                return because_required
            if include_depth is None:
                return Decision("ignore", "no pattern of `paths` matches it")
            return Decision("ignore", f"{ignore_depth!r} of `ignore` matches it")
        mark_names = " and ".join(mark.decode() for mark in sorted(marks))
        by_mark = f".gitattributes of the base mark it as {mark_names}"
        wishes = [
            wish
            for mark, wish in ((GENERATED, policy.generated), (VENDORED, policy.vendored))
            if mark in marks
        ]
        wish: Treatment = next((one for one in _WEAKEST_FIRST if one in wishes), "ask")
        if wish == "ignore" and is_required:
            return because_required
        return Decision(wish, by_mark if marks else f"{include_depth!r} of `paths` matches it")

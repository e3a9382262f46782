"""What the rules mean for a path, and why: `attest policy explain PATH`."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from pathlib import Path

from attest.errors import UsageError
from attest.git.repository import Repository
from attest.policy.model import OwnQuestion
from attest.policy.paths import Patterns
from attest.project.rules import ProjectRules

_TREATMENT_WORDS = {
    "ask": "asked about and signed",
    "cover": "signed, but not asked about",
    "ignore": "needs no attestation",
}


def path_in_tree(repository: Repository, path: str) -> bytes:
    """A path as git names it, from one on the command line.

    macOS completes names decomposed (NFD), as its file systems may list them. git
    composes them (NFC) where `core.precomposeUnicode` is true (git-config(1)).

    Raises:
        UsageError: it is outside the work tree.
    """
    composes = repository.config.get("core.precomposeUnicode", kind="bool") == "true"

    def as_git(name: str) -> str:
        return unicodedata.normalize("NFC", name) if composes else name

    if repository.bare:
        return os.fsencode(as_git(path))
    top = Path(as_git(os.path.realpath(repository.top())))
    absolute = Path(as_git(os.path.realpath(Path(path).parent))) / as_git(Path(path).name)
    try:
        return os.fsencode(absolute.relative_to(top).as_posix())
    except ValueError:
        raise UsageError(f"{path} is outside {top}", "Name a path inside it.") from None


def of_paths(rules: ProjectRules, paths: Sequence[bytes]) -> Iterator[str]:
    """What the policy wants of each path, and why, in sentences."""
    decisions = rules.treatments.decisions(paths)
    for path in paths:
        name = os.fsdecode(path)
        decision = decisions[path]
        yield f"{name}: {_TREATMENT_WORDS[decision.treatment]}, because {decision.reason}."
        for table in rules.policy.question:
            if table.changes_answers and Patterns.of(table.paths).match(path):
                yield f"{name}: {'; '.join(_accepts(table))} (question)."
        for one in rules.policy.require:
            if Patterns.of(one.paths).match_or_below(path):
                requirements = [f"a security key with a {one.presence}"] if one.presence else []
                requirements += [f"the level {one.level}"] if one.level else []
                yield f"{name}: needs {' and '.join(requirements)} (require)."


def _accepts(table: OwnQuestion) -> Iterator[str]:
    """What a table says of answers."""
    if table.kinds:
        yield f"for changes of the kind {' or '.join(table.kinds)}"
    if table.standing is not None:
        yield f"answers to {' and '.join(table.standing)}"
    if table.least_words is not None:
        yield f"at least {table.least_words} words"
    if table.unsure is not None:
        yield "`unsure` counts as an answer" if table.unsure else "`unsure` is not enough"

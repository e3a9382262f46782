"""The words of `attest check` that pipelines use, read without Typer.

Typer reads options with pydantic, and to load both takes as long as a check. It has the last word:
what is not written as here, or is wrong, is left to it (tests/unit/cli/test_check_words.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from attest.cli.outputs import FormatName


class CheckOptions(NamedTuple):
    """The command line of `attest check`; see its help."""

    revisions: str | None = None
    base: str | None = None
    signers: Sequence[Path] | None = None
    forges: Sequence[str] | None = None
    forge_cache: Path | None = None
    actor: str | None = None
    answers: bool = True
    audit: bool = False
    body: Path | None = None
    landed: bool = False
    format: FormatName = "text"
    outputs: Sequence[str] | None = None
    quiet: bool = False
    jobs: int | None = None


_SWITCHES: dict[str, tuple[str, bool]] = {
    "--no-answers": ("answers", False),
    "--audit": ("audit", True),
    "--landed": ("landed", True),
    "--quiet": ("quiet", True),
    "-q": ("quiet", True),
}
_VALUES = {"--base": "base", "--actor": "actor", "--format": "format", "--jobs": "jobs"}
_MOST_DIGITS = 10
"""From which on Typer reads the number of jobs, and says what is wrong with it."""


def read(words: Sequence[str]) -> dict[str, Any] | None:
    """The fields of `CheckOptions` that some words give; None where Typer has to read them."""
    options: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        if word in _SWITCHES:
            field, switched = _SWITCHES[word]
            options[field] = switched
        elif name in _VALUES:
            given = value if equals else next(rest, "")
            if not given or given.startswith("-"):
                return None
            options[_VALUES[name]] = given
        elif word.startswith("-") or not word or "revisions" in options:
            return None
        else:
            options["revisions"] = word
    return _converted(options)


def _converted(options: dict[str, Any]) -> dict[str, Any] | None:
    if "jobs" in options:
        jobs = options["jobs"]
        # No sign, no blank, no `_`, no other script's digits: int() reads more than people write,
        # and raises an error for thousands of digits.
        if not (jobs.isascii() and jobs.isdigit() and len(jobs) < _MOST_DIGITS and int(jobs)):
            return None
        options["jobs"] = int(jobs)
    if "format" in options:
        from attest.cli.outputs import FORMATS

        if options["format"] not in FORMATS:
            return None
    return options

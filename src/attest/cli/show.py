"""`attest show`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.block import AttestedHunk
    from attest.change import Hunk
    from attest.check import Judged

SHOWN_LINES = 60
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


def show(
    rev: Annotated[
        str,
        typer.Argument(metavar="REV", show_default=False, help="The commit; HEAD by default."),
    ] = "HEAD",
) -> int:
    """Show a commit's hunks, each with its answers.

    What the attester is unsure of comes first. Places come from the commit
    itself, not from what the block says of them.

    \b
    Examples:
      attest show
      attest show v1.2.0
    """
    from dataclasses import replace
    from datetime import UTC, datetime

    from attest import check as journey
    from attest import clone
    from attest.cli.output import writer
    from attest.errors import UsageError
    from attest.formats import text
    from attest.git.repository import Repository

    if ".." in rev:
        raise UsageError(f"{rev!r} is a range", "Name one commit; for ranges: attest check.")
    repository = Repository.find()
    oid = repository.resolve(rev)
    with repository.isolated() as isolated:
        base = clone.base(repository, isolated)
        judged = journey.judge(isolated, oid, base, datetime.now(UTC), keep=True)
    write = writer()
    told = [f for f in judged.verdict.findings if f.code != "signer-unknown"]
    text.render_commit(replace(judged.verdict, findings=tuple(told)), write)
    write("  who may sign is not looked at here: attest check", "dim")
    _hunks(judged, write)
    return 0


def _hunks(judged: Judged, write: Callable[[str, str], None]) -> None:
    coverage = judged.coverage
    fine = [ok or not need for ok, need in zip(coverage.covered, coverage.needed, strict=True)]
    pairs = list(zip(coverage.hunks, coverage.answers, fine, strict=True))
    ordered = sorted(pairs, key=lambda p: (not (p[1] and p[1].unsure), not p[1], p[2]))
    for number, (hunk, said, covered) in enumerate(ordered, 1):
        _hunk(number, len(pairs), hunk, said, covered, write)


def _hunk(
    number: int,
    total: int,
    hunk: Hunk,
    said: AttestedHunk | None,
    covered: bool,
    write: Callable[[str, str], None],
) -> None:
    from attest.prompts.item import hunk_lines, place
    from attest.text import showable

    write("", "")
    write(f"hunk {number} of {total}  {place(hunk)}", "bold")
    if hunk.heading:
        write(f"in {showable(hunk.heading)}", "dim")
    lines = hunk_lines(hunk)
    for line in lines[:SHOWN_LINES]:
        write(f"  {line}", _STYLES.get(line[:1], ""))
    if len(lines) > SHOWN_LINES:
        more = max(hunk.size, len(lines)) - SHOWN_LINES
        write(f"  … {more} more lines; the whole: git show", "dim")
    if said is None:
        covered_words = "not asked about; covered by the signature" if covered else "NOT COVERED"
        write(f"  {covered_words}", "dim" if covered else "bold red")
        return
    texts = [("unsure", said.unsure), ("invariant", said.invariant), ("breaks", said.breaks)]
    for question in said.questions:
        texts += [("asked", question.asked), ("answer", question.answer)]
    for label, value in texts:
        if value:
            write(f"  {label}: {showable(value)}", "yellow" if label == "unsure" else "cyan")

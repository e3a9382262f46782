"""`attest show`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from attest.base import Base
    from attest.block import AttestedHunk
    from attest.change import Hunk
    from attest.check import Judged
    from attest.questions.bank import Asked

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
    itself, not from what the block says of them; so do the questions, in the
    words of this version of attest.

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
    from attest.telling import say

    if ".." in rev:
        raise UsageError(f"{rev!r} is a range", "Name one commit; for ranges: attest check.")
    repository = Repository.find()
    oid = repository.resolve(rev)
    with repository.isolated() as isolated:
        base = clone.base(repository, isolated)
        judged, fault = journey.judge_here(isolated, oid, base, datetime.now(UTC), keep=True)
        asked = {} if fault else _asked(judged, base)
    write = writer()
    told = [f for f in judged.verdict.findings if f.code != "signer-unknown"]
    text.render_commit(replace(judged.verdict, findings=tuple(told)), write)
    write("  who may sign is not looked at here: attest check", "dim")
    if fault is not None:
        say(f"answers are shown without their questions, and were not judged: {fault.message}")
        say(fault.hint)
    _hunks(judged, asked, write)
    return 0


def _asked(judged: Judged, base: Base) -> dict[int, Asked]:
    """The questions of each hunk that is asked about by the rules of the newest block, by
    the hunk's identity, as this version words them."""
    from attest.questions import select

    rules = max((one.rules for one in judged.blocks), default=0)
    if rules not in select.SINCE or rules < select.BY_SYNTAX:
        return {}
    return {id(one.hunk): one.asked for one in base.choose(judged.change, rules)}


def _hunks(judged: Judged, asked: Mapping[int, Asked], write: Callable[[str, str], None]) -> None:
    coverage = judged.coverage
    fine = [ok or not need for ok, need in zip(coverage.covered, coverage.needed, strict=True)]
    pairs = list(zip(coverage.hunks, coverage.answers, fine, strict=True))
    ordered = sorted(pairs, key=lambda p: (not (p[1] and p[1].unsure), not p[1], p[2]))
    for number, (hunk, said, covered) in enumerate(ordered, 1):
        _hunk(number, len(pairs), hunk, said, covered, asked.get(id(hunk)), write)


def _hunk(
    number: int,
    total: int,
    hunk: Hunk,
    said: AttestedHunk | None,
    covered: bool,
    asked: Asked | None,
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
    texts = [("unsure", said.unsure)]
    for label, answer in (("invariant", said.invariant), ("breaks", said.breaks)):
        texts += [("asked", asked.wording(label))] if asked and answer else []
        texts.append((label, answer))
    for question in said.questions:
        texts += [("asked", question.asked), ("answer", question.answer)]
    for label, value in texts:
        if value:
            style = {"unsure": "yellow", "asked": "dim"}.get(label, "cyan")
            write(f"  {label}: {showable(value)}", style)

"""`attest show`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import rules

if TYPE_CHECKING:
    from attest.attestation.block import AttestedHunk
    from attest.git.diff import Hunk
    from attest.project.rules import ProjectRules
    from attest.questions.wording import QuestionTexts
    from attest.verification.check import CommitReview

SHOWN_LINES = 60
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


def show(
    rev: Annotated[
        str,
        typer.Argument(metavar="REV", show_default=False, help="The commit; HEAD by default."),
    ] = "HEAD",
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REF",
            help="Commit whose policy and signers apply; by default those that this clone goes by.",
        ),
    ] = None,
    signers: rules.Signers = None,
    forge: rules.Forges = None,
    forge_cache: rules.Cache = None,
) -> int:
    """Show a commit's verdict, and its hunks, each with its answers.

    The verdict is that of `attest check --base REF REV`, with the same options. What the
    attester is unsure of comes first. Places come from the commit itself, not from
    what the block says of them; so do the questions, in the words of this version
    of attest.

    \b
    Examples:
      attest show
      attest show v1.2.0
      attest show HEAD~2 --base origin/main --forge github:LOGIN
    """
    from datetime import UTC, datetime

    from attest.cli.output import writer
    from attest.console import say
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.project import base_commit
    from attest.report import text_format
    from attest.report.findings import DEFAULT_BRANCH, Report
    from attest.verification import check as journey

    if ".." in rev:
        raise UsageError(f"{rev!r} is a range", "Name one commit; for ranges: attest check.")
    repository = Repository.find()
    oid = repository.resolve(rev)
    named = repository.resolve(base) if base else base_commit.revision(repository)
    now = datetime.now(UTC)
    with repository.isolated() as isolated:
        logins = rules.logins(forge, forge_cache, lambda: None, now)
        found = rules.read(isolated, named, signers, logins)
        judged, fault = journey.judge_here(isolated, oid, found, now, keep=True)
        asked = {} if fault else _asked(judged, found)
    write = writer()
    start = base or next(iter(base_commit.names(repository)), DEFAULT_BRANCH)
    start = start.removeprefix("refs/remotes/")
    report = Report(rev, (judged.verdict,), found.oid, found.advises, start)
    text_format.render_commit(report, write)
    if found.oid is not None:
        write(f"  rules from {found.oid[:10]}", "dim")
    if not forge and any(one.code == "signer-unknown" for one in judged.verdict.findings):
        write("  keys that a forge publishes are not looked at here: add --forge", "dim")
    if fault is not None:
        say(f"answers are shown without their questions, and were not judged: {fault.message}")
        say(fault.hint)
    _hunks(judged, asked, write)
    return 0


def _asked(judged: CommitReview, base: ProjectRules) -> dict[int, QuestionTexts]:
    """The questions of each hunk that is asked about by the rules of the newest block, by
    the hunk's identity, as this version words them."""
    from attest.questions import selection

    rules = max((one.rules for one in judged.blocks), default=0)
    if rules not in selection.SINCE or rules < selection.BY_SYNTAX:
        return {}
    return {id(one.hunk): one.texts for one in base.choose(judged.change, rules)}


def _hunks(
    judged: CommitReview, asked: Mapping[int, QuestionTexts], write: Callable[[str, str], None]
) -> None:
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
    asked: QuestionTexts | None,
    write: Callable[[str, str], None],
) -> None:
    from attest.interview.form import hunk_lines, place
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

"""`attest show`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from attest.cli import reports, signer_options

if TYPE_CHECKING:
    from attest.git.diff import Hunk
    from attest.project.rules import ProjectRules
    from attest.questions.wording import QuestionTexts
    from attest.verification.coverage import HunkCoverage
    from attest.verification.task import CommitReview

SHOWN_LINES = 60
_STYLES = {"+": "green", "-": "red", "\\": "dim", "…": "dim"}


def show(
    rev: Annotated[
        str,
        typer.Argument(metavar="REV", show_default=False, help="Commit to show. Default: HEAD."),
    ] = "HEAD",
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REF",
            help="Commit whose policy and signers apply. Default: those that this clone uses.",
        ),
    ] = None,
    signers: signer_options.Signers = None,
    forge: signer_options.Forges = None,
    forge_cache: signer_options.Cache = None,
) -> int:
    """Show a commit's verdict, hunks and answers.

    The verdict is the one that `attest check --base REF REV` gives with the same options.
    Hunks with doubts (`unsure`) come first. The locations and questions are computed from
    the commit, not copied from the signed block.

    \b
    Examples:
      attest show
      attest show v1.2.0
      attest show HEAD~2 --base origin/main --forge github:LOGIN
    """
    from datetime import UTC, datetime

    from attest.cli.reports import writer
    from attest.console import say
    from attest.errors import UsageError
    from attest.git.repository import Repository
    from attest.project import base_commit
    from attest.report import text_format, unasked
    from attest.report.findings import DEFAULT_BRANCH, Report
    from attest.verification import check as journey

    if ".." in rev:
        raise UsageError(f"{rev!r} is a range", "Name one commit. For ranges, use: attest check")
    repository = Repository.find()
    oid = repository.resolve(rev)
    base_oid = repository.resolve(base) if base else base_commit.revision(repository)
    now = datetime.now(UTC)
    with repository.isolated() as isolated:
        logins = reports.logins(forge, forge_cache, lambda: None, now)
        rules = reports.read_rules(isolated, base_oid, signers, logins)
        review, fault = journey.judge_here(isolated, oid, rules, now, keep=True)
        questions = {} if fault else _questions_by_hunk(review, rules)
    write = writer()
    start = base or next(iter(base_commit.names(repository)), DEFAULT_BRANCH)
    start = start.removeprefix("refs/remotes/")
    report = Report(rev, (review.verdict,), rules.oid, rules.advises, start)
    text_format.render_commit(report, write)
    if rules.oid is not None:
        write(f"  rules from {rules.oid[:10]}", "dim")
    if not forge and any(one.code == "signer-unknown" for one in review.verdict.findings):
        write("  keys published by a forge were not considered: add --forge", "dim")
    if fault is not None:
        say(f"showing answers without their questions and unchecked: {fault.message}")
        say(fault.hint)
    if review.verdict.unasked_hunks is not None:
        for line in unasked.to_reader(review.verdict.unasked_hunks):
            write(f"  {line}", "")
    _hunks(review, questions, write)
    return 0


def _questions_by_hunk(review: CommitReview, base: ProjectRules) -> dict[Hunk, QuestionTexts]:
    """The questions of each hunk that is asked about, where this version worded them."""
    from attest.questions import selection

    if not any(block.rules == selection.RULES for block in review.blocks):
        return {}
    return {one.hunk: one.texts for one in base.chooser.choose(review.change)}


def _hunks(
    review: CommitReview, questions: Mapping[Hunk, QuestionTexts], write: Callable[[str, str], None]
) -> None:
    """Show every hunk: first what its author is unsure of, then what is answered, then what
    is not covered."""
    from attest.git.hunk_view import place

    hunks = review.coverage.hunks
    entries = sorted(hunks, key=_order)
    for number, one in enumerate(entries, 1):
        write("", "")
        write(f"hunk {number} of {len(hunks)}  {place(one.hunk)}", "bold")
        _hunk(one, questions.get(one.hunk), write)


def _order(one: HunkCoverage) -> tuple[bool, bool, bool]:
    unsure = one.answers is not None and bool(one.answers.unsure)
    return not unsure, one.answers is None, one.covered or not one.needed


def _hunk(
    one: HunkCoverage, questions: QuestionTexts | None, write: Callable[[str, str], None]
) -> None:
    from attest.git.hunk_view import hunk_lines
    from attest.report.findings import CLAIMED_FACT
    from attest.text import showable

    hunk, answers = one.hunk, one.answers
    if hunk.heading:
        write(f"in {showable(hunk.heading)}", "dim")
    lines = hunk_lines(hunk)
    for line in lines[:SHOWN_LINES]:
        write(f"  {line}", _STYLES.get(line[:1], ""))
    if len(lines) > SHOWN_LINES:
        more = max(hunk.size, len(lines)) - SHOWN_LINES
        write(f"  … {more} more line{'' if more == 1 else 's'} (see git show)", "dim")
    if answers is None:
        covered = one.covered or not one.needed
        covered_words = "not asked about; covered by the signature" if covered else "NOT COVERED"
        write(f"  {covered_words}", "dim" if covered else "bold red")
        return
    texts = [(CLAIMED_FACT, answers.fact), ("unsure", answers.unsure)]
    for label, answer in (("invariant", answers.invariant), ("breaks", answers.breaks)):
        # With a fact, the second question was about the fact, and its words are not recorded.
        is_known = not (answers.fact and label == "breaks")
        texts += [("asked", questions.wording(label))] if questions and answer and is_known else []
        texts.append((label, answer))
    for question in answers.questions:
        texts += [("asked", question.text), ("answer", question.answer)]
    for label, value in texts:
        if value:
            style = {"unsure": "yellow", "asked": "dim", CLAIMED_FACT: "dim"}.get(label, "cyan")
            write(f"  {label}: {showable(value)}", style)

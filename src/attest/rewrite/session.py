"""Journey 2: commits that are made already -> questions -> blocks in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from attest.answers.answers import Answers
from attest.attestation import encoding
from attest.attesting import assistance, builder
from attest.attesting.assistance import Assistance
from attest.git.isolated import Isolated
from attest.git.repository import Ident, Repository
from attest.interview import run
from attest.interview.form import QuestionForm
from attest.interview.prompter import Prompter
from attest.project.rules import ProjectRules
from attest.rewrite import execute, plan
from attest.rewrite.execute import Addition
from attest.rewrite.journal import Record
from attest.rewrite.outgoing import OutgoingReview, UnattestedCommit, number
from attest.rewrite.plan import Plan
from attest.signatures import signing_key
from attest.signatures.signing_key import Key
from attest.state.store import Pending, Store
from attest.verification import requirements

KEPT_BLOCKS = 100
"""Blocks of one rewriting that are kept for a message that is written anew."""

Say = Callable[[str], None]


def plan_for(repository: Repository, isolated: Isolated, found: OutgoingReview) -> Plan:
    """Plan the rewriting, before anybody is asked anything.

    Raises:
        AttestError: see `plan.plan`.
    """
    targets = [made.oid for made in found.todo]
    return plan.plan(
        repository,
        isolated,
        targets,
        found.wanted.tips,
        named=found.wanted.named,
        known=found.successors,
        remote=found.wanted.remote,
    )


def attest(
    repository: Repository,
    isolated: Isolated,
    store: Store,
    found: OutgoingReview,
    planned: Plan,
    prompter: Prompter | None,
    base: ProjectRules,
    *,
    assisted: Sequence[str] | None = None,
    now: datetime,
    say: Say,
) -> Record | None:
    """Ask, sign, and put the blocks into the commits.

    Args:
        found: with something to do.
        planned: what `plan_for` made of it.
        prompter: None where there is nothing to answer for, only to put onto new
            versions.
        base: the rules of the project.
        assisted: values of `--assisted-by`; None to ask, where the project wants it.
        now: the time to claim, in UTC.
        say: tells the person something that is no question.

    Returns:
        What was rewritten; None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run`, `draft.sign`, `plan` and `execute`; answers
            are kept, and every branch is as before.
    """
    if prompter is None:
        return _execute(repository, isolated, planned, {}, base, say)
    key, author = signing_key.ready(repository, prompter.mode), repository.author()
    for made in found.todo:
        builder.assert_fits(_attester(made, author), ascii_only=made.encoded)
        for line in requirements.unmet_by_key(made.change, base, key.kind):
            say(f"{made.oid[:10]}: {line}")
    told = assistance_of(base, store, found, assisted)
    run.run(found.items, prompter, store, told.telling, say)
    trailers = told.lines(store)
    given = {item.hunk.digest: item.answers for item in found.items}
    drafts = [_draft(made, given, author, key, prompter, now, base) for made in found.todo]
    for made, one in zip(found.todo, drafts, strict=True):
        if builder.too_many_files(one.block, made.change):
            say(f"{made.title}: more than 1,000 files; a rebase will lose its attestation")
    if not prompter.confirm(_summary(found, planned, author, key)):
        return None
    if key.kind.startswith("sk-"):
        say(f"touch your security key, {number(len(drafts), 'time')}")
    signed = builder.sign(repository, key, drafts)
    _keep(store, list(zip(found.todo, signed, strict=True))[-KEPT_BLOCKS:])
    additions = {
        made.oid: Addition(
            lines, _trailers(trailers if assisted or made.untold else (), made), made.change
        )
        for made, lines in zip(found.todo, signed, strict=True)
    }
    return _execute(repository, isolated, planned, additions, base, say)


def assistance_of(
    base: ProjectRules, store: Store, found: OutgoingReview, assisted: Sequence[str] | None
) -> Assistance:
    """What is asked of the help of tools, once for all commits whose messages do not
    tell it."""
    untold = [made.change.digest for made in found.todo if made.untold]
    return assistance.of(base, store, untold, assisted)


def _keep(store: Store, signed: Sequence[tuple[UnattestedCommit, tuple[str, ...]]]) -> None:
    """Keep blocks for a message that is written anew later."""
    for made, lines in signed:
        hunks = [hunk.digest for hunk in made.change.hunks]
        store.keep_pending(Pending(made.change.digest, "-", "", "", list(lines), [], hunks))


def _execute(
    repository: Repository,
    isolated: Isolated,
    planned: Plan,
    additions: dict[str, Addition],
    base: ProjectRules,
    say: Say,
) -> Record:
    record = execute.execute(repository, isolated, planned, additions, base, datetime.now(UTC))
    for line in execute.told(planned, record):
        say(line)
    return record


def _draft(
    made: UnattestedCommit,
    answers: dict[str, Answers],
    author: Ident,
    key: Key,
    prompter: Prompter,
    now: datetime,
    base: ProjectRules,
) -> builder.UnsignedBlock:
    posed = base.chooser.choose(made.change)
    asked = [
        QuestionForm.of(one, n, len(posed), answers[one.hunk.digest])
        for n, one in enumerate(posed, 1)
    ]
    attester, mode = _attester(made, author), prompter.mode
    unsigned = builder.unsigned(made.change, asked, attester, key, mode, now, base)
    return builder.UnsignedBlock(unsigned, made.encoded)


def _attester(made: UnattestedCommit, author: Ident) -> Ident:
    """The person, by the address that the commit has for them."""
    return author if made.email is None else Ident(author.name, made.email)


def _trailers(trailers: Sequence[str], made: UnattestedCommit) -> tuple[str, ...]:
    return tuple(map(encoding.to_ascii, trailers)) if made.encoded else tuple(trailers)


def _summary(found: OutgoingReview, planned: Plan, author: Ident, key: Key) -> str:
    total = sum(len(made.change.hunks) for made in found.todo)
    rest = "; your signature covers the rest" if len(found.items) < total else ""
    count = number(len(planned.steps), "commit")
    others = f" ({len(planned.others)} by other people)" if planned.others else ""
    answered = (
        f"{number(len(found.todo), 'commit')}: {len(found.items)} of "
        f"{number(total, 'hunk')} answered{rest}.\n"
    )
    return (
        f"{answered if found.todo else ''}"
        f"Writes {count} anew{others}, messages only, on {', '.join(planned.branches)}.\n"
        f"You: {author.name} <{author.email}>\nKey: {key.fingerprint}"
    )

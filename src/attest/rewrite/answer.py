"""Journey 2: from commits that exist already to questions, and to blocks in the commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from attest.answers.answers import Answers
from attest.attestation import encoding
from attest.attesting import addresses, assistance, builder, squash_commits
from attest.attesting.assistance import Assistance
from attest.attesting.builder import Claim, UnsignedBlock
from attest.console import say
from attest.git.identity import Ident
from attest.interview import run
from attest.interview.form import QuestionForm
from attest.interview.prompter import Prompter
from attest.project.rules import ProjectRules
from attest.project.session import Session
from attest.questions import unasked
from attest.questions.compose import HunkQuestions
from attest.report import unasked as unasked_words
from attest.report.findings import UnaskedHunks
from attest.rewrite import effort, execute, summary
from attest.rewrite import plan as planning
from attest.rewrite.compose import Addition, MessageChange, Removal
from attest.rewrite.plan import Plan
from attest.rewrite.record import Record
from attest.rewrite.review import BranchUnit, OutgoingReview, UnattestedCommit
from attest.state.store import PendingBlock, Store
from attest.verification import requirements

KEPT_BLOCKS = 100
"""Blocks of one rewrite that are kept for a message that is written again."""


def attest(
    session: Session,
    review: OutgoingReview,
    plan: Plan,
    prompter: Prompter | None,
    *,
    assisted: Sequence[str] | None = None,
    again: bool = False,
) -> Record | None:
    """Ask, sign, and put the blocks into the commits.

    Args:
        review: with something to do.
        plan: made of that review.
        prompter: None where there is nothing to answer for, and commits only move onto
            the new version of what they build on.
        assisted: values of `--assisted-by`; None to ask, where the project wants it.
        again: leave those commits as they are whose signed answers the person did not change.

    Returns:
        What was rewritten; None if the person chose not to sign, or changed nothing.

    Raises:
        AttestError: see `interview.run`, `builder.sign`, `plan` and `execute`; answers
            are kept, and every branch is as before.
    """
    if prompter is None:
        return _rewrite(session, plan, {})
    claim = builder.claim(session, prompter.mode)
    _assert_answerable(session, review, claim)
    disclosure = assistance_of(session, review, assisted, again=again)
    disclosed_before = disclosure.question.answer if disclosure.question else None
    note = f"answered: {effort.counts(review)}"
    if prompter.mode != "tty":
        review.wait_for_facts()
    run.run(review.forms, prompter, session.store, disclosure.question)
    questions, open_commits = _choose(session.rules, review)
    also = unasked_words.to_signer(open_commits)
    if not prompter.confirm(summary.confirmation(review, plan, claim, also, again=again)):
        return None
    # What was changed in the review counts, too.
    trailers = disclosure.trailers(session.store)
    is_corrected = again and disclosure.is_other_than(disclosed_before)
    if again and not is_corrected:
        review, questions = _changed_commits(review, questions)
        if not review.todo:
            say("no answer differs from what is signed")
            return None
        plan = planning.plan(session, review)
    unsigned_blocks = _compose_blocks(session.rules, review, questions, claim)
    if claim.by_security_key:
        say(f"touch your security key, {summary.number(len(unsigned_blocks), 'time')}")
    blocks = builder.sign(session.repository, claim.key, unsigned_blocks, prompter.retry)
    replaces = bool(assisted) or is_corrected
    additions = {
        commit.oid: _addition(session.rules, commit, lines, trailers, replaces=replaces)
        for commit, lines in zip(review.todo, blocks, strict=True)
    }
    for commit in review.todo[-KEPT_BLOCKS:]:
        _keep(session.store, commit, additions[commit.oid])
    if not again:
        say(note)
    units = [commit.unit for commit in review.todo if commit.unit is not None]
    return _rewrite(session, plan, {**_removals(review, additions), **additions}, units)


def _addition(
    rules: ProjectRules,
    commit: UnattestedCommit,
    lines: tuple[str, ...],
    trailers: Sequence[str],
    *,
    replaces: bool,
) -> Addition:
    """What a commit's message gets.

    Args:
        lines: its block.
        trailers: what the person discloses now.
        replaces: that was corrected, and takes the place of what is there.
    """
    # What a message discloses already is not asked about.
    new_trailers = trailers if replaces or commit.undisclosed else commit.inherited_lines
    return Addition(
        lines,
        _encodable(new_trailers, commit),
        commit.change,
        rules.policy.disclosure,
        replaces=replaces,
    )


def _removals(
    review: OutgoingReview, additions: Mapping[str, Addition]
) -> dict[str, MessageChange]:
    """The earlier blocks that the ones for whole branches replace, by their commits."""
    return {
        oid: Removal(additions[commit.oid].block)
        for commit in review.todo
        if commit.unit is not None
        for oid in commit.unit.replaced_oids
    }


def _changed_commits(
    review: OutgoingReview, chosen: Sequence[Sequence[HunkQuestions]]
) -> tuple[OutgoingReview, list[Sequence[HunkQuestions]]]:
    """A review without those commits whose signed answers are what the person wants them to be.

    Args:
        chosen: what is asked about each of its commits.
    """
    answers = {form.hunk.digest: form.answers for form in review.forms}
    changed_pairs = [
        (commit, questions)
        for commit, questions in zip(review.todo, chosen, strict=True)
        if not commit.attested or any(_differs(one, answers, commit) for one in questions)
    ]
    return replace(review, todo=tuple(commit for commit, _ in changed_pairs)), [
        each for _, each in changed_pairs
    ]


def _differs(
    questions: HunkQuestions, answers: Mapping[str, Answers], commit: UnattestedCommit
) -> bool:
    """Whether the answers about a hunk are other ones than those in the commit's blocks."""
    digest = questions.hunk.digest
    old_answers = commit.answers.get(digest, Answers())
    before, now = (QuestionForm.of(questions, 1, 1, one) for one in (old_answers, answers[digest]))
    return (
        before.answers_by_label != now.answers_by_label or old_answers.unsure != now.answers.unsure
    )


def assistance_of(
    session: Session,
    review: OutgoingReview,
    assisted: Sequence[str] | None,
    *,
    again: bool = False,
) -> Assistance:
    """What is asked about the help of tools, once for all commits whose messages do not
    disclose it.

    Args:
        again: the line that all of them have may be corrected.
    """
    stated = {one.disclosed_lines for one in review.todo}
    if again and not assisted and len(stated) == 1 and len(lines := stated.pop()) == 1:
        changes = [one.change.digest for one in review.todo]
        return assistance.of(session.rules, session.store, changes, None, stated=lines[0])
    changes = [one.change.digest for one in review.todo if one.undisclosed or assisted]
    return assistance.of(session.rules, session.store, changes, assisted)


def _assert_answerable(session: Session, review: OutgoingReview, claim: Claim) -> None:
    """Say what this person's key will not achieve, before they are asked anything.

    Raises:
        UsageError: the person's address cannot be written into a commit.
    """
    for commit in review.todo:
        builder.assert_fits(_attester(commit, claim.author), ascii_only=commit.encoded)
        for line in requirements.find_unmet_by_key(commit.change, session.rules, claim.key.kind):
            say(f"{commit.oid[:10]}: {line}")
        name = commit.oid[:10]
        for line in squash_commits.words(commit.inherited_lines):
            say(f"{name}: {line}")
        if commit.email is None:
            command = f"attest answer {name}"
            for line in addresses.warnings(session, claim, commit.author, name, command):
                say(line)


def _choose(
    rules: ProjectRules, review: OutgoingReview
) -> tuple[list[Sequence[HunkQuestions]], UnaskedHunks]:
    """What is asked about each commit by itself, in the order of the review; and what nobody
    was asked about."""
    chosen = list[Sequence[HunkQuestions]]()
    left = []
    for commit in review.todo:
        chosen.append(rules.chooser.choose(commit.change))
        # Here, since the chooser remembers the choices of the last change alone.
        left.append((commit.oid, rules.chooser.unasked(commit.change)))
    return chosen, left[0][1] if len(left) == 1 else unasked.of_commits(left)


def _compose_blocks(
    rules: ProjectRules,
    review: OutgoingReview,
    questions_by_commit: Sequence[Sequence[HunkQuestions]],
    claim: Claim,
) -> list[UnsignedBlock]:
    """A block for each commit, in the order of the review. A hunk that several commits have
    was asked about once."""
    answers = {form.hunk.digest: form.answers for form in review.forms}
    blocks = []
    for commit, questions in zip(review.todo, questions_by_commit, strict=True):
        forms = [
            QuestionForm.of(
                hunk_questions, number, len(questions), answers[hunk_questions.hunk.digest]
            )
            for number, hunk_questions in enumerate(questions, 1)
        ]
        own_claim = Claim(_attester(commit, claim.author), claim.key, claim.mode, claim.at)
        unsigned = builder.compose_block(
            commit.change,
            forms,
            own_claim,
            rules,
            ascii_only=commit.encoded,
            branch_commits=commit.unit.count if commit.unit else None,
        )
        if builder.too_many_files(unsigned.block, commit.change):
            say(f"{commit.title}: more than 1,000 files; a rebase loses its attestation")
        blocks.append(unsigned)
    return blocks


def _attester(commit: UnattestedCommit, author: Ident) -> Ident:
    """The person, by the address that the commit has for them: upper and lower case count
    where a block is compared with its commit."""
    return author if commit.email is None else Ident(author.name, commit.email)


def _encodable(trailers: Sequence[str], commit: UnattestedCommit) -> tuple[str, ...]:
    return tuple(map(encoding.to_ascii, trailers)) if commit.encoded else tuple(trailers)


def _keep(store: Store, commit: UnattestedCommit, addition: Addition) -> None:
    """Keep a block for a message that is written again later (docs/adr/0003)."""
    hunks = [hunk.digest for hunk in commit.change.hunks]
    store.keep_pending(
        PendingBlock(commit.change.digest, "-", "", "", list(addition.block), [], hunks)
    )


def _rewrite(
    session: Session,
    plan: Plan,
    changes: Mapping[str, MessageChange],
    units: Sequence[BranchUnit] = (),
) -> Record:
    record = execute.execute(session, plan, changes, units)
    for line in summary.result_lines(plan, record):
        say(line)
    return record

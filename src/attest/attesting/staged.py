"""Journey 1: from the staged change to a signed block that waits for its commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from attest.attesting import addresses, assistance, branch_change, builder, earlier, squash_commits
from attest.attesting.assistance import Assistance
from attest.attesting.builder import Claim
from attest.console import say
from attest.errors import NothingToJudge, UsageError
from attest.facts import search
from attest.facts.search import FactSearch
from attest.git import commit_object, identity, in_progress, index, merge
from attest.git.diff import Change
from attest.git.hunk_view import FileLines
from attest.git.identity import Ident
from attest.interview import run
from attest.interview.form import QuestionForm
from attest.interview.prompter import Prompter
from attest.project.session import Session
from attest.report import unasked
from attest.state.store import PendingBlock
from attest.verification import requirements


@dataclass(frozen=True, slots=True)
class StagedChange:
    """What a commit made now would change.

    Args:
        head: HEAD's commit; empty on an unborn branch.
        old, new: the trees that are compared.
        parents: of the commit to come; of a whole branch, the commit that it began at.
        author: the address of the author that it will have; None for the person who works here.
        amends: the commit replaces HEAD.
        branch_commits: of the change of a whole branch: how many commits it has without merges.
    """

    head: str
    old: str
    new: str
    change: Change
    parents: tuple[str, ...] = ()
    author: bytes | None = None
    amends: bool = False
    branch_commits: int | None = None


def read(session: Session, *, amend: bool = False) -> StagedChange:
    """Read the change that `git commit` (or `git commit --amend`) would make.

    Raises:
        NothingToJudge: there is none, or none that the project wants attested.
        UsageError: the index has conflicts, or there is nothing to amend.
        GrammarsUnavailable: what is asked cannot be chosen here.
    """
    repository, isolated, rules = session.repository, session.isolated, session.rules
    if repository.bare:
        raise UsageError("a bare repository has no staged change", "Run this in a clone of it.")
    head = repository.head() or ""
    parents = [head, *in_progress.merge_heads(repository)] if head else []
    author = None
    if amend:
        if not head:
            raise UsageError("there is no commit to amend yet", "Leave --amend out.")
        amended = commit_object.parse(isolated.commit(head), head)
        parents, author = list(amended.parents), amended.author_email
    new = index.staged_tree(repository)
    base = merge.base(isolated, parents, new)
    change = merge.change(isolated, base, new, keep=True)
    if not change:
        last = "To answer for the last commit: attest answer --amend" if head else ""
        raise NothingToJudge(
            "nothing is staged: there is no change to answer for",
            f"Stage it with `git add`. {last}".rstrip(),
        )
    treatments = set(rules.treatments.of(file.path for file in change.files).values())
    if treatments == {"ignore"}:
        raise NothingToJudge(
            "the project wants no attestation of the staged files",
            "Commit as usual. To see the rules for a path: attest policy explain PATH",
        )
    if "ask" in treatments:
        rules.chooser.assert_available()
    staged = StagedChange(head, base.tree, new, change, tuple(parents), author, amend)
    if rules.policy.unit != "pull-request":
        return staged
    branch = branch_change.read(session, parents, new)
    if branch is None:
        return replace(staged, branch_commits=1)
    return replace(
        staged,
        old=branch.old,
        change=branch.change,
        parents=(branch.base,),
        branch_commits=branch.count,
    )


def questions(session: Session, staged: StagedChange, *, at_once: bool) -> list[QuestionForm]:
    """What would be asked about a change, with the answers kept so far.

    Args:
        at_once: all questions are shown together, so that their facts are waited for.
    """
    rules, repository = session.rules, session.repository
    chosen = rules.chooser.choose(staged.change)
    attested = search.of_index(repository, staged.change, staged.new, staged.parents)
    facts = session.isolated.hold(FactSearch(repository, attested, chosen))
    forms = run.forms(
        chosen,
        session.store,
        strict=rules.strict,
        facts=facts,
        around=FileLines(session.isolated),
    )
    if not all(form.complete for form in forms):
        facts.begin()
    earlier.offer(session, forms, staged.parents, staged.new)
    if at_once and not all(form.complete for form in forms):
        facts.wait()
    return forms


def attest(
    session: Session,
    staged: StagedChange,
    prompter: Prompter,
    *,
    assisted: Sequence[str] | None = None,
    person: Ident | None = None,
) -> PendingBlock | None:
    """Ask, sign, and keep the block until its commit is made.

    Args:
        person: who signs; None for the author whom git names.
        assisted: values of `--assisted-by`; None to ask, where the project wants it.

    Returns:
        The block that waits; None if the person chose not to sign.

    Raises:
        AttestError: see `interview.run` and `builder.sign`; answers are kept.
    """
    change, store = staged.change, session.store
    claim = builder.claim(session, prompter.mode)
    claim = claim if person is None else replace(claim, author=person)
    ascii_only = identity.encodes_commits(session.repository)
    builder.assert_fits(claim.author, ascii_only=ascii_only)
    disclosure = assistance_of(session, staged, assisted)
    forms = questions(session, staged, at_once=prompter.mode != "tty")
    total = len(change.hunks)
    _say_before(session, staged, claim, len(forms))
    run.run(forms, prompter, store, disclosure.question)
    also = unasked.to_signer(session.rules.chooser.unasked(change))
    answer_count = f"{len(forms)} of {total} hunk{'s' if total > 1 else ''} answered."
    if not prompter.confirm("\n".join([answer_count, *also, *claim.lines])):
        return None
    # What was changed in the review counts, too.
    trailers = disclosure.trailers(store)
    unsigned = builder.compose_block(
        change,
        forms,
        claim,
        session.rules,
        ascii_only=ascii_only,
        branch_commits=staged.branch_commits,
    )
    if builder.too_many_files(unsigned.block, change):
        say("more than 1,000 files: the block covers this exact change only; a rebase loses it")
    if claim.by_security_key:
        say("touch your security key to sign")
    (lines,) = builder.sign(session.repository, claim.key, [unsigned], prompter.retry)
    return _keep(session, staged, lines, trailers)


def assistance_of(
    session: Session, staged: StagedChange, assisted: Sequence[str] | None
) -> Assistance:
    """What is asked about the help of tools; nothing where it is known from commits that were
    squashed."""
    change, store = staged.change, session.store
    if not assisted and store.disclosure(change.digest) is None:
        raw = session.isolated.commit(staged.head) if staged.amends else b""
        lines = squash_commits.SquashedCommits(session).disclosed(change, raw)
        if lines:
            for line in squash_commits.words(lines):
                say(line)
            return Assistance(None, (), lines)
    return assistance.of(session.rules, store, [change.digest], assisted)


def _say_before(session: Session, staged: StagedChange, claim: Claim, asked_count: int) -> None:
    """Say what a person should know before the first question.

    Args:
        asked_count: how many hunks are asked about.
    """
    total = len(staged.change.hunks)
    if asked_count < total:
        say(f"{asked_count} of {total} hunks are asked about; your signature covers the rest")
    for line in requirements.find_unmet_by_key(staged.change, session.rules, claim.key.kind):
        say(line)
    if staged.author is not None:
        command = "attest answer --amend" if staged.amends else "attest answer"
        name = staged.head[:10] if staged.amends else "the new commit"
        for line in addresses.warnings(session, claim, staged.author, name, command):
            say(line)


def _keep(
    session: Session, staged: StagedChange, lines: Sequence[str], trailers: Sequence[str]
) -> PendingBlock:
    """Keep a signed block until its commit is made."""
    hunks = [hunk.digest for hunk in staged.change.hunks]
    pending = PendingBlock(
        staged.change.digest,
        staged.head,
        staged.old,
        staged.new,
        list(lines),
        list(trailers),
        hunks,
    )
    session.store.keep_pending(pending)
    return pending

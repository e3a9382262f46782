"""Writing the new commits, and moving what points to the old ones."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime

from attest.attestation import message
from attest.attestation.message import Cleanup
from attest.errors import EnvironmentFault
from attest.git import commit_object, in_progress, packs, process
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.git.repository import Repository
from attest.interview.terminal import has_terminal
from attest.project.rules import ProjectRules
from attest.report.findings import Verdict
from attest.rewrite import notes
from attest.rewrite.journal import Journal, Move, Record
from attest.rewrite.plan import Plan, Step
from attest.state import verified
from attest.verification import check

_ASCII = "".join(map(chr, range(32, 127)))
_AS_IT_IS = Cleanup(comments=False, scissors=True, aborts=False)
"""The message is a commit's, not one that git has yet to clean up."""
_TOLD = 5
"""Tags and branches that are named at most."""


@dataclass(frozen=True, slots=True)
class Addition:
    """What goes into a commit's message.

    Args:
        block: the lines of the signed block.
        trailers: lines that go before it, unsigned.
        change: what the block was made for.
    """

    block: tuple[str, ...]
    trailers: tuple[str, ...]
    change: Change


def execute(
    repository: Repository,
    isolated: Isolated,
    plan: Plan,
    additions: Mapping[str, Addition],
    base: ProjectRules,
    now: datetime,
) -> Record:
    """Write the commits of a plan with their blocks, and move the refs to them.

    The work tree and the index are not touched. Until the refs move, nothing is
    different but for objects that nobody points to; they all move in one
    transaction, or none does.

    Args:
        additions: by the old commit's id.
        base: the rules of the project.
        now: the present time, by which the new commits are judged first.

    Raises:
        EnvironmentFault: git or a signing program refused, or something moved
            meanwhile; the branches are as before.
    """
    new, raws = _composed(repository, plan, additions)
    journal = Journal(repository)
    moves = [Move(ref.name, ref.oid, new[ref.oid]) for ref in plan.refs]
    with ExitStack() as stack:
        number = stack.enter_context(journal.claim())
        stack.enter_context(packs.kept(repository, raws.values(), number))
        _assert_good(isolated, plan, additions, new, base, now)
        copies = stack.enter_context(notes.copied(repository, new, journal, number))
        written = tuple((step.oid, new[step.oid]) for step in plan.steps)
        record = Record(number, "started", (*moves, *copies), written, str(repository.git_dir))
        in_progress.assert_idle(repository, {ref.name for ref in plan.refs})
        if any(ref.name == "HEAD" for ref in plan.refs) and repository.branch() is not None:
            raise EnvironmentFault(
                "HEAD was detached when this began, and is on a branch now",
                "Nothing is changed, and your answers are kept: run the command again.",
            )
        journal.write(record)
        try:
            journal.transact(record, list(record.moves), backup=True)
        except process.GitError as error:
            raise _failed(journal, record, error) from None
        _assert_there(journal, record, raws)
        done = replace(record, state="done")
        journal.write(done)
    journal.trim()
    verified.add(str(repository.common_dir / "attest"), [new[oid] for oid in additions])
    return done


def _assert_there(journal: Journal, record: Record, raws: Mapping[str, bytes]) -> None:
    """Make sure that what the refs lead to now is there and whole; else move them back.

    Raises:
        EnvironmentFault: it is not, and nothing is changed.
    """
    lacking = packs.lacking(raws)
    lacking += [move.new for move in record.moves if not notes.is_whole(journal.repository, move)]
    if not lacking:
        return
    back = [Move(move.ref, move.new, move.old) for move in record.moves]
    journal.transact(record, back, backup=False, why="attest: what was written is gone")
    journal.drop(record)
    raise EnvironmentFault(
        f"{lacking[0]}, which was just written, is gone or damaged again",
        "Every branch is back where it was, and your answers are kept. Something removes files "
        "from the git directory, or its disk fails: run `git fsck`, then the command again.",
    )


def _failed(journal: Journal, record: Record, error: process.GitError) -> EnvironmentFault:
    """What became of a transaction that git gave up: it can fail before the first
    ref moves, or, on a full disk, between two. The backups, which nobody else makes, tell
    our own moves from those of another run."""
    moved, left = journal.progress(record)
    if moved and left and journal.repository.refs(f"{record.backup}/"):
        return EnvironmentFault(
            f"some branches are moved, and not these: {_names(left)}: {error.stderr}",
            f"{_remedy(error)} Then any attest command moves the rest. The old tips are "
            f"kept under {record.backup}, and attest undo brings them back.",
        )
    journal.drop(record)
    elsewhere = [move for move in record.moves if journal.value(move.ref) != move.old]
    tips = [move for move in record.moves if not move.ref.startswith("refs/notes/")]
    if elsewhere and all(journal.value(move.ref) == move.new for move in tips):
        return EnvironmentFault(
            f"another run of attest moved {_names(elsewhere)} meanwhile, to the same commits",
            "Nothing is left to do.",
        )
    if elsewhere:
        return EnvironmentFault(
            f"{_names(elsewhere)} moved meanwhile, so no branch was moved here",
            "Nothing is lost, and your answers are kept: run the command again.",
        )
    return EnvironmentFault(
        f"the branches could not be moved: {error.stderr}",
        f"{_remedy(error)} Nothing is changed, and your answers are kept.",
    )


def _names(moves: Sequence[Move]) -> str:
    return ", ".join(move.ref.removeprefix("refs/heads/") for move in moves)


def _remedy(error: process.GitError) -> str:
    return error.cause.remedy if error.cause else "Run the command again."


def _composed(
    repository: Repository, plan: Plan, additions: Mapping[str, Addition]
) -> tuple[dict[str, str], dict[str, bytes]]:
    """The new commits, none of them written yet: old id -> new id, and new id -> object."""
    committer = repository.committer()
    terminal = has_terminal()
    new, raws = dict(plan.known), dict[str, bytes]()
    earlier = _ages(plan) if plan.ordered else {}
    for step in plan.steps:
        made_by = _back(committer, earlier.get(step.oid, 0))
        raw = _rewritten(step, additions.get(step.oid), new, made_by)
        if step.signed is not None:
            assert plan.signer is not None, "the plan has a signer for signed commits"
            raw = commit_object.with_signature(raw, plan.signer.sign(raw, terminal=terminal))
        new[step.oid] = packs.commit_id(repository, raw)
        raws[new[step.oid]] = raw
    return new, raws


def _ages(plan: Plan) -> dict[str, int]:
    """By how many seconds each new commit is dated back, so that they keep the
    order in time of the old ones."""
    times = {
        step.oid: (commit_object.committer_time(step.raw), place)
        for place, step in enumerate(plan.steps)
    }
    ordered = sorted(times, key=lambda oid: times[oid], reverse=True)
    return {oid: seconds for seconds, oid in enumerate(ordered)}


def _back(ident: bytes, seconds: int) -> bytes:
    who, _, when = ident.rpartition(b"> ")
    time, _, zone = when.partition(b" ")
    return b"%b> %d %b" % (who, int(time) - seconds, zone)


def _rewritten(
    step: Step, addition: Addition | None, new: Mapping[str, str], committer: bytes
) -> bytes:
    found = commit_object.parse(step.raw, step.oid)
    written = None
    if addition is not None:
        alive = {hunk.digest for hunk in addition.change.hunks}
        written = message.insert(
            found.message,
            addition.block,
            addition.trailers,
            lambda span: message.gives_way(span, addition.block, alive, whole=True),
            _AS_IT_IS,
        )
        assert written is not None, "a commit's own message is never refused"
    return commit_object.rewritten(
        step.raw,
        step.oid,
        parents=[new.get(parent, parent) for parent in found.parents],
        committer=_encoded(committer, found.encoding),
        message=written,
    )


def _encoded(ident: bytes, encoding: str | None) -> bytes:
    """The committer in a commit's encoding; as it is where that cannot be done, as
    git does, and where it would not be a committer line any more."""
    try:
        keeps_ascii = _ASCII.encode(encoding or "utf-8") == _ASCII.encode()
        written = ident.decode("utf-8").encode(encoding or "utf-8") if keeps_ascii else ident
    except (UnicodeError, LookupError):
        return ident
    name, _, rest = written.partition(b"<")
    plain = rest == ident.partition(b"<")[2] and not any(byte in b"\0\n<>" for byte in name)
    return written if plain else ident


def _assert_good(
    isolated: Isolated,
    plan: Plan,
    additions: Mapping[str, Addition],
    new: Mapping[str, str],
    base: ProjectRules,
    now: datetime,
) -> None:
    """Judge the new commits before anything points to them.

    Raises:
        EnvironmentFault: one does not hold.
    """
    for step in plan.steps:
        before = commit_object.parse(step.raw, step.oid)
        after = commit_object.parse(isolated.commit(new[step.oid]), new[step.oid])
        raw = isolated.commit(new[step.oid])
        assert commit_object.kept_headers(raw) == commit_object.kept_headers(step.raw), step.oid
        if not commit_object.committer_email(raw) or after.tree != before.tree:
            raise _lost(step.oid, "its headers cannot be written again")
        if step.oid in additions:
            judged = check.judge(isolated, new[step.oid], base, now)
            reason = _reason(judged.verdict)
            codes = {finding.code for finding in judged.verdict.findings}
            fits = judged.coverage.level == "exact" or "attester-mismatch" in codes
            if reason or not fits:
                raise _lost(step.oid, reason or "the block does not fit the new commit")


def _reason(verdict: Verdict) -> str:
    """What is off with the blocks that were made. Whether they are enough for the
    project (another person answers for a commit asked for by name; a key without a
    touch) is for its check to judge."""
    errors = [finding for finding in verdict.findings if finding.severity == "error"]
    off = [f"{one.code}: {one.message}" for one in errors if one.code in _BROKEN]
    return "; ".join(off[:3])


_BROKEN = (
    "unattested",
    "block-invalid",
    "signature-invalid",
    "hunk-not-covered",
    "answer-missing",
    "rules-unsupported",
    "project-mismatch",
    "limit-exceeded",
    "disclosure-missing",
)


def _lost(oid: str, reason: str) -> EnvironmentFault:
    return EnvironmentFault(
        f"commit {oid[:10]} would not hold with its new block: {reason}",
        "Nothing is changed, and your answers are kept.",
    )


def told(plan: Plan, record: Record) -> list[str]:
    """What a person should know after a rewriting, line by line."""
    new = {**plan.known, **dict(record.commits)}
    count, branches = len(plan.steps), ", ".join(plan.branches)
    anew = "1 commit" if count == 1 else f"{count} commits"
    lines = [
        f"{anew} written anew, messages only, on {branches}",
        f"the old tips are kept under {record.backup}; attest undo brings them back",
    ]
    if plan.published:
        lines.append("a remote has old commits; to replace them there:")
        lines += [f"  {command}" for command in plan.pushes]
    if plan.others:
        lines.append(f"{len(plan.others)} by other people: their message and author are unchanged")
    for tag in plan.tags[:_TOLD]:
        lines.append(f"the tag {tag.name[10:]} stays on the old commit; to move it:")
        again = "git tag -f -a" if tag.annotated else "git tag -f"
        lines.append(f"  {again} {shlex.quote(tag.name[10:])} {new[tag.oid][:10]}")
    if len(plan.tags) > _TOLD:
        lines.append(f"and so do {len(plan.tags) - _TOLD} more tags")
    for name in plan.above[:_TOLD]:
        lines.append(f"the branch {name} builds on the old commits; to move it (or when you push):")
        lines.append(f"  attest answer --unpushed {shlex.quote(name)}")
    if len(plan.above) > _TOLD:
        lines.append(f"and so do {len(plan.above) - _TOLD} more branches")
    return lines

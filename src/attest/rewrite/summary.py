"""A review of commits and a rewrite of them, in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from attest import text
from attest.attesting import addresses
from attest.attesting.builder import Claim
from attest.errors import NothingToJudge, UsageError
from attest.rewrite.outgoing import OutgoingReview, UnattestedCommit
from attest.rewrite.plan import Plan
from attest.rewrite.record import Record
from attest.verification import verdicts

MAX_LISTED = 10
"""Commits that are listed at most."""
MAX_NAMED = 12
"""Commits that a command to copy names at most."""
_MAX_REFS = 5
"""Tags and branches that are named at most."""


def number(count: int, noun: str) -> str:
    """A count in words: `1 commit`, `2 commits`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def listing(review: OutgoingReview) -> list[str]:
    """What there is to do, commit by commit."""
    lines = listed(review.todo)
    count = len(review.successors)
    if count:
        have = "has" if count == 1 else "have"
        lines.append(
            f"{number(count, 'commit')} below {have} a rewritten version with your answers "
            "already; what builds on the old version moves onto the new one"
        )
    return lines


def listed(todo: Sequence[UnattestedCommit], which: str = "") -> list[str]:
    """Commits that have no attestation.

    Args:
        which: an adjective that says more about them.
    """
    if not todo:
        return []
    have = "has" if len(todo) == 1 else "have"
    of_yours = f"of your {which} commits" if which else "of your commits"
    what = "valid attestation" if any(commit.has_blocks for commit in todo) else "attestation"
    lines = [f"{len(todo)} {of_yours} {have} no {what}:"]
    lines += [f"  {commit.title}" for commit in todo[:MAX_LISTED]]
    return lines + ([f"  … and {len(todo) - MAX_LISTED} more"] if len(todo) > MAX_LISTED else [])


def edited(review: OutgoingReview) -> list[str]:
    """The commits whose answers are shown to be changed."""
    lines = [f"the answers of {number(len(review.todo), 'commit')}:"]
    lines += [f"  {commit.title}" for commit in review.todo[:MAX_LISTED]]
    more = len(review.todo) - MAX_LISTED
    return lines + ([f"  … and {more} more"] if more > 0 else [])


def doubts(review: OutgoingReview) -> list[str]:
    """What could not be judged, or is not asked about although it seems to be one's own."""
    lines = elsewhere(review)
    if review.left_to_ci:
        skips = number(len(review.left_to_ci), "commit")
        lines.append(f"{skips} not asked about: the project exempts you, which its CI decides")
    if review.unjudged:
        have = "has" if review.unjudged == 1 else "have"
        what = f"{review.unjudged} of your commits {have} signed answers"
        lines.append(f"{what}. Only the project's CI can check them: {review.why_unjudged}")
    return lines


def elsewhere(review: OutgoingReview) -> list[str]:
    """Commits that one's own key signed, by an author with another address."""
    count = len(review.elsewhere)
    if not count:
        return []
    them, is_by = ("it", "is by") if count == 1 else ("them", "are by")
    what = f"{number(count, 'commit')} that your key signed {is_by} another address than yours"
    lines = [f"{what}, so nobody is asked about {them}:"]
    by_address: dict[str, list[str]] = {}
    for oid, address in review.elsewhere:
        by_address.setdefault(address, []).append(oid[:10])
    for address, oids in by_address.items():
        shown = " ".join(oids[:MAX_NAMED])
        lines.append(f"  {shown}  {address}")
        command = addresses.as_author(address, f"attest answer {shown}")
        lines += [f"To answer for {them} as {address}:", command] if command else []
    return lines


def skipped(review: OutgoingReview) -> list[str]:
    """What was not asked about, and why."""
    lines = []
    if review.attested:
        lines.append(
            f"{number(review.attested, 'commit')} skipped: attested already, or nothing to attest"
        )
    if review.left_to_ci:
        skips = number(len(review.left_to_ci), "commit")
        lines.append(f"{skips} skipped: the project exempts you, which its CI decides")
    if review.others:
        lines.append(f"{number(len(review.others), 'commit')} skipped: by other people")
        lines += elsewhere(review)
    if review.unanswered:
        have = "has" if len(review.unanswered) == 1 else "have"
        bare = number(len(review.unanswered), "commit")
        lines.append(f"{bare} skipped: {have} no answers yet (attest answer)")
    if review.published:
        count = len(review.published)
        them = "it" if count == 1 else "them"
        lines.append(
            f"{number(count, 'commit')} skipped: a remote has {them}, so others may build on {them}"
        )
        lines += [f"  {_by_name(review.published)}"] if review.todo else []
    return lines


def effort(review: OutgoingReview) -> str:
    """How much there is to do."""
    if not review.todo:
        count = number(len(review.successors), "commit")
        return f"{count} already answered for in a rewritten version"
    if not review.questions:
        return counts(review)
    minutes = sum(1 for form in review.forms if form.unsettled)  # about one for a hunk
    return f"{counts(review)}: about {_duration(minutes)}"


def counts(review: OutgoingReview) -> str:
    """How many commits, hunks and questions there are."""
    numbers = [number(len(review.todo), "commit"), number(len(review.forms), "hunk")]
    if not review.questions:
        return f"{', '.join(numbers)}, all answered before"
    return ", ".join([*numbers, number(review.questions, "question")])


def preview(review: OutgoingReview) -> list[str]:
    """What would be asked, hunk by hunk; fit for a terminal."""
    lines = []
    commit = ""
    for form in review.forms:
        if form.commit != commit:
            lines.append(f"commit {form.commit}")
            commit = form.commit
        lines.append(f"  {form.place}" + ("  (answered before)" if not form.unsettled else ""))
        lines += [f"    - {text.showable(question)}" for _, question in form.questions]
    return lines


def _duration(minutes: int) -> str:
    return number(minutes, "minute") if minutes < 90 else f"{round(minutes / 60)} hours"


def assert_fixable(review: OutgoingReview) -> None:
    """Make sure that answering is of use.

    Raises:
        UsageError: commits fail, and no answer changes that.
    """
    if review.unfixable:
        first = review.unfixable[0]
        errors = [finding for finding in first.findings if finding.severity == "error"]
        order = sorted(errors, key=lambda finding: finding.code not in verdicts.NEEDS_NEW_COMMIT)
        cause = next((finding for finding in order if finding.code != "unattested"), order[0])
        raise UsageError(
            f"answering questions cannot fix {first.oid[:10]} {first.subject}: {cause.message}",
            cause.hint,
        )


def assert_any(review: OutgoingReview) -> None:
    """Make sure that there is, or was, something to answer for.

    Raises:
        NothingToJudge: every commit was skipped, or there was none.
    """
    if review.nothing_to_do and not review.attested and not review.unjudged:
        raise NothingToJudge(
            "\n".join(["there are no commits for you to answer for", *skipped(review)]),
            _by_name([*review.left_to_ci, *review.published, *review.others]),
        )


def _by_name(oids: Sequence[str]) -> str:
    if not oids:
        return ""
    names = " ".join(oid[:10] for oid in oids) if len(oids) <= MAX_NAMED else "COMMIT..."
    them = "it" if len(oids) == 1 else "them"
    return f"To answer for {them} anyway, name {them}: attest answer {names}"


def warnings(plan: Plan) -> list[str]:
    """What a person should know before anything is asked."""
    lines = [
        f"the superproject {pin.superproject} pins {pin.oid[:10]}, which gets a new version: "
        f"commit that one there afterwards (git -C {shlex.quote(str(pin.superproject))} add "
        f"{shlex.quote(pin.path)})"
        for pin in plan.pins
    ]
    if not plan.published:
        return lines
    lines.append("a remote already has these commits: a forced push replaces them there")
    if plan.shared:
        count = len(plan.shared)
        are = "commit by other people is" if count == 1 else "commits by other people are"
        lines.append(
            f"{count} {are} on top of them there and will get a new parent: everyone who works on "
            "that branch must then update it (git pull --rebase)"
        )
    return lines


def confirmation(
    review: OutgoingReview, plan: Plan, claim: Claim, unasked: Sequence[str], *, again: bool = False
) -> str:
    """What a person confirms by signing.

    Args:
        unasked: lines about what nobody was asked about.
        again: only commits whose answers were changed are signed.
    """
    if again:
        which = "Signs again the commits whose answers differ from the signed ones."
        return "\n".join([which, *claim.who])
    total = sum(len(commit.change.hunks) for commit in review.todo)
    others = f" ({len(plan.others)} by other people)" if plan.others else ""
    gets = "gets" if _reparented(plan) == 1 else "get"
    commits, hunks = number(len(review.todo), "commit"), number(total, "hunk")
    lines = [
        f"{commits}: {len(review.forms)} of {hunks} answered.",
        *unasked,
        f"{_rewriting(plan, 'Rewrites', gets)}{others}.",
        *_dropped(plan, "Drops"),
        *claim.who,
    ]
    return "\n".join(lines)


def done(plan: Plan, record: Record) -> list[str]:
    """What a person should know after a rewrite, line by line."""
    new = {**plan.known, **dict(record.commits)}
    lines = [
        _rewriting(plan, "Rewrote", "got"),
        f"The old tips are kept under {record.backup}; attest undo restores them",
    ]
    lines += _dropped(plan, "Dropped")
    if plan.published:
        lines.append("A remote still has the old commits. To replace them there:")
        lines += [f"  {command}" for command in plan.pushes]
    if plan.others:
        are = "1 of those is" if len(plan.others) == 1 else f"{len(plan.others)} of those are"
        lines.append(f"{are} by other people: message and author are unchanged")
    return [*lines, *_tags(plan, new), *_above(plan)]


def _rewriting(plan: Plan, rewrites: str, get: str) -> str:
    """The commits that are rewritten. Those that build on answered ones keep their message,
    and only get a new parent."""
    branches, count = ", ".join(plan.branches), _reparented(plan)
    if not plan.targets:
        return f"{number(count, 'commit')} on {branches} {get} a new parent; no message changes"
    more = f"; {number(count, 'later commit')} {get} a new parent" if count else ""
    return f"{rewrites} {number(len(plan.targets), 'commit message')} on {branches}{more}"


def _dropped(plan: Plan, drops: str) -> list[str]:
    count = len(plan.resigning.lost)
    return [f"{drops} git's signature of {number(count, 'commit')}."] if count else []


def _reparented(plan: Plan) -> int:
    return len(plan.steps) - len(plan.targets)


def _tags(plan: Plan, new: dict[str, str]) -> Iterator[str]:
    for tag in plan.tags[:_MAX_REFS]:
        name = tag.name.removeprefix("refs/tags/")
        command = "git tag -f -a" if tag.annotated else "git tag -f"
        yield f"The tag {name} stays on the old commit. To move it:"
        yield f"  {command} {shlex.quote(name)} {new[tag.oid][:10]}"
    if len(plan.tags) > _MAX_REFS:
        yield f"So do {len(plan.tags) - _MAX_REFS} more tags"


def _above(plan: Plan) -> Iterator[str]:
    for name in plan.above[:_MAX_REFS]:
        yield f"The branch {name} builds on the old commits. To move it (a push does, too):"
        yield f"  attest answer --unpushed {shlex.quote(name)}"
    if len(plan.above) > _MAX_REFS:
        yield f"So do {len(plan.above) - _MAX_REFS} more branches"

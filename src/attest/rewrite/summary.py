"""A review of commits and a rewrite of them, in words."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from attest.attesting import addresses
from attest.attesting.builder import Claim
from attest.errors import NothingToJudge, UsageError
from attest.rewrite.graph import move_command
from attest.rewrite.plan import Plan
from attest.rewrite.record import Record
from attest.rewrite.review import OutgoingReview, UnattestedCommit
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
    named_again = [commit for commit in review.todo if commit.attested]
    lines = list_commits([commit for commit in review.todo if not commit.attested])
    if named_again:
        commits = number(len(named_again), "commit")
        verb, pronoun = ("is", "it") if len(named_again) == 1 else ("are", "them")
        lines.append(f"{commits} {verb} attested already; you named {pronoun}, to sign again:")
        lines += _titles(named_again)
    lines += review.notes
    count = len(review.successors)
    if count:
        verb = "has" if count == 1 else "have"
        lines.append(
            f"{number(count, 'commit')} below {verb} a rewritten version with your answers "
            "already; what builds on the old version moves onto the new one"
        )
    return lines


def list_commits(todo: Sequence[UnattestedCommit], adjective: str = "") -> list[str]:
    """Commits that have no attestation.

    Args:
        adjective: an adjective that says more about them.
    """
    if not todo:
        return []
    units = [commit.unit for commit in todo if commit.unit is not None]
    if units:
        names = ", ".join(unit.description for unit in units)
        noun = "branch has" if len(units) == 1 else "branches have"
        return [f"the whole {noun} no valid attestation ({names}):", *_titles(todo)]
    verb = "has" if len(todo) == 1 else "have"
    group = f"of your {adjective} commits" if adjective else "of your commits"
    noun = "valid attestation" if any(commit.has_blocks for commit in todo) else "attestation"
    return [f"{len(todo)} {group} {verb} no {noun}:", *_titles(todo)]


def edit_lines(review: OutgoingReview) -> list[str]:
    """The commits whose answers are shown to be changed."""
    return [f"the answers of {number(len(review.todo), 'commit')}:", *_titles(review.todo)]


def _titles(todo: Sequence[UnattestedCommit]) -> list[str]:
    titles = [f"  {commit.title}" for commit in todo[:MAX_LISTED]]
    more = len(todo) - MAX_LISTED
    return titles + ([f"  … and {more} more"] if more > 0 else [])


def doubts(review: OutgoingReview) -> list[str]:
    """What could not be judged, or is not asked about although it seems to be one's own."""
    lines = other_address_lines(review)
    if review.exempt_oids:
        count = number(len(review.exempt_oids), "commit")
        lines.append(f"{count} not asked about: the project exempts you, which its CI decides")
    if review.unjudged_count:
        verb = "has" if review.unjudged_count == 1 else "have"
        subject = f"{review.unjudged_count} of your commits {verb} signed answers"
        lines.append(f"{subject}. Only the project's CI can check them: {review.why_unjudged}")
    return lines


def other_address_lines(review: OutgoingReview) -> list[str]:
    """Commits that one's own key signed, by an author with another address."""
    count = len(review.other_addresses)
    if not count:
        return []
    pronoun, verb = ("it", "is by") if count == 1 else ("them", "are by")
    subject = f"{number(count, 'commit')} that your key signed {verb} another address than yours"
    lines = [f"{subject}, so nobody is asked about {pronoun}:"]
    by_address: dict[str, list[str]] = {}
    for oid, address in review.other_addresses:
        by_address.setdefault(address, []).append(oid[:10])
    for address, oids in by_address.items():
        names = " ".join(oids[:MAX_NAMED])
        lines.append(f"  {names}  {address}")
        command = addresses.as_author(address, f"attest answer {names}")
        lines += [f"To answer for {pronoun} as {address}:", command] if command else []
    return lines


def skip_lines(review: OutgoingReview) -> list[str]:
    """What was not asked about, and why."""
    lines = [] if review.todo else list(review.notes)
    if review.attested_count:
        commits = number(review.attested_count, "commit")
        lines.append(f"{commits} skipped: attested already, or nothing to attest")
    if review.exempt_oids:
        commits = number(len(review.exempt_oids), "commit")
        lines.append(f"{commits} skipped: the project exempts you, which its CI decides")
    if review.others:
        lines.append(f"{number(len(review.others), 'commit')} skipped: by other people")
        lines += other_address_lines(review)
    if review.unanswered_oids:
        verb = "has" if len(review.unanswered_oids) == 1 else "have"
        commits = number(len(review.unanswered_oids), "commit")
        lines.append(f"{commits} skipped: {verb} no answers yet (attest answer)")
    if review.published_oids:
        count = len(review.published_oids)
        pronoun = "it" if count == 1 else "them"
        reason = f"a remote has {pronoun}, so others may build on {pronoun}"
        lines.append(f"{number(count, 'commit')} skipped: {reason}")
        lines += [f"  {_name_command(review.published_oids)}"] if review.todo else []
    return lines


def assert_fixable(review: OutgoingReview) -> None:
    """Make sure that answering is of use.

    Raises:
        UsageError: commits fail, and no answer changes that.
    """
    if review.unfixable_verdicts:
        first = review.unfixable_verdicts[0]
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
    if review.nothing_to_do and not review.attested_count and not review.unjudged_count:
        raise NothingToJudge(
            "\n".join(["there are no commits for you to answer for", *skip_lines(review)]),
            _name_command([*review.exempt_oids, *review.published_oids, *review.others]),
        )


def _name_command(oids: Sequence[str]) -> str:
    if not oids:
        return ""
    names = " ".join(oid[:10] for oid in oids) if len(oids) <= MAX_NAMED else "COMMIT..."
    pronoun = "it" if len(oids) == 1 else "them"
    return f"To answer for {pronoun} anyway, name {pronoun}: attest answer {names}"


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
    if plan.shared_oids:
        count = len(plan.shared_oids)
        are = "commit by other people is" if count == 1 else "commits by other people are"
        lines.append(
            f"{count} {are} on top of them there and will get a new parent: everyone who works on "
            "that branch must then update it (git pull --rebase)"
        )
    return lines


def confirmation(
    review: OutgoingReview,
    plan: Plan,
    claim: Claim,
    unasked_lines: Sequence[str],
    *,
    again: bool = False,
) -> str:
    """What a person confirms by signing.

    Args:
        unasked_lines: lines about what nobody was asked about.
        again: only commits whose answers were changed are signed.
    """
    if again:
        sentence = "Signs again the commits whose answers differ from the signed ones."
        return "\n".join([sentence, *claim.lines])
    total = sum(len(commit.change.hunks) for commit in review.todo)
    others = f" ({len(plan.others)} by other people)" if plan.others else ""
    verb = "gets" if _reparented_count(plan) == 1 else "get"
    commits, hunks = number(review.commit_count, "commit"), number(total, "hunk")
    lines = [
        f"{commits}: {len(review.forms)} of {hunks} answered.",
        *unasked_lines,
        f"{_rewriting(plan, 'Rewrites', verb)}{others}.",
        *_lost_signature_lines(plan, "Drops"),
        *claim.lines,
    ]
    return "\n".join(lines)


def result_lines(plan: Plan, record: Record) -> list[str]:
    """What a person should know after a rewrite, line by line."""
    new = {**plan.known, **dict(record.commits)}
    lines = [
        _rewriting(plan, "Rewrote", "got"),
        f"The old tips are kept under {record.backup}; attest undo restores them",
    ]
    lines += _lost_signature_lines(plan, "Dropped")
    if plan.published:
        lines.append("A remote still has the old commits. To replace them there:")
        lines += [f"  {command}" for command in plan.pushes]
    if plan.others:
        are = "1 of those is" if len(plan.others) == 1 else f"{len(plan.others)} of those are"
        lines.append(f"{are} by other people: message and author are unchanged")
    return [*lines, *_tags(plan, new), *_branches_above(plan)]


def _rewriting(plan: Plan, rewrite_verb: str, verb: str) -> str:
    """The commits that are rewritten. Those that build on answered ones keep their message,
    and only get a new parent."""
    branches, count = ", ".join(plan.branches), _reparented_count(plan)
    if not plan.targets:
        return f"{number(count, 'commit')} on {branches} {verb} a new parent; no message changes"
    more = f"; {number(count, 'later commit')} {verb} a new parent" if count else ""
    return f"{rewrite_verb} {number(len(plan.targets), 'commit message')} on {branches}{more}"


def _lost_signature_lines(plan: Plan, verb: str) -> list[str]:
    count = len(plan.resigning.lost_signatures)
    return [f"{verb} git's signature of {number(count, 'commit')}."] if count else []


def _reparented_count(plan: Plan) -> int:
    return len(plan.steps) - len(plan.targets)


def _tags(plan: Plan, new: dict[str, str]) -> Iterator[str]:
    for tag in plan.tags[:_MAX_REFS]:
        name = tag.name.removeprefix("refs/tags/")
        yield f"The tag {name} stays on the old commit. To move it:"
        yield f"  {move_command(tag, new[tag.oid])}"
    if len(plan.tags) > _MAX_REFS:
        yield f"So do {len(plan.tags) - _MAX_REFS} more tags"


def _branches_above(plan: Plan) -> Iterator[str]:
    for name in plan.branches_above[:_MAX_REFS]:
        yield f"The branch {name} builds on the old commits. To move it (a push does, too):"
        yield f"  attest answer --unpushed {shlex.quote(name)}"
    if len(plan.branches_above) > _MAX_REFS:
        yield f"So do {len(plan.branches_above) - _MAX_REFS} more branches"

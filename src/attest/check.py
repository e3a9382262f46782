"""Journey 3: from a range of commits to a report.

Every input is hostile: the judged commits, their messages and paths. What
cannot be judged fails, and is never skipped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from attest import block, commit, shortcomings, text
from attest.block import Block, BlockError
from attest.change import Change, parse_raw
from attest.commit import Commit
from attest.coverage import Coverage, cover
from attest.errors import LimitExceeded, NothingToJudge, UsageError
from attest.findings import Finding, Report, SignerKind, Verdict
from attest.git import merges, process
from attest.git.isolated import WHOLE_HISTORY, Isolated
from attest.git.repository import Repository
from attest.signatures import sshsig
from attest.signatures.allowed_signers import Signer
from attest.signatures.wire import SignatureInvalid
from attest.trust import standing

CLOCK_SKEW = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Judged:
    """A commit with all that was found out about it, for `check` and `show`.

    Args:
        has_blocks: whether its message holds a block, valid or not.
        blocks: those that can be read and whose signature holds.
        mendable: whether answering can make it hold.
    """

    verdict: Verdict
    change: Change
    coverage: Coverage
    has_blocks: bool = False
    blocks: tuple[Block, ...] = ()
    mendable: bool = True


@dataclass(frozen=True, slots=True)
class _Block:
    """A block that could be read, and what is wrong with it.

    Args:
        signed: the signature holds.
        trusted: and the key is that of a known person.
    """

    block: Block
    signed: bool
    trusted: bool
    findings: tuple[Finding, ...]

    @property
    def valid(self) -> bool:
        return all(finding.severity == "warning" for finding in self.findings)


def commits(repository: Repository, isolated: Isolated, wanted: str) -> list[str]:
    """The commits of a range, oldest first.

    Args:
        wanted: `A..B` (either side may be empty for HEAD), or one revision.

    Raises:
        NothingToJudge: it is empty, an end is unknown, or history is missing.
        UsageError: it is `A...B`, or something else that is no range.
    """
    if "..." in wanted:
        raise UsageError(f"{wanted!r} is not a range that can be checked", "Write A..B.")
    if ".." not in wanted:
        return [repository.resolve(wanted)]
    base, _, tip = wanted.partition("..")
    start, stop = repository.resolve(base or "HEAD"), repository.resolve(tip or "HEAD")
    try:
        out = isolated.run("rev-list", "--topo-order", "--reverse", stop, f"^{start}").stdout
    except process.GitError as error:
        raise NothingToJudge(
            f"the history between {base} and {tip or 'HEAD'} is not whole: {error.stderr}",
            WHOLE_HISTORY,
        ) from None
    found = out.decode("ascii").split()
    if not found:
        raise NothingToJudge(
            f"the range {wanted} has no commits",
            "There is nothing that its base does not have already; name another base (--base).",
        )
    return found


def check(
    repository: Repository,
    isolated: Isolated,
    wanted: str,
    signers: Sequence[Signer] | None,
    now: datetime,
) -> Report:
    """Judge every commit of a range.

    Args:
        signers: the known ones; None where nobody said who is known.
        now: the present time, for expiry of keys and claims from the future.
    """
    oids = commits(repository, isolated, wanted)
    verdicts = (judge(isolated, oid, signers, now).verdict for oid in oids)
    return Report(wanted, tuple(verdicts))


def judge(
    isolated: Isolated,
    oid: str,
    signers: Sequence[Signer] | None,
    now: datetime,
    *,
    keep: bool = False,
) -> Judged:
    """Judge one commit.

    Args:
        keep: keep the hunks' bodies for showing.

    Raises:
        NothingToJudge: the commit or a parent is missing (a shallow clone).
    """
    try:
        found = commit.parse(isolated.commit(oid), oid)
    except LimitExceeded as limit:
        return _over_limit(oid, "", limit.message)
    try:
        for parent in found.parents:
            isolated.commit(parent)
        old = isolated.base_tree(found.parents)
        change = isolated.change(old, found.tree, keep=keep)
        hidden = list(_hidden_by_merge(isolated, found, change))
    except LimitExceeded as limit:
        return _over_limit(oid, found.subject, limit.message)
    if not change and not hidden:
        verdict = Verdict(oid, found.subject, "not-needed", "none")
        return Judged(verdict, change, cover(change, ()))
    scan = block.scan(found.message)
    if scan.limit:
        return _over_limit(oid, found.subject, scan.limit, change)
    readable, broken = _read(scan, found, signers, now)
    return _verdict(oid, found, change, readable, broken, scan, hidden)


def _hidden_by_merge(isolated: Isolated, found: Commit, change: Change) -> Iterator[Finding]:
    """What a merge decides without that its change shows it.

    The change of a merge is measured from git's own merge of two parents, and
    from the first parent alone otherwise (docs/format.md). A conflict left as
    git left it, and what an octopus or a merge of unrelated histories drops from
    the other parents, would be in no hunk.
    """
    if len(found.parents) < 2:
        return
    hint = "Merge one branch at a time and resolve each conflict, or rebase instead of merging."
    merge = isolated.merge(found.parents[0], found.parents[1])
    if len(found.parents) == 2 and merge is not None:
        shown = {file.path for file in change.files}
        for path in isolated.present(merge.tree, sorted(merge.conflicts - shown)):
            yield Finding(
                "hunk-not-covered",
                "a conflict is left as git left it: no hunk shows how it was decided",
                hint,
                path=text.showable(path),
            )
        return
    merge = merges.merge_all(isolated, found.parents)
    for row in parse_raw(isolated.raw(merge.tree, found.tree))[: shortcomings.MAX_LISTED]:
        yield Finding(
            "hunk-not-covered",
            "the merge differs here from what git makes of its parents",
            hint,
            path=text.showable(row.path),
        )


def _read(
    scan: block.Scan, found: Commit, signers: Sequence[Signer] | None, now: datetime
) -> tuple[list[_Block], list[Finding]]:
    """Read and judge every block by itself; byte-equal payloads count once."""
    parsed: list[Block] = []
    broken: list[Finding] = []
    before_nul, nul, _ = found.message.partition(b"\0")
    shown = before_nul.count(b"\n") if nul else len(found.message)
    for span in scan.spans:
        try:
            if span.start > shown:
                raise BlockError("it stands behind a NUL byte, where git shows nothing")
            parsed.append(block.parse(span.lines))
        except BlockError as error:
            place = f"line {span.start + error.line + 1} of the message"
            broken.append(
                Finding(
                    "block-invalid",
                    f"{place}: {error.reason}",
                    "Attest the commit again: attest answer COMMIT",
                )
            )
    judged = [_judge_block(b, found, signers, now) for b in parsed]
    united: dict[bytes, _Block] = {}
    for one in sorted(judged, key=lambda b: not b.valid):
        united.setdefault(one.block.payload, one)
    return list(united.values()), broken


def _judge_block(
    found: Block, of: Commit, signers: Sequence[Signer] | None, now: datetime
) -> _Block:
    try:
        if found.key.startswith("openpgp "):
            raise SignatureInvalid("OpenPGP signatures cannot be checked by this version of attest")
        sshsig.verify(found.signature, found.payload, found.fingerprint)
    except SignatureInvalid as error:
        finding = Finding(
            "signature-invalid",
            f"{error.message} (by {found.attester}, {found.key})",
            "The block was changed after it was signed: attest the commit again.",
        )
        return _Block(found, False, False, (finding,))
    known = standing.judge(found, of.author_email, signers, now)
    findings = known.findings
    if found.at > now + CLOCK_SKEW:
        early = Finding(
            "block-invalid",
            f"it claims to be made at {found.at:%Y-%m-%dT%H:%M:%SZ}, which is in the future",
            "Set the attester's clock, and attest the commit again.",
        )
        findings = (*findings, early)
    return _Block(found, True, known.trusted, findings)


def _verdict(
    oid: str,
    found: Commit,
    change: Change,
    readable: Sequence[_Block],
    broken: Sequence[Finding],
    scan: block.Scan,
    hidden: Sequence[Finding],
) -> Judged:
    valid = [one for one in readable if one.valid]
    coverage = cover(change, [one.block for one in valid])
    holds = coverage.level in ("exact", "hunks")
    findings = [*hidden] if scan.spans or not change else [shortcomings.unattested(scan), *hidden]
    off = [*broken, *(f for one in readable if not one.valid for f in one.findings)]
    findings += [replace(f, severity="warning") for f in off] if holds else off
    signed = valid or [one for one in readable if one.signed]
    if signed:
        reach = cover(change, [one.block for one in signed])
        whole = any(one.block.change == change.digest for one in signed)
        several = len(signed) > 1 and not whole
        findings += [
            *shortcomings.uncovered(reach),
            *shortcomings.unanswered(reach, several=several),
        ]
    findings += dict.fromkeys(f for one in valid for f in one.findings)
    failed = any(finding.severity == "error" for finding in findings)
    first = next(iter([*signed, *readable]), None)
    return Judged(
        Verdict(
            oid,
            found.subject,
            "failed" if failed else "attested",
            coverage.level,
            len(coverage.hunks),
            coverage.count,
            coverage.answered,
            first.block.attester if first else None,
            first.block.fingerprint if first else None,
            _signer(signed),
            tuple(findings),
        ),
        change,
        coverage,
        bool(scan.spans),
        tuple(one.block for one in readable if one.signed),
        mendable=not hidden,
    )


def _signer(signed: Sequence[_Block]) -> SignerKind | None:
    if not signed:
        return None
    return "trusted" if all(one.trusted for one in signed) else "unknown"


def _over_limit(oid: str, subject: str, reason: str, change: Change | None = None) -> Judged:
    change = change or Change("", ())
    finding = Finding(
        "limit-exceeded", reason, "Split the commit, or shorten its message; it is not judged."
    )
    verdict = Verdict(oid, subject, "failed", "none", len(change.hunks), findings=(finding,))
    return Judged(verdict, change, cover(change, ()), mendable=False)

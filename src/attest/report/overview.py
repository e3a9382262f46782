"""What a reader wants first of a report: the result, the doubts, the failures, the weak answers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Literal, NamedTuple

from attest.report.answers import Answer, Disclosed, HunkReport, WeakAnswer
from attest.report.findings import Finding, Outcome, Presence, Report, SignerKind, Verdict

Result = Literal["passed", "failed", "reported"]
"""Whether the range passes; `reported`: it does not, and the policy only wants to know."""

CLAIM = (
    "The answers are signed claims of their authors. Nothing proves that a person wrote them, or "
    "that they are right."
)
"""What every format says that shows answers."""

ABOUT = (
    "attest asks whoever submits a change a few questions about it, and adds the signed answers "
    "to the commit message."
)
"""What attest is, for who sees a red check and has never heard of it."""

REPORTED = "problems do not fail a change yet"
"""What the result `reported` means."""

_LISTED_SIGNERS = ".attest/allowed_signers"

_OUTCOMES: tuple[Outcome, ...] = ("attested", "failed", "tolerated", "exempt", "not-needed")


class Place(NamedTuple):
    """A hunk and the verdict on the commit that has it."""

    verdict: Verdict
    hunk: HunkReport


def result(report: Report) -> Result:
    """Whether the range passes."""
    return result_of(ok=report.ok, advisory=report.advisory)


def result_of(*, ok: bool, advisory: bool) -> Result:
    """Whether a range passes.

    Args:
        advisory: problems are only reported.
    """
    if ok:
        return "passed"
    return "reported" if advisory else "failed"


def counts(report: Report) -> str:
    """How many commits have each outcome, in words."""
    return count_words(Counter(verdict.outcome for verdict in report.verdicts))


def count_words(number: Mapping[Outcome, int]) -> str:
    """Numbers of commits by their outcome, in words."""
    return ", ".join(f"{number[outcome]} {outcome}" for outcome in _OUTCOMES if number.get(outcome))


def unsure(report: Report) -> list[Place]:
    """The hunks of which a contributor says what they do not know, in the order of the range."""
    return list(_places(report, lambda hunk: bool(hunk.unsure)))


def weak(report: Report) -> list[Place]:
    """The hunks with an answer that says nothing about its change."""
    return list(_places(report, lambda hunk: hunk.is_weak))


def weak_answers(report: Report) -> Iterator[tuple[Place, Answer, WeakAnswer]]:
    """The answers that say nothing about their change, in the order of the range."""
    for place in weak(report):
        for answer in place.hunk.answers:
            if answer.weakness is not None:
                yield place, answer, answer.weakness


def doubts(report: Report) -> str:
    """How many doubts and weak answers there are, in words; empty where there are none."""
    return doubt_words(len(unsure(report)), sum(1 for _ in weak_answers(report)))


def doubt_words(unsure_count: int, weak_count: int) -> str:
    """Numbers of doubts and of weak answers, in words; empty where there are none."""
    numbers = (("unsure", unsure_count), ("weak", weak_count))
    return ", ".join(f"{name}: {number}" for name, number in numbers if number)


def answered(report: Report) -> list[Place]:
    """The hunks with an answer, the riskiest first."""
    places = _places(report, lambda hunk: any(answer.text for answer in hunk.answers))
    return sorted(places, key=lambda place: -place.hunk.risk)


def missing(report: Report) -> int:
    """How many errors the report has: what has to be done before the range passes."""
    return sum(1 for _ in failures(report))


def failures(report: Report) -> Iterator[tuple[Verdict, Finding]]:
    """The errors, in the order of the range."""
    for verdict in report.verdicts:
        for finding in verdict.findings:
            if finding.severity == "error":
                yield verdict, finding


class SharedFinding(NamedTuple):
    """A finding, and the verdicts that have it in the same words.

    Args:
        hint: of the finding; empty where an earlier one of its severity has the same.
    """

    finding: Finding
    verdicts: tuple[Verdict, ...]
    hint: str

    @property
    def commits(self) -> str:
        """The ids of the first of the commits, and how many more there are."""
        named = ", ".join(one.oid[:10] for one in self.verdicts[:MAX_NAMED])
        more = len(self.verdicts) - MAX_NAMED
        return f"{named} and {more} more" if more > 0 else named


def shared_findings(report: Report) -> list[SharedFinding]:
    """The findings, each once, in the order of the first commit that has it."""
    verdicts: dict[Finding, list[Verdict]] = {}
    for verdict in report.verdicts:
        for finding in verdict.findings:
            verdicts.setdefault(finding, []).append(verdict)
    by_hint = {(finding.severity, finding.hint): finding for finding in reversed(verdicts)}
    first = set(by_hint.values())
    return [
        SharedFinding(finding, tuple(each), finding.hint if finding in first else "")
        for finding, each in verdicts.items()
    ]


def shared_errors(report: Report) -> list[SharedFinding]:
    """The errors, each once, in the order of the first commit that has it."""
    return [one for one in shared_findings(report) if one.finding.severity == "error"]


class Signer(NamedTuple):
    """Who answered, and with which key; see `Verdict`."""

    attester: str
    key: str
    signer: SignerKind | None
    presence: Presence | None


def signer_of(verdict: Verdict) -> Signer | None:
    """Who answered for a commit; None where nobody did."""
    if not verdict.attester:
        return None
    return Signer(verdict.attester, verdict.key or "", verdict.signer, verdict.presence)


def signers(report: Report) -> dict[Signer, int]:
    """Who answered, and for how many commits; in the order of the range."""
    every = (signer_of(verdict) for verdict in report.verdicts)
    return dict(Counter(signer for signer in every if signer is not None))


def disclosures(report: Report) -> dict[Disclosed, int]:
    """What the messages say of assistance, and how many commits say it."""
    return dict(Counter(line for verdict in report.verdicts for line in verdict.disclosures))


def unasked(report: Report) -> int:
    """How many hunks nobody was asked about."""
    return sum(one.unasked_hunks.total for one in report.verdicts if one.unasked_hunks)


def code_parts(text: str) -> list[str]:
    """The parts of a text of ours between backquotes; every second one, from the second, is
    code. One part where they do not pair."""
    parts = text.split("`")
    return parts if len(parts) % 2 and all(parts[1::2]) else [text]


def answerable(report: Report) -> bool:
    """Whether the commands of a remedy resolve an error."""
    return any(finding.answer_again for _, finding in failures(report))


class Step(NamedTuple):
    """A step to a green check.

    Args:
        words: what it is for, in a sentence, with code between backquotes; empty where the
            command says it.
        command: to be pasted into a shell; empty where there is none.
    """

    words: str
    command: str = ""


def first_steps(report: Report) -> list[Step]:
    """What comes before the commands of a remedy, for who has never heard of attest."""
    steps, known = [], report.first_steps
    if known.install:
        is_command = known.install.startswith("pipx ")
        steps.append(Step("", known.install) if is_command else Step(known.install))
    steps.append(Step("", "attest init"))
    places = [f"`{page}`" for page in known.key_pages]
    places.append(f"ask a maintainer to add it to `{_LISTED_SIGNERS}`")
    steps.append(Step(f"Register the key that it names: {', or '.join(places)}."))
    return steps


MAX_NAMED = 5
"""Commits of one error, people, and tools that are named; the others are counted."""

COMMON = 3
"""Commits from which on an equal warning is shown once for all of them."""


class CommonFinding(NamedTuple):
    """A warning about several whole commits, in the same words.

    Args:
        commits: how many have it.
    """

    finding: Finding
    commits: int


def common(report: Report) -> list[CommonFinding]:
    """The warnings that are shown once: those about whole commits that several have, by their
    first commit."""
    number = Counter(
        finding for verdict in report.verdicts for finding in verdict.findings if is_common(finding)
    )
    return [CommonFinding(finding, n) for finding, n in number.items() if n >= COMMON]


def is_common(finding: Finding) -> bool:
    """Whether a finding is a warning about a whole commit, which several may have."""
    return finding.severity == "warning" and finding.path is None


def _places(report: Report, fits: Callable[[HunkReport], bool]) -> Iterator[Place]:
    for verdict in report.verdicts:
        for hunk in verdict.hunks:
            if fits(hunk):
                yield Place(verdict, hunk)

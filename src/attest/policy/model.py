"""The shape of `.attest.toml`, and what it says where it says nothing (docs/policy.md).

Plain dataclasses, because every command needs a policy and few need to read one: the
validator that reads a file (validation.py) is made from them, with their types, defaults,
limits and descriptions, so that each key is written here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Literal

from attest.policy import severities
from attest.policy.exemption import Exemption
from attest.policy.expressions import matches
from attest.policy.question_tables import OwnQuestion, Questions
from attest.policy.values import (
    Check,
    Day,
    Document,
    KeyMistake,
    Line,
    PathPattern,
    Pattern,
    Start,
    Trailer,
    about,
    number,
)
from attest.report.findings import Code, Finding, PolicyUnit, Severity

__all__ = ["Exemption", "OwnQuestion", "Questions"]
"""Read from here, like the other tables."""

FILE = ".attest.toml"
Treatment = Literal["ask", "cover", "ignore"]
Level = Literal["hunks", "exact"]
Presence = Literal["touch", "pin"]


@dataclass(frozen=True)
class Signers:
    """Which keys may sign."""

    rsa_bits: Literal[2048, 3072, 4096] = field(
        default=3072, metadata=about("The shortest RSA key.")
    )


@dataclass(frozen=True)
class Requirement:
    """More than elsewhere, for paths that matter."""

    paths: list[PathPattern] = field(metadata=about("gitignore patterns.", min_length=1))
    presence: Presence | None = field(
        default=None,
        metadata=about("A security key of the base's signers, touched, or unlocked with a PIN."),
    )
    level: Level | None = field(
        default=None, metadata=about("The level a commit needs that changes them.")
    )

    def __post_init__(self) -> None:
        if self.presence is None and self.level is None:
            raise ValueError("needs `presence` or `level`")


@dataclass(frozen=True)
class Disclosure:
    """How contributors disclose AI assistance, or that there is no rule."""

    assistance: Literal["required", "allowed", "forbidden"] = field(
        default="allowed",
        metadata=about(
            "required: each commit says which tool helped, or that none did; "
            "allowed: it may; forbidden: no tool may help, and no commit may say so."
        ),
    )
    trailers: dict[Trailer, Pattern] = field(
        default_factory=lambda: {"Assisted-by": ".+"},
        metadata=about("Trailers that disclose it, each with the pattern of its whole value."),
    )
    example: Line | None = field(
        default=None,
        metadata=about("A whole line as the project writes it, shown to contributors."),
    )
    none: Line | None = field(
        default=None, metadata=about("The value that says that no tool helped, such as none.")
    )
    forbidden: dict[Trailer, Pattern] = field(
        default_factory=dict,
        metadata=about("Trailers that no commit may have, with the pattern of the whole value."),
    )
    human: list[Trailer] = field(
        default_factory=list,
        metadata=about("Trailers that only people give, such as Signed-off-by."),
    )
    agents: list[Pattern] = field(
        default_factory=list,
        metadata=about("More patterns, found anywhere in a value, of names that are no people's."),
    )

    def __post_init__(self) -> None:
        name, _, value = (self.example or "").partition(": ")
        if self.example is not None and name not in self.trailers:
            raise KeyMistake("example", "fits none of `trailers`")
        if self.example is not None and not matches(self.trailers[name], value):
            raise KeyMistake("example", f"does not fit the pattern of {name}")
        if self.assistance == "required" and not self.trailers:
            raise KeyMistake("trailers", "is empty, and assistance is required")


_NOTHING_DISCLOSED = Disclosure()
"""The one of a policy that has no such table: see `Policy.discloses`."""


@dataclass(frozen=True)
class Policy:
    """`.attest.toml`, the whole file."""

    version: Annotated[Literal[1], Check(number, raw=True)] = field(
        metadata=about("Of this file's format.")
    )
    mode: Literal["enforce", "advisory"] = field(
        default="enforce",
        metadata=about("advisory: findings are reported, and the exit code is 0."),
    )
    advisory_until: Day | None = field(
        default=None,
        metadata=about('The day on which `mode = "advisory"` ends, as it begins in UTC.'),
    )
    enforce_from: Start | None = field(
        default=None,
        metadata=about(
            "A date, or the full id of a commit: older pull requests are only reported."
        ),
    )
    branches: Literal["own", "all"] = field(
        default="own",
        metadata=about(
            "all: on the default branch, this file and those of .attest apply to branches without "
            "a policy, too."
        ),
    )
    project: Line | None = field(
        default=None,
        metadata=about(
            "The project's id. Attestations name it, so they are not valid in another project."
        ),
    )
    paths: list[PathPattern] = field(
        default_factory=lambda: ["*"],
        metadata=about("What needs attesting, as gitignore patterns.", min_length=1),
    )
    ignore: list[PathPattern] = field(
        default_factory=list, metadata=about("What does not; lock files always do.")
    )
    generated: Treatment = field(
        default="cover",
        metadata=about("Files that the base's .gitattributes call linguist-generated."),
    )
    vendored: Treatment = field(
        default="cover",
        metadata=about("Files that the base's .gitattributes call linguist-vendored."),
    )
    lock_files: Treatment = field(
        default="cover",
        metadata=about(
            "Lock files, by their names; ignore: those that `paths` and `ignore` leave out need "
            "nothing, and the others are covered."
        ),
    )
    level: Level = field(
        default="hunks", metadata=about("exact: not even a rebase may change a commit.")
    )
    merges: Literal["attest", "clean", "forbid"] = field(
        default="attest",
        metadata=about(
            "attest: what a merge decides is attested as any change; clean: merges decide "
            "nothing; forbid: there are none."
        ),
    )
    sign_off: Literal["required", "optional"] = field(
        default="optional",
        metadata=about("required: each commit has the line Signed-off-by of its author."),
    )
    unit: PolicyUnit = field(
        default="commit",
        metadata=about(
            "commit: each commit is answered for; pull-request: the whole difference of a branch "
            "is, in one attestation."
        ),
    )
    reverts: Literal["attest", "accept"] = field(
        default="attest",
        metadata=about(
            "attest: a revert is attested as any change; accept: one that takes back exactly the "
            "commit that its message names needs no attestation."
        ),
    )
    read: list[Document] = field(
        default_factory=list, metadata=about("Documents that contributors are shown.")
    )
    questions: Questions = field(default_factory=Questions)
    question: list[OwnQuestion] = field(
        default_factory=list,
        metadata=about("Questions of the project's own; the first that fits is asked."),
    )
    signers: Signers = field(default_factory=Signers)
    require: list[Requirement] = field(
        default_factory=list, metadata=about("More, for paths that matter.")
    )
    disclosure: Disclosure = _NOTHING_DISCLOSED
    exempt: list[Exemption] = field(
        default_factory=list, metadata=about("Commits that need no attestation.")
    )
    findings: Annotated[dict[Code, Severity], Check(severities.assert_adjustable)] = field(
        default_factory=dict,
        metadata=about("Finding codes, each an error or a warning."),
    )

    def __post_init__(self) -> None:
        if self.advisory_until is not None and self.mode != "advisory":
            raise KeyMistake("advisory-until", 'needs mode = "advisory"')

    def advises(self, now: datetime) -> bool:
        """Whether problems are only reported, whoever made the change.

        Args:
            now: the present, in UTC. Only the machine that checks knows it.
        """
        until = self.advisory_until
        return self.mode == "advisory" and (until is None or now.date() < until)

    @property
    def discloses(self) -> bool:
        """Whether the policy has a table about the assistance of tools; without one, nobody is
        asked about it and no line is judged."""
        return self.disclosure is not _NOTHING_DISCLOSED

    def severity(self, code: Code) -> Severity:
        """How severe a finding with this code is."""
        return severities.of(code, self.findings)

    def adjusted(self, finding: Finding) -> Finding:
        """A finding as severe as the policy makes it. One that is a warning by itself
        stays a warning, unless the policy names its code."""
        if finding.severity == "warning" and finding.code not in self.findings:
            return finding
        return finding._replace(severity=self.severity(finding.code))


DEFAULT = Policy(version=1)
"""The policy where the base has none."""

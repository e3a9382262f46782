"""The shape of `.attest.toml`, and what it says where it says nothing
(docs/policy.md)."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from attest import text
from attest.analysis.kinds import Kind
from attest.answers.requirements import STANDING, AnswerRequirements, Label
from attest.report.findings import Code, Finding, Severity

FILE = ".attest.toml"
LONGEST = 1000
"""Characters of a trailer's value that patterns are tried on; a longer one fits none."""

Treatment = Literal["ask", "cover", "ignore"]
Level = Literal["hunks", "exact"]
Presence = Literal["touch", "pin"]

FIXED: frozenset[Code] = frozenset(
    {
        "block-invalid",
        "signature-invalid",
        "attester-mismatch",
        "key-revoked",
        "project-mismatch",
        "limit-exceeded",
    }
)
"""Findings that are errors whatever a policy says: without them a block proves nothing."""

WARNINGS: frozenset[Code] = frozenset({"policy-changed", "address-unverified", "answer-weak"})
"""Findings that are warnings where a policy says nothing."""


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


def _number(value: object) -> object:
    return str(value) if isinstance(value, bool) else value  # True is equal to 1


def _line(value: str) -> str:
    # Not isprintable(): what it calls printable depends on Python's version of Unicode.
    if not value.strip() or text.showable(value) != value:
        raise ValueError("must be one line of text")
    return value


def _path_pattern(value: str) -> str:
    from attest.policy import paths

    paths.assert_pattern(value)
    return value


def _document(value: str) -> str:
    parts = _line(value).split("/")
    if any(part in ("", ".", "..") for part in parts) or "\\" in value:
        raise ValueError("must be a path below the root of the repository, written with /")
    return value


def _trailer(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,63}", value) or value.lower().startswith(
        "attest"
    ):
        raise ValueError("must be the name of a trailer, such as Assisted-by")
    return value


Pattern = Annotated[str, AfterValidator(_pattern)]
Line = Annotated[str, Field(max_length=LONGEST), AfterValidator(_line)]
PathPattern = Annotated[str, AfterValidator(_path_pattern)]
Document = Annotated[str, AfterValidator(_document)]
Trailer = Annotated[str, AfterValidator(_trailer)]


class _Table(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        strict=True,
        alias_generator=lambda name: name.replace("_", "-"),
    )


class Questions(_Table):
    """What is asked, and what counts as an answer."""

    standing: list[Label] = Field(
        default=list(STANDING),
        min_length=1,
        description="Standing questions of each hunk asked about.",
    )
    least_words: int = Field(default=1, ge=1, le=100, description="The least words of an answer.")
    most: int = Field(
        default=4, ge=1, le=1000, description="The most hunks of a commit asked about."
    )
    unsure: bool = Field(
        default=True, description="Whether Attest-Unsure may stand in for an answer."
    )
    rules: list[Annotated[int, Field(ge=1)]] | None = Field(
        default=None,
        min_length=1,
        description="Versions of the rules that may have chosen what to ask; "
        "the newest and the one before it, if this is not set.",
    )
    kinds: dict[Kind, Literal["ask", "cover"]] = Field(
        default={},
        description="Kinds of change that are asked about although they are trivial, or only "
        "covered although they are not.",
    )

    @property
    def standard(self) -> AnswerRequirements:
        return AnswerRequirements(tuple(self.standing), self.least_words, self.unsure)


class OwnQuestion(_Table):
    """A question of the project's own."""

    ask: Line = Field(description="The question, in place of the third one that attest makes.")
    paths: list[PathPattern] = Field(
        default=["*"], min_length=1, description="gitignore patterns of the paths it is about."
    )
    kinds: list[Kind] = Field(
        default=[], description="Kinds of change it is about; any that is not trivial, if empty."
    )
    pattern: Pattern | None = Field(
        default=None, description="A regular expression, found in a line that was changed."
    )


class Signers(_Table):
    """Which keys may sign."""

    rsa_bits: Literal[2048, 3072, 4096] = Field(default=3072, description="The shortest RSA key.")


class Require(_Table):
    """More than elsewhere, for paths that matter."""

    paths: list[PathPattern] = Field(min_length=1, description="gitignore patterns.")
    presence: Presence | None = Field(
        default=None,
        description="A security key of the base's signers, touched, or unlocked with a PIN.",
    )
    level: Level | None = Field(
        default=None, description="The level a commit needs that changes them."
    )

    @model_validator(mode="after")
    def _says_something(self) -> Require:
        if self.presence is None and self.level is None:
            raise ValueError("needs `presence` or `level`")
        return self


class Disclosure(_Table):
    """How the help of tools is told, or not."""

    assistance: Literal["required", "allowed", "forbidden"] = Field(
        default="allowed",
        description="required: each commit says which tool helped, or that none did; "
        "allowed: it may; forbidden: no tool may help, and no commit may say so.",
    )
    trailers: dict[Trailer, Pattern] = Field(
        default={"Assisted-by": ".+"},
        description="Trailers that tell it, each with the pattern of its whole value.",
    )
    example: Line | None = Field(
        default=None, description="A whole line as the project writes it, shown to contributors."
    )
    none: Line | None = Field(
        default=None, description="The value that says that no tool helped, such as none."
    )
    forbidden: dict[Trailer, Pattern] = Field(
        default={},
        description="Trailers that no commit may have, with the pattern of the whole value.",
    )
    human: list[Trailer] = Field(
        default=[], description="Trailers that only people give, such as Signed-off-by."
    )
    agents: list[Pattern] = Field(
        default=[],
        description="More patterns, found anywhere in a value, of names that are no people's.",
    )

    @model_validator(mode="after")
    def _can_be_met(self) -> Disclosure:
        name, _, value = (self.example or "").partition(": ")
        if self.example is not None and not re.fullmatch(self.trailers.get(name, "(?!)"), value):
            raise ValueError("`example` fits none of `trailers`")
        if self.assistance == "required" and not self.trailers:
            raise ValueError("assistance is required, and `trailers` names none to tell it with")
        return self


class Exempt(_Table):
    """Commits that need no attestation. It holds for a verified signer of the commit
    itself, or for an actor that CI names; never for an author's address alone."""

    signers: list[Line] = Field(default=[], description="Addresses whose keys the base knows.")
    actors: list[Line] = Field(default=[], description="Logins that CI names (--actor).")
    authors: list[Line] = Field(
        default=[],
        description="Narrows it: addresses of the commit's author, one of which must be there.",
    )
    paths: list[PathPattern] = Field(
        default=[], description="Narrows it: patterns that every changed path must match."
    )
    reason: Line | None = Field(default=None, description="Why; shown in the report.")

    @model_validator(mode="after")
    def _is_verified(self) -> Exempt:
        if not self.signers and not self.actors:
            raise ValueError("needs `signers` or `actors`; an author's address can be forged")
        return self


def _adjustable(codes: dict[Code, Severity]) -> dict[Code, Severity]:
    for code in codes:
        if code in FIXED:
            raise ValueError(f"{code} is always an error; for all findings: mode = 'advisory'")
    return codes


class Policy(_Table):
    """`.attest.toml`, the whole file."""

    version: Annotated[Literal[1], BeforeValidator(_number)] = Field(
        description="Of this file's format."
    )
    mode: Literal["enforce", "advisory"] = Field(
        default="enforce", description="advisory: findings are reported, and the exit code is 0."
    )
    project: Line | None = Field(
        default=None, description="The project's id, against replay of attestations elsewhere."
    )
    paths: list[PathPattern] = Field(
        default=["*"], min_length=1, description="What needs attesting, as gitignore patterns."
    )
    ignore: list[PathPattern] = Field(
        default=[], description="What does not; lock files always do."
    )
    generated: Treatment = Field(
        default="cover", description="Files that the base's .gitattributes call linguist-generated."
    )
    vendored: Treatment = Field(
        default="cover", description="Files that the base's .gitattributes call linguist-vendored."
    )
    lock_files: Literal["ask", "cover"] = Field(
        default="cover", description="Lock files, by their names."
    )
    level: Level = Field(
        default="hunks", description="exact: not even a rebase may change a commit."
    )
    merges: Literal["attest", "clean", "forbid"] = Field(
        default="attest",
        description="attest: what a merge decides is attested as any change; clean: merges decide "
        "nothing; forbid: there are none.",
    )
    read: list[Document] = Field(default=[], description="Documents that contributors are shown.")
    questions: Questions = Field(default_factory=lambda: Questions())
    question: list[OwnQuestion] = Field(
        default=[], description="Questions of the project's own; the first that fits is asked."
    )
    signers: Signers = Field(default_factory=lambda: Signers())
    require: list[Require] = Field(default=[], description="More, for paths that matter.")
    disclosure: Disclosure = Field(default_factory=lambda: Disclosure())
    exempt: list[Exempt] = Field(default=[], description="Commits that need no attestation.")
    findings: Annotated[dict[Code, Severity], AfterValidator(_adjustable)] = Field(
        default={},
        description="Finding codes, each an error or a warning.",
    )

    @property
    def discloses(self) -> bool:
        """Whether anything is said about the help of tools."""
        return "disclosure" in self.model_fields_set

    def severity(self, code: Code) -> Severity:
        """What a finding with this code is."""
        if code in FIXED:
            return "error"
        return self.findings.get(code, "warning" if code in WARNINGS else "error")

    def adjusted(self, finding: Finding) -> Finding:
        """A finding as severe as the policy makes it. One that is a warning by itself
        stays a warning, unless the policy names its code."""
        if finding.severity == "warning" and finding.code not in self.findings:
            return finding
        return replace(finding, severity=self.severity(finding.code))


DEFAULT = Policy(version=1)
"""What holds where the base has no policy."""

"""`[[exempt]]`: commits that need no attestation, by whoever is proven to have made them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Annotated

from attest.policy.bots import BotName
from attest.policy.values import Check, KeyMistake, Limits, Line, PathPattern, about, number


@dataclass(frozen=True)
class Exemption:
    """Commits that need no attestation. They apply to a verified signer of the commit
    itself, to an actor that CI names, or to a verified author with enough commits in the
    base; never to an author's address alone."""

    signers: list[Line] = field(
        default_factory=list, metadata=about("Addresses whose keys the base knows.")
    )
    actors: list[Line] = field(
        default_factory=list, metadata=about("Logins that CI names (--actor).")
    )
    commits: Annotated[int, Check(number, raw=True), Limits(ge=1)] | None = field(
        default=None,
        metadata=about(
            "Authors who have at least so many commits in the base, by a verified key or login."
        ),
    )
    bot: BotName | None = field(
        default=None,
        metadata=about(
            "A bot of github.com that opened the pull request, as CI's event says with the number "
            "of its account; only its own commits."
        ),
    )
    authors: list[Line] = field(
        default_factory=list,
        metadata=about("Narrows it: addresses of the commit's author, one of which must be there."),
    )
    paths: list[PathPattern] = field(
        default_factory=list,
        metadata=about("Narrows it: patterns that every changed path must match."),
    )
    reason: Line | None = field(default=None, metadata=about("Why; shown in the report."))

    def __post_init__(self) -> None:
        by_name = self.signers or self.actors
        if not by_name and self.commits is None and self.bot is None:
            raise ValueError(
                "needs `signers`, `actors`, `bot` or `commits`; an author's address can be forged"
            )
        if by_name and self.commits is not None:
            raise KeyMistake("commits", "needs an [[exempt]] without `signers` and `actors`")
        if self.bot is not None and (by_name or self.commits is not None or self.authors):
            raise KeyMistake("bot", "goes with `paths` and `reason` alone")

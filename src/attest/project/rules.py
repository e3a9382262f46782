"""The rules of a run: policy, signers, revocations and attributes of the base commit.

They come from the base and never from a judged commit, which could otherwise list its own
key or excuse itself (docs/threat-model.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from attest import text
from attest.answers.requirements import AnswerRequirements
from attest.git import commit_object
from attest.git.attributes import Attributes
from attest.git.diff import digest
from attest.git.isolated import Isolated
from attest.policy import parser, teams
from attest.policy.answering import AnswerRules, mildest, strictest
from attest.policy.model import DEFAULT, FILE, Policy
from attest.policy.treatments import Treatments
from attest.project.rule_files import RuleFiles
from attest.questions.chooser import Chooser
from attest.signatures.allowed_signers import Signer
from attest.trust.known_keys import OpenPGPKeys, TrustedKeys

if TYPE_CHECKING:
    from attest.forge.account import Login


@dataclass(frozen=True)
class ProjectRules:
    """The rules of a run.

    Args:
        oid: the commit that they are from; None for the built-in ones.
        policy: what the maintainer wants.
        digest: of the policy file's bytes; None where there is none.
        known: who may sign.
        treatments: what the policy wants of each path.
        chooser: chooses what is asked.
        listed_signers: the signers that the base lists, also where `known` leaves them out.
        actor: the login that CI names; empty where it names none.
        account: the number of that login at github.com; 0 where it is none there, None where
            the person who runs the check names the actor.
        opened: when the pull request was opened, as CI says; None where it does not.
        answers: whether it is judged that the right hunks were answered for.
        chooses: whether that can be judged here; False without the pinned grammars.
    """

    oid: str | None
    policy: Policy
    digest: str | None
    known: TrustedKeys
    treatments: Treatments
    chooser: Chooser
    listed_signers: tuple[Signer, ...] = ()
    actor: str = ""
    account: int | None = 0
    opened: datetime | None = None
    answers: bool = True
    chooses: bool = True

    @classmethod
    def built_in(
        cls,
        isolated: Isolated,
        signers: Sequence[Signer] | None = None,
        forges: Sequence[Login] = (),
    ) -> ProjectRules:
        """The rules where there is no base, or where the base has none."""
        known = TrustedKeys(None if signers is None else tuple(signers), forges=tuple(forges))
        treatments = Treatments(DEFAULT, Attributes(isolated, None))
        chooser = Chooser(DEFAULT, treatments, isolated.content)
        return cls(None, DEFAULT, None, known, treatments, chooser, tuple(signers or ()))

    @classmethod
    def read(
        cls,
        isolated: Isolated,
        oid: str,
        *,
        signers: Sequence[Signer] | None = None,
        forges: Sequence[Login] = (),
        anybody: bool = False,
        audit: bool = False,
    ) -> ProjectRules:
        """Read the rules of a commit.

        Args:
            signers: signers beside those of the base, from the command line; None where it
                names no file.
            forges: logins whose published keys may sign.
            anybody: do not read who may sign: a contributor's own look.
            audit: see `TrustedKeys`.

        Raises:
            EnvironmentFault: a file is invalid; names file and line.
            NothingToJudge: the commit is missing in this clone.
        """
        tree = commit_object.parse(isolated.commit(oid), oid).tree
        files = RuleFiles.read(isolated, oid, tree)
        content = files.policy()
        policy = DEFAULT
        if content is not None:
            policy = parser.read(content, files.name(FILE))
            policy = teams.expanded(policy, files.teams(), content.decode(), files.name(FILE))
        listed = files.signers(policy.signers.rsa_bits)
        if signers is not None:
            listed = [*(listed or ()), *signers]
        if listed is None and content is not None:
            # A policy without a list of signers knows nobody: were it None, any key
            # would do, and who leaves the file out would open the door to everyone.
            listed = []
        known = TrustedKeys(
            None if anybody or listed is None else tuple(listed),
            files.revocations(),
            OpenPGPKeys(files.keys(), isolated.hold),
            () if anybody else tuple(forges),
            policy.signers.rsa_bits,
            audit,
        )
        treatments = Treatments(policy, Attributes(isolated, tree))
        chooser = Chooser(policy, treatments, isolated.content)
        policy_digest = digest(content) if content is not None else None
        return cls(oid, policy, policy_digest, known, treatments, chooser, tuple(listed or ()))

    @cached_property
    def answer_bounds(self) -> tuple[AnswerRequirements, AnswerRequirements]:
        """The mildest and the strictest that counts as an answer about any hunk."""
        every = AnswerRules(self.policy).all
        return mildest(every), strictest(every)

    @cached_property
    def project_name(self) -> str | None:
        """The project's name as blocks have it; None where the policy names none."""
        return text.normalise(self.policy.project) if self.policy.project else None

    @property
    def standard(self) -> AnswerRequirements:
        """What counts as an answer."""
        return self.policy.questions.standard

    @property
    def strict(self) -> bool:
        """Whether answers that say nothing of their change fail a commit."""
        return self.policy.severity("answer-weak") == "error"

"""What holds for a change: the policy, signers, revocations and attributes of the
base commit, and never of the judged ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath

from attest.analysis.change import Contents
from attest.analysis.syntax import grammars
from attest.answers.requirements import AnswerRequirements
from attest.errors import EnvironmentFault
from attest.forge.account import Login
from attest.git import commit_object
from attest.git.attributes import GENERATED, VENDORED, Attributes
from attest.git.diff import Change, digest
from attest.git.isolated import Isolated
from attest.policy import parser
from attest.policy.model import DEFAULT, FILE, Policy, Treatment
from attest.policy.paths import Patterns, is_lock_file
from attest.questions import compose, selection
from attest.questions.compose import HunkQuestions, QuestionRules
from attest.questions.selection import Choice
from attest.report.findings import Finding
from attest.signatures import allowed_signers
from attest.signatures.allowed_signers import Signer
from attest.trust import revocations
from attest.trust.known_keys import Keys, TrustedKeys

FOLDER = ".attest"
SIGNERS, REVOKED, KEYS = f"{FOLDER}/allowed_signers", f"{FOLDER}/revoked", f"{FOLDER}/keys"
MAX_SIGNERS = 8 << 20


@dataclass(frozen=True)
class ProjectRules:
    """The rules of a run.

    Args:
        oid: the commit that they are from; None for the built-in ones.
        policy: what the maintainer wants.
        digest: of the policy file's bytes; None where there is none.
        known: who may sign.
        attributes: of the base's tree.
        contents: where the judged files are.
        actor: the login that CI names; empty where it names none.
        answers: whether it is judged that the right hunks were answered for.
        chooses: whether that can be judged here; False without the pinned grammars.
    """

    oid: str | None
    policy: Policy
    digest: str | None
    known: TrustedKeys
    attributes: Attributes
    contents: Contents
    actor: str = ""
    answers: bool = True
    chooses: bool = True

    @classmethod
    def built_in(
        cls,
        isolated: Isolated,
        signers: Sequence[Signer] | None = None,
        forges: Sequence[Login] = (),
    ) -> ProjectRules:
        """The rules where there is no base, or it has none."""
        known = TrustedKeys(None if signers is None else tuple(signers), forges=tuple(forges))
        return cls(None, DEFAULT, None, known, Attributes(isolated, None), isolated.content)

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
            signers: more than the base has; the command line's, None where it names none.
            forges: logins with their keys.
            anybody: leave out who is known: a contributor's own look.
            audit: see `TrustedKeys`.

        Raises:
            EnvironmentFault: a file is not as it must be; names file and line.
            NothingToJudge: the commit is missing in this clone.
        """
        tree = commit_object.parse(isolated.commit(oid), oid).tree
        files = _Files(isolated, oid, isolated.entries(tree, FILE, FOLDER))
        written = files.content(FILE, parser.MAX_BYTES)
        policy = DEFAULT if written is None else parser.read(written, files.name(FILE))
        found = files.signers(policy.signers.rsa_bits)
        named = found is not None or signers is not None
        listed = (*(found or ()), *(signers or ())) if named else None
        if written is not None and listed is None and not anybody:
            listed = ()
        known = TrustedKeys(
            None if anybody else listed,
            files.revoked(),
            Keys(files.keys(), isolated.hold),
            () if anybody else tuple(forges),
            policy.signers.rsa_bits,
            audit,
        )
        made = digest(written) if written is not None else None
        return cls(oid, policy, made, known, Attributes(isolated, tree), isolated.content)

    @property
    def standard(self) -> AnswerRequirements:
        return self.policy.questions.standard

    @property
    def advises(self) -> bool:
        """Whether the project reports what is missing, and fails nothing."""
        return self.policy.mode == "advisory"

    @property
    def strict(self) -> bool:
        """Whether answers that say nothing of their change fail a commit."""
        return self.policy.severity("answer-weak") == "error"

    @property
    def accepted(self) -> frozenset[int]:
        """Versions of the rules that may have chosen what to ask."""
        given = self.policy.questions.rules
        return frozenset(given if given is not None else (selection.RULES, selection.RULES - 1))

    @property
    def rules(self) -> int:
        """The version to choose by now.

        Raises:
            EnvironmentFault: the policy accepts none that is known here.
        """
        usable = self.accepted & set(selection.SINCE)
        if not usable:
            wanted = ", ".join(map(str, sorted(self.accepted)))
            raise EnvironmentFault(
                f"the policy accepts the rules {wanted}; this attest knows "
                f"{', '.join(map(str, selection.SINCE))}",
                "Install another version of attest.",
            )
        return max(usable)

    def assert_chooses(self) -> None:
        """Make sure, before anything is asked or judged, that this installation can
        choose what is asked.

        Raises:
            GrammarsUnavailable: the rules read code, and what reads it is not here.
        """
        if max(self.accepted & set(selection.SINCE), default=0) >= selection.BY_SYNTAX:
            grammars.assert_pinned()

    def treatments(self, paths: Iterable[bytes]) -> dict[bytes, Treatment]:
        """What the policy wants of each path."""
        wanted = list(paths)
        new = [path for path in wanted if path not in self._treated]
        for path, given in self.attributes.of(new).items():
            self._treated[path] = self._treatment(path, given)
        return {path: self._treated[path] for path in wanted}

    @cached_property
    def _treated(self) -> dict[bytes, Treatment]:
        return {}

    def _treatment(self, path: bytes, given: frozenset[bytes]) -> Treatment:
        policy = self.policy
        if is_lock_file(path):
            return policy.lock_files
        if not self._patterns[0].match(path) or self._patterns[1].match(path):
            required = any(patterns.match(path) for patterns, _, _ in self.requirements)
            return "cover" if required else "ignore"
        wishes: list[Treatment] = []
        wishes += [policy.generated] if GENERATED in given else []
        wishes += [policy.vendored] if VENDORED in given else []
        order: tuple[Treatment, ...] = ("ignore", "cover")
        wish: Treatment = next((wish for wish in order if wish in wishes), "ask")
        required = any(patterns.match(path) for patterns, _, _ in self.requirements)
        return "cover" if wish == "ignore" and required else wish

    @cached_property
    def _patterns(self) -> tuple[Patterns, Patterns]:
        return Patterns.of(self.policy.paths), Patterns.of(self.policy.ignore)

    @cached_property
    def requirements(self) -> list[tuple[Patterns, str | None, str | None]]:
        """For paths that matter: patterns, presence, level."""
        return [(Patterns.of(one.paths), one.presence, one.level) for one in self.policy.require]

    def choose(self, change: Change, rules: int | None = None) -> list[HunkQuestions]:
        """The hunks of a change that are asked about, with the questions.

        Args:
            rules: the version that chooses; the newest that the policy accepts.

        Raises:
            NothingToJudge: a file is missing in this clone.
            GrammarsUnavailable: what reads code is not here.
        """
        wanted = rules or self.rules
        if wanted < selection.BY_SYNTAX:
            treatments = self.treatments(file.path for file in change.files)
            return compose.by_size(change, treatments, self.policy.questions.most, wanted)
        return compose.by_syntax(self.choices(change), self._posing)

    def choices(self, change: Change) -> list[Choice]:
        """What becomes of each hunk that can be asked about."""
        if self._last and self._last[0][0] is change:
            return self._last[0][1]
        treatments = self.treatments(file.path for file in change.files)
        made = compose.choices(change, treatments, self._posing, self.contents)
        self._last[:] = [(change, made)]
        return made

    @cached_property
    def _last(self) -> list[tuple[Change, list[Choice]]]:
        return []

    def ranks(self, change: Change, rules: int) -> dict[str, int]:
        """For the digest of each hunk that can be asked about, how telling it is: lower
        is more."""
        if rules < selection.BY_SYNTAX:
            return {hunk.digest: -hunk.size for hunk in change.hunks}
        return {one.analysis.hunk.digest: one.rank for one in self.choices(change)}

    @cached_property
    def _posing(self) -> QuestionRules:
        own = [(Patterns.of(one.paths), one) for one in self.policy.question]
        return QuestionRules(self.policy.questions.most, self.policy.questions.kinds, own)

    def adjusted(self, finding: Finding) -> Finding:
        """A finding, as severe as the policy says; a warning stays one, unless the
        policy says otherwise."""
        severity = self.policy.severity(finding.code)
        if finding.severity == "warning" and finding.code not in self.policy.findings:
            return finding
        return replace(finding, severity=severity)


def is_rule(path: bytes) -> bool:
    """Whether a path holds rules of the check, or makes CI run it."""
    name = PurePosixPath(path.decode("utf-8", "surrogateescape"))
    if name.parts[:1] in ((FILE,), (FOLDER,)) or name.name == ".gitattributes":
        return True
    folders = (".github/workflows", ".forgejo/workflows", ".gitea/workflows", ".gitlab")
    ci = any(str(name).startswith(f"{folder}/") for folder in folders)
    return str(name) == ".gitlab-ci.yml" or (ci and "attest" in name.name)


class _Files:
    """The files of the base that hold rules."""

    def __init__(
        self, isolated: Isolated, oid: str, entries: Mapping[bytes, tuple[str, str]]
    ) -> None:
        self._isolated, self._oid = isolated, oid
        self._entries = {path.decode("utf-8", "replace"): e for path, e in entries.items()}
        for path in self._entries:
            if path == FOLDER or path.startswith(f"{FILE}/"):
                what = "folder" if path == FOLDER else "file"
                raise EnvironmentFault(
                    f"{self.name(path.partition('/')[0])} is no {what}",
                    "Make it one, in the base: no rules could be read.",
                )

    def name(self, path: str) -> str:
        """As git names it, for errors."""
        return f"{self._oid[:10]}:{path}"

    def content(self, path: str, limit: int) -> bytes | None:
        entry = self._entries.get(path)
        if entry is None:
            return None
        if not entry[0].startswith("100"):
            raise EnvironmentFault(
                f"{self.name(path)} is no regular file", "Make it one, in the base."
            )
        return self._isolated.blob(entry[1], self.name(path), limit)

    def _text(self, path: str) -> str | None:
        raw = self.content(path, MAX_SIGNERS)
        try:
            return None if raw is None else raw.decode("utf-8")
        except UnicodeDecodeError:
            raise EnvironmentFault(
                f"{self.name(path)} is not UTF-8", "Write it in UTF-8, in the base."
            ) from None

    def signers(self, rsa_bits: int) -> list[Signer] | None:
        written = self._text(SIGNERS)
        if written is None:
            return None
        return allowed_signers.parse(written, self.name(SIGNERS), rsa_bits=rsa_bits)

    def revoked(self) -> dict[str, str]:
        written = self._text(REVOKED)
        return {} if written is None else revocations.parse(written, self.name(REVOKED))

    def keys(self) -> list[tuple[str, bytes]]:
        found = []
        for path in sorted(self._entries):
            if path.startswith(f"{KEYS}/") and path.endswith(".asc"):
                data = self.content(path, MAX_SIGNERS)
                assert data is not None, path
                found.append((self.name(path), data))
        return found

"""What the rules mean for a path, and whether their files are right."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from attest.errors import EnvironmentFault, UsageError
from attest.git.repository import Repository
from attest.policy import parser, summary
from attest.policy.model import Policy
from attest.policy.paths import Patterns
from attest.project.rule_files import FOLDER, KEYS, MAX_BYTES, REVOKED, SIGNERS
from attest.project.rules import ProjectRules
from attest.questions import selection
from attest.signatures import allowed_signers
from attest.signatures.allowed_signers import Signer
from attest.signatures.openpgp import Keyring
from attest.trust import revocations

_SAID = {
    "ask": "asked about, and signed for",
    "cover": "signed for, and not asked about",
    "ignore": "needs no attestation",
}


def inside(repository: Repository, path: str) -> bytes:
    """A path as git has it, from one of the command line.

    macOS completes names decomposed (NFD), as its file systems may list them. git
    composes them (NFC) where `core.precomposeUnicode` is true (git-config(1)).

    Raises:
        UsageError: it is outside of the work tree.
    """
    composes = repository.config("core.precomposeUnicode", kind="bool") == "true"

    def as_git(name: str) -> str:
        return unicodedata.normalize("NFC", name) if composes else name

    if repository.bare:
        return os.fsencode(as_git(path))
    top = Path(as_git(os.path.realpath(repository.top())))
    full = Path(as_git(os.path.realpath(Path(path).parent))) / as_git(Path(path).name)
    try:
        return os.fsencode(full.relative_to(top).as_posix())
    except ValueError:
        raise UsageError(f"{path} is outside of {top}", "Name a path inside of it.") from None


def of_paths(base: ProjectRules, paths: Sequence[bytes]) -> Iterator[str]:
    """What holds for each path, and why."""
    decisions = base.treatments.decisions(paths)
    for path in paths:
        name = os.fsdecode(path)
        decision = decisions[path]
        yield f"{name}: {_SAID[decision.treatment]}, because {decision.reason}."
        for one in base.policy.require:
            if Patterns.of(one.paths).match(path):
                wants = [f"a security key with a {one.presence}"] if one.presence else []
                wants += [f"the level {one.level}"] if one.level else []
                yield f"{name}: needs {' and '.join(wants)} (require)."


def checked(file: Path) -> Iterator[str]:
    """Look at a policy file and the folder `.attest` beside it.

    Raises:
        EnvironmentFault: one is wrong; names file, line and key.
        UsageError: there is no policy.
    """
    data = _bytes(file, parser.MAX_BYTES)
    if data is None:
        raise UsageError(f"there is no {file}", "Make one: attest init --maintainer")
    policy = parser.read(data, str(file))
    yield f"{file}: right"
    signers: list[Signer] = []
    written = _text(file.parent / SIGNERS)
    if written is not None:
        bits = policy.signers.rsa_bits
        signers = allowed_signers.parse(written, str(file.parent / SIGNERS), rsa_bits=bits)
        yield f"{file.parent / SIGNERS}: {_count(len(signers), 'signer')}"
    gone = _text(file.parent / REVOKED)
    if gone is not None:
        keys = revocations.parse(gone, str(file.parent / REVOKED))
        yield f"{file.parent / REVOKED}: {_count(len(keys), 'key')}"
    yield from _openpgp(file.parent / KEYS)
    yield from _doubts(policy, signers)
    yield from _doubts_of_files(policy, file.parent)


def _openpgp(folder: Path) -> Iterator[str]:
    files = [(str(path), _bytes(path, MAX_BYTES) or b"") for path in sorted(folder.rglob("*.asc"))]
    if not files:
        return
    with ExitStack() as stack:
        ring = stack.enter_context(Keyring(files))
        for key, addresses in sorted(ring.keys.items()):
            yield f"{folder}: {key} speaks for {', '.join(sorted(addresses)) or 'nobody'}"


def _doubts(policy: Policy, signers: Sequence[Signer]) -> Iterator[str]:
    """What is right, and surely not meant."""
    if Patterns.of(policy.ignore).match(b"a/b/c"):
        yield "doubtful: ignore leaves out every path"
    if not Patterns.of(policy.paths).match(b"a/b/c") and not any(
        "/" in p or "." in p for p in policy.paths
    ):
        yield "doubtful: paths means hardly any path"
    if any(one.presence for one in policy.require) and not signers:
        yield "doubtful: presence is wanted, and no signer is listed whose key could give it"
    for number, one in enumerate(policy.exempt, 1):
        if one.actors and not one.authors:
            yield (
                f"doubtful: exempt[{number}] is for every commit of a run by "
                f"{', '.join(one.actors)}; narrow it with authors"
            )
    for code in ("unattested", "hunk-not-covered", "answer-missing"):
        if policy.findings.get(code) == "warning":
            yield f"doubtful: with {code} as a warning, a commit passes without answers"
    if any("*" in one.principals for one in signers):
        yield "doubtful: a signer with the principal * signs for every address"
    if policy.findings.get("signer-unknown") == "warning":
        yield "doubtful: with signer-unknown as a warning, anybody's key will do"
    yield from _doubts_of_words(policy)


def _doubts_of_words(policy: Policy) -> Iterator[str]:
    """The same of what is asked and told."""
    told = policy.disclosure
    if policy.discloses and told.assistance == "required" and told.none is None:
        yield (
            "doubtful: assistance is required, and whoever used no tool cannot say so; "
            'add none = "none" to [disclosure]'
        )
    if policy.questions.rules is not None and not set(policy.questions.rules) & set(
        selection.SINCE
    ):
        yield (
            f"doubtful: this attest knows none of the questions' rules "
            f"{', '.join(map(str, policy.questions.rules))}; "
            f"it knows {', '.join(map(str, selection.SINCE))}"
        )
    accepted = policy.questions.rules or (selection.RULES, selection.RULES - 1)
    if policy.findings.get("answer-weak") == "error" and min(accepted) < selection.BY_SYNTAX:
        yield (
            "doubtful: answers by older rules are not looked at for answer-weak; "
            f"add rules = [{selection.RULES}] to [questions]"
        )
    both = {name.lower() for name in told.trailers} & {name.lower() for name in told.forbidden}
    if policy.discloses and both and told.assistance != "forbidden":
        yield (
            f"doubtful: {', '.join(sorted(both))} tells of tools, and is forbidden too: "
            "a line that fits both patterns passes nowhere"
        )


_KNOWN = ("allowed_signers", "revoked", "keys", "schema.json")


def _doubts_of_files(policy: Policy, top: Path) -> Iterator[str]:
    """Files that the policy names and that are not there, or that nothing reads."""
    for name in policy.read:
        if not (top / name).is_file():
            yield f"doubtful: read: there is no file {name}"
    folder = top / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in _KNOWN:
            yield f"doubtful: {path}: nothing reads it; known are {', '.join(_KNOWN)}"
    written = _text(top / "CONTRIBUTING.md") or ""
    begin, end = written.find(summary.BEGIN), written.find(summary.END)
    if 0 <= begin < end and not summary.agrees(written[begin : end + len(summary.END)], policy):
        yield (
            "doubtful: CONTRIBUTING.md says something else than .attest.toml; "
            "to bring it up to date: attest init --maintainer"
        )


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _bytes(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(f"{path} cannot be read: {error.strerror}") from None
    if len(data) > limit:
        raise EnvironmentFault(f"{path} is larger than {limit} bytes", "Make it smaller.")
    return data


def _text(path: Path) -> str | None:
    data = _bytes(path, MAX_BYTES)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        raise EnvironmentFault(f"{path} is not UTF-8", "Write it in UTF-8.") from None

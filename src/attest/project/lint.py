"""Mistakes in the rule files of a work tree: `attest policy check`.

Errors end the command; a warning names what is valid, and probably not what was meant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from attest.errors import EnvironmentFault, UsageError
from attest.policy import parser, summary, teams
from attest.policy.model import Policy
from attest.policy.paths import Patterns
from attest.project.rule_files import FOLDER, KEYS, MAX_BYTES, REVOKED, SIGNERS, TEAMS
from attest.signatures import allowed_signers
from attest.signatures.allowed_signers import Signer
from attest.signatures.openpgp import Keyring
from attest.trust import revocations

_READ = ("allowed_signers", "revoked", "keys", "teams.toml", "schema.json")
"""What is read of `.attest/`; the last one by editors."""


def check(file: Path) -> Iterator[str]:
    """Check a policy file and the directory `.attest` beside it.

    Returns:
        What was read, a line for each file, then warnings.

    Raises:
        EnvironmentFault: a file is invalid; names file, line and key.
        UsageError: there is no policy file.
    """
    data = _bytes(file, parser.MAX_BYTES)
    if data is None:
        raise UsageError(f"there is no {file}", "Create one: attest init --maintainer")
    policy = parser.read(data, str(file))
    written = _text(file.parent / TEAMS)
    members = {} if written is None else teams.read(written, str(file.parent / TEAMS))
    teams.expanded(policy, members, data.decode(), str(file))
    yield f"{file}: valid"
    if members:
        yield f"{file.parent / TEAMS}: {_count(len(members), 'team')}"
    signers: list[Signer] = []
    content = _text(file.parent / SIGNERS)
    if content is not None:
        bits = policy.signers.rsa_bits
        signers = allowed_signers.parse(content, str(file.parent / SIGNERS), rsa_bits=bits)
        yield f"{file.parent / SIGNERS}: {_count(len(signers), 'signer')}"
    revoked = _text(file.parent / REVOKED)
    if revoked is not None:
        keys = revocations.parse(revoked, str(file.parent / REVOKED))
        yield f"{file.parent / REVOKED}: {_count(len(keys), 'key')}"
    yield from _openpgp(file.parent / KEYS)
    for warning in (
        *_about_policy(policy, signers),
        *_about_disclosure(policy),
        *_about_files(policy, file.parent),
    ):
        yield f"warning: {warning}"


def _openpgp(folder: Path) -> Iterator[str]:
    files = [(str(path), _bytes(path, MAX_BYTES) or b"") for path in sorted(folder.rglob("*.asc"))]
    if not files:
        return
    with ExitStack() as stack:
        ring = stack.enter_context(Keyring(files))
        for key, addresses in sorted(ring.keys.items()):
            yield f"{folder}: {key} signs for {', '.join(sorted(addresses)) or 'nobody'}"


def _about_policy(policy: Policy, signers: Sequence[Signer]) -> Iterator[str]:
    """Who passes without an attestation, or with anybody's key."""
    until = policy.advisory_until
    if until is not None and not policy.advises(datetime.now(UTC)):
        yield f"`advisory-until`: {until} has come, so the check enforces the policy"
    any_path = b"a/b/c"  # one that no pattern means by its name
    if Patterns.of(policy.ignore).match(any_path):
        yield "`ignore` matches every path"
    if policy.lock_files == "ignore" and Patterns.of(policy.ignore).match(b"package-lock.json"):
        yield 'with lock-files = "ignore", nobody signs for the lock files at the root'
    plain_names = not any("/" in pattern or "." in pattern for pattern in policy.paths)
    if plain_names and not Patterns.of(policy.paths).match(any_path):
        yield "`paths` matches almost no file"
    if any(one.presence for one in policy.require) and not signers:
        yield f"`presence` is required, but {SIGNERS} lists no key that could prove it"
    for number, one in enumerate(policy.exempt, 1):
        if one.actors and not one.authors:
            yield (
                f"exempt[{number}] applies to every commit of a run by "
                f"{', '.join(one.actors)}; narrow it with `authors`"
            )
    for code in ("unattested", "hunk-not-covered", "answer-missing"):
        if policy.findings.get(code) == "warning":
            yield f"with {code} as a warning, a commit without answers passes"
    if any("*" in one.principals for one in signers):
        yield "a signer with the principal * may sign for every address"
    if policy.findings.get("signer-unknown") == "warning":
        yield "with signer-unknown as a warning, anybody's key is accepted"


def _about_disclosure(policy: Policy) -> Iterator[str]:
    """Lines that contributors cannot write."""
    rules = policy.disclosure
    if not policy.discloses:
        return
    if rules.assistance == "required" and rules.none is None:
        yield (
            "disclosure is required, but contributors who used no tool cannot say so; "
            'add none = "none" to [disclosure]'
        )
    names = {name.lower() for name in rules.trailers} & {name.lower() for name in rules.forbidden}
    if names and rules.assistance != "forbidden":
        yield (
            f"{', '.join(sorted(names))} is in `trailers` and in `forbidden`: "
            "a line that matches both patterns is never accepted"
        )


def _about_files(policy: Policy, top: Path) -> Iterator[str]:
    """Files that the policy names and that are missing, or that nothing reads."""
    for name in policy.read:
        if not (top / name).is_file():
            yield f"`read` lists {name}, which does not exist"
    folder = top / FOLDER
    for path in sorted(folder.iterdir()) if folder.is_dir() else []:
        if path.name not in _READ:
            yield f"attest does not read {path}; it reads {', '.join(_READ)}"
    content = _text(top / "CONTRIBUTING.md") or ""
    begin, end = content.find(summary.BEGIN), content.find(summary.END)
    if 0 <= begin < end and not summary.agrees(content[begin : end + len(summary.END)], policy):
        yield (
            "the section in CONTRIBUTING.md does not match .attest.toml; "
            "to update it: attest init --maintainer"
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _bytes(path: Path, limit: int) -> bytes | None:
    try:
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise EnvironmentFault(
            f"{path} cannot be read: {error.strerror}",
            "Make it a file that you can read, in a folder of that name.",
        ) from None
    if len(data) > limit:
        raise EnvironmentFault(f"{path} is larger than {limit} bytes", "Make it smaller.")
    return data


def _text(path: Path) -> str | None:
    data = _bytes(path, MAX_BYTES)
    try:
        return None if data is None else data.decode("utf-8")
    except UnicodeDecodeError:
        raise EnvironmentFault(f"{path} is not UTF-8", "Save it as UTF-8.") from None

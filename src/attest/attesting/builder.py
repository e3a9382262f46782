"""From answers to the lines of a signed block."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest import text
from attest.attestation import block, codec, encoding
from attest.attestation.block import AttestedHunk, Block, Mode
from attest.console import say
from attest.errors import EnvironmentFault, UsageError
from attest.git import identity
from attest.git.diff import Change, Hunk
from attest.git.identity import Ident
from attest.git.repository import Repository
from attest.interview.form import QuestionForm
from attest.interview.terminal import has_terminal
from attest.project.rules import ProjectRules
from attest.project.session import Session
from attest.questions import selection
from attest.signatures import signing_key
from attest.signatures.signing_key import Key

_CUT = "..."
"""In place of what is left out; in ASCII, as a commit with an `encoding` header needs it."""
MAX_BYTES = 256 * 1024
"""The largest block that is written; the reader's limits are wider."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What every block that is signed in one go claims of its making.

    Args:
        author: git's identity of the person who signs.
        mode: how they were asked.
        at: when, in UTC.
    """

    author: Ident
    key: Key
    mode: Mode
    at: datetime

    @property
    def lines(self) -> list[str]:
        """The lines that show a person who signs, and with which key."""
        attester = f"{_name(self.author, ascii_only=False)} <{self.author.email}>"
        return [f"You: {attester}", f"Key: {self.key.fingerprint}"]

    @property
    def by_security_key(self) -> bool:
        """Whether the key wants to be touched."""
        return self.key.kind.startswith("sk-")


@dataclass(frozen=True, slots=True)
class UnsignedBlock:
    """A block to sign.

    Args:
        ascii_only: its commit has an `encoding` header.
    """

    block: Block
    ascii_only: bool


def assert_fits(author: Ident, *, ascii_only: bool) -> None:
    """Make sure that the attester can be written into the commit.

    Raises:
        UsageError: the address is not ASCII, and the commit has an encoding.
    """
    if ascii_only and not author.email.isascii():
        raise UsageError(
            f"{author.email} is not ASCII, and the commit's encoding (i18n.commitEncoding) "
            "is not UTF-8",
            "Unset i18n.commitEncoding, or use an address in ASCII (user.email).",
        )


def claim(session: Session, mode: Mode) -> Claim:
    """What this person claims now.

    Raises:
        EnvironmentFault: there is no key that can sign here, or git has no identity.
        UsageError: the clock is set to something that is not a time (`clock.now`).
    """
    key = signing_key.ready(session.repository, mode, say)
    return Claim(identity.author(session.repository), key, mode, session.clock())


def compose_block(
    change: Change,
    forms: Sequence[QuestionForm],
    claim: Claim,
    rules: ProjectRules,
    *,
    ascii_only: bool,
    branch_commits: int | None = None,
) -> UnsignedBlock:
    """The block for a change, without its signature.

    Args:
        forms: the hunks that were asked about, with their answers.
        rules: by which the hunks were chosen.
        ascii_only: its commit has an `encoding` header.
        branch_commits: of the change of a whole branch: how many commits it has without merges.
    """
    asked_hunks = {form.hunk for form in forms}
    files = [f.digest for f in change.files if not asked_hunks.issuperset(f.hunks)]
    unsigned_block = Block(
        at=claim.at.replace(microsecond=0),
        mode=claim.mode,
        hunk_counts=(len(forms), len(change.hunks)),
        rules=selection.RULES,
        name=_name(claim.author, ascii_only=ascii_only),
        email=claim.author.email,
        key=claim.key.line,
        change=change.digest,
        hunks=tuple(_attested_hunk(form) for form in forms),
        files=tuple(files) if len(files) <= block.MAX_FILES else (),
        project=text.normalise(rules.policy.project) if rules.policy.project else None,
        policy=rules.digest,
        branch_commits=branch_commits,
    )
    return UnsignedBlock(unsigned_block, ascii_only)


def too_many_files(unsigned: Block, change: Change) -> bool:
    """Whether the block covers the exact change alone (docs/format.md)."""
    asked_digests = {hunk.digest for hunk in unsigned.hunks}
    return not unsigned.files and any(hunk.digest not in asked_digests for hunk in change.hunks)


def sign(
    repository: Repository,
    key: Key,
    blocks: Sequence[UnsignedBlock],
    retry: Callable[[str], bool],
) -> list[tuple[str, ...]]:
    """The lines of each signed block, in the order of *blocks*.

    All are signed in one go, so that a passphrase is asked for once, and each is read
    back before it is given out.

    Args:
        retry: shows the person why a key did not sign (a wrong passphrase, a key that was not
            touched); whether to try again.

    Raises:
        UsageError: a block is too long for a commit message.
        EnvironmentFault: see `signing_key.sign`; nothing is kept.
    """
    payloads = []
    for unsigned in blocks:
        lines = codec.write(unsigned.block, ascii_only=unsigned.ascii_only)
        _bounded(lines)
        payloads.append(codec.payload([line.encode() for line in lines]))
    signatures = _signatures(repository, key, payloads, retry)
    signed = []
    for unsigned, payload, signature in zip(blocks, payloads, signatures, strict=True):
        signed_block = replace(unsigned.block, signature=signature)
        lines = codec.write(signed_block, ascii_only=unsigned.ascii_only)
        assert_readable(lines, payload)
        signed.append(tuple(lines))
    return signed


def _signatures(
    repository: Repository, key: Key, payloads: Sequence[bytes], retry: Callable[[str], bool]
) -> list[bytes]:
    while True:
        try:
            return signing_key.sign(repository, key, payloads, terminal=has_terminal())
        except EnvironmentFault as fault:
            if not retry(fault.message):
                raise


def assert_readable(lines: Sequence[str], payload: bytes) -> None:
    """What is stored must be what a reader finds in the commit."""
    spans = block.scan("\n".join(lines).encode()).spans
    assert len(spans) == 1, lines
    assert codec.parse(spans[0].lines).payload == payload, lines


def _attested_hunk(form: QuestionForm) -> AttestedHunk:
    answers = form.answers
    return AttestedHunk(
        form.hunk.digest,
        describe_place(form.hunk, form.scope, is_known=form.parsed),
        answers.invariant,
        answers.breaks,
        (block.Question(form.texts.third, form.answer),) if form.answer else (),
        answers.unsure,
        answers.fact,
    )


def describe_place(hunk: Hunk, scope: Sequence[str] = (), *, is_known: bool = False) -> str:
    """`Attest-Where`: the path, and what encloses the hunk: git's guess where no scope
    is known."""
    path = encoding.encode_path(hunk.path, ascii_only=True)
    room = encoding.WIDTH - len("Attest-Where: ")
    if len(path) > room:
        # Its end says more than its beginning. It must not begin within a `%XX`.
        end = path[len(_CUT) - room :]
        cut_escape = path[: len(_CUT) - room][-2:].rpartition("%")
        return _CUT + end[2 - len(cut_escape[2]) if cut_escape[1] else 0 :]
    guess = b"" if is_known else hunk.heading
    heading = text.normalise(guess.decode("utf-8", "replace")).rstrip("{:( ")
    names = text.normalise(".".join(scope))
    room = max(room - len(path) - 1, 0)
    if len(names) > room > len(_CUT):
        names = _CUT + names[len(_CUT) - room :]  # the innermost name says most
    scope_text = encoding.encode((names or heading)[:room].rstrip(), ascii_only=True)
    return f"{path} {scope_text}" if scope_text and len(scope_text) <= room else path


def _name(author: Ident, *, ascii_only: bool) -> str:
    """The name of `Attested-by`, cut where the line would be too wide: the address decides who
    somebody is, and is never cut."""
    full_name = text.normalise(author.name.replace("<", "").replace(">", "")) or "unknown"
    room = encoding.WIDTH - len("Attested-by: ") - text.columns(f" <{author.email}>")

    def width(name: str) -> int:
        return text.columns(encoding.to_ascii(name) if ascii_only else name)

    if width(full_name) <= room:
        return full_name
    name = full_name
    while len(name) > 1 and width(name + _CUT) > room:
        name = name[:-1]
    return name.rstrip() + _CUT


def _bounded(lines: Sequence[str]) -> None:
    if len(lines) > block.MAX_LINES // 2 or sum(len(line) for line in lines) > MAX_BYTES:
        raise UsageError(
            "the answers are too long for a commit message",
            "Shorten them with `attest edit`; nothing was signed.",
        )

"""From answers to the lines of a signed block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from attest import text
from attest.attestation import block
from attest.attestation.block import AttestedHunk, Block, BlockSpan, Mode
from attest.errors import UsageError
from attest.git.diff import Change, Hunk
from attest.git.repository import Ident, Repository
from attest.interview.form import QuestionForm
from attest.interview.terminal import has_terminal
from attest.project.rules import ProjectRules
from attest.signatures import signing_key
from attest.signatures.signing_key import Key

MAX_BYTES = 256 * 1024
"""The largest block that is written; the reader's limits are wider."""


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


def unsigned(
    change: Change,
    asked: Sequence[QuestionForm],
    author: Ident,
    key: Key,
    mode: Mode,
    now: datetime,
    base: ProjectRules,
) -> Block:
    """The block for a change, without its signature.

    Args:
        asked: the hunks that were asked about, with their answers.
        now: the time to claim, in UTC.
        base: by whose rules the hunks were chosen.
    """
    chosen = {id(item.hunk) for item in asked}
    files = [f.digest for f in change.files if any(id(h) not in chosen for h in f.hunks)]
    return Block(
        at=now.replace(microsecond=0),
        mode=mode,
        asked=(len(asked), len(change.hunks)),
        rules=base.rules,
        name=_name(author.name),
        email=author.email,
        key=key.line,
        change=change.digest,
        hunks=tuple(_attested(item) for item in asked),
        files=tuple(files) if len(files) <= block.MAX_FILES else (),
        project=text.normalise(base.policy.project) if base.policy.project else None,
        policy=base.digest,
    )


def too_many_files(made: Block, change: Change) -> bool:
    """Whether the block covers the exact change alone (docs/format.md)."""
    asked = {hunk.digest for hunk in made.hunks}
    return not made.files and any(hunk.digest not in asked for hunk in change.hunks)


def sign(
    repository: Repository, key: Key, drafts: Sequence[UnsignedBlock]
) -> list[tuple[str, ...]]:
    """The lines of each signed block, read back before they are given out. All
    are signed in one go, so that a passphrase is asked for once.

    Raises:
        UsageError: a block is too long for a commit message.
        EnvironmentFault: see `signing.sign`; nothing is kept.
    """
    payloads = []
    for one in drafts:
        lines = block.write(one.block, ascii_only=one.ascii_only)
        _bounded(lines)
        payloads.append(block.payload([line.encode() for line in lines]))
    blobs = signing_key.sign(repository, key, payloads, terminal=has_terminal())
    signed = []
    for one, payload, blob in zip(drafts, payloads, blobs, strict=True):
        lines = block.write(replace(one.block, signature=blob), ascii_only=one.ascii_only)
        assert_readable(lines, payload)
        signed.append(tuple(lines))
    return signed


def assert_readable(lines: Sequence[str], payload: bytes) -> None:
    """What is stored must be what a reader finds in the commit."""
    spans = block.scan("\n".join(lines).encode()).spans
    assert len(spans) == 1, lines
    assert block.parse(spans[0].lines).payload == payload, lines


def gives_way(span: BlockSpan, new: Sequence[str], alive: set[str], *, whole: bool) -> bool:
    """Whether a block in a message gives way to a new one: it cannot be read, was
    made for hunks that the commit has not, or is by (or in the name of) the same
    person and the new one is for the whole commit.

    Args:
        new: the lines of the new block.
        alive: digests of the hunks that the commit has.
        whole: the new block is for the whole commit.
    """
    added = block.parse([line.encode() for line in new])
    try:
        old = block.parse(span.lines)
    except block.BlockError:
        signed = any(line.startswith(b"Attest-Sig: ") for line in span.lines)
        return signed and span.lines[0].startswith(b"Attest: v1;")
    if old.payload == added.payload or (whole and _same(old, added)):
        return True
    return not {hunk.digest for hunk in old.hunks} <= alive


def _same(old: Block, new: Block) -> bool:
    """Whether two blocks are by one person, or one of them says so."""
    return old.key == new.key or old.email == new.email


def _attested(item: QuestionForm) -> AttestedHunk:
    answers = item.answers
    return AttestedHunk(
        item.hunk.digest,
        where(item.hunk, item.analysis.scope if item.analysis else ()),
        answers.invariant,
        answers.breaks,
        (block.Question(item.texts.third, item.answer),) if item.answer else (),
        answers.unsure,
    )


def where(hunk: Hunk, scope: Sequence[str] = ()) -> str:
    """`Attest-Where`: the path, and what encloses the hunk: git's guess where no scope
    is known."""
    path = text.encode_path(hunk.path, ascii_only=True)
    if len(path) > text.LONGEST_WORD:
        return path[: text.LONGEST_WORD].rsplit("%", 1)[0] + "…"
    heading = text.normalise(hunk.heading.decode("utf-8", "replace")).rstrip("{:( ")
    heading = text.normalise(".".join(scope)) or heading
    room = text.WIDTH - len("Attest-Where: ") - len(path) - 1
    shown = text.encode(heading[: max(room, 0)].rstrip(), ascii_only=True)
    return f"{path} {shown}" if shown and len(shown) <= room else path


def _name(name: str) -> str:
    return text.normalise(name.replace("<", "").replace(">", "")) or "unknown"


def _bounded(lines: Sequence[str]) -> None:
    if len(lines) > block.MAX_LINES // 2 or sum(len(line) for line in lines) > MAX_BYTES:
        raise UsageError(
            "the answers are too long for a commit message",
            "Shorten them with `attest answer --editor`; nothing was signed.",
        )

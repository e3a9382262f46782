"""The new commit objects of a rewrite: bytes alone, nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from attest.attestation import message
from attest.attestation.message import Cleanup
from attest.git import commit_object
from attest.git.diff import Change
from attest.policy import stated_lines
from attest.policy.model import Disclosure

_ASCII = "".join(map(chr, range(32, 127)))
_AS_IT_IS = Cleanup(comments=False, scissors=True, aborts=False)
"""The message is a commit's, not one that git has yet to clean up."""


@dataclass(frozen=True, slots=True)
class Step:
    """A commit that is rewritten.

    Args:
        raw: the commit object as it is.
        signature: git's signature, or None.
    """

    oid: str
    raw: bytes
    parents: tuple[str, ...]
    signature: bytes | None


@dataclass(frozen=True, slots=True)
class Addition:
    """What goes into a commit's message.

    Args:
        block: the lines of the signed block.
        trailers: lines that go before it, unsigned.
        change: what the block was made for.
        disclosure: the project's rules for lines that disclose the help of tools.
        replaces: whether such lines in *trailers* take the place of those that are there.
    """

    block: tuple[str, ...]
    trailers: tuple[str, ...]
    change: Change
    disclosure: Disclosure
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Removal:
    """What is taken out of a commit's message.

    Args:
        block: the lines of the block that answers for the whole branch, elsewhere in it: those
            by the same person give way to it.
    """

    block: tuple[str, ...]


MessageChange = Addition | Removal


def rewritten(
    step: Step,
    message_change: MessageChange | None,
    new: Mapping[str, str],
    committer: bytes,
    separators: bytes,
) -> bytes:
    """The new version of a commit, without a signature of git's.

    Args:
        message_change: what becomes of its message; None to leave that as it is.
        new: new ids of commits by their old ones, its parents among them.
        committer: name, address and time, in UTF-8.
        separators: see `message.Cleanup`.
    """
    commit = commit_object.parse(step.raw, step.oid)
    text = None
    if isinstance(message_change, Removal):
        text = _without_blocks(commit.message, message_change)
    elif message_change is not None:
        text = _message(commit.message, message_change, separators)
    return commit_object.rewritten(
        step.raw,
        step.oid,
        parents=[new.get(parent, parent) for parent in commit.parents],
        committer=_encode(committer, commit.encoding),
        message=text,
    )


def _message(old: bytes, addition: Addition, separators: bytes) -> bytes:
    alive = {hunk.digest for hunk in addition.change.hunks}
    superseded = stated_lines.find_superseded(
        old, addition.disclosure, addition.trailers, replace=addition.replaces
    )
    if addition.replaces and not addition.trailers:
        superseded = stated_lines.find_as_written(old, addition.disclosure)
    text = message.insert(
        old,
        addition.block,
        addition.trailers,
        lambda span: message.gives_way(span, addition.block, alive, whole=True),
        replace(_AS_IT_IS, separators=separators),
        superseded,
    )
    assert text is not None, "a commit's own message is never refused"
    return text


def _without_blocks(old: bytes, removal: Removal) -> bytes:
    return message.remove(
        old, lambda span: message.gives_way(span, removal.block, set(), whole=True)
    )


def seconds_back(steps: Sequence[Step]) -> dict[str, int]:
    """By how many seconds each new commit is dated back, so that they keep the order in
    time of the old ones.

    git merges several merge bases in the order of their dates, and the digests of a merge
    depend on that (docs/adr/0006). With one date for all, that order would change.
    """
    times = {
        step.oid: (commit_object.committer_time(step.raw), place)
        for place, step in enumerate(steps)
    }
    newest_first = sorted(times, key=lambda oid: times[oid], reverse=True)
    return {oid: seconds for seconds, oid in enumerate(newest_first)}


def date_back(ident: bytes, seconds: int) -> bytes:
    """A committer line's value, some seconds earlier."""
    address, _, when = ident.rpartition(b"> ")
    time, _, zone = when.partition(b" ")
    return b"%b> %d %b" % (address, int(time) - seconds, zone)


def _encode(ident: bytes, encoding: str | None) -> bytes:
    """The committer in a commit's encoding.

    It is left in UTF-8 where it cannot be encoded, as git does; and where the encoded line
    would not be a committer line any more. An encoding that a stranger named in a header
    could turn a name into bytes such as a line break.
    """
    try:
        keeps_ascii = _ASCII.encode(encoding or "utf-8") == _ASCII.encode()
        encoded = ident.decode("utf-8").encode(encoding or "utf-8") if keeps_ascii else ident
    except (UnicodeError, LookupError):
        return ident
    name, _, rest = encoded.partition(b"<")
    is_plain = rest == ident.partition(b"<")[2] and not any(byte in b"\0\n<>" for byte in name)
    return encoded if is_plain else ident

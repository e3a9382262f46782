"""Where a block goes in a commit message, by git's own clean-up rules.

See git-commit(1) `--cleanup`, git-interpret-trailers(1) and git-am(1).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from attest.attestation import block, codec
from attest.attestation.block import Block, BlockSpan
from attest.text import lazy

SCISSORS = b" ------------------------ >8 ------------------------"
_DIVIDER = lazy(rb"---(?:[ \t]|$)|diff -|Index: ")
_SIGN_OFF = b"Signed-off-by: "
_GITS_TRAILERS = (_SIGN_OFF, b"(cherry picked from commit ")
_AUTO = b"#;@!$%^&|:"


@dataclass(frozen=True, slots=True)
class Cleanup:
    """How git will clean the message up once the hook has ended.

    Args:
        comment: what a comment line begins with; None where `core.commentChar`
            is `auto` and git chose by the message.
        comments: whether comment lines are taken out.
        scissors: whether all from the scissors line on is taken out.
        template: the text that counts as "nothing was written".
        aborts: whether git gives up the commit where nothing was written.
        doubtful: it is not known whether git takes comment lines out, whatever `comments`
            says.
        separators: what may stand behind the name of a trailer (`trailer.separators`).
    """

    comment: bytes | None = b"#"
    comments: bool = True
    scissors: bool = True
    template: bytes = b""
    aborts: bool = True
    doubtful: bool = False
    separators: bytes = b":"


class _Parts(NamedTuple):
    """The lines that a block may stand in, and those that it must stand above."""

    head: list[bytes]
    tail: list[bytes]


def insert(
    message: bytes,
    lines: Sequence[str],
    trailers: Sequence[str],
    stale: Callable[[BlockSpan], bool],
    cleanup: Cleanup,
    without: Collection[bytes] = (),
) -> bytes | None:
    """Put a block into a message.

    Args:
        message: the file that git gave to the `commit-msg` hook.
        lines: the block's lines.
        trailers: lines that go before it, each only if the message lacks it.
        stale: says of each block that is already in the message whether to take it out.
        without: trailers, stripped, that are taken out.

    Returns:
        The new message, or None where git would see an empty one (an emptied
        message aborts the commit, and must stay empty).
    """
    prefix = _comment_prefix(message, cleanup)
    comment = prefix if cleanup.comments else None
    before, after = _parts(message, cleanup, comment)
    # In doubt, a message of comments alone counts as empty: a block in it would make a
    # commit of what its author wanted to abort.
    if cleanup.aborts and not _has_text(before, prefix if cleanup.doubtful else comment, cleanup):
        return None
    kept = _without_stale(before, stale, trailers)
    kept = [*kept[:1], *(line for line in kept[1:] if line.strip() not in without)]
    end = len(kept)
    while end and _blank_or_comment(kept[end - 1], comment):
        end -= 1
    text, tail = kept[:end], kept[end:]
    present_lines = {line.strip() for line in text}
    new_trailers = [line.encode() for line in trailers if line.encode() not in present_lines]
    new_trailers += [line.encode() for line in lines]
    gap = [] if _ends_in_trailers(text, comment, cleanup.separators) else [b""]
    # git repeats a sign-off unless it is the last line (sequencer.c, `append_signoff`), also
    # where it runs no hook: `git rebase --signoff`, `git am -s`.
    sign_off = [text.pop()] if not gap and text[-1].startswith(_SIGN_OFF) else []
    tail = tail if not tail or not tail[0].strip() else [b"", *tail]
    if (after and not tail) or (after and tail[-1].strip()):
        tail = [*tail, b""]
    lines_ = [*text, *gap, *new_trailers, *sign_off, *tail, *after]
    return b"\n".join(lines_).rstrip(b"\n") + b"\n"


def remove(message: bytes, stale: Callable[[BlockSpan], bool]) -> bytes:
    """A commit's message without some of its blocks, and without the empty lines above them.

    Args:
        stale: says of each block whether to take it out.
    """
    lines = _without_stale(message.split(b"\n"), stale, ())
    return b"\n".join(lines).rstrip(b"\n") + b"\n"


def gives_way(span: BlockSpan, new: Sequence[str], alive: set[str], *, whole: bool) -> bool:
    """Whether a block in a message is to be replaced by a new one.

    It is if it cannot be read, or was made for hunks that the commit does not have, or if
    it is by (or in the name of) the same person and the new one is for the whole commit.

    Args:
        new: the lines of the new block.
        alive: digests of the hunks that the commit has.
        whole: the new block is for the whole commit.
    """
    added = codec.parse([line.encode() for line in new])
    try:
        old = codec.parse_text(span.text)
    except block.BlockError:
        # Only what attest itself may have written is taken out. Text that a person wrote,
        # and that only looks like a block, stays.
        signed = any(line.startswith(b"Attest-Sig: ") for line in span.lines)
        return signed and span.lines[0].startswith(b"Attest: v1;")
    if old.payload == added.payload or (whole and _by_one_person(old, added)):
        return True
    return not {hunk.digest for hunk in old.hunks} <= alive


def _by_one_person(old: Block, new: Block) -> bool:
    """Whether two blocks are by one person, or one of them claims it."""
    return old.key == new.key or old.email == new.email


def _parts(message: bytes, cleanup: Cleanup, comment: bytes | None) -> _Parts:
    """Cut a message in two: what git cuts off at its scissors, and what git-am would take for
    the beginning of the patch, stays below the block.

    The first paragraph is the subject, whatever its lines look like: git-format-patch writes
    it into a mail's header, where git-am looks for no patch (git-mailinfo(1)).
    """
    lines = message.split(b"\n")
    seen = within = False  # the subject has begun; we are in it
    for number, line in enumerate(lines):
        bare = line.rstrip(b"\r")
        if cleanup.scissors and bare.endswith(SCISSORS):
            return _Parts(lines[:number], lines[number:])
        if not bare.strip():
            within = False
        elif comment is None or not line.startswith(comment):
            within = within or not seen
            seen = True
            if not within and _DIVIDER.match(bare):
                return _Parts(lines[:number], lines[number:])
    return _Parts(lines, [])


def _comment_prefix(message: bytes, cleanup: Cleanup) -> bytes:
    """What comment lines begin with. With `core.commentChar=auto` git chooses a character
    that no line of the message began with; the comments that it wrote show which."""
    if cleanup.comment is not None:
        return cleanup.comment
    above: list[bytes] = []
    for line in message.split(b"\n"):
        if line.rstrip(b"\r").endswith(SCISSORS):
            return line[:1]
        above += [line] if line.strip() else []
    last = above[-1][:1] if above else b""
    return last if last and last in _AUTO else b"#"


def _blank_or_comment(line: bytes, comment: bytes | None) -> bool:
    return not line.strip() or (comment is not None and line.startswith(comment))


def _has_text(lines: list[bytes], comment: bytes | None, cleanup: Cleanup) -> bool:
    """Whether git would find text to commit: more than comments, sign-offs and
    an unchanged template."""
    text = [line.rstrip() for line in lines if not _blank_or_comment(line, comment)]
    text = [line for line in text if not line.startswith(_SIGN_OFF)]
    template = [line.rstrip() for line in cleanup.template.split(b"\n")]
    template = [line for line in template if not _blank_or_comment(line, comment)]
    template = [line for line in template if not line.startswith(_SIGN_OFF)]
    return bool(text) and text != template


def _without_stale(
    lines: list[bytes], stale: Callable[[BlockSpan], bool], trailers: Sequence[str]
) -> list[bytes]:
    """The lines without the blocks that give way, and without sign-offs that git repeats behind
    a block: where the last trailer is the same sign-off already, it adds none (sequencer.c,
    `append_signoff`), but for it that is one of our lines.

    Args:
        trailers: that go before the block; others of their keys may stand there already.
    """
    own_keys = {line.partition(":")[0].encode() for line in trailers} | {b"Assisted-by"}
    kept = list(lines)
    for span in reversed(block.scan(b"\n".join(lines)).spans):
        above = [line for line in kept[: span.start] if line.strip()]
        while above and above[-1].partition(b":")[0] in own_keys:
            above.pop()
        below = next((n for n in range(span.stop, len(kept)) if kept[n].strip()), None)
        repeats = below is not None and above and kept[below].rstrip() == above[-1].rstrip()
        if below is not None and repeats and kept[below].startswith(_SIGN_OFF):
            del kept[below]
        if stale(span):
            del kept[span.start : span.stop]
    return kept


def _ends_in_trailers(text: list[bytes], comment: bytes | None, separators: bytes) -> bool:
    """Whether git sees trailers in the last paragraph, if that is not the subject's: all of its
    lines are some, or one of git's own is among them and a quarter are (trailer.c,
    `find_trailer_block_start`). What is below them in that paragraph is one with them."""
    visible = [line for line in text if comment is None or not line.startswith(comment)]
    paragraph = visible[len(visible) - next(_until_blank(visible), len(visible)) :]
    if not paragraph or len(paragraph) == len([line for line in visible if line.strip()]):
        return False
    trailer = re.compile(rb"[A-Za-z0-9-]+[ \t]*[%b]" % re.escape(separators))
    trailers = others = 0
    for line in paragraph:
        if line.startswith(_GITS_TRAILERS) or trailer.match(line):
            trailers += 1
        elif not (line[:1].isspace() and trailers):
            others += 1
    has_gits = any(line.startswith(_GITS_TRAILERS) for line in paragraph)
    return bool(trailers) and (not others or (has_gits and trailers * 3 >= others))


def _until_blank(lines: list[bytes]) -> Iterator[int]:
    """How many lines stand below each empty one, from the last one on."""
    return (count for count, line in enumerate(reversed(lines)) if not line.strip())

"""Where a block goes in a commit message: every rule of git's clean-up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.attestation import block
from attest.attestation.block import BlockSpan
from attest.attestation.message import SCISSORS, Cleanup, insert
from support.blocks import LINES, SMALL
from support.repo import Repo

CUT = b"#" + SCISSORS + b"\n"
HELP = b"# Please enter the commit message.\n#\n# On branch main\n"
BLOCK = b"".join(line.encode() + b"\n" for line in SMALL)
OLD = b"".join(line.encode() + b"\n" for line in LINES)
SIGNED_OFF = b"Signed-off-by: A U Thor <author@example.com>\n"
OTHERS = b"Signed-off-by: Some Body <some@example.org>\n"
PLAIN = Cleanup()


def put(
    message: bytes,
    cleanup: Cleanup = PLAIN,
    trailers: tuple[str, ...] = (),
    *,
    stale: bool = True,
) -> bytes | None:
    return insert(message, SMALL, trailers, lambda _span: stale, cleanup)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        (b"Subject", b"Subject\n\n{}"),
        (b"Subject\n", b"Subject\n\n{}"),
        (b"Subject\n\n\n\n", b"Subject\n\n{}"),
        (b"\n\nSubject\n", b"\n\nSubject\n\n{}"),
        (b"Subject\n\nBody.\n", b"Subject\n\nBody.\n\n{}"),
        # Trailers are joined, and stay as they are.
        (b"Subject\n\n" + SIGNED_OFF + b"A: b\n", b"Subject\n\n" + SIGNED_OFF + b"A: b\n{}"),
        # A sign-off stays the last line: git repeats any other.
        (b"Subject\n\n" + SIGNED_OFF, b"Subject\n\n{}" + SIGNED_OFF),
        (b"S\n\n" + OTHERS + SIGNED_OFF, b"S\n\n" + OTHERS + b"{}" + SIGNED_OFF),
        (b"Subject\n\nBody.\n\nChange-Id: I1\n", b"Subject\n\nBody.\n\nChange-Id: I1\n{}"),
        (
            b"Subject\n\nCo-authored-by: B <b@c>\n" + SIGNED_OFF,
            b"Subject\n\nCo-authored-by: B <b@c>\n{}" + SIGNED_OFF,
        ),
        (b"Subject\n\nFixes: long\n  text\n", b"Subject\n\nFixes: long\n  text\n{}"),
        (
            b"Subject\n\n(cherry picked from commit 1234)\n",
            b"Subject\n\n(cherry picked from commit 1234)\n{}",
        ),
        # A subject alone is never taken for a trailer.
        (b"fix: the parser\n", b"fix: the parser\n\n{}"),
        (b"fix: the parser\nFixes: #1\n", b"fix: the parser\nFixes: #1\n\n{}"),
        (b"# comment\nfix: it\n", b"# comment\nfix: it\n\n{}"),
        # Prose that ends like a trailer is not one.
        (b"S\n\nSee the\nnote: this\n", b"S\n\nSee the\nnote: this\n\n{}"),
        # Comments at the end stay below; those inside stay where they are.
        (b"S\n\n" + HELP, b"S\n\n{}\n" + HELP),
        (b"S\n" + HELP, b"S\n\n{}\n" + HELP),
        (b"S\n\nA: b\n# note\nC: d\n", b"S\n\nA: b\n# note\nC: d\n{}"),
        (b"# first\nS\n# between\nbody\n# last\n", b"# first\nS\n# between\nbody\n\n{}\n# last\n"),
        # Above the scissors, with all that is below it.
        (b"S\n" + CUT + b"diff\n", b"S\n\n{}\n" + CUT + b"diff\n"),
        (b"S\n\n" + HELP + CUT + b"+new\n", b"S\n\n{}\n" + HELP + b"\n" + CUT + b"+new\n"),
        # Never below `---`: `git am` takes what is there for a patch.
        (b"S\n\nbody\n---\nnotes\n", b"S\n\nbody\n\n{}\n---\nnotes\n"),
        (b"S\n\n--- a/file\n", b"S\n\n{}\n--- a/file\n"),
        (b"S\n\nbody\nIndex: a.c\n", b"S\n\nbody\n\n{}\nIndex: a.c\n"),
        # All lines of the first paragraph are the subject, which stands in a mail's header.
        (b"--- is kept\n", b"--- is kept\n\n{}"),
        (b"---\n\nbody\n", b"---\n\nbody\n\n{}"),
        (b"Index: faster\n\nbody\n---\nnotes\n", b"Index: faster\n\nbody\n\n{}\n---\nnotes\n"),
        (b"# note\n\ndiff --git output\n", b"# note\n\ndiff --git output\n\n{}"),
        (b"S\ndiff -u is read\n\nbody\n", b"S\ndiff -u is read\n\nbody\n\n{}"),
        (b"S\n\n----\nmore\n", b"S\n\n----\nmore\n\n{}"),
        (b"S\n\n---more\n", b"S\n\n---more\n\n{}"),
    ],
)
def test_the_block_goes_behind_the_last_line_of_text(message: bytes, expected: bytes) -> None:
    outcome = put(message)
    assert outcome is not None
    assert _collapsed(outcome) == _collapsed(expected.replace(b"{}", BLOCK))


def _collapsed(message: bytes) -> bytes:
    """Runs of empty lines count as one, as git writes them."""
    while b"\n\n\n" in message:
        message = message.replace(b"\n\n\n", b"\n\n")
    return message


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\n \n\t\n",
        HELP,
        b"\n" + HELP,
        CUT + b"diff --git a/a b/a\n+text\n",
        b"\n" + HELP + CUT + b"+text\n",
        SIGNED_OFF,
        b"\n" + SIGNED_OFF + HELP,
        b"\r\n\r\n",
    ],
)
def test_a_message_emptied_to_abort_stays_empty(message: bytes) -> None:
    assert put(message) is None
    assert put(message, trailers=("Assisted-by: x",)) is None


TEMPLATE = b"Why:\n\nWhat:\n# help\n"


@pytest.mark.parametrize(
    ("message", "untouched"),
    [
        (TEMPLATE, True),
        (TEMPLATE + HELP, True),
        (b"Why:\n\nWhat:\n", True),
        (TEMPLATE + SIGNED_OFF, True),
        (b"Why: because\n\nWhat:\n", False),
        (b"Why:\n", False),
        (b"New\n" + TEMPLATE, False),
    ],
)
def test_a_template_that_nobody_touched_aborts_too(message: bytes, untouched: bool) -> None:
    assert (put(message, Cleanup(template=TEMPLATE)) is None) is untouched


def test_a_template_with_a_sign_off_that_nobody_touched_aborts_too() -> None:
    template = b"Why:\n\n" + SIGNED_OFF
    assert put(template, Cleanup(template=template)) is None
    assert put(template + HELP, Cleanup(template=template)) is None


@pytest.mark.parametrize("comment", [b";", b"%", b"//", b"REM"])
def test_the_configured_comment_is_used(comment: bytes) -> None:
    cleanup = Cleanup(comment=comment)
    notes = comment + b" a comment\n"
    assert put(notes, cleanup) is None
    assert put(b"# text\n" + notes, cleanup) == b"# text\n\n" + BLOCK + b"\n" + notes


def test_without_comments_a_hash_is_text() -> None:
    cleanup = Cleanup(comments=False)
    assert put(b"# 1\n", cleanup) == b"# 1\n\n" + BLOCK
    assert put(b"S\n\n# 2\n", cleanup) == b"S\n\n# 2\n\n" + BLOCK


@pytest.mark.parametrize("character", [b"#", b";", b"@", b"!", b"$", b"%", b"^", b"&", b"|", b":"])
def test_an_automatic_comment_character_is_found(character: bytes) -> None:
    cleanup = Cleanup(comment=None)
    notes = character + b" Please enter\n" + character + b"\n"
    assert put(b"\n" + notes, cleanup) is None
    assert put(b"S\n\n" + notes, cleanup) == b"S\n\n" + BLOCK + b"\n" + notes


def test_an_automatic_comment_character_is_found_above_the_scissors() -> None:
    """`commit -v`: the last line is one of the diff."""
    cleanup = Cleanup(comment=None)
    notes = b"; Please enter\n;" + SCISSORS + b"\ndiff --git a/a b/a\n+text\n"
    assert put(b"\n" + notes, cleanup) is None
    outcome = put(b"# 1 is fixed\n\n" + notes, cleanup)
    assert outcome is not None
    assert _collapsed(outcome).startswith(b"# 1 is fixed\n\n" + BLOCK + b"\n; Please enter\n")


def test_trailers_go_before_the_block_once() -> None:
    trailers = ("Assisted-by: one", "Assisted-by: two")
    once = put(b"S\n\nAssisted-by: two\n", trailers=trailers)
    assert once == b"S\n\nAssisted-by: two\nAssisted-by: one\n" + BLOCK
    assert put(once, trailers=trailers) == once


@pytest.mark.parametrize("stale", [True, False])
@pytest.mark.parametrize(
    ("above", "below", "kept_below"),
    [
        (SIGNED_OFF, SIGNED_OFF, b""),
        (SIGNED_OFF, b"\n" + SIGNED_OFF, b""),
        (SIGNED_OFF + b"Assisted-by: one\n", SIGNED_OFF, b""),
        (OTHERS + SIGNED_OFF, SIGNED_OFF + OTHERS, OTHERS),
        # git alone adds these, too.
        (b"", SIGNED_OFF, SIGNED_OFF),
        (OTHERS, SIGNED_OFF, SIGNED_OFF),
        (SIGNED_OFF + OTHERS, SIGNED_OFF, SIGNED_OFF),
        (SIGNED_OFF + b"Reviewed-by: B <b@c>\n", SIGNED_OFF, SIGNED_OFF),
    ],
)
def test_a_sign_off_is_not_repeated_because_of_a_block(
    above: bytes, below: bytes, kept_below: bytes, *, stale: bool
) -> None:
    outcome = put(b"S\n\n" + above + OLD + below, trailers=("Assisted-by: one",), stale=stale)
    assert outcome is not None
    lines = [line + b"\n" for line in outcome.split(b"\n") if line.startswith(b"Signed-off-by")]
    assert (
        b"".join(lines)
        == above.replace(b"Assisted-by: one\n", b"").replace(b"Reviewed-by: B <b@c>\n", b"")
        + kept_below
    )


@pytest.mark.parametrize("indent", [b"", b"    "])
def test_a_stale_block_gives_way_and_another_stays(indent: bytes) -> None:
    old = b"".join(indent + line + b"\n" for line in OLD.splitlines())
    message = b"S\n\nbody\n\n" + SIGNED_OFF + old
    assert put(message) == b"S\n\nbody\n\n" + BLOCK + SIGNED_OFF
    kept = put(message, stale=False)
    assert kept is not None
    assert kept.startswith(message)
    assert [s.lines for s in block.scan(kept).spans][1:] == [tuple(BLOCK.splitlines())]


def test_each_block_is_judged_by_itself() -> None:
    seen: list[BlockSpan] = []

    def stale(span: BlockSpan) -> bool:
        seen.append(span)
        return len(span.lines) == len(LINES)

    message = b"S\n\n" + OLD + b"\nsecond\n\n" + b"Attest: v9\n" + OLD
    outcome = insert(message, SMALL, (), stale, PLAIN)
    assert len(seen) == 3
    assert outcome is not None
    assert [s.lines[0] for s in block.scan(outcome).spans] == [b"Attest: v9", SMALL[0].encode()]
    assert b"\nsecond\n" in outcome


def test_a_block_below_the_scissors_is_left_alone() -> None:
    below = CUT + b"+Attest: v1\n"
    outcome = put(b"S\n" + below)
    assert outcome is not None
    assert outcome.endswith(below)


def test_line_ends_of_the_message_are_kept() -> None:
    outcome = put(b"S\r\n\r\nbody\r\n\r\nFixes: #1\r\n")
    assert outcome == b"S\r\n\r\nbody\r\n\r\nFixes: #1\r\n" + BLOCK


def test_bytes_that_are_not_utf8_are_kept() -> None:
    assert put(b"gr\xfc\xdfe\n") == b"gr\xfc\xdfe\n\n" + BLOCK


TEXT = st.sampled_from(
    [
        *(b"", b" ", b"text", b"Fixes: #1", b"# comment", b"  indented", b"crlf\r", b"\xff\xfe"),
        *(b"---", b"--- a/a", b"#" + SCISSORS, SCISSORS, b"diff -u", b"Index: x", b"; x"),
        *(b"Attested-by: x", b"Attest-Sig: x", SIGNED_OFF.strip()),
    ]
)


@given(
    st.lists(st.one_of(TEXT, st.binary(max_size=8).map(lambda b: b.replace(b"\n", b"")))),
    st.sampled_from([b"#", b";", None]),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_no_line_is_lost(
    lines: list[bytes], comment: bytes | None, comments: bool, scissors: bool, newline: bool
) -> None:
    message = b"\n".join(lines) + b"\n" * newline
    outcome = put(message, Cleanup(comment, comments, scissors))
    if outcome is None:
        return
    before = [line for line in lines if line.strip()]
    after = [line for line in outcome.split(b"\n") if line.strip()]
    at = next(n for n in range(len(after)) if after[n : n + len(SMALL)] == BLOCK.splitlines())
    assert after[:at] + after[at + len(SMALL) :] == before


@given(st.lists(TEXT, max_size=8))
def test_doing_it_twice_changes_nothing(lines: list[bytes]) -> None:
    once = put(b"\n".join([b"Subject", *lines]))
    assert once is not None
    twice = put(once)
    assert twice is not None
    assert [line for line in twice.split(b"\n") if line.strip()] == [
        line for line in once.split(b"\n") if line.strip()
    ]


MESSAGES = [
    b"Subject\n",
    b"Subject\n\nA body.\n",
    b"Subject\n\n" + SIGNED_OFF,
    b"Subject\n\nbody\n\nChange-Id: I1\n" + SIGNED_OFF,
    b"Subject\n\nbody: this is\nno trailer\n",
    b"fix: subject only\n",
    b"Subject\n\n(cherry picked from commit 1234567890)\n",
    b"Subject\n\nbody\n\n" + HELP,
    b"Subject\n\nbody\n\n" + SIGNED_OFF + b"\n" + HELP,
    b"Subject\n\nbody\n\n" + HELP + b"text behind\n",
    b"Subject\n\nbody\n\n" + OLD,
    b"Subject\n\nbody\n---\nnotes: below\n",
    b"Subject\n\nMixed with\n" + SIGNED_OFF,
    b"Subject\n\nThree\nlines\nmore\n" + SIGNED_OFF,
    b"Subject\n\nFour\nlines\nmore\nhere\n" + SIGNED_OFF,
    b"Subject\n\n folded\n" + SIGNED_OFF,
    b"Subject\n\nbody\n\nFixes: long\n folded\n",
]


@pytest.mark.parametrize("message", MESSAGES)
def test_git_sees_the_block_as_trailers(bare_repo: Repo, message: bytes) -> None:
    outcome = put(message)
    assert outcome is not None
    clean = bare_repo.run("git", "stripspace", "-s", stdin=outcome, check=True).stdout
    parsed = bare_repo.run("git", "interpret-trailers", "--parse", stdin=clean, check=True).stdout
    assert parsed.removesuffix(SIGNED_OFF).endswith(BLOCK)
    if SIGNED_OFF in message:
        shown = bare_repo.run("git", "stripspace", "-s", stdin=message).stdout
        assert clean.replace(BLOCK, b"").startswith(shown.split(b"---")[0].rstrip())


TRAILERS = [
    (b":", b"Reviewed-by: B\n"),
    (b":#", b"Fixes #12\n"),
    (b":#", b"Fixes #12\nReviewed-by: B\n"),
    (b":=", b"Bug=12\n"),
    (b":]", b"Bug ]12\n"),
    (b":", b"See also the table\nfor others\n" + SIGNED_OFF),
]


@pytest.mark.parametrize(("separators", "trailers"), TRAILERS)
def test_git_still_sees_the_trailers_that_a_person_typed(
    bare_repo: Repo, separators: bytes, trailers: bytes
) -> None:
    setting = f"trailer.separators={separators.decode()}"
    parse = ("git", "-c", setting, "interpret-trailers", "--parse")
    before, after = (
        bare_repo.run(*parse, stdin=message, check=True).stdout
        for message in (
            b"Subject\n\nbody\n\n" + trailers,
            put(b"Subject\n\nbody\n\n" + trailers, cleanup=Cleanup(separators=separators)) or b"",
        )
    )
    assert before
    assert after == (BLOCK + before if trailers.endswith(SIGNED_OFF) else before + BLOCK)


@pytest.mark.parametrize("message", [*MESSAGES, SIGNED_OFF, HELP, b"", b"\n\n", CUT + b"+x\n"])
@pytest.mark.parametrize(
    ("options", "cleanup"),
    [
        (("--cleanup=strip", "-v"), Cleanup()),
        # git keeps comments there, and cuts at the scissors only.
        (("--cleanup=scissors",), Cleanup(comments=False)),
    ],
)
def test_git_aborts_where_no_block_is_put(
    bare_repo: Repo, options: tuple[str, ...], cleanup: Cleanup, message: bytes
) -> None:
    """The hook leaves a message alone if, and only if, git would refuse it."""
    (bare_repo.path / "MSG").write_bytes(message)
    result = bare_repo.run("git", "commit", "-q", "--allow-empty", *options, "-e", "-F", "MSG")
    assert (result.returncode == 0) is (put(message, cleanup) is not None), result.stderr


def test_a_hash_is_text_where_git_cuts_at_the_scissors_only(repo: Repo) -> None:
    repo.write("a.py", "new\n")
    repo.answer()
    (repo.path / "MSG").write_bytes(b"Subject\n\n# a heading\n")
    repo.git("-c", "commit.cleanup=scissors", "commit", "-q", "-e", "-F", "MSG")
    assert repo.message().startswith("Subject\n\n# a heading\n\nAttest: v1")

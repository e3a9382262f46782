"""Messages of every kind get their block, and keep all else to the byte."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from support import forge, keys
from support.messages import blocks, edit
from support.repo import Repo
from support.rewriting import (
    BARE,
    EXACT,
    Imported,
    again,
    answered,
    change,
    commits,
    fast_import,
    filled,
    outcomes,
    parts,
    printed,
    published,
    shown,
    state,
    stored,
)

SCISSORS = b"# ------------------------ >8 ------------------------\n"
SIGNED_OFF = b"Signed-off-by: R <r@example.com>\n"
BELOW = b"\n<block>\n"
MESSAGES = {
    "a subject": (b"Subject\n", b"Subject\n" + BELOW),
    "no newline at the end": (b"Subject\n\nBody", b"Subject\n\nBody\n" + BELOW),
    "empty": (b"", BELOW),
    "blank lines alone": (b"\n\n\n", BELOW),
    "a sign-off alone": (SIGNED_OFF, SIGNED_OFF + BELOW),
    "a subject like a trailer": (b"fix: it\n", b"fix: it\n" + BELOW),
    "a sign-off": (b"Subject\n\n" + SIGNED_OFF, b"Subject\n\n<block>\n" + SIGNED_OFF),
    "trailers without a newline": (
        b"S\n\nBody\n\nAcked-by: A\nFixes: b",
        b"S\n\nBody\n\nAcked-by: A\nFixes: b\n<block>\n",
    ),
    "folded trailers": (
        b"S\n\nFixes: a\n  and more\n(cherry picked from commit 12)\n",
        b"S\n\nFixes: a\n  and more\n(cherry picked from commit 12)\n<block>\n",
    ),
    "prose below trailers": (
        b"S\n\n" + SIGNED_OFF + b"\nBody\n",
        b"S\n\n" + SIGNED_OFF + b"\nBody\n" + BELOW,
    ),
    "blank lines at the end": (b"S\n\nBody\n\n\n", b"S\n\nBody\n" + BELOW),
    "blanks": (b"\n  S \t\n\n\n\nBody  \n", b"\n  S \t\n\n\n\nBody  \n" + BELOW),
    "indented code at the end": (b"S\n\nRun:\n\n\tmake\n", b"S\n\nRun:\n\n\tmake\n" + BELOW),
    "scissors": (
        b"S\n\nBody\n" + SCISSORS + b"diff --git a/a b/a\n",
        b"S\n\nBody\n" + BELOW + b"\n" + SCISSORS + b"diff --git a/a b/a\n",
    ),
    "trailers above scissors": (
        b"S\n\n" + SIGNED_OFF + b"\n" + SCISSORS + b"; more",
        b"S\n\n<block>\n" + SIGNED_OFF + b"\n" + SCISSORS + b"; more\n",
    ),
    "a line that ends a patch's message": (
        b"S\n\nBody\n---\nBelow\n",
        b"S\n\nBody\n" + BELOW + b"\n---\nBelow\n",
    ),
    "lines like comments": (b"S\n\n# Head\n\n#12\n", b"S\n\n# Head\n\n#12\n" + BELOW),
    "a subject like a comment": (b"#12: fix\n", b"#12: fix\n" + BELOW),
    "a comment below trailers": (
        b"S\n\nFixes: a\n# b\n",
        b"S\n\nFixes: a\n# b\n" + BELOW,
    ),
    "CRLF": (b"S\r\n\r\nBody\r\n", b"S\r\n\r\nBody\r\n" + BELOW),
    "CRLF and trailers": (b"S\r\n\r\nFixes: a\r\n", b"S\r\n\r\nFixes: a\r\n<block>\n"),
    "not UTF-8": (b"S \xff\xfe\n\n\x80\n", b"S \xff\xfe\n\n\x80\n" + BELOW),
    "control characters": (b"S \x1b[31m\x07\n\nB\x0c\n", b"S \x1b[31m\x07\n\nB\x0c\n" + BELOW),
    "stray lines of a block": (
        b"S\n\nAttest-Key: stray\nAttested-by: A <a@b>\n",
        b"S\n\nAttest-Key: stray\nAttested-by: A <a@b>\n<block>\n",
    ),
    "stray lines in the prose": (
        b"S\n\nAttest-Sig: x\n\nBody\n",
        b"S\n\nAttest-Sig: x\n\nBody\n" + BELOW,
    ),
    "a word about attest": (
        b"S\n\nAttest: it is new\n\nBody\n",
        b"S\n\nAttest: it is new\n\nBody\n" + BELOW,
    ),
}


@pytest.fixture(scope="module")
def chain(_start: Repo, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, str]]:
    """One commit for each message, all answered for in one go: the new messages, and
    what git reads from their trailers."""
    repo = _start.copy(tmp_path_factory.mktemp("messages"))
    published(repo)
    ref, files = "refs/heads/topic", [{f"{name}.txt": f"{name}\n"} for name in MESSAGES]
    fast_import(
        repo,
        (
            Imported(ref, n, "To do", dict(one), "" if n > 1 else "refs/heads/main")
            for n, one in enumerate(files, 1)
        ),
    )
    made = commits(repo, "origin/main..topic")
    oids = repo.git("rev-list", "--reverse", "origin/main..topic").split()
    parent = repo.head
    for oid, (message, _) in zip(oids, MESSAGES.values(), strict=True):
        parent = stored(repo, replace(made[oid], parents=(parent,), message=message))
    answered(repo)
    assert outcomes(repo, "origin/main..main") == [EXACT] * len(MESSAGES)
    new = commits(repo, "origin/main..main")
    oids = repo.git("rev-list", "--reverse", "origin/main..main").split()
    form = "--format=%(trailers:key=Attest-Hunk,valueonly,separator=%x2C)"
    read = repo.git("log", "--reverse", form, "origin/main..main").split("\n")
    result = zip(MESSAGES, oids, read, strict=True)
    return {name: (new[oid].message, trailer) for name, oid, trailer in result}


@pytest.mark.parametrize("name", MESSAGES)
def test_the_block_stands_where_trailers_stand(
    chain: dict[str, tuple[bytes, str]], name: str
) -> None:
    assert shown(chain[name][0]) == MESSAGES[name][1]


NO_TRAILERS = {"empty", "blank lines alone", "a line that ends a patch's message"}
"""To git the first paragraph is no trailer, and a patch has none above its `---`."""


@pytest.mark.parametrize("name", sorted(set(MESSAGES) - NO_TRAILERS))
def test_git_reads_the_trailers(chain: dict[str, tuple[bytes, str]], name: str) -> None:
    message, trailer = chain[name]
    assert f"\nAttest-Hunk: {trailer}\n".encode() in message


@pytest.mark.parametrize("is_new", [True, False], ids=["a new commit", "a commit that exists"])
def test_a_trailer_with_a_separator_of_ones_own_stays_one(repo: Repo, *, is_new: bool) -> None:
    published(repo)
    repo.git("config", "trailer.separators", ":#")
    edit(repo, 3, "three")
    repo.git("add", "a.py")
    message = ("-m", "Subject", "-m", "Fixes #12")
    if is_new:
        repo.answer()
        repo.git("commit", "-q", *message)
    else:
        repo.git(*BARE, "commit", "-q", *message)
        answered(repo)
    assert outcomes(repo, "HEAD^..HEAD") == [EXACT]
    parse = ("git", "interpret-trailers", "--parse")
    trailers = repo.run(*parse, stdin=repo.message().encode(), check=True).stdout
    assert trailers.startswith(b"Fixes: 12\nAttest: v1; ")


@pytest.mark.parametrize("character", [";", "auto", "%"])
def test_the_character_of_comments_changes_nothing(repo: Repo, character: str) -> None:
    published(repo)
    change(repo, 3)
    stored(repo, replace(parts(repo.raw()), message=b"S\n\n; a\n# b\n% c\n"))
    repo.git("config", "core.commentChar", character)
    answered(repo)
    assert shown(parts(repo.raw()).message) == b"S\n\n; a\n# b\n% c\n" + BELOW
    assert outcomes(repo, "HEAD") == [EXACT]


def message_with(repo: Repo, message: bytes) -> bytes:
    """Give HEAD a message, answer for it, and take the new one, which holds."""
    published(repo, "HEAD^")
    stored(repo, replace(parts(repo.raw()), message=message))
    answered(repo)
    assert outcomes(repo, "HEAD") == [EXACT]
    return parts(repo.raw()).message


def _lines(repo: Repo, key: Path, email: str = "other@example.org") -> bytes:
    made = forge.honest(forge.change_of(repo), email, "O Ther")
    return b"\n".join(forge.signed(made, key)) + b"\n"


@pytest.fixture
def others(key_folder: Path) -> Path:
    """Somebody else's key."""
    return keys.make(key_folder, "ecdsa", 256)


def test_a_stale_block_of_ones_own_gives_way(repo: Repo, key: Path) -> None:
    change(repo, 3)
    old = _lines(repo, key, "author@example.com")
    edit(repo, 4, "another change")
    repo.git(*BARE, "commit", "-q", "--amend", "-m", "Change")
    new = message_with(repo, b"S\n\nBody\n\n" + old + SIGNED_OFF)
    assert shown(new) == b"S\n\nBody\n\n<block>\n" + SIGNED_OFF
    assert old not in new


def test_a_stale_block_of_somebody_else_gives_way(repo: Repo, others: Path) -> None:
    change(repo, 3)
    old = _lines(repo, others)
    edit(repo, 3, "another change")
    repo.git(*BARE, "commit", "-q", "--amend", "-m", "Change")
    assert shown(message_with(repo, b"S\n\n" + old)) == b"S\n" + BELOW


def test_a_block_of_somebody_else_that_holds_stays(repo: Repo, others: Path) -> None:
    change(repo, 3)
    old = _lines(repo, others)
    new = message_with(repo, b"S\n\n" + old)
    assert new.startswith(b"S\n\n" + old)
    assert shown(new) == b"S\n\n<block>\n<block>\n"


SPOILED: dict[str, Callable[[bytes], bytes]] = {
    "a line that no block has": lambda text: text.replace(b"Attest-Where: ", b"Attest-Odd: ", 1),
    "its change is cut": lambda text: text.replace(b"Attest-Change: ", b"Attest-Change: x", 1),
    "an answer is another": lambda text: text.replace(b"invariant 0", b"invariant 9", 1),
}


@pytest.mark.parametrize("spoil", SPOILED.values(), ids=SPOILED)
def test_a_broken_block_gives_way(repo: Repo, key: Path, spoil: Callable[[bytes], bytes]) -> None:
    change(repo, 3)
    good = _lines(repo, key, "author@example.com")
    bad = spoil(good)
    assert bad != good
    assert shown(message_with(repo, b"S\n\n" + bad + SIGNED_OFF)) == (
        b"S\n\n<block>\n" + SIGNED_OFF
    )


def test_what_a_block_said_before_is_not_asked_again(repo: Repo, key: Path) -> None:
    published(repo)
    change(repo, 3)
    change(repo, 13, "something else")
    repo.git("reset", "-q", "--soft", "HEAD^^")
    repo.git(*BARE, "commit", "-q", "-m", "Both")
    old = forge.honest(forge.change_of(repo))
    lines = forge.signed(replace(old, hunks=old.hunks[:1], hunk_counts=(1, 2)), key)
    stored(repo, replace(parts(repo.raw()), message=b"S\n\n" + b"\n".join(lines) + b"\n"))
    asked = repo.template("--unpushed")["hunk"]
    assert [(one["invariant"], one["breaks"]) for one in asked] == [
        ("invariant 0", "breaks 0"),
        ("", ""),
    ]
    answered(repo)
    assert outcomes(repo, "HEAD") == [EXACT]
    assert len(blocks(repo.message())) == 1


@pytest.mark.parametrize("above", [False, True], ids=["its own", "of one above"])
def test_a_nul_byte_is_refused_and_a_reword_is_the_remedy(repo: Repo, above: bool) -> None:
    published(repo)
    change(repo, 3)
    if above:
        answered(repo)
        published(repo, "HEAD", "origin/main")
        change(repo, 13)
        change(repo, 23, "Above")
    stored(repo, replace(parts(repo.raw()), message=b"S\n\nBefore \0 after\n"))
    before, bad = state(repo), repo.head
    rev = "HEAD^..HEAD" if not above else "HEAD^^..HEAD^"
    reply = again(repo, rev, stdin=filled(repo, rev), code=2)
    assert f"the message of {bad[:10]} contains a NUL byte" in reply
    assert "reword" in reply
    assert state(repo) == before
    repo.git(*BARE, "commit", "-q", "--amend", "-m", "Reworded")
    answered(repo)
    assert set(outcomes(repo, "origin/main..HEAD")) == {EXACT}


@pytest.mark.parametrize("is_root", [False, True], ids=["a commit", "the first commit"])
@pytest.mark.parametrize("kept", [True, False], ids=["kept", "dropped"])
def test_what_replaces_a_commit_is_not_lost(repo: Repo, *, is_root: bool, kept: bool) -> None:
    if is_root:
        repo.git("switch", "-q", "--orphan", "other")
        repo.write("a.py", "one\n")
        repo.git("add", "a.py")
        repo.git(*BARE, "commit", "-q", "-m", "Old text")
    else:
        published(repo)
        change(repo, 3, "Old text")
    oid = repo.head
    repo.git("replace", "--edit", oid, GIT_EDITOR="sed -i 's/Old text/New text/'")
    repo.write("above.py", "above\n")
    repo.git("add", "above.py")
    repo.git(*BARE, "commit", "-q", "-m", "Above")
    reply = again(repo, oid, code=2)
    assert "is replaced (git replace)" in reply
    command = printed(reply, "git rebase --no-ff .+" if kept else "git replace -d .+")
    repo.git(*BARE, *command[1:])
    assert repo.git("log", "-1", "--format=%s", "HEAD^") == ("New text" if kept else "Old text")
    answered(repo, "HEAD^")
    assert repo.git("log", "-1", "--format=%s", "HEAD^") == ("New text" if kept else "Old text")

"""What reaches the terminal: no escape in plain mode, no colour against NO_COLOR,
and nothing raw of a hostile change."""

from __future__ import annotations

import re

import pytest

from support.repo import Repo
from support.terminal import INVARIANT, SIGN, Terminal, stage
from support.words import invariant, removal

COLOUR = re.compile(rb"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
BOTH_WAYS = pytest.mark.parametrize("term", ["xterm-256color", "dumb"])

HOSTILE = {
    "title": b"\x1b]0;pwned\x07 behind\n",
    "clear": b"\x1b[2J\x1b[1;1H\x1b[8mhidden\n",
    "c1": "\x9b31m\x9d0;pwned\x9c\n".encode(),
    "raw-c1": b"\x9b31m\x90q\x9c\n",
    "nul": b"a\0b\0c\n",
    "bidi": "access = '\u202enimda\u2066' \u200f\u061c\n".encode(),
    "separators": "one\u2028two\u2029three\x85four\n".encode(),
    "carriage": b"harmless()\rdangerous()\n\x08\x08\x7f\n",
    "no-newline": b"\x1b[31m",
    "markup": b"[red]styled[/red] [link=file:///x]y[/link]\n",
}
NEVER = (b"\x1b]", b"\x1b[8m", b"\x1b[2J", b"\0", b"\x07", b"\x7f")
NEVER_TEXT = "\u202e\u2066\u200f\u061c\u2028\u2029\x85\x9b\x9d\x90"


def nothing_raw(written: bytes) -> None:
    """Nothing that could steer a terminal or reorder a line was written."""
    for raw in NEVER:
        assert raw not in written, raw
    decoded = written.decode("utf-8")  # bytes that are not UTF-8 would fail here
    for character in NEVER_TEXT:
        assert character not in decoded, ascii(character)


def answer_both(terminal: Terminal) -> None:
    """Answer the two questions about one hunk, whatever their words are."""
    for reply in (invariant(1), removal(1)):
        terminal.prompted()
        terminal.say(reply)
        terminal.expect(reply)


@BOTH_WAYS
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_lines_are_written_out(repo: Repo, term: str, name: str) -> None:
    repo.write("docs/evil.txt", HOSTILE[name] + b"XYZ last\n")
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        terminal.expect("XYZ last")
        answer_both(terminal)
        terminal.asked(SIGN)
        nothing_raw(bytes(terminal.raw))
        terminal.say("no")
        assert terminal.finish() == 1
    if name == "markup":
        assert "[red]styled[/red]" in terminal.output


@BOTH_WAYS
@pytest.mark.parametrize(
    ("kind", "scope"),
    [("py", "in f"), ("rst", "in def f(): # \\x1b]0;pwned")],
    ids=["code", "words"],
)
def test_hostile_paths_and_scopes_are_written_out(
    repo: Repo, term: str, kind: str, scope: str
) -> None:
    path = b"evil\x1b]0;pwned\x07\n\xe2\x80\xae\x9b31m." + kind.encode()
    body = b"def f(): # \x1b]0;pwned\x07\xe2\x80\xae\n" + b"    pass\n" * 20
    repo.write(path, body)
    repo.commit("evil", "--no-verify")
    repo.write(path, body + b"    return 1\n")
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        terminal.expect("hunk 1 of 1")
        terminal.expect(scope)
        answer_both(terminal)
        terminal.asked(SIGN)
        nothing_raw(bytes(terminal.raw))
        terminal.say("")
        assert terminal.finish() == 0
        nothing_raw(bytes(terminal.raw))
    result = repo.run("git", "commit", "-m", "evil again")
    assert result.returncode == 0
    assert repo.codes() == []
    nothing_raw(repo.attest("show").stdout)


@BOTH_WAYS
@pytest.mark.parametrize(
    "content",
    ["x" * 300_000 + "\n", "".join(f"row {n}\n" for n in range(20_000)), "é" * 40_000],
    ids=["long-line", "many-lines", "no-newline"],
)
def test_a_huge_hunk_is_cut_and_still_asked_about(repo: Repo, term: str, content: str) -> None:
    repo.write("docs/huge.txt", content)
    with Terminal.attest(repo, env={"TERM": term}) as terminal:
        answer_both(terminal)
        terminal.asked(SIGN)
        # A person must find the question again: a few screens, not thousands of rows.
        assert len(terminal.output) < 20_000
        terminal.say("")
        assert terminal.finish() == 0
    repo.commit()
    assert repo.codes() == []


@pytest.mark.parametrize("how", ["TERM=dumb", "no TERM", "attest.plain"])
def test_plain_mode_writes_no_escape_at_all(repo: Repo, how: str) -> None:
    stage(repo, 2, 12)
    env: dict[str, str | None] = {}
    if how == "attest.plain":
        repo.git("config", "attest.plain", "true")
    else:
        env = {"TERM": "dumb" if how == "TERM=dumb" else None}
    with Terminal.attest(repo, env=env) as terminal:
        terminal.expect("hunk 1 of 2")
        terminal.answer("? unsure of it", "")
        terminal.expect("hunk 2 of 2")
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
        assert b"\x1b" not in terminal.raw


def test_no_color_takes_the_colours_out(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo, env={"NO_COLOR": "1"}) as terminal:
        terminal.answer()
        terminal.sign()
        assert terminal.finish() == 0
        assert COLOUR.findall(bytes(terminal.raw)) == []


def test_hunks_are_in_colour(repo: Repo) -> None:
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.answer()
        terminal.asked(SIGN)
        assert b"\x1b[1;32m+\x1b[0m\x1b[7;32mnew2\x1b[0m \x1b[36m2" in terminal.raw
        assert b"\x1b[1;31m-\x1b[0m\x1b[7;31mline\x1b[0m \x1b[36m2" in terminal.raw
        terminal.say("no")
        assert terminal.finish() == 1


def test_controls_in_an_answer_are_not_echoed_back(repo: Repo) -> None:
    # A paste may hold anything; later runs and `attest show` print it again.
    stage(repo, 2)
    with Terminal.attest(repo) as terminal:
        terminal.asked(INVARIANT)
        terminal.paste("harmless \u202e\u2066 text \x07\x08 end")
        terminal.say("")
        terminal.answer_last()
    repo.commit()
    assert b"Attest-Invariant: harmless text end\n" in repo.raw()
    nothing_raw(repo.attest("show").stdout)


def test_what_ends_above_a_hunk_does_not_enclose_it(repo: Repo) -> None:
    """git's heading is the last line that begins a definition, wherever that ends."""
    definition = "def above():\n    return 1\n\n\n"
    repo.write("a.py", f"{definition}LIMIT = 1\nMORE = 2\nREST = 3\nLAST = 4\n")
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "-q", "-m", "start")
    repo.write("a.py", f"{definition}LIMIT = 1\nMORE = 2\nREST = 3\nLAST = 5\n")
    with Terminal.attest(repo) as terminal:
        terminal.asked("?]")
        assert "hunk 1 of 1  a.py:8" in terminal.screen
        assert not any(line.startswith("in ") for line in terminal.screen)
        terminal.say("q")
        assert terminal.finish() == 130

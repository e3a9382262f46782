"""What hostile commits say is shown, and steers no terminal."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from support import forge, keys
from support.forge import attach, attest, change_of, honest, run, signed
from support.repo import EMAIL, Repo

EVIL = "\x1b[31mred\x1b]0;title\x07\x9b2J\u202egnp.exe\u2066\u2028\u061c\x7f\x08\r"
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
COMMANDS = (["check", "HEAD"], ["check", "HEAD~1..HEAD", "--quiet"], ["show"])


@pytest.fixture
def start(bare_repo: Repo) -> Repo:
    return forge.two_hunks(bare_repo)


def harmless(repo: Repo) -> str:
    """Assert that no output steers; returns all of it."""
    reply = ""
    for command in COMMANDS:
        result = run(repo, *command)
        assert result.returncode in (0, 1), result.stderr
        for stream in (result.stdout, result.stderr):
            text = stream.decode("utf-8")
            assert not STEERS.search(text), (command, STEERS.search(text))
            reply += text
    result = run(repo, "check", "HEAD", "--format", "json")
    assert result.stdout.isascii()
    assert not STEERS.search(result.stdout.decode())
    json.loads(result.stdout)
    return reply


def test_a_message(start: Repo, key: Path) -> None:
    head, _, _ = start.raw().partition(b"\n\n")
    start.rewrite(head + b"\n\n" + EVIL.encode() + b" subject \xff\n")
    assert "red" in harmless(start)
    attest(start, key)
    assert "red" in harmless(start)


@pytest.mark.parametrize("attested", [False, True])
def test_paths_and_contents(start: Repo, key: Path, attested: bool) -> None:
    path = EVIL.replace("/", "") + "\n\xff"
    start.write(path.encode("utf-8") + b"\xff", EVIL.encode() + b"\n\xff\xfe\x00\n")
    start.commit()
    if attested:
        attest(start, key)
    assert "red" in harmless(start)


def test_a_path_that_is_not_covered(start: Repo, key: Path) -> None:
    block = signed(honest(change_of(start)), key)
    start.write(EVIL.encode(), "x\n")
    start.commit()
    attach(start, block)
    assert "hunk-not-covered" in harmless(start)


def test_answers(start: Repo, key: Path) -> None:
    """`%XX` in an answer may decode to anything."""
    encoded = "".join(f"%{byte:02X}" for byte in EVIL.encode())
    unsigned = honest(change_of(start))
    mark = "MARKED" * 3
    hunks = tuple(replace(h, invariant=mark, breaks=mark, unsure=mark) for h in unsigned.hunks)
    lines = [x.decode() for x in signed(replace(unsigned, hunks=hunks), key)]
    payload = [x.replace(mark, encoded).encode() for x in lines if not x.startswith("Attest-Sig")]
    blob = keys.sign(key, b"".join(line + b"\n" for line in payload))
    attach(start, [*payload, b"Attest-Sig: " + base64.b64encode(blob)])
    assert forge.codes(start) == []
    shown = harmless(start)
    assert "[31mred" in shown, "the answer is shown"


def test_names_and_addresses(start: Repo, key: Path) -> None:
    """In the author line, and in blocks that are refused for them."""
    raw = start.raw()
    head, _, message = raw.partition(b"\n\n")
    spoiled = head.replace(b"author A U Thor <author@", b"author " + EVIL.encode() + b" <\x1b[7m@")
    start.rewrite(spoiled + b"\n\n" + message)
    attest(start, key)
    assert "attester-mismatch" in harmless(start)
    for line in (f"Attested-by: {EVIL} <{EMAIL}>", f"Attest-{EVIL}: x", f"Attest: {EVIL}"):
        start.rewrite(raw)
        good = [x.decode() for x in signed(honest(change_of(start)), key)]
        at = 0 if line.startswith("Attest: ") else 1
        clean = line.replace("\r", "")
        attach(start, [x.encode() for x in [*good[:at], clean, *good[at + 1 :]]])
        assert "block-invalid" in harmless(start), line


@pytest.mark.parametrize("name", [b"A\xc2\x9b2J", "A \u202eB".encode(), "\u2066A".encode()])
def test_a_name_in_a_block_that_could_steer_is_refused(start: Repo, key: Path, name: bytes) -> None:
    attest(start, key, lambda b: replace(b, name=name.decode()))
    assert forge.codes(start) == ["block-invalid"]


def test_a_revision_that_is_not_there(start: Repo) -> None:
    result = run(start, "check", f"x{EVIL.replace(chr(0), '')}..HEAD")
    assert result.returncode == 3
    assert not STEERS.search(result.stderr.decode("utf-8"))


def test_rich_markup_is_text(start: Repo, key: Path) -> None:
    head, _, _ = start.raw().partition(b"\n\n")
    start.rewrite(head + b"\n\n[red]loud[/red] [link=http://x]y[/link] :smile:\n")
    assert "[red]loud[/red] [link=http://x]y[/link] :smile:" in harmless(start)


COMMANDS_OF_CI = ("::error title=attest::all commits hold", "##[error]all commits hold")


@pytest.mark.parametrize("evil", COMMANDS_OF_CI)
def test_no_line_is_a_command_to_ci(start: Repo, key: Path, evil: str) -> None:
    """Runners take a line that begins so, after blanks, for a command to themselves."""
    (start.path / evil).mkdir()
    (start.path / evil / "x.py").write_text(f'evil = "{evil}"\n', "utf-8")
    start.git("add", "--all")
    start.commit(evil)
    attest(start, key, lambda block: replace(block, name=evil, hunks=()))
    for command in (["check", "HEAD"], ["check", "HEAD~1..HEAD"]):
        result = run(start, *command)
        reply = (result.stdout + result.stderr).decode()
        assert result.returncode == 1
        assert "all commits hold" in reply
        assert not [line for line in reply.split("\n") if line.strip().startswith(("::", "##["))]


@pytest.mark.parametrize("path", ["action.yml", "comment/action.yml"])
def test_an_action_puts_no_expression_into_a_shell(path: str) -> None:
    """An expression in a `run` is text that the runner pastes into a program: a branch's name
    would be executed. In `env` it is data."""
    text = (Path(__file__).resolve().parents[2] / path).read_text("utf-8")
    runs = re.findall(r"^( +)run: \|\n((?:\1 +.*\n|\n)+)", text, re.MULTILINE)
    assert len(runs) == 3
    assert not [body for _, body in runs if "${{" in body]


def test_the_action_that_writes_refuses_a_workflow_of_the_contributor() -> None:
    path = Path(__file__).resolve().parents[2] / "comment" / "action.yml"
    (condition,) = re.findall(r"^ +if: (.*)$", path.read_text("utf-8"), re.MULTILINE)
    assert condition == (
        "github.event_name != 'workflow_run' || "
        "github.event.workflow_run.event != 'pull_request_target'"
    )

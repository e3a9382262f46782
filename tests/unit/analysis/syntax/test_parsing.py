"""Grammars run in a child: it may end, and nothing else ends with it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from attest.analysis.syntax import messages, parsing, tree
from attest.analysis.syntax.messages import Request
from attest.errors import GrammarsUnavailable
from support.corpus import Looker

REQUEST: Request = (
    "python",
    False,
    [
        ("def f(a='é\0'):\n    return a\n", [(0, 2)], [(0, 2)]),
        ("def f(a):\n    return 'b'  # é\n", [(1, 2)], [(1, 2)]),
    ],
)


def kill() -> None:
    (child,) = parsing._running
    child.kill()
    child.wait()


def test_tokens_come_back_as_they_are_in_one_process() -> None:
    paths: dict[tuple[int, str], int] = {}
    here = [
        tree.read(text, "python", ranges, False, paths, spots) for text, ranges, spots in REQUEST[2]
    ]
    outcome = parsing.read(REQUEST)
    assert outcome is not None
    for side, same in zip(outcome, here, strict=True):
        assert same is not None
        assert side.tokens == same.tokens
        assert (side.text, side.lines, side.parsed) == (same.text, same.lines, True)
        assert side.leaves == same.leaves != {}


def test_one_child_reads_many_files() -> None:
    parsing.read(REQUEST)
    (child,) = parsing._running
    parsing.read(REQUEST)
    assert parsing._running == [child]


def test_a_file_over_which_the_child_ends_is_not_read_and_the_next_one_is(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = parsing._ask

    def crash(child: subprocess.Popen[bytes], line: bytes) -> bytes:
        if b"crashes" in line:
            kill()
        return ask(child, line)

    monkeypatch.setattr(parsing, "_ask", crash)
    names = ("a.py", "b.py", "c.py")
    seen = looker.look({}, {name: f"{name[0]} = 1\n" for name in names} | {"b.py": "crashes\n"})
    assert [choice.analysis.kind == "unread" for choice in seen.choices] == [False, True, False]
    assert "`b.py` (8 bytes, new)" in "\n".join(seen.asked)


@pytest.mark.parametrize(
    "line", [b"", b"[[", b"7\n", b"[[[1]],[]]\n", b"[]\n", b'{"a":1}\n', b"\xff"]
)
def test_half_an_answer_is_none(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        parsing.read(REQUEST)
        patched.setattr(parsing, "_ask", lambda *_: line)
        assert parsing.read(REQUEST) is None
        assert parsing._running == []
    assert parsing.read(REQUEST) is not None


def test_a_child_that_cannot_start_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing.end()
    monkeypatch.setattr(parsing, "_START", "raise SystemExit({path!r})")
    with pytest.raises(GrammarsUnavailable, match="it ended at once"):
        parsing.read(REQUEST)
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(GrammarsUnavailable, match="nowhere"):
        parsing.read(REQUEST)


def test_a_child_looks_for_modules_in_no_current_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing.end()
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert parsing.read(REQUEST) is not None
    assert "''" not in repr(parsing._running[0].args)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_a_child_ends_with_its_parent() -> None:
    code = (
        "from attest.analysis.syntax import parsing\n"
        "parsing.read(('json', False, [('1', [(0, 1)], [])]))\n"
        "print(parsing._running[0].pid, flush=True)\n"
        "import os, signal; os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    assert result.returncode == -signal.SIGKILL
    child = Path(f"/proc/{int(result.stdout)}/stat")
    for _ in range(200):
        if not child.exists() or " Z " in child.read_text():
            return
        time.sleep(0.05)
    pytest.fail("it still runs")


def test_lines_are_plain_ascii() -> None:
    line = messages.encode(REQUEST)
    assert line.count(b"\n") == 1
    assert line.isascii()


def test_what_reads_code_starts_without_what_takes_long_to_load() -> None:
    """The first question, and every check, waits for it."""
    code = "import sys; from attest.analysis.syntax import worker; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    loaded = set(result.stdout.decode().split())
    assert "attest.analysis.syntax.tree" in loaded
    assert loaded.isdisjoint({"dataclasses", "inspect", "pathlib", "subprocess"})

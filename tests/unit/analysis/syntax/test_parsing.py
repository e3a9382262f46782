"""Grammars run in a child: it may end, and nothing else ends with it."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from unittest import mock

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.analysis.syntax import messages, parsing, tree
from attest.analysis.syntax.messages import Request
from attest.errors import GrammarsUnavailable
from attest.system import processes
from support.corpus import Looker

REQUEST: Request = (
    "python",
    [
        ("def f(a='é\0'):\n    return a\n", [(0, 2)], [(0, 2)]),
        ("def f(a):\n    return 'b'  # é\n", [(1, 2)], [(1, 2)]),
    ],
)


def running() -> list[processes.RunningProcess]:
    return [child._process for child in parsing._children if child._process is not None]


def test_tokens_come_back_as_they_are_in_one_process() -> None:
    paths: dict[tuple[int, str], int] = {}
    here = [tree.read(text, "python", ranges, paths, spots) for text, ranges, spots in REQUEST[1]]
    outcome = parsing.ask(REQUEST).sides()
    assert outcome is not None
    for side, same, (text, *_) in zip(outcome, here, REQUEST[1], strict=True):
        assert same is not None
        assert side.tokens == list(same.tokens) == same.tokens[:]
        assert (side.text, len(same.tokens), side.parsed) == (text, len(side.tokens), True)
        assert set(side.faultless) == set(same.faultless) != set()


def test_one_child_reads_many_files() -> None:
    parsing.ask(REQUEST).sides()
    (child,) = running()
    parsing.ask(REQUEST).sides()
    assert running() == [child]


CRASHING = (
    "import os; from attest.analysis.syntax import tree; read = tree.read; "
    "tree.read = lambda text, *rest: os.abort() if 'crashes' in text else read(text, *rest); "
    "worker.main()"
)


@pytest.fixture
def crashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The child ends over any text with a word in it."""
    parsing.end()
    monkeypatch.setattr(parsing, "_START", parsing._START.replace("worker.main()", CRASHING))
    yield
    parsing.end()


@pytest.mark.usefixtures("crashing")
def test_a_file_over_which_the_child_ends_is_not_read_and_the_next_one_is(looker: Looker) -> None:
    names = ("a.py", "b.py", "c.py")
    seen = looker.look({}, {name: f"{name[0]} = 1\n" for name in names} | {"b.py": "crashes\n"})
    assert [choice.analysis.kind == "unread" for choice in seen.choices] == [False, True, False]
    assert "`b.py` (8 bytes, new)" in "\n".join(seen.asked)


def request(text: str) -> Request:
    return "python", [(text, [(0, 1)], [])]


@pytest.mark.usefixtures("crashing")
def test_what_was_asked_behind_a_file_over_which_the_child_ends_is_read() -> None:
    texts = ["a = 1\n", "crashes\n", "b = 2\n", "crashes = 2\n", "crashes\n", "c = 3\n"]
    readings = [parsing.ask(request(text)) for text in texts]
    read = [reading.sides() is not None for reading in readings]
    assert read == [True, False, True, False, False, True]


@pytest.mark.usefixtures("crashing")
def test_a_file_over_which_the_child_ends_is_at_fault_though_nobody_looks_at_it() -> None:
    readings = [parsing.ask(request(text)) for text in ("crashes\n", "a = 1\n", "b = 2\n")]
    assert [reading.sides() is not None for reading in reversed(readings)] == [True, True, False]


def test_answers_are_for_what_was_asked_in_whatever_order_they_are_looked_at() -> None:
    readings = [parsing.ask(request(f"name_{number} = 1\n")) for number in range(6)]
    del readings[4]  # nobody looks at it
    for number in (3, 0, 4, 2):
        sides = readings[number].sides()
        assert sides is not None
        assert sides[0].tokens[0].text == f"name_{number if number < 4 else 5}"
    assert not any(child.waiting or child.backlog for child in parsing._children)


@pytest.fixture
def two(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A second child reads where many files wait for the first one."""
    parsing.end()
    monkeypatch.setattr(parsing, "_children", [])
    monkeypatch.setattr(parsing, "_readers", {})
    monkeypatch.setattr(parsing, "_most", 1)
    parsing.use(2)
    yield
    parsing.end()


@pytest.mark.usefixtures("two")
def test_a_second_child_reads_only_where_many_files_wait() -> None:
    for number in range(30):
        parsing.ask(request(f"alone_{number} = 1\n")).sides()
    assert len(running()) == 1
    readings = [parsing.ask(request(f"name_{number} = 1\n")) for number in range(30)]
    assert len(running()) == 2
    for number in (29, 3, 17, *range(30)):
        sides = readings[number].sides()
        assert sides is not None
        assert sides[0].tokens[0].text == f"name_{number}"


@pytest.mark.usefixtures("two")
def test_the_child_that_has_read_a_version_of_a_file_reads_the_next_change_of_it() -> None:
    others = [parsing.ask(request(f"name_{number} = 1\n")) for number in range(30)]
    for begin in (2, 3):
        readers = set()
        for number in range(begin, 30, 2):
            old, new = (f"v_{begin} = {version}\n" for version in (number, number + 2))
            change: Request = "python", [(old, [(0, 1)], []), (new, [(0, 1)], [])]
            reading = parsing.ask(change)
            readers.add(reading.child)
            assert reading.sides() is not None
        assert len(readers) == 1
    assert all(one.sides() is not None for one in others)


@pytest.mark.usefixtures("two")
def test_who_has_much_to_do_is_not_asked_for_the_next_change() -> None:
    large = "x = 1\n" * 10_000
    readings = [parsing.ask(request(f"{large}v = {number}\n")) for number in range(8)]
    for number in range(8, 12):
        old, new = (f"{large}v = {version}\n" for version in (number - 8, number))
        readings.append(parsing.ask(("python", [(old, [(0, 1)], []), (new, [(0, 1)], [])])))
    assert {reading.child for reading in readings[8:]} == set(parsing._children)
    assert all(reading.sides() is not None for reading in readings)


@pytest.mark.usefixtures("crashing", "two")
def test_a_file_over_which_one_of_two_children_ends_is_the_only_one_that_is_not_read() -> None:
    texts = [f"crashes = {n}\n" if n % 9 == 4 else f"name_{n} = 1\n" for n in range(60)]
    readings = [parsing.ask(request(text)) for text in texts]
    assert len(running()) == 2
    read = [reading.sides() is not None for reading in readings]
    assert read == ["crashes" not in text for text in texts]


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("how", ["cannot be started", "ends at once", "cannot be started again"])
def test_the_first_child_reads_all_where_no_other_one_can(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, started = parsing._start, []

    def start() -> processes.RunningProcess:
        started.append(how)
        if len(started) > 1 and how == "cannot be started":
            raise parsing._unavailable("no room")
        if len(started) > 2 and how == "cannot be started again":
            raise parsing._unavailable("no room")
        if len(started) > 1 and how == "ends at once":
            with monkeypatch.context() as patched:
                patched.setattr(parsing, "_START", "raise SystemExit({path!r})")
                return real()
        return real()

    monkeypatch.setattr(parsing, "_start", start)
    readings = [parsing.ask(request(f"name_{number} = 1\n")) for number in range(12)]
    if how == "cannot be started again":
        parsing._children[1].end()
    readings += [parsing.ask(request(f"name_{number} = 1\n")) for number in range(12, 60)]
    for number in (50, *range(60)):
        sides = readings[number].sides()
        assert sides is not None
        assert sides[0].tokens[0].text == f"name_{number}"
    assert len(started) == (3 if how == "cannot be started again" else 2)
    assert len(running()) == len(parsing._children) == 1


@pytest.mark.parametrize("name", ["stdin", "stdout"])
def test_no_answer_is_for_another_file_after_an_interruption(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """Ctrl-C may leave half a line in a pipe."""
    first = parsing.ask(request("a = 1\n"))
    (child,) = running()
    pipe = mock.Mock(wraps=getattr(child, name))
    pipe.flush.side_effect = pipe.readline.side_effect = KeyboardInterrupt
    with monkeypatch.context() as patched:
        patched.setattr(child, name, pipe)
        with pytest.raises(KeyboardInterrupt):
            parsing.ask(request("b = 2\n")).sides()
    assert running() == []
    for reading, text in ((parsing.ask(request("c = 3\n")), "c"), (first, "a")):
        sides = reading.sides()
        assert sides is not None
        assert sides[0].tokens[0].text == text


def test_more_may_be_asked_than_pipes_have_room_for() -> None:
    """Neither side waits for the other for ever."""
    lines = "".join(f"name_{number} = {number}\n" for number in range(20_000))
    whole: Request = ("python", [(lines, [(0, 20_000)], [])])
    readings = [parsing.ask(whole) for _ in range(6)]
    for reading in readings:
        sides = reading.sides()
        assert sides is not None
        assert len(sides[0].tokens) == 60_000


@pytest.mark.parametrize(
    "line",
    [
        *(b"", b"[[", b"7\n", b"[[[1]],[]]\n", b"[]\n", b'{"a":1}\n', b"\xff"),
        # Columns of which one is short, a role and a place that are not there, no base64.
        b'[["AAAAAA==",[],[]],["AAAAAA==",[],[]]]\n',
        b'[["' + b"////" * 11 + b'",[],[]],["",[],[]]]\n',
        b'[["' + b"A" * 43 + b'=",[],[]],["",[],[]]]\n',
        b'[["A",[],[]],["A",[],[]]]\n',
    ],
)
def test_half_an_answer_is_none(line: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    parsing.end()
    # It says that it can read, waits for the request, and then writes the line.
    code = f"import os, sys; sys.stdin.buffer.readline(); os.write(1, b'[]\\n' + {line!r})"
    with monkeypatch.context() as patched:
        code = code.replace("{", "{{").replace("}", "}}")
        patched.setattr(parsing, "_START", f"path = {{path!r}}; {code}")
        assert parsing.ask(REQUEST).sides() is None
        assert running() == []
    assert parsing.ask(REQUEST).sides() is not None


def test_a_child_that_cannot_start_ends_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing.end()
    monkeypatch.setattr(parsing, "_START", "raise SystemExit({path!r})")
    with pytest.raises(GrammarsUnavailable, match="it ended at once"):
        parsing.ask(REQUEST).sides()
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with pytest.raises(GrammarsUnavailable, match="nowhere"):
        parsing.ask(REQUEST)


def test_a_child_looks_for_modules_in_no_current_directory(monkeypatch: pytest.MonkeyPatch) -> None:
    parsing.end()
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    assert parsing.ask(REQUEST).sides() is not None
    assert "''" not in repr(running()[0].args)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc is of Linux")
def test_a_child_ends_with_its_parent() -> None:
    code = (
        "from attest.analysis.syntax import parsing\n"
        "parsing.ask(('json', [('1', [(0, 1)], [])])).sides()\n"
        "print(parsing._children[0]._process.pid, flush=True)\n"
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


SPANS = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=2)
REQUESTS = st.tuples(
    st.sampled_from(["c", "python"]),
    st.lists(st.tuples(st.text(), SPANS, SPANS), min_size=1, max_size=2),
)


@given(st.lists(REQUESTS, max_size=3), st.integers(0, 200))
def test_requests_are_read_as_they_were_written(asked: list[Request], cut: int) -> None:
    lines = [messages.encode_request(request) for request in asked]
    source = io.BytesIO(b"".join(lines))
    for request in asked:
        assert _frozen(messages.read_request(source)) == _frozen(request)
    assert messages.read_request(source) is None
    for line in lines:
        if cut < len(line):  # as by a process that was killed while it wrote
            assert messages.read_request(io.BytesIO(line[:cut])) is None


def _frozen(value: object) -> object:
    return tuple(map(_frozen, value)) if isinstance(value, (list, tuple)) else value


@pytest.mark.parametrize("size", [99 << 40, -2], ids=["no memory", "no size"])
def test_a_child_ends_over_a_request_that_it_cannot_take_in(size: int) -> None:
    code = "from attest.analysis.syntax import worker; worker.main()"
    request = messages.encode_request(parsing._FIRST)
    lines = request + request.replace(b"[[1,", b"[[%d," % size)
    # Its input is open, as that of a child which is waited for.
    with subprocess.Popen(
        [sys.executable, "-P", "-c", code],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    ) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(lines)
        child.stdin.flush()
        try:
            child.wait(60)
        finally:
            child.kill()
        answer = child.stdout.read()
    assert messages.decode_answer(answer, parsing._FIRST) is not None


def test_what_reads_code_starts_without_what_takes_long_to_load() -> None:
    """The first question, and every check, waits for it."""
    code = "import sys; from attest.analysis.syntax import worker; print(*sys.modules)"
    result = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, check=True)
    loaded = set(result.stdout.decode().split())
    assert "attest.analysis.syntax.tree" in loaded
    assert loaded.isdisjoint({"dataclasses", "inspect", "pathlib", "subprocess"})

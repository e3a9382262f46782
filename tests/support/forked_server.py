"""The server that forks attest for the tests; see forked.py.

It is started with the path of its socket, and ends with its standard input.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import gc
import importlib
import io
import os
import pkgutil
import select
import signal
import socket
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn
from unittest import mock

import typer.main

_FROM_TERMINAL = ("SIGINT", "SIGQUIT", "SIGTSTP")


def _main(place: str) -> None:
    """Serve until standard input ends."""
    _import_all()
    _compile_all()
    _warm_up(Path(place).parent)
    listener = _listening(place)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.freeze()
    os.write(1, b"ready\n")
    _serve(listener, 0)


def _import_all() -> None:
    import attest

    modules = [one.name for one in pkgutil.walk_packages(attest.__path__, "attest.")]
    for name in (*modules, "questionary", "re2"):  # the last two are imported where they are used
        importlib.import_module(name)
    fork_what_parses()
    # Typer makes a command for each command line again; here each is made once.
    cli = importlib.import_module("attest.cli.app")
    for module, name in ((cli, "build"), (typer.main, "get_command")):
        mock.patch.object(module, name, functools.cache(getattr(module, name))).start()
    for command in ("", *cli.COMMANDS):
        typer.main.get_command(cli.build(command))


_METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")


def _compile_all() -> None:
    """Compile the patterns that attest compiles where it first uses them."""
    from attest import text

    modules = [module for name, module in sys.modules.items() if name.startswith("attest.")]
    for value in [value for module in modules for value in vars(module).values()]:
        if isinstance(value, text.LazyPattern):
            for method in _METHODS:
                getattr(value, method)


def _warm_up(folder: Path) -> None:
    """Run what most tests run, so that no child has to read grammars and compile
    patterns again."""
    sys.path.insert(0, str(Path(__file__).parents[1]))
    from support import inside, keys
    from support.repo import Repo

    repo, message = Repo.create(folder), folder / "message"
    inside.python_of_hooks = inside.python_as_written  # a server starts no server
    repo.ok("init", "--key", str(keys.make(folder)), "--yes")
    repo.write("a.py", "def one():\n    return 1\n")
    repo.answer()
    message.write_text("one\n")
    inside.run(["hook", "commit-msg", str(message)], repo.path, repo.env)
    repo.git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "-F", str(message))
    inside.run(["hook", "post-commit"], repo.path, repo.env)
    repo.report("HEAD")
    importlib.import_module("attest.report.highlighting").find("a.py", ["+x = 1"])
    importlib.import_module("attest.policy.parser").read(b"version = 1\n", "of no project")
    importlib.import_module("attest.analysis.syntax.parsing").end()
    worker = importlib.import_module("attest.analysis.syntax.worker")
    for grammar in ("json", "python"):
        worker.answer((grammar, [("a = 0", [(0, 1)], [])]))
    del sys.path[0]
    for name in [name for name in sys.modules if name.startswith(("attest.git", "attest.system"))]:
        for value in vars(sys.modules[name]).values():
            if hasattr(value, "cache_clear"):  # what holds on this machine may not in a test
                value.cache_clear()


def _listening(place: str) -> socket.socket:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    with contextlib.suppress(FileNotFoundError):
        os.unlink(place)  # of a process that was killed, and had this one's number
    listener.bind(place)
    listener.listen(64)
    return listener


def _serve(listener: socket.socket, end: int, *, session: bool = False) -> None:
    """Fork a child for each client and say how it ended, until *end* can be read.

    Args:
        session: the children stay in this session, each in its client's process group.
    """
    children: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready, _, _ = select.select([end, listener.fileno(), *children], [], [])
        if end in ready:
            return
        if listener.fileno() in ready:
            client, _ = listener.accept()
            child = os.fork()
            if child == 0:
                place = listener.getsockname()
                listener.close()
                _be(socket.socket(fileno=_raised(client.detach())), place, session=session)
            children[os.pidfd_open(child)] = child, client
        for file in set(ready) & set(children):
            child, client = children.pop(file)
            os.close(file)
            ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            with contextlib.suppress(OSError), client:
                client.send(str(ended).encode())


def _be(client: socket.socket, place: str, *, session: bool) -> NoReturn:
    """Take over what the client has, and be what it was started to be."""
    with client:
        (kind, *words), environment, parent, group, mask, files = _received(client)
    if session:
        os.setpgid(0, group)
    else:
        os.setsid()
    for number, file in zip((0, 1, 2, -1, 3), files, strict=False):
        if number < 0:
            os.fchdir(file)
        else:
            os.dup2(file, number)
        os.close(file)
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)
    if kind == "lead":
        _lead(words, place)
    for name in _FROM_TERMINAL:
        signal.signal(getattr(signal, name), signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, stream in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, stream, _opened(number))
    os.getppid = lambda: parent
    if words[:1] == ["commit"]:  # installs hooks for one commit; they are forked, too
        shim = importlib.import_module("attest.setup.shim")
        program = str(Path(place).with_name("python"))
        mock.patch.object(shim, "_python", return_value=program).start()
    sys.argv = [kind, *words]
    os._exit(_ran(words))


def _raised(file: int) -> int:
    """The same file by a high number, which is none that another one is to get."""
    import fcntl  # which Windows has not

    raised = fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 100)
    os.close(file)
    return raised


def _received(client: socket.socket) -> Any:
    size, given, _, _ = socket.recv_fds(client, 10, 5)
    files = [_raised(file) for file in given]
    data = b""
    while len(data) < int(size):
        data += client.recv(65536)
    parent, group, mask, count, *texts = map(os.fsdecode, data.split(b"\0"))
    words, entries = texts[: int(count)], texts[int(count) :]
    environment = dict(entry.split("=", 1) for entry in entries)
    return words, environment, int(parent), int(group), int(mask), files


def _lead(command: list[str], place: str) -> NoReturn:
    """Lead the session of the terminal that is standard input, and serve in it until
    the command has ended; then end like it."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    for name in _FROM_TERMINAL:  # they are for the command
        signal.signal(getattr(signal, name), lambda number, frame: None)
    own = f"{place}-{os.getpid()}"
    listener = _listening(own)
    os.environ["FORKED_SESSION"] = f"{os.getpid()}:{own}"
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)
        finally:
            os._exit(127)
    _serve(listener, os.pidfd_open(child), session=True)
    os.unlink(own)
    ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if ended < 0:
        signal.signal(-ended, signal.SIG_DFL)
        os.kill(os.getpid(), -ended)
    os._exit(ended)


def _opened(number: int) -> io.TextIOWrapper:
    """A standard stream as Python opens it when it starts."""
    encoding, _, errors = os.environ.get("PYTHONIOENCODING", "").partition(":")
    if not encoding and not errors:
        errors = "surrogateescape"  # in the locale C.UTF-8
    return open(
        number,
        "r" if number == 0 else "w",
        buffering=-1 if number < 2 else 1,
        encoding=encoding or "utf-8",
        errors="backslashreplace" if number == 2 else errors or "strict",
        newline="\n",
        closefd=False,
    )


class _Reader:
    """The process that parses code (attest/analysis/syntax/parsing.py), as a fork of the one
    that starts it: it need not import what this one has imported. It has the methods of
    `subprocess.Popen` that are used of it."""

    def __init__(self) -> None:
        requests, answers = os.pipe(), os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            self._read(requests[0], answers[1])
        os.close(requests[0])
        os.close(answers[1])
        self.stdin = io.BufferedWriter(io.FileIO(requests[1], "w"))
        self.stdout = io.BufferedReader(io.FileIO(answers[0]))
        self._process = os.pidfd_open(self.pid)

    def _read(self, requests: int, answers: int) -> NoReturn:
        from attest.analysis.syntax import worker

        os.dup2(requests, 0)
        os.dup2(answers, 1)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.closerange(3, 1 << 10)
        os.chdir("/")
        # Of the old streams, the child would read and write what they have in memory.
        sys.stdin = io.TextIOWrapper(io.BufferedReader(io.FileIO(0)))
        sys.stdout = io.TextIOWrapper(io.BufferedWriter(io.FileIO(1, "w")))
        try:
            worker.main()
        finally:
            os._exit(0)

    def wait(self, timeout: float | None = None) -> None:
        if not select.select([self._process], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("the process that parses", timeout or 0)
        os.waitpid(self.pid, 0)
        os.close(self._process)

    def kill(self) -> None:
        os.kill(self.pid, signal.SIGKILL)


def fork_what_parses() -> None:
    """From now on, start the process that parses code as a fork of the one that starts it."""
    processes = importlib.import_module("attest.system.processes")
    mock.patch.object(processes, "start", functools.partial(_start, processes.start)).start()


def _start(start: Callable[..., Any], command: list[str], **options: Any) -> Any:
    """`processes.start`, but for the process that parses code."""
    return _Reader() if "worker.main()" in command[-1] else start(command, **options)


def _ran(words: list[str]) -> int:
    from attest import __main__ as door

    try:
        code = door.main(words)
        atexit._run_exitfuncs()
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:  # noqa: BLE001  # as Python does at its end
        traceback.print_exc()
        code = 1
    return code & 0xFF


if __name__ == "__main__":
    _main(sys.argv[1])

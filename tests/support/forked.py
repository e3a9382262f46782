"""attest, forked off a process that has imported it already: a fifth of the time that
starting it takes. What `Repo.attest` and the hooks of the fixture `repo` run.

The program that git or a test starts is a small client (`program`). It hands its
arguments, environment, folder and open files to a server, which forks a child; that child
runs attest's real `main` and ends as a process does. So it is a process of its own, with
nothing left over from the one before. What a fork cannot take over is not forked: with a
terminal, closed streams, limits, another user, locale or setting of Python's, the client
becomes the real Python. Tests of how attest itself starts use `sys.executable`.
"""

from __future__ import annotations

import ast
import atexit
import contextlib
import fcntl
import functools
import gc
import importlib
import io
import os
import pkgutil
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import Any, NoReturn

CLIENT = """\
#!{python} -IS
import _socket, os, sys
PYTHON, PLACE, USER = {python!r}, {place!r}, {user}
FIXED = {{"LC_ALL": "C.UTF-8"}}
def must_start():
    for name, value in os.environ.items():
        if name.startswith(("PYTHON", "LC_", "LANG", "LD_", "COV")) and FIXED.get(name) != value:
            return True
    try:
        for number in range(3):
            os.fstat(number)
        terminal = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError as error:
        if error.errno == 9:  # EBADF: a stream is closed
            return True
    else:
        os.close(terminal)
        return True
    import resource
    limited = resource.getrlimit(resource.RLIMIT_FSIZE)[0] != resource.RLIM_INFINITY
    return limited or os.getuid() != USER or "LC_ALL" not in os.environ
def forked(name, words):
    folder = os.open(".", os.O_RDONLY)
    files = [0, 1, 2, folder]
    try:
        os.fstat(3 if folder != 3 else -1)
        files.append(3)
    except OSError:
        pass
    mask = os.umask(0)
    os.umask(mask)
    task = [name, words, dict(os.environ), os.getppid(), mask]
    data = repr(task).encode("utf-8", "surrogateescape")
    server = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    server.connect(PLACE)
    rights = b"".join(number.to_bytes(4, sys.byteorder) for number in files)
    server.sendmsg([b"%10d" % len(data)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    while data:
        data = data[server.send(data):]
    os.close(folder)
    return server.recv(8)
words = sys.argv[1:]
if words[:3] == ["-P", "-m", "attest"]:
    name, rest = "attest", words[3:]
elif words[:3] == ["-E", "-P", "-c"] and "attest.__main__" in words[3]:
    name, rest = "-c", words[4:]
else:
    name, rest = "", []
if name and not must_start():
    code = int(forked(name, rest))
    if code < 0:
        import _signal
        _signal.signal(-code, _signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)
os.execv(PYTHON, [PYTHON, *words])
"""


@functools.cache
def program() -> str:
    """The program to start in place of `sys.executable`; that one itself where there is
    no way to fork as here."""
    if not sys.platform.startswith("linux"):
        return sys.executable
    folder = Path(tempfile.mkdtemp(prefix="forked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place, client = folder / "server", folder / "python"
    words = {"python": sys.executable, "place": str(place), "user": os.getuid()}
    client.write_text(CLIENT.format(**words))
    client.chmod(0o755)
    env = {name: os.environ[name] for name in ("PATH", "TMPDIR") if name in os.environ}
    server = subprocess.Popen(
        [sys.executable, "-P", __file__, str(place)],
        env={**env, "LC_ALL": "C.UTF-8"},
        cwd="/",
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    atexit.register(_end, server)
    assert server.stdout.readline() == b"ready\n"
    return str(client)


def use_in_hooks(folder: Path) -> None:
    """Have the hooks in a folder run attest by `program`."""
    for path in folder.iterdir():
        text = path.read_bytes()
        if b"attest-shim" in text:
            recorded, ours = (f"attest_python={one}\n" for one in (sys.executable, program()))
            path.write_bytes(text.replace(recorded.encode(), ours.encode()))


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.wait()
    server.stdout.close()


def _serve(place: str) -> None:
    """Fork a child for each client and say how it ended, until standard input ends."""
    _import_all()
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(place)
    listener.listen(64)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    gc.freeze()
    os.write(1, b"ready\n")
    children: dict[int, tuple[int, socket.socket]] = {}
    while True:
        ready, _, _ = select.select([0, listener, *children], [], [])
        if 0 in ready:
            return
        for file in ready:
            if file is listener:
                client, _ = listener.accept()
                child = os.fork()
                if child == 0:
                    listener.close()
                    high = fcntl.fcntl(client.detach(), fcntl.F_DUPFD_CLOEXEC, 100)
                    _be_attest(socket.socket(fileno=high))
                children[os.pidfd_open(child)] = child, client
            else:
                child, client = children.pop(file)
                os.close(file)
                ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
                with contextlib.suppress(OSError), client:
                    client.send(str(ended).encode())


def _import_all() -> None:
    import attest

    for one in pkgutil.walk_packages(attest.__path__, "attest."):
        if not one.name.endswith(("windows_console",)):
            importlib.import_module(one.name)


def _be_attest(client: socket.socket) -> NoReturn:
    """Take over what the client has, and be the attest that it was started to be."""
    with client:
        name, words, environment, parent, mask, files = _received(client)
    os.setsid()
    for number, file in zip((0, 1, 2, -1, 3), files, strict=False):
        if number < 0:
            os.fchdir(file)
        else:
            os.dup2(file, number)
        os.close(file)
    for number, stream in enumerate(("stdin", "stdout", "stderr")):
        setattr(sys, stream, _opened(number, getattr(sys, stream)))
    os.umask(mask)
    os.environ.clear()
    os.environ.update(environment)
    os.getppid = lambda: parent
    sys.argv = [name, *words]
    os._exit(_ran(words))


def _opened(number: int, like: io.TextIOWrapper) -> io.TextIOWrapper:
    """A standard stream as Python opens it when it starts."""
    return open(
        number,
        "r" if number == 0 else "w",
        buffering=-1 if number < 2 else 1,
        encoding=like.encoding,
        errors=like.errors,
        newline="\n",
        closefd=False,
    )


def _received(client: socket.socket) -> Any:
    size, given, _, _ = socket.recv_fds(client, 10, 5)
    # High numbers, so that none of them is one that it is to become.
    files = [fcntl.fcntl(file, fcntl.F_DUPFD_CLOEXEC, 100) for file in given]
    for file in given:
        os.close(file)
    data = b""
    while len(data) < int(size):
        data += client.recv(65536)
    return (*ast.literal_eval(data.decode()), files)


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
    _serve(sys.argv[1])

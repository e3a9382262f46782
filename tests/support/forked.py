"""attest, forked off a process that has imported it already: a fifth of the time that
starting it takes. What `Repo.attest` and the hooks of `Repo.set_up` run, and what
`Terminal` runs on a terminal.

The program that git or a test starts is a small client (forked_client.py, or forked_client.c
where there is a compiler). It hands its
arguments, environment, folder and open files to a server (forked_server.py), which forks a
child; that child runs attest's real `main` and ends as a process does. So it is a process
of its own, with nothing left over from the one before. `run` hands them over from the
test's process. A command on a terminal runs in a session that a server of its own leads,
which forks what has that terminal. What a fork cannot take over is not forked: with closed
streams, limits, another user, locale or setting of Python's, the client becomes the real
Python. Tests of how attest starts use `sys.executable`.
"""

from __future__ import annotations

import atexit
import contextlib
import functools
import os
import select
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from support import forked_client

_KEPT = ("PATH", "TMPDIR", "PYTHONPATH")
_SERVER = Path(__file__).with_name("forked_server.py")
_PIPE = 1 << 16
_LIMIT = 120
"""Seconds until a run that neither writes nor ends is given up."""


@functools.cache
def program() -> str:
    """The program to start in place of `sys.executable`; that one itself where there is
    no way to fork as here."""
    if not sys.platform.startswith("linux"):
        return sys.executable
    assert sys.argv[0] != str(_SERVER), "a server would start a server, and so on"
    folder = Path(tempfile.mkdtemp(prefix="forked-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    place, client = folder / "server", folder / "python"
    forked = (sys.executable, str(place), os.getuid())
    text = Path(forked_client.__file__).read_text("utf-8")
    text = text.replace('FORKED = ("", "", 0)\n', f"FORKED = {forked!r}\n")
    script = folder / "client"
    script.write_text(f"#!{sys.executable} -IS\n{text}", "utf-8")
    script.chmod(0o755)
    if not _compile(client, script, place):
        script.rename(client)
    env = {name: os.environ[name] for name in _KEPT if name in os.environ}
    server = subprocess.Popen(
        [sys.executable, "-P", str(_SERVER), str(place)],
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


def _compile(client: Path, script: Path, server: Path) -> bool:
    """Make a client that starts in a tenth of the time (forked_client.c). Whether that was done:
    there may be no compiler."""
    compiler = shutil.which("cc")
    paths = {"PYTHON": sys.executable, "CLIENT": str(script), "SERVER": str(server)}
    if compiler is None or any(set(path) & set('"\\\n') for path in paths.values()):
        return False
    macros = [f'-D{name}="{path}"' for name, path in paths.items()]
    source = str(Path(forked_client.__file__).with_suffix(".c"))
    command = [compiler, "-O1", *macros, f"-DUSER={os.getuid()}", "-o", str(client), source]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def run(
    command: Sequence[str], cwd: Path, env: dict[str, str], stdin: bytes
) -> subprocess.CompletedProcess[bytes] | None:
    """Run `-P -m attest ...` as `program` does, with the output caught and without a terminal.
    No client has to start for it, which takes as long as the run of a short command.

    Returns:
        None where it cannot be forked, or has too much standard input for a pipe; then
        only `program` can run it.
    """
    server = Path(program()).with_name("server")
    if not server.exists() or forked_client.unable(env, os.getuid()) or len(stdin) > _PIPE:
        return None
    (input_, write), (out, output), (err, error) = os.pipe(), os.pipe(), os.pipe()
    files = [input_, output, error, os.open(cwd, os.O_RDONLY)]
    words = ["-m", *command[3:]]
    connection = forked_client.handed_over(str(server), words, env, os.getpid(), files)
    for file in files:
        os.close(file)
    with contextlib.suppress(BrokenPipeError), open(write, "wb") as pipe:
        pipe.write(stdin)
    written = _read({out: bytearray(), err: bytearray()})
    connection.settimeout(_LIMIT)
    code = int(connection.recv(8))
    connection.close()
    return subprocess.CompletedProcess(command, code, *map(bytes, written.values()))


def _read(written: dict[int, bytearray]) -> dict[int, bytearray]:
    """Read files until all have ended."""
    left = set(written)
    while left:
        ready, _, _ = select.select(left, [], [], _LIMIT)
        assert ready, f"nothing more was written: {written}"
        for file in ready:
            piece = os.read(file, 1 << 16)
            written[file] += piece
            if not piece:
                left.remove(file)
                os.close(file)
    return written


def on_terminal(*command: str) -> tuple[str, ...]:
    """A command for a terminal of its own, so that the clients in it can be forked."""
    return command if program() == sys.executable else (program(), "lead", *command)


def use_real_one(folder: Path) -> None:
    """Have the hooks in a folder run attest by the real Python again."""
    before, after = (f"attest_python={one}\n".encode() for one in (program(), sys.executable))
    for path in folder.iterdir():
        text = path.read_bytes() if path.is_file() else b""
        if before in text and before != after:
            path.write_bytes(text.replace(before, after))


def _end(server: subprocess.Popen[bytes]) -> None:
    assert server.stdin is not None
    assert server.stdout is not None
    server.stdin.close()
    server.wait()
    server.stdout.close()

"""The program that stands in for Python in the tests (see forked.py): it has a server
fork attest, or becomes the Python that it stands in for. It imports next to nothing.

`forked.program` writes it with a first line, and with what `FORKED` is.
"""

# `signal` and `socket` take twice as long to import as all else here.
import _signal  # type: ignore[import-not-found]
import _socket
import os
import resource
import sys

FORKED = ("", "", 0)
"""Python's path, the server's socket, and the user that both run as."""


def unable(environment: dict[str, str], user: int) -> bool:
    """Whether a server of a user's cannot fork a process with this environment, and with
    this one's user and limits."""
    able = ("LC_ALL", "PYTHONIOENCODING")
    for name in environment:
        if name.startswith(("PYTHON", "LC_", "LANG", "LD_", "COVERAGE")) and name not in able:
            return True
    limit, _ = resource.getrlimit(resource.RLIMIT_FSIZE)
    return environment.get("LC_ALL") != "C.UTF-8" or limit >= 0 or os.getuid() != user


def place() -> str:
    """The socket of the server that can fork this process; empty where none can."""
    _, server, user = FORKED
    if unable(dict(os.environ), user):
        return ""
    if any(stream is None for stream in (sys.stdin, sys.stdout, sys.stderr)):
        return ""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return server
    # Only a process of the terminal's session can fork one that has the terminal.
    session, _, server = os.environ.get("FORKED_SESSION", "").partition(":")
    return server if session == str(os.getsid(0)) else ""


def handed_over(
    server: str, words: list[str], environment: dict[str, str], parent: int, files: list[int]
) -> _socket.socket:
    """Have a server fork a process.

    Args:
        parent: what the process takes for its parent.
        files: its standard streams, its folder, and its file 3 if it has one.

    Returns:
        The connection, on which the server says at the end how the process has ended.
    """
    mask = os.umask(0)
    os.umask(mask)
    entries = [f"{name}={value}" for name, value in environment.items()]
    fields = [parent, os.getpgrp(), mask, len(words), *words, *entries]
    data = b"\0".join(os.fsencode(str(field)) for field in fields)
    rights = b"".join(number.to_bytes(4, sys.byteorder) for number in files)
    connection = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    connection.connect(server)
    connection.sendmsg([b"%10d" % len(data)], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, rights)])
    connection.sendall(data)
    return connection


def forked(server: str, words: list[str]) -> int:
    """Have a process forked that has all of this one's; its exit code, or minus the
    signal that ended it."""
    for key in (_signal.SIGINT, _signal.SIGQUIT):  # of the terminal; they are for the other one
        _signal.signal(key, _signal.SIG_IGN)
    folder = os.open(".", os.O_RDONLY)
    files = [0, 1, 2, folder]
    if "ATTEST_HANDSHAKE" in os.environ and folder != 3:
        files.append(3)
    connection = handed_over(server, words, dict(os.environ), os.getppid(), files)
    os.close(folder)
    ended = connection.recv(8)
    # Nothing comes where the key that ended git ended the other one before it could answer.
    return int(ended) if ended else -_signal.SIGINT


def lead(words: list[str]) -> int:
    """Give the terminal to a session that a server leads, and that runs a command."""
    import fcntl
    import termios

    _signal.signal(_signal.SIGHUP, _signal.SIG_IGN)
    terminal = os.open("/dev/tty", os.O_RDWR)
    fcntl.ioctl(terminal, termios.TIOCNOTTY)
    os.close(terminal)
    return forked(FORKED[1], ["lead", *words])


def main() -> None:
    words, server = sys.argv[1:], ""
    if words[:1] == ["lead"]:
        code = lead(words[1:])
    else:
        attest = words[:3] == ["-P", "-m", "attest"]
        hook = words[:3] == ["-E", "-P", "-c"] and "attest.__main__" in words[3]
        server = place() if attest or hook else ""
        if not server:
            os.execv(FORKED[0], [FORKED[0], *words])
        code = forked(server, ["-m" if attest else "-c", *words[3 if attest else 4 :]])
    if code < 0:
        _signal.signal(-code, _signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    os._exit(code)


if __name__ == "__main__":
    main()

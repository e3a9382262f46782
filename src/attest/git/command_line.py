"""The command line of the git that runs this hook, where the system shows it word by
word: Linux in /proc, macOS by sysctl(3). Elsewhere it is unknown, and nothing is
guessed: `ps` puts blanks between the words, as there are within them."""

from __future__ import annotations

import os
import struct
import sys
from pathlib import Path

from attest.git.commit_options import subcommand

_FAR = 20  # processes between git and us: shells, hook managers


def arguments(name: str) -> list[str] | None:
    """The words behind a subcommand of git; None where the command line is unknown, or
    that of another one."""
    words = command()
    inner = None if words is None else subcommand(words)
    return inner[1] if inner is not None and inner[0] == name else None


def command() -> list[str] | None:
    """The words of the nearest git above this process; None where it is unknown."""
    pid = os.getppid()
    for _ in range(_FAR):
        try:
            words = _words(pid)
        except (OSError, ValueError):
            return None
        if words and words[0].rpartition("/")[2] in ("git", "git-commit", "git-push"):
            return words
        pid = _parent(pid)
        if pid <= 1:
            return None
    return None


def _words(pid: int) -> list[str]:
    """The command line of a process.

    Raises:
        OSError, ValueError: the system does not show it.
    """
    if sys.platform == "darwin":
        return procargs(_sysctl_procargs(pid))
    if not sys.platform.startswith(("linux", "cygwin")):
        raise OSError("this system has no /proc with command lines")
    return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).split("\0")[:-1]


def _parent(pid: int) -> int:
    """The parent of a process, 0 where the system does not show it."""
    if sys.platform == "darwin":
        return _darwin_parent(pid)
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
        return int(stat.rpartition(b")")[2].split()[1])  # proc_pid_stat(5): state, ppid
    except (OSError, ValueError, IndexError):
        return 0


def procargs(data: bytes) -> list[str]:
    """The words of a command line in what KERN_PROCARGS2 gives: their number, the path
    of the program, zeros up to the next word, the words, the environment; all but the
    number end with a zero (xnu, bsd/kern/kern_sysctl.c, `sysctl_procargsx`).

    Raises:
        ValueError: it is cut short.
    """
    if len(data) < struct.calcsize("=i"):
        raise ValueError("no number of words")
    (count,) = struct.unpack_from("=i", data)
    _, zero, rest = data[struct.calcsize("=i") :].partition(b"\0")
    words = rest.lstrip(b"\0").split(b"\0")
    if not zero or count < 1 or len(words) <= count:
        raise ValueError("a command line that is cut short")
    return [os.fsdecode(word) for word in words[:count]]


if sys.platform == "darwin":
    import ctypes

    _CTL_KERN, _KERN_PROCARGS2 = 1, 49  # <sys/sysctl.h>
    _PROC_PIDT_SHORTBSDINFO, _SHORTBSDINFO_SIZE = 13, 64  # <sys/proc_info.h>

    def _sysctl_procargs(pid: int) -> bytes:
        libc = ctypes.CDLL(None, use_errno=True)
        name = (ctypes.c_int * 3)(_CTL_KERN, _KERN_PROCARGS2, pid)
        size = ctypes.c_size_t(os.sysconf("SC_ARG_MAX"))
        data = ctypes.create_string_buffer(size.value)
        if libc.sysctl(name, 3, data, ctypes.byref(size), None, ctypes.c_size_t(0)) != 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        return data.raw[: size.value]

    def _darwin_parent(pid: int) -> int:
        """`pbsi_ppid`, the second number of `struct proc_bsdshortinfo`."""
        libc = ctypes.CDLL(None, use_errno=True)
        data = ctypes.create_string_buffer(_SHORTBSDINFO_SIZE)
        size = libc.proc_pidinfo(
            pid, _PROC_PIDT_SHORTBSDINFO, ctypes.c_uint64(0), data, _SHORTBSDINFO_SIZE
        )
        return struct.unpack_from("=II", data)[1] if size == _SHORTBSDINFO_SIZE else 0

"""Writing a report into the file that `--output` names."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from attest.state import atomic

_NOTHING_BESIDE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY)
"""No file can be made beside this one, or take its name: only the file itself belongs to us, or
it is mounted by itself, as a container has the files of a runner."""


def write(path: Path, data: bytes) -> None:
    """Write a file whole: a regular file, or one that is new, has all of the report, or what it
    had before. Links are followed, and a file keeps its permissions and its owner.

    A device or a pipe is written into; so is a file that this process has open already, such as
    the one that /dev/stdout leads to, and one beside which nothing can be written.

    Raises:
        OSError: it cannot be written.
    """
    try:
        status = path.stat()
    except FileNotFoundError:  # also a link to a file that is not there yet
        atomic.write(Path(os.path.realpath(path)), data, mode=0o666)
        return
    if not stat.S_ISREG(status.st_mode) or any(os.path.samestat(status, one) for one in _open()):
        _write_into(path, data)
        return
    try:
        atomic.write(Path(os.path.realpath(path)), data)
    except OSError as error:
        if error.errno not in _NOTHING_BESIDE:
            raise
        _write_into(path, data)


def _open() -> Iterator[os.stat_result]:
    """The files that this process has open."""
    try:
        descriptors = [int(entry.name) for entry in Path("/dev/fd").iterdir()]
    except OSError:  # Windows has no such folder
        descriptors = [0, 1, 2]
    for descriptor in descriptors:
        try:
            yield os.fstat(descriptor)
        except OSError:  # closed, as the one that listed them
            continue


def _write_into(path: Path, data: bytes) -> None:
    with open(path, "wb", opener=_open_unblocked) as stream:
        stream.write(data)


def _open_unblocked(path: str, flags: int) -> int:
    """Open a file as `open` does. A pipe that nobody reads is an error at once; it would keep a
    job waiting for ever."""
    unblocked: int = getattr(os, "O_NONBLOCK", 0)  # Windows has none
    opened = os.open(path, flags | unblocked, 0o666)
    if unblocked:
        os.set_blocking(opened, True)
    return opened

"""Writing a file whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
import stat
from functools import partial
from pathlib import Path

from attest import errors
from attest.errors import EnvironmentFault
from attest.system import files


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all; see `write`. One that is new is its owner's alone.

    Raises:
        EnvironmentFault: the disk is full or the folder cannot be written.
    """
    try:
        write(path, data)
    except OSError as error:
        raise unwritable(path, error) from None


def write(path: Path, data: bytes, *, mode: int = 0o600) -> None:
    """Write a file whole or not at all, keeping its permissions and its owner (if that is allowed).

    The data goes into a temporary file of the same folder, is flushed to the disk,
    and takes the name in one rename (rename(2) replaces a file atomically within one
    file system). A reader sees the old file or the new one; so does whoever looks
    after the machine stopped.

    Args:
        mode: of a file that is new, before the umask.

    Raises:
        OSError: the disk is full or the folder cannot be written.
    """
    temporary = path.with_name(f"~{secrets.token_hex(8)}")
    try:
        with open(temporary, "xb", opener=partial(os.open, mode=mode)) as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else the rename may reach the disk before the data
        if path.exists():
            _keep_owner(path, temporary)
        files.replace(temporary, path)
    except OSError:
        files.remove(temporary, missing_ok=True)
        raise


def _keep_owner(path: Path, temporary: Path) -> None:
    """Give a new file the permissions of the one that it replaces, and its owner, as far as that
    is allowed."""
    old, new = path.stat(), temporary.stat()
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        with contextlib.suppress(PermissionError):
            os.chown(temporary, old.st_uid, old.st_gid)
    temporary.chmod(stat.S_IMODE(old.st_mode))


def unwritable(path: Path, error: OSError) -> EnvironmentFault:
    """The fault to raise where a path cannot be written."""
    return EnvironmentFault(
        f"{path} cannot be written: {error.strerror or error}",
        f"{errors.remedy(error)} Nothing was half-written.",
    )

"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from attest import errors
from attest.errors import EnvironmentFault
from attest.system import files


def replace(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, keeping its permissions.

    The data goes into a temporary file of the same folder, is flushed to the disk,
    and takes the name in one rename (rename(2) replaces a file atomically within one
    file system). A reader sees the old file or the new one; so does whoever looks
    after the machine stopped.

    Raises:
        EnvironmentFault: the disk is full or the folder cannot be written.
    """
    temporary = None
    try:
        descriptor, temporary = tempfile.mkstemp(prefix="~", dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())  # else the rename may reach the disk before the data
        if path.exists():
            Path(temporary).chmod(path.stat().st_mode & 0o7777)  # mkstemp makes them 0600
        files.replace(temporary, path)
    except OSError as error:
        if temporary is not None:
            files.remove(temporary, missing_ok=True)
        raise unwritable(path, error) from None


def unwritable(path: Path, error: OSError) -> EnvironmentFault:
    """The fault to raise where a path cannot be written."""
    return EnvironmentFault(
        f"{path} cannot be written: {error.strerror or error}",
        f"{errors.remedy(error)} Nothing was half-written.",
    )

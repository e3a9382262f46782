"""Pages that a forge has published, kept in a folder for a short while."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from datetime import datetime, timedelta
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.forge import https
from attest.state import atomic

MAX_AGE = timedelta(minutes=15)
"""How long fetched keys are used again: a key that was taken back is gone soon."""


def file(cache: Path, url: str) -> Path:
    """Where the cache keeps a page."""
    return cache / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


def read(cache: Path, url: str, now: datetime) -> bytes | None:
    """A page that was fetched not long ago. Whatever is not as we wrote it is fetched again."""
    try:
        entry = json.loads(_regular(file(cache, url)))
        at = datetime.fromisoformat(entry["at"])
        age = now - at if at.isoformat() == entry["at"] else MAX_AGE
        is_fresh = entry["url"] == url and timedelta(0) <= age < MAX_AGE
        return str(entry["body"]).encode() if is_fresh and isinstance(entry["body"], str) else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    except OverflowError:  # a date near the end of time
        return None


def _regular(path: Path) -> bytes:
    """The bytes of a file of ours: no link, pipe or giant."""
    if path.is_symlink():
        raise OSError("a symbolic link")
    flags = os.O_RDONLY
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):
        flags |= getattr(os, name, 0)
    with os.fdopen(os.open(path, flags), "rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > 8 * https.LIMIT:
            raise OSError("no file of ours")
        return file.read()


def write(cache: Path, url: str, now: datetime, data: bytes) -> None:
    """Keep a page.

    Raises:
        EnvironmentFault: the folder cannot be created.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault(
            f"the cache {cache} cannot be created: {error.strerror or error}",
            "Name a directory that you can write with --forge-cache.",
        ) from None
    entry = {"url": url, "at": now.isoformat(), "body": data.decode("utf-8")}
    atomic.replace(file(cache, url), json.dumps(entry).encode())

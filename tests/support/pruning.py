"""What removes objects beside a rewriting: git's own collection, and a failing disk."""

from __future__ import annotations

import os
import subprocess
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from support.repo import Repo

_REAL = subprocess.Popen
Point = tuple[str, tuple[str, ...]]
"""`start` or `end` of a process, and its command."""


@contextmanager
def at_points(do: Callable[[Point], None]) -> Iterator[None]:
    """Do something before each process that attest starts in this process (see
    `inside.run`), and after each that it waits for."""

    class Popen(_REAL[Any]):
        def __init__(self, args: Any, *more: Any, **options: Any) -> None:
            self.command = tuple(map(str, args))
            do(("start", self.command))
            super().__init__(args, *more, **options)

        def communicate(self, *args: Any, **options: Any) -> Any:
            outcome = super().communicate(*args, **options)
            do(("end", self.command))
            return outcome

    with mock.patch.object(subprocess, "Popen", Popen):
        yield


def collect(repo: Repo) -> None:
    """Have git remove everything that no ref leads to, however young it is."""
    command = ["git", "gc", "--quiet", "--prune=now"]
    with _REAL(command, cwd=repo.path, env=repo.env, stderr=subprocess.PIPE) as result:
        _, reply = result.communicate()
        assert result.returncode == 0, reply


def loose(repo: Repo) -> None:
    """Write every object to a file of its own."""
    folder = repo.path / ".git/objects/pack"
    packs = [path.rename(repo.path.parent / path.name) for path in folder.glob("*.pack")]
    for path in folder.iterdir():
        path.unlink()
    for pack in packs:
        repo.git("unpack-objects", "-q", stdin=pack.read_bytes())


def file_of(repo: Repo, oid: str) -> Path:
    """The file of a loose object, made writable."""
    path = repo.path / ".git/objects" / oid[:2] / oid[2:]
    path.chmod(0o644)
    return path


def _flipped(data: bytes) -> bytes:
    raw = bytearray(zlib.decompress(data))
    raw[-1] ^= 1
    return zlib.compress(bytes(raw))


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": os.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "half": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "garbage": lambda path: path.write_bytes(b"garbage"),
    "another": lambda path: path.write_bytes(_flipped(path.read_bytes())),
}
"""What can become of an object's file. The content of `another` is not what its name says."""

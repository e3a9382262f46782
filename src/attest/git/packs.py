"""New commits, written in one pack that nothing removes before a ref leads to them.

An object that no ref leads to is fair game for `git gc --prune=now`. A ref for each new
commit would not help: gc may have looked at the refs before it, and removes the commit
after it (git-gc(1), "NOTES"). So the commits go where git's own fetch puts what has no
ref yet: into a pack with a `.keep` file, which exists before the pack does, and which
neither gc, repack nor prune touches (git-index-pack(1), `--keep`).
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from attest.system import files

_COMMIT = 1
_KEEP = "attest "
"""A `.keep` file of ours begins so; the number of the rewriting follows."""
_TRIES = 3
"""`git prune` also removes what index-pack has not finished yet."""


def commit_id(repository: Repository, raw: bytes) -> str:
    """The id of a commit object."""
    hasher = hashlib.new(repository.object_format, usedforsecurity=False)
    hasher.update(b"commit %d\0" % len(raw) + raw)
    return hasher.hexdigest()


@contextmanager
def keeping(repository: Repository, commits: Iterable[bytes], number: int) -> Iterator[None]:
    """Write commits, and keep them for as long as the context lasts.

    Args:
        commits: raw commit objects; any number.
        number: of the rewriting.

    Raises:
        EnvironmentFault: they cannot be written.
    """
    pack = _pack(repository, list(commits))
    keep = write(repository, pack, number)
    try:
        yield
    finally:
        if keep is not None:
            files.remove(keep, missing_ok=True)


def write(repository: Repository, pack: bytes, number: int) -> Path | None:
    """Write a pack; its `.keep` file, or None where it was there before."""
    args = ["index-pack", "--stdin", f"--keep={_KEEP}{number}"]
    # It goes back to the folder below the top that it started in, and takes a relative path
    # from there (builtin/index-pack.c, "Cannot come back to cwd").
    folder = {"GIT_OBJECT_DIRECTORY": str(repository.objects)}
    env = {**process.plain_environment(), **folder}
    for attempt in range(_TRIES):
        result = process.run(args, env=env, stdin=pack, check=False)
        if result.returncode == 0:
            break
        error = process.GitError(args, result.returncode, result.stderr)
        if error.cause is not None or attempt == _TRIES - 1:
            raise EnvironmentFault(
                f"the new commits cannot be written to {repository.objects}: {error.message}",
                (error.hint or "Run the command again.")
                + " No branch was moved, and your answers are kept.",
            )
    report, _, name = result.stdout.decode("ascii").strip().partition("\t")
    return repository.objects / "pack" / f"pack-{name}.keep" if report == "keep" else None


def keep_files(repository: Repository) -> Iterator[tuple[int, Path]]:
    """The `.keep` files of rewritings, with their numbers."""
    for path in repository.objects.glob("pack/pack-*.keep"):
        try:
            word, _, number = path.read_text("ascii", "replace").strip().partition(" ")
        except OSError:
            continue
        if f"{word} " == _KEEP and number.isascii() and number.isdigit():
            yield int(number), path


def find_missing(commits: Mapping[str, bytes]) -> list[str]:
    """Those commits that a git of its own does not find as they were written."""
    stdin = "".join(f"{oid}\n" for oid in commits).encode()
    args = ["cat-file", "--batch"]
    result = process.run(args, env=process.plain_environment(), stdin=stdin, check=False)
    out, oids = result.stdout, set()
    while out:
        header, _, out = out.partition(b"\n")
        words = header.split(b" ")
        if len(words) == 3:
            size = int(words[2])
            if commits.get(words[0].decode()) == out[:size]:
                oids.add(words[0].decode())
            out = out[size + 1 :]
    return [oid for oid in commits if oid not in oids]


def _pack(repository: Repository, commits: list[bytes]) -> bytes:
    """A pack of whole commits (gitformat-pack(5))."""
    parts = [b"PACK" + (2).to_bytes(4, "big") + len(commits).to_bytes(4, "big")]
    for raw in commits:
        parts += [_head(len(raw)), zlib.compress(raw)]
    body = b"".join(parts)
    return body + hashlib.new(repository.object_format, body, usedforsecurity=False).digest()


def _head(size: int) -> bytes:
    """An object's type, and its size: four bits, then seven at a time."""
    byte, size = _COMMIT << 4 | size & 15, size >> 4
    out = bytearray()
    while size:
        out.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    out.append(byte)
    return bytes(out)

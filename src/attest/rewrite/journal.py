"""The records of all rewrites, each written before any ref moves.

Should the machine stop while refs are moving, the record says what the rest must become,
and the next attest command moves them there (docs/adr/0007).
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from attest.errors import EnvironmentFault, remedy
from attest.git import packs, process
from attest.git.repository import Repository
from attest.rewrite import post_rewrite, ref_moves
from attest.rewrite import record as record_file
from attest.rewrite.record import BACKUPS, Record
from attest.state import atomic
from attest.system import files, locks

COPIES = "refs/notes/attest-rewrite"
"""Where the copies of notes refs are while a rewrite is under way."""
MAX_RECORDS = 20
"""Records that are kept, with their old tips."""
_ABANDONED = 3600
"""Seconds after which a rewrite that moved nothing is not under way any more."""
_TRIES = 5
_PAUSE = 0.1


class Journal:
    """The records of a repository, in `attest/rewrites` of its git directory."""

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.folder = repository.common_dir / "attest" / "rewrites"

    def records(self) -> Iterator[Record]:
        """All records, oldest first.

        Raises:
            EnvironmentFault: one is not what attest wrote.
        """
        for path in self._paths():
            try:
                record = record_file.parse(path.read_bytes())
            except FileNotFoundError:
                continue  # another process has just dropped it
            except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
                raise EnvironmentFault(
                    f"{path} is not what attest wrote",
                    f"Move it away. The old tips are under {BACKUPS}: git for-each-ref {BACKUPS}",
                ) from None
            yield record

    def successors(self, oids: Collection[str]) -> dict[str, str]:
        """The new versions of commits that were rewritten, where a branch or a remote
        still has them."""
        successors: dict[str, str] = {}
        for record in self.records():
            if record.state == "done":
                successors |= dict(record.commits)
        newest = {}
        for oid in oids:
            new, visited = oid, {oid}
            # A new version may have been rewritten in turn. Should the records form a
            # circle, it ends at the first id that was seen before.
            while successors.get(new, new) not in visited:
                new = successors[new]
                visited.add(new)
            if new != oid:
                newest[oid] = new
        used_oids = self._used_oids(set(newest.values()))
        return {old: new for old, new in newest.items() if new in used_oids}

    def _used_oids(self, oids: set[str]) -> set[str]:
        """Those commits that a branch or a remote has."""
        if not oids:
            return set()
        args = ("rev-list", "--stdin", "--ignore-missing", "--not", "--branches", "--remotes")
        refs = self.repository.git(*args, stdin="\n".join(oids).encode())
        return oids - set(refs.decode("ascii").split())

    @contextmanager
    def claim(self) -> Iterator[int]:
        """A number that no record, no backup and nobody else has, for as long as it
        takes to write its record.

        The claim is a file that only one process can make (`x`), and that stays locked
        while the process lives: a lock ends with its process, a file does not.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        number = max(self._used_numbers(), default=0) + 1
        self._make()
        while True:
            try:
                claim = self._claim(number).open("xb")
            except FileExistsError:
                number += 1
            except OSError as error:
                raise self._write_error(error) from None
            else:
                break
        try:
            with claim:
                locks.take(claim)
                yield number
        finally:
            files.remove(self._claim(number), missing_ok=True)

    def _used_numbers(self) -> list[int]:
        """Numbers that a record or a backup has. A backup can outlive its record, and must
        not be overwritten by another rewrite of that number."""
        parts = [name.split("/") for name in self.repository.refs(f"{BACKUPS}/")]
        used = [int(part[3]) for part in parts if part[3].isascii() and part[3].isdecimal()]
        return [*used, *(int(path.stem) for path in self._paths())]

    def is_claimed(self, number: int) -> bool:
        """Whether a rewrite with that number is under way."""
        return locks.is_taken(self._claim(number))

    def write(self, record: Record) -> None:
        """Keep a record, replacing what stood under its number.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        self._make()
        atomic.replace(self._path(record), record_file.write(record))

    def drop(self, record: Record) -> None:
        """Forget a rewrite, its backups included. A backup that is locked just now
        stays; it does no harm."""
        self.repository.delete_refs(self.repository.refs(f"{record.backup}/"))
        files.remove(self._path(record), missing_ok=True)

    def trim(self) -> None:
        """Forget all but the newest 20, and those that moved nothing."""
        for claim in self.folder.glob("*.claim"):
            if _age(claim) > _ABANDONED:
                files.remove(claim, missing_ok=True)
        for number, path in packs.keep_files(self.repository):
            if not self.is_claimed(number):
                files.remove(path, missing_ok=True)
        records = list(self.records())
        for record in records[:-MAX_RECORDS]:
            self.drop(record)
        for record in records[-MAX_RECORDS:]:
            abandoned = record.state == "started" and _age(self._path(record)) > _ABANDONED
            if abandoned and not self._progress(record).finished_moves:
                self.drop(record)

    def interrupted(self) -> list[Record]:
        """The records of which some refs moved, and some did not."""
        records = [record for record in self.records() if record.state == "started"]
        return [record for record in records if self._progress(record).interrupted]

    def recover(self) -> list[Record]:
        """Finish what was interrupted while refs were moving; what was finished.

        Raises:
            EnvironmentFault: a ref cannot be moved (it is locked).
        """
        records = list(self.records())
        recovered_records = [r for r in records if r.state == "started" and self._finish(r)]
        complete = {f"{r.number:04}" for r in [*records, *recovered_records] if r.state == "done"}
        copies = self.repository.refs(f"{COPIES}/")
        self.repository.delete_refs([c for c in copies if c[len(COPIES) + 1 :][:4] in complete])
        for record in recovered_records:
            post_rewrite.run(self.repository, record)
        return recovered_records

    def _finish(self, record: Record) -> bool:
        """Move the refs that are left; False where nothing of it had moved.

        Forwards and never back: with one ref at the new commits, somebody may have built
        on them already. Another process may be finishing it at the same time, so that git
        finds a ref locked or moved: then the progress is looked at again.
        """
        for attempt in range(_TRIES):
            progress = self._progress(record)
            if not progress.finished_moves:
                return False  # as before; or whoever began it is at work just now
            if not progress.remaining_moves:
                self.repository.delete_refs(self.repository.refs(f"{COPIES}/{record.number:04}-*"))
                self.write(replace(record, state="done"))
                return True
            try:
                # The backups were made first in the transaction that was interrupted.
                ref_moves.transact(record, progress.remaining_moves, backup=False)
            except process.GitError as error:
                if attempt == _TRIES - 1:
                    raise EnvironmentFault(
                        f"an interrupted rewrite cannot be completed: {error.stderr}",
                        error.cause.remedy if error.cause else process.CORRECT_IT,
                    ) from None
                time.sleep(_PAUSE)
        return False

    def _progress(self, record: Record) -> ref_moves.Progress:
        return ref_moves.progress(self.repository, record)

    def _make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._write_error(error) from None

    def _write_error(self, error: OSError) -> EnvironmentFault:
        return EnvironmentFault(
            f"{self.folder} cannot be written: {error.strerror}",
            f"{remedy(error)} Nothing was rewritten.",
        )

    def _paths(self) -> list[Path]:
        """The files of the records, oldest first. A file that a person renamed to move it
        aside has no number, and is not a record any more."""
        names = [path for path in self.folder.glob("*.json") if path.stem.isascii()]
        numbered = [path for path in names if path.stem.isdecimal()]
        return sorted(numbered, key=lambda path: int(path.stem))

    def _path(self, record: Record) -> Path:
        return self.folder / f"{record.number:04}.json"

    def _claim(self, number: int) -> Path:
        return self.folder / f"{number:04}.claim"


def _age(path: Path) -> float:
    return time.time() - path.stat().st_mtime

"""A record of every rewriting, written before any ref moves.

git moves the refs of one transaction one after the other (a rename each). Should
the machine stop between two of them, the record says what the rest must become.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Literal

from attest.errors import EnvironmentFault, remedy
from attest.git import packs, process
from attest.git.repository import Repository
from attest.state import atomic
from attest.system import files, locks

BACKUPS = "refs/attest/backup"
COPIES = "refs/notes/attest-rewrite"
KEPT = 20
_RETRIES = 5

State = Literal["started", "done"]


@dataclass(frozen=True, slots=True)
class Move:
    """A ref that goes from one object to another; `HEAD` where it is detached."""

    ref: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Record:
    """One rewriting.

    Args:
        number: counts up; the old tips are under `refs/attest/backup/<number>/`.
        commits: old and new id of every commit that was written anew.
        git_dir: of the worktree whose detached HEAD moved.
    """

    number: int
    state: State
    moves: tuple[Move, ...]
    commits: tuple[tuple[str, str], ...]
    git_dir: str = ""

    @property
    def backup(self) -> str:
        return f"{BACKUPS}/{self.number:04}"


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
                data = json.loads(path.read_bytes())
                record = _record(data)
            except FileNotFoundError:
                continue
            except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
                raise EnvironmentFault(
                    f"{path} is not what attest wrote",
                    f"Move it away. The old tips are under {BACKUPS}: git for-each-ref {BACKUPS}",
                ) from None
            yield record

    def successors(self, oids: Collection[str]) -> dict[str, str]:
        """The new versions of commits that were written anew, where a branch or a
        remote has them still."""
        after: dict[str, str] = {}
        for record in self.records():
            if record.state == "done":
                after |= dict(record.commits)
        found = {}
        for oid in oids:
            new, seen = oid, {oid}
            while after.get(new, new) not in seen:
                new = after[new]
                seen.add(new)
            if new != oid:
                found[oid] = new
        used = self._used(set(found.values()))
        return {old: new for old, new in found.items() if new in used}

    def _used(self, oids: set[str]) -> set[str]:
        """Those commits that a branch or a remote has."""
        if not oids:
            return set()
        args = ("rev-list", "--stdin", "--ignore-missing", "--not", "--branches", "--remotes")
        unused = self.repository.git(*args, stdin="\n".join(oids).encode())
        return oids - set(unused.decode("ascii").split())

    @contextmanager
    def claim(self) -> Iterator[int]:
        """A number that no record, no backup and nobody else has, for as long as it
        takes to write its record.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        parts = [name.split("/") for name in self.repository.refs(f"{BACKUPS}/")]
        used = [int(part[3]) for part in parts if part[3].isascii() and part[3].isdecimal()]
        used += [int(path.stem) for path in self._paths()]
        number = max(used, default=0) + 1
        self._make()
        while True:
            try:
                claim = (self.folder / f"{number:04}.claim").open("xb")
            except FileExistsError:
                number += 1
            except OSError as error:
                raise self._unwritable(error) from None
            else:
                break
        try:
            with claim:
                locks.take(claim)
                yield number
        finally:
            files.remove(self.folder / f"{number:04}.claim", missing_ok=True)

    def is_claimed(self, number: int) -> bool:
        """Whether a rewriting with that number is under way."""
        return locks.is_taken(self.folder / f"{number:04}.claim")

    def write(self, record: Record) -> None:
        """Keep a record, replacing what stood under its number.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        self._make()
        atomic.replace(self._path(record), json.dumps(asdict(record), indent=1).encode())

    def _make(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise self._unwritable(error) from None

    def _unwritable(self, error: OSError) -> EnvironmentFault:
        return EnvironmentFault(
            f"{self.folder} cannot be written: {error.strerror}",
            f"{remedy(error)} Nothing was rewritten.",
        )

    def drop(self, record: Record) -> None:
        """Forget a rewriting, its backups included. A backup that is locked just now
        stays; it does no harm."""
        self.repository.delete_refs(self.repository.refs(f"{record.backup}/"))
        files.remove(self._path(record), missing_ok=True)

    def trim(self) -> None:
        """Forget all but the newest 20, and those that moved nothing."""
        for claim in self.folder.glob("*.claim"):
            if time.time() - claim.stat().st_mtime > 3600:
                files.remove(claim, missing_ok=True)
        for number, keep in packs.stale(self.repository):
            if not self.is_claimed(number):
                files.remove(keep, missing_ok=True)
        records = list(self.records())
        for record in records[:-KEPT]:
            self.drop(record)
        for record in records[-KEPT:]:
            age = time.time() - self._path(record).stat().st_mtime
            if record.state == "started" and age > 3600 and not self.progress(record)[0]:
                self.drop(record)

    def cut_off(self) -> list[Record]:
        """The records of which some refs moved, and some did not."""
        started = [record for record in self.records() if record.state == "started"]
        return [record for record in started if all(self.progress(record))]

    def recover(self) -> list[Record]:
        """Finish what was cut off while refs were moving; what was finished.

        Raises:
            EnvironmentFault: a ref cannot be moved (it is locked).
        """
        records = list(self.records())
        finished = [r for r in records if r.state == "started" and self._finish(r)]
        done = {f"{r.number:04}" for r in [*records, *finished] if r.state == "done"}
        copies = self.repository.refs(f"{COPIES}/")
        self.repository.delete_refs([c for c in copies if c[len(COPIES) + 1 :][:4] in done])
        return finished

    def transact(
        self,
        record: Record,
        moves: list[Move],
        *,
        backup: bool,
        why: str = "attest: answers added",
    ) -> None:
        """Move refs, all or none, each only if it is still where it was.

        Args:
            backup: keep the old tips, in the same transaction and first.
            why: what the reflog says.

        Raises:
            GitError: a ref moved meanwhile, or is locked; nothing was moved.
        """
        words = ["start"]
        if backup:
            words += [f"create {_backup(record, m)}\0{m.old}" for m in moves if _is_tip(m)]
        for move in moves:
            words += ["option no-deref"] if move.ref == "HEAD" else []
            words.append(f"update {move.ref}\0{move.new}\0{move.old}")
        words += ["prepare", "commit", ""]
        # In a session of its own: what ends us does not end it half-way. Without
        # the word `commit` at the end, git moves nothing.
        process.run(
            ["update-ref", "-m", why, "-z", "--stdin"],
            env=process.plain_environment(),
            stdin="\0".join(words).encode("utf-8", "surrogateescape"),
            apart=True,
        )

    def value(self, ref: str) -> str | None:
        """Where a ref is; None where it is gone, or is HEAD and on a branch."""
        if ref == "HEAD" and self.repository.branch() is not None:
            return None
        return self.repository.ask("rev-parse", "--verify", "--quiet", ref)

    def _finish(self, record: Record) -> bool:
        for attempt in range(_RETRIES):
            moved, left = self.progress(record)
            if not moved:
                return False  # as before; or whoever began it is at work just now
            if not left:
                self.repository.delete_refs(self.repository.refs(f"{COPIES}/{record.number:04}-*"))
                self.write(replace(record, state="done"))
                return True
            try:
                self.transact(record, left, backup=False)
            except process.GitError as error:
                if attempt == _RETRIES - 1:
                    raise EnvironmentFault(
                        f"a rewriting was cut off, and cannot be finished: {error.stderr}",
                        error.cause.remedy if error.cause else "Run the command again.",
                    ) from None
                time.sleep(0.1)
        return False

    def progress(self, record: Record) -> tuple[list[Move], list[Move]]:
        """The moves that were made, and those whose ref is where it was. A ref that
        somebody put back since is neither."""
        moved, left = [], []
        for move in record.moves:
            if move.ref == "HEAD" and record.git_dir != str(self.repository.git_dir):
                continue
            now = self.value(move.ref)
            if now == move.new:
                moved.append(move)
            elif now == move.old and not self._was_at(move.ref, move.new):
                left.append(move)
        return moved, left

    def _was_at(self, ref: str, oid: str) -> bool:
        out = self.repository.ask("log", "-g", "-n", "20", "--format=%H", ref, "--")
        return oid in (out or "").split()

    def _paths(self) -> list[Path]:
        """The files of the records, oldest first; what a person moved aside is none."""
        names = [path for path in self.folder.glob("*.json") if path.stem.isascii()]
        found = [path for path in names if path.stem.isdecimal()]
        return sorted(found, key=lambda path: int(path.stem))

    def _path(self, record: Record) -> Path:
        return self.folder / f"{record.number:04}.json"


def _record(data: dict[str, Any]) -> Record:
    """What a file holds.

    Raises:
        AttributeError, KeyError, TypeError, ValueError: it is no record.
    """
    moves = tuple(Move(**move) for move in data["moves"])
    commits = tuple((old, new) for old, new in data["commits"])
    state, where, number = data["state"], data.get("git_dir", ""), data["number"]
    oids = [oid for pair in (*commits, *((move.old, move.new) for move in moves)) for oid in pair]
    refs = [move.ref for move in moves]
    if state not in ("started", "done") or not isinstance(number, int) or number < 1:
        raise ValueError(state)
    if not all(map(_OID.fullmatch, oids)) or not all(map(_REF.fullmatch, [*refs, where])):
        raise ValueError("neither a commit nor a ref")
    return Record(number, state, moves, commits, where)


_OID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_REF = re.compile(r"[^\0\n]*")


def _is_tip(move: Move) -> bool:
    return move.ref == "HEAD" or move.ref.startswith("refs/heads/")


def _backup(record: Record, move: Move) -> str:
    return f"{record.backup}/{move.ref.removeprefix('refs/')}"

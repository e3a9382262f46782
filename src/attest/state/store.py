"""What attest keeps in the git directory: answers, and blocks that wait for
their commit. Every write is whole or not at all. Names are short where they can be:
Windows takes paths of 259 characters, and the clone's own is part of that."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from attest import text
from attest.answers.answers import Answers
from attest.attestation import encoding
from attest.errors import EnvironmentFault, reason
from attest.git.diff import digest as digest_of
from attest.state import atomic, hunk_index
from attest.state.hunk_index import AnsweredHunk
from attest.system import files

MAX_PENDING = 200
MAX_PATHS = 200
"""Paths that are remembered: what was moved is looked for among them."""
_NAME = re.compile(r"[0-9a-f]{56}\.json")
_MOVE_AWAY = "Move it away, and answer again the questions whose answers were in it."


@dataclass(frozen=True, slots=True)
class PendingBlock:
    """A signed block that waits for the commit of its change.

    Args:
        change: the change's digest.
        head: id of HEAD's commit when it was made; empty on an unborn branch.
        old, new: the trees that were compared.
        block: the lines of the block.
        trailers: lines that go with the block, unsigned (`Assisted-by: …`).
        hunks: digests of all hunks of the change.
    """

    change: str
    head: str
    old: str
    new: str
    block: list[str]
    trailers: list[str] = field(default_factory=list)
    hunks: list[str] = field(default_factory=list)


class Store:
    """The folder `attest` in the git directory that all worktrees share."""

    def __init__(self, common_dir: Path, git_dir: Path) -> None:
        self.root = common_dir / "attest"
        self._adding_file = git_dir / "attest-adding"

    def answers(self, digest: str) -> Answers:
        """The kept answers for a hunk; empty where there are none."""
        path = self.root / "answers" / f"{digest}.json"
        data = self._read(path)
        if data is None:
            return Answers()
        try:
            invariant, breaks, unsure = (
                _normalised(data[key]) for key in ("invariant", "breaks", "unsure")
            )
            questions = [
                (_normalised(question), _normalised(answer))
                for question, answer in data["questions"]
            ]
            fact = encoding.as_fact(_text(data.get("fact", "")))
            fact_question = _normalised(data.get("fact_question", ""))
            flags = list(map(_text, data.get("flags", [])))
        except (KeyError, TypeError, ValueError):
            raise _damaged(path) from None
        return Answers(invariant, breaks, unsure, questions, fact, fact_question, flags)

    def keep(self, digest: str, path: str, answers: Answers) -> None:
        """Keep the answers for a hunk, replacing earlier ones. They are kept by the
        hunk's digest, so that a rebase, which leaves a hunk alone, asks nothing again.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        self._write(self.root / "answers" / f"{digest}.json", {"path": path, **asdict(answers)})

    def answered_hunks(self, path: bytes) -> list[AnsweredHunk]:
        """The hunks of a path that were answered for in this clone, the newest first."""
        file = self._answered_path(path)
        hunks = (self._read(file) or {}).get("hunks", [])
        try:
            return [hunk_index.read(hunk) for hunk in hunks]
        except (KeyError, TypeError, ValueError):
            raise _damaged(file) from None

    def keep_answered(self, path: bytes, hunk: AnsweredHunk) -> None:
        """Remember a hunk that has answers, so that a changed version of it can be recognised.

        Raises:
            EnvironmentFault: the git directory cannot be written.
        """
        hunks = self.answered_hunks(path)
        if hunk in hunks:
            return
        others = [one for one in hunks if one.digest != hunk.digest]
        kept = [hunk, *others][: hunk_index.MAX_HUNKS]
        self._write(self._answered_path(path), {"hunks": [one.as_json() for one in kept]})
        paths = self.answered_paths()
        if path not in paths:
            known = [path, *paths][:MAX_PATHS]
            self._write(self._paths_file, {"paths": [one.decode("latin-1") for one in known]})

    def answered_paths(self) -> list[bytes]:
        """The paths of which `answered_hunks` knows hunks, the last one first."""
        paths = (self._read(self._paths_file) or {}).get("paths", [])
        try:
            return [_text(path).encode("latin-1") for path in paths]
        except (TypeError, ValueError):
            raise _damaged(self._paths_file) from None

    @property
    def _paths_file(self) -> Path:
        return self.root / "hunks" / "paths"

    def disclosure(self, change: str) -> str | None:
        """The answer about the help of tools with a change; None where there is none."""
        path = self._disclosure_path(change)
        data = self._read(path)
        try:
            return None if data is None else _normalised(data["answer"])
        except (KeyError, TypeError, ValueError):
            raise _damaged(path) from None

    def keep_disclosure(self, change: str, answer: str) -> None:
        """Keep it, so that it is asked for once."""
        self._write(self._disclosure_path(change), {"answer": answer})

    def read_oid(self, name: str) -> str | None:
        """The id of the version of a document that was read; None where none was."""
        oid = (self._read(self.root / "read.json") or {}).get(name)
        return oid if isinstance(oid, str) else None

    def keep_read(self, name: str, oid: str) -> None:
        """Remember which version of a document was read."""
        path = self.root / "read.json"
        items = (self._read(path) or {}).items()
        versions = {key: value for key, value in items if _is_text(key) and _is_text(value)}
        self._write(path, {**versions, name: oid})

    def pending_block(self, change: str) -> PendingBlock | None:
        """The block that waits for a change, None where there is none."""
        return self._read_pending(self._pending_path(change))

    def pending_blocks(self) -> Iterator[PendingBlock]:
        """Every block that waits."""
        for path in sorted((self.root / "pending").glob("*.json")):
            pending = self._read_pending(path)
            if pending is not None:
                yield pending

    def keep_pending(self, pending: PendingBlock) -> None:
        """Keep a block for its commit.

        The newest 200 stay also after that, so that a commit whose message is written
        again (`git commit --amend -m`) gets its block back (docs/adr/0003).
        """
        self._write(self._pending_path(pending.change), asdict(pending))
        paths = [p for p in (self.root / "pending").iterdir() if _NAME.fullmatch(p.name)]
        if len(paths) > MAX_PENDING:
            for path in sorted(paths, key=_written_at)[:-MAX_PENDING]:
                files.remove(path, missing_ok=True)

    def mark_adding(self, change: str) -> None:
        """Remember, until the commit is made, whose block the hook added."""
        self._write(self._adding_file, {"change": change})

    def take_adding(self) -> str | None:
        """The change of `mark_adding`, once."""
        data = self._read(self._adding_file)
        files.remove(self._adding_file, missing_ok=True)
        return None if data is None else str(data.get("change", ""))

    def buffer(self) -> Path:
        """Where the editor's buffer lies while it is open."""
        self._make(self.root)
        return self.root / "ANSWERS"

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """A folder of one's own in the git directory, which is removed in the end."""
        self._make(self.root)
        with tempfile.TemporaryDirectory(prefix="~", dir=self.root) as path:
            yield Path(path)

    def _disclosure_path(self, change: str) -> Path:
        return self.root / "tools" / f"{change}.json"

    def _answered_path(self, path: bytes) -> Path:
        return self.root / "hunks" / f"{digest_of(path)}.json"

    def _pending_path(self, change: str) -> Path:
        return self.root / "pending" / f"{change}.json"

    def _read_pending(self, path: Path) -> PendingBlock | None:
        data = self._read(path)
        if data is None:
            return None
        try:
            texts = [_text(data[key]) for key in ("change", "head", "old", "new")]
            lists = [list(map(_text, data[key])) for key in ("block", "trailers", "hunks")]
        except (KeyError, TypeError, ValueError):
            raise _damaged(path) from None
        return PendingBlock(*texts, *lists)  # type: ignore[arg-type]  # four texts, three lists

    def _read(self, path: Path) -> dict[str, Any] | None:
        try:
            data = json.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except (OSError, ValueError, RecursionError) as error:
            raise EnvironmentFault(
                f"{path} cannot be read: {reason(error)}",
                _MOVE_AWAY,
            ) from None
        if not isinstance(data, dict):
            raise _damaged(path)
        return data

    def _make(self, folder: Path) -> None:
        for part in (self.root, folder):
            if part.is_symlink():  # it could lead our writes anywhere
                raise EnvironmentFault(
                    f"{part} is a symbolic link, which attest never makes", "Remove it."
                )
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise atomic.unwritable(folder, error) from None

    def _write(self, path: Path, data: dict[str, Any]) -> None:
        self._make(path.parent)
        atomic.replace(path, json.dumps(data, ensure_ascii=False, indent=1).encode())


def _written_at(path: Path) -> float:
    """When a file was written; a file that another process removed was oldest."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _is_text(value: object) -> bool:
    """Whether a value is text that UTF-8 can hold; JSON may escape lone surrogates."""
    try:
        return bool(_text(value))
    except (TypeError, ValueError):
        return False


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    value.encode()
    return value


def _normalised(value: object) -> str:
    return text.normalise(_text(value))


def _damaged(path: Path) -> EnvironmentFault:
    return EnvironmentFault(f"{path} is not what attest wrote", _MOVE_AWAY)

"""The corpus of small changes, each looked at by git and by attest (tests/corpus/).

A file of the corpus is named for a kind, and holds changes of that kind:

    === src/packet.py
     def parse(buf):
    -    if len(buf) < 8:
    +    if len(buf) <= 8:
             raise ShortRead

A line begins with a blank (both sides have it), `-` (before) or `+` (after). A path may
stand twice in a file of the corpus: each time it is a change of its own. In
tests/corpus/changes/, all files of a file of the corpus are one change.

Run as `python tests/support/corpus.py`, it writes down what attest makes of the corpus
by its version of the rules (tests/corpus/rules-N.txt): for a new version alone.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from attest.git.attributes import Attributes
from attest.git.diff import Change
from attest.git.isolated import Isolated
from attest.policy.model import DEFAULT, Policy
from attest.policy.treatments import Treatments
from attest.questions.chooser import Chooser
from attest.questions.compose import HunkQuestions
from attest.questions.selection import RULES, Choice
from support.repo import Repo

FOLDER = Path(__file__).resolve().parents[1] / "corpus"

Files = Mapping[str, "str | tuple[str, str]"]
"""The content of each path; a pair is a mode and a content."""


@dataclass(frozen=True)
class Case:
    """A change of one file.

    Args:
        kind: the name of the file of the corpus.
        number: its place there, from 1.
    """

    kind: str
    number: int
    path: str
    old: str
    new: str

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}-{self.path.rpartition('/')[2]}"


def cases(folder: Path = FOLDER / "kinds") -> list[Case]:
    """All changes of the corpus, in their order."""
    return [case for file in sorted(folder.glob("*.txt")) for case in _of(file)]


def changes(folder: Path = FOLDER / "changes") -> dict[str, tuple[Files, Files]]:
    """All changes of several files, by name: the files before and after."""
    matches: dict[str, tuple[Files, Files]] = {}
    for file in sorted(folder.glob("*.txt")):
        parts = list(_of(file))
        old = {case.path: case.old for case in parts if case.old}
        new = {case.path: case.new for case in parts if case.new}
        matches[file.stem] = (old, new)
    return matches


def _of(file: Path) -> Iterator[Case]:
    parts = ("\n" + file.read_text("utf-8")).split("\n=== ")
    assert not parts[0].strip(), f"{file}: does not begin with === PATH"
    for number, part in enumerate(parts[1:], 1):
        path, _, body = part.partition("\n")
        lines = [line for line in body.split("\n") if line]
        assert all(line[0] in " -+" for line in lines), f"{file}: {path}: a line without a mark"
        sides = (
            "".join(line[1:] + "\n" for line in lines if line[0] in marks) for marks in (" -", " +")
        )
        yield Case(file.stem, number, path.strip(), *sides)


@dataclass(frozen=True)
class Seen:
    """What attest makes of a change."""

    change: Change
    choices: Sequence[Choice]
    questions: Sequence[HunkQuestions]

    @property
    def kinds(self) -> list[str]:
        """What the hunks are, each by its most telling effect."""
        return [choice.analysis.kind for choice in self.choices]

    @property
    def outcomes(self) -> list[str]:
        return [choice.outcome for choice in self.choices]

    @property
    def effects(self) -> set[str]:
        """Every kind that was found."""
        return {effect.kind for choice in self.choices for effect in choice.analysis.effects}

    @property
    def asked(self) -> list[str]:
        """Every question, in order."""
        return [
            question
            for one in self.questions
            for question in (one.texts.invariant, one.texts.breaks, one.texts.third)
            if question
        ]

    @property
    def frozen(self) -> str:
        """What must stay as it is within a version of the rules: for each hunk its effects,
        what becomes of it, and the third question, which the check compares."""
        return "; ".join(
            " ".join(
                filter(
                    None,
                    [
                        choice.outcome,
                        *dict.fromkeys(effect.kind for effect in choice.analysis.effects),
                        *(
                            one.texts.third
                            for one in self.questions
                            if one.hunk is choice.analysis.hunk
                        ),
                    ],
                )
            )
            for choice in self.choices
        )


class Looker:
    """Commits changes to a real repository, and looks at them."""

    def __init__(self, repo: Repo, isolated: Isolated) -> None:
        self._repo = repo
        self._isolated = isolated

    def look(self, old: Files, new: Files, policy: Policy | None = None) -> Seen:
        """Look at a change from some files to others."""
        return next(self.each([(old, new)], policy))

    def each(
        self, changes: Iterable[tuple[Files, Files]], policy: Policy | None = None
    ) -> Iterator[Seen]:
        """Look at many changes, each by itself."""
        for chooser, change in self.changes(changes, policy):
            yield Seen(change, chooser.choices(change), chooser.choose(change))

    def changes(
        self, changes: Iterable[tuple[Files, Files]], policy: Policy | None = None
    ) -> Iterator[tuple[Chooser, Change]]:
        """Commit many changes, and give each with what chooses its questions."""
        sides = [side for pair in changes for side in pair]
        trees = _trees(self._repo, sides)
        policy = policy or DEFAULT
        treatments = Treatments(policy, Attributes(self._isolated, None))
        chooser = Chooser(policy, treatments, self._isolated.content)
        for old, new in zip(trees[::2], trees[1::2], strict=True):
            yield chooser, self._isolated.change(old, new, keep=True)


def _trees(repo: Repo, sides: Sequence[Files]) -> list[str]:
    """Write a tree for each set of files, in one go."""
    stream: list[bytes] = []
    for number, files in enumerate(sides):
        stream.append(b"commit refs/corpus/%d\nmark :%d\n" % (number, number + 1))
        stream.append(b"committer A <a@example.com> 1 +0000\ndata 0\ndeleteall\n")
        for path, content in files.items():
            mode, text = content if isinstance(content, tuple) else ("100644", content)
            data = text.encode("utf-8", "surrogateescape")
            stream.append(b'M %s inline "%s"\n' % (mode.encode(), _quoted(path)))
            stream.append(b"data %d\n%s\n" % (len(data), data))
    repo.run("git", "fast-import", "--quiet", "--force", stdin=b"".join(stream), check=True)
    expected = "".join(f"refs/corpus/{number}^{{tree}}\n" for number in range(len(sides)))
    result = repo.run("git", "cat-file", "--batch-check=%(objectname)", stdin=expected.encode())
    return result.stdout.decode().split()


def _quoted(path: str) -> bytes:
    return path.replace("\\", "\\\\").replace('"', '\\"').encode()


def side(path: str, content: str) -> Files:
    """A tree with one file; with none where there is no content."""
    return {path: content} if content else {}


def frozen(looker: Looker) -> str:
    """What attest makes of the whole corpus, a change a line."""
    every = {case.name: (side(case.path, case.old), side(case.path, case.new)) for case in cases()}
    every |= changes()
    seen = looker.each(every.values())
    return "".join(f"{name}: {one.frozen}\n" for name, one in zip(every, seen, strict=True))


def recorded() -> Path:
    """Where that is written down, for this version of the rules."""
    return FOLDER / f"rules-{RULES}.txt"


def _main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        repo = Repo.create(Path(folder))
        with Isolated([repo.path / ".git" / "objects"], "sha1") as isolated:
            matches = frozen(Looker(repo, isolated))
    if "--print" in sys.argv:
        sys.stdout.buffer.write(matches.encode())
    else:
        recorded().write_text(matches, "utf-8")


if __name__ == "__main__":
    _main()

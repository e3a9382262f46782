"""Being asked in git's editor: one buffer with all hunks and questions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from attest import text
from attest.attestation.block import Mode
from attest.errors import Unanswered, UsageError
from attest.interview.encodings import decode
from attest.interview.form import DisclosureQuestion, Keep, Page, QuestionForm
from attest.questions import wording
from attest.state import atomic
from attest.system import files

_HEADER = """\
# Answer below each label, in any language, over as many lines as you like.
# Lines that begin with # are left out. `unsure` may stand in for an answer.
# Leave the `== hunk` lines and the labels. To stop, empty the buffer: nothing
# is signed then, and answers from before are kept.
"""
_UTF8 = "What you wrote stays in that file. Have your editor save as UTF-8, and try again."
_LABELS = ("invariant", "breaks", "answer", "unsure")
_HUNK = re.compile(r"== hunk (\d+) of \d+\b")
_HELP = "assistance"
_LABEL = re.compile(rf"({'|'.join([*_LABELS, _HELP])}):(.*)", re.DOTALL)


@dataclass(slots=True)
class EditorPrompter:
    """Asks in an editor; see `item.Prompter`.

    Args:
        buffer: the file that is edited; removed once every answer is kept.
        edit: opens it and waits.
    """

    buffer: Path
    edit: Callable[[Path], None]
    mode: Mode = "editor"

    def ask(
        self, items: Sequence[QuestionForm], keep: Keep, telling: DisclosureQuestion | None = None
    ) -> None:
        self._set_aside()
        begun = render(items, telling)
        atomic.replace(self.buffer, begun.encode())
        self.edit(self.buffer)
        try:
            written = decode(self.buffer.read_bytes(), str(self.buffer), _UTF8)
        except FileNotFoundError:
            raise Unanswered(
                f"{self.buffer} is gone: nothing is signed", "Answers from before are kept."
            ) from None
        if written == begun:
            files.remove(self.buffer)
            raise Unanswered(
                "the buffer was left as it was: nothing is signed",
                "Answers from before are kept. To sign them as they are, leave --editor out.",
            )
        try:
            read(written, items, str(self.buffer), telling)
        finally:
            for item in items:
                keep(item)
        files.remove(self.buffer)

    def _set_aside(self) -> None:
        """Keep a buffer that an earlier run left, under a name of its own."""
        number = 1
        while self.buffer.with_name(f"{self.buffer.name}.{number}").exists():
            number += 1
        if self.buffer.exists():
            aside = self.buffer.with_name(f"{self.buffer.name}.{number}")
            files.replace(self.buffer, aside)

    def show(self, _pages: Sequence[Page], /) -> bool:
        return False

    def confirm(self, _summary: str, /) -> bool:
        return True


def render(items: Sequence[QuestionForm], telling: DisclosureQuestion | None = None) -> str:
    """The buffer's text."""
    parts = [_HEADER]
    if telling is not None:
        parts += [f"\n# {line}" for line in telling.written.split("\n")]
        parts.append(f"\n{_HELP}: {telling.said or ''}\n")
    for before, item in zip([None, *items], items, strict=False):
        if item.commit and (before is None or before.commit != item.commit):
            parts.append(f"\n# commit {item.commit}\n")
        parts.append(f"\n== hunk {item.number} of {item.total}  {item.place}\n")
        parts += [f"#   {line}\n" for line in item.lines]
        asked: list[tuple[str, str, str]] = [
            (label, text.showable(question), item.said(label)) for label, question in item.questions
        ]
        if item.standard.unsure:
            asked.append(("unsure", wording.UNSURE, item.answers.unsure))
        for label, question, value in asked:
            parts.append(f"# {question}\n{label}:{' ' + value if value else ''}\n\n")
    return "".join(parts)


def read(
    written: str,
    items: Sequence[QuestionForm],
    source: str,
    telling: DisclosureQuestion | None = None,
) -> None:
    """Take the answers out of an edited buffer into *items* and *telling*.

    Raises:
        Unanswered: the buffer was emptied.
        UsageError: text stands where no label is, or a hunk is not known.
    """
    lines = [
        line for line in written.removeprefix("\ufeff").split("\n") if not line.startswith("#")
    ]
    if not any(line.strip() for line in lines):
        raise Unanswered(
            "the buffer was emptied: nothing is signed", "Answers from before are kept."
        )
    by_number = {item.number: item for item in items}
    found, problems = _sections(lines, set(by_number))
    told = text.normalise("\n".join(found.pop((0, _HELP), [""])))
    for (number, label), parts in found.items():
        if number in by_number:
            said = text.normalise("\n".join(parts))
            if label == "answer":
                by_number[number].answer = said
            else:
                setattr(by_number[number].answers, label, said)
    if problems:
        raise UsageError(
            f"{source}: {'; '.join(problems[:3])}",
            "The other answers are kept, and what you wrote stays in that file: run the "
            "command again, and leave the `== hunk` lines and the labels as they are.",
        )
    if telling is not None:
        telling.take(told)


def _misspelt(line: str) -> tuple[str, str] | None:
    """A line that begins with what is nearly a label, and that label."""
    found = re.match(r"([a-z]{4,12}):(\s|$)", line)
    close = difflib.get_close_matches(found[1], (*_LABELS, _HELP), 1, 0.75) if found else []
    return (found[1], close[0]) if found and close else None


def _sections(
    lines: Sequence[str], known: set[int]
) -> tuple[dict[tuple[int, str], list[str]], list[str]]:
    """The lines below each label of each hunk (0: above the first), and what is wrong;
    a hunk with a label twice gives nothing."""
    found: dict[tuple[int, str], list[str]] = {}
    problems: list[str] = []
    unclear: set[int] = set()
    number, label = 0, ""
    for line in lines:
        hunk, start = _HUNK.match(line), _LABEL.match(line)
        if hunk:
            number, label = int(hunk[1]), ""
            if number not in known:
                problems.append(f"there is no hunk {number}")
        elif start and (number, start[1]) in found:
            problems.append(f"`{start[1]}:` stands twice below hunk {number}")
            unclear.add(number)
        elif start and (number > 0) == (start[1] != _HELP):
            label = start[1]
            found[number, label] = [start[2]]
        elif label and (close := _misspelt(line)):
            problems.append(f"`{close[0]}:` is no label; {close[1]} is meant?")
            unclear.add(number)
        elif label:
            found[number, label].append(line)
        elif line.strip():
            problems.append(f"this text stands below no label: {text.showable(line)[:60]!r}")
    return {place: said for place, said in found.items() if place[0] not in unclear}, problems

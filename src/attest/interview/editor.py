"""Asking in git's editor: one buffer with all hunks and questions."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from attest import text
from attest.attestation.block import Mode
from attest.console import say
from attest.errors import AnswersMissing, UsageError
from attest.interview.encodings import decode
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion, Keep, Page
from attest.interview.remarks import MARK, Remarks
from attest.questions import wording
from attest.state import atomic
from attest.system import files

_HEADER = """\
# Answer below each label, in any language, on as many lines as you like.
# Lines that start with # are ignored. Do not change the `== hunk` lines and the
# labels. To cancel, empty this file: nothing is signed, and your earlier answers are kept.
"""
_THEN_REVIEW = "# When you save and close it, attest shows all answers and asks before it signs.\n"
_THEN_SIGN = "# When you save and close it, attest signs your answers as:\n"
_UNSURE = "# If you cannot answer, say below `unsure` what you are not sure of.\n"
_REMEDY = "What you wrote is still in that file. Set your editor to save UTF-8, and try again."
_LABELS = ("invariant", "breaks", "answer", "unsure")
_HUNK = re.compile(r"== hunk (\d+) of \d+\b")
_ASSISTANCE = "assistance"
_LABEL = re.compile(rf"({'|'.join([*_LABELS, _ASSISTANCE])}):(.*)", re.DOTALL)


class Reviewer(Protocol):
    """Shows answers on a terminal before they are signed; see `prompter.Prompter`."""

    def take(
        self, forms: Sequence[QuestionForm], keep: Keep, disclosure: DisclosureQuestion | None
    ) -> None: ...
    def confirm(self, summary: str, /) -> bool: ...
    def retry(self, reason: str, /) -> bool: ...


@dataclass(slots=True)
class EditorPrompter:
    """Asks in an editor; see `prompter.Prompter`. An answer that says little is pointed out in the
    buffer, which opens once more.

    Args:
        buffer: the file that is edited; removed once every answer is kept.
        edit: opens it and waits.
        reviewer: shows the answers before they are signed; None where nobody sits at a terminal.
        signer_lines: they name the person and the key, in a buffer without a reviewer.
    """

    buffer: Path
    edit: Callable[[Path], None]
    reviewer: Reviewer | None = None
    signer_lines: Sequence[str] = ()
    mode: Mode = "editor"

    def ask(
        self,
        forms: Sequence[QuestionForm],
        keep: Keep,
        disclosure: DisclosureQuestion | None = None,
    ) -> None:
        if self.reviewer is not None:
            self.reviewer.take(forms, keep, disclosure)
        self._set_aside()
        head = _HEADER + (_THEN_SIGN if self.signer_lines else _THEN_REVIEW)
        head += "".join(f"#   {text.showable(line)}\n" for line in self.signer_lines)
        buffer_text = render(forms, disclosure, head)
        edited_text = self._edit_buffer(buffer_text)
        if edited_text == buffer_text:
            files.remove(self.buffer)
            raise AnswersMissing(
                "you did not change the file: nothing is signed",
                "Your earlier answers are kept. To sign them as they are, leave out --editor.",
            )
        remarks = Remarks()
        while True:
            try:
                read(edited_text, forms, str(self.buffer), disclosure)
                again = remarks.add(forms, disclosure)
            finally:
                for form in forms:
                    keep(form)
            if not again:
                break
            edited_text = self._edit_buffer(render(forms, disclosure, head, remarks))
        files.remove(self.buffer)

    def _edit_buffer(self, buffer_text: str) -> str:
        """What the person made of a buffer.

        Raises:
            AnswersMissing: they removed it.
            UsageError: it cannot be decoded.
        """
        atomic.replace(self.buffer, buffer_text.encode())
        self.edit(self.buffer)
        try:
            return decode(self.buffer.read_bytes(), str(self.buffer), _REMEDY)
        except FileNotFoundError:
            raise AnswersMissing(
                f"{self.buffer} is gone: nothing is signed", "Your earlier answers are kept."
            ) from None

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

    def confirm(self, summary: str, /) -> bool:
        return print_summary(summary) if self.reviewer is None else self.reviewer.confirm(summary)

    def retry(self, reason: str, /) -> bool:
        return self.reviewer is not None and self.reviewer.retry(reason)


def print_summary(summary: str) -> bool:
    """Print a summary where nobody can be asked whether to sign; whoever handed in a whole file
    has agreed by that."""
    for line in summary.split("\n"):
        say(line)
    return True


def render(
    forms: Sequence[QuestionForm],
    disclosure: DisclosureQuestion | None = None,
    head: str = _HEADER,
    remarks: Remarks | None = None,
) -> str:
    """The buffer's text.

    Args:
        head: stands on top.
        remarks: about answers in it.
    """
    parts = [head]
    remarks = remarks or Remarks()
    if remarks:
        parts.append(f"#\n# {remarks.title}\n")
    if any(form.requirements.unsure for form in forms):
        parts.append(_UNSURE)
    if disclosure is not None:
        parts += [f"\n# {line}" for line in disclosure.question_in_file.split("\n")]
        parts += [f"\n# {line}" for line in disclosure.explanation.split("\n") if line]
        parts += [f"\n{MARK}{remarks.disclosure}"] if remarks.disclosure else []
        parts.append(f"\n{_ASSISTANCE}: {disclosure.answer or ''}\n")
    for previous, form in zip([None, *forms], forms, strict=False):
        if form.commit and (previous is None or previous.commit != form.commit):
            parts.append(f"\n# commit {form.commit}\n")
        parts.append(f"\n== hunk {form.number} of {form.total}  {form.place}\n")
        parts += [f"#   {line}\n" for line in form.lines]
        form.look_up_fact()
        if form.shown_fact:
            parts.append(f"# {form.shown_fact}\n")
        fields: list[tuple[str, list[str], str]] = [
            (
                label,
                [text.showable(question), remarks.of(form, label) or form.note(label)],
                form.prefilled(label),
            )
            for label, question in form.questions
        ]
        if form.requirements.unsure:
            fields.append(("unsure", [wording.UNSURE], form.prefilled_doubt))
        for label, notes, answer in fields:
            parts += [f"# {line}\n" for line in notes if line]
            parts.append(f"{label}:{' ' + answer if answer else ''}\n\n")
    return "".join(parts)


def read(
    content: str,
    forms: Sequence[QuestionForm],
    source: str,
    disclosure: DisclosureQuestion | None = None,
) -> None:
    """Take the answers from an edited buffer into *forms* and *disclosure*.

    Raises:
        AnswersMissing: the buffer was emptied.
        UsageError: there is text without a label above it, or no such hunk.
    """
    lines = [
        line for line in content.removeprefix("\ufeff").split("\n") if not line.startswith("#")
    ]
    if not any(line.strip() for line in lines):
        raise AnswersMissing(
            "the buffer was emptied: nothing is signed", "Your earlier answers are kept."
        )
    by_number = {form.number: form for form in forms}
    sections, problems = _sections(lines, set(by_number))
    assistance = text.normalise("\n".join(sections.pop((0, _ASSISTANCE), [""])))
    for (number, label), parts in sections.items():
        if number in by_number:
            answer = text.normalise("\n".join(parts))
            if label == "answer":
                by_number[number].answer = answer
            else:
                setattr(by_number[number].answers, label, answer)
    if problems:
        raise UsageError(
            f"{source}: {'; '.join(problems[:3])}",
            "The other answers are kept, and what you wrote is still in that file. Run the "
            "command again, and do not change the `== hunk` lines and the labels.",
        )
    if disclosure is not None:
        disclosure.take(assistance)


def _misspelt_label(line: str) -> tuple[str, str] | None:
    """What a line begins with where that is nearly a label, and that label."""
    word = re.match(r"([a-z]{4,12}):(\s|$)", line)
    if word is None:
        return None
    close = difflib.get_close_matches(word[1], (*_LABELS, _ASSISTANCE), 1, 0.75)
    return (word[1], close[0]) if close else None


def _sections(
    lines: Sequence[str], known: set[int]
) -> tuple[dict[tuple[int, str], list[str]], list[str]]:
    """The lines below each label of each hunk (0: above the first), and what is wrong.
    A hunk with a label twice gives nothing: which of the two is meant is a guess."""
    sections: dict[tuple[int, str], list[str]] = {}
    problems: list[str] = []
    ambiguous: set[int] = set()
    number, label = 0, ""
    for line in lines:
        hunk, start = _HUNK.match(line), _LABEL.match(line)
        if hunk:
            number, label = int(hunk[1]), ""
            if number not in known:
                problems.append(f"there is no hunk {number}")
        elif start and (number, start[1]) in sections:
            problems.append(f"`{start[1]}:` appears twice below hunk {number}")
            ambiguous.add(number)
        elif start and (number > 0) == (start[1] != _ASSISTANCE):
            label = start[1]
            sections[number, label] = [start[2]]
        elif label and (misspelt := _misspelt_label(line)):
            problems.append(f"`{misspelt[0]}:` is not a label; did you mean `{misspelt[1]}:`?")
            ambiguous.add(number)
        elif label:
            sections[number, label].append(line)
        elif line.strip():
            problems.append(f"there is no label above this text: {text.showable(line)[:60]!r}")
    clear = {place: parts for place, parts in sections.items() if place[0] not in ambiguous}
    return clear, problems

"""Asking in a TOML file: what `--template` prints and `--answers` reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attest import text
from attest.attestation.block import Mode
from attest.errors import UsageError
from attest.interview import answer_tables
from attest.interview.editor import Reviewer, print_summary
from attest.interview.encodings import decode
from attest.interview.form import QuestionForm
from attest.interview.prompter import DisclosureQuestion, Keep, Page
from attest.interview.remarks import MARK, Remarks
from attest.state import atomic

_HEADER = """\
# Answer for each hunk, in any language. Then run: attest {command} --answers FILE
#   invariant  your answer to `invariant-question`
#   breaks     your answer to `breaks-question`
#   answer     your answer to `asked`, where there is one
{unsure}\
# Do not change the other keys.
"""
_UNSURE = """\
#   unsure     instead of an answer, or beside it: what you are not sure of
"""


def template(
    forms: Sequence[QuestionForm],
    command: str = "answer",
    disclosure: DisclosureQuestion | None = None,
    *,
    ascii_only: bool = False,
) -> str:
    """The TOML to fill in; answers that are kept already are filled in.

    Args:
        command: the attest command that reads it.
        disclosure: asks which tools assisted.
        ascii_only: write other characters as TOML's escapes, so that a shell that
            decodes what it redirects by a code page damages no answer.
    """
    import tomli_w

    unsure = _UNSURE if any(form.requirements.unsure for form in forms) else ""
    header = _HEADER.format(command=command, unsure=unsure)
    data: dict[str, Any] = {"hunk": [_table(form) for form in forms]}
    if disclosure is not None:
        question = disclosure.question_in_file
        lines = [*question.split("\n"), *filter(None, disclosure.explanation.split("\n"))]
        header += "".join(f"#   assistance: {line}\n" for line in lines)
        data = {"assistance": disclosure.answer or "", **data}
    content = header + "\n" + tomli_w.dumps(data, multiline_strings=True)
    return "".join(map(_escape, content)) if ascii_only else content


def _table(form: QuestionForm) -> dict[str, Any]:
    form.look_up_fact()
    table: dict[str, Any] = {
        "digest": form.hunk.digest,
        **({"commit": form.commit} if form.commit else {}),
        "path": text.showable(form.hunk.path),
        "where": form.place,
        "text": "".join(line + "\n" for line in form.lines_in_context(0)[0]),
        **({"fact": form.answers.fact} if form.answers.fact else {}),
    }
    for label, question in form.questions:
        name = "asked" if label == "answer" else f"{label}-question"
        table |= {name: text.showable(question), label: form.prefilled(label)}
        if note := form.note(label):
            table[f"{label}-note"] = note
    if form.requirements.unsure:
        table["unsure"] = form.prefilled_doubt
    return table


def _escape(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def write_template(path: Path, content: str) -> None:
    """Write a template to a file, unless answers in that file would be lost.

    Raises:
        UsageError: the file has other answers than the new template, or was not made by
            `--template`; or there cannot be such a file.
        EnvironmentFault: it cannot be written.
    """
    target = path.resolve()
    if not target.parent.is_dir() or target.is_dir():
        problem = "is a directory" if target.is_dir() else "is in a directory that does not exist"
        raise UsageError(f"{path} {problem}", "Name another file with --output.")
    try:
        old_content = target.read_bytes()
    except FileNotFoundError:
        old_content = b""
    except OSError as error:
        raise UsageError(
            f"{path} cannot be read: {error.strerror}", "Name another file with --output."
        ) from None
    if old_content.strip() and not _answers_in(old_content, str(path)) <= _answers_in(
        content.encode(), str(path)
    ):
        raise UsageError(
            f"{path} already contains answers; it was not overwritten",
            f"Use them first (--answers {path}), or name another file with --output.",
        )
    atomic.replace(target, content.encode())


def _answers_in(data: bytes, source: str) -> set[tuple[str, str, str]]:
    """Everything that is filled in, each with the digest of its hunk and the key."""
    try:
        tables, assistance = answer_tables.parse(data, source)
    except UsageError as error:
        raise UsageError(
            f"{source} exists already, and attest cannot read it as a template: {error.message}",
            "Name another file with --output.",
        ) from None
    keys = ("invariant", "breaks", "answer", "unsure")
    filled = {(table["digest"], key, table[key]) for table in tables for key in keys}
    return {entry for entry in (*filled, ("", "assistance", assistance)) if entry[2]}


@dataclass(slots=True)
class FilePrompter:
    """Takes the answers from a filled-in template; see `prompter.Prompter`.

    Args:
        data: the file's bytes.
        source: its name, for errors.
        say: shows the person a message.
        reviewer: shows the answers before they are signed; None where nobody sits at a terminal.
        file: where answers that say little are pointed out; None for standard input.
        edit: opens the editor, and waits.
    """

    data: bytes
    source: str
    say: Callable[[str], None]
    reviewer: Reviewer | None = None
    file: Path | None = None
    edit: Callable[[Path], None] | None = None
    mode: Mode = "file"

    def ask(
        self,
        forms: Sequence[QuestionForm],
        keep: Keep,
        disclosure: DisclosureQuestion | None = None,
    ) -> None:
        self._take(forms, keep, disclosure)
        remarks = Remarks()
        can_edit = self.reviewer is not None and self.file is not None and self.edit is not None
        while remarks.add(forms, disclosure) and can_edit:
            assert self.file is not None
            assert self.edit is not None
            atomic.replace(self.file, with_remarks(self._text, remarks).encode())
            self.edit(self.file)
            self.data = self.file.read_bytes()
            self._take(forms, keep, disclosure)
        if self.reviewer is not None:
            self.reviewer.take(forms, keep, disclosure)
            return
        for line in remarks.lines(forms):
            self.say(line)
        remarks.settle(forms)  # nobody can be asked whether to keep them

    @property
    def _text(self) -> str:
        return decode(self.data, self.source)

    def _take(
        self, forms: Sequence[QuestionForm], keep: Keep, disclosure: DisclosureQuestion | None
    ) -> None:
        """Take the answers from the file.

        Raises:
            UsageError: they cannot be read, or nobody's question is answered.
            AnswersMissing: the project requires an answer about tools.
        """
        answers: dict[str, list[dict[str, str]]] = {}
        tables, assistance = answer_tables.parse(self.data, self.source)
        for table in tables:
            answers.setdefault(table["digest"], []).append(table)
        used = False
        for form in forms:
            waiting = answers.get(form.hunk.digest)
            if waiting:
                _fill(form, waiting.pop(0))
                keep(form)
                used = True
        unused = [table for tables in answers.values() for table in tables]
        if unused:
            self._report_unused(unused, {form.hunk.digest for form in forms}, used=used)
        if disclosure is not None and (assistance or disclosure.answer is None):
            disclosure.take(assistance)

    def _report_unused(self, unused: list[dict[str, str]], known: set[str], *, used: bool) -> None:
        """Name the tables that answer nothing: nobody's words are lost in silence."""
        places = ", ".join(text.showable(t["where"] or t["digest"][:12]) for t in unused[:5])
        if any(table["digest"] in known for table in unused):
            raise UsageError(
                f"{self.source}: more than one table answers for the same hunk: {places}",
                "Leave one [[hunk]] table for each hunk that is asked about. The first answers "
                "are kept.",
            )
        if not used:
            raise UsageError(
                f"{self.source}: none of its hunks is asked about now ({places})",
                "The change is different now. Make the template again with "
                "`attest answer --template`, and copy your answers into it.",
            )
        self.say(f"{self.source}: these are not asked about now, so they were not used: {places}")

    def show(self, _pages: Sequence[Page], /) -> bool:
        return False

    def confirm(self, summary: str, /) -> bool:
        return print_summary(summary) if self.reviewer is None else self.reviewer.confirm(summary)

    def retry(self, reason: str, /) -> bool:
        return self.reviewer is not None and self.reviewer.retry(reason)


def with_remarks(content: str, remarks: Remarks) -> str:
    """A filled-in template with remarks as comments, each behind the digest of its hunk. Nothing
    else is changed, but that earlier remarks are gone."""
    by_hunk = remarks.by_hunk()
    lines = [line for line in content.split("\n") if not line.startswith(MARK)]
    shown = [
        f"{MARK}{remarks.title}",
        *([f"{MARK}assistance: {remarks.disclosure}"] if remarks.disclosure else []),
    ]
    for line in lines:
        shown.append(line)
        key, _, value = line.partition("=")
        if key.strip() == "digest":
            shown += [f"{MARK}{remark}" for remark in by_hunk.get(value.strip().strip("\"'"), [])]
    return "\n".join(shown)


def _fill(form: QuestionForm, table: dict[str, str]) -> None:
    answers = form.answers
    answers.invariant = table["invariant"] or answers.invariant
    answers.breaks = table["breaks"] or answers.breaks
    answers.unsure = table["unsure"]
    if table["fact"]:  # the file showed it, whatever this clone knows now
        form.take_fact(table["fact"], table["breaks_question"])
    if table["answer"] and form.texts.third:
        form.answer = table["answer"]

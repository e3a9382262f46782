"""Being asked in a TOML file: what `--template` prints and `--answers` reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attest import text, toml
from attest.attestation.block import Mode
from attest.errors import UsageError
from attest.interview.encodings import decode
from attest.interview.form import DisclosureQuestion, Keep, Page, QuestionForm
from attest.questions import wording
from attest.state import store

_HEADER = f"""\
# Answer for each hunk, in any language; then: attest {{how}} --answers FILE
#   invariant  answers `invariant-question`
#   breaks     answers `breaks-question`
#   answer     answers `asked`, where there is one
#   unsure     {wording.UNSURE}
# `unsure` may stand in for a missing answer. Leave the other keys as they are.
"""


def template(
    items: Sequence[QuestionForm],
    how: str = "answer",
    telling: DisclosureQuestion | None = None,
    *,
    ascii_only: bool = False,
) -> str:
    """The TOML to fill in; answers that are kept already are filled in.

    Args:
        how: the command that reads it.
        telling: asks how tools helped.
        ascii_only: write other characters as TOML's escapes, so that a shell that
            decodes what it redirects by a code page damages no answer.
    """
    import tomli_w

    tables = []
    for item in items:
        answers = item.answers
        table: dict[str, Any] = {
            "digest": item.hunk.digest,
            **({"commit": item.commit} if item.commit else {}),
            "path": text.showable(item.hunk.path),
            "where": item.place,
            "text": "".join(line + "\n" for line in item.lines),
        }
        for label, question in item.questions:
            name = "asked" if label == "answer" else f"{label}-question"
            table |= {name: text.showable(question), label: item.said(label)}
        if item.standard.unsure:
            table["unsure"] = answers.unsure
        tables.append(table)
    head = _HEADER.format(how=how)
    data: dict[str, Any] = {"hunk": tables}
    if telling is not None:
        head += "".join(f"#   assistance: {line}\n" for line in telling.written.split("\n"))
        data = {"assistance": telling.said or "", **data}
    written = head + "\n" + tomli_w.dumps(data, multiline_strings=True)
    return "".join(map(_escaped, written)) if ascii_only else written


def _escaped(character: str) -> str:
    code = ord(character)
    if code < 0x80:
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def write_template(path: Path, content: str) -> None:
    """Write a template to a file, unless answers in that file would be lost.

    Raises:
        UsageError: the file has other answers than the new template, or was not made by
            `--template`; or it cannot be there.
        EnvironmentFault: it cannot be written.
    """
    target = path.resolve()
    if not target.parent.is_dir() or target.is_dir():
        what = "is a folder" if target.is_dir() else "is in a folder that does not exist"
        raise UsageError(f"{path} {what}", "Name another file with --output.")
    try:
        before = target.read_bytes()
    except FileNotFoundError:
        before = b""
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if before.strip() and not _filled(before, str(path)) <= _filled(content.encode(), str(path)):
        raise UsageError(
            f"{path} has answers in it, and stays as it is",
            f"Use them first, with --answers {path}; or name another file with --output.",
        )
    store.replace(target, content.encode())


def _filled(data: bytes, source: str) -> set[tuple[str, str, str]]:
    """Everything that is filled in, each with the digest of its hunk and the key."""
    try:
        tables, assistance = _parsed(data, source)
    except UsageError as error:
        raise UsageError(
            f"{source} is there already, and attest cannot read it as a template: {error.message}",
            "Name another file with --output.",
        ) from None
    keys = ("invariant", "breaks", "answer", "unsure")
    found = {(table["digest"], key, table[key]) for table in tables for key in keys}
    return {one for one in (*found, ("", "assistance", assistance)) if one[2]}


@dataclass(slots=True)
class FilePrompter:
    """Takes the answers from a filled-in template; see `item.Prompter`.

    Args:
        data: the file's bytes.
        source: its name, for errors.
        say: tells the person something that is no question.
    """

    data: bytes
    source: str
    say: Callable[[str], None]
    mode: Mode = "file"

    def ask(
        self, items: Sequence[QuestionForm], keep: Keep, telling: DisclosureQuestion | None = None
    ) -> None:
        given: dict[str, list[dict[str, str]]] = {}
        tables, assistance = _parsed(self.data, self.source)
        for table in tables:
            given.setdefault(table["digest"], []).append(table)
        used = False
        for item in items:
            waiting = given.get(item.hunk.digest)
            if waiting:
                _fill(item, waiting.pop(0))
                keep(item)
                used = True
        left = [table for tables in given.values() for table in tables]
        if left:
            self._complain(left, {item.hunk.digest for item in items}, used=used)

        if telling is not None and (assistance or telling.said is None):
            telling.take(assistance)

    def _complain(self, left: list[dict[str, str]], known: set[str], *, used: bool) -> None:
        """Name tables that answer nothing: nobody's words are lost in silence."""
        places = ", ".join(text.showable(t["where"] or t["digest"][:12]) for t in left[:5])
        twice = [table for table in left if table["digest"] in known]
        if twice:
            raise UsageError(
                f"{self.source}: a hunk is answered more often than it is asked about: {places}",
                "Leave one [[hunk]] table for each question; the first answers are kept.",
            )
        if not used:
            raise UsageError(
                f"{self.source}: none of its hunks is in what is asked about ({places})",
                "The change is another one now: make the template again with "
                "`attest answer --template` and carry your answers over.",
            )
        self.say(f"{self.source}: not asked about now, so not used: {places}")

    def show(self, _pages: Sequence[Page], /) -> bool:
        return False

    def confirm(self, _summary: str, /) -> bool:
        return True


def _parsed(data: bytes, source: str) -> tuple[list[dict[str, str]], str]:
    """The tables of a filled-in template, and what it says of tools that helped.

    Raises:
        UsageError: it is not a template that was filled in.
    """
    try:
        document = toml.loads(decode(data, source))
    except ValueError as error:
        raise UsageError(
            f"{source} is not TOML: {error}",
            "Write long text between three single quotes: '''text'''",
        ) from None
    return _validated(document, source)


def _fill(item: QuestionForm, table: dict[str, str]) -> None:
    answers = item.answers
    answers.invariant = table["invariant"] or answers.invariant
    answers.breaks = table["breaks"] or answers.breaks
    answers.unsure = table["unsure"]
    if table["answer"] and item.texts.third:
        item.answer = table["answer"]


def _validated(data: dict[str, Any], source: str) -> tuple[list[dict[str, str]], str]:
    from pydantic import BaseModel, ConfigDict, Field, ValidationError

    class Table(BaseModel):
        model_config = ConfigDict(extra="forbid")
        digest: str = Field(pattern=r"^[0-9a-f]{56}$")
        commit: str = ""
        path: str = ""
        where: str = ""
        text: str = ""
        invariant_question: str = Field(default="", alias="invariant-question")
        invariant: str = ""
        breaks_question: str = Field(default="", alias="breaks-question")
        breaks: str = ""
        unsure: str = ""
        asked: str = ""
        answer: str = ""

    class Document(BaseModel):
        model_config = ConfigDict(extra="forbid")
        assistance: str = ""
        hunk: list[Table]

    try:
        document = Document.model_validate(data)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part + 1 if isinstance(part, int) else part) for part in first["loc"])
        raise UsageError(
            f"{source}: {key}: {first['msg']}",
            "Compare with what `attest answer --template` prints.",
        ) from None
    tables = [table.model_dump() for table in document.hunk]
    for table in tables:
        for key in ("invariant", "breaks", "unsure", "asked", "answer"):
            table[key] = text.normalise(table[key])
    return tables, text.normalise(document.assistance)

"""Being asked in a TOML file: what `--template` prints and `--answers` reads."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from attest import text, toml
from attest.block import Mode
from attest.errors import UsageError
from attest.prompts.item import Item, Keep, Page, Telling
from attest.questions import bank

_HEADER = f"""\
# Answer for each hunk, in any language; then: attest {{how}} --answers FILE
#   invariant  answers `invariant-question`
#   breaks     answers `breaks-question`
#   answer     answers `asked`, where there is one
#   unsure     {bank.UNSURE}
# `unsure` may stand in for a missing answer. Leave the other keys as they are.
"""


def template(items: Sequence[Item], how: str = "answer", telling: Telling | None = None) -> str:
    """The TOML to fill in; answers that are kept already are filled in.

    Args:
        how: the command that reads it.
        telling: asks how tools helped.
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
    return head + "\n" + tomli_w.dumps(data, multiline_strings=True)


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

    def ask(self, items: Sequence[Item], keep: Keep, telling: Telling | None = None) -> None:
        given: dict[str, list[dict[str, str]]] = {}
        tables, assistance = self._read()
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

    def _read(self) -> tuple[list[dict[str, str]], str]:
        try:
            data = toml.loads(self.data.decode("utf-8-sig"))
        except ValueError as error:
            raise UsageError(
                f"{self.source} is not TOML: {error}",
                "Write long text between three single quotes: '''text'''",
            ) from None
        return _validated(data, self.source)


def _fill(item: Item, table: dict[str, str]) -> None:
    answers = item.answers
    answers.invariant = table["invariant"] or answers.invariant
    answers.breaks = table["breaks"] or answers.breaks
    answers.unsure = table["unsure"]
    if table["answer"] and item.asked.third:
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

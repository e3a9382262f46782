"""The tables of a filled-in template: one `[[hunk]]` for each hunk that is asked about."""

from __future__ import annotations

from typing import Any

from attest import text, toml
from attest.errors import UsageError
from attest.interview.encodings import decode


def parse(data: bytes, source: str) -> tuple[list[dict[str, str]], str]:
    """The tables of a filled-in template, and its answer about assistance.

    Raises:
        UsageError: it is not a template that was filled in.
    """
    try:
        document = toml.loads(decode(data, source))
    except ValueError as error:
        raise UsageError(
            f"{source} is not TOML: {error}",
            "Put long text between three single quotes: '''text'''",
        ) from None
    return _validate(document, source)


def _validate(data: dict[str, Any], source: str) -> tuple[list[dict[str, str]], str]:
    from pydantic import BaseModel, ConfigDict, Field, ValidationError

    class Table(BaseModel):
        model_config = ConfigDict(extra="forbid")
        digest: str = Field(pattern=r"^[0-9a-f]{56}$")
        commit: str = ""
        path: str = ""
        where: str = ""
        text: str = ""
        fact: str = ""
        invariant_question: str = Field(default="", alias="invariant-question")
        invariant: str = ""
        invariant_note: str = Field(default="", alias="invariant-note")
        breaks_question: str = Field(default="", alias="breaks-question")
        breaks: str = ""
        breaks_note: str = Field(default="", alias="breaks-note")
        unsure: str = ""
        asked: str = ""
        answer: str = ""
        answer_note: str = Field(default="", alias="answer-note")

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
            f"{source}: {key}: {toml.mistake(first['type'], first['msg'])}",
            "Compare it with what `attest answer --template` prints.",
        ) from None
    tables = [table.model_dump() for table in document.hunk]
    for table in tables:
        for key in ("invariant", "breaks", "unsure", "asked", "answer"):
            table[key] = text.normalise(table[key])
    return tables, text.normalise(document.assistance)

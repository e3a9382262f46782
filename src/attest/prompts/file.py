"""Being asked in a TOML file: what `--template` prints and `--answers` reads."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from attest import text
from attest.block import Mode
from attest.errors import UsageError
from attest.prompts.item import Item, Keep
from attest.questions import bank

_HEADER = f"""\
# Answer for each hunk, in any language; then: attest answer --answers FILE
#   invariant  {bank.INVARIANT}
#   breaks     {bank.BREAKS}
#   unsure     {bank.UNSURE}
# `unsure` may stand in for a missing answer. Leave the other keys as they are.
"""


def template(items: Sequence[Item]) -> str:
    """The TOML to fill in; answers that are kept already are filled in."""
    import tomli_w

    tables = []
    for item in items:
        answers = item.answers
        table: dict[str, Any] = {
            "digest": item.hunk.digest,
            "path": text.showable(item.hunk.path),
            "where": item.place,
            "text": "".join(line + "\n" for line in item.lines),
            "invariant": answers.invariant,
            "breaks": answers.breaks,
            "unsure": answers.unsure,
        }
        tables.append(table)
    return _HEADER + "\n" + tomli_w.dumps({"hunk": tables}, multiline_strings=True)


@dataclass(slots=True)
class FilePrompter:
    """Takes the answers from a filled-in template; see `item.Prompter`.

    Args:
        data: the file's bytes.
        source: its name, for errors.
    """

    data: bytes
    source: str
    mode: Mode = "file"

    def ask(self, items: Sequence[Item], keep: Keep) -> None:
        given = self._read()
        known = {item.hunk.digest for item in items}
        for item in items:
            table = given.get(item.hunk.digest)
            if table is not None:
                answers = item.answers
                answers.invariant = table["invariant"] or answers.invariant
                answers.breaks = table["breaks"] or answers.breaks
                answers.unsure = table["unsure"]
                keep(item)
        unknown = [t for digest, t in given.items() if digest not in known]
        if unknown and not known & set(given):
            places = ", ".join(text.showable(t["where"] or t["digest"][:12]) for t in unknown[:3])
            raise UsageError(
                f"{self.source}: none of its hunks is in the staged change ({places})",
                "The change is another one now: make the template again with "
                "`attest answer --template` and carry your answers over.",
            )

    def confirm(self, _summary: str, /) -> bool:
        return True

    def _read(self) -> dict[str, dict[str, str]]:
        try:
            data = tomllib.loads(self.data.decode("utf-8-sig"))
        except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(
                f"{self.source} is not TOML: {error}",
                "Write long text between three single quotes: '''text'''",
            ) from None
        return {table["digest"]: table for table in _validated(data, self.source)}


def _validated(data: dict[str, Any], source: str) -> list[dict[str, str]]:
    from pydantic import BaseModel, ConfigDict, Field, ValidationError

    class Table(BaseModel):
        model_config = ConfigDict(extra="forbid")
        digest: str = Field(pattern=r"^[0-9a-f]{56}$")
        path: str = ""
        where: str = ""
        text: str = ""
        invariant: str = ""
        breaks: str = ""
        unsure: str = ""

    class Document(BaseModel):
        model_config = ConfigDict(extra="forbid")
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
        for key in ("invariant", "breaks", "unsure"):
            table[key] = text.normalise(table[key])
    return tables

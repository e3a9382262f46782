"""The commands of attest as plain records, read from the Typer app."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from io import StringIO
from typing import Any
from unittest import mock

from typer.main import get_command

from attest import cli
from attest.cli.app import build

_EXAMPLES = "\b\nExamples:\n"
_CHOICES = re.compile(r"<([a-z0-9|]+)>")


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its flags, what its value is called (empty for a switch), what it does."""

    flags: tuple[str, ...]
    value: str
    help: str

    @property
    def choices(self) -> tuple[str, ...]:
        """The values it takes, where they are a fixed list."""
        match = _CHOICES.fullmatch(self.value)
        return tuple(match[1].split("|")) if match else ()


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument as the usage line names it, and what it is."""

    name: str
    help: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command: `words` are empty for `attest` itself."""

    words: tuple[str, ...]
    summary: str
    paragraphs: tuple[str, ...]
    examples: tuple[str, ...]
    synopsis: str
    arguments: tuple[Argument, ...]
    options: tuple[Option, ...]
    commands: tuple[Command, ...]

    @property
    def name(self) -> str:
        return " ".join(("attest", *self.words))

    def walk(self) -> Iterator[Command]:
        """This command and all below it, in the order of the help."""
        yield self
        for command in self.commands:
            yield from command.walk()


def root() -> Command:
    """`attest`, with every command below it."""
    return _command(get_command(build()), ())


def printed_help(words: tuple[str, ...]) -> str:
    """What `attest COMMAND --help` prints on a terminal of 80 columns."""
    out = StringIO()
    columns = {"COLUMNS": "80", "TERMINAL_WIDTH": "80", "NO_COLOR": "1"}
    with mock.patch.dict(os.environ, columns), redirect_stdout(out):
        code = cli.main([*words, "--help"])
    assert code == 0, words
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines()).strip()


def _command(result: Any, words: tuple[str, ...], parent: Any = None) -> Command:
    name = words[-1] if words else "attest"
    context = result.make_context(name, [], parent=parent, resilient_parsing=True)
    text, _, examples = result.help.partition(_EXAMPLES)
    summary, *paragraphs = (part.strip() for part in text.strip().split("\n\n"))
    options, arguments = [], []
    for param in result.get_params(context):
        term, meaning = param.get_help_record(context) or ("", "")
        if not term:
            continue
        if param.param_type_name == "argument":
            arguments.append(Argument(param.metavar or param.name.upper(), meaning))
        else:
            *flags, last = term.split(", ")
            flag, _, value = last.partition(" ")
            options.append(Option((*flags, flag), value, meaning))
    commands = getattr(result, "commands", {})
    return Command(
        words=words,
        summary=summary,
        paragraphs=tuple(" ".join(part.split()) for part in paragraphs),
        examples=tuple(line[2:].rstrip() for line in examples.splitlines() if line.strip()),
        synopsis=" ".join(result.collect_usage_pieces(context)),
        arguments=tuple(arguments),
        options=tuple(options),
        commands=tuple(_command(one, (*words, name), context) for name, one in commands.items()),
    )

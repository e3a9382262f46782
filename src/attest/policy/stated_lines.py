"""The lines of a message that disclose the help of tools, as they stand there: which of them stay,
and which do not apply any more."""

from __future__ import annotations

from collections.abc import Sequence

from attest.policy import disclosure
from attest.policy.model import Disclosure


def find(message: bytes, rules: Disclosure) -> list[str]:
    """The lines of a message that disclose assistance, or that there was none."""
    proper = {name.lower(): name for name in rules.trailers}
    pairs = [(proper.get(name.lower()), value) for name, value in disclosure.trailers(message)]
    return [f"{name}: {value}" for name, value in pairs if name and value]


def without_none(lines: Sequence[str], rules: Disclosure) -> Sequence[str]:
    """Lines that disclose assistance; those that say that there was none only by themselves."""
    tools = [line for line in lines if not disclosure.is_none(_value_of(line.encode()), rules)]
    return tools or lines


def find_as_written(message: bytes, rules: Disclosure) -> set[bytes]:
    """Those lines as they stand there, stripped."""
    names = {name.lower() for name in rules.trailers}
    lines = [line.strip() for line in message.partition(b"\0")[0].split(b"\n")[1:]]
    return {line for line in lines if disclosure.name_of(line).lower() in names}


def find_superseded(
    message: bytes, rules: Disclosure, trailers_: Sequence[str], *, replace: bool
) -> set[bytes]:
    """The lines of a message that disclose what does not apply any more: that no tool helped,
    beside a line that names one, as a squash leaves them.

    Args:
        trailers_: lines that are added to it.
        replace: lines that are added take the place of those that are there.
    """
    names = {name.lower() for name in rules.trailers}
    stated_lines = find_as_written(message, rules)
    new = [line.encode() for line in trailers_ if line.partition(":")[0].lower() in names]
    if replace and new:
        return stated_lines - set(new)
    all_ = {*stated_lines, *new}
    none = {line for line in all_ if disclosure.is_none(_value_of(line), rules)}
    return none & stated_lines if all_ - none else set()


def _value_of(line: bytes) -> str:
    return disclosure.normalise(line.decode("utf-8", "replace").partition(":")[2])

"""Which clones an audit is about: a list of paths, or a TOML file with more about each."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from attest import toml
from attest.errors import UsageError, remedy
from attest.policy import parser
from attest.text import showable

MAX_BYTES = 16 << 20
"""Of the file; 10,000 projects take one."""
_LIST_HINT = "Write the path of one clone in each line; a line that begins with # is a comment."
_TOML_HINT = 'One table for each project: [[project]] with name = "curl" and path = "clones/curl"'
_REQUIRED, _OPTIONAL = ("name", "path"), ("branch", "base")
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Project:
    """A clone to audit.

    Args:
        place: the file and the line that name it, for errors.
        name: as reports have it.
        path: absolute.
        branch: what is judged, as git knows it; empty for the clone's default branch.
        base: the commit that the rules are from, and after which the range begins; empty for
            the rules of the branch's tip, and its whole history.
    """

    place: str
    name: str
    path: Path
    branch: str = ""
    base: str = ""


def read_list(file: Path) -> list[Project]:
    """The clones of a list: a path in each line. Relative ones begin at the list's folder.

    Raises:
        UsageError: the file cannot be read, or names nothing; the message has the line.
    """
    projects = []
    for number, line in enumerate(_read(file).split(b"\n"), 1):
        path = line.strip()
        if not path or path.startswith(b"#"):
            continue
        place = f"{file}:{number}"
        if b"\0" in path:
            raise UsageError(f"{place}: a path cannot have a NUL byte", _LIST_HINT)
        name = os.fsdecode(path)
        projects.append(Project(place, name, _absolute(file, name)))
    return _assert_some(projects, file, _LIST_HINT)


def read_toml(file: Path) -> list[Project]:
    """The projects of a TOML file (docs/scale.md, "Which clones").

    Raises:
        UsageError: the file cannot be read, or is not of that form; the message has the line.
    """
    try:
        written = _read(file).decode("utf-8")
        tables = toml.loads(written)
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise UsageError(f"{file}:{line}: not UTF-8", _TOML_HINT) from None
    except ValueError as error:
        match = re.search(r"line (\d+)", str(error))
        line = int(match[1]) if match else written.rstrip().count("\n") + 1
        raise UsageError(f"{file}:{line}: not TOML: {error}", _TOML_HINT) from None
    return _assert_some(list(_projects(file, tables, parser.lines(written))), file, _TOML_HINT)


def _projects(
    file: Path, tables: Mapping[str, Any], lines: Mapping[parser.Place, int]
) -> Iterator[Project]:
    rows = tables.get("project", [])
    for key in tables:
        if key != "project":
            raise _mistake(file, lines.get((key,), 1), f"unknown key {key!r:.80}")
    if not isinstance(rows, list):
        raise _mistake(file, lines.get(("project",), 1), "project: write [[project]]")
    names: dict[str, int] = {}
    for number, row in enumerate(rows):
        line = lines.get(("project", number), lines.get(("project",), 1))
        if not isinstance(row, dict):
            raise _mistake(file, line, "project: write [[project]]")
        for key in _REQUIRED:
            if key not in row:
                raise _mistake(file, line, f"project[{number + 1}]: {key} is missing")
        for key, value in row.items():
            at = lines.get(("project", number, key), line)
            problem = _problem(key, value)
            if problem:
                raise _mistake(file, at, f"project[{number + 1}].{key}: {problem}")
        name = row["name"]
        if name in names:
            raise _mistake(file, line, f"the name {name!r:.80} is that of line {names[name]}")
        names[name] = line
        path = _absolute(file, row["path"])
        yield Project(f"{file}:{line}", name, path, row.get("branch", ""), row.get("base", ""))


def _problem(key: str, value: object) -> str:
    """What is wrong with a key of a project; empty where nothing is."""
    if key not in (*_REQUIRED, *_OPTIONAL):
        return f"unknown key; the keys are {', '.join((*_REQUIRED, *_OPTIONAL))}"
    if not isinstance(value, str) or not value.strip() or "\0" in value:
        return "must be a text that is not empty"
    if key == "name" and len(value) > _LONGEST_NAME:
        return f"has more than {_LONGEST_NAME} characters"
    return ""


def _mistake(file: Path, line: int, message: str) -> UsageError:
    return UsageError(f"{file}:{line}: {showable(message)}", _TOML_HINT)


def _absolute(file: Path, name: str) -> Path:
    return (file.parent / name).absolute()


def _assert_some(projects: list[Project], file: Path, hint: str) -> list[Project]:
    if not projects:
        raise UsageError(f"{file}:1: names no clone", hint)
    return projects


def _read(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise UsageError(f"{file}: {error.strerror or error}", remedy(error)) from None
    if len(data) > MAX_BYTES:
        raise UsageError(f"{file} is larger than {MAX_BYTES} bytes", "Split it into several files.")
    return data

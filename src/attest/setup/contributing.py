"""attest's section of CONTRIBUTING: written between two marks, and kept up to date."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

from attest.policy import summary
from attest.setup.file_result import FileResult
from attest.state import atomic

FILE = "CONTRIBUTING.md"
_ELSEWHERE = ("CONTRIBUTING", "CONTRIBUTING.rst", "CONTRIBUTING.txt", "CONTRIBUTING.adoc")
_FOLDERS = (".github", "docs", ".gitlab", ".forgejo")


def write(top: Path, section: Callable[[str], str], spec: str) -> FileResult:
    """Write the section, or have it pasted where the project keeps its text elsewhere.

    Args:
        top: the work tree.
        section: makes its text, of what to give to `pipx install`.
        spec: that, quoted; where it is empty, what is in the section already stays.
    """
    path, other_file = top / FILE, _other_file(top)
    if not path.exists() and other_file is not None:
        name = other_file.relative_to(top).as_posix()
        note = f"add this section to it yourself:\n{section(spec)}"
        return FileResult(name, "unchanged", note, paste=True)
    old = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    new = _update(old, section, spec)
    if new == old:
        return FileResult(FILE, "unchanged", "its section matches the policy")
    atomic.replace(path, new.encode("utf-8", "surrogateescape"))
    return FileResult(FILE, "updated" if old else "written")


def _update(old: str, section: Callable[[str], str], spec: str) -> str:
    head, begin_mark, rest = old.partition(summary.BEGIN)
    old_section, end, tail = rest.partition(summary.END)
    install_line = (
        re.search(rf"^{summary.INSTALL}(.+)$", old_section, re.MULTILINE)
        if begin_mark and end
        else None
    )
    text = section(spec or (install_line[1] if install_line else ""))
    if end:
        return head + text + tail.removeprefix("\n")
    return f"{old.rstrip()}\n\n{text}" if old.strip() else f"# Contributing\n\n{text}"


def _other_file(top: Path) -> Path | None:
    """The file that the project has in place of CONTRIBUTING.md, if any."""
    in_folders = [
        file
        for folder in _FOLDERS
        if (top / folder).is_dir()
        for file in sorted((top / folder).iterdir())
        if file.stem.lower() == "contributing"
    ]
    others = [*in_folders, *(top / name for name in _ELSEWHERE)]
    return next((other for other in others if other.exists()), None)

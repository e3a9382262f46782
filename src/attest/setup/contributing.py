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
    path, elsewhere = top / FILE, _elsewhere(top)
    if not path.exists() and elsewhere is not None:
        name = elsewhere.relative_to(top).as_posix()
        note = f"add this section to it yourself:\n{section(spec)}"
        return FileResult(name, "unchanged", note, paste=True)
    old = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    new = _updated(old, section, spec)
    if new == old:
        return FileResult(FILE, "unchanged", "its section matches the policy")
    atomic.replace(path, new.encode("utf-8", "surrogateescape"))
    return FileResult(FILE, "updated" if old else "written")


def _updated(old: str, section: Callable[[str], str], spec: str) -> str:
    before, begun, rest = old.partition(summary.BEGIN)
    within, end, after = rest.partition(summary.END)
    kept = re.search(rf"^{summary.INSTALL}(.+)$", within, re.MULTILINE) if begun and end else None
    text = section(spec or (kept[1] if kept else ""))
    if end:
        return before + text + after.removeprefix("\n")
    return f"{old.rstrip()}\n\n{text}" if old.strip() else f"# Contributing\n\n{text}"


def _elsewhere(top: Path) -> Path | None:
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

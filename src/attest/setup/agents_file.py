"""attest's section of AGENTS.md (https://agents.md): asks coding agents to stop and hand over to
their person. It is a courtesy, not a barrier (docs/agents.md)."""

from __future__ import annotations

from pathlib import Path

from attest.policy import summary
from attest.setup.file_result import FileResult
from attest.state import atomic

FILE = "AGENTS.md"
_SECTION = f"""\
{summary.BEGIN}
## Attestations: stop, and hand over to your person

In this project, the person who submits a change answers questions about it, in their own words,
and signs the answers with their key (attest). If you are a coding agent:

- Do not answer these questions, and do not run `attest answer`, `attest edit`, `attest commit` or
  `attest push`. Do not write `Attest-` lines or `Signed-off-by` into a commit message.
- Do not skip the hooks (`--no-verify`), unset variables that mark you as an agent, or use a key.
- When your work is done, stop. Say to your person that the change is ready, and that they run
  `attest commit` or `git push` themselves, in their own terminal.
- You may run `attest check`, `attest show` and `attest policy explain`.
{summary.END}
"""


def write(top: Path) -> FileResult:
    """Write the section, between two marks; what else stands in the file stays.

    Args:
        top: the work tree.
    """
    path = top / FILE
    old = path.read_bytes().decode("utf-8", "surrogateescape") if path.exists() else ""
    head, _, rest = old.partition(summary.BEGIN)
    _, end, tail = rest.partition(summary.END)
    if end:
        new = head + _SECTION + tail.removeprefix("\n")
    else:
        new = f"{old.rstrip()}\n\n{_SECTION}" if old.strip() else _SECTION
    if new == old:
        return FileResult(FILE, "unchanged", "its section is up to date")
    atomic.replace(path, new.encode("utf-8", "surrogateescape"))
    return FileResult(FILE, "updated" if old else "written")

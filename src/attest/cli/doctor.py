"""`attest doctor`."""

from __future__ import annotations

_STYLES = {"ok": "", "note": "yellow", "missing": "bold red"}


def doctor() -> int:
    """Show whether everything that attest needs is in place here.

    git, ssh-keygen and gpg; the grammars that choose questions; you, your key and
    whether it signs; the hooks; policy, upstream; coding agents that are recognised;
    what is under way. Each line that is off names its remedy. Exit code 4 where
    something needed is missing.

    \b
    Examples:
      attest doctor
    """
    from attest.cli.output import writer
    from attest.errors import Exit
    from attest.setup import doctor as journey
    from attest.text import showable

    write = writer()
    worst = Exit.OK
    for line in journey.examine():
        shown = f"{line.state:7}  {line.subject:11}  {showable(line.message)}"
        write(shown, _STYLES[line.state])
        for remedy in line.remedy.split("\n"):
            if remedy:
                write(f"{'':22}{showable(remedy)}", "")
        if line.state == "missing":
            worst = Exit.ENVIRONMENT
    return worst

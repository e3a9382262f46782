"""`attest doctor`."""

from __future__ import annotations

_STYLES = {"ok": "", "note": "yellow", "missing": "bold red"}


def doctor() -> int:
    """Check that everything attest needs is in place.

    Looks at the programs (git, ssh-keygen, gpg), the grammars, whether the git directory can
    be written, your name and key and whether the key signs, the hooks, the policy and the
    remote, coding agents, and unfinished operations. Each problem comes with its fix. The
    exit code is 4 if something required is missing.

    \b
    Examples:
      attest doctor
    """
    from attest.cli.reports import writer
    from attest.errors import Exit
    from attest.setup import doctor as journey
    from attest.text import showable

    write = writer()
    worst = Exit.OK
    for line in journey.examine():
        line_text = f"{line.state:7}  {line.subject:11}  {showable(line.message)}"
        write(line_text, _STYLES[line.state])
        for remedy in line.remedy.split("\n"):
            if remedy:
                write(f"{'':22}{showable(remedy)}", "")
        if line.state == "missing":
            worst = Exit.ENVIRONMENT
    return worst

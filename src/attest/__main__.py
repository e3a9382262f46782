"""One door: `hook …` goes to hook.py, all else to cli/."""

from __future__ import annotations

import sys

from attest import programs


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    programs.restrict_path()
    args = sys.argv[1:] if argv is None else argv
    if args[:1] == ["hook"]:
        from attest import hook

        return hook.main(args[1:])
    from attest import cli

    return cli.main(args)


if __name__ == "__main__":
    sys.exit(main())

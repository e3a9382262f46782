"""The entry point: `hook …` goes to hook/, everything else to cli/."""

from __future__ import annotations

import sys

from attest.system import programs


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    programs.restrict_path()
    args = sys.argv[1:] if argv is None else argv
    from attest import streams

    guard, code, is_hook = streams.Guard(), 70, args[:1] == ["hook"]
    try:
        if is_hook:
            from attest import hook

            code = hook.main(args[1:])
        elif args == ["--version"]:
            # Scripts ask this at every start: it must not wait for the command line to load.
            from attest import __version__

            print(f"attest {__version__}")
            code = 0
        else:
            import gc

            # Most of a start is imports, which leave no garbage: looking for it takes a tenth.
            gc.set_threshold(50_000)
            from attest import cli

            code = cli.main(args)
    finally:
        code = guard.end(code, hook=is_hook)
    return code


if __name__ == "__main__":
    sys.exit(main())

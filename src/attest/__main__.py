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
    _spare_collections()
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
            from attest import cli

            code = cli.main(args)
    finally:
        code = guard.end(code, hook=is_hook)
    return code


_ALLOCATIONS = 100_000
"""After how many new objects Python looks for cycles among them; after 700 by default. The imports
of a check make half as many and hardly a cycle, and to look at all of them takes a tenth of it."""


def _spare_collections() -> None:
    """Look for cycles of objects seldom, and not at the end: Python would look at everything there
    is, twice, before it gives all memory back. That takes a tenth of a check, too. Only CPython
    looks so, and has the functions for it."""
    if sys.implementation.name != "cpython":
        return
    import atexit
    import gc

    gc.set_threshold(_ALLOCATIONS)
    atexit.register(gc.freeze)


if __name__ == "__main__":
    sys.exit(main())

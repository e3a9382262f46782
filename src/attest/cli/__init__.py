"""The command line: one thin file a command."""

from __future__ import annotations

import gc
import os
import sys

from attest.errors import AttestError, Exit, OutputFault, from_system

_OWN_OPTIONS = ("--version", "-h", "--help", "--install-completion", "--show-completion")


_ALLOCATIONS = 50_000
"""After how many new objects Python looks for cycles among them; after 700 by default. Imports
make many objects and hardly a cycle, and to look at all of them takes a twentieth of a check."""


def main(args: list[str]) -> int:
    """Run a command line; without a command, `attest answer` is meant."""
    gc.set_threshold(_ALLOCATIONS)
    from attest.console import complain

    if args and args[0].startswith("-") and args[0].split("=")[0] not in _OWN_OPTIONS:
        args = ["answer", *args]

    try:
        return _run(args or ["answer"])
    except (SystemExit, KeyboardInterrupt) as ended:
        code = ended.code if isinstance(ended, SystemExit) else Exit.INTERRUPTED
        code = code if isinstance(code, int) else Exit.OK
        if code == Exit.INTERRUPTED:
            kept = "; every answer so far is kept" if args[:1] in ([], ["answer"], ["push"]) else ""
            print(f"\nattest: stopped{kept}", file=sys.stderr)
        return code
    except AttestError as error:
        if not isinstance(error, OutputFault):  # the door says that, once
            complain(error.message, error.hint)
        return error.exit_code
    except ImportError as error:
        complain(f"attest is not installed completely: {error}", "Reinstall it.")
        return Exit.ENVIRONMENT
    except OSError as error:
        fault = from_system(error)
        complain(fault.message, fault.hint)
        return Exit.ENVIRONMENT
    except Exception:  # noqa: BLE001  # reported whole, with its own exit code
        import traceback

        traceback.print_exc()
        print("attest: this is a bug in attest; please report the lines above", file=sys.stderr)
        return Exit.BUG


def _run(args: list[str]) -> int:
    """Run a command.

    Raises:
        SystemExit: with the exit code, where Typer reads the command line.
        AttestError: whatever the command raises.
    """
    command, *words = args
    if command == "check" and len(words) <= 1 and not any(w.startswith("-") for w in words):
        # What a pipeline runs for every push. There is no option to read, and Typer takes
        # as long to load as the check itself: it reads options with pydantic.
        from attest.cli.check_range import CheckOptions, run

        return run(CheckOptions(words[0] if words else None))
    from attest.cli.app import build

    # A shell that completes a command line gives it in variables, not as arguments.
    app = build("" if "_ATTEST_COMPLETE" in os.environ else command)
    app(args, prog_name="attest")
    return Exit.OK

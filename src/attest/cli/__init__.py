"""The command line: one thin file a command."""

from __future__ import annotations

import sys
import traceback

from attest.errors import AttestError, Exit, OutputFault, from_system

_OWN_OPTIONS = ("--version", "-h", "--help", "--install-completion", "--show-completion")


def main(args: list[str]) -> int:
    """Run a command line; without a command, `attest answer` is meant."""
    from attest.console import complain

    if args and args[0].startswith("-") and args[0].split("=")[0] not in _OWN_OPTIONS:
        args = ["answer", *args]

    try:
        from attest.cli.app import app

        app(args or ["answer"], prog_name="attest")
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else Exit.OK
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
        traceback.print_exc()
        print("attest: this is a bug in attest; please report the lines above", file=sys.stderr)
        return Exit.BUG
    return Exit.OK

"""The command line: one thin file a command."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from attest.errors import AttestError, Exit, OutputFault, from_system

_OWN_OPTIONS = ("--version", "-h", "--help", "--install-completion", "--show-completion")


def main(args: list[str]) -> int:
    """Run a command line; without a command, `attest answer` is meant."""
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


_SWITCHES = {f"--{name}": name for name in ("staged", "amend", "unpushed", "editor", "template")}
"""Options of `attest answer` without a value; `attest edit` has the last two."""


def _run(args: list[str]) -> int:
    """Run a command.

    Raises:
        SystemExit: with the exit code, where Typer reads the command line.
        AttestError: whatever the command raises.
    """
    command, *words = args
    # A shell that completes a command line gives it in variables, not as arguments.
    completes = "_ATTEST_COMPLETE" in os.environ
    run = None if completes else _without_typer(command, words)
    if run is not None:
        return run()
    from attest.cli.app import build

    app = build("" if completes else command)
    app(args, prog_name="attest")
    return Exit.OK


def _without_typer(command: str, words: list[str]) -> Callable[[], int] | None:
    """What runs a command that people or pipelines often wait for; None where there are options
    for Typer to read. It reads them with pydantic, and to load both takes as long as a check."""
    names = [word for word in words if not word.startswith("-")]
    options: dict[str, Any] = {
        _SWITCHES.get(word, ""): True for word in words if word.startswith("-")
    }
    if command == "push" and not {"-h", "--help"} & set(words):
        from attest.cli import push_commits

        return partial(push_commits.run, words)
    if command == "check":
        return _check(words)
    if command == "answer" and "" not in options:
        from attest.cli import answer_change

        return partial(answer_change.run, answer_change.AnswerOptions(revisions=names, **options))
    if command == "edit" and options.keys() <= {"editor", "template"}:
        from attest.cli import edit_answers

        return partial(edit_answers.run, edit_answers.EditOptions(revisions=names, **options))
    return None


def _check(words: list[str]) -> Callable[[], int] | None:
    from attest.cli import check_words

    options = check_words.read(words)
    if options is None:
        return None
    if options.get("answers", True):
        from attest.analysis.syntax import parsing

        parsing.begin()  # it gets ready while this process loads the rest
    from attest.cli.check_start import run

    return partial(run, check_words.CheckOptions(**options))

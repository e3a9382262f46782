"""Running a hook's work, and saying what went wrong."""

from __future__ import annotations

import traceback
from collections.abc import Callable

from attest.console import say
from attest.errors import AttestError, Exit, from_system


def guarded(work: Callable[[], int], bug: str, *, failure_code: int) -> int:
    """Do the work and return its exit code; a fault is reported, and never raised.

    Args:
        bug: the words for a fault that nobody foresaw.
        failure_code: the exit code where a part of attest cannot be imported.
    """
    try:
        return work()
    except (AttestError, OSError) as raised:
        error = raised if isinstance(raised, AttestError) else from_system(raised)
        say(f"{error.message}\n{error.hint}".strip())
        return error.exit_code
    except ImportError as error:
        say(f"attest is not installed completely: {error}")
        say("Install it again. You can answer later.")
        return failure_code
    except KeyboardInterrupt:
        say("stopped; every answer so far is kept")
        return Exit.INTERRUPTED
    except Exception:  # noqa: BLE001  # reported whole; a bug must not cost a commit
        traceback.print_exc()
        say(bug)
        return Exit.BUG

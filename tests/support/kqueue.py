"""attest as on macOS, played on Linux: kqueue refuses the alias device /dev/tty.

There, asyncio waits with kqueue(2), which answers EINVAL to /dev/tty; select(2) takes
it. `EVERY_SELECTOR` in the environment has select(2) refuse it too.
"""

from __future__ import annotations

import os
import selectors
import sys
from typing import Any

ALIAS = os.makedev(5, 0)  # Linux's /dev/tty


def refuse(selector: Any) -> None:
    """Have a class of selectors refuse the alias."""
    register = selector.register

    def refusing(self: Any, file: Any, events: int, data: Any = None) -> Any:
        number = file if isinstance(file, int) else file.fileno()
        if os.fstat(number).st_rdev == ALIAS:
            raise OSError(22, "Invalid argument")
        return register(self, file, events, data)

    selector.register = refusing


refuse(selectors.EpollSelector)
refuse(selectors.PollSelector)
if "EVERY_SELECTOR" in os.environ:
    refuse(selectors.SelectSelector)

if __name__ == "__main__":
    from attest.__main__ import main

    sys.exit(main())

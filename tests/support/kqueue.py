"""attest as on macOS, played on Linux: kqueue refuses the alias device /dev/tty.

There, asyncio waits with kqueue(2), which answers EINVAL to /dev/tty; select(2) takes
it. `EVERY_SELECTOR` in the environment has select(2) refuse it too.
"""

from __future__ import annotations

import os
import selectors
import sys

ALIAS = os.makedev(5, 0)  # Linux's /dev/tty


def refusing(selector: type) -> type:
    class Refusing(selector):  # type: ignore[misc]
        def register(self, fileobj, events, data=None):
            number = fileobj if isinstance(fileobj, int) else fileobj.fileno()
            if os.fstat(number).st_rdev == ALIAS:
                raise OSError(22, "Invalid argument")
            return super().register(fileobj, events, data)

    return Refusing


for name in ("DefaultSelector", "EpollSelector", "PollSelector"):
    setattr(selectors, name, refusing(getattr(selectors, name)))
if "EVERY_SELECTOR" in os.environ:
    selectors.SelectSelector = refusing(selectors.SelectSelector)  # type: ignore[misc]

if __name__ == "__main__":
    from attest.__main__ import main

    sys.exit(main())

"""What Windows knows about the console: can somebody see it, and does it take colour?

Every program with a console can open CONIN$ and CONOUT$, also where nobody sees that
console: a program without one (an editor, a desktop client) gives git a console
without a window (CREATE_NO_WINDOW), and Git Bash's own terminal without the pseudo
console gives it a hidden one. In both, git's output goes into pipes.

The calls are the Console API's: learn.microsoft.com/windows/console. They are handed
in, so that tests on any system can play them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Protocol, cast

STDOUT, STDERR = -11, -12
"""What GetStdHandle calls the standard streams."""
PROCESSED_OUTPUT, VIRTUAL_TERMINAL = 0x1, 0x4
"""Bits of an output console's mode: ENABLE_PROCESSED_OUTPUT,
ENABLE_VIRTUAL_TERMINAL_PROCESSING."""

NO_WINDOW = "this runs without a console window, as editors and desktop clients start git"
HIDDEN = "nobody sees the console of this program: its window is hidden"
MSYS = "this terminal (mintty, as in Git Bash) has no console for Windows programs"

_FILE_TYPE_PIPE = 3
_FILE_NAME_INFO = 2
_MSYS_PIPE = re.compile(r"\\(msys|cygwin)-[0-9a-f]+-pty\d+-(from|to)-master")


class Kernel(Protocol):
    """What is called in kernel32, under its own names."""

    def GetStdHandle(self, stream: int, /) -> int | None: ...  # noqa: N802
    def GetConsoleMode(self, handle: int | None, mode: Any, /) -> int: ...  # noqa: ANN401, N802
    def SetConsoleMode(self, handle: int, mode: int, /) -> int: ...  # noqa: N802
    def GetConsoleWindow(self) -> int | None: ...  # noqa: N802
    def GetFileType(self, handle: int | None, /) -> int: ...  # noqa: N802
    def GetFileInformationByHandleEx(  # noqa: N802
        self,
        handle: int | None,
        what: int,
        info: Any,  # noqa: ANN401
        size: int,
        /,
    ) -> int: ...


class User(Protocol):
    """What is called in user32."""

    def IsWindowVisible(self, window: int, /) -> int: ...  # noqa: N802


class Console:
    """The console of this process.

    Args:
        kernel, user: kernel32 and user32 as `ctypes.WinDLL` gives them; *user* is
            called for user32, which Nano Server does not have.
    """

    def __init__(self, kernel: Kernel, user: Callable[[], User]) -> None:
        self._kernel = kernel
        self._user = user

    def why_invisible(self) -> str:
        """Why nobody sees this console; empty where somebody does.

        A pseudo console (Windows Terminal, VS Code's terminal, ssh) has a window
        handle, mostly of a hidden window, and so has winpty's console: there,
        standard output or error shows whether a person reads along. It does not
        where a program reads what git says.
        """
        if any(self._msys_pipe(stream) for stream in (STDERR, STDOUT)):
            return MSYS
        window = self._kernel.GetConsoleWindow()
        if not window:
            return NO_WINDOW
        if self.shows(STDERR) or self.shows(STDOUT) or self._visible(window):
            return ""
        return HIDDEN

    def shows(self, stream: int) -> bool:
        """Whether a standard stream is a console."""
        return self._mode(self._kernel.GetStdHandle(stream)) is not None

    @contextmanager
    def escapes(self, handle: int) -> Iterator[bool]:
        """Have the console understand escape sequences while this runs, and leave it
        as it was; whether it does (before Windows 10 none did).

        Args:
            handle: the console's output.
        """
        mode = self._mode(handle)
        if mode is None:
            yield False
            return
        if mode & VIRTUAL_TERMINAL and mode & PROCESSED_OUTPUT:
            yield True
            return
        success = self._kernel.SetConsoleMode(handle, mode | VIRTUAL_TERMINAL | PROCESSED_OUTPUT)
        try:
            yield bool(success)
        finally:
            if success:
                self._kernel.SetConsoleMode(handle, mode)

    def _mode(self, handle: int | None) -> int | None:
        import ctypes  # not at the start: other systems load this module, too

        mode = ctypes.c_uint32()
        success = self._kernel.GetConsoleMode(handle, ctypes.byref(mode))
        return mode.value if success else None

    def _visible(self, window: int) -> bool:
        try:
            return bool(self._user().IsWindowVisible(window))
        except OSError:
            return False

    def _msys_pipe(self, stream: int) -> bool:
        """Whether a standard stream is a terminal of MSYS2 or Cygwin: for Windows, a
        pipe with a name of its own."""
        import ctypes

        handle = self._kernel.GetStdHandle(stream)
        if self._kernel.GetFileType(handle) != _FILE_TYPE_PIPE:
            return False
        # FILE_NAME_INFO: the length in bytes (DWORD), then the name in UTF-16.
        info = ctypes.create_string_buffer(4 + 2 * 260)
        if not self._kernel.GetFileInformationByHandleEx(
            handle, _FILE_NAME_INFO, info, ctypes.sizeof(info)
        ):
            return False
        length = min(int.from_bytes(info.raw[:4], "little"), len(info.raw) - 4)
        name = info.raw[4 : 4 + length].decode("utf-16-le", "replace")
        return _MSYS_PIPE.match(name) is not None


if sys.platform == "win32":

    def console() -> Console:
        """The console of this process."""
        import ctypes
        from ctypes import wintypes

        kernel = ctypes.WinDLL("kernel32")
        # Handles are as wide as pointers; ctypes takes results for C ints.
        for name in ("GetStdHandle", "GetConsoleWindow"):
            getattr(kernel, name).restype = wintypes.HANDLE
        for name in ("GetConsoleMode", "SetConsoleMode", "GetFileType"):
            first = [wintypes.HANDLE]
            more = {"GetConsoleMode": [ctypes.c_void_p], "SetConsoleMode": [wintypes.DWORD]}
            getattr(kernel, name).argtypes = first + more.get(name, [])
        kernel.GetStdHandle.argtypes = [wintypes.DWORD]
        kernel.GetFileInformationByHandleEx.argtypes = [
            wintypes.HANDLE,
            ctypes.c_int,
            ctypes.c_void_p,
            wintypes.DWORD,
        ]
        return Console(cast(Kernel, kernel), _user)

    def _user() -> User:
        import ctypes
        from ctypes import wintypes

        user = ctypes.WinDLL("user32")
        user.IsWindowVisible.argtypes = [wintypes.HWND]
        return cast(User, user)

"""What Windows says of its console, with its calls played."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from attest.interview import windows_console
from attest.interview.windows_console import (
    HIDDEN,
    MSYS,
    NO_WINDOW,
    PROCESSED_OUTPUT,
    STDERR,
    STDOUT,
    VIRTUAL_TERMINAL,
    Console,
)

PIPE, CHARACTERS = 3, 2  # what GetFileType calls them
WINDOW = 0x10
COOKED = PROCESSED_OUTPUT | 2


@dataclass
class Played:
    """kernel32 and user32, as far as they are called.

    Args:
        streams: what standard output and error are: `console`, or the name of a pipe.
        window: the handle of the console's window; 0 where it has none.
        takes_escapes: the console takes ENABLE_VIRTUAL_TERMINAL_PROCESSING.
    """

    streams: dict[int | None, str] = field(default_factory=dict)
    window: int = WINDOW
    visible: bool = False
    takes_escapes: bool = True
    modes: list[int] = field(default_factory=lambda: [COOKED])

    def GetStdHandle(self, stream: int) -> int:  # noqa: N802
        return stream

    def GetConsoleMode(self, handle: int | None, mode: Any) -> bool:  # noqa: N802
        mode._obj.value = self.modes[-1]  # what byref() refers to
        return self.streams.get(handle) == "console"

    def SetConsoleMode(self, handle: int, mode: int) -> bool:  # noqa: N802
        if mode & VIRTUAL_TERMINAL and not self.takes_escapes:
            return False
        self.modes.append(mode)
        return True

    def GetConsoleWindow(self) -> int:  # noqa: N802
        return self.window

    def GetFileType(self, handle: int | None) -> int:  # noqa: N802
        return CHARACTERS if self.streams.get(handle) == "console" else PIPE

    def GetFileInformationByHandleEx(  # noqa: N802
        self, handle: int | None, what: int, info: Any, size: int
    ) -> bool:
        assert what == 2  # FileNameInfo
        name = self.streams.get(handle, "").encode("utf-16-le")
        info[: 4 + len(name)] = len(name).to_bytes(4, "little") + name
        return size >= len(info.raw)

    def IsWindowVisible(self, window: int) -> bool:  # noqa: N802
        assert window == self.window
        return self.visible

    @property
    def console(self) -> Console:
        return Console(self, lambda: self)


BOTH: dict[int | None, str] = {STDOUT: "console", STDERR: "console"}
NODE = r"\uv\0000000000000000-4242"
MINTTY = r"\msys-dd50a72ab4668b33-pty0-to-master"


@pytest.mark.parametrize(
    ("played", "why"),
    [
        (Played(BOTH, visible=True), ""),
        # Windows Terminal, VS Code's terminal, ssh, winpty: a window that is hidden.
        (Played(BOTH), ""),
        (Played({STDERR: "console"}), ""),
        (Played({STDOUT: "console", STDERR: NODE}), ""),
        # git push 2>err.txt in a console of its own
        (Played({}, visible=True), ""),
        # An editor or a desktop client reads what git says (CREATE_NO_WINDOW).
        (Played({STDOUT: NODE, STDERR: NODE}, window=0), NO_WINDOW),
        (Played(BOTH, window=0), NO_WINDOW),
        # The same with SW_HIDE, and what lazygit does in a pseudo console.
        (Played({STDOUT: NODE, STDERR: NODE}), HIDDEN),
        (Played({}), HIDDEN),
        # Git Bash's terminal, the pseudo console off.
        (Played({STDOUT: MINTTY, STDERR: MINTTY}), MSYS),
        (Played({STDOUT: NODE, STDERR: MINTTY}, window=0), MSYS),
        (Played({STDERR: r"\cygwin-e022582115c10879-pty12-to-master"}), MSYS),
        # A pipe between two programs of MSYS2 is no terminal.
        (Played({STDERR: r"\msys-dd50a72ab4668b33-1234-pipe-0x1"}), HIDDEN),
    ],
)
def test_whether_somebody_sees_the_console(played: Played, why: str) -> None:
    assert played.console.why_invisible() == why


def test_without_user32_no_window_is_seen() -> None:
    def missing() -> Any:
        raise FileNotFoundError("user32")

    assert Console(Played({}, visible=True), missing).why_invisible() == HIDDEN


def test_only_a_console_shows_what_is_drawn_on_it() -> None:
    console = Played({STDERR: "console"}).console
    assert (console.shows(STDERR), console.shows(STDOUT)) == (True, False)


class TestEscapes:
    def test_are_understood_for_as_long_as_it_asks(self) -> None:
        played = Played(BOTH)
        with played.console.escapes(STDOUT) as understood:
            assert understood
            assert played.modes[-1] == COOKED | VIRTUAL_TERMINAL
        assert played.modes == [COOKED, COOKED | VIRTUAL_TERMINAL, COOKED]

    def test_stay_on_where_they_were(self) -> None:
        played = Played(BOTH, modes=[COOKED | VIRTUAL_TERMINAL])
        with played.console.escapes(STDOUT) as understood:
            assert understood
        assert played.modes == [COOKED | VIRTUAL_TERMINAL]

    def test_are_not_written_where_the_console_refuses(self) -> None:
        played = Played(BOTH, takes_escapes=False)
        with played.console.escapes(STDOUT) as understood:
            assert not understood
        assert played.modes == [COOKED]

    def test_are_not_written_to_what_is_no_console(self) -> None:
        with Played({}).console.escapes(STDOUT) as understood:
            assert not understood

    def test_are_put_back_after_ctrl_c(self) -> None:
        played = Played(BOTH)
        with pytest.raises(KeyboardInterrupt), played.console.escapes(STDOUT):
            raise KeyboardInterrupt
        assert played.modes[-1] == COOKED


def test_the_numbers_are_those_of_the_console_api() -> None:
    # STD_OUTPUT_HANDLE, STD_ERROR_HANDLE, ENABLE_VIRTUAL_TERMINAL_PROCESSING
    assert (STDOUT, STDERR, windows_console.VIRTUAL_TERMINAL) == (-11, -12, 0x0004)

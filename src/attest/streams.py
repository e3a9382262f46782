"""Standard output and standard error: either everything that was written has arrived, or
the exit code shows that it did not.

Python itself ends with the undocumented exit code 120 where it cannot write its buffers
out, and prints to standard output where standard error is closed. This module runs at
every commit and push: it imports nothing that Python has not loaded when it starts.
"""

from __future__ import annotations

import io
import os
import sys

TYPE_CHECKING = False  # `typing` has it, and is slow to import
if TYPE_CHECKING:
    from attest.errors import OutputFault

_NAMES = ("stdin", "stdout", "stderr")
_FAILED = 4
"""`Exit.ENVIRONMENT`, which takes longer to import than all of this."""


class _Stream(io.TextIOBase):
    """A stream that notices when it cannot be written.

    Args:
        stream: where the text goes.
    """

    def __init__(self, stream: io.TextIOWrapper) -> None:
        self._stream = stream
        self.failed = False

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._stream.encoding

    @property
    def errors(self) -> str | None:  # type: ignore[override]
        return self._stream.errors

    def isatty(self) -> bool:
        return self._stream.isatty()

    def fileno(self) -> int:
        return self._stream.fileno()

    def writable(self) -> bool:
        return True

    def _fail(self) -> None:
        """Send what is left in the buffer to nowhere: Python writes it out when it
        ends, and would fail again."""
        self.failed = True
        try:
            number = self._stream.fileno()
        except OSError:
            return
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, number)
        os.close(null)


class Output(_Stream):
    """Standard output: a write that fails ends the command, with a reason.

    `fault` is that reason, even if a library ignored it.
    """

    fault: OutputFault | None = None

    def write(self, text: str) -> int:
        """Write text.

        Raises:
            OutputFault: it cannot be written.
        """
        try:
            return self._stream.write(text)
        except OSError as error:
            raise self._fault(error) from None

    def write_bytes(self, data: bytes) -> None:
        """Write bytes, after the text before them, and wait until they are out.

        Raises:
            OutputFault: they cannot be written.
        """
        try:
            self._stream.flush()
            self._stream.buffer.write(data)
            self._stream.buffer.flush()
        except OSError as error:
            raise self._fault(error) from None

    def flush(self) -> None:
        """Wait until all is out.

        Raises:
            OutputFault: it cannot be written.
        """
        try:
            self._stream.flush()
        except OSError as error:
            raise self._fault(error) from None

    def finish(self) -> None:
        """Write out what is left; `fault` says whether that failed."""
        try:
            self._stream.flush()
        except OSError as error:
            self._fault(error)

    def _fault(self, error: OSError) -> OutputFault:
        from attest.errors import OutputFault

        self._fail()
        self.fault = self.fault or OutputFault(error)
        return self.fault


class Errors(_Stream):
    """Standard error: a write that fails is remembered, and stops nothing."""

    def write(self, text: str) -> int:
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:
            self._fail()
        return len(text)

    def flush(self) -> None:
        try:
            self._stream.flush()
        except OSError:
            self._fail()


def _open_closed() -> None:
    """Open what is closed of the three streams, so that no file that is opened later
    gets their number: reading finds nothing there, and writing fails."""
    closed = [number for number, name in enumerate(_NAMES) if getattr(sys, name) is None]
    while closed:
        descriptor = os.open(os.devnull, os.O_RDONLY)
        if descriptor > 2:
            os.close(descriptor)
            break
        os.set_inheritable(descriptor, True)
    for number in closed:
        mode = "w" if number else "r"
        stream = open(number, mode, encoding="utf-8", closefd=False)  # noqa: SIM115
        setattr(sys, _NAMES[number], stream)


class Guard:
    """Replaces the standard streams while the program runs."""

    def __init__(self) -> None:
        _open_closed()
        self._streams = (sys.stdout, sys.stderr)
        # Pipes and files get UTF-8, as git writes them and as Python does from 3.15 on (PEP
        # 686), whatever the locale or Windows' code page. A terminal keeps its encoding.
        # What an encoding lacks is written as an escape, so that no output fails.
        chosen = bool(os.environ.get("PYTHONIOENCODING"))
        for stream in self._streams:
            if isinstance(stream, io.TextIOWrapper):
                encoding = None if chosen or stream.isatty() else "utf-8"
                stream.reconfigure(encoding=encoding, errors="backslashreplace")
        self._out = Output(sys.stdout)  # type: ignore[arg-type]  # in effect, it is one
        self._err = Errors(sys.stderr)  # type: ignore[arg-type]
        sys.stdout, sys.stderr = self._out, self._err

    def end(self, code: int, *, hook: bool) -> int:
        """Write everything out, and put the streams back.

        Args:
            code: what the program ends with.
            hook: git called it: no commit and no push may fail because a message is lost.

        Returns:
            The exit code: 4 where standard output did not take everything, or where standard
            error did not and the code would be 0.
        """
        self._out.finish()
        fault = self._out.fault
        if fault is not None and not fault.quiet:
            from attest.console import complain

            complain(fault.message, fault.hint)
        self._err.flush()
        sys.stdout, sys.stderr = self._streams
        lost = self._out.failed or (self._err.failed and code == 0)
        return _FAILED if lost and not hook else code

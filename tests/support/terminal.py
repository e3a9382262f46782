"""A real pseudo-terminal around a command, and the screen that a person would see."""

from __future__ import annotations

import re
import signal
from types import TracebackType
from typing import Self

import pexpect
import pyte

from attest.attestation import block, codec
from attest.attestation.block import AttestedHunk
from support import forked
from support.repo import Repo
from support.words import invariant, removal

# how the questions are put about the edits that `changed` makes
INVARIANT = "instead of"
BREAKS = "If this went back"
CHANGED = (INVARIANT, BREAKS)
# and about what is put in: lines of code, and words
ADDED = ("and which value or case would make it wrong", "what would go wrong, and who would notice")
WORDS = ("what did you check this against", "what would a reader do wrong")
SIGN = "Sign?"
POLICY_QUESTIONS = (
    "How does the project merge",
    "Until which day shall the check only report",
    "Who has to answer",
)
PROMPT = ">"  # stands there once the terminal is set for typing

ENTER, CTRL_C, CTRL_D, CTRL_Z = "\r", "\x03", "\x04", "\x1a"
CLEAR = "\x15"  # Ctrl-U
WHERE_IS_THE_CURSOR = b"\x1b[6n"  # its answer would be typed into whatever reads next
_LIMIT = 60  # seconds until a test that waits for text gives up
_ESCAPE = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|[ -/]*[0-~])")
_BLANK = re.compile(r"[\s\x00-\x1f]+")


def _heed_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


class Terminal:
    """A command on a terminal of its own. Waits are on text, never on time.

    Args:
        command: it runs in the repository's folder, in its environment.
        columns, rows: the terminal's size.
        env: taken over the repository's; None takes a variable away.
    """

    def __init__(
        self,
        repo: Repo,
        *command: str,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str | None] | None = None,
    ) -> None:
        changed = {"TERM": "xterm-256color", "NO_COLOR": None, **(env or {})}
        merged = {**repo.env, **changed}
        program, *words = forked.on_terminal(*command)
        self.child: pexpect.spawn[bytes] = pexpect.spawn(
            program,
            words,
            cwd=str(repo.path),
            env={name: value for name, value in merged.items() if value is not None},
            dimensions=(rows, columns),
            # Tests that run in the background of a shell ignore Ctrl-C, and so would a shell
            # that they start: one cannot trap a signal that it was started to ignore.
            preexec_fn=_heed_ctrl_c,
        )
        self.child.delaybeforesend = None
        self.raw = bytearray()
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._matched = 0
        self._answered = 0

    @classmethod
    def attest(
        cls,
        repo: Repo,
        *args: str,
        columns: int = 80,
        rows: int = 24,
        env: dict[str, str | None] | None = None,
    ) -> Self:
        """Run attest in a terminal."""
        command = (forked.program(), "-P", "-m", "attest", *args)
        return cls(repo, *command, columns=columns, rows=rows, env=env)

    @classmethod
    def shell(cls, repo: Repo, script: str, **env: str | None) -> Self:
        """Run a line of shell in a terminal; `$attest` in it is attest's command."""
        attest = f"{forked.program()} -P -m attest"
        return cls(repo, "sh", "-c", script.replace("$attest", attest), env=env)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.child.close(force=True)

    @property
    def output(self) -> str:
        """Everything written so far, without escape sequences."""
        return _ESCAPE.sub("", self.raw.decode("utf-8", "replace")).replace("\r", "")

    @property
    def screen(self) -> list[str]:
        """The lines that stand on the screen now, without blanks behind them."""
        return [line.rstrip() for line in self._screen.display]

    def expect(self, text: str) -> None:
        """Wait until *text* is written, behind what was waited for before; white
        space is not compared, since a terminal wraps lines."""
        expected = _compact(text)
        while True:
            written = _compact(self.output)
            result = written.find(expected, self._matched)
            if result >= 0:
                self._matched = result + len(expected)
                return
            if not self._read():
                raise AssertionError(f"it ended without {text!r}:\n{self.output}")

    def wrote(self, text: str) -> bool:
        """Whether *text* was written so far; white space is not compared."""
        return _compact(text) in _compact(self.output)

    def send(self, text: str) -> None:
        """Press keys."""
        self.child.send(text.encode())

    def say(self, text: str) -> None:
        """Type an answer and press Enter."""
        self.send(text + ENTER)

    def paste(self, text: str) -> None:
        """Paste, as terminals do where a program asked for bracketed pastes."""
        self.send(f"\x1b[200~{text}\x1b[201~")

    def say_instead(self, text: str) -> None:
        """Type an answer in place of the one that stands there, and press Enter."""
        self.send(CLEAR + text + ENTER)

    def asked(self, question: str) -> None:
        """Wait until a question is asked and an answer can be typed."""
        self.expect(question)
        self.expect(PROMPT)

    def prompted(self) -> None:
        """Wait until the last line of the screen is a prompt with nothing typed yet, whatever
        the question's words are."""
        while (["", *filter(None, self.screen)])[-1] != PROMPT:
            assert self._read(), f"it ended without a prompt:\n{self.output}"

    def answer(self, *reply: str, questions: tuple[str, str] = CHANGED) -> None:
        """Answer the two standing questions of one hunk.

        Args:
            said: the answers; without them, `words` has some for each hunk.
            questions: words of each question.
        """
        self._answered += 1
        given = reply or (invariant(self._answered), removal(self._answered))
        for question, answer in zip(questions, given, strict=True):
            self.asked(question)
            self.say(answer)

    def sign(self) -> None:
        """Agree to sign, which Enter does."""
        self.asked(SIGN)
        self.send(ENTER)

    def answer_last(self) -> None:
        """Answer the last question, what breaks, for the first hunk; sign, and end well."""
        self.asked(BREAKS)
        self.say(removal())
        self.sign()
        assert self.finish() == 0

    def finish(self) -> int:
        """Wait for the end; the exit code, or minus the signal that ended it."""
        while self._read():
            pass
        assert WHERE_IS_THE_CURSOR not in self.raw, self.raw
        self.child.wait()
        code, signal = self.child.exitstatus, self.child.signalstatus
        return -signal if code is None and signal is not None else code or 0

    def _read(self) -> bool:
        try:
            piece: bytes = self.child.read_nonblocking(65536, timeout=_LIMIT)
        except pexpect.EOF:
            return False
        except pexpect.TIMEOUT:
            raise AssertionError(f"nothing more was written:\n{self.output}") from None
        self.raw += piece
        self._stream.feed(piece)
        return True


def stage(repo: Repo, *numbers: int) -> None:
    """Stage `a.py` with the lines of these numbers changed: a hunk for each."""
    repo.write("a.py", changed(*numbers))


def changed(*numbers: int) -> str:
    """The fixture's `a.py` with the lines of these numbers changed."""
    return "".join(f"{f'new{n}' if n in numbers else 'line'} {n}\n" for n in range(1, 41))


def reply(repo: Repo, rev: str = "HEAD") -> tuple[AttestedHunk, ...]:
    """The answers in a commit's one block."""
    (span,) = block.scan(repo.raw(rev)).spans
    return tuple(codec.parse(span.lines).hunks)


def _compact(text: str) -> str:
    return _BLANK.sub("", text)

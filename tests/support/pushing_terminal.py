"""`git push` on a terminal: answering in it, and what it says to do next."""

from __future__ import annotations

import shlex

from support.pushing import refs
from support.repo import Repo
from support.terminal import Terminal

PLAIN: dict[str, str | None] = {"TERM": "dumb"}
WIDE = 200
MENU = "now? [Enter = yes, p = preview, e = in the editor, l = later]"
PUSH_NOW = "Push the new commits now?"
Env = dict[str, str | None]


def pushing(repo: Repo, *args: str, env: Env | None = None) -> Terminal:
    """`git push` on a terminal that is wide enough for all that is said."""
    return Terminal(repo, "git", "push", *(args or ("origin", "topic")), columns=WIDE, env=env)


def begin(terminal: Terminal, what: str = "") -> None:
    """Answer when and how to be asked."""
    terminal.asked(MENU)
    terminal.say(what)


def answers(terminal: Terminal, push: str = "n") -> None:
    """Answer now for two hunks, and sign.

    Args:
        push: said to the offer to push at once.
    """
    begin(terminal)
    terminal.answer()
    terminal.answer()
    terminal.sign()
    then_push(terminal, push)


def then_push(terminal: Terminal, word: str = "n") -> None:
    """Answer the offer to push at once."""
    terminal.asked(PUSH_NOW)
    terminal.say(word)


def printed(terminal: Terminal) -> list[str]:
    """The words of the command that is named for pushing again."""
    after = terminal.output.partition("Push again:\n")[2]
    return shlex.split(after.splitlines()[0].removeprefix("attest:"))


def everything(repo: Repo) -> tuple[str, str, str]:
    """What must stay: the refs here and there, and the state of the work tree."""
    return refs(repo), refs(repo, repo.path.parent / "origin.git"), repo.git("status", "--short")

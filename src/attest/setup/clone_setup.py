"""`attest init`: choose the key, install the hooks, show what the project asks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from attest.git.repository import Repository
from attest.hook import installed
from attest.setup import hooks, introduction, key_choice, registration, signing_program
from attest.setup.hooks import Installation
from attest.signatures import signing_key
from attest.signatures.signing_key import Key

Write = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CloneOptions:
    """The options of `attest init`.

    Args:
        key: the key to sign with; None to look for one.
        ask: whether the person may be asked.
        hooks: whether to install the hooks.
    """

    key: str | None
    ask: bool
    hooks: bool


def set_up(repository: Repository, options: CloneOptions, write: Write) -> None:
    """Set up a clone; a second run changes nothing.

    Args:
        write: prints a line.

    Raises:
        AttestError: there is no key to sign with, or git's configuration or the hooks
            cannot be written.
    """
    key = key_choice.choose(repository, options.key, ask=options.ask, write=write)
    if repository.config.get(signing_key.SETTING) != key.value:
        repository.config.set(signing_key.SETTING, key.value)
    write(f"Signing key: {key.fingerprint} ({key.comment or key.value})")
    for line in registration.lines(repository, key):
        write(line)
    _record_program(repository, key, write)
    outside = _install_hooks(repository, options, write)
    for line in introduction.show(repository, ask=options.ask):
        write(line)
    if outside:
        write("Next: answer and push with `attest push`, or commit with `attest commit`.")
        return
    if not options.hooks:
        return
    write("Next: commit and push as usual. `git push` asks about commits without answers.")
    write("To answer before you commit: `git add`, then `attest`, then `git commit`.")


def _record_program(repository: Repository, key: Key, write: Write) -> None:
    """Make hooks sign with the program that signs in this shell."""
    program = signing_program.record(repository, key)
    if program is not None:
        signer = signing_key.Signer.of(key)
        write(f"Signing program: {signer.program(repository)} ({signer.record_setting})")
        write(
            f"  A hook finds {program.hook_path or 'none'}, "
            f"your shell {program.shell_path or 'none'}."
        )


def _install_hooks(repository: Repository, options: CloneOptions, write: Write) -> bool:
    """Install the hooks; whether the person has to add lines to their own instead."""
    if not options.hooks:
        write("Hooks: not installed (--no-hooks). Next: use `attest commit` and `attest push`.")
        return False
    if repository.bare:
        write("Hooks: not installed (this is a bare repository).")
        return False
    installation = hooks.install(repository)
    for line in _describe(installation):
        write(line)
    return installation.outside_folder is not None


def _describe(installation: Installation) -> list[str]:
    if (folder := installation.outside_folder) is not None:
        lines = [(f"  {name}:", f"    {hooks.line_to_add(name)}") for name in installed.HOOKS]
        return [
            f"Hooks: {folder} is outside the git directory; attest does not change it.",
            "Use `attest push` in place of `git push` (and `attest commit` to answer before).",
            "Or, if everyone who works with those hooks agrees, add these lines to them:",
            *(line for pair in lines for line in pair),
        ]
    written = f"Installed hooks: {', '.join(installation.written_hooks)}"
    chained = [
        f"  {name}: your existing hook still runs, before attest's"
        for name in installation.chained_hooks
    ]
    return [written if installation.written_hooks else "Hooks: already installed", *chained]

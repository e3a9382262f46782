"""Which key `attest init` takes: the named one, the one in use, one that is there, or a
new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attest.errors import EnvironmentFault
from attest.git import identity
from attest.git.repository import Repository
from attest.interview.line_editor import ask_line
from attest.interview.terminal import has_terminal
from attest.signatures import signing_key, ssh_key_sources
from attest.signatures.signing_key import Key


def choose(
    repository: Repository, name: str | None, *, ask: bool, write: Callable[[str], None]
) -> Key:
    """Choose a key, and have the person choose where several could be meant.

    Args:
        name: what `--key` names; None to look for a key.
        ask: whether the person may be asked; if not, the first key is taken.
        write: prints a line.

    Raises:
        UsageError: *name* is not a key that can be used.
        EnvironmentFault: there is no key, and none was made.
    """
    if name is not None:
        return signing_key.load(repository, name, "--key")
    try:
        current_key = signing_key.find_configured(repository)
    except EnvironmentFault as fault:
        write(f"The key that was chosen before is skipped: {fault.message}")
        current_key = None
    if current_key is not None:
        return current_key
    by_fingerprint: dict[str, Key] = {}
    for key in signing_key.candidates(repository, write):
        by_fingerprint.setdefault(key.fingerprint, key)
    keys = list(by_fingerprint.values())
    if not keys:
        return _make(repository, ask=ask, write=write)
    is_plain = len(keys) == 1 or keys[0] == signing_key.of_git(repository)
    if is_plain or not ask or not has_terminal():
        return keys[0]
    return _pick(keys)


def _pick(keys: Sequence[Key]) -> Key:
    lines = [
        f"  {n}  {key.fingerprint}  {key.kind}  {key.comment}" for n, key in enumerate(keys, 1)
    ]
    question = "\n".join(["Which key should sign?", *lines, "Number"])
    while True:
        answer = ask_line(question, "1")
        if answer.isdigit() and 1 <= int(answer) <= len(keys):
            return keys[int(answer) - 1]
        question = f"Choose a number from 1 to {len(keys)}"


def _make(repository: Repository, *, ask: bool, write: Callable[[str], None]) -> Key:
    """Make a key, if the person agrees; without a passphrase where nobody is asked."""
    note = signing_key.describe_missing(repository)
    if ask and not has_terminal():
        raise EnvironmentFault(
            note,
            "Create one: ssh-keygen -t ed25519\n"
            "or let attest create one without a passphrase: attest init --yes",
        )
    email = identity.author(repository).email  # before a question whose answer would be lost
    if ask:
        answer = ask_line(
            f"{note[0].upper()}{note[1:]}.\nCreate an Ed25519 key in ~/.ssh? (yes/no)", "yes"
        )
        if answer.lower() not in ("y", "yes"):
            raise EnvironmentFault(note, "Create one: ssh-keygen -t ed25519")
    home = signing_key.home_folder()
    if home is None:
        raise EnvironmentFault(
            f"{note}, and there is no home directory to create one in",
            "Set HOME, or choose a key: attest init --key FILE",
        )
    new_key = ssh_key_sources.make_key(home, email, passphrase=None if ask else "")
    write(f"Created {new_key.value}" + ("" if ask else " without a passphrase"))
    return new_key

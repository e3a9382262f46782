"""Who git would name as the author and the committer of a commit that is made now."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from attest import text
from attest.errors import EnvironmentFault
from attest.git import process
from attest.git.repository import Repository
from attest.text import lazy

_IDENT = lazy(r"(.+) <([^<> ]+)> \d+ [-+]\d+")


@dataclass(frozen=True, slots=True)
class Ident:
    """A name and an address, as git would write them into a commit."""

    name: str
    email: str


def author(repository: Repository) -> Ident:
    """The author that git would write into a commit now.

    Raises:
        EnvironmentFault: git has no name or address for it.
    """
    line = _decoded(repository, _variable(repository, "GIT_AUTHOR_IDENT")).strip()
    match = _IDENT.fullmatch(line)
    if match is None or text.CONTROL.search(line):
        raise EnvironmentFault(
            f"an attestation needs a name and an address; git has {line!r}",
            "Set user.name and user.email with `git config`.",
        )
    return Ident(match[1], match[2])


def person(repository: Repository) -> Ident:
    """Who works here, in a hook of `git commit`. git gives its hooks the commit's author in the
    environment (`GIT_AUTHOR_NAME` and so on), who is somebody else where `--amend` or `--author`
    says so.

    Raises:
        EnvironmentFault: git has no name or address for it.
    """
    named = author(repository)
    committer_email = committer(repository).partition(b"<")[2].partition(b">")[0]
    if named.email.encode().lower() == committer_email.lower():
        return named
    with _without_author():
        return author(repository)


@contextmanager
def _without_author() -> Iterator[None]:
    names = ("GIT_AUTHOR_NAME", "GIT_AUTHOR_EMAIL", "GIT_AUTHOR_DATE")
    values = {name: os.environ.pop(name) for name in names if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(values)


def committer(repository: Repository) -> bytes:
    """Who git would name as committer now: name, address, time and zone.

    Raises:
        EnvironmentFault: git has no name or address for it.
    """
    return _variable(repository, "GIT_COMMITTER_IDENT").removesuffix(b"\n")


def encodes_commits(repository: Repository) -> bool:
    """Whether a commit made now gets an `encoding` header."""
    encoding = repository.config.get("i18n.commitEncoding") or "utf-8"
    return encoding.lower() not in ("utf-8", "utf8")


def _variable(repository: Repository, name: str) -> bytes:
    try:
        return repository.git("var", name)
    except process.GitError as error:
        if error.cause is not None or not error.stderr:
            raise
        raise EnvironmentFault(
            f"git does not know who you are: {error.stderr.splitlines()[-1]}",
            "Set it, globally or for this clone alone (without --global):\n"
            '  git config --global user.name "Your Name"\n'
            "  git config --global user.email you@example.com",
        ) from None


def _decoded(repository: Repository, raw: bytes) -> str:
    """Text that git takes from the configuration as it is: UTF-8, or else in the encoding
    that the person sets for their commits."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    try:
        return raw.decode(repository.config.get("i18n.commitEncoding") or "utf-8", "replace")
    except LookupError:  # Python does not know the encoding
        return raw.decode("utf-8", "replace")

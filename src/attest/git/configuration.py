"""Git's configuration, read once for a command."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from attest.errors import EnvironmentFault
from attest.git import process
from attest.system import processes


class Configuration:
    """All settings that apply in a repository: its own, the user's, and the system's.

    One `git config --list` answers every question about them. A command asks up to twelve,
    and each would start git. What changes the configuration meanwhile, other than `set`,
    is seen by the next command.

    Args:
        execute: runs git in the repository, with the user's own configuration.
    """

    def __init__(self, execute: Callable[[Sequence[str]], processes.FinishedProcess]) -> None:
        self._execute = execute
        self._entries: list[tuple[str, str]] | None = None
        self._values: dict[str, list[str]] = {}

    def get(self, key: str, *, kind: str = "") -> str | None:
        """A setting's value, None where it is not set. The last one counts, as in git.

        Args:
            kind: `bool` or `path`, for git to read it as such.

        Raises:
            GitError: the configuration is broken, or the value is not of its kind.
        """
        values = self._values_of(key)
        if not values:
            return None
        if not kind:
            return values[-1]
        return _text(self._output("config", f"--type={kind}", "--get", key)).removesuffix("\n")

    def all(self, key: str) -> list[str]:
        """All values of a setting that may be given several times, but for empty ones.

        Raises:
            GitError: the configuration is broken.
        """
        return [value for value in self._values_of(key) if value]

    def last(self, *keys: str) -> str | None:
        """That of some keys which is set last: git reads it where they name one setting. None
        where none is set.

        Raises:
            GitError: the configuration is broken.
        """
        keys_by_name = {_normal(key): key for key in keys}
        return next(
            (keys_by_name[key] for key, _ in reversed(self._all()) if key in keys_by_name), None
        )

    def subsections(self, section: str, key: str) -> dict[str, str]:
        """The last value of a key in each subsection: `remote.NAME.promisor` by NAME."""
        start, end = f"{section.lower()}.", f".{key.lower()}"
        return {
            name[len(start) : -len(end)]: value
            for name, value in self._all()
            if name.startswith(start) and name.endswith(end) and len(name) > len(start + end)
        }

    def names(self, section: str) -> set[str]:
        """The subsections that have any key: those of `remote` are the remotes."""
        start = f"{section.lower()}."
        keys = [name[len(start) :] for name, _ in self._all() if name.startswith(start)]
        return {key.rpartition(".")[0] for key in keys if "." in key}

    def set(self, key: str, value: str | None) -> None:
        """Set (or unset, with None) a value in the clone's own configuration.

        Raises:
            EnvironmentFault: git cannot write it.
        """
        words = ["--unset-all", key] if value is None else [key, value]
        self._entries = None
        result = self._execute(["config", "--local", *words])
        if result.returncode not in (0, 5):  # 5: it was not set (git-config(1))
            error = process.GitError(["config", key], result.returncode, result.stderr)
            raise EnvironmentFault(
                f"{key} cannot be written to the clone's configuration: {error.message}",
                error.hint or "Look at .git/config, and run the command again.",
            )

    def _values_of(self, key: str) -> list[str]:
        self._all()
        return self._values.get(_normal(key), [])

    def _all(self) -> list[tuple[str, str]]:
        """Every setting, in git's order."""
        if self._entries is None:
            self._entries = _parse(_text(self._output("config", "--list", "-z")))
            self._values = {}
            for key, value in self._entries:
                self._values.setdefault(key, []).append(value)
        return self._entries

    def _output(self, *args: str) -> bytes:
        result = self._execute(args)
        if result.returncode != 0:
            raise process.GitError(args, result.returncode, result.stderr)
        return result.stdout


def _text(output: bytes) -> str:
    return output.decode("utf-8", "surrogateescape")


def _parse(listing: str) -> list[tuple[str, str]]:
    """The entries of `git config --list -z`: `KEY\\nVALUE\\0`, or `KEY\\0` for a setting without
    `=`, which reads as empty."""
    entries = []
    for entry in listing.split("\0"):
        key, _, value = entry.partition("\n")
        if key:
            entries.append((key, value))
    return entries


def _normal(key: str) -> str:
    """A key as git lists it: only the subsection's name, in the middle, has its case."""
    section, _, rest = key.partition(".")
    subsection, dot, name = rest.rpartition(".")
    return f"{section.lower()}.{subsection}{dot}{name.lower()}"

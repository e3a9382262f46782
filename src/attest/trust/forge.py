"""The keys that a forge publishes for a login, and what they vouch for: that login,
and its no-reply addresses. Sources: docs/forges.md."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from attest import store
from attest.ci import Run
from attest.errors import EnvironmentFault, UsageError
from attest.signatures import signing, sshsig
from attest.trust import https

Kind = Literal["github", "gitlab", "forgejo"]
MAX_AGE = timedelta(minutes=15)
"""How long fetched keys are used again: a key that was taken back is gone soon."""

_SERVERS = {
    "github": ("github", "https://github.com"),
    "gitlab": ("gitlab", "https://gitlab.com"),
    "codeberg": ("forgejo", "https://codeberg.org"),
    "forgejo": ("forgejo", ""),
}
_LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9]|[-_.](?=[A-Za-z0-9_-])){0,254}[-_]*")
_BOT = "[bot]"

_URL = re.compile(r"https://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~-]+)*")
_HINT = (
    "Write github:LOGIN, gitlab:LOGIN, codeberg:LOGIN, or with a server of its own: "
    "gitlab:LOGIN@https://gitlab.example.org, forgejo:LOGIN@https://git.example.org"
)
Get = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class Spec:
    """A login at a forge.

    Args:
        server: its URL, without a slash at its end.
        login: None where CI's event is to say it.
    """

    kind: Kind
    server: str
    login: str | None

    def __str__(self) -> str:
        return f"{self.login} at {self.server.removeprefix('https://')}"

    def of_run(self, run: Run | None) -> Spec:
        """With the login of CI's event, which must be of this forge.

        Raises:
            UsageError: there is no event that says it.
        """
        if run is None or run.login is None or run.forge != self.kind:
            raise UsageError(
                f"--forge {self.kind}: no event of {self.kind} says whose change this is",
                f"Name the login: --forge {self.kind}:LOGIN",
            )
        server = _server(run.server) if self.kind != "github" or run.server else self.server
        _login(run.login.removesuffix(_BOT))
        return replace(self, login=run.login, server=server)

    @property
    def pages(self) -> tuple[str, ...]:
        """Where the keys are."""
        keys = f"{self.server}/{self.login}.keys"
        if self.server == "https://github.com":
            return (keys, f"https://api.github.com/users/{self.login}/ssh_signing_keys")
        return (keys,)


@dataclass(frozen=True, slots=True)
class ForgeKeys:
    """The keys that a login publishes."""

    spec: Spec
    fingerprints: frozenset[str]

    def vouches(self, address: str) -> bool:
        """Whether an address is the login's own at that forge: its no-reply ones."""
        login = re.escape(self.spec.login or "")
        host = re.escape((urlsplit(self.spec.server).hostname or "").lower())
        patterns = {
            "github": rf"(?:\d+\+)?{login}@users\.noreply\.{host}",
            "gitlab": rf"\d+-{login}@users\.noreply\.{host}",
            "forgejo": rf"(?:\d+\+)?{login}@(?:users\.)?noreply\.{host}",
        }
        return re.fullmatch(patterns[self.spec.kind], address, re.IGNORECASE) is not None


def parse(word: str) -> Spec:
    """Read `KIND`, `KIND:LOGIN` or `KIND:LOGIN@URL`.

    Raises:
        UsageError: it is none of them.
    """
    name, colon, rest = word.partition(":")
    if name not in _SERVERS:
        raise UsageError(f"--forge {word!r}: the forge {name!r} is not known", _HINT)
    kind, server = _SERVERS[name]
    login, at, url = rest.partition("@")
    if at:
        server = _server(url)
    if colon and not server:
        raise UsageError(f"--forge {word!r} names no server", _HINT)
    return Spec(kind, server, _login(login) if colon else None)  # type: ignore[arg-type]


def _server(url: str) -> str:
    if not _URL.fullmatch(url) or any(part in (".", "..") for part in url.split("/")):
        raise UsageError(f"--forge: {url!r} is not the URL of a server", _HINT)
    return url


def _login(login: str) -> str:
    if not _LOGIN.fullmatch(login):
        raise UsageError(f"--forge: {login!r} is not a login", _HINT)
    return login


def fetch(
    spec: Spec, *, cache: Path | None = None, now: datetime, get: Get = https.get
) -> ForgeKeys:
    """Fetch a login's keys, or take them from the cache for a while.

    Args:
        cache: a folder to keep them in. It is trusted: nobody but CI itself may be
            able to write there.
        get: fetches a page.

    Raises:
        UsageError: the forge has no such login.
        EnvironmentFault: the forge cannot be reached, or answers with something else.
    """
    assert spec.login is not None, spec
    found: set[str] = set()
    if spec.login.endswith(_BOT):
        return ForgeKeys(spec, frozenset())  # bots publish none
    for url in spec.pages:
        data = _kept(cache, url, now)
        if data is None:
            try:
                data = get(url)
            except https.NotFound as error:
                raise UsageError(f"{spec} is not known: {error.message}", _HINT) from None
            fingerprints = _read(url, data)
            _keep(cache, url, now, data)
        else:
            fingerprints = _read(url, data)
        found |= fingerprints
    return ForgeKeys(spec, frozenset(found))


def _read(url: str, data: bytes) -> set[str]:
    """Fingerprints of the keys of a page; kinds that cannot sign are left out.

    Raises:
        EnvironmentFault: it is no list of keys.
    """
    try:
        written = data.decode("utf-8")
        lines = written.splitlines()
        if "api." in urlsplit(url).netloc:
            lines = [entry["key"] for entry in json.loads(written)]
            if not all(isinstance(line, str) for line in lines):
                raise TypeError("keys")
    except (ValueError, KeyError, TypeError, RecursionError):
        raise _no_list(url) from None
    found = set()
    for line in filter(str.strip, lines):
        kind = line.split()[0]
        if not re.fullmatch(r"(?:sk-)?(?:ssh|ecdsa)-[a-z0-9@.-]+", kind):
            raise _no_list(url)
        if kind in sshsig.KEY_TYPES:
            key = signing.usable(line, value="", source=url)
            found |= {key.fingerprint} if key else set()
    return found


def _no_list(url: str) -> EnvironmentFault:
    return EnvironmentFault(f"{url} answers with no list of keys", "Look at it in a browser.")


def _file(cache: Path, url: str) -> Path:
    return cache / f"{hashlib.sha256(url.encode()).hexdigest()}.json"


def _kept(cache: Path | None, url: str, now: datetime) -> bytes | None:
    """What was fetched not long ago. Whatever is not as we wrote it is fetched anew."""
    if cache is None:
        return None
    path = _file(cache, url)
    try:
        if path.is_symlink() or path.stat().st_size > 2 * https.LIMIT:
            return None
        data = json.loads(path.read_bytes())
        age = now - datetime.fromisoformat(data["at"])
        fresh = data["url"] == url and timedelta(0) <= age <= MAX_AGE
        return str(data["body"]).encode() if fresh else None
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def _keep(cache: Path | None, url: str, now: datetime, data: bytes) -> None:
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True)
        entry = {"url": url, "at": now.isoformat(), "body": data.decode("utf-8")}
        store.replace(_file(cache, url), json.dumps(entry).encode())

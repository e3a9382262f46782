"""The keys that a forge publishes for a login, and what they vouch for: that login,
and its no-reply addresses. Sources: docs/forges.md."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal
from urllib.parse import quote, urlsplit

from attest import text
from attest.errors import EnvironmentFault, UsageError
from attest.forge import https, page_cache
from attest.forge.ci_event import Run
from attest.signatures import key_blobs
from attest.signatures.wire import Reader, WireError, fingerprint

Kind = Literal["github", "gitlab", "forgejo"]
RSA_BITS = 2048
"""The least that a policy can allow; what it does allow is judged with the signature."""

_GITHUB = "https://github.com"
_SERVERS: dict[str, tuple[Kind, str]] = {
    "github": ("github", _GITHUB),
    "gitlab": ("gitlab", "https://gitlab.com"),
    "codeberg": ("forgejo", "https://codeberg.org"),
    "forgejo": ("forgejo", ""),
}
# No login begins with a dot or has two in a row, so none is `..` or leaves its place.
_WORD = re.compile(r"(?=.{1,255}\Z)[A-Za-z0-9_](?:[A-Za-z0-9_-]|\.(?=[A-Za-z0-9_-]))*")
_LOGINS: dict[Kind, re.Pattern[str]] = {
    "github": re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,38}(?:\[bot\])?"),
    "gitlab": _WORD,
    "forgejo": _WORD,
}
_NUMBERED = re.compile(r"([1-9][0-9]{0,18})\+(.*)", re.DOTALL)
_URL = re.compile(
    r"https://[a-z0-9-]+(?:\.[a-z0-9-]+)*(?::([1-9][0-9]{0,4}))?"
    r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*"
)
_BOT = "[bot]"
_PAGE = 100

_HINT = (
    "Write github:LOGIN, gitlab:LOGIN, codeberg:LOGIN, or with a server of its own: "
    "gitlab:LOGIN@https://gitlab.example.org, forgejo:LOGIN@https://git.example.org"
)
Get = Callable[[str], bytes]


@dataclass(frozen=True, slots=True)
class ForgeLogin:
    """A login at a forge.

    Args:
        server: its URL, without a slash at its end.
        login: None where CI's event is to say it.
        account: its number at the forge, where that is known.
    """

    kind: Kind
    server: str
    login: str | None
    account: int | None = None

    def __str__(self) -> str:
        return f"{self.login} at {self.server.removeprefix('https://')}"

    def of_run(self, run: Run | None) -> ForgeLogin:
        """With the login of CI's event, which must be of this forge.

        Raises:
            UsageError: there is no event that says it.
        """
        if run is None or run.login is None or run.forge != self.kind:
            raise UsageError(
                f"--forge {self.kind} names no login, nor does an event of {self.kind}",
                f"Name the login: --forge {self.kind}:LOGIN",
            )
        server = _server(run.server) if run.server else self.server
        codeberg = self.kind == "forgejo" and self.server
        if not server or (codeberg and server != codeberg):
            raise UsageError(f"--forge: CI's server is {server or 'not named'!r}", _HINT)
        login = _login(self.kind, run.login)
        return replace(self, login=login, server=server, account=run.login_id)

    @property
    def pages(self) -> tuple[str, ...]:
        """Where the keys are: nowhere for an app, which can have none."""
        assert self.login is not None, self
        if self.login.endswith(_BOT):
            return ()
        login = quote(self.login, safe="")
        keys = f"{self.server}/{login}.keys"
        if self.kind != "github":
            return (keys,)
        api = "https://api.github.com" if self.server == _GITHUB else f"{self.server}/api/v3"
        return (keys, f"{api}/users/{login}/ssh_signing_keys?per_page={_PAGE}")


@dataclass(frozen=True, slots=True)
class ForgeKeys:
    """The keys that a login publishes.

    Args:
        ignored_count: how many more there are, which cannot sign a block.
    """

    spec: ForgeLogin
    fingerprints: frozenset[str]
    ignored_count: int = 0

    def vouches(self, address: str) -> bool:
        """Whether an address is the login's own at that forge: its no-reply ones.

        Forges find the account of an address by the number in it, whatever name stands
        beside it; so a number that is not known to be the login's is refused.
        """
        local, _, host = address.lower().rpartition("@")
        if not address.isascii() or self.spec.login is None or host != self._no_reply:
            return False
        login, account = self.spec.login.lower(), self.spec.account
        if self.spec.kind == "gitlab":
            return account is not None and local == f"{account}-{login}"
        return local == login or (account is not None and local == f"{account}+{login}")

    @property
    def _no_reply(self) -> str | None:
        """The host of no-reply addresses, as it is unless an administrator chose another;
        GitHub Enterprise's is not known."""
        host = urlsplit(self.spec.server).hostname
        if self.spec.kind == "forgejo":
            return f"noreply.{host}"
        enterprise = self.spec.kind == "github" and self.spec.server != _GITHUB
        return None if enterprise else f"users.noreply.{host}"


def parse(word: str) -> ForgeLogin:
    """Read `KIND`, `KIND:LOGIN` or `KIND:LOGIN@URL`; LOGIN may be `ACCOUNT+LOGIN`.

    Raises:
        UsageError: it is none of them.
    """
    name, colon, rest = word.partition(":")
    if name not in _SERVERS:
        raise UsageError(f"--forge {word!r}: the forge {name!r} is not known", _HINT)
    kind, server = _SERVERS[name]
    login, at, url = rest.partition("@")
    if at and name == "codeberg":
        raise UsageError(f"--forge {word!r}: codeberg has one server", _HINT)
    if at:
        server = _server(url)
    if colon and not server:
        raise UsageError(f"--forge {word!r} names no server", _HINT)
    if not colon:
        return ForgeLogin(kind, server, None)
    numbered = _NUMBERED.fullmatch(login)
    account = int(numbered[1]) if numbered else None
    return ForgeLogin(kind, server, _login(kind, numbered[2] if numbered else login), account)


def _server(url: str) -> str:
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    server = f"{scheme.lower()}://{host.lower()}{slash}{path}".removesuffix("/")
    match = _URL.fullmatch(server)
    if match is None or len(url) > 300 or int(match[1] or 0) > 65535:
        raise UsageError(f"--forge: {url[:300]!r} is not the https URL of a server", _HINT)
    return server


def _login(kind: Kind, login: str) -> str:
    if not _LOGINS[kind].fullmatch(login):
        raise UsageError(f"--forge: {login[:300]!r} is not a login of {kind}", _HINT)
    return login


def fetch(
    spec: ForgeLogin,
    *,
    cache: Path | None = None,
    now: datetime,
    get: Get = https.get,
    pages: Sequence[str] | None = None,
) -> ForgeKeys:
    """Fetch a login's keys, or take them from the cache for a while. All pages or none:
    with fewer keys, a good signature would be reported as a bad one.

    Args:
        cache: a folder to keep them in. It is trusted: nobody but CI itself may be
            able to write there.
        get: fetches a page.
        pages: those to read; all where it is not given.

    Raises:
        UsageError: the forge has no such login.
        EnvironmentFault: the forge cannot be reached, or answers with something else.
    """
    keys: set[str] = set()
    ignored_count = 0
    for url in spec.pages if pages is None else pages:
        page = _read_cached(cache, url, now) if cache is not None else None
        if page is None:
            data = _get(spec, url, get)
            page = _read(url, data)
            if cache is not None:
                page_cache.write(cache, url, now, data)
        keys |= page[0]
        ignored_count += page[1]
    return ForgeKeys(spec, frozenset(keys), ignored_count)


def _read_cached(cache: Path, url: str, now: datetime) -> tuple[set[str], int] | None:
    """The keys of a page of the cache; one that is not a list of keys is fetched again."""
    data = page_cache.read(cache, url, now)
    try:
        return None if data is None else _read(url, data)
    except EnvironmentFault:
        return None


def _get(spec: ForgeLogin, url: str, get: Get) -> bytes:
    try:
        return get(url)
    except https.NotFound as error:
        if url == spec.pages[0]:
            raise UsageError(f"{spec} is not known: {error.message}", error.hint) from None
        # The forge has just shown the login's other keys: it is the page that is missing.
        raise EnvironmentFault(error.message, "List the keys with --signers.") from None


def _read(url: str, data: bytes) -> tuple[set[str], int]:
    """Fingerprints of the keys of a page, and how many were left out because they cannot
    sign: of other types, or RSA keys that are too short.

    Raises:
        EnvironmentFault: it is not a list of keys, or only a part of it.
    """
    try:
        content = data.decode("utf-8")
        keys = [_key(line) for line in (_json_lines if "?" in url else _lines)(content)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise EnvironmentFault(
            f"{url} does not answer with a list of keys", "Check the address of the forge."
        ) from None
    return {key for key in keys if key is not None}, keys.count(None)


def _lines(content: str) -> Iterable[str]:
    lines = (line.strip() for line in content.split("\n"))
    return (line for line in lines if line and not line.startswith("#"))


def _json_lines(content: str) -> Iterable[str]:
    entries = json.loads(content)
    if not isinstance(entries, list) or len(entries) >= _PAGE:
        raise ValueError("no list, or not the whole of it")
    return [entry["key"] for entry in entries]


def _key(line: str) -> str | None:
    """A key's fingerprint; None for one that cannot sign a block.

    Raises:
        ValueError: it is not a key.
    """
    kind, _, rest = line.partition(" ")
    blob = text.from_base64(rest.strip(" ").split(" ")[0])
    if Reader(blob).string() != kind.encode():
        raise WireError("a key of another type than its line says")
    if kind not in key_blobs.KEY_TYPES:
        return None
    bits = key_blobs.key_bits(blob)
    return fingerprint(blob) if bits is None or bits >= RSA_BITS else None

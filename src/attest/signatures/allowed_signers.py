"""OpenSSH's `allowed_signers` files, strictly parsed.

Source: ssh-keygen(1), "ALLOWED SIGNERS". Stricter than ssh-keygen: a line that
is malformed, an option that is not known, a time without `Z` are errors that
name the line; certificates are refused by name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from attest import text as texts
from attest.errors import EnvironmentFault
from attest.signatures import key_blobs, sshsig
from attest.signatures.wire import Reader, fingerprint
from attest.text import lazy

_FIELD = lazy(r'[ \t]*((?:[^ \t"]|"[^"]*")+)')
_PRINCIPALS = lazy(r'"([^"]*)"|([^"]*)')
_OPTION = lazy(r'([A-Za-z-]+)(?:="([^"]*)")?(?:,|$)')
_TIME = lazy(r"(\d{8})(?:(\d{4})(\d\d)?)?Z", re.ASCII)


class Signer(NamedTuple):
    """One line: who may sign with which key, for what, and when."""

    principals: tuple[str, ...]
    fingerprint: str
    namespaces: tuple[str, ...] | None
    valid_after: datetime | None
    valid_before: datetime | None
    source: str

    def speaks_for(self, address: str) -> bool:
        """Whether the principals match *address*, as ssh's pattern lists do: a
        pattern with `!` that matches refuses."""
        return _matches(self.principals, address)

    def good_for(self, namespace: str) -> bool:
        return self.namespaces is None or _matches(self.namespaces, namespace)

    def good_at(self, moment: datetime) -> bool:
        is_after_start = self.valid_after is None or moment >= self.valid_after
        return is_after_start and (self.valid_before is None or moment <= self.valid_before)


def parse(text: str, source: str, *, rsa_bits: int = sshsig.RSA_BITS) -> list[Signer]:
    """Read a file's text.

    Args:
        source: the file's name, for errors.
        rsa_bits: the shortest RSA key.

    Raises:
        EnvironmentFault: names file, line and what is wrong.
    """
    signers = []
    for number, line in enumerate(text.split("\n"), 1):
        line = line.rstrip("\r").strip(" \t")
        if line.strip() and not line.startswith("#"):
            signers.append(_signer(line, f"{source}:{number}", rsa_bits))
    return signers


def _signer(line: str, place: str, rsa_bits: int) -> Signer:
    fields = list(_fields(line, place))
    match = _PRINCIPALS.fullmatch(fields[0])
    if match is None:
        raise _wrong(place, "a quote inside the principals")
    principals = match[1] if match[1] is not None else match[2]
    options: dict[str, str] = {}
    if len(fields) > 1 and fields[1] not in key_blobs.KEY_TYPES:
        options = _options(fields.pop(1), place)
    if len(fields) < 3:
        raise _wrong(place, "a line is: principals [options] key-type key [comment]")
    names = tuple(principals.split(","))
    if not all(name.removeprefix("!") for name in names):
        raise _wrong(place, "an empty principal")
    spaces = options.get("namespaces")
    valid_after, valid_before = (
        _time(options, f"valid-{end}", place) for end in ("after", "before")
    )
    if valid_after is not None and valid_before is not None and valid_before <= valid_after:
        raise _wrong(place, "valid-before is not later than valid-after")
    return Signer(
        names,
        _key(fields[1], fields[2], place, rsa_bits),
        tuple(spaces.split(",")) if spaces is not None else None,
        valid_after,
        valid_before,
        place,
    )


def _fields(line: str, place: str) -> Iterator[str]:
    """Blank-separated fields; quotes keep blanks. The comment stays one field."""
    at, count = 0, 0
    while at < len(line) and count < 4:
        match = _FIELD.match(line, at)
        if match is None:
            raise _wrong(place, "an unclosed quote")
        yield match[1]
        at, count = match.end(), count + 1


def _options(field: str, place: str) -> dict[str, str]:
    options: dict[str, str] = {}
    at = 0
    if "-cert-v0" in field:
        raise _wrong(place, f"{field[:60]}: certificates are not supported; list the keys")
    if field.endswith(","):
        raise _wrong(place, "a comma after the last option")
    while at < len(field):
        match = _OPTION.match(field, at)
        if match is None:
            raise _wrong(place, f"not an option or key type: {field[at:][:40]!r}")
        name, value = match[1].lower(), match[2]
        if name == "cert-authority":
            raise _wrong(place, "cert-authority: certificates are not supported; list the keys")
        if name not in ("namespaces", "valid-after", "valid-before"):
            raise _wrong(place, f"unknown option or key type {match[1][:60]!r}")
        if not value:
            raise _wrong(place, f'{name} needs a value in quotes: {name}="…"')
        if name in options:
            raise _wrong(place, f"{name} is given twice")
        options[name] = value
        at = match.end()
    return options


def _key(kind: str, encoded: str, place: str, rsa_bits: int) -> str:
    if kind not in key_blobs.KEY_TYPES:
        raise _wrong(place, f"unknown key type {kind[:60]!r}")
    try:
        blob = texts.from_base64(encoded)
        inner = Reader(blob).string()
        bits = key_blobs.key_bits(blob)
    except ValueError:
        raise _wrong(place, "the key is damaged") from None
    if inner != kind.encode():
        raise _wrong(place, f"the key is not of type {kind}")
    if bits is not None and bits < rsa_bits:
        raise _wrong(place, f"an RSA key of {bits} bits; at least {rsa_bits} are required")
    return fingerprint(blob)


def _time(options: dict[str, str], name: str, place: str) -> datetime | None:
    value = options.get(name)
    if value is None:
        return None
    match = _TIME.fullmatch(value)
    if match is None:
        raise _wrong(
            place, f"{name}={value!r}: write YYYYMMDD[HHMM[SS]]Z; without Z it means local time"
        )
    try:
        digits = match[1] + (match[2] or "0000") + (match[3] or "00")
        return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise _wrong(place, f"{name}: there is no such time: {value}") from None


def _matches(patterns: Sequence[str], value: str) -> bool:
    is_match = False
    for pattern in patterns:
        if _glob(pattern.removeprefix("!"), value):
            if pattern.startswith("!"):
                return False
            is_match = True
    return is_match


@lru_cache(maxsize=4096)
def _glob(pattern: str, value: str) -> bool:
    """Match `*` and `?`; in time that no hostile address can make explode."""
    at, place, star, retry = 0, 0, -1, 0
    while place < len(value):
        if at < len(pattern) and pattern[at] == "*":
            star, retry, at = at, place, at + 1
        elif at < len(pattern) and pattern[at] in ("?", value[place]):
            at, place = at + 1, place + 1
        elif star >= 0:
            retry += 1
            at, place = star + 1, retry
        else:
            return False
    return not pattern[at:].strip("*")


def _wrong(place: str, problem: str) -> EnvironmentFault:
    return EnvironmentFault(f"{place}: {problem}", "See ssh-keygen(1), ALLOWED SIGNERS.")

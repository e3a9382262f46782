"""`.attest/revoked`: keys that speak for nobody any more.

One a line, each with a reason behind it: `SHA256:…`, a public key
(`ssh-ed25519 AAAA…`), or the 40 hexadecimal digits of an OpenPGP primary key;
`ssh` or `openpgp` before it, as in `Attest-Key`, or not. Blank lines and lines that
begin with `#` say nothing. Blanks are whatever Unicode calls white space: in doubt, a
key is revoked.
"""

from __future__ import annotations

import re

from attest import text
from attest.errors import EnvironmentFault
from attest.signatures import sshsig
from attest.signatures.wire import Reader, fingerprint

_SSH = re.compile(r"SHA256:[A-Za-z0-9+/]{43}")
_OPENPGP = re.compile(r"[0-9A-Fa-f]{40}")


def parse(written: str, source: str) -> dict[str, str]:
    """Read a file's text.

    Args:
        source: the file's name, for errors.

    Returns:
        The reason of each key, by its fingerprint as in `Attest-Key`.

    Raises:
        EnvironmentFault: names file, line and what is wrong.
    """
    found: dict[str, str] = {}
    for number, line in enumerate(written.split("\n"), 1):
        line = line.strip()
        if line and not line.startswith("#"):
            fingerprint, reason = _entry(line.split(), f"{source}:{number}")
            found.setdefault(fingerprint, reason)
    return found


def _entry(words: list[str], place: str) -> tuple[str, str]:
    named = {"openpgp": _OPENPGP, "ssh": _SSH}.get(words[0].lower())
    if named is not None and len(words) > 1 and named.fullmatch(words[1]):
        words = words[1:]
    if _SSH.fullmatch(words[0]):
        return words[0], " ".join(words[1:])
    if _OPENPGP.fullmatch(words[0]):
        return words[0].upper(), " ".join(words[1:])
    if words[0] in sshsig.KEY_TYPES and len(words) > 1:
        try:
            blob = text.from_base64(words[1])
            fits = Reader(blob).string() == words[0].encode()
        except ValueError:
            fits = False
        if fits:
            return fingerprint(blob), " ".join(words[2:])
    raise EnvironmentFault(
        f"{place}: neither a fingerprint nor a key: {text.showable(words[0])[:60]!r}",
        "Write SHA256:… and the reason; fingerprints are shown by: ssh-keygen -l -f KEY.pub",
    )

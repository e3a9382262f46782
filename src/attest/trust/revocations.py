"""`.attest/revoked`: keys that no longer speak for anybody (docs/policy.md).

One key a line, followed by a reason: `SHA256:…`, a public key (`ssh-ed25519 AAAA…`), or
the 40 hexadecimal digits of an OpenPGP primary key. `ssh` or `openpgp` may stand before
it, as in `Attest-Key`. Blank lines and lines that begin with `#` are left out. Whatever
Unicode calls white space separates words: in doubt, a key is revoked. A line that is
neither is an error, since a revocation with a typing error must not be ignored.
"""

from __future__ import annotations

from attest import text
from attest.errors import EnvironmentFault
from attest.signatures import key_blobs
from attest.signatures.wire import Reader, fingerprint
from attest.text import lazy

_SSH = lazy(r"SHA256:[A-Za-z0-9+/]{43}")
_OPENPGP = lazy(r"[0-9A-Fa-f]{40}")


def parse(content: str, source: str) -> dict[str, str]:
    """Read a file's text.

    Args:
        source: the file's name, for errors.

    Returns:
        The reason of each key, by its fingerprint as in `Attest-Key`.

    Raises:
        EnvironmentFault: names file, line and what is wrong.
    """
    reasons: dict[str, str] = {}
    for number, line in enumerate(content.split("\n"), 1):
        line = line.strip()
        if line and not line.startswith("#"):
            fingerprint, reason = _entry(line.split(), f"{source}:{number}")
            reasons.setdefault(fingerprint, reason)
    return reasons


def _entry(words: list[str], place: str) -> tuple[str, str]:
    prefixed = {"openpgp": _OPENPGP, "ssh": _SSH}.get(words[0].lower())
    if prefixed is not None and len(words) > 1 and prefixed.fullmatch(words[1]):
        words = words[1:]
    if _SSH.fullmatch(words[0]):
        return words[0], " ".join(words[1:])
    if _OPENPGP.fullmatch(words[0]):
        return words[0].upper(), " ".join(words[1:])
    if words[0] in key_blobs.KEY_TYPES and len(words) > 1:
        try:
            blob = text.from_base64(words[1])
            is_consistent = Reader(blob).string() == words[0].encode()
        except ValueError:
            is_consistent = False
        if is_consistent:
            return fingerprint(blob), " ".join(words[2:])
    raise EnvironmentFault(
        f"{place}: neither a fingerprint nor a key: {text.showable(words[0])[:60]!r}",
        "Write SHA256:… and the reason. To see a fingerprint: ssh-keygen -l -f KEY.pub",
    )

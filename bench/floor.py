"""The least that a check must do: stream git's log of a range, and verify each signature.

    python bench/floor.py REPOSITORY RANGE

It reads `git log --raw --no-abbrev -z` with the messages, cuts out the lines of each block with
one regular expression, and verifies its SSH signature in process, for Ed25519 keys alone and with
the fastest library that attest uses. It judges nothing else. Prints how many it verified; ends
with 1 where a commit has none that verifies.
"""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys

from nacl.bindings import crypto_sign_open

_PAYLOAD = re.compile(rb"^Attest: (?:.*\n)(?:Attest(?!-Sig)(?:-\w+|ed-by): .*\n)+", re.MULTILINE)
_SIGNATURE = re.compile(rb"^Attest-Sig: (.*)$", re.MULTILINE)
_HEAD = b"SSHSIG\0\0\0\1"


def _fields(data: bytes, at: int) -> list[bytes]:
    fields = []
    while at < len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        fields.append(data[at + 4 : at + 4 + size])
        at += 4 + size
    return fields


def _string(data: bytes) -> bytes:
    return len(data).to_bytes(4, "big") + data


def verify(message: bytes, keys: dict[bytes, bytes]) -> bool:
    """Verify the signature of the block in a message."""
    payload = _PAYLOAD.search(message)
    if payload is None:
        return False
    blob = base64.b64decode(b"".join(_SIGNATURE.findall(message)))
    public, namespace, _, hash_name, signature = _fields(blob, len(_HEAD))
    key = keys.get(public)
    if key is None:
        key = keys[public] = _fields(public, 0)[1]
    digest = hashlib.new(hash_name.decode(), payload[0]).digest()
    signed = b"SSHSIG" + b"".join(map(_string, (namespace, b"", hash_name, digest)))
    crypto_sign_open(_fields(signature, 0)[1] + signed, key)
    return True


def main() -> None:
    repository, revisions = sys.argv[1:]
    command = ["git", "-C", repository, "log", "--raw", "--no-abbrev", "-z"]
    command += ["--format=%x01%x02%B%x01", revisions]
    keys: dict[bytes, bytes] = {}
    count = verified = 0
    rest = b""
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        while piece := child.stdout.read(1 << 20):
            *commits, rest = (rest + piece).split(b"\1\2")
            for commit in commits:
                if commit.strip(b"\0\n"):
                    count += 1
                    verified += verify(commit, keys)
    count += 1
    verified += verify(rest, keys)
    print(f"{verified} of {count} verified")
    sys.exit(verified < count)


if __name__ == "__main__":
    main()

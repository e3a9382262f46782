"""An SSH agent in software that holds a security key (draft-ietf-sshm-ssh-agent)."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from attest.signatures.wire import Reader, string
from support.keys import SecurityKey

_FAILURE, _IDENTITIES, _SIGN = 5, 11, 13


def _answer(device: SecurityKey, flags: int, request: bytes) -> bytes:
    """The answer to one request, without its length."""
    if request[0] == _IDENTITIES:
        return b"\x0c" + (1).to_bytes(4, "big") + string(device.blob) + string(b"soft")
    if request[0] != _SIGN:
        return bytes([_FAILURE])
    reader = Reader(request, 1)
    if reader.string() != device.blob:
        return bytes([_FAILURE])
    state = bytes([flags]) + (7).to_bytes(4, "big")
    digest = hashlib.sha256
    body = digest(device.application).digest() + state + digest(reader.string()).digest()
    signature = string(b"sk-ssh-ed25519@openssh.com") + string(device.private.sign(body)) + state
    return b"\x0e" + string(signature)


@contextmanager
def agent(path: Path, device: SecurityKey, flags: int) -> Iterator[None]:
    """Run the agent on a socket at *path*; each signature gets these flags."""
    listening = socket.socket(socket.AF_UNIX)
    listening.bind(str(path))
    listening.listen()

    def serve() -> None:
        while True:
            try:
                talking, _ = listening.accept()
            except OSError:
                return
            with talking, talking.makefile("rb") as reader:
                while length := reader.read(4):
                    made = _answer(device, flags, reader.read(int.from_bytes(length, "big")))
                    talking.sendall(len(made).to_bytes(4, "big") + made)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
        path.unlink()

"""A forge on this machine: an HTTPS server with a certificate authority of its own."""

from __future__ import annotations

import contextlib
import socketserver
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def reply(body: bytes = b"", status: int = 200, **headers: str) -> bytes:
    """A whole answer; an underscore in a header's name is a hyphen."""
    named = {"Content_Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {status} Said", *(f"{k.replace('_', '-')}: {v}" for k, v in named.items())]
    return "\r\n".join([*lines, "", ""]).encode() + body


@dataclass
class Authority:
    """A certificate authority that is valid now.

    Args:
        file: its certificate, as `SSL_CERT_FILE` wants it.
    """

    file: Path
    name: x509.Name = field(init=False)
    key: ec.EllipticCurvePrivateKey = field(init=False)

    def __post_init__(self) -> None:
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, self.file.stem)])
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.file.write_bytes(_pem(self._certificate(self.key, None)))

    def context(self, host: str = "localhost", *, expired: bool = False) -> ssl.SSLContext:
        """What a server of that name needs."""
        key = ec.generate_private_key(ec.SECP256R1())
        file = self.file.with_name(f"{self.file.stem}-{host}-{expired}.pem")
        private = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        file.write_bytes(private + _pem(self._certificate(key, host, expired=expired)))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(file)
        return context

    def _certificate(
        self, key: ec.EllipticCurvePrivateKey, host: str | None, *, expired: bool = False
    ) -> x509.Certificate:
        now = datetime.now(UTC)
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)]) if host else self.name
        mine, of_issuer = key.public_key(), self.key.public_key()
        builder = (
            x509.CertificateBuilder()
            .subject_name(name)
            .issuer_name(self.name)
            .public_key(mine)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - timedelta(days=9))
            .not_valid_after(now + timedelta(days=-1 if expired else 9))
            .add_extension(x509.BasicConstraints(ca=host is None, path_length=None), critical=True)
            .add_extension(_usage(signs=host is None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(mine), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(of_issuer), critical=False
            )
        )
        if host:
            names = x509.SubjectAlternativeName([x509.DNSName(host)])
            builder = builder.add_extension(names, critical=False)
        return builder.sign(self.key, hashes.SHA256())


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


@dataclass
class ForgeServer:
    """What is answered, and what was asked.

    Args:
        answers: by path, the raw answers in turn; the last one again and again. Empty
            bytes close the connection.
        drip: send answers byte by byte, until the client goes away.
        asked: the heads of the requests.
    """

    port: int = 0
    answers: dict[str, list[bytes]] = field(default_factory=dict)
    drip: bool = False
    asked: list[str] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    @property
    def url(self) -> str:
        return f"https://localhost:{self.port}"

    @property
    def paths(self) -> list[str]:
        return [head.split(" ")[1] for head in self.asked]

    def answer(self, path: str, *raw: bytes) -> str:
        """Set what a path answers; returns its URL."""
        self.answers[path] = list(raw)
        return self.url + path

    def next(self, path: str) -> bytes:
        waiting = self.answers.get(path, [reply(status=404)])
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]


@contextlib.contextmanager
def serving(context: ssl.SSLContext | None) -> Iterator[ForgeServer]:
    """Run a server on a free port of this machine; without a context it speaks no TLS."""
    forge = ForgeServer()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            # A client that refuses the certificate, or has enough, just goes away.
            with contextlib.suppress(OSError):
                self._talk()

        def _talk(self) -> None:
            plain = self.request
            plain.settimeout(20)
            with context.wrap_socket(plain, server_side=True) if context else plain as sock:
                head = b""
                while b"\r\n\r\n" not in head:
                    more = sock.recv(4096)
                    if not more:
                        return
                    head += more
                    if context is None:
                        # A TLS greeting is no request: a web server answers at once.
                        sock.sendall(reply(status=400))
                        return
                forge.asked.append(head.decode("latin-1"))
                self._send(sock, forge.next(forge.paths[-1]))

        def _send(self, sock: Any, raw: bytes) -> None:
            if not forge.drip:
                sock.sendall(raw)
                return
            for byte in raw:
                sock.sendall(bytes([byte]))
                if forge.gone.wait(0.01):
                    return

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = True

    with Server(("127.0.0.1", 0), Handler) as server:
        forge.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield forge
        finally:
            forge.gone.set()
            server.shutdown()
            thread.join()

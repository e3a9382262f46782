"""Requests over HTTPS: the only module that opens a connection.

What it needs for that is imported when it connects: every check loads this module, and few
checks fetch anything.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from attest import __version__
from attest.errors import EnvironmentFault, UsageError
from attest.text import showable

if TYPE_CHECKING:
    import http.client
    import ssl

    from _typeshed import WriteableBuffer

LIMIT = 256 << 10
"""Bytes of an answer, at most."""

_GONE = (404, 410)
_AGAIN = (408, 429)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a server is waited for; times in seconds.

    Args:
        attempts: at most so many.
        attempt: for connecting to one address, and for one whole answer.
        overall: for all attempts and the waits between them.
        longest: a wait that the server asks for beyond this ends the attempts.
        sleep: waits.
    """

    attempts: int = 3
    attempt: float = 10.0
    overall: float = 60.0
    longest: float = 20.0
    sleep: Callable[[float], None] = time.sleep


PATIENT = Patience()


@dataclass(frozen=True, slots=True)
class ApiRequest:
    """A request to a forge's API.

    Args:
        method: GET, POST, PATCH or DELETE.
        url: begins with `https://`.
        token: goes to that host alone, since redirects are not followed; empty for none.
        body: JSON; empty for none.
        limit: bytes of an answer, at most.
    """

    method: str
    url: str
    token: str = field(default="", repr=False)
    body: bytes = b""
    limit: int = LIMIT

    @property
    def headers(self) -> dict[str, str]:
        """The headers of the request."""
        headers = {"User-Agent": f"git-attest/{__version__}", "Accept": "*/*"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if self.body:
            headers["Content-Type"] = "application/json"
        return headers


class NotFound(UsageError):
    """The server says that there is no such document."""


class _Failure(Exception):
    """An attempt that failed.

    Args:
        message: in words, fit to be shown.
        again: whether another attempt may help.
        wait: seconds that the server asks for.
    """

    def __init__(
        self, message: str, hint: str = "", *, again: bool = False, wait: float | None = None
    ) -> None:
        super().__init__(message)
        self.why, self.hint, self.again, self.wait = message, hint, again, wait


def get(url: str, patience: Patience = PATIENT) -> bytes:
    """Fetch a document.

    Certificates are verified against the system's trust store, or the file that
    `SSL_CERT_FILE` names; a proxy of `HTTPS_PROXY` only passes the encrypted bytes on.
    Redirects are not followed, and no credentials are sent.

    Args:
        url: begins with `https://`.

    Returns:
        At most `LIMIT` bytes.

    Raises:
        NotFound: the server says that there is no such document.
        EnvironmentFault: it cannot be had; names the URL.
    """
    return send(ApiRequest("GET", url), patience)


def send(request: ApiRequest, patience: Patience = PATIENT) -> bytes:
    """Send a request, as `get` does. One that may not be sent twice (POST) has one attempt.

    Raises:
        NotFound, EnvironmentFault: see `get`.
    """
    url = request.url
    assert url.startswith("https://"), url
    most = 1 if request.method == "POST" else patience.attempts
    end = time.monotonic() + patience.overall
    attempt = 1
    while True:
        try:
            return _fetch_once(request, min(end, time.monotonic() + patience.attempt))
        except _Failure as failure:
            pause = 2.0 ** (attempt - 1) if failure.wait is None else failure.wait
            is_final = pause > patience.longest or time.monotonic() + pause >= end
            if is_final or not failure.again or attempt >= most:
                attempts = f" ({attempt} attempts)" if attempt > 1 else ""
                raise EnvironmentFault(
                    f"{url}: {failure.why}{attempts}",
                    failure.hint or "Run the check again later, or list the keys with --signers.",
                ) from None
            attempt += 1
            patience.sleep(pause)


def _fetch_once(wish: ApiRequest, deadline: float) -> bytes:
    import http.client
    import ssl
    import urllib.request

    context = ssl.create_default_context()
    context.sslsocket_class = _socket_class(deadline)
    # Without the default opener's handlers: none for errors, redirects or other schemes.
    opener = urllib.request.OpenerDirector()
    opener.add_handler(urllib.request.ProxyHandler())
    opener.add_handler(urllib.request.HTTPSHandler(context=context))
    request = urllib.request.Request(  # noqa: S310 - https, see `send`
        wish.url, wish.body or None, wish.headers, method=wish.method
    )
    try:
        with opener.open(request, timeout=max(deadline - time.monotonic(), 0.001)) as response:
            return _body(wish, response)
    except (OSError, http.client.HTTPException) as error:
        raise _failure(error) from None


def _socket_class(deadline: float) -> type[ssl.SSLSocket]:
    """Sockets that stop reading at *deadline*: a time-out alone applies to
    each read, so a server that sends a byte now and then could go on for ever. (urllib3's
    `Timeout(total=…)` has the same gap: it ends no answer whose bytes keep coming.)"""
    import ssl

    class Until(ssl.SSLSocket):
        def recv_into(
            self, buffer: WriteableBuffer, nbytes: int | None = None, flags: int = 0
        ) -> int:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer takes too long")
            self.settimeout(left)
            return super().recv_into(buffer, nbytes, flags)

    return Until


def _body(wish: ApiRequest, response: http.client.HTTPResponse) -> bytes:
    status = response.status
    if status in _GONE:
        raise NotFound(
            f"{wish.url}: there is nothing", "Check the login's spelling, and the address."
        )
    if status != 200 and (wish.method == "GET" or status not in (201, 204)):
        raise _refusal(response)
    if response.length is None and not response.chunked:
        raise _Failure("the answer does not say how long it is", again=True)
    body = response.read(wish.limit + 1)
    if len(body) > wish.limit:
        raise _Failure(f"the answer is longer than {wish.limit >> 10} KiB", _ADDRESS)
    if response.length:
        raise _Failure("the answer was cut off", again=True)
    return body


_ADDRESS = "Check the address of the forge."


def _refusal(response: http.client.HTTPResponse) -> _Failure:
    status = response.status
    if 300 <= status < 400:
        target = showable((response.getheader("Location") or "nowhere")[:200])
        return _Failure(
            f"it redirects to {target}, and redirects are not followed",
            "Name the login as it is now, and the address of the forge itself. A forge that "
            "shows keys only after a sign-in cannot be asked: list the keys with --signers.",
        )
    if response.getheader("X-RateLimit-Remaining") == "0":
        return _Failure(
            "the server's rate limit is reached",
            "Run the check again later, keep what was fetched with --forge-cache, or list the "
            "keys with --signers.",
        )
    delay = response.getheader("Retry-After") or ""
    wait = float(delay) if delay.isascii() and delay.isdecimal() and len(delay) < 9 else None
    again = status in _AGAIN or status >= 500
    return _Failure(f"the server answers with status {status}", again=again, wait=wait)


def _trust(platform: str) -> str:
    """How this Python comes to know certificate authorities. That of python.org for macOS
    knows none until its installer's second step was run (its ReadMe.rtf)."""
    remedy = "For a certificate authority of your own, name its certificate in SSL_CERT_FILE."
    if platform != "darwin":
        return remedy
    folder = f"/Applications/Python {sys.version_info[0]}.{sys.version_info[1]}"
    return (
        f'For a Python from python.org, run once: open "{folder}/Install Certificates.command". '
        f"{remedy}"
    )


def _failure(error: OSError | http.client.HTTPException) -> _Failure:
    import ssl
    import urllib.error

    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(reason, ssl.SSLCertVerificationError):
        return _Failure(
            f"the server's certificate is refused: {showable(reason.verify_message)}",
            f"{_ADDRESS} {_trust(sys.platform)}",
        )
    if isinstance(reason, TimeoutError):
        return _Failure("no complete answer in time", again=True)
    cause = showable(str(reason))[:200] or type(reason).__name__
    return _Failure(f"it cannot be reached: {cause}", again=True)

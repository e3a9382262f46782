"""Fetching the keys of a forge: a real server on this machine, TLS included."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from attest import __version__
from attest.errors import EnvironmentFault
from attest.forge import https
from support.forge_server import Authority, ForgeServer, reply, serving

KEYS = b"ssh-ed25519 AAAA a comment\r\nssh-dss BBBB\n"


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority") / "ours.pem")


@pytest.fixture(autouse=True)
def _environment(authority: Authority, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTPS_PROXY", "ALL_PROXY", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("NO_PROXY", "localhost")
    monkeypatch.setenv("no_proxy", "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))


@pytest.fixture
def forge(authority: Authority) -> Iterator[ForgeServer]:
    with serving(authority.context()) as server:
        yield server


class Waits(list[float]):
    """The waits between attempts, which take no time here."""

    def patience(self, **changed: float) -> https.Patience:
        return https.Patience(sleep=self.append, **changed)  # type: ignore[arg-type]


@pytest.fixture
def waits() -> Waits:
    return Waits()


def refusal(url: str, waits: Waits, **changed: float) -> EnvironmentFault:
    with pytest.raises(EnvironmentFault) as caught:
        https.get(url, waits.patience(**changed))
    assert caught.value.exit_code == 4
    assert caught.value.message.startswith(f"{url}: ")
    assert caught.value.hint
    return caught.value


def test_a_document_is_fetched_as_it_is(forge: ForgeServer, waits: Waits) -> None:
    url = forge.answer("/sub/alice.keys", reply(KEYS))
    assert https.get(url, waits.patience()) == KEYS
    [head] = forge.asked
    assert f"\r\nUser-Agent: git-attest/{__version__}\r\n" in head
    assert "authorization" not in head.lower()
    assert waits == []


def test_an_empty_document_is_one(forge: ForgeServer, waits: Waits) -> None:
    assert https.get(forge.answer("/a.keys", reply()), waits.patience()) == b""


def test_chunks_are_joined(forge: ForgeServer, waits: Waits) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = forge.answer("/a.keys", head + b"3\r\nssh\r\n2\r\n-x\r\n0\r\n\r\n")
    assert https.get(url, waits.patience()) == b"ssh-x"


def test_as_much_as_the_limit_is_taken_and_no_more(forge: ForgeServer, waits: Waits) -> None:
    assert len(https.get(forge.answer("/a", reply(b"x" * https.LIMIT)), waits.patience())) == (
        https.LIMIT
    )
    url = forge.answer("/b", reply(b"x" * (https.LIMIT + 1)))
    assert "longer than 256 KiB" in refusal(url, waits).message
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    url = forge.answer("/c", head + chunk * 5 + b"0\r\n\r\n")
    assert "longer than 256 KiB" in refusal(url, waits).message
    assert waits == []


@pytest.mark.parametrize("status", [404, 410])
def test_a_missing_document_is_told_apart(forge: ForgeServer, waits: Waits, status: int) -> None:
    url = forge.answer("/nobody.keys", reply(status=status))
    with pytest.raises(https.NotFound, match=r"nobody\.keys"):
        https.get(url, waits.patience())
    assert len(forge.asked) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
def test_a_passing_fault_is_tried_again(forge: ForgeServer, waits: Waits, status: int) -> None:
    url = forge.answer("/a.keys", reply(status=status), reply(status=status), reply(KEYS))
    assert https.get(url, waits.patience()) == KEYS
    assert waits == [1.0, 2.0]


def test_a_lasting_fault_ends_after_three_attempts(forge: ForgeServer, waits: Waits) -> None:
    error = refusal(forge.answer("/a.keys", reply(status=503)), waits)
    assert "status 503 (3 attempts)" in error.message
    assert len(forge.asked) == 3


def test_the_server_says_how_long_to_wait(forge: ForgeServer, waits: Waits) -> None:
    url = forge.answer("/a.keys", reply(status=429, Retry_After="7"), reply(KEYS))
    assert https.get(url, waits.patience()) == KEYS
    assert waits == [7.0]


@pytest.mark.parametrize("asked", ["soon", "-1", "1e3", "²", "9" * 30, "Wed, 21 Oct 2026 07:28:00"])
def test_a_wait_that_is_no_number_is_ours(forge: ForgeServer, waits: Waits, asked: str) -> None:
    raw = reply(status=429, Retry_After=asked)
    assert https.get(forge.answer("/a", raw, reply(KEYS)), waits.patience()) == KEYS
    assert waits == [1.0]


def test_a_long_wait_ends_the_attempts(forge: ForgeServer, waits: Waits) -> None:
    refusal(forge.answer("/a", reply(status=429, Retry_After="3600"), reply(KEYS)), waits)
    assert (len(forge.asked), waits) == (1, [])


def test_the_overall_time_ends_the_attempts(forge: ForgeServer, waits: Waits) -> None:
    refusal(forge.answer("/a", reply(status=500), reply(KEYS)), waits, overall=0.9)
    assert waits == []


def test_a_rate_limit_is_named(forge: ForgeServer, waits: Waits) -> None:
    raw = reply(status=403, X_RateLimit_Remaining="0")
    assert "rate limit" in refusal(forge.answer("/a", raw, reply(KEYS)), waits).message
    assert len(forge.asked) == 1


@pytest.mark.parametrize("status", [201, 204, 206, 400, 401, 403, 451])
def test_another_status_is_no_answer(forge: ForgeServer, waits: Waits, status: int) -> None:
    assert f"status {status}" in refusal(forge.answer("/a", reply(KEYS, status)), waits).message
    assert len(forge.asked) == 1


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed(
    forge: ForgeServer, authority: Authority, waits: Waits, status: int
) -> None:
    with serving(authority.context()) as other:
        for target in (other.answer("/b.keys", reply(KEYS)), forge.answer("/b.keys", reply(KEYS))):
            error = refusal(forge.answer("/a", reply(status=status, Location=target)), waits)
            assert f"redirects to {target}" in error.message
        assert other.asked == []
    assert forge.paths == ["/a", "/a"]


def test_a_redirect_cannot_steer_the_terminal(forge: ForgeServer, waits: Waits) -> None:
    raw = reply(status=302, Location="http://a/\x1b[2J" + "b" * 500)
    message = refusal(forge.answer("/a", raw), waits).message
    assert "\x1b" not in message
    assert len(message) < 400


def test_another_authority_is_refused(tmp_path: Path, waits: Waits) -> None:
    with serving(Authority(tmp_path / "other.pem").context()) as server:
        error = refusal(server.answer("/a", reply(KEYS)), waits)
        assert "certificate is refused" in error.message
        assert (server.asked, waits) == ([], [])
        assert "SSL_CERT_FILE" in error.hint
        assert "Install Certificates" not in error.hint


def test_on_macos_the_hint_names_the_second_step_of_the_installer(
    tmp_path: Path, waits: Waits, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the name of the platform is played."""
    with serving(Authority(tmp_path / "other.pem").context()) as server:
        url = server.answer("/a", reply(KEYS))
        monkeypatch.setattr(sys, "platform", "darwin")
        hint = refusal(url, waits).hint
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert f'open "/Applications/Python {version}/Install Certificates.command"' in hint
    assert "SSL_CERT_FILE" in hint


def test_a_certificate_for_another_host_is_refused(authority: Authority, waits: Waits) -> None:
    with serving(authority.context("forge.example")) as server:
        error = refusal(server.answer("/a", reply(KEYS)), waits)
        assert "certificate is refused" in error.message
        assert server.asked == []


def test_an_expired_certificate_is_refused(authority: Authority, waits: Waits) -> None:
    with serving(authority.context(expired=True)) as server:
        error = refusal(server.answer("/a", reply(KEYS)), waits)
        assert "expired" in error.message
        assert server.asked == []


def test_a_server_without_tls_is_refused(waits: Waits) -> None:
    with serving(None) as server:
        refusal(server.answer("/a", reply(KEYS)), waits)
        assert server.asked == []


def test_nobody_listens(authority: Authority, waits: Waits) -> None:
    with serving(authority.context()) as server:
        url = server.url + "/a"
    assert "cannot be reached" in refusal(url, waits).message
    assert len(waits) == 2


def test_a_server_that_closes_at_once(forge: ForgeServer, waits: Waits) -> None:
    assert https.get(forge.answer("/a", b"", reply(KEYS)), waits.patience()) == KEYS
    assert "3 attempts" in refusal(forge.answer("/b", b""), waits).message


@pytest.mark.parametrize(
    "raw",
    [
        reply(KEYS, Content_Length="1000"),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nssh",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nssh\r\n",
        b"HTTP/1.1 200 OK\r\n\r\n" + KEYS,
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n" + KEYS,
        b"HTTP/1.1 two OK\r\n\r\n",
        b"\x00\xff garbage\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nA: " + b"b" * 70_000 + b"\r\n\r\n",
    ],
)
def test_what_is_cut_off_or_no_http_is_never_an_answer(
    forge: ForgeServer, waits: Waits, raw: bytes
) -> None:
    refusal(forge.answer("/a", raw), waits)
    assert https.get(forge.answer("/b", raw, reply(KEYS)), waits.patience()) == KEYS


@pytest.mark.parametrize("raw", [reply(b"x" * 5000), b"HTTP/1.1 200 OK\r\nA: " + b"b" * 5000])
def test_a_slow_drip_ends_though_each_byte_is_in_time(
    forge: ForgeServer, waits: Waits, raw: bytes
) -> None:
    forge.drip = True
    error = refusal(forge.answer("/a", raw), waits, attempt=0.4, attempts=2)
    assert "no whole answer in time" in error.message


def test_another_scheme_is_never_asked_for() -> None:
    with pytest.raises(AssertionError):
        https.get("http://localhost/a")

"""`.attest/revoked`: strictly read, whatever stands in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault
from attest.signatures.wire import fingerprint, string
from attest.trust import revocations

PRINT = "SHA256:" + "A" * 43
HEX = "0123456789abcdef0123456789ABCDEF01234567"
BLOB = string(b"ssh-ed25519") + string(b"\x01" * 32)


def line() -> str:
    import base64

    return f"ssh-ed25519 {base64.b64encode(BLOB).decode()}"


@pytest.mark.parametrize(
    ("written", "result"),
    [
        ("", {}),
        ("# nobody\n\n   # indented\n", {}),
        (f"{PRINT}\n", {PRINT: ""}),
        (f"{PRINT} stolen on a train\n", {PRINT: "stolen on a train"}),
        (f"  {PRINT}\tlost \r\n", {PRINT: "lost"}),
        (f"{HEX} left\n", {HEX.upper(): "left"}),
        (f"openpgp {HEX} left\n", {HEX.upper(): "left"}),
        (f"ssh {PRINT} lost\n", {PRINT: "lost"}),
        (f"OpenPGP {HEX}\n", {HEX.upper(): ""}),
        (f"{line()} old laptop\n", {fingerprint(BLOB): "old laptop"}),
        (f"{PRINT} first\n{PRINT} second\n", {PRINT: "first"}),
    ],
)
def test_what_is_read(written: str, result: dict[str, str]) -> None:
    assert revocations.parse(written, "f") == result


@pytest.mark.parametrize(
    "wrong",
    [
        "nonsense",
        "SHA256:short",
        PRINT + "=",
        "sha256:" + "A" * 43,
        "MD5:" + "aa:" * 15 + "aa",
        HEX[:-1],
        "0x" + HEX,
        "openpgp",
        "openpgp nonsense",
        "ssh-ed25519",
        "ssh-ed25519 AAAA",
        "ssh-ed25519-cert-v01@openssh.com AAAA",
        "\x1b[2Jnonsense",
    ],
)
def test_what_is_wrong_is_named_with_its_line(wrong: str) -> None:
    with pytest.raises(EnvironmentFault) as caught:
        revocations.parse(f"# one\n{wrong} why\n", "f")
    assert caught.value.message.startswith("f:2: ")
    assert "\x1b" not in caught.value.message
    assert caught.value.hint


@given(st.text(max_size=120))
def test_any_text_is_read_or_refused_by_line(written: str) -> None:
    try:
        result = revocations.parse(written, "f")
    except EnvironmentFault as fault:
        message = fault.message
    else:
        message = "f:1: "
        assert all(re.fullmatch(r"SHA256:.{43}|[0-9A-F]{40}", key) for key in result)
    assert re.match(r"f:\d+: ", message)


@given(st.lists(st.tuples(st.binary(min_size=20, max_size=20), st.just("why"))))
def test_what_is_written_is_found(keys: list[tuple[bytes, str]]) -> None:
    written = "".join(f"{key.hex()} {reason}\n" for key, reason in keys)
    assert revocations.parse(written, "f") == {key.hex().upper(): why for key, why in keys}

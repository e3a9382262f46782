"""Base64 is read in its one canonical way, on every Python, as ssh-keygen reads keys."""

from __future__ import annotations

import base64
from pathlib import Path
from subprocess import run

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest import text
from attest.errors import EnvironmentFault, UsageError
from attest.forge import published_keys
from attest.signatures import allowed_signers, ssh_key
from attest.trust import revocations
from support import keys

GOOD = "QUI="  # two bytes: one sign of padding, two bits that must be zero
LAX = {
    "no padding": lambda s: s.rstrip("="),
    "more padding": lambda s: s + "=",
    "much more padding": lambda s: s + "====",
    "padding alone behind it": lambda s: s + "A===",
    "more behind the padding": lambda s: s + "QUI=",
    "a bit behind the last byte": lambda s: s[:-2] + chr(ord(s[-2]) + 1) + "=",
    "a blank": lambda s: s[:2] + " " + s[2:],
    "a line": lambda s: s + "\n",
    "a letter of another alphabet": lambda s: s[:1] + "-" + s[2:],
    "an invisible letter": lambda s: s[:2] + "\u200b" + s[2:],
    "a wide letter": lambda s: s[:1] + "\uff21" + s[2:],
    "a NUL": lambda s: s[:2] + "\0" + s[2:],
}


@pytest.mark.parametrize("name", LAX)
def test_what_is_not_canonical_is_refused(name: str) -> None:
    assert text.from_base64(GOOD) == b"AB"
    with pytest.raises(ValueError, match="base64"):
        text.from_base64(LAX[name](GOOD))


@given(st.binary(max_size=80))
def test_what_is_written_is_read(data: bytes) -> None:
    encoded = base64.b64encode(data)
    assert text.from_base64(encoded) == text.from_base64(encoded.decode()) == data


@given(st.one_of(st.binary(max_size=24), st.text("AQg=+/-_ \n", max_size=12).map(str.encode)))
def test_no_two_texts_mean_the_same(data: bytes) -> None:
    try:
        outcome = text.from_base64(data)
    except ValueError:
        return
    assert base64.b64encode(outcome) == data


@pytest.fixture(scope="module")
def public(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Type and key of an ECDSA key, whose base64 ends in padding."""
    line = Path(f"{keys.make(tmp_path_factory.mktemp('keys'), 'ecdsa')}.pub").read_text()
    kind, encoded, *_ = line.split()
    assert encoded.endswith("=")
    return kind, encoded


@pytest.mark.parametrize(
    "name", [name for name in LAX if name not in ("a blank", "a line", "a NUL")]
)
def test_no_reader_of_keys_takes_what_ssh_keygen_does_not(
    public: tuple[str, str], tmp_path: Path, name: str
) -> None:
    kind, encoded = public
    for written, good in ((encoded, True), (LAX[name](encoded), False)):
        file = tmp_path / "key.pub"
        file.write_text(f"{kind} {written} someone\n", "utf-8")
        result = run(["ssh-keygen", "-l", "-f", str(file)], capture_output=True, check=False)
        assert (result.returncode == 0) == good, (result.stdout, result.stderr)
        for read in (
            lambda line=f"a@b {kind} {written}": allowed_signers.parse(line, "f"),
            lambda line=f"{kind} {written} lost": revocations.parse(line, "f"),
            lambda line=f"{kind} {written}": ssh_key.public_key(line, value="f", source="f"),
            lambda line=f"{kind} {written}\n": published_keys._read(
                "https://f/x.keys", line.encode()
            ),
        ):
            if good:
                assert read()
            else:
                with pytest.raises((EnvironmentFault, UsageError)):
                    read()

"""`allowed_signers` files: ssh-keygen is the oracle, and every strict error is named."""

from __future__ import annotations

import base64
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

from attest.errors import EnvironmentFault
from attest.signatures import allowed_signers
from attest.signatures.wire import string
from support import keys
from support.envelopes import DATA

ME = "author@example.com"
NAMESPACE = "git-attest-v1"
AT = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def public(key_folder: Path) -> str:
    path = keys.make(key_folder)
    return " ".join(path.with_name(path.name + ".pub").read_text().split(" ")[:2])


@pytest.fixture(scope="module")
def signature(key_folder: Path) -> bytes:
    return keys.armour(keys.sign(keys.make(key_folder), DATA))


def accepts(text: str, address: str = ME, at: datetime = AT) -> bool:
    return any(
        signer.speaks_for(address) and signer.good_for(NAMESPACE) and signer.good_at(at)
        for signer in allowed_signers.parse(text, "signers")
    )


def keygen_accepts(
    text: str, signature: bytes, folder: Path, address: str = ME, at: datetime = AT
) -> bool:
    (folder / "signers").write_text(text)
    (folder / "sig").write_bytes(signature)
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-s", "sig", "-n", NAMESPACE]
    command += ["-I", address, f"-Overify-time={at:%Y%m%d%H%M%S}Z"]
    result = subprocess.run(command, cwd=folder, input=DATA, capture_output=True, check=False)
    return result.returncode == 0


@pytest.mark.parametrize(
    ("line", "good"),
    [
        ("author@example.com {key}", True),
        ("author@example.com {key} a comment", True),
        ('author@example.com {key} a "quoted comment', True),
        ("  author@example.com \t {key}", True),
        ("author@example.com\t{key}", True),
        ("other@example.com {key}", False),
        ("Author@example.com {key}", False),
        ("author@example.co {key}", False),
        ("author@example.comm {key}", False),
        ("*@example.com {key}", True),
        ("* {key}", True),
        ("**** {key}", True),
        ("*author* {key}", True),
        ("author?example.com {key}", True),
        ("author@example.com? {key}", False),
        ("??????@example.com {key}", True),
        ("?????@example.com {key}", False),
        ("author@example[.]com {key}", False),
        ("author@.*[.]com {key}", False),
        ("a@b,author@example.com {key}", True),
        ("a@b,c@d {key}", False),
        ("*,!author@example.com {key}", False),
        ("!author@example.com,* {key}", False),
        ("*@example.com,!other@example.com {key}", True),
        ("!other@example.com {key}", False),
        ("!*@example.com,author@example.com {key}", False),
        ("!!author@example.com,* {key}", True),
        ('"author@example.com" {key}', True),
        ('"a b,author@example.com" {key}', True),
        ('"author@example.com " {key}', False),
        ('author@example.com namespaces="git-attest-v1" {key}', True),
        ('author@example.com namespaces="git,git-attest-v1" {key}', True),
        ('author@example.com namespaces="git" {key}', False),
        ('author@example.com namespaces="git-*" {key}', True),
        ('author@example.com namespaces="git-attest-v?" {key}', True),
        ('author@example.com namespaces="*,!git-attest-v1" {key}', False),
        ('author@example.com NameSpaces="git-attest-v1" {key}', True),
        ('author@example.com valid-after="20260101Z" {key}', True),
        ('author@example.com valid-after="20260615Z" {key}', True),
        ('author@example.com valid-after="20260616Z" {key}', False),
        ('author@example.com valid-after="202606151200Z" {key}', True),
        ('author@example.com valid-after="202606151201Z" {key}', False),
        ('author@example.com valid-after="20260615120000Z" {key}', True),
        ('author@example.com valid-after="20260615120001Z" {key}', False),
        ('author@example.com valid-before="20260615Z" {key}', False),
        ('author@example.com valid-before="202606151159Z" {key}', False),
        ('author@example.com valid-before="20260615120000Z" {key}', True),
        ('author@example.com valid-before="20260615115959Z" {key}', False),
        ('author@example.com valid-before="20260616Z" {key}', True),
        ('author@example.com valid-after="20260101Z",valid-before="20270101Z" {key}', True),
        ('author@example.com valid-before="20260101Z",namespaces="git-attest-v1" {key}', False),
        ('author@example.com namespaces="git",valid-before="20270101Z" {key}', False),
        ("# author@example.com {key}", False),
        ("  # author@example.com {key}", False),
        ("#author@example.com {key}", False),
        ("", False),
        ("other@example.com {key}\n\n# comment\nauthor@example.com {key}", True),
        ('author@example.com namespaces="git" {key}\nauthor@example.com {key}', True),
        ("author@example.com {key}\n!author@example.com {key}", True),
    ],
)
def test_ssh_keygen_says_the_same(
    line: str, good: bool, public: str, signature: bytes, tmp_path: Path
) -> None:
    text = line.replace("{key}", public) + "\n"
    assert accepts(text) is good
    assert keygen_accepts(text, signature, tmp_path) is good


@pytest.mark.parametrize(
    "line",
    [
        'author@exam"ple.com" {key}',
        '*,!auth"or@example.com" {key}',
        '"*",!author@example.com {key}',
        '"author@example.com"{key}',
        '""author@example.com {key}',
    ],
)
def test_a_quote_within_principals_never_grants_more_than_ssh_keygen(
    line: str, public: str, signature: bytes, tmp_path: Path
) -> None:
    text = line.replace("{key}", public) + "\n"
    allowed = keygen_accepts(text, signature, tmp_path)
    try:
        ours = accepts(text)
    except EnvironmentFault:
        return  # refused by name: as good
    assert ours is allowed


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("author@example.com", "a line is: principals"),
        ("{key}", "signers:1: "),
        ("author@example.com ssh-ed25519", "a line is: principals"),
        ('"author@example.com {key}', "an unclosed quote"),
        ('a@b namespaces="git {key}', "an unclosed quote"),
        (",a@b {key}", "an empty principal"),
        ("a@b, {key}", "an empty principal"),
        ("a@b,,c@d {key}", "an empty principal"),
        ("a@b,! {key}", "an empty principal"),
        ('"" {key}', "an empty principal"),
        ("a@b cert-authority {key}", "certificates are not supported"),
        ('a@b cert-authority,namespaces="git" {key}', "certificates are not supported"),
        ("a@b no-touch-required {key}", "unknown option or key type 'no-touch-required'"),
        ('a@b namespace="git" {key}', "unknown option or key type 'namespace'"),
        ("a@b namespaces {key}", "namespaces needs a value in quotes"),
        ("a@b namespaces=git {key}", "not an option or key type"),
        ('a@b namespaces="" {key}', "namespaces needs a value in quotes"),
        ('a@b namespaces="git",namespaces="file" {key}', "namespaces is given twice"),
        ('a@b namespaces="git"valid-after="20260101Z" {key}', "not an option or key type"),
        ('a@b namespaces="git", {key}', "signers:1: "),
        ('a@b ,namespaces="git" {key}', "not an option or key type"),
        ('a@b valid-after="20260101" {key}', "without Z it means local time"),
        ('a@b valid-before="2026-01-01Z" {key}', "write YYYYMMDD[HHMM[SS]]Z"),
        ('a@b valid-before="2026010112Z" {key}', "write YYYYMMDD[HHMM[SS]]Z"),
        ('a@b valid-before="20260101z" {key}', "write YYYYMMDD[HHMM[SS]]Z"),
        ('a@b valid-before="forever" {key}', "write YYYYMMDD[HHMM[SS]]Z"),
        ('a@b valid-before="٢٠٢٦٠١٠١Z" {key}', "write YYYYMMDD[HHMM[SS]]Z"),
        ('a@b valid-before="20260230Z" {key}', "no such time"),
        ('a@b valid-before="202601012400Z" {key}', "no such time"),
        ('a@b valid-after="20260615Z",valid-before="20260615Z" {key}', "signers:1: "),
        ('a@b valid-after="20270101Z",valid-before="20260101Z" {key}', "signers:1: "),
        ("a@b ssh-dss AAAA", "unknown option or key type 'ssh-dss'"),
        ("a@b ssh-ed25519-cert-v01@openssh.com AAAA", "signers:1: "),
        ("a@b ssh-ed25519 AAAA", "the key is damaged"),
        ("a@b ssh-ed25519 !!!!", "the key is damaged"),
        ("a@b ssh-ed25519 AAAAC3NzaC1lZDI1NTE5", "the key is damaged"),
        ("a@b ecdsa-sha2-nistp256 {blob}", "the key is not of type ecdsa-sha2-nistp256"),
        ("a@b ssh-ed25519 {short}", "the key is damaged"),
        ("a@b ssh-ed25519 {long}", "the key is damaged"),
        ("a@b ssh-ed25519 {type}", "the key is damaged"),
    ],
)
def test_a_malformed_line_is_an_error_that_names_it(line: str, why: str, public: str) -> None:
    blob = base64.b64decode(public.split(" ")[1])
    named = {
        "key": public,
        "blob": public.split(" ")[1],
        "short": base64.b64encode(blob[:-1]).decode(),
        "long": base64.b64encode(blob + b"\0").decode(),
        "type": base64.b64encode(string(b"ssh-ed25519")).decode(),
    }
    for name, value in named.items():
        line = line.replace("{" + name + "}", value)
    with pytest.raises(EnvironmentFault) as caught:
        allowed_signers.parse(line, "signers")
    assert caught.value.message.startswith("signers:1: ")
    assert why in caught.value.message
    with pytest.raises(EnvironmentFault, match=r"^dir/file:4: "):
        allowed_signers.parse(f"# one\n\nc@d {public}\n{line}\n", "dir/file")


def test_a_short_rsa_key_is_refused_by_name(key_folder: Path) -> None:
    path = keys.make(key_folder, "rsa", 2048)
    line = "a@b " + path.with_name(path.name + ".pub").read_text()
    with pytest.raises(EnvironmentFault, match="signers:1: an RSA key of 2048 bits"):
        allowed_signers.parse(line, "signers")


@pytest.mark.parametrize(
    ("kind", "bits"),
    [("ed25519", 0), ("ecdsa", 256), ("ecdsa", 384), ("ecdsa", 521), ("rsa", 3072)],
)
def test_every_kind_of_key_is_read(kind: str, bits: int, key_folder: Path) -> None:
    path = keys.make(key_folder, kind, bits)
    public = path.with_name(path.name + ".pub")
    [signer] = allowed_signers.parse("a@b " + public.read_text(), "signers")
    listed = subprocess.run(
        ["ssh-keygen", "-l", "-f", str(public)], capture_output=True, check=True, text=True
    )
    assert signer.fingerprint in listed.stdout
    assert signer.source == "signers:1"


def test_a_security_key_is_read() -> None:
    key = keys.SecurityKey.fixed()
    line = f"a@b sk-ssh-ed25519@openssh.com {base64.b64encode(key.blob).decode()}"
    assert allowed_signers.parse(line, "x")[0].speaks_for("a@b")


def test_lines_that_end_as_on_windows_are_read(public: str) -> None:
    text = f"# comment\r\n\r\n{ME} {public}\r\n"
    assert accepts(text)

"""Attacks on who may sign: presence, the keys of a forge, OpenPGP; each with an honest
sibling."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from attest.signatures.wire import fingerprint
from support import forge, ruled
from support.forge import attach, change_of, honest, signed
from support.forge_server import ForgeServer, reply
from support.keys import SecurityKey
from support.repo import EMAIL, Repo

TOUCH = '[[require]]\npaths = ["crypto/"]\npresence = "touch"\n'
PIN = TOUCH.replace("touch", "pin")


def _sk_line(device: SecurityKey) -> str:
    import base64

    return f"sk-ssh-ed25519@openssh.com {base64.b64encode(device.blob).decode()}"


@pytest.mark.parametrize(
    ("policy", "path", "flags", "good"),
    [
        (TOUCH, "crypto/a.py", 0x01, True),
        (TOUCH, "crypto/a.py", 0x05, True),
        (TOUCH, "crypto/a.py", 0x00, False),
        (TOUCH, "crypto/a.py", 0x04, False),
        (PIN, "crypto/a.py", 0x05, True),
        (PIN, "crypto/a.py", 0x01, False),
        (PIN, "other/a.py", 0x00, True),
    ],
)
def test_a_signature_without_the_touch_that_is_wanted(
    repo: Repo, key: Path, policy: str, path: str, flags: int, good: bool
) -> None:
    device = SecurityKey.fixed()
    line = f"{EMAIL} {_sk_line(device)}\n"
    ruled.begin(repo, key, policy, {".attest/allowed_signers": line})
    ruled.change(repo, path).commit("change")
    unsigned = replace(honest(change_of(repo)), key=f"ssh {fingerprint(device.blob)}")
    made = signed(unsigned, key, sign=lambda payload: device.sign(payload, flags=flags))
    attach(repo, made)
    assert ruled.errors(repo) == ([] if good else ["presence-missing"])


def test_a_key_in_a_file_has_no_presence(repo: Repo, key: Path) -> None:
    ruled.change(ruled.begin(repo, key, TOUCH), "crypto/a.py").attested("no touch")
    assert ruled.errors(repo) == ["presence-missing"]


def test_a_touch_by_a_key_that_the_base_does_not_know(repo: Repo, key: Path) -> None:
    device = SecurityKey.fixed()
    policy = f'{TOUCH}[findings]\nsigner-unknown = "warning"\n'
    ruled.change(ruled.begin(repo, key, policy), "crypto/a.py").commit("change")
    unsigned = replace(honest(change_of(repo)), key=f"ssh {fingerprint(device.blob)}")
    attach(repo, signed(unsigned, key, sign=device.sign))
    assert ruled.errors(repo) == ["presence-missing"]


def _spec(server: ForgeServer, login: str = "ada") -> tuple[str, str]:
    return "--forge", f"forgejo:{login}@{server.url}"


def _publish(server: ForgeServer, login: str, *published: Path) -> None:
    body = "".join(f"{forge.public(one)}\n" for one in published)
    server.answer(f"/{login}.keys", reply(body.encode()))


def test_a_first_contribution_needs_no_registration(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    ruled.change(ruled.begin(repo, None)).attested("by a newcomer")
    assert ruled.errors(repo) == ["signer-unknown"]
    _publish(server, "ada", key)
    (verdict,) = ruled.verdicts(repo, *_spec(server))
    assert (verdict["verdict"], verdict["signer"]) == ("attested", "forge")
    assert [f["code"] for f in verdict["findings"]] == ["address-unverified"]


def test_the_logins_own_no_reply_address_is_verified(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    mail = "ada@noreply.localhost"
    repo.env |= {"GIT_AUTHOR_EMAIL": mail}
    ruled.change(ruled.begin(repo, None)).attested("by a newcomer")
    _publish(server, "ada", key)
    (verdict,) = ruled.verdicts(repo, *_spec(server))
    assert (verdict["verdict"], verdict["findings"]) == ("attested", [])


def test_a_logins_key_signs_as_somebody_whom_the_base_knows(
    repo: Repo, key: Path, other: Path, server: ForgeServer
) -> None:
    """The base lists another key for the address; a login's key does not replace it."""
    ruled.begin(repo, key)
    repo.set_up(other)
    ruled.change(repo).attested("as the author, with mallory's key")
    _publish(server, "mallory", other)
    assert ruled.errors(repo, *_spec(server, "mallory")) == ["signer-unknown"]


def test_a_logins_key_attests_somebody_elses_commit(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    ruled.change(ruled.begin(repo, None)).attested_by_git(
        "theirs", "--author", "Ada <ada@example.com>"
    )
    _publish(server, "mallory", key)
    assert ruled.errors(repo, *_spec(server, "mallory")) == ["attester-mismatch"]


BUTTON = "by a forge's button"
"""A commit that a forge makes has the author's no-reply address, whatever git has here."""


def _by_button(repo: Repo, author: str, email: str = EMAIL) -> None:
    """A commit by *author* that somebody answers for who is *email* in git."""
    repo.env["GIT_AUTHOR_EMAIL"] = email
    ruled.change(repo).attested_by_git(BUTTON, "--author", f"Ada <{author}>")


@pytest.mark.parametrize("author", ["ada@noreply.localhost", "5+ada@noreply.localhost"])
@pytest.mark.parametrize("login", ["ada", "Ada"])
def test_a_login_answers_for_what_its_forge_committed(
    repo: Repo, key: Path, server: ForgeServer, author: str, login: str
) -> None:
    _by_button(ruled.begin(repo, None), author)
    _publish(server, login, key)
    (verdict,) = ruled.verdicts(repo, *_spec(server, f"5+{login}"))
    assert (verdict["verdict"], verdict["signer"]) == ("attested", "forge")
    assert [f["code"] for f in verdict["findings"]] == ["address-unverified"]


@pytest.mark.parametrize(
    ("author", "spec"),
    [
        ("5+ada@noreply.localhost", "ada"),  # nobody says that 5 is ada's number
        ("6+ada@noreply.localhost", "5+ada"),
        ("05+ada@noreply.localhost", "5+ada"),
        ("5-ada@noreply.localhost", "5+ada"),
        ("5+mallory@noreply.localhost", "5+ada"),
        ("mallory@noreply.localhost", "5+ada"),
        ("ada@users.noreply.localhost", "5+ada"),  # another kind of forge
        ("ada@noreply.localhost.example.com", "5+ada"),
        ("ada@noreply.example.com", "5+ada"),
        ("5+ada@users.noreply.github.com", "5+ada"),  # the same login elsewhere
        ("ada@localhost", "5+ada"),
        ("noreply@localhost", "5+ada"),
        ("@noreply.localhost", "5+ada"),
        ("аda@noreply.localhost", "5+ada"),  # a Cyrillic letter
        ("ada@noreply.localhost@noreply.localhost", "5+ada"),
        ("ada+x@noreply.localhost", "5+ada"),
    ],
)
def test_what_only_looks_like_the_logins_no_reply_address(
    repo: Repo, key: Path, server: ForgeServer, author: str, spec: str
) -> None:
    _by_button(ruled.begin(repo, None), author)
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server, spec)) == ["attester-mismatch"]


def test_a_no_reply_author_and_a_key_that_the_login_does_not_publish(
    repo: Repo, key: Path, other: Path, server: ForgeServer
) -> None:
    _by_button(ruled.begin(repo, None), "ada@noreply.localhost")
    _publish(server, "ada", other)
    assert ruled.errors(repo, *_spec(server)) == ["attester-mismatch", "signer-unknown"]


def test_a_no_reply_author_and_another_logins_key(
    repo: Repo, key: Path, other: Path, server: ForgeServer
) -> None:
    """Two logins may be named; each has its own key and its own address."""
    _by_button(ruled.begin(repo, None), "ada@noreply.localhost")
    _publish(server, "ada", other)
    _publish(server, "mallory", key)
    both = (*_spec(server), *_spec(server, "mallory"))
    assert ruled.errors(repo, *both) == ["attester-mismatch"]


@pytest.mark.parametrize(
    ("listed", "codes"),
    [
        ("ada@noreply.localhost", ["attester-mismatch"]),
        # a login answers for its own commit in a maintainer's name
        (EMAIL, ["attester-mismatch", "signer-unknown"]),
    ],
)
def test_whom_the_base_lists_with_another_key_is_no_login(
    repo: Repo, key: Path, other: Path, server: ForgeServer, listed: str, codes: list[str]
) -> None:
    files = {".attest/allowed_signers": f"{listed} {forge.public(other)}\n"}
    _by_button(ruled.begin(repo, None, files=files), "ada@noreply.localhost")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == codes


def test_a_no_reply_author_and_a_revoked_key(repo: Repo, key: Path, server: ForgeServer) -> None:
    revoked = {".attest/revoked": f"{forge.key_print(key)} lost\n"}
    _by_button(ruled.begin(repo, None, files=revoked), "ada@noreply.localhost")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == ["key-revoked"]


def test_a_no_reply_author_counts_for_nothing_without_the_forge(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    _by_button(ruled.begin(repo, None), "ada@noreply.localhost")
    assert ruled.errors(repo) == ["attester-mismatch", "signer-unknown"]


def test_a_policy_may_refuse_the_address_all_the_same(
    repo: Repo, key: Path, server: ForgeServer
) -> None:
    policy = '[findings]\naddress-unverified = "error"\n'
    _by_button(ruled.begin(repo, None, policy), "ada@noreply.localhost")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == ["address-unverified"]


def test_another_logins_key(repo: Repo, key: Path, other: Path, server: ForgeServer) -> None:
    ruled.change(ruled.begin(repo, None)).attested("by a key that ada has not")
    _publish(server, "ada", other)
    assert ruled.errors(repo, *_spec(server)) == ["signer-unknown"]


def test_a_logins_revoked_key(repo: Repo, key: Path, server: ForgeServer) -> None:
    ruled.begin(repo, None, files={".attest/revoked": f"{forge.key_print(key)} lost\n"})
    ruled.change(repo).attested("with a lost key")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == ["key-revoked"]


def test_a_logins_touch_is_no_presence(repo: Repo, key: Path, server: ForgeServer) -> None:
    ruled.change(ruled.begin(repo, None, TOUCH), "crypto/a.py").attested("by a newcomer")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == ["presence-missing"]


def test_a_login_gains_no_exemption(repo: Repo, key: Path, server: ForgeServer) -> None:
    ruled.begin(repo, None, f'[[exempt]]\nsigners = ["{EMAIL}"]\n')
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "user.signingKey", str(key))
    ruled.change(repo).commit("signed by git", "-S")
    _publish(server, "ada", key)
    assert ruled.errors(repo, *_spec(server)) == ["unattested"]


@pytest.mark.parametrize("status", [404, 500, 302])
def test_a_forge_that_does_not_answer_is_never_a_pass(
    repo: Repo, key: Path, server: ForgeServer, status: int
) -> None:
    ruled.change(ruled.begin(repo, key)).attested("good without it")
    server.answer("/ada.keys", *[reply(b"", status, Retry_After="0")] * 3)
    result = forge.run(repo, "check", ruled.RANGE, *_spec(server))
    assert result.returncode == (2 if status == 404 else 4)
    assert result.stdout == b""

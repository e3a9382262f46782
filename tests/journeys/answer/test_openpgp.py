"""OpenPGP keys: signing where git is set up for it, and checking by the base's keys."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from attest.errors import EnvironmentFault
from attest.signatures.openpgp import KeyRevoked, Keyring, KeyUnknown
from attest.signatures.wire import SignatureInvalid
from support import forge, ruled
from support.examined import doctor
from support.pgp import Gnupg, gnupg
from support.repo import EMAIL, EPOCH, Repo

pytestmark = pytest.mark.skipif(shutil.which("gpg") is None, reason="gpg is not installed")

NOW = datetime.fromtimestamp(EPOCH, UTC)
DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def pgp() -> Iterator[Gnupg]:
    with gnupg() as made:
        yield made


@pytest.fixture(scope="module")
def mine(pgp: Gnupg) -> str:
    return pgp.make(f"A U Thor <{EMAIL}>")


@pytest.fixture(scope="module")
def theirs(pgp: Gnupg) -> str:
    return pgp.make("Mallory <mallory@example.com>")


def verify(pgp: Gnupg, keys: list[str], blob: bytes, by: str, *moments: datetime) -> None:
    with Keyring([(f"{key}.asc", pgp.export(key)) for key in keys]) as ring:
        ring.verify(blob, b"data", by, moments or (NOW,))


def test_a_good_signature_holds(pgp: Gnupg, mine: str, theirs: str) -> None:
    verify(pgp, [mine, theirs], pgp.sign(b"data", mine), mine)


@pytest.mark.parametrize(
    "options", [("--clearsign",), ("--sign",), ("--detach-sign", "--textmode")]
)
def test_a_signature_of_another_kind_is_refused(
    pgp: Gnupg, mine: str, options: tuple[str, ...]
) -> None:
    with pytest.raises(SignatureInvalid):
        verify(pgp, [mine], pgp.sign(b"data", mine, *options), mine)


def test_bytes_that_are_no_signature_are_refused(pgp: Gnupg, mine: str) -> None:
    for blob in (b"", b"nonsense", pgp.export(mine), pgp.sign(b"other", mine)):
        with pytest.raises(SignatureInvalid):
            verify(pgp, [mine], blob, mine)


def test_a_bit_more_or_less_is_refused(pgp: Gnupg, mine: str) -> None:
    good = pgp.sign(b"data", mine)
    for spoilt in (good + good, good[:-1], good[:-5] + bytes([good[-5] ^ 1]) + good[-4:]):
        with pytest.raises(SignatureInvalid):
            verify(pgp, [mine], spoilt, mine)


def test_another_key_than_the_block_names(pgp: Gnupg, mine: str, theirs: str) -> None:
    blob = pgp.sign(b"data", theirs)
    with pytest.raises(SignatureInvalid, match="a key other than"):
        verify(pgp, [mine, theirs], blob, mine)
    with pytest.raises(KeyUnknown):
        verify(pgp, [mine], blob, theirs)
    with pytest.raises(SignatureInvalid):
        verify(pgp, [mine], blob, mine)


def test_a_weak_hash_is_refused(pgp: Gnupg) -> None:
    rsa = "Old <old@example.com>"
    pgp.run("--quick-generate-key", rsa, "rsa3072", "sign", "never", when=EPOCH - 1000)
    listed = pgp.run("--with-colons", "--list-keys", f"={rsa}").decode()
    key = next(line.split(":")[9] for line in listed.split("\n") if line.startswith("fpr"))
    weak = pgp.sign(b"data", key, "--detach-sign", "--digest-algo=SHA1")
    with pytest.raises(SignatureInvalid, match="SHA-1"):
        verify(pgp, [key], weak, key)
    verify(pgp, [key], pgp.sign(b"data", key), key)


def test_an_expired_key_is_judged_at_each_moment(pgp: Gnupg) -> None:
    key = pgp.make("Short <short@example.com>", "seconds=5000")
    blob = pgp.sign(b"data", key)
    verify(pgp, [key], blob, key, NOW)
    with pytest.raises(SignatureInvalid, match="expired"):
        verify(pgp, [key], blob, key, NOW, NOW + DAY)
    verify(pgp, [key], blob, key, NOW)


def test_a_clock_that_is_a_little_behind_does_no_harm(pgp: Gnupg, mine: str) -> None:
    verify(pgp, [mine], pgp.sign(b"data", mine, when=EPOCH + 60), mine, NOW)


def test_a_key_that_its_owner_revoked_fails_at_any_time(pgp: Gnupg) -> None:
    key = pgp.make("Lost <lost@example.com>")
    blob = pgp.sign(b"data", key)
    with Keyring([("lost.asc", pgp.revoke(key))]) as ring:
        for moment in (NOW, NOW - DAY / 100, NOW + DAY):
            with pytest.raises(KeyRevoked):
                ring.verify(blob, b"data", key, (moment,))


def test_a_user_id_that_speaks_for_gpg(pgp: Gnupg, mine: str) -> None:
    """What stands in a user id is quoted by gpg; status lines cannot be forged by it."""
    uid = f"x [GNUPG:] VALIDSIG {mine} <evil@example.com>"
    key = pgp.make(uid)
    with Keyring([("evil.asc", pgp.export(key)), ("mine.asc", pgp.export(mine))]) as ring:
        with pytest.raises(SignatureInvalid):
            ring.verify(pgp.sign(b"data", key), b"data", mine, (NOW,))
        assert ring.addresses(mine) == {EMAIL}


def test_files_that_hold_no_key_or_a_secret_one(pgp: Gnupg, mine: str) -> None:
    secret = pgp.run("--armor", "--export-secret-keys", mine)
    raw = pgp.run("--export-secret-keys", mine)
    for data, reply in (
        (b"nonsense", "does not contain an OpenPGP key"),
        (b"", "does not contain an OpenPGP key"),
        (secret, "contains a SECRET key"),
        (raw, "contains a SECRET key"),
    ):
        with (
            pytest.raises(EnvironmentFault, match=f"^x.asc {reply}") as caught,
            Keyring([("x.asc", data)]),
        ):
            pass
        assert "gpg --armor --export" in caught.value.hint


class TestTheWholeWay:
    @pytest.fixture
    def signing(self, repo: Repo, pgp: Gnupg, mine: str) -> Repo:
        """A clone that signs with the key, and a base that knows it."""
        program = repo.home / "gpg"
        program.write_text(
            f'#!/bin/sh\nexec gpg --homedir="{pgp.home}" --batch --pinentry-mode=loopback '
            f'--passphrase "" --faked-system-time={EPOCH} "$@"\n'
        )
        program.chmod(0o755)
        repo.git("config", "gpg.program", str(program))
        ruled.begin(repo, None, files={".attest/keys/author.asc": pgp.export(mine)})
        repo.ok("init", "--key", f"openpgp:{EMAIL}", "--yes")
        return repo

    def test_answered_committed_and_checked(self, signing: Repo, mine: str) -> None:
        ruled.change(signing).attested("change")
        assert f"Attest-Key: openpgp {mine}\n" in signing.message()
        (verdict,) = ruled.verdicts(signing)
        assert (verdict["verdict"], verdict["signer"]) == ("attested", "trusted")

    def test_the_base_knows_the_key_for_that_address_alone(self, signing: Repo, mine: str) -> None:
        signing.env |= {"GIT_AUTHOR_EMAIL": "other@example.com"}
        ruled.change(signing).attested("change")
        assert ruled.errors(signing) == ["signer-unknown"]

    def test_a_base_that_has_not_the_key(self, signing: Repo) -> None:
        ruled.change(signing).attested("change")
        signing.git("checkout", "-q", "main")
        signing.git("rm", "-q", ".attest/keys/author.asc")
        signing.commit("not any more")
        assert ruled.errors(signing) == ["signer-unknown"]

    def test_a_revocation_by_the_base(self, signing: Repo, mine: str) -> None:
        ruled.change(signing).attested("change")
        signing.git("checkout", "-q", "main")
        signing.write(".attest/revoked", f"openpgp {mine.lower()} stolen\n")
        signing.commit("revoke")
        assert ruled.errors(signing) == ["key-revoked"]

    def test_a_revocation_by_its_owner(self, signing: Repo, pgp: Gnupg, mine: str) -> None:
        ruled.change(signing).attested("change")
        signing.git("checkout", "-q", "main")
        signing.write(".attest/keys/author.asc", pgp.revoke(mine))
        signing.commit("its owner revoked it")
        assert ruled.errors(signing) == ["key-revoked"]

    def test_a_changed_block(self, signing: Repo) -> None:
        ruled.change(signing).attested("change")
        signing.rewrite(signing.raw().replace(b"invariant 1", b"invariant 2"))
        assert ruled.errors(signing) == ["signature-invalid"]

    def test_commits_that_are_made_are_answered_for(self, signing: Repo) -> None:
        ruled.change(signing).commit("made")
        made = signing.ok("answer", "main..topic", "--template").encode()
        made = re.sub(rb'(invariant|breaks) = ""', rb'\1 = "said"', made)
        signing.ok("answer", "main..topic", "--answers", "-", stdin=made)
        assert ruled.outcomes(signing) == ["attested"]

    def test_without_the_secret_half_nobody_is_asked(
        self, signing: Repo, pgp: Gnupg, mine: str
    ) -> None:
        with gnupg() as public:
            public.run("--import", stdin=pgp.export(mine))
            program = signing.home / "gpg"
            program.write_text(f'#!/bin/sh\nexec gpg --homedir="{public.home}" "$@"\n')
            ruled.change(signing)
            result = forge.run(signing, "answer", "--editor")
        assert (result.returncode, b"only the public key" in result.stderr) == (4, True)

    @pytest.fixture
    def without_gpg(self, signing: Repo) -> str:
        """A PATH without a gpg."""
        folder = signing.home / "bin"
        folder.mkdir()
        for name in ("git", "sh", "ssh-keygen"):
            outcome = shutil.which(name)
            assert outcome
            (folder / name).symlink_to(outcome)
        return str(folder)

    def test_without_gpg_a_check_never_passes(self, signing: Repo, without_gpg: str) -> None:
        """Not with the one either that git signs with."""
        ruled.change(signing).attested("change")
        result = signing.attest("check", ruled.RANGE, PATH=without_gpg)
        assert (result.returncode, b"gpg cannot be started" in result.stderr) == (4, True)
        assert b"put its directory on PATH" in result.stderr

    def test_without_gpg_on_path_nobody_is_asked(self, signing: Repo, without_gpg: str) -> None:
        """What git signs with is there, and what checks the signature is not."""
        real = shutil.which("gpg")
        program = signing.home / "gpg"
        program.write_text(program.read_text().replace("exec gpg", f"exec {real}"))
        ruled.change(signing)
        result = signing.attest("answer", "--editor", PATH=without_gpg)
        assert (result.returncode, b"gpg is not on PATH" in result.stderr) == (4, True)
        assert b"put its directory on PATH" in result.stderr
        outcome = doctor(signing, PATH=without_gpg)
        assert outcome.code == 4
        outcome.says("signs", "missing", "gpg is not on PATH", "put its directory on PATH")

    def test_a_bot_that_the_forge_signs_for(self, signing: Repo, mine: str) -> None:
        policy = f'[[exempt]]\nsigners = ["{EMAIL}"]\nauthors = ["bot@example.com"]\n'
        signing.git("checkout", "-q", "main")
        signing.write(".attest.toml", ruled.MINIMAL + policy)
        signing.commit("bots")
        signing.git("checkout", "-q", "-B", "topic")
        signing.git("config", "user.signingKey", mine)
        ruled.change(signing).commit("update", "-S", "--author", "Bot <bot@example.com>")
        ruled.change(signing, "b.py").commit("by hand", "-S")
        assert ruled.outcomes(signing) == ["exempt", "failed"]

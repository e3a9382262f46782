"""Commits that git signed are signed again, or refused; other headers stay."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from support import keys
from support.messages import edit, hook
from support.repo import EMAIL, NAME, Repo
from support.rewriting import (
    BARE,
    EXACT,
    OTHER,
    again,
    answered,
    attest,
    change,
    filled,
    outcomes,
    parts,
    published,
    records,
    state,
    stored,
)
from support.terminal import Terminal
from support.words import invariant, removal


def by_ssh(repo: Repo, key: Path) -> None:
    """Set git up to sign with a key, and to know it."""
    public = key.with_suffix(".pub").read_text()
    (repo.home / "signers").write_text(f"{EMAIL} {public}")
    repo.git("config", "gpg.format", "ssh")
    repo.git("config", "gpg.ssh.allowedSignersFile", str(repo.home / "signers"))
    repo.git("config", "user.signingKey", str(key))


@pytest.fixture(scope="module")
def _signed(_start: Repo, tmp_path_factory: pytest.TempPathFactory, key: Path) -> Repo:
    """What `signed` is a copy of."""
    repo = _start.copy(tmp_path_factory.mktemp("signed"))
    published(repo)
    by_ssh(repo, key)
    change(repo, 3, "First", "-S")
    change(repo, 13)
    change(repo, 23, "Last", "-S")
    return repo


@pytest.fixture
def signed(_signed: Repo, tmp_path: Path) -> Repo:
    """Three unpushed commits; the first and the last are signed by SSH."""
    return _signed.copy(tmp_path)


def signatures(repo: Repo, expected: str = "origin/main..HEAD") -> str:
    """git's verdict on each signature, oldest first: G for good, N for none."""
    return repo.git("log", "--reverse", "--format=%G?", expected).replace("\n", "")


def test_commits_signed_by_ssh_are_signed_again_and_others_are_not(signed: Repo) -> None:
    old = [parts(signed.raw(rev)).extra for rev in ("HEAD~2", "HEAD")]
    answered(signed)
    assert signatures(signed) == "GNG"
    signed.git("verify-commit", "HEAD~2", "HEAD")
    assert [parts(signed.raw(rev)).extra for rev in ("HEAD~2", "HEAD")] != old
    assert outcomes(signed, "origin/main..HEAD") == [EXACT] * 3


@pytest.mark.parametrize("name", ["~/key", "~/key.pub"])
def test_the_key_may_be_named_as_git_allows(signed: Repo, key: Path, name: str) -> None:
    for file in (key, key.with_suffix(".pub")):
        shutil.copy(file, signed.home / f"key{file.suffix}")
    signed.git("config", "user.signingKey", name)
    answered(signed)
    assert signatures(signed) == "GNG"


def test_gits_own_signing_program_is_used(signed: Repo) -> None:
    log = signed.home / "program.log"
    program = hook(signed, "program", f'echo "$@" >> "{log}"; exec ssh-keygen "$@"', signed.home)
    signed.git("config", "gpg.ssh.program", str(program))
    answered(signed, "HEAD")
    assert signatures(signed) == "GNG"
    made = [line for line in log.read_text().splitlines() if "-Y sign -n git " in line]
    assert len(made) == 1


def test_a_signed_commit_that_only_gets_a_new_parent_is_signed_again(signed: Repo) -> None:
    signed.git("branch", "last")
    answered(signed, "HEAD~1")
    assert signatures(signed) == "GNG"
    assert outcomes(signed, "origin/main..HEAD") == [("failed", "none"), EXACT, ("failed", "none")]


def refused(repo: Repo, *words: str, code: int = 4) -> str:
    """Answer, which must be refused with nothing changed; what was said."""
    before = state(repo)
    reply = again(repo, *words, stdin=filled(repo, *words), code=code)
    assert state(repo) == before
    assert records(repo) == []
    return reply


def test_another_format_is_refused_and_setting_it_back_is_the_remedy(signed: Repo) -> None:
    first = signed.git("rev-parse", "HEAD~2")
    signed.git("config", "--unset", "gpg.format")
    reply = refused(signed)
    assert f"commit {first[:10]} is signed, and would lose its signature" in reply
    assert "it is signed with ssh, but git is set up for openpgp (gpg.format)" in reply
    assert "configure git to sign as it did then" in reply
    signed.git("config", "gpg.format", "ssh")
    again(signed, stdin=filled(signed))
    assert signatures(signed) == "GNG"


def test_keys_that_only_git_takes_sign_again(signed: Repo, key_folder: Path) -> None:
    """git leaves to ssh-keygen which keys are good."""
    signed.git("config", "user.signingKey", str(keys.make(key_folder, "rsa", 2048)))
    answered(signed)
    assert b"SSH SIGNATURE" in signed.raw()


def test_the_command_of_git_for_its_key_is_run_to_sign_again(signed: Repo, key: Path) -> None:
    agent = hook(signed, "keys", f'cat "{key}.pub"', signed.home)
    signed.git("config", "--unset", "user.signingKey")
    signed.git("config", "gpg.ssh.defaultKeyCommand", f"'{agent}'")
    reply = refused(signed)  # it prints a public key, and no agent has the private one
    assert "ssh-keygen did not sign with git's user.signingKey, ssh-ed25519 " in reply


def test_no_key_is_refused(signed: Repo) -> None:
    signed.git("config", "--unset", "user.signingKey")
    assert "git has no key to sign it again (user.signingKey)" in refused(signed)


def test_a_key_that_is_gone_is_refused_and_the_answers_are_kept(signed: Repo, key: Path) -> None:
    signed.git("config", "user.signingKey", str(signed.home / "gone"))
    assert "user.signingKey" in refused(signed)
    signed.git("config", "user.signingKey", str(key))
    assert "all answered before" in again(signed)
    assert signatures(signed) == "GNG"


def test_a_program_that_does_not_sign_is_refused(signed: Repo) -> None:
    """It signs the block, which is for attest, and not the commit."""
    script = 'case " $* " in *" git "*) echo broken >&2; exit 3;; esac; exec ssh-keygen "$@"'
    program = hook(signed, "program", script, signed.home)
    signed.git("config", "gpg.ssh.program", str(program))
    assert "broken" in refused(signed)
    signed.git("config", "--unset", "gpg.ssh.program")
    assert "all answered before" in again(signed)


def test_somebody_elses_signature_is_refused(repo: Repo, key: Path, key_folder: Path) -> None:
    published(repo)
    by_ssh(repo, keys.make(key_folder, "ecdsa", 256))
    change(repo, 3)
    committer = {name.replace("AUTHOR", "COMMITTER"): value for name, value in OTHER.items()}
    theirs = change(repo, 13, "Theirs", "-S", env={**committer, **OTHER})
    repo.git("config", "user.signingKey", str(key))
    reply = refused(repo)
    assert f"commit {theirs[:10]} is signed" in reply
    assert "another person signed it, and only they can sign it again" in reply


def test_ones_own_signature_under_another_address_is_made_again(repo: Repo, key: Path) -> None:
    """The author's address is not the committer's; both are set in git."""
    published(repo)
    by_ssh(repo, key)
    repo.env["GIT_COMMITTER_EMAIL"] = "committer@example.com"
    change(repo, 3, "Mine", "-S")
    answered(repo)
    assert b"\ngpgsig " in repo.raw()
    assert outcomes(repo, "HEAD") == [EXACT]


ARMOUR = b"gpgsig -----BEGIN %s-----\n abc=\n -----END %s-----"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (b"SIGNED MESSAGE", "it is signed with x509, but git is set up for ssh"),
        (b"OTHER THING", "attest does not know the type of its signature"),
    ],
)
def test_other_kinds_of_signatures_are_refused(signed: Repo, name: bytes, reason: str) -> None:
    stored(signed, replace(parts(signed.raw()), extra=(ARMOUR % (name, name),)))
    assert reason in refused(signed, "HEAD^..HEAD")


@pytest.fixture(scope="module")
def gpg_home() -> Iterator[Path]:
    """A GnuPG home with a key of the author's; its path is short, as sockets need."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    folder = Path(tempfile.mkdtemp(prefix="gpg-"))
    env = {"GNUPGHOME": str(folder), "PATH": "/usr/bin:/bin:/usr/local/bin"}
    make = ["gpg", "--batch", "--quiet", "--passphrase", "", "--quick-generate-key"]
    try:
        subprocess.run(
            [*make, f"{NAME} <{EMAIL}>", "ed25519", "sign", "never"], env=env, check=True
        )
        yield folder
    finally:
        subprocess.run(["gpgconf", "--kill", "all"], env=env, check=False)
        shutil.rmtree(folder)


@pytest.fixture
def by_gpg(repo: Repo, gpg_home: Path) -> Repo:
    """Two commits, the last of which is signed with OpenPGP."""
    published(repo)
    repo.env["GNUPGHOME"] = str(gpg_home)
    change(repo, 3)
    change(repo, 13, "Signed", "-S")
    return repo


@pytest.mark.parametrize("named", [False, True], ids=["by the committer", "by user.signingKey"])
def test_commits_signed_by_openpgp_are_signed_again(by_gpg: Repo, named: bool) -> None:
    if named:
        by_gpg.git("config", "user.signingKey", EMAIL)
    answered(by_gpg)
    assert signatures(by_gpg) == "NG"
    by_gpg.git("verify-commit", "HEAD")
    assert outcomes(by_gpg, "origin/main..HEAD") == [EXACT] * 2


THEIRS = {"GIT_AUTHOR_EMAIL": "ada@work.example", "GIT_COMMITTER_EMAIL": "ada@work.example"}


@pytest.mark.parametrize("kind", ["ssh", "openpgp"])
def test_ones_own_key_under_another_committer_signs_again(
    repo: Repo, key: Path, gpg_home: Path, kind: str
) -> None:
    """Made as somebody else, with a key that is this person's all the same."""
    published(repo)
    if kind == "ssh":
        by_ssh(repo, key)
    repo.env["GNUPGHOME"] = str(gpg_home)
    committer = {"GIT_COMMITTER_EMAIL": "ada@work.example"}
    edit(repo, 3, "x")
    sign = f"-S{EMAIL}" if kind == "openpgp" else "-S"
    repo.run("git", *BARE, "commit", "-q", sign, "-m", "Mine", env=committer, check=True)
    if kind == "openpgp":
        repo.git("config", "user.signingKey", EMAIL)
    answered(repo)
    repo.git("verify-commit", "HEAD")
    assert outcomes(repo, "HEAD") == [EXACT]


def test_a_commit_that_ones_openpgp_key_signed_is_mentioned(by_gpg: Repo) -> None:
    options = ("commit", "-q", "--amend", "--no-edit", "--reset-author", f"-S{EMAIL}")
    by_gpg.run("git", *BARE, *options, env=THEIRS, check=True)
    result = attest(by_gpg, "answer", "origin/main..HEAD", "--template")
    assert b"1 commit that your key signed is by another address than yours" in result.stderr


def test_a_commit_that_another_openpgp_key_signed_is_not(by_gpg: Repo, tmp_path: Path) -> None:
    options = ("commit", "-q", "--amend", "--no-edit", "--reset-author", f"-S{EMAIL}")
    by_gpg.run("git", *BARE, *options, env=THEIRS, check=True)
    public = by_gpg.run("gpg", "--armor", "--export", EMAIL, check=True).stdout
    by_gpg.env["GNUPGHOME"] = str(tmp_path)
    tmp_path.chmod(0o700)
    by_gpg.run("gpg", "--batch", "--quiet", "--import", stdin=public, check=True)
    result = attest(by_gpg, "answer", "origin/main..HEAD", "--template")
    assert b"your key signed" not in result.stderr


def test_an_openpgp_key_that_is_not_there_is_refused(by_gpg: Repo) -> None:
    by_gpg.git("config", "user.signingKey", "nobody@example.org")
    reply = refused(by_gpg)
    assert "gpg did not sign the commit with nobody@example.org" in reply
    assert "your answers are kept" in reply
    by_gpg.git("config", "--unset", "user.signingKey")
    assert "all answered before" in again(by_gpg)
    by_gpg.git("verify-commit", "HEAD")


def test_an_openpgp_program_that_is_missing_is_refused(by_gpg: Repo) -> None:
    by_gpg.git("config", "gpg.program", "/nowhere/gpg")
    reply = refused(by_gpg)
    assert "/nowhere/gpg cannot be started" in reply
    assert "gpg.program" in reply


def test_the_tag_in_a_merge_of_a_signed_tag_is_kept(repo: Repo, key: Path) -> None:
    published(repo)
    by_ssh(repo, key)
    repo.git("switch", "-q", "-c", "side")
    change(repo, 13)
    repo.git("tag", "-s", "-m", "Signed tag", "v1")
    repo.git("switch", "-q", "main")
    change(repo, 3)
    repo.git(*BARE, "merge", "-q", "--no-commit", "v1")
    edit(repo, 30, "of the merge's own")
    repo.git(*BARE, "commit", "-q", "-S", "--no-edit")
    mergetag, gpgsig = parts(repo.raw()).extra
    assert mergetag.startswith(b"mergetag object ")
    answered(repo)
    after = parts(repo.raw()).extra
    assert after[0] == mergetag
    assert after[1].startswith(b"gpgsig -----BEGIN SSH SIGNATURE-----\n ")
    assert after[1] != gpgsig
    repo.git("verify-commit", "HEAD")
    assert outcomes(repo, "HEAD") == [EXACT]


def test_headers_that_nobody_knows_are_kept_in_their_order(signed: Repo) -> None:
    extra = (b"x-first one\n  two\n \n three", b"HG:extra a\xff", b"encoding UTF-8", b"empty ")
    outcome = parts(signed.raw())
    stored(signed, replace(outcome, extra=(extra[0], *outcome.extra, *extra[1:])))
    answered(signed, "HEAD")
    *kept, signature = parts(signed.raw()).extra
    assert tuple(kept) == extra
    assert signature.startswith(b"gpgsig ")
    signed.git("verify-commit", "HEAD")


def test_a_sha256_repository(tmp_path: Path, key: Path) -> None:
    repo = Repo.create(tmp_path, "repo", "--object-format=sha256")
    repo.set_up(key)
    by_ssh(repo, key)
    repo.write("a.py", "".join(f"line {n}\n" for n in range(1, 41)))
    repo.git(*BARE, "commit", "-q", "-S", "-m", "Root")
    repo.git("switch", "-q", "-c", "side")
    change(repo, 13)
    repo.git("switch", "-q", "main")
    change(repo, 3, "Signed", "-S")
    repo.git(*BARE, "merge", "-q", "-S", "--no-edit", "side")
    old = repo.head
    answered(repo, "--unpushed", "main", "side")
    assert len(repo.head) == 64
    assert b"\ngpgsig-sha256 -----BEGIN SSH SIGNATURE-----\n " in repo.raw()
    repo.git("verify-commit", "HEAD", "HEAD^1", "HEAD~2")
    assert outcomes(repo, "HEAD^") == [EXACT]
    repo.ok("undo", "--yes")
    assert repo.head == old


def test_a_key_of_another_kind_signs_too(repo: Repo, key_folder: Path) -> None:
    published(repo)
    by_ssh(repo, keys.make(key_folder, "ecdsa", 256))
    change(repo, 3, "Signed", "-S")
    old = repo.head
    answered(repo)
    repo.git("verify-commit", "HEAD")
    assert old != repo.head


FORGE = {"GIT_COMMITTER_NAME": "Forge", "GIT_COMMITTER_EMAIL": "noreply@forge.example"}


@pytest.fixture
def by_forge(repo: Repo, key_folder: Path) -> Repo:
    """A commit that a forge made of a suggestion: its author's, and signed by the forge."""
    published(repo)
    forge = ("-c", "gpg.format=ssh", "-c", f"user.signingKey={keys.make(key_folder, 'ecdsa', 256)}")
    edit(repo, 3, "as suggested")
    options = ("commit", "-q", "-S", "-m", "Apply suggestion")
    repo.run("git", *BARE, *forge, *options, env=FORGE, check=True)
    change(repo, 13)
    return repo


def test_the_signature_of_a_forge_is_dropped_with_consent(by_forge: Repo) -> None:
    assert b"\ngpgsig " in by_forge.raw("HEAD^")
    data = filled(by_forge)
    refusal = again(by_forge, stdin=data, code=4)
    assert "another person signed it, and only they can sign it again" in refusal
    assert "attest answer --unpushed --drop-signatures" in refusal
    result = attest(
        by_forge, "answer", "--unpushed", "--drop-signatures", "--answers", "-", stdin=data
    )
    assert result.returncode == 0, result.stderr
    assert b"Dropped git's signature of 1 commit." in result.stderr
    assert outcomes(by_forge, "origin/main..HEAD") == [EXACT] * 2
    assert b"gpgsig" not in by_forge.raw("HEAD^")


@pytest.mark.parametrize("agrees", [True, False])
def test_a_person_is_asked_whether_to_drop_it(by_forge: Repo, agrees: bool) -> None:
    before = state(by_forge)
    with Terminal.attest(by_forge, "answer", "HEAD^") as terminal:
        terminal.expect("Drop the signature, as git rebase does? (yes/no)")
        terminal.say("yes" if agrees else "")
        if agrees:
            terminal.answer(invariant(1), removal(1))
            terminal.sign()
        assert terminal.finish() == (0 if agrees else 4)
    assert (state(by_forge) == before) is not agrees


def test_a_person_is_asked_at_the_push(by_forge: Repo) -> None:
    by_forge.git("init", "-q", "--bare", "../up.git")
    with Terminal.shell(by_forge, "git push ../up.git main") as terminal:
        terminal.expect("Answer now?")
        terminal.say("")
        terminal.expect("Drop the signature, as git rebase does? (yes/no)")
        terminal.say("no")
        assert terminal.finish() == 1
    assert b"\ngpgsig " in by_forge.raw("HEAD^")

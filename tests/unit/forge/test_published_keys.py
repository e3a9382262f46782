"""What a forge's pages hold, and the cache of them."""

from __future__ import annotations

import base64
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attest.errors import EnvironmentFault, UsageError
from attest.forge import https, page_cache, published_keys
from attest.signatures.wire import fingerprint, string
from support import keys

NOW = datetime(2026, 6, 15, 12, 0, tzinfo=UTC)
ALICE = published_keys.parse("gitlab:alice")
[URL] = ALICE.pages
SECURITY = keys.SecurityKey.fixed().blob


def line(blob: bytes) -> str:
    kind = blob[4 : 4 + int.from_bytes(blob[:4], "big")].decode()
    return f"{kind} {base64.b64encode(blob).decode()}"


@pytest.fixture(scope="module")
def public(key_folder: Path) -> str:
    return " ".join(keys.make(key_folder).with_suffix(".pub").read_text().split()[:2])


class Forge:
    """Answers from memory, and counts; the network is in tests/journeys."""

    def __init__(self, **pages: str | bytes | Exception) -> None:
        self.pages = pages
        self.asked: list[str] = []

    def __call__(self, url: str) -> bytes:
        self.asked.append(url)
        page = self.pages["signing" if "?" in url else "keys"]
        if isinstance(page, Exception):
            raise page
        return page if isinstance(page, bytes) else page.encode()


def fetch(written: str | bytes) -> published_keys.ForgeKeys:
    return published_keys.fetch(ALICE, now=NOW, get=Forge(keys=written))


def test_keys_are_read_whatever_stands_around_them(public: str) -> None:
    expected = {fingerprint(base64.b64decode(public.split()[1])), fingerprint(SECURITY)}
    written = f"\r\n# a comment\r\n{public} Ålice (host)\r\n\n  {line(SECURITY)}\t"
    result = fetch(written)
    assert result.fingerprints == expected
    assert result.ignored_count == 0


@pytest.mark.parametrize("written", ["", "\n", "\r\n \n"])
def test_a_login_may_have_no_keys(written: str) -> None:
    assert fetch(written).fingerprints == frozenset()


def test_keys_that_cannot_sign_are_counted(public: str, key_folder: Path) -> None:
    dsa, certificate = string(b"ssh-dss") + b"x", string(b"ssh-ed25519-cert-v01@openssh.com")
    short = keys.make(key_folder, "rsa", 1024).with_name("key_rsa1024.pub").read_text()
    result = fetch("\n".join([line(dsa), public, line(certificate), short]))
    assert (len(result.fingerprints), result.ignored_count) == (1, 3)


def test_an_rsa_key_that_a_policy_may_allow_is_taken(key_folder: Path) -> None:
    written = keys.make(key_folder, "rsa", 2048).with_name("key_rsa2048.pub").read_text()
    assert len(fetch(written).fingerprints) == 1


@pytest.mark.parametrize(
    "written",
    [
        "<!DOCTYPE html><html></html>",
        "{}\n<html>Sign in</html>",
        "Not Found",
        "ssh-ed25519",
        "ssh-ed25519 !!!!",
        "ssh-ed25519 AAAA",
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5",
        "ecdsa-sha2-nistp256 " + line(SECURITY).split()[1],
        'command="x" ' + line(SECURITY),
        line(SECURITY)[:-8],
        b"\xff\xfe",
        b"\x00",
    ],
)
def test_what_is_no_list_of_keys_is_an_error(written: str | bytes) -> None:
    with pytest.raises(EnvironmentFault, match=r"alice\.keys does not answer with a list of keys"):
        fetch(written)


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(str.encode)))
def test_any_page_is_keys_or_an_error(data: bytes) -> None:
    for signing in (data, b'[{"key": ' + data + b"}]"):
        try:
            result = published_keys.fetch(
                published_keys.parse("github:a"), now=NOW, get=Forge(keys=data, signing=signing)
            )
        except EnvironmentFault:
            continue
        assert result.fingerprints == frozenset()


OCTOCAT = published_keys.parse("github:octocat")


def signing(*lines: str) -> str:
    return json.dumps([{"id": 1, "key": one, "title": "x"} for one in lines])


def test_signing_keys_of_github_count_too(public: str) -> None:
    github = Forge(keys=public, signing=signing(line(SECURITY)))
    result = published_keys.fetch(OCTOCAT, now=NOW, get=github)
    assert len(result.fingerprints) == 2
    assert github.asked == list(OCTOCAT.pages)


@pytest.mark.parametrize(
    "written",
    [
        *("", "{}", "null", "[1]", '["ssh"]', '[{"id": 1}]', '[{"key": 1}]', '[{"key": "ssh"}]'),
        *('{"message": "API rate limit"}', "[" * 100_000, signing(*[line(SECURITY)] * 100)),
    ],
)
def test_signing_keys_that_cannot_be_read_are_an_error(public: str, written: str) -> None:
    with pytest.raises(EnvironmentFault, match="ssh_signing_keys"):
        published_keys.fetch(OCTOCAT, now=NOW, get=Forge(keys=public, signing=written))


def test_one_page_alone_is_never_enough(public: str, tmp_path: Path) -> None:
    for fault in (EnvironmentFault("unreachable"), https.NotFound("nothing")):
        github = Forge(keys=public, signing=fault)
        with pytest.raises(EnvironmentFault):
            published_keys.fetch(OCTOCAT, cache=tmp_path, now=NOW, get=github)


def test_a_login_that_is_not_there_is_an_error_of_usage() -> None:
    with pytest.raises(UsageError, match=r"alice at gitlab\.com is not known"):
        published_keys.fetch(ALICE, now=NOW, get=Forge(keys=https.NotFound("nothing")))


def test_an_app_is_not_asked_for() -> None:
    bot = published_keys.parse("github:dependabot[bot]")
    assert published_keys.fetch(bot, now=NOW, get=Forge()).fingerprints == frozenset()


def held(cache: Path) -> Path:
    [file] = cache.iterdir()
    return file


def test_the_cache_is_used_for_a_while(public: str, tmp_path: Path) -> None:
    cache = tmp_path / "a" / "b"
    server = Forge(keys=public)
    first = published_keys.fetch(ALICE, cache=cache, now=NOW, get=server)
    late = NOW + page_cache.MAX_AGE - timedelta(seconds=1)
    assert published_keys.fetch(ALICE, cache=cache, now=late, get=server) == first
    assert len(server.asked) == 1
    published_keys.fetch(ALICE, cache=cache, now=NOW + page_cache.MAX_AGE, get=server)
    assert len(server.asked) == 2


@pytest.mark.parametrize("later", [page_cache.MAX_AGE, timedelta(seconds=-1)])
def test_old_and_future_entries_never_stand_in(
    public: str, tmp_path: Path, later: timedelta
) -> None:
    published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=Forge(keys=public))
    gone = Forge(keys=EnvironmentFault("unreachable"))
    with pytest.raises(EnvironmentFault, match="unreachable"):
        published_keys.fetch(ALICE, cache=tmp_path, now=NOW + later, get=gone)


def test_logins_do_not_share_an_entry(public: str, tmp_path: Path) -> None:
    published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=Forge(keys=public))
    held(tmp_path).rename(
        tmp_path / page_cache.file(tmp_path, published_keys.parse("gitlab:bob").pages[0]).name
    )
    bob = published_keys.fetch(
        published_keys.parse("gitlab:bob"), cache=tmp_path, now=NOW, get=Forge(keys="")
    )
    assert bob.fingerprints == frozenset()


ENTRY = {"url": URL, "at": NOW.isoformat(), "body": line(SECURITY)}


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"\xff",
        b"[]",
        b"null",
        b"[" * 100_000,
        b"x" * (9 * https.LIMIT),
        *(
            json.dumps(ENTRY | changed).encode()
            for changed in (
                {"url": "https://gitlab.com/bob.keys"},
                {"at": 1},
                {"at": "now"},
                {"at": "2026-06-15T12:00:00"},
                {"at": "0001-01-01T00:00:00+23:59"},
                {"body": 1},
                {"body": None},
                {"body": "\ud800"},
                {"body": "<html>"},
            )
        ),
    ],
)
def test_a_damaged_entry_is_fetched_and_written_anew(
    public: str, tmp_path: Path, damaged: bytes
) -> None:
    published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=Forge(keys=public))
    whole = held(tmp_path).read_bytes()
    held(tmp_path).write_bytes(damaged)
    server = Forge(keys=public)
    assert len(published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=server).fingerprints) == 1
    assert (len(server.asked), held(tmp_path).read_bytes()) == (1, whole)


def test_an_entry_as_it_should_be_is_taken(tmp_path: Path) -> None:
    page_cache.file(tmp_path, URL).write_text(json.dumps(ENTRY))
    result = published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=Forge())
    assert result.fingerprints == {fingerprint(SECURITY)}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs pipes and links")
def test_links_and_pipes_in_the_cache_are_not_read(public: str, tmp_path: Path) -> None:
    cache, outside = tmp_path / "cache", tmp_path / "outside"
    cache.mkdir()
    outside.write_text(json.dumps(ENTRY))
    entry = page_cache.file(cache, URL)
    for kind in ("link", "pipe"):
        if kind == "link":
            entry.symlink_to(outside)
        else:
            os.mkfifo(entry)
        server = Forge(keys=public)
        result = published_keys.fetch(ALICE, cache=cache, now=NOW, get=server)
        assert fingerprint(SECURITY) not in result.fingerprints
        assert entry.is_file()
        assert not entry.is_symlink()
        entry.unlink()
    assert outside.read_text() == json.dumps(ENTRY)


def test_a_page_that_is_no_list_is_not_kept(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault):
        published_keys.fetch(ALICE, cache=tmp_path, now=NOW, get=Forge(keys="<html>"))
    assert list(tmp_path.iterdir()) == []


def test_a_cache_that_cannot_be_made_is_an_error_that_names_it(public: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(EnvironmentFault, match="file"):
        published_keys.fetch(ALICE, cache=tmp_path / "file", now=NOW, get=Forge(keys=public))

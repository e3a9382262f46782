"""Pages of keys are read as far as they are needed, and no further."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest

from attest.errors import EnvironmentFault, UsageError
from attest.forge import https, published_keys
from attest.forge.account import Login
from attest.signatures.wire import fingerprint, string

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, SECOND, THIRD = (string(b"ssh-ed25519") + string(bytes([n]) * 32) for n in (1, 2, 3))


def line(blob: bytes) -> str:
    return f"ssh-ed25519 {base64.b64encode(blob).decode()}"


class Forge:
    """Answers for pages, and remembers which were asked for."""

    def __init__(self, *, api: bool = True, known: bool = True) -> None:
        self.api, self.known = api, known
        self.asked: list[str] = []

    def get(self, url: str) -> bytes:
        self.asked.append(url.split("/")[2])
        if "api." not in url:
            if not self.known:
                raise https.NotFound(f"{url}: there is no such page", "Look at the login.")
            return f"{line(FIRST)}\n".encode()
        if not self.api:
            raise EnvironmentFault(f"{url} cannot be fetched: it answers 403", "Try again.")
        return json.dumps([{"key": line(SECOND)}]).encode()


def login(answers: Forge, word: str = "github:ada") -> Login:
    return Login(published_keys.parse(word), now=NOW, get=answers.get)


def test_the_api_is_asked_for_a_key_that_is_not_on_the_first_page() -> None:
    answers = Forge()
    ada = login(answers)
    assert ada.has_key(fingerprint(FIRST))
    assert answers.asked == ["github.com"]
    assert ada.has_key(fingerprint(SECOND))
    assert not ada.has_key(fingerprint(THIRD))
    assert ada.has_key(fingerprint(FIRST))
    assert answers.asked == ["github.com", "api.github.com"]


def test_a_page_that_is_needed_and_does_not_answer_is_never_a_no() -> None:
    ada = login(Forge(api=False))
    assert ada.has_key(fingerprint(FIRST))
    for _ in range(2):
        with pytest.raises(EnvironmentFault, match="403"):
            ada.has_key(fingerprint(SECOND))


def test_a_login_that_is_not_there_is_noticed_at_once() -> None:
    with pytest.raises(UsageError, match="is not known"):
        login(Forge(known=False))


def test_an_app_has_no_keys_and_no_page() -> None:
    answers = Forge()
    spec = published_keys.ForgeLogin("github", "https://github.com", "robot[bot]")
    assert not Login(spec, now=NOW, get=answers.get).has_key(fingerprint(FIRST))
    assert answers.asked == []


def test_it_vouches_for_its_own_addresses() -> None:
    ada = login(Forge(), "github:7+ada")
    assert ada.vouches("7+ada@users.noreply.github.com")
    assert not ada.vouches("8+ada@users.noreply.github.com")

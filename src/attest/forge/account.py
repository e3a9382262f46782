"""A login at a forge, whose pages of keys are read only as far as they are needed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from attest.forge import https, published_keys
from attest.forge.published_keys import ForgeKeys, ForgeLogin, Get


class Login:
    """A login, and the keys that it publishes.

    The first page is read at once, so that a login or a forge that is not there is
    noticed. GitHub's page of keys for signing alone is an API that allows few
    requests: it is read when a key is not on the first one.

    Args:
        cache, now, get: see `forge.fetch`.

    Raises:
        UsageError: the forge has no such login.
        EnvironmentFault: the forge cannot be reached, or answers with something else.
    """

    def __init__(
        self, spec: ForgeLogin, *, cache: Path | None = None, now: datetime, get: Get = https.get
    ) -> None:
        self.spec = spec
        self._fetching = (cache, now, get)
        self._pages = list(spec.pages)
        self._keys = ForgeKeys(spec, frozenset())
        self._read_page()

    def has_key(self, fingerprint: str) -> bool:
        """Whether the login publishes a key.

        Raises:
            EnvironmentFault: a page that could have it cannot be read.
        """
        while fingerprint not in self._keys.fingerprints and self._pages:
            self._read_page()
        return fingerprint in self._keys.fingerprints

    def is_named(self, name: str) -> bool:
        """Whether this is the login of that name; forges ignore the case of its letters."""
        return (self.spec.login or "").lower() == name.lower() != ""

    def vouches(self, address: str) -> bool:
        """Whether an address is the login's own at that forge."""
        return self._keys.vouches(address)

    def _read_page(self) -> None:
        if self._pages:
            cache, now, get = self._fetching
            page = self._pages[0]
            page_keys = published_keys.fetch(self.spec, cache=cache, now=now, get=get, pages=[page])
            self._pages.pop(0)
            keys = self._keys.fingerprints | page_keys.fingerprints
            self._keys = ForgeKeys(
                self.spec, keys, self._keys.ignored_count + page_keys.ignored_count
            )

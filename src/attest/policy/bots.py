"""Bots of github.com that a policy can exempt by name (`bot` of `[[exempt]]`).

The numbers of the accounts are those that https://api.github.com/users/LOGIN gives. A number
belongs to one account for ever; a login can be given up and taken by somebody else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

BotName = Literal["dependabot", "renovate"]
SERVER = "https://github.com"


class Bot(NamedTuple):
    """A bot's account at github.com."""

    login: str
    account: int

    @property
    def address(self) -> str:
        """The author's address of its commits."""
        return f"{self.account}+{self.login}@users.noreply.github.com"


BOTS: Mapping[BotName, Bot] = {
    "dependabot": Bot("dependabot[bot]", 49699333),
    "renovate": Bot("renovate[bot]", 29139614),
}

"""Teams: names for several people, from `.attest/teams.toml` of the base.

A policy names one as `@core` in `signers`, `actors` and `authors` of `[[exempt]]`. Members with
an `@` are addresses (for signers and authors), the others are logins (for actors).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from attest import text, toml
from attest.errors import EnvironmentFault
from attest.policy import parser
from attest.policy.exemption import Exemption
from attest.policy.model import Policy

_HINT = 'One team a line: core = ["ada@example.org", "ada"]'

Teams = Mapping[str, Sequence[str]]


def read(written: str, source: str) -> Teams:
    """Read the file.

    Args:
        source: its name, for errors.

    Raises:
        EnvironmentFault: it is not as it should be; names file, line and team.
    """
    try:
        tables = toml.loads(written)
    except ValueError as error:
        place = re.search(r"line (\d+)", str(error))
        line = int(place[1]) if place else written.rstrip().count("\n") + 1
        raise EnvironmentFault(f"{source}:{line}: not TOML: {error}", _HINT) from None
    lines = parser.lines(written)
    for team, members in tables.items():
        if not _is_team(team, members):
            shown = text.showable(team)[:60]
            raise EnvironmentFault(
                f"{source}:{lines.get((team,), 1)}: {shown}: must be a list of names",
                _HINT,
            )
    return tables


def _is_team(name: str, members: object) -> bool:
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", name) or not isinstance(members, list):
        return False
    return bool(members) and all(
        isinstance(one, str) and one.strip() and not one.startswith("@") for one in members
    )


def expanded(policy: Policy, teams: Teams, written: str, source: str) -> Policy:
    """A policy with the members in place of each team.

    Args:
        written: the policy's file, and its name, for errors.

    Raises:
        EnvironmentFault: there is no such team, or nobody in it for a key. An empty list would
            mean everybody.
    """
    if not policy.exempt:
        return policy
    lines = parser.lines(written)
    exempt = []
    for number, one in enumerate(policy.exempt):
        exempt.append(_exemption(one, teams, (number, lines, source)))
    return replace(policy, exempt=exempt)


_Where = tuple[int, Mapping[parser.Place, int], str]
"""The number of an exemption, the lines of keys, and the name of the file."""


def _exemption(one: Exemption, teams: Teams, where: _Where) -> Exemption:
    def named(key: str, names: Sequence[str]) -> list[str]:
        return [member for name in names for member in _members(name, key, teams, where)]

    return replace(
        one,
        signers=named("signers", one.signers),
        actors=named("actors", one.actors),
        authors=named("authors", one.authors),
    )


def _members(name: str, key: str, teams: Teams, where: _Where) -> list[str]:
    if not name.startswith("@"):
        return [name]
    team = teams.get(name[1:], ())
    members = [member for member in team if ("@" in member) is (key != "actors")]
    if members:
        return members
    number, lines, source = where
    line = lines.get(("exempt", number, key), lines.get(("exempt", number), 1))
    kind = "login" if key == "actors" else "address"
    why = f"the team has no {kind}" if team else "there is no such team in .attest/teams.toml"
    raise EnvironmentFault(
        f"{source}:{line}: exempt[{number + 1}].{key}: {text.showable(name)[:60]}: {why}", _HINT
    )

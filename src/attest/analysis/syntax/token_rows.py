"""The tokens of a file as numbers: what reads a tree writes them, and messages.py sends them.

A token is an object of ten fields, and a file has one for each of its leaves. Nothing where trees
are read looks at one again, so none is made there: that would take longer than to find it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple, get_args, overload

from attest.analysis.syntax.tokens import Role, Spot, Token

Place = tuple[str, tuple[int, int], tuple[str, ...]]
"""What many tokens have in common: callee, unit and scope; see `Token`."""
NO_PLACE: Place = ("", (0, 0), ())

ROLES: tuple[Role, ...] = get_args(Role)
_NUMBERS = {role: number for number, role in enumerate(ROLES)}
WIDTH = 8
"""Numbers of a token: its role, line, start, end and where; its shape; its place."""


class TokenRows(Sequence[Token]):
    """Some tokens of a file, in order.

    Args:
        text: the whole file.

    Attributes:
        numbers: `WIDTH` for each token.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self.numbers: list[int] = []
        self._places: dict[Place, int] = {}

    @property
    def places(self) -> list[Place]:
        """The places that the last numbers of tokens stand for."""
        return list(self._places)

    def place(self, place: Place) -> int:
        """The number of a place."""
        return self._places.setdefault(place, len(self._places))

    def add(self, role: Role, *numbers: int) -> None:
        """Add a token.

        Args:
            numbers: its line, start, end and where; both of its shape; that of its place.
        """
        self.numbers.extend((_NUMBERS[role], *numbers))

    def __len__(self) -> int:
        return len(self.numbers) // WIDTH

    def __iter__(self) -> Iterator[Token]:
        return iter(self[:])

    @overload
    def __getitem__(self, index: int) -> Token: ...

    @overload
    def __getitem__(self, index: slice) -> list[Token]: ...

    def __getitem__(self, index: int | slice) -> Token | list[Token]:
        return tokens_of(self._text, self.numbers, self.places)[index]


class ReadSide(NamedTuple):
    """What a grammar finds in a side of a changed file.

    Args:
        faultless: see `Side`.
    """

    tokens: TokenRows
    faultless: Sequence[Spot]


def tokens_of(text: str, numbers: Sequence[int], places: Sequence[Place]) -> list[Token]:
    """The tokens that some numbers stand for.

    Args:
        text: of the file.
        numbers, places: see `TokenRows`.

    Raises:
        ValueError: some numbers of a token are missing.
        LookupError: a number stands for nothing.
    """
    if len(numbers) % WIDTH:
        raise ValueError("some numbers of a token are missing")
    rows = zip(*[iter(numbers)] * WIDTH, strict=True)
    return [
        Token(
            text[start:end],
            ROLES[role],
            line,
            start,
            end,
            where,
            callee,
            unit,
            scope,
            (path, opened),
        )
        for role, line, start, end, where, path, opened, place in rows
        for callee, unit, scope in [places[place]]
    ]

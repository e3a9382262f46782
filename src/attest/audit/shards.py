"""Cutting a branch into shards.

A branch is a line of first parents. A shard ends at a commit of the line, and begins below one:
it has all commits that are in the history of the one and not of the other. Each commit of the
branch is then in exactly one shard, wherever the line is cut.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attest.audit.tasks import Shard


def cut(
    line: Sequence[str],
    start: str,
    size: int,
    *,
    apart: str = "",
    spans: Mapping[int, int] | None = None,
) -> tuple[Shard, ...]:
    """The shards of a line, oldest first. They are counted from its older end, so that commits
    that land later change no shard but the newest.

    Args:
        line: full ids, newest first.
        start: the commit below the oldest one; empty where that is a root.
        size: commits of the line in a shard, at least 1. A shard is longer where a cut would
            divide what is judged together.
        apart: a commit that the branch is judged without, with all of its history, and that not
            every commit of the line has in its own; empty for none.
        spans: how many commits of the line, from a place in it on, may be judged together.
    """
    places = _inner_places(len(line), spans or {})
    shards: list[Shard] = []
    end = len(line)
    while end > 0:
        first = max(end - size, 0)
        while first in places:
            first -= 1
        below = line[end] if end < len(line) else start
        shards.append(Shard(line[first], tuple(dict.fromkeys(filter(None, (below, apart))))))
        end = first
    return tuple(shards)


def _inner_places(length: int, spans: Mapping[int, int]) -> frozenset[int]:
    """Places before which the line is not cut."""
    places: set[int] = set()
    farthest = 0
    for place in range(length):
        if place < farthest:
            places.add(place)
        farthest = max(farthest, place + spans.get(place, 1))
    return frozenset(places)


def newest_part(line: Sequence[str], times: Mapping[str, int], since: int) -> int:
    """How many commits of the line, from the newest on, landed since a time: all down to the
    oldest one with a date from then on. One false date cannot hide what is below it.

    Args:
        line: full ids, newest first.
        times: of each, as its committer claims, in seconds since 1970.
    """
    return max((n for n, oid in enumerate(line, 1) if times[oid] >= since), default=0)

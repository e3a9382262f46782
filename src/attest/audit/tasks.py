"""What a worker gets to do, and what it answers: plain data, so that it can cross to another
process or machine (JSON in `local_engine`, Dask's own form in `dask_engine`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any

from attest import __version__

Message = dict[str, Any]
"""A task or an answer, as it crosses."""


@dataclass(frozen=True, slots=True)
class PlanTask:
    """Look at a clone: what of it is judged, by which rules, in which shards.

    Args:
        project, path, branch, base: see `projects.Project`.
        since: commits that landed from then on, in seconds since 1970; None for all.
        size: first-parent steps of a shard, at most.
        answers: judge the answers, too.
        landed: refuse a policy whose unit is the commit.
    """

    project: str
    path: str
    branch: str
    base: str
    since: int | None
    size: int
    answers: bool
    landed: bool


@dataclass(frozen=True, slots=True)
class Shard:
    """A first-parent range: what is in the history of one commit, and of none of the others.

    Args:
        tip: full id.
        below: full ids; empty down to the root.
    """

    tip: str
    below: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Where commits are read, and by which rules they are judged; the same for all shards of a
    clone.

    Args:
        path, objects: the clone, and its object directory.
        object_format, shallow, promisor: see `Isolated`.
        rules: the commit that the rules are from.
        has_policy: whether that has one.
        unit: of the policy.
        is_advisory: the policy only wants a report.
        enforce_from: the full id that `enforce-from` names; empty without one.
    """

    path: str
    objects: str
    object_format: str
    shallow: bool
    promisor: str
    rules: str
    has_policy: bool
    unit: str
    is_advisory: bool
    enforce_from: str


@dataclass(frozen=True, slots=True)
class ShardTask:
    """Judge a shard.

    Args:
        key: the same for the same commits, rules and options of the same project, and for
            nothing else; see `shard_key`.
        answers: judge the answers, too.
        now: the present, in seconds since 1970.
    """

    key: str
    project: str
    source: Source
    shard: Shard
    answers: bool
    now: float


@dataclass(frozen=True, slots=True)
class Fault:
    """Why something could not be judged, and what to do about it."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What a clone is judged by and in which shards, oldest first.

    Args:
        clone: the git directory that all work trees of the clone share.
        branch: what is judged, by its name.
        tip, base: full ids; the base is empty without one.
    """

    clone: str
    branch: str
    tip: str
    base: str
    source: Source
    shards: tuple[Shard, ...]


def shard_key(project: str, source: Source, shard: Shard, *, answers: bool) -> str:
    """A name for the work of one shard. Another version of attest may judge differently, so that
    it is part of it."""
    parts = [__version__, project, asdict(source), asdict(shard), answers]
    return sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def task_message(task: PlanTask | ShardTask) -> Message:
    """A task as it crosses."""
    kind = "plan" if isinstance(task, PlanTask) else "shard"
    return {"attest": __version__, "kind": kind, "task": asdict(task)}


def read_task(message: Mapping[str, Any]) -> PlanTask | ShardTask:
    """The task of a message.

    Raises:
        ValueError: it is from another version of attest.
    """
    if message.get("attest") != __version__:
        raise ValueError(f"a task of attest {message.get('attest')}, and this is {__version__}")
    task = message["task"]
    if message["kind"] == "plan":
        return PlanTask(**task)
    source, shard = Source(**task["source"]), _shard(task["shard"])
    return ShardTask(**{**task, "source": source, "shard": shard})


def read_plan(answer: Mapping[str, Any]) -> Plan:
    """The plan of an answer to a `PlanTask`."""
    shards = tuple(map(_shard, answer["shards"]))
    return Plan(**{**answer, "source": Source(**answer["source"]), "shards": shards})


def _shard(fields: Mapping[str, Any]) -> Shard:
    return Shard(fields["tip"], tuple(fields["below"]))

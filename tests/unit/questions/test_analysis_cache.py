"""The cache of analyses: the same choice as without it, and never a fault of its own."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pytest

from attest.analysis.change import OpenedChange
from attest.git.diff import Change
from attest.questions import analysis_cache
from attest.questions.analysis_cache import AnalysisCache
from attest.questions.chooser import Chooser
from support import corpus
from support.corpus import Files, Looker

TWO = ({"a.py": "a = 1\n", "b.py": "b = 1\n"}, {"a.py": "a = 2\n", "b.py": "b = 3\n"})


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache that is in use, and empty."""
    monkeypatch.setenv(analysis_cache.VARIABLE, str(tmp_path / "cache"))
    return tmp_path / "cache"


def entries(folder: Path) -> list[Path]:
    return sorted(path for path in folder.glob("*/*") if path.is_file())


def result(chooser_: Chooser, change: Change) -> list[object]:
    """What is chosen, and all that is asked and needed to judge an answer."""
    asked = [one._replace(analysis=None) for one in chooser_.choose(change)]  # type: ignore[arg-type]
    choices = [
        (one.outcome, one.reason, one.places, one.stands_in, one.order, one.analysis.effects)
        for one in chooser_.choices(change)
    ]
    return [*asked, *choices, chooser_.unasked(change)]


def each(looker: Looker) -> Iterator[tuple[Chooser, Change]]:
    cases = ((corpus.side(c.path, c.old), corpus.side(c.path, c.new)) for c in corpus.cases())
    return looker.changes([*chain(cases, corpus.changes().values())])


@pytest.fixture
def no_analysis(monkeypatch: pytest.MonkeyPatch) -> None:
    def analyse(*_: object) -> None:
        raise AssertionError("analysed again")

    monkeypatch.setattr("attest.questions.compose.OpenedChange", analyse)


def test_the_whole_corpus_is_chosen_alike_from_the_cache(
    looker: Looker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = [result(*one) for one in each(looker)]
    read = 0

    def counted(*args: object) -> object:
        nonlocal read
        read += 1
        return OpenedChange(*args)  # type: ignore[arg-type]

    monkeypatch.setattr("attest.questions.compose.OpenedChange", counted)
    assert [result(*one) for one in each(looker)] == before
    unread = sum(
        any(choice.analysis.kind == "unread" for choice in made.choices(change))
        for made, change in each(looker)
    )
    assert read == unread < len(before) / 10
    assert len(entries(folder)) > len(before) / 2


def look(looker: Looker, pair: tuple[Files, Files] = TWO) -> tuple[Chooser, Change]:
    return next(looker.changes([pair]))


@pytest.mark.usefixtures("no_analysis", "folder")
def test_another_change_is_not_taken_for_one_that_is_known(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("attest.questions.compose.OpenedChange", OpenedChange)
        made, change = look(looker)
        made.choose(change)
    made, change = look(looker)
    assert len(made.choose(change)) == 2
    cache = AnalysisCache.of_user()
    assert cache is not None
    paths = {b"a.py", b"b.py"}
    assert cache.read(change, paths) is not None
    hunk = change.files[0].hunks[0]
    moved = change.files[0]._replace(hunks=(hunk._replace(old_start=7),))
    others = [
        (change, {b"a.py"}),
        (Change("0" * 56, change.files), paths),
        (Change(change.digest, change.files, frozenset([b"a.py"])), paths),
        (Change(change.digest, (moved, change.files[1])), paths),
    ]
    assert [cache.read(*other) for other in others] == [None] * 4
    monkeypatch.setattr(analysis_cache, "_code", lambda: "0.0.9")
    assert cache.read(change, paths) is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        zlib.compress(b"[")[:-1],
        zlib.compress(b"[{]"),
        zlib.compress(b"[{}]"),
        zlib.compress(b"{}"),
        zlib.compress(b"[]"),
    ],
)
def test_a_damaged_entry_is_made_again(looker: Looker, folder: Path, data: bytes) -> None:
    made, change = look(looker)
    before = result(made, change)
    (entry,) = entries(folder)
    whole = entry.read_bytes()
    entry.write_bytes(data)
    assert result(*look(looker)) == before
    assert entry.read_bytes() == whole


@pytest.mark.parametrize("broken", ["file", "directory"])
def test_a_cache_that_cannot_be_written_is_none(looker: Looker, folder: Path, broken: str) -> None:
    if broken == "file":
        folder.write_text("in the way", "utf-8")
    else:
        made, change = look(looker)
        made.choose(change)
        (entry,) = entries(folder)
        entry.unlink()
        entry.mkdir()
    assert len(look(looker)[0].choose(look(looker)[1])) == 2


def test_what_could_not_be_read_is_looked_at_again(looker: Looker, folder: Path) -> None:
    made, change = look(looker, ({}, {"a.bin": "\0\1"}))
    assert [one.analysis.kind for one in made.choices(change)] == ["unread"]
    assert entries(folder) == []


def test_the_oldest_entries_go_first(
    looker: Looker, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made, change = look(looker)
    made.choose(change)
    (entry,) = entries(folder)
    monkeypatch.setattr(analysis_cache, "MAX_FOLDER", 3 * entry.stat().st_size)
    old = [entry.with_name(f"{number}") for number in range(4)]
    for path in old:
        path.write_bytes(entry.read_bytes())
    entry.unlink()
    look(looker)[0].choose(look(looker)[1])
    left = entries(folder)
    assert entry in left
    assert len(left) == 3


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, "home/.cache/attest/analyses"),
        ({"XDG_CACHE_HOME": "{}/caches"}, "caches/attest/analyses"),
        ({"XDG_CACHE_HOME": "caches"}, "home/.cache/attest/analyses"),
        ({"CI": "true"}, None),
        ({"CI": "true", "ATTEST_CACHE": "{}/mine"}, "mine"),
        ({"ATTEST_CACHE": ""}, None),
    ],
)
def test_where_the_cache_is(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    variables: dict[str, str],
    expected: str | None,
) -> None:
    for name in ("CI", "ATTEST_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    for name, value in variables.items():
        monkeypatch.setenv(name, value.format(tmp_path))
    cache = AnalysisCache.of_user()
    assert (cache and cache.folder) == (expected and tmp_path / expected)

"""What nobody is asked about: the groups, the list, and the words."""

from __future__ import annotations

from attest.git.diff import Change
from attest.questions import unasked
from attest.report import unasked as words
from attest.report.findings import MAX_LISTED, UnaskedHunk, UnaskedHunks
from support import corpus
from support.corpus import Looker


def hunk(line: int) -> UnaskedHunk:
    return UnaskedHunk("a.py", line, "code-changed", "limit")


def test_the_sentence_of_the_signer() -> None:
    result = UnaskedHunks({"tests": 5, "prose": 3, "repeats": 4})
    (line,) = words.to_signer(result)
    beginning = "You also sign for 12 hunks nobody asked about: "
    assert line == f"{beginning}5 tests, 3 prose, 4 repeats of the same edit."


def test_one_hunk_and_none() -> None:
    result = UnaskedHunks({"limit": 1}, (hunk(7),))
    assert words.to_reader(result) == [
        "1 hunk was not asked about: 1 hunk beyond the limit. It may change behaviour:",
        "  a.py:7  code-changed",
    ]
    assert words.to_signer(UnaskedHunks({})) == []


def test_a_long_list_is_cut() -> None:
    result = UnaskedHunks({"limit": 60}, tuple(map(hunk, range(1, 61))))
    lines = words.to_reader(result)
    assert (len(lines), lines[-1]) == (MAX_LISTED + 2, "  … and 10 more")


def test_repeats_are_counted_and_listed(looker: Looker) -> None:
    seen = looker.look(*corpus.changes()["same-edit-in-three-places"])
    result = unasked.of(Change("", ()), {}, seen.choices)
    assert result.groups == {"repeats": 2}
    assert len(result.behaviour) == 2


def test_the_riskiest_are_listed_first(looker: Looker) -> None:
    """Many harmless hunks push none behind the end of a list."""
    old = {f"a{n}.py": "x = 1\n" for n in range(MAX_LISTED + 10)}
    new = {name: f"x = {name!r}\n" for name in old}
    check = "def f(a):\n    if a > 3:\n        raise X\n    return a\n"
    removed = "def f(a):\n    return a\n"
    checks = {f"y{n}.py": check.replace("3", str(n)) for n in range(9)}
    seen = looker.look({**old, **checks}, {**new, **dict.fromkeys(checks, removed)})
    result = unasked.of(Change("", ()), {}, seen.choices)
    assert {hunk.kind for hunk in result.behaviour[:3]} == {"check-removed"}
    together = unasked.of_commits([("1" * 40, UnaskedHunks({}, (hunk(7),))), ("2" * 40, result)])
    assert together.behaviour[0].place.startswith("2222222222 y")


def test_several_commits_are_added_up() -> None:
    one, two = UnaskedHunks({"limit": 1}, (hunk(7),)), UnaskedHunks({"tests": 2, "limit": 1})
    result = unasked.of_commits([("1" * 40, one), ("2" * 40, two)])
    assert list(result.groups.items()) == [("tests", 2), ("limit", 2)]
    assert result.behaviour[0].place == "1111111111 a.py:7"

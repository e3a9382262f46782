"""What a merge decides is asked about once for each conflict, without git's marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from attest.git import commit_object, merge
from attest.git.isolated import Isolated
from attest.policy.model import Treatment
from attest.questions import compose
from attest.questions.compose import HunkQuestions, QuestionRules
from support.repo import Repo

Files = dict[str, bytes | tuple[str, bytes]]
MARK = re.compile(r"<{7}|>{7}|={7}|\|{7}")


@dataclass
class Merges:
    """Makes merges of two sides, and asks about them."""

    repo: Repo
    isolated: Isolated

    def commit(self, files: Files, *parents: str) -> str:
        """A commit of these files; a pair is a mode and a content."""
        rows = []
        for name, given in files.items():
            mode, content = given if isinstance(given, tuple) else ("100644", given)
            if mode == "160000":
                oid = content.decode()
            else:
                oid = self.repo.git("hash-object", "-w", "--stdin", stdin=content)
            rows.append(f"{mode} {oid}\t{name}\n")
        self.repo.git("read-tree", "--empty")
        self.repo.git("update-index", "--index-info", stdin="".join(rows).encode())
        named = [word for parent in parents for word in ("-p", parent)]
        return self.repo.git("commit-tree", self.repo.git("write-tree"), *named, "-m", "x")

    def asked(self, base: Files, ours: Files, theirs: Files, result: Files) -> list[HunkQuestions]:
        start = self.commit(base)
        sides = [self.commit(ours, start), self.commit(theirs, start)]
        tree = commit_object.parse(
            self.isolated.commit(oid := self.commit(result, *sides)), oid
        ).tree
        change = merge.change(self.isolated, merge.base(self.isolated, sides, tree), tree)
        treatments: dict[bytes, Treatment] = dict.fromkeys((f.path for f in change.files), "ask")
        rules = QuestionRules(4, {}, [])
        opened = compose.open_change(change, treatments, self.isolated.content)
        choices = compose.choices(opened, rules, self.isolated.content)
        questions = compose.questions(choices)
        for one in questions:
            worded = f"{one.texts.invariant} {one.texts.breaks} {one.texts.third}"
            assert not MARK.search(worded), worded
        return questions


@pytest.fixture
def merges(bare_repo: Repo) -> Iterator[Merges]:
    with Isolated([bare_repo.path / ".git" / "objects"], "sha1") as isolated:
        yield Merges(bare_repo, isolated)


def code(first: str, second: str = "y") -> bytes:
    middle = "".join(f"    step({n})\n" for n in range(20))
    return f"def run(a):\n    {first}\n{middle}    {second}\n".encode()


def test_several_hunks_of_one_conflict_are_one_question(merges: Merges) -> None:
    base = b"".join(b"%d\n" % n for n in range(9))
    ours = base.replace(b"4\n", b"a\nsame\nb\n")
    theirs = base.replace(b"4\n", b"c\nd\n")
    # Both versions stay, so that only git's marks go: three hunks.
    both = base.replace(b"4\n", b"a\nsame\nb\nc\nd\n")
    for name in ("f.txt", "f.md", "f.py"):
        (asked,) = merges.asked({name: base}, {name: ours}, {name: theirs}, {name: both})
        assert asked.analysis.kind == "conflict"
        assert asked.texts.invariant == (
            f"How was the conflict in `{name}` resolved, and what of each side is kept?"
        )


def test_each_conflict_of_a_file_is_asked_about(merges: Merges) -> None:
    asked = merges.asked(
        {"f.py": code("x")},
        {"f.py": code("if a: check(a)", "return 1")},
        {"f.py": code("log(a)", "return 2")},
        {"f.py": code("check(a)", "return 3")},
    )
    assert [one.analysis.kind for one in asked] == ["conflict", "conflict"]
    assert "`return 3`" in asked[1].texts.invariant
    assert "`f.py`" in asked[1].texts.invariant


def test_what_is_no_part_of_a_conflict_is_asked_about_as_ever(merges: Merges) -> None:
    evil = code("check(a)").replace(b"    y\n", b"    y\n\n\ndef more():\n    os.system(a)\n")
    asked = merges.asked(
        {"f.py": code("x")}, {"f.py": code("a")}, {"f.py": code("b")}, {"f.py": evil}
    )
    kinds = [one.analysis.kind for one in asked]
    assert kinds[0] == "conflict"
    assert len(kinds) == 2
    assert kinds[1] != "conflict"


def test_marks_in_a_commit_that_is_no_merge_are_text(merges: Merges) -> None:
    text = b"<<<<<<< ours\na\n=======\nb\n>>>>>>> theirs\n"
    start = merges.commit({"f.py": text})
    after = merges.commit({"f.py": b"a\n"}, start)
    tree = commit_object.parse(merges.isolated.commit(after), after).tree
    change = merge.change(merges.isolated, merge.base(merges.isolated, [start], tree), tree)
    rules = QuestionRules(4, {}, [])
    opened = compose.open_change(change, {b"f.py": "ask"}, merges.isolated.content)
    (choice, *_) = compose.choices(opened, rules, merges.isolated.content)
    assert choice.analysis.kind != "conflict"


def test_an_edit_without_a_meaning_does_not_hide_that_a_file_was_kept(merges: Merges) -> None:
    base, ours = code("x"), code("x", "z  # then the end of it")
    kept = ours.replace(b"then the end", b"then an end")
    asked = merges.asked({"f.py": base}, {"f.py": ours}, {}, {"f.py": kept})
    assert [one.analysis.kind for one in asked] == ["conflict"]
    risky = ours.replace(b"    x\n", b"    os.system(a)\n")
    risky = risky.replace(b"then the end", b"then an end")
    asked = merges.asked({"f.py": base}, {"f.py": ours}, {}, {"f.py": risky})
    assert sorted(one.analysis.kind for one in asked) == ["conflict", "execution"]


BINARY = bytes(range(256)) * 8
LINK = "1" * 40, "2" * 40, "3" * 40


@pytest.mark.parametrize("side", [0, 1])
@pytest.mark.parametrize(
    ("base", "ours", "theirs"),
    [
        pytest.param({"f": BINARY}, {"f": BINARY + b"1"}, {"f": BINARY + b"2"}, id="binary"),
        pytest.param({}, {"f": BINARY + b"1"}, {"f": BINARY + b"2"}, id="binary added twice"),
        pytest.param({"f": b"a\n"}, {"f": b"b\n"}, {}, id="changed and deleted"),
        pytest.param({}, {"f": b"b\n"}, {"f": b"c\n"}, id="added twice"),
        pytest.param({"f": b"a\n"}, {"f": b"b\n"}, {"f": b"c\n"}, id="changed twice"),
        pytest.param(
            {"f": code("x")}, {"g": code("x", "z")}, {}, id="renamed, changed and deleted"
        ),
        pytest.param(
            {"f": code("x")}, {"g": code("x")}, {"h": code("x")}, id="renamed to two names"
        ),
        pytest.param(
            {"f": ("160000", LINK[0].encode())},
            {"f": ("160000", LINK[1].encode())},
            {"f": ("160000", LINK[2].encode())},
            id="submodule",
        ),
        pytest.param(
            {"f": b"a\n"}, {"f": ("100755", b"b\n")}, {"f": ("120000", b"a\n")}, id="mode"
        ),
        pytest.param({}, {"f": b"a\n"}, {"f/g": b"b\n"}, id="file and folder"),
    ],
)
def test_keeping_one_side_is_a_decision_that_is_asked_about(
    merges: Merges, base: Files, ours: Files, theirs: Files, side: int
) -> None:
    keep: Files = {"keep": b"k\n"}
    result = keep | (ours, theirs)[side]
    asked = merges.asked(keep | base, keep | ours, keep | theirs, result)
    assert asked, "no hunk shows the decision"
    kinds = [one.analysis.kind for one in asked]
    assert "conflict" in kinds
    # The folder is not in conflict, by itself: what is lost of it is asked about, too.
    assert set(kinds) == {"conflict"} or "f/g" in theirs

"""What could not be read ranks first, and one question names all of it."""

from __future__ import annotations

import pytest

from attest.analysis import change, unread
from attest.analysis.kinds import LOW
from attest.analysis.syntax import plain_text, tree
from attest.policy import parser
from attest.questions import wording
from support import corpus
from support.corpus import Files, Looker, Seen

GUARDED = "def pay(u, s):\n    if s > u.limit:\n        raise TooMuch(s)\n    return s\n"
BARE = "def pay(u, s):\n    return s\n"
DECOYS = 9
"""More files with a removed check than a commit has questions for."""


def decoys() -> tuple[Files, Files]:
    names = [f"a{number}.py" for number in range(DECOYS)]
    checks = {name: GUARDED.replace("limit", name[:2]) for name in names}
    return checks, dict.fromkeys(names, BARE)


def beside_decoys(looker: Looker, path: str, old: str, new: str) -> Seen:
    before, after = decoys()
    return looker.look({**before, **corpus.side(path, old)}, {**after, **corpus.side(path, new)})


def of(seen: Seen, path: str) -> list[str]:
    return [c.outcome for c in seen.choices if c.analysis.hunk.path == path.encode()]


@pytest.mark.parametrize(
    ("path", "old", "new", "sizes"),
    [
        ("logo.png", "", "\0new\n", "5 bytes, new"),
        ("logo.png", "\0old\n", "\0newer\n", "7 bytes, was 5 bytes"),
        ("logo.png", "\0old\n", "", "removed, was 5 bytes"),
        ("big.py", "x = 1\n" * 200_000, "x = 1\n" * 199_999, "1.1 MB, was 1.2 MB"),
        ("rows.py", "", "x = 1\n" * (change.MAX_HUNK_LINES + 1), "60 KB, new"),
        ("deep.py", "x = 1\n", "x = " + "(" * 2_100 + "1" + ")" * 2_100, "4 KB, was 6 bytes"),
        ("min.js", "x();\n", "f(a);" * 50_000, "250 KB, was 5 bytes"),
        ("wide.rb", "x\n", "x(" + "<<A, " * 9 + ")\n", "49 bytes, was 2 bytes"),
    ],
)
def test_what_cannot_be_read_is_asked_about_first_by_name_and_size(
    looker: Looker, path: str, old: str, new: str, sizes: str
) -> None:
    seen = beside_decoys(looker, path, old, new)
    (result,) = [c for c in seen.choices if c.analysis.kind == "unread"]
    assert result.outcome == "asked"
    assert result.risk == max(choice.risk for choice in seen.choices)
    assert f"`{path}` ({sizes})" in "\n".join(seen.asked)


def test_what_is_read_is_asked_about_as_if_nothing_else_were_there(looker: Looker) -> None:
    alone = looker.look(*decoys())
    seen = beside_decoys(looker, "z.png", "", "\0")
    assert seen.outcomes == [*alone.outcomes, "asked"]


def test_one_question_is_about_all_of_them(looker: Looker) -> None:
    files = {f"img/{n}.png": "\0" * (n + 1) for n in range(80)}
    seen = looker.look({}, files)
    assert sorted(seen.outcomes) == ["asked", *["grouped"] * 79]
    assert len({choice.stands_in for choice in seen.choices}) == 2
    listed = seen.asked[0].count("bytes, new)")
    assert f"and {79 - listed} more files" in seen.asked[0]  # one of 1 byte
    assert len(seen.asked[0]) < wording.MAX_LISTED + 200
    assert "and 79 more files" in seen.asked[1]


def test_a_file_of_many_hunks_is_listed_once(looker: Looker) -> None:
    old = ["x = 1\n"] * 200_000
    new = ["x = 2\n" if n % 9_000 == 0 else line for n, line in enumerate(old)]
    seen = looker.look({"a.py": "".join(old)}, {"a.py": "".join(new)})
    assert seen.outcomes.count("asked") == 1
    assert seen.asked[0].count("a.py") == 1


def test_a_question_of_the_project_is_asked_about_its_own_file(looker: Looker) -> None:
    rules = '[[question]]\npaths = ["key/*"]\nask = "Who made this key?"\n'
    policy = parser.read(f"version = 1\n{rules}".encode(), "policy")
    seen = looker.look({}, {"a.png": "\0", "b.png": "\0", "key/c": "\0\0\0\n\n"}, policy)
    assert seen.outcomes == ["asked", "grouped", "asked"]
    assert "Who made this key?" in seen.asked
    assert "`a.png` (1 byte, new), `b.png`" in seen.asked[0]


def test_what_ranks_low_is_not_asked_about_beside_it(looker: Looker) -> None:
    seen = looker.look({"README.md": "One.\n"}, {"README.md": "Two.\n", "a.png": "\0"})
    assert seen.outcomes == ["left", "asked"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "# " + "x" * 6_000 + "\n"),
        ("x = [\n    '" + "y" * 9_000 + "'\n]\n", ""),
        ("# \0\n", ""),
        ("", "x = '\0'\n"),
        ("# " + "\0 and more of a comment that is a text " * 3 + "\n", "# " + "x" * 6_000 + "\n"),
    ],
    ids=["long comment", "long string", "NUL in a comment", "NUL in a string", "both"],
)
def test_a_long_line_or_a_nul_elsewhere_hides_no_removed_check(
    looker: Looker, before: str, after: str
) -> None:
    sides = [before + body + after for body in (GUARDED, BARE)]
    seen = looker.look({"pay.py": sides[0]}, {"pay.py": sides[1]})
    assert seen.kinds == ["check-removed"]
    assert beside_decoys(looker, "a/pay.py", *sides).outcomes[0] == "asked"


@pytest.mark.parametrize(
    ("old", "new"),
    [("# a\n", "# b\n"), ("x = 1\n", "x = 1\n\n"), ("log.info('a')\n", "log.info('b')\n")],
)
def test_beside_a_nul_nothing_is_trivial_or_ranks_low(looker: Looker, old: str, new: str) -> None:
    comment = "# a text with a NUL in it: \0\n\n\n"
    seen = looker.look({"a.py": comment + old}, {"a.py": comment + new})
    assert seen.outcomes == ["asked"]
    assert seen.choices[0].risk > LOW


def test_a_change_of_a_nul_is_seen(looker: Looker) -> None:
    seen = looker.look({"a.py": "# a comment \0 of words\n"}, {"a.py": "# a comment \1 of words\n"})
    assert seen.outcomes == ["asked"]


def test_a_long_line_of_an_unknown_language_is_one_token(looker: Looker) -> None:
    line = "ab " * plain_text.MAX_PIECES_LINE
    side = plain_text.read_lines(f"a b\n{line}\nc\n", [(1, 3)])
    assert [len(token.text) for token in side.tokens] == [len(line), 1]
    seen = looker.look({"a.unknown": line}, {"a.unknown": line + "x"})
    assert seen.outcomes == ["asked"]
    assert seen.choices[0].risk > LOW


def test_columns_are_counted_before_they_take_long() -> None:
    text = "f(a);" * 20_000
    assert tree.read(text, "javascript", [(0, 1)], {}) is None
    # Of the nodes on the line before, a few are looked at, to find those behind it.
    for before in (text, f"x = '{text}'"):
        side = tree.read(f"{before}\nf(b);", "javascript", [(1, 2)], {})
        assert side is not None
        assert [token.text for token in side.tokens] == ["f", "(", "b", ")", ";"]


@pytest.mark.parametrize(
    ("data", "binary"),
    [
        (b"", False),
        (b"\xff\xfe caf\xe9\n", False),
        (b"/* \0 */ int main(void) { return 0; }\n", False),
        (b'/* \0 */ int main(void) { puts("caf\xe9"); }\n', True),
        ("int main(void)".encode("utf-16"), True),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", True),
        (b"\0", True),
    ],
)
def test_a_text_may_have_a_nul(data: bytes, binary: bool) -> None:
    assert unread.is_binary(data) == binary


def test_a_long_path_is_cut_at_its_beginning(looker: Looker) -> None:
    path = "a/" * 60 + "logo.png"
    seen = looker.look({}, corpus.side(path, "\0"))
    assert "a/a/logo.png` (1 byte, new)" in seen.asked[0]
    assert path not in seen.asked[0]

"""A maintainer's own question is asked about every hunk that its pattern fits."""

from __future__ import annotations

import pytest

from attest.policy import parser
from attest.questions import own
from support.corpus import Files, Looker

RULES = """version = 1
[[question]]
ask = "Who decided on this key?"
pattern = "MAGIC"
"""
PADDING = "".join(f"line {n} of a long table of values\n" for n in range(20_000))


def asks(looker: Looker, old: Files, new: Files, rules: str = RULES) -> bool:
    return (
        "Who decided on this key?" in looker.look(old, new, parser.read(rules.encode(), "f")).asked
    )


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        ("a.txt", "MAGIC 1\n" + PADDING, "MAGIC 2\n" + PADDING),
        ("a.txt", PADDING + "MAGIC 1\n", PADDING),
        ("a.py", "x = 1\n", "x = 1\n" + "y" * 6000 + " = 1  # MAGIC\n"),
        ("a.js", "x = 1\n", f"x = '{'y' * 100_000} MAGIC'\n"),
        ("a.json", '{"a": 1}\n', '{"a": "MAGIC"}\n'),
        ("a.py", "# a word of MAGIC\nx = 1\n", "# the word of MAGIC\nx = 1\n"),
        ("a.c", "/* no */ int x;\n", "/* no \0 MAGIC */ int x;\n"),
        ("a.md", "Some words.\n", "Some words of MAGIC.\n"),
        ("a.png", "\0\1\2\3", "\0\1\2\3\nMAGIC"),
        ("a.py", "x = 1\n", ""),
    ],
)
def test_whatever_the_file_is(looker: Looker, path: str, before: str, after: str) -> None:
    assert asks(looker, {path: before}, {path: after}) == ("MAGIC" in before + after)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_whatever_the_encoding_is(looker: Looker, encoding: str) -> None:
    rules = RULES.replace('"MAGIC"', '"^MAGIC"')
    for text in ("MAGIC 1\n", "one\nMAGIC 1\n"):
        data = text.encode(encoding).decode("utf-8", "surrogateescape")
        assert asks(looker, {}, {"a.txt": data}, rules)
        assert not asks(looker, {}, {"a.txt": data.replace("M", "m")}, rules)


@pytest.mark.parametrize("pattern", ["src/wire/", "/src/", "wire/", "src/wire/**"])
def test_what_stands_in_the_place_of_a_folder(looker: Looker, pattern: str) -> None:
    rules = f'version = 1\n[[question]]\nask = "Who decided on this key?"\npaths = ["{pattern}"]\n'
    old, new = {"src/wire": ("120000", "../good")}, {"src/wire": ("120000", "../evil")}
    assert asks(looker, old, new, rules)
    assert not asks(looker, {"a": old["src/wire"]}, {"a": new["src/wire"]}, rules)


def test_beside_as_many_risky_hunks_as_one_likes(looker: Looker) -> None:
    lock = "def f{0}():\n    with lock:\n        a{0}()\n        b{0}()\n"
    dropped = "def f{0}():\n    a{0}()\n    b{0}()\n"
    old: Files = {f"d{n}.py": lock.format(n) for n in range(9)}
    new: Files = {f"d{n}.py": dropped.format(n) for n in range(9)}
    most = RULES.replace("[[", "[questions]\nmost = 1\n[[")
    assert asks(looker, {**old, "z.md": "no\n"}, {**new, "z.md": "MAGIC\n"}, most)


def test_every_question_is_asked_beyond_the_budget_once(looker: Looker) -> None:
    rules = "version = 1\n[questions]\nmost = 1\n" + "".join(
        f'[[question]]\nask = "Why {n}?"\npattern = "K{n}X"\n' for n in range(5)
    )
    old: Files = {f"a{n}{m}.txt": "no\n" for n in range(5) for m in range(4)}
    new: Files = {f"a{n}{m}.txt": f"K{n}X {m}\n" for n in range(5) for m in range(4)}
    seen = looker.look(old, new, parser.read(rules.encode(), "f"))
    assert {f"Why {n}?" for n in range(5)} <= set(seen.asked)
    assert "left" not in seen.outcomes


def test_a_kind_that_is_covered_does_not_hide_what_it_fits(looker: Looker) -> None:
    rules = RULES.replace("[[", '[questions.kinds]\nprose = "cover"\n[[')
    assert asks(looker, {"a.md": "Some words.\n"}, {"a.md": "Some MAGIC words.\n"}, rules)


def test_code_that_moves_away_is_asked_about_where_it_was(looker: Looker) -> None:
    code = "def check(key):\n    first = load(key)\n    return first == MAGIC\n"
    rules = RULES.replace("pattern", 'paths = ["auth/"]\npattern')
    old: Files = {"auth/a.py": code + "\n\nx = 1\n", "lib/b.py": "y = 1\n"}
    new: Files = {"auth/a.py": "x = 1\n", "lib/b.py": "y = 1\n\n\n" + code}
    assert asks(looker, old, new, rules)


def test_what_is_too_large_to_be_searched_counts_as_found(
    looker: Looker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own, "MAX_SEARCHED", 100)
    assert asks(looker, {"a.txt": "no\n"}, {"a.txt": "no\n" * 40})
    assert not asks(looker, {"b.txt": "no\n"}, {"b.txt": "no\n" * 30})
    assert asks(looker, {"c": "no\n", "d": "x\n"}, {"c": "no\n" * 30, "d": "x\n" * 30})


def test_a_line_that_another_question_is_about_does_not_hide_the_first(looker: Looker) -> None:
    rules = RULES + '[[question]]\nask = "Who reads this?"\npaths = ["*"]\n'
    first = RULES.replace("[[", '[[question]]\nask = "Who reads this?"\npattern = "TODO"\n[[', 1)
    for policy in (rules, first):
        seen = looker.look(
            {"a.py": "x = 1\n"},
            {"a.py": "x = 1  # TODO\ny = MAGIC\n"},
            parser.read(policy.encode(), "f"),
        )
        (asked,) = [one for one in seen.asked if "Who decided" in one]
        assert "Who reads this?" in asked


GO = "package a\n\nfunc f(a int) int {\n\tif a > 3 {\n\t\tpanic(1)\n\t}\n\treturn a\n}\n"
CHECK = "\tif a > 3 {\n\t\tpanic(1)\n\t}\n"


@pytest.mark.parametrize(
    ("around", "instead"),
    [
        ("", ""),
        ("// Code generated by x. DO NOT EDIT.\n", ""),
        ("\ufffd\0" * 99, ""),
        ("", "\t@@ (\n"),
    ],
)
def test_a_kind_is_not_hidden_where_not_all_was_looked_at(
    looker: Looker, around: str, instead: str
) -> None:
    rules = RULES.replace("pattern", 'kinds = ["check-removed"]\n#')
    gone = GO.replace(CHECK, instead)
    assert asks(looker, {"a.go": around + GO}, {"a.go": around + gone}, rules)
    assert not asks(looker, {"a.go": GO}, {"a.go": GO.replace("return a", "return a + 1")}, rules)

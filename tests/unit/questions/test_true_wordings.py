"""What a question says of the code is true: of what moved, of what belongs together, of where it
is, and it is not asked twice."""

from __future__ import annotations

import pytest

from support.corpus import Looker


def first(looker: Looker, path: str, old: str, new: str) -> str:
    """The first question about a change of one file."""
    return looker.look({path: old}, {path: new}).questions[0].texts.invariant


def test_code_that_stands_elsewhere_now_is_not_called_gone(looker: Looker) -> None:
    old = "def f(a):\n    send(a)\n    return build(a)\n"
    new = "def f(a):\n    if a:\n        return build(a)\n    send(a)\n    later(a)\n"
    seen = looker.look({"a.py": old}, {"a.py": new})
    assert not any("is gone" in one.texts.invariant for one in seen.questions)


def test_two_lines_that_share_no_name_are_no_before_and_after(looker: Looker) -> None:
    old = "class A {\n  void f() {\n    header.write(first, second);\n  }\n}\n"
    new = "class A {\n  void f() {\n    Counter total = Registry.counter(this);\n  }\n}\n"
    question = first(looker, "A.java", old, new)
    assert "Registry.counter(this)" in question
    assert "header" not in question


def test_a_line_that_only_got_a_comma_is_not_quoted(looker: Looker) -> None:
    old = '{\n  "Collections": "many of them"\n}\n'
    new = '{\n  "Collections": "many of them",\n  "Artists": "who made them"\n}\n'
    question = first(looker, "hy.json", old, new)
    assert "Artists" in question
    assert "Collections" not in question


def test_a_question_names_the_function_of_the_code_that_it_quotes(looker: Looker) -> None:
    old = "function f(a) { return send(a); }\nfunction g(a) { return send(a); }\n"
    new = (
        "function f(a) { return pass(a); }\nfunction g(a) { if (a > 3) stop(a); return send(a); }\n"
    )
    assert "in `g`" in first(looker, "a.js", old, new)


def test_a_blank_line_waits_until_there_is_nothing_else(looker: Looker) -> None:
    old = {"a.ts": "f(a);\ng(b);\n", "b.py": "x = f(1)\n"}
    new = {"a.ts": "f(a);\n\ng(b);\n", "b.py": "x = f(2)\n"}
    seen = looker.look(old, new)
    assert [one.hunk.path for one in seen.questions] == [b"b.py"]


@pytest.mark.parametrize(("old", "new"), [("if x:\n    f()\n", "if x:\n      f()\n")])
def test_indentation_that_may_mean_something_ranks_as_code(
    looker: Looker, old: str, new: str
) -> None:
    assert looker.look({"a.py": old}, {"a.py": new}).choices[0].risk > 2


def test_the_same_words_come_after_others_of_their_risk(looker: Looker) -> None:
    files = {f"{name}.py": "import a\n\na.load(1)\n" for name in "abcd"}
    changed = {path: text.replace("load(1)", "load_all(1)") for path, text in files.items()}
    files["e.py"], changed["e.py"] = "b.store(1)\n", "b.store_each(2)\n"
    seen = looker.look(files, changed)
    assert b"e.py" in [one.hunk.path for one in seen.questions]
    questions = [one.texts.invariant for one in seen.questions]
    assert len(set(questions)) == len(questions)


def test_a_check_that_moved_to_another_file_is_only_said_to_be_gone_from_here(
    looker: Looker,
) -> None:
    check = "    if not user.admin:\n        raise Denied()\n"
    old = {"a.py": f"def get(user):\n{check}    return secret()\n", "b.py": "import os\n"}
    new = {
        "a.py": "def get(user):\n    return secret()\n",
        "b.py": f"import os\n\n\ndef allow(user):\n{check}",
    }
    questions = {one.hunk.path: one.texts.invariant for one in looker.look(old, new).questions}
    assert questions[b"a.py"].startswith("`not user.admin` does not stand here any more in `get`.")


@pytest.mark.parametrize(
    ("before", "after", "asked"),
    [
        ("# Old licence\n", "# New licence\n", "Did a fact change"),
        ("timeout 3\n", "timeout 5\n", "What changes with it"),
    ],
)
def test_remarks_in_an_unknown_language_are_no_code_to_rely_on(
    looker: Looker, before: str, after: str, asked: str
) -> None:
    assert asked in first(looker, "boot.unknown", before, after)


def test_what_differs_in_a_long_line_is_within_both_quotes(looker: Looker) -> None:
    line = "Fare price(const std::string& harbour, const Table& {}, const Tide& of_day_before);\n"
    question = first(looker, "fare.cpp", line.format("winter"), line.format("summer"))
    assert "winter" in question
    assert "summer" in question

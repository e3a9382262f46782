"""What a program may use the value of is no text for readers: a message of a logger, a docstring,
and what a macro of C makes a text of. Each has an honest sibling."""

from __future__ import annotations

import pytest

from attest.analysis.kinds import LOW
from attest.questions.selection import Choice
from support.corpus import Looker

ONE, OTHER = "Return the value of the item.", "Return the number of the item."
JAVA = "class A {{\n  void f() {{\n    {}\n  }}\n}}\n"
PYTHON = "def f(a):\n    {}\n    return a\n"


def choice(looker: Looker, path: str, old: str, new: str) -> Choice:
    (result,) = looker.look({path: old}, {path: new}).choices
    return result


def rank(looker: Looker, path: str, text: str) -> int:
    """The rank of a change from one sentence to another one, in the place `<>` of a text."""
    return choice(looker, path, text.replace("<>", ONE), text.replace("<>", OTHER)).risk


@pytest.mark.parametrize(
    "statement",
    [
        'x = log.info("<>")',
        'return log.info("<>")',
        'go(log.info("<>"))',
        'go(\n        log.info("<>")\n    )',
        'x = [\n        log.info("<>"),\n    ]',
        'x = (\n        # a note\n        log.info("<>")\n    )',
        'x = (a or  # a note\n        log.info("<>")\n    )',
        'x(lambda: log.info("<>"))',
        'log.info("<>").run()',
        'log.info("<>") or go(a)',
    ],
)
def test_a_message_whose_value_is_used_in_python(looker: Looker, statement: str) -> None:
    assert rank(looker, "a.py", PYTHON.format(statement)) > LOW


@pytest.mark.parametrize(
    "statement",
    [
        'x = logger.info("<>");',
        'x =\n      logger.info("<>");',
        'x =\n      // a note\n      logger.info("<>");',
        'return\n      logger.info("<>");',
        'go(\n      logger.info("<>")\n    );',
        'logger.info("<>").run();',
    ],
)
def test_a_message_whose_value_is_used_in_java(looker: Looker, statement: str) -> None:
    assert rank(looker, "A.java", JAVA.format(statement)) > LOW


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("a.py", PYTHON.format('log.info("<>")')),
        ("a.py", PYTHON.format('# a note\n    log.info("<>")  # another one')),
        ("A.java", JAVA.format('logger.info("<>");')),
        ("A.java", JAVA.format('if (a)\n      logger.info("<>");')),
        ("a.kt", 'fun f() {\n    x = 1\n    logger.info("<>")\n}\n'),
    ],
)
def test_a_message_that_is_a_statement(looker: Looker, path: str, text: str) -> None:
    assert rank(looker, path, text) <= LOW


@pytest.mark.parametrize(
    "text",
    [
        'x = """<>"""\n',
        'x = """Words.\n\n<>\n"""\n',
        'x = \\\n    "<>"\n',
        'x = {"a":\n    "<>"\n}\n',
        'go(\n    "<>"\n)\n',
        'def f(a:\n   "<>"):\n    pass\n',
        'def f():\n    f"""<>"""\n',
        'def f():\n    """<>""".run()\n',
        'def f():\n    """usage: <>"""\n',
        'def f():\n    """Words.\n\n    >>> f()\n    <>\n    """\n    x()\n',
    ],
)
def test_a_string_that_a_program_reads(looker: Looker, text: str) -> None:
    assert rank(looker, "a.py", text) > LOW


@pytest.mark.parametrize(
    "text",
    [
        'def f():\n    """<>"""\n    x()\n',
        'class A:\n    "<>"\n\n    x = 1\n',
        '"""<>"""\n\nx = 1\n',
        'def f():\n    """Words.\n\n    <>\n    """\n    x()\n',
    ],
)
def test_a_docstring_may_be_read_by_a_program(looker: Looker, text: str) -> None:
    assert rank(looker, "a.py", text) > LOW
    assert choice(looker, "a.js", "'use strict';\n", "'use more';\n").risk > LOW


@pytest.mark.parametrize("path", ["a.c", "a.cpp"])
@pytest.mark.parametrize(
    ("old", "new", "is_low"),
    [
        ("S(a+b);", "S(a +b);", False),
        ("check((a+b));", "check((a + b));", False),
        ("S(x,\n    a+b);", "S(x,\n    a + b);", False),
        ("go(a,  b);", "go(a, b);", True),
        ("a=b;", "a = b;", False),
        ("if(a) { go(); }", "if (a) { go(); }", False),
    ],
)
def test_spaces_in_what_a_macro_may_make_a_text_of(
    looker: Looker, path: str, old: str, new: str, is_low: bool
) -> None:
    old, new = (f"void f() {{\n  {line}\n}}\n" for line in (old, new))
    assert (choice(looker, path, old, new).risk <= LOW) == is_low

"""A check that no longer guards what it guarded is asked about first, whatever it looks like:
with another name of its function, behind what it guards, in a file that looks like a test,
without an `if`, or where no line of it differs. Honest siblings are no alarm."""

from __future__ import annotations

import pytest

from attest.analysis.kinds import REORDERED, RISK
from support.corpus import Looker

GONE = RISK["check-removed"]
CHECK = "    if not user.admin:\n        raise Denied()\n"
GET = f"def get(user):\n{CHECK}    return secret()\n"
PLAIN = GET.replace(CHECK, "")

ATTACKS = {
    "its function has another name": ("a.py", GET, PLAIN.replace("get", "fetch")),
    "a product's file named like a test": ("web/speed_test.py", GET, PLAIN),
    "a product's file in a folder named like one of tests": ("spec/handler.py", GET, PLAIN),
    "its names are still given to a call": ("a.py", GET, PLAIN.replace("secret()", "secret(user)")),
    "an operator of JavaScript": (
        "a.js",
        "function f(u) {\n  u.admin && del(u);\n}\n",
        "function f(u) {\n  del(u);\n}\n",
    ),
    "an operator of a shell": ("a.sh", '[ "$UID" = 0 ] || exit 1\nrm -r x\n', "rm -r x\n"),
    "an operator of Ruby": (
        "a.rb",
        "def f(u)\n  u.admin or raise Denied\n  secret\nend\n",
        "def f(u)\n  secret\nend\n",
    ),
    "unless": (
        "a.rb",
        "def f(u)\n  raise Denied unless u.admin\n  secret\nend\n",
        "def f(u)\n  secret\nend\n",
    ),
    "guard": (
        "a.swift",
        "func f(u: U) -> S? {\n  guard u.admin else { return nil }\n  return secret()\n}\n",
        "func f(u: U) -> S? {\n  return secret()\n}\n",
    ),
    "assert": ("a.py", "def f(u):\n    assert u.admin\n    go()\n", "def f(u):\n    go()\n"),
    "the elvis operator": (
        "a.kt",
        "fun f(u: U?): S? {\n  val a = u?.admin ?: return null\n  return secret()\n}\n",
        "fun f(u: U?): S? {\n  return secret()\n}\n",
    ),
    "a new head above it": ("a.py", GET, PLAIN + "\n\n" + GET.replace("get", "other")),
    "a new head above it, with brackets": (
        "a.js",
        "function f(u) {\n  if (!u.admin) return;\n  return secret();\n}\n",
        (
            "function f(u) {\n  return secret();\n}\n\n"
            "function g(u) {\n  if (!u.admin) return;\n  return secret();\n}\n"
        ),
    ),
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_it_ranks_as_a_check_that_is_gone(looker: Looker, attack: str) -> None:
    path, old, new = ATTACKS[attack]
    seen = looker.look({path: old}, {path: new})
    assert max(choice.risk for choice in seen.choices) == GONE
    assert "asked" in seen.outcomes


LESS = {
    "a choice between two values": (
        "a.js",
        "function f(u) {\n  return u.admin ? secret() : null;\n}\n",
        "function f(u) {\n  return secret();\n}\n",
    ),
    "a failure that is not passed on": (
        "a.rs",
        "fn f(x: T) -> R {\n    verify(x)?;\n    go(x)\n}\n",
        "fn f(x: T) -> R {\n    let _ = verify(x);\n    go(x)\n}\n",
    ),
}


@pytest.mark.parametrize("attack", LESS)
def test_it_ranks_above_other_conditions(looker: Looker, attack: str) -> None:
    path, old, new = LESS[attack]
    seen = looker.look({path: old}, {path: new})
    assert max(choice.risk for choice in seen.choices) >= RISK["condition-changed"]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (
            "a.py",
            "def f(u):\n    if not u.ok:\n        return None\n    delete(u)\n    return 1\n",
            "def f(u):\n    delete(u, 1)\n    if not u.ok:\n        return None\n    return 1\n",
        ),
        (
            "a.c",
            "int f(int u) {\n  if (!ok(u))\n    return -1;\n  del(u);\n  return 0;\n}\n",
            "int f(int u) {\n  del(u, 1);\n  if (!ok(u))\n    return -1;\n  return 0;\n}\n",
        ),
    ],
)
def test_what_runs_before_its_check_now_has_another_place(
    looker: Looker, path: str, old: str, new: str
) -> None:
    seen = looker.look({path: old}, {path: new})
    assert max(choice.risk for choice in seen.choices) >= REORDERED


HONEST = {
    "a new function below": (GET, GET + "\n\n" + GET.replace("get", "other")),
    "a new function above": (GET, GET.replace("get", "other") + "\n\n" + GET),
    "another name": (GET, GET.replace("get", "fetch")),
    "the same end": (
        "def a():\n    go()\n    return 1\n",
        "def a():\n    go()\n    return 1\n\n\ndef b():\n    stay()\n    return 1\n",
    ),
    "other line breaks": (
        "if a.long(b) and (\n    c.other(d)\n):\n    go()\n",
        "if a.long(b) and (c.other(d)):\n    go()\n",
    ),
}


@pytest.mark.parametrize("change", HONEST)
def test_where_the_check_stays_none_is_missed(looker: Looker, change: str) -> None:
    old, new = HONEST[change]
    seen = looker.look({"a.py": old}, {"a.py": new})
    assert max(choice.risk for choice in seen.choices) < RISK["condition-changed"]


def test_instructions_with_the_name_of_a_document_are_no_prose(looker: Looker) -> None:
    old, new = "Ask before you delete.\n", "Delete without asking.\n"
    assert looker.look({"prompts/security.md": old}, {"prompts/security.md": new}).kinds == [
        "comment-text"
    ]
    assert looker.look({"security.md": old}, {"security.md": new}).kinds == ["prose"]

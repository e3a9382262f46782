"""What is built without pydantic is what pydantic accepts, and is equal to what it makes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import ValidationError

from attest.policy import builder, presets, validation
from attest.policy.model import Disclosure, Policy

TEXTS = ["a/b", "*", "Assisted-by", ".+", "none", "Assisted-by: X", "a@example.org", "0" * 40]
BAD_TEXTS = ["", " ", "a\nb", "..", "/etc", "(", "#x", "attest-x", "x" * 1001, "\u202e", "(a+)+$"]
WRONG = st.sampled_from([True, 0, 1, 1.0, "", "1", "ask", [], [1], {}, {"a": 1}, date(2027, 3, 1)])


@cache
def plausible(hint: Any) -> st.SearchStrategy[Any]:
    """Values of a type, and now and then something else."""
    return st.integers(0, 19).flatmap(lambda n: WRONG if n == 0 else _right(hint))


def _right(hint: Any) -> st.SearchStrategy[Any]:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return plausible(arguments[0])
    if origin in (Union, UnionType):
        return st.one_of([plausible(one) for one in arguments if one is not NoneType])
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is list:
        return st.lists(plausible(arguments[0]), max_size=3)
    if origin is dict:
        return st.dictionaries(_right(arguments[0]), plausible(arguments[1]), max_size=2)
    if is_dataclass(hint):
        return _table(hint)
    return {
        str: st.sampled_from(TEXTS * 6 + BAD_TEXTS),
        int: st.sampled_from([1, 2, 3, 100, 0, 101, 1000, 1001, -1]),
        bool: st.booleans(),
        date: st.sampled_from([date(2027, 3, 1), datetime(2027, 3, 1)]),
    }[hint]


def _table(kind: Any) -> st.SearchStrategy[dict[str, Any]]:
    hints = get_type_hints(kind, include_extras=True)
    names = {one.name.replace("_", "-"): plausible(hints[one.name]) for one in fields(kind)}
    required = {"version": st.just(1)} if kind is Policy else {}
    optional = {name: value for name, value in names.items() if name not in required}
    return st.fixed_dictionaries(required, optional=optional)


def pydantics(data: dict[str, Any]) -> Policy | None:
    try:
        return validation.policy(data)
    except ValidationError:
        return None


@given(_table(Policy))
@example({"version": True})
@example({"version": 1.0})
@example({"version": 1, "questions": {"most": True}})
@example({"version": 1, "enforce-from": datetime(2027, 3, 1)})
@example({"version": 1, "advisory-until": date(2027, 3, 1)})
@example({"version": 1, "exempt": [{"commits": True}]})
@example({"version": 1, "paths": []})
@example({"version": 1, "paths": ("*",)})
@example({"version": 1, "question": [{"least-words": 0}]})
@example({"version": 1, "rsa_bits": 2048})
@example({"version": 1, "levle": "exact"})
@example({"version": 1, "require": [{"presence": "touch"}]})
def test_nothing_is_built_that_pydantic_refuses(data: dict[str, Any]) -> None:
    built = builder.policy(data)
    if built is not None:
        assert built == pydantics(data)
        assert repr(built) == repr(pydantics(data))  # True is equal to 1


@given(st.data())
def test_each_single_key_is_built_where_pydantic_accepts_it(data: st.DataObject) -> None:
    hints = get_type_hints(Policy, include_extras=True)
    name = data.draw(st.sampled_from([one.name for one in fields(Policy)]))
    file = {"version": 1, name.replace("_", "-"): data.draw(plausible(hints[name]))}
    assert builder.policy(file) == pydantics(file)


@pytest.mark.parametrize("preset", presets.names())
def test_presets_need_no_pydantic(preset: str) -> None:
    file = tomllib.loads(presets.text(preset))
    assert builder.policy(file) == validation.policy(file)


def test_a_table_that_is_there_and_empty_is_not_one_that_is_missing() -> None:
    policy = builder.policy({"version": 1, "disclosure": {}})
    assert policy is not None
    assert policy.discloses
    assert policy.disclosure == Disclosure()


def test_a_valid_file_is_read_without_pydantic() -> None:
    program = (
        "import sys; from attest.policy import parser; "
        "parser.read(b'version = 1\\n[questions]\\nmost = 5\\n', 'f'); "
        "sys.exit('pydantic' in sys.modules or 'pydantic_core' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-P", "-c", program], check=False)
    assert result.returncode == 0

"""From what a TOML file says to a policy, where the file is plainly valid.

Made of the dataclasses of model.py, as validation.py is, and without pydantic: importing it and
making its validators takes a third of the time that a check of one commit takes. A file that is not
plainly valid goes to pydantic, which decides and says what is wrong. So this may refuse too much,
and never accept too much (tests/unit/policy/test_builder.py compares the two).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from attest.policy.model import Policy
from attest.policy.values import Check, Limits


def policy(data: Mapping[str, Any]) -> Policy | None:
    """The policy that a file describes; None where it is not plainly valid.

    Args:
        data: what its TOML says.
    """
    try:
        table: Policy = _table(Policy, data)
    except ValueError:
        return None
    return table


def _value(hint: Any, value: object) -> object:  # noqa: ANN401 (any type, as in model.py)
    """A value of a type, as strict as TOML's types are.

    Raises:
        ValueError: it is none, or not plainly.
    """
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return _checked(arguments[0], arguments[1:], value)
    if origin in (Union, UnionType):
        return _one_of(arguments, value)
    if origin is Literal:
        return _demand(any(value == one and type(value) is type(one) for one in arguments), value)
    if origin is list:
        return [_value(arguments[0], one) for one in _demand(type(value) is list, value)]
    if origin is dict:
        pairs = _demand(type(value) is dict, value).items()
        return {_value(arguments[0], key): _value(arguments[1], one) for key, one in pairs}
    return _table(hint, value) if is_dataclass(hint) else _demand(type(value) is hint, value)


def _demand(fits: bool, value: Any) -> Any:  # noqa: ANN401 (any type, as in model.py)
    if not fits:
        raise ValueError
    return value


def _checked(hint: Any, marks: Sequence[object], value: object) -> object:  # noqa: ANN401
    """A value with marks, those for what the file says before the others."""
    checks = [mark for mark in marks if isinstance(mark, Check)]
    for check in checks:
        value = check.function(value) if check.raw else value
    value = _value(hint, value)
    for check in checks:
        value = value if check.raw else check.function(value)
    for mark in marks:
        if isinstance(mark, Limits):
            _limit(value, ge=mark.ge, max_length=mark.max_length)
    return value


def _one_of(hints: Sequence[Any], value: object) -> object:
    """A value of the first type that it is of; TOML has no null."""
    for hint in hints:
        if hint is not NoneType:
            try:
                return _value(hint, value)
            except ValueError:
                continue
    raise ValueError


def _limit(
    value: Any,  # noqa: ANN401 (a number, text or list)
    *,
    ge: int | None = None,
    le: int | None = None,
    min_length: int | None = None,
    max_length: int | None = None,
) -> None:
    """Demand the limits that are set; see `values.about`."""
    _demand(ge is None or value >= ge, value)
    _demand(le is None or value <= le, value)
    _demand(min_length is None or len(value) >= min_length, value)
    _demand(max_length is None or len(value) <= max_length, value)


def _table(kind: Any, data: object) -> Any:  # noqa: ANN401 (a dataclass of model.py)
    """A table with known keys alone.

    Raises:
        ValueError: as above, or its keys contradict each other (`__post_init__`).
    """
    keys, hints = _keys(kind), _hints(kind)
    values = {}
    for key, value in _demand(type(data) is dict, data).items():
        _demand(key in keys, key)
        one = keys[key]
        values[one.name] = _value(hints[one.name], value)
        _limit(values[one.name], **_limits(one))
    required = (one for one in keys.values() if one.default is one.default_factory is MISSING)
    _demand(all(one.name in values for one in required), data)
    return kind(**values)


def _limits(one: Field[Any]) -> dict[str, int]:
    return {name: limit for name, limit in one.metadata.items() if name != "description"}


@cache
def _keys(kind: Any) -> dict[str, Field[Any]]:  # noqa: ANN401 (a dataclass of model.py)
    return {one.name.replace("_", "-"): one for one in fields(kind)}


@cache
def _hints(kind: Any) -> dict[str, Any]:  # noqa: ANN401 (a dataclass of model.py)
    return get_type_hints(kind, include_extras=True)

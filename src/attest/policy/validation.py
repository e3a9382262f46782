"""From what a TOML file says to a policy, or to an error: a validator that is made of the
dataclasses of model.py.

pydantic is imported here and nowhere else in this package, and only for the JSON schema and for a
file that builder.py does not accept: it takes longer to import than a commit takes to check.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache, partial, reduce
from operator import or_
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import pydantic
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, TypeAdapter

from attest.policy.model import Policy
from attest.policy.values import Check, Limits

_CONFIG = ConfigDict(
    extra="forbid",
    strict=True,  # TOML has types: "8" is no number
    alias_generator=lambda name: name.replace("_", "-"),
)


def policy(data: Mapping[str, Any]) -> Policy:
    """Validate a file.

    Args:
        data: what its TOML says.

    Raises:
        ValidationError: it is no policy.
    """
    return _validator().validate_python(data)


def schema() -> dict[str, Any]:
    """The JSON schema of a file."""
    return _validator().json_schema(by_alias=True)


@cache
def _validator() -> TypeAdapter[Policy]:
    return TypeAdapter(_translate(Policy))


def _translate(hint: Any) -> Any:  # noqa: ANN401 (any type, as in model.py)
    """A type of model.py as pydantic has it: tables become models that are made into the
    dataclass when they are valid, and our marks become pydantic's."""
    if isinstance(hint, type) and is_dataclass(hint):
        return Annotated[_table(hint), AfterValidator(partial(_build, hint))]
    arguments = get_args(hint)
    origin = get_origin(hint)
    if origin is Annotated:
        kind, *marks = arguments
        return Annotated[_translate(kind), *map(_mark, marks)]
    if origin is list:
        return list[_translate(arguments[0])]  # type: ignore[misc]
    if origin is dict:
        key, value = map(_translate, arguments)
        return dict[key, value]  # type: ignore[valid-type]
    if origin in (Union, UnionType):  # `Line | None` is the one, `str | None` the other
        return reduce(or_, map(_translate, arguments))
    return hint


def _mark(mark: object) -> object:
    if isinstance(mark, Check):
        return BeforeValidator(mark.function) if mark.raw else AfterValidator(mark.function)
    if isinstance(mark, Limits):
        return pydantic.Field(ge=mark.ge, max_length=mark.max_length)
    return mark


@cache
def _table(kind: type) -> type[BaseModel]:
    """The model of a table, by the same name and with the same description."""
    hints = get_type_hints(kind, include_extras=True)
    keys: dict[str, Any] = {
        one.name: (_translate(hints[one.name]), _field(one)) for one in fields(kind)
    }
    return pydantic.create_model(kind.__name__, __config__=_CONFIG, __doc__=kind.__doc__, **keys)


def _field(one: Field[Any]) -> Any:  # noqa: ANN401 (pydantic's own type)
    """A key. The default of a list or a value is for the JSON schema alone: `_build` leaves
    defaults to the dataclass."""
    if one.default_factory is not MISSING:
        make: Callable[[], Any] = one.default_factory
        default = make()
    elif one.default is not MISSING:
        default = one.default
    else:
        return pydantic.Field(**one.metadata)
    if is_dataclass(default):
        return pydantic.Field(default_factory=lambda: default, **one.metadata)
    return pydantic.Field(default=default, **one.metadata)


def _build(kind: Callable[..., Any], table: BaseModel) -> object:
    """The dataclass of a table that is valid by itself.

    Raises:
        ValueError: its keys contradict each other (`__post_init__`).
    """
    return kind(**{name: getattr(table, name) for name in table.model_fields_set})

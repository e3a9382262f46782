"""What all models of attest's JSON have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, field_validator

from attest.text import lazy

_NOT_IN_JSON = lazy("[\ud800-\udfff]")
"""Halves of characters. Bytes of a commit that were not UTF-8 come as such, and readers of JSON
need not take them (RFC 8259, section 8.2)."""


class JsonModel(BaseModel):
    """A model whose texts every reader of JSON takes."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def _replace_halves(cls, value: object) -> object:
        if isinstance(value, str):
            return _NOT_IN_JSON.sub("\N{REPLACEMENT CHARACTER}", value)
        return value

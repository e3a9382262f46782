"""Whole `.attest.toml` files to begin with, after rules that projects really have."""

from __future__ import annotations

import difflib
from importlib import resources

from attest.errors import UsageError


def names() -> list[str]:
    """The presets, the plain one first."""
    presets = [
        one.name for one in resources.files(__name__).iterdir() if one.name.endswith(".toml")
    ]
    known = sorted(name.removesuffix(".toml") for name in presets)
    return sorted(known, key=lambda name: name != "default")


def text(name: str) -> str:
    """A preset's file.

    Raises:
        UsageError: there is none of that name.
    """
    if name not in names():
        close = difflib.get_close_matches(name, names(), 1)
        raise UsageError(
            f"there is no preset {name!r}",
            f"Known: {', '.join(names())}" + (f". Did you mean {close[0]}?" if close else ""),
        )
    return (resources.files(__name__) / f"{name}.toml").read_text("utf-8")

"""What all HTML pages have in common: Jinja2, which escapes every text, the style sheets, and a
Content-Security-Policy that allows them by their hash and nothing else."""

from __future__ import annotations

import base64
import hashlib
from functools import lru_cache
from importlib import resources
from typing import TYPE_CHECKING

from attest.report import overview
from attest.text import showable

if TYPE_CHECKING:
    from jinja2 import Environment

_FOLDER = resources.files("attest") / "templates"


@lru_cache(maxsize=1)
def environment() -> Environment:
    """Jinja2 with the templates of attest. The filter `showable` escapes for a terminal what could
    reorder a line; Jinja2 escapes for HTML, always."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    templates = Environment(
        loader=FunctionLoader(lambda name: (_FOLDER / name).read_text("utf-8")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.filters["showable"] = showable
    templates.filters["code_parts"] = overview.code_parts
    return templates


@lru_cache(maxsize=4)
def style(*names: str) -> tuple[str, str]:
    """The style sheet of a page, and its hash as a Content-Security-Policy has it.

    Args:
        names: of files below templates/, in their order.
    """
    sheet = "".join((_FOLDER / name).read_text("utf-8") for name in names)
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    return sheet, f"sha256-{digest}"

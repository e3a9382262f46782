"""The README shows what a person sees."""

from __future__ import annotations

from pathlib import Path

from support.reference import session
from support.reference.files import README


def test_the_session_of_the_readme_is_a_real_one(tmp_path: Path) -> None:
    text = README.read_text("utf-8")
    shown = session.play(tmp_path)
    assert all(f"\n$ {command}\n{output}\n" in text for command, output in shown.items()), (
        "run: make help"
    )

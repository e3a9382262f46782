"""The README shows what a person sees."""

from __future__ import annotations

from pathlib import Path

from support.reference import session
from support.reference.files import README


def test_the_session_of_the_readme_is_a_real_one(tmp_path: Path) -> None:
    shown = session.play(tmp_path)
    text = README.read_text("utf-8")
    assert all(f"\n$ {command}\n" in text for command in shown)
    assert text == session.expected(text, shown), "run: make help"

"""Sentences in the lines of a terminal."""

from __future__ import annotations

import textwrap

from hypothesis import given
from hypothesis import strategies as st

from attest.report import paragraphs
from attest.text import showable


@given(
    st.text(st.sampled_from("ab  \t\n-é\u202e\u3000"), max_size=90), st.sampled_from(["", "    "])
)
def test_a_line_that_fits_is_the_one_that_wrapping_gives(words: str, indent: str) -> None:
    expected = textwrap.wrap(
        showable(words),
        paragraphs.COLUMNS,
        initial_indent=indent,
        subsequent_indent=f"{indent}  | ",
        break_long_words=False,
        break_on_hyphens=False,
    )
    assert paragraphs.paragraph(words, indent) == expected

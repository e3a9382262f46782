"""Whatever stands in a file, its change is looked at: nothing raises, no hunk is lost,
and what is chosen is chosen again."""

from __future__ import annotations

import random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from attest.analysis import effects
from attest.analysis.effects import SHOWN
from attest.analysis.syntax import languages
from support import corpus
from support.corpus import Looker

EXTENSIONS = [*sorted(languages._BY_EXTENSION), "", "unknown", "1", "md.in"]
PIECES = st.sampled_from(
    [
        "if", "(", ")", "{", "}", "[", "]", ":", ";", "\n", "\n    ", "\t", " ", '"', "'", "`",
        "def", "fn", "func", "class", "return", "raise", "throw", "catch", "except", "=", "==",
        "<", "<=", "->", "=>", "x", "y", "lock", "open", "eval", "0", "1.5", "#", "//", "/*", "*/",
        "--", "\r\n", "\0", "\x0c", "é", "\u202e", "\udcff", "import", "from", "@", "$", "\\",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@pytest.mark.long
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(EXTENSIONS), TEXTS, TEXTS), min_size=1, max_size=6))
def test_any_text_in_any_language(looker: Looker, files: list[tuple[str, str, str]]) -> None:
    named = {f"f{n}.{extension}": texts for n, (extension, *texts) in enumerate(files)}
    old = {path: texts[0] for path, texts in named.items()}
    new = {path: texts[1] for path, texts in named.items()}
    seen, again = looker.look(old, new), looker.look(old, new)
    assert [c.analysis.hunk.digest for c in seen.choices] == [h.digest for h in seen.change.hunks]
    assert seen.frozen == again.frozen
    assert seen.asked == again.asked
    assert all(question for question in seen.asked)


@pytest.mark.parametrize("part", range(4))
def test_the_corpus_cut_off_anywhere_and_read_as_anything(looker: Looker, part: int) -> None:
    chooser = random.Random(part)
    changes: list[tuple[corpus.Files, corpus.Files]] = []
    for case in corpus.cases()[part::4]:
        path = f"{case.path.rpartition('.')[0]}.{chooser.choice(EXTENSIONS)}"
        old, new = (side[: chooser.randrange(len(side) + 1)] for side in (case.old, case.new))
        changes.append((corpus.side(path, old), corpus.side(path, new)))
    for seen in looker.each(changes):
        assert len(seen.choices) == len(seen.change.hunks)
        assert all(choice.outcome for choice in seen.choices)


@given(st.text(max_size=400), st.text(max_size=400))
def test_quotes_are_short_and_tell_two_texts_apart(old: str, new: str) -> None:
    before, after = effects.quote_pair(old, new)
    assert len(before) <= SHOWN
    assert len(after) <= SHOWN
    assert "\n" not in before + after
    if " ".join(old.split()) == " ".join(new.split()):
        assert before == after


@given(st.text(alphabet="ab 0f", max_size=200), st.integers(0, 199))
def test_quotes_that_differ_in_one_letter_differ(text: str, at: int) -> None:
    other = text[:at] + "X" + text[at + 1 :]
    before, after = effects.quote_pair(text, other)
    assert (before != after) or not text.strip()


@given(st.binary(max_size=60))
def test_any_path_is_of_a_language(path: bytes) -> None:
    result = languages.of(path)
    assert result.name or not result.parsed
    assert result.parsed or not result.certain

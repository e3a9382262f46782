"""The words of `attest check` mean the same without Typer as with it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attest.cli import check_start, check_words
from attest.cli.app import build
from attest.cli.check_words import CheckOptions

USUAL = [
    "",
    "main..HEAD",
    "--base main HEAD",
    "--base=main HEAD --format json",
    "v1.0..v2.0 --no-answers --audit",
    "--landed v1.0..main -q",
    "--quiet --jobs 2 a..b --actor somebody",
    "--format github --format=text",
]
UNUSUAL = [
    "--help",
    "-h",
    "a b",
    "--jobs 0",
    "--jobs -1 a..b",
    "--jobs ٣",
    "--jobs 1_0",
    f"--jobs {'9' * 5000}",
    "--jobs",
    "--base",
    "--base= a",
    "--format xml",
    "--forge github:x a..b",
    "--output html=x.html",
    "--no-answers=yes",
    "--no-answer",
    "-- a..b",
    "--unknown",
]
WORDS = (
    "main..HEAD",
    "HEAD",
    "-q",
    "--quiet",
    "--audit",
    "--no-answers",
    "--base",
    "main",
    "--jobs",
)
MORE_WORDS = (
    *WORDS,
    "2",
    "0",
    "--jobs=3",
    "--format",
    "json",
    "--format=jsonl",
    "--landed",
    "-x",
    "--",
)


@pytest.fixture(scope="module")
def read_by_typer() -> Iterator[list[CheckOptions]]:
    """What `attest check` would do by its own reading."""
    seen: list[CheckOptions] = []

    def note(options: CheckOptions) -> int:
        seen.append(options)
        return 0

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(check_start, "run", note)
        yield seen


def by_typer(words: list[str], seen: list[CheckOptions]) -> CheckOptions | None:
    seen.clear()
    with pytest.raises(SystemExit):
        build("check")(["check", *words], prog_name="attest")
    return seen[-1] if seen else None


@pytest.mark.parametrize("line", USUAL)
def test_usual_words(line: str, read_by_typer: list[CheckOptions]) -> None:
    read = check_words.read(line.split())
    assert read is not None
    assert CheckOptions(**read) == by_typer(line.split(), read_by_typer)


@pytest.mark.parametrize("line", UNUSUAL)
def test_what_typer_has_to_read(line: str) -> None:
    assert check_words.read(line.split()) is None


@settings(max_examples=100)
@given(words=st.lists(st.sampled_from(MORE_WORDS), max_size=5))
def test_any_words(words: list[str], read_by_typer: list[CheckOptions]) -> None:
    read = check_words.read(words)
    if read is not None:
        assert CheckOptions(**read) == by_typer(words, read_by_typer)

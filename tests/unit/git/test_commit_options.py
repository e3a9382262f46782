"""The arguments of `git commit`, read by git's own rules."""

from __future__ import annotations

import pytest

from attest.git.commit_options import commit_arguments


@pytest.mark.parametrize(
    ("words", "amend", "verify"),
    [
        ([], False, True),
        (["--amend"], True, True),
        (["--ame"], True, True),
        (["--amend", "--no-amend"], False, True),
        (["-a", "-n"], False, False),
        (["-anm", "words"], False, False),
        (["-qn"], False, False),
        (["-mn"], False, True),
        (["-m", "-n"], False, True),
        (["-am", "--no-verify"], False, True),
        (["-m", "--amend"], False, True),
        (["--message", "--amend"], False, True),
        (["--message=--amend"], False, True),
        (["--no-veri"], False, False),
        (["--no-verify", "--verify"], False, True),
        (["-uno"], False, True),
        (["-Snobody"], False, True),
        (["--", "--amend", "-n"], False, True),
        (["-C", "HEAD", "--amend"], True, True),
        (["--author", "-n", "--amend"], True, True),
    ],
)
def test_amend_and_verify(words: list[str], amend: bool, verify: bool) -> None:
    result = commit_arguments(words)
    assert (result.amend, result.verify) == (amend, verify)


@pytest.mark.parametrize(
    ("words", "template", "cleanup"),
    [
        (["-t", "file"], "file", None),
        (["-qtfile"], "file", None),
        (["--template", "file", "--cleanup=scissors"], "file", "scissors"),
        (["--templ=file", "--clean", "strip"], "file", "strip"),
        (["-m", "-t", "x"], None, None),
    ],
)
def test_template_and_cleanup(words: list[str], template: str | None, cleanup: str | None) -> None:
    result = commit_arguments(words)
    assert (result.template, result.cleanup) == (template, cleanup)

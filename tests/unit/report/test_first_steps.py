"""What a red check says to who has never heard of attest."""

from __future__ import annotations

import pytest

from attest.cli import first_steps
from attest.forge import job_source
from attest.forge.job_source import Origin, UnknownOrigin
from attest.project.rules import ProjectRules
from attest.report import html_format, markdown_format, text_format
from attest.report.findings import FirstSteps, Report
from support import forge
from support.repo import Repo
from support.reports import hunk, report, verdict

INSTALL = "pipx install git+https://github.com/them/attest@" + "a" * 40
PAGE = "https://github.com/settings/ssh/new"


@pytest.fixture
def red() -> Report:
    steps = FirstSteps(INSTALL, (PAGE,))
    return report(verdict(hunk("a"), failed=True))._replace(first_steps=steps)


def text_of(shown: Report, *, quiet: bool = False) -> list[str]:
    lines: list[str] = []
    text_format.render(shown, lambda line, _style: lines.append(line), quiet=quiet)
    return lines


def test_a_log_ends_with_what_it_is_the_result_and_the_commands(red: Report) -> None:
    lines = text_of(red)
    begin = next(number for number, line in enumerate(lines) if line.startswith("attest asks"))
    assert lines[begin:] == [
        "attest asks whoever submits a change a few questions about it, and adds the",
        "signed answers to the commit message.",
        "",
        "For the first time, in your clone:",
        f"  {INSTALL}",
        "  attest init",
        f"  Register the key that it names: {PAGE}, or ask a",
        "  maintainer to add it to .attest/allowed_signers.",
        "",
        "attest: failed, main..HEAD: 1 failed",
        "In a clone of your fork, on the branch of the pull request:",
        "  attest answer main..HEAD",
        "  git push --force-with-lease",
    ]
    assert "".join(lines).count("git push") == 1


def test_a_quiet_log_has_the_commands_below_what_failed(red: Report) -> None:
    lines = text_of(red, quiet=True)
    assert lines.index("      git push --force-with-lease") < len(lines) - 1
    assert not [line for line in lines if line.startswith("attest asks")]


def test_nobody_is_sent_to_answer_in_vain(red: Report) -> None:
    (only,) = red.verdicts
    findings = tuple(one._replace(answer_again=False) for one in only.findings)
    lines = text_of(red._replace(verdicts=(only._replace(findings=findings),)))
    assert not [line for line in lines if "attest answer" in line or "attest init" in line]


def test_the_page_and_the_summary_say_the_same(red: Report) -> None:
    for written in (html_format.render(red), markdown_format.render(red)):
        places = [written.index(part) for part in (INSTALL, "attest init", "allowed_signers")]
        assert places == sorted(places)


@pytest.mark.parametrize(
    ("env", "origin", "install"),
    [
        ({"CI": "true"}, Origin("commit", f"git-attest @ {INSTALL.split()[-1]}"), INSTALL),
        ({"GITHUB_ACTIONS": "true"}, UnknownOrigin("a folder"), first_steps.UNKNOWN_SOURCE),
        ({"GITLAB_CI": "true"}, UnknownOrigin("a folder"), first_steps.UNKNOWN_SOURCE),
        ({}, UnknownOrigin("a folder"), ""),
    ],
)
def test_in_ci_it_says_how_to_install_what_ran(
    env: dict[str, str],
    origin: Origin | UnknownOrigin,
    install: str,
    repo: Repo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(job_source, "of_installation", lambda: origin)
    with forge.isolated(repo) as git:
        rules = ProjectRules.built_in(git)
    assert first_steps.find(env, rules) == FirstSteps(install)

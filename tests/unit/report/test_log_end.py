"""What a log ends with: CI shows its last screen first."""

from __future__ import annotations

import pytest

from attest.report import detail_format, html_format, markdown_format, text_format
from attest.report.findings import Finding, FirstSteps, Report, UnitCommit, Verdict
from support.reports import hunk, report, verdict

ROWS, COLUMNS = 24, 80
COMMANDS = ["  attest answer main..HEAD", "  git push --force-with-lease"]
LONG = "whether plugins that were written for the old version still reach this branch of the code"


def text_of(shown: Report) -> list[str]:
    lines: list[str] = []
    text_format.render(shown, lambda line, _style: lines.append(line))
    return lines


def numbered(count: int, one: Verdict) -> list[Verdict]:
    return [one._replace(oid=f"{n:010}{'0' * 30}") for n in range(count)]


@pytest.mark.parametrize("commits", [1, 3, 12, 60, 1000])
def test_the_last_screen_has_the_doubts_the_result_and_the_commands(commits: int) -> None:
    unsure = [verdict(hunk("a", unsure=f"{n} {LONG}")) for n in range(3)]
    shown = report(*unsure, *numbered(commits, verdict(failed=True)))
    lines = text_of(shown._replace(first_steps=FirstSteps("", ("https://forge.example",) * 9)))
    end = lines[-ROWS:]
    end = end[len(end) - end[::-1].index("") :]
    assert end[0].startswith(f"unsure: src/a.py:3 in 0123456789: 0 {LONG[:20]}")
    result = f"attest: failed, main..HEAD: 3 attested, {commits} failed; unsure: 3"
    assert result in end
    assert end[-2:] == COMMANDS


def test_a_long_log_names_at_its_end_what_failed_and_a_remedy_of_its_own() -> None:
    hint = "A maintainer lists it:\n  attest policy check"
    lost = Finding("signer-unknown", "whose key?", hint)
    failed = numbered(9, verdict(failed=True)._replace(findings=(lost, lost)))
    lines = text_of(report(*failed))
    start = lines.index("attest: failed, main..HEAD: 9 failed")
    named = ", ".join(f"{n:010}" for n in range(5))
    assert " ".join(line.strip(" |") for line in lines[start + 1 : start + 3]) == (
        f"signer-unknown: {named} and 4 more"
    )
    assert lines[start + 3 :] == ["    A maintainer lists it:", "      attest policy check"]


def test_a_short_log_does_not_repeat_what_is_in_sight() -> None:
    lines = text_of(report(verdict(failed=True)))
    assert "".join(lines).count("answer-missing") == 1


def test_a_green_log_has_no_commands() -> None:
    lines = text_of(report(verdict(hunk("a", unsure="why"))))
    assert lines[-3:] == [
        "rules from ffffffffff",
        "unsure: src/a.py:3 in 0123456789: why",
        "attest: passed, main..HEAD: 1 attested; unsure: 1",
    ]


def test_no_line_is_longer_than_a_terminal() -> None:
    """What others wrote, what is wrong and what to do: all of it is broken between words."""
    other = f"{'Long Name ' * 9}<other@example.org>"
    members = tuple(UnitCommit(f"{n:040}", LONG * 2, other, "Forge <f@g>") for n in range(3))
    error = Finding("unattested", f"the commit {LONG}", f"Its author {LONG}.", answer_again=True)
    whole = verdict(hunk(LONG, unsure=LONG * 3), text=LONG, failed=True)
    whole = whole._replace(unit="branch", commits=members, findings=(error,))
    exempt = verdict()._replace(outcome="exempt", exempt=f"exempt: {LONG}", attester=other)
    shown = report(whole, exempt, *numbered(4, verdict(failed=True, text=LONG)))
    detailed: list[str] = []
    detail_format.render(shown, lambda line, _style: detailed.append(line))
    words = [line for line in detailed if not line.startswith("  -")]  # code stays as it is
    assert max(map(len, [*text_of(shown), *words])) <= COLUMNS


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (f"{LONG}: attest answer main..HEAD --key FILE", "attest answer main..HEAD --key FILE"),
        (f"{LONG} (attest init --key FILE) and", "(attest init --key FILE)"),
        (f"{LONG[:60]} here, or git rebase -i main. Then", "git rebase -i main."),
    ],
)
def test_a_command_in_a_sentence_is_not_cut(words: str, command: str) -> None:
    error = Finding("unattested", "no attestation", words)
    lines = text_of(report(verdict()._replace(outcome="failed", findings=(error,))))
    assert any(command in line for line in lines)


def test_the_remedy_stands_above_a_long_list_of_what_failed() -> None:
    failed = [verdict(failed=True, text=f"{n}") for n in range(60)]
    for written in (html_format.render(report(*failed)), markdown_format.render(report(*failed))):
        at = written.index("attest answer main..HEAD")
        assert written.index("Failed (60)") < at < written.index("no answer: 0")


def test_it_is_said_what_reported_means() -> None:
    shown = report(verdict(failed=True))._replace(reprieve="advisory")
    first = markdown_format.render(shown).partition("\n")[0]
    meaning = "problems do not fail a change yet"
    assert first == f"⚠️ **attest: reported** ({meaning}) · 1 commit: 1 failed"
    assert f'<p class="counts">{meaning} · 1 commit: 1 failed' in html_format.render(shown)

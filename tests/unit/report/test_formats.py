"""The formats of a report: their own grammar, and texts that try to get out of their place."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import jsonschema
import pytest
import xmlschema

from attest.report import (
    github_format,
    gitlab_format,
    html_format,
    json_writing,
    junit_format,
    markdown_format,
    overview,
    text_format,
)
from attest.report.answers import Answer
from attest.report.findings import Finding, FirstSteps, Report, UnitCommit, Verdict
from attest.report.links import Links
from attest.report.log_end import Write
from support import reports
from support.reports import HOSTILE, hunk, report, verdict

STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What could steer a terminal, end a line, or reorder one."""
ATTACKS = pytest.mark.parametrize("attack", HOSTILE)
JUNIT = xmlschema.XMLSchema(Path(__file__).parents[2] / "schemas" / "junit.xsd")


def text_of(shown: Report) -> list[str]:
    lines: list[str] = []
    text_format.render(shown, lambda line, _style: lines.append(line))
    return lines


class TestText:
    @ATTACKS
    def test_no_line_is_a_command_to_a_runner(self, attack: str) -> None:
        for line in text_of(reports.hostile(attack)):
            assert not STEERS.search(line), line
            assert not line.lstrip().startswith(("::", "##[")), line
            assert not re.search(r"##\w*\[", line), line

    def test_doubts_and_assistance_are_shown(self) -> None:
        lines = text_of(report(verdict(hunk("a", unsure="whether it blocks"))))
        assert "unsure: src/a.py:3 in 0123456789: whether it blocks" in lines
        assert "AI assistance: Assisted-by: Fix it (1 commit)" in lines

    def test_long_claims_are_broken_and_no_line_begins_with_their_words(self) -> None:
        """A break where a runner's command stands would give it a line of its own."""
        for length in range(1, 90):
            claim = f"{'x' * length} ::error::one ##[error]two " + "and some more words " * 5
            broken = text_of(report(verdict(hunk("a", unsure=claim))))
            assert max(map(len, broken)) <= 80 or length > 70
            assert not [line for line in broken if line.lstrip().startswith(("::", "##["))]
            start = next(n for n, line in enumerate(broken) if line.startswith("unsure: "))
            rest = [line for line in broken[start + 1 :] if line.startswith("  | ")]
            assert len(rest) >= 2
            reply = " ".join([broken[start], *(line.removeprefix("  | ") for line in rest)])
            assert reply.endswith(claim.replace("##[", r"##\x5b").rstrip())
        facts = text_of(report(verdict(hunk("long words " * 20))))
        assert sum(line.startswith("    | long words") for line in facts) > 1

    def test_sixty_equal_warnings_stand_below_two_commits_and_are_counted(self) -> None:
        lines = text_of(report(*[verdict(hunk("a"))] * 60))
        assert [line.strip() for line in lines if "signer-unknown" in line] == [
            "warning: signer-unknown",
            "warning: signer-unknown",
            "60 commits: warning: signer-unknown",
        ]

    def test_a_line_is_written_before_the_next_verdict_is_made(self) -> None:
        lines: list[str] = []
        seen: list[int] = []

        def verdicts() -> Iterator[Verdict]:
            for _ in range(3):
                seen.append(len(lines))
                yield verdict(hunk("a"))

        shown = report()._replace(verdicts=())
        write: Write = lambda line, _style: lines.append(line)  # noqa: E731
        tally = text_format.stream(shown, verdicts(), write, first_steps=FirstSteps)
        assert 0 == seen[0] < seen[1] < seen[2]
        assert tally.ok

    def test_two_equal_warnings_stay_with_their_commits(self) -> None:
        lines = text_of(report(*[verdict(hunk("a"))] * 2))
        assert len([line for line in lines if "warning: signer-unknown" in line]) == 2


class TestMarkdown:
    @ATTACKS
    def test_a_text_stays_words(self, attack: str) -> None:
        written = markdown_format.render(reports.hostile(attack))
        outside = re.sub(
            r"(?<![\\`])(`+)(?!`).+?(?<!`)\1(?!`)", "", written
        )  # code spans show what they hold
        tags = re.findall(r"<[^>]*>", outside)
        assert set(tags) <= {
            "<details>",
            "</details>",
            "<summary>",
            "</summary>",
            "<sub>",
            "</sub>",
            "<br>",
        }
        assert written.count("<details>") == written.count("</details>") == 2
        assert not re.search(r"@\w", outside.replace("a@\u2060", ""))
        # Up to the next empty line, `<details>` is HTML, in which Markdown reads nothing
        # (CommonMark, section 4.6).
        read = re.sub(r"<summary>.*</summary>", "", outside)
        assert not re.search(r"(?<!\\)\]\(|(?<!\\)[*]{2}bold|(?<!\\)~~", read)
        assert not re.search(r"[#!]\d|GH-\d|://\w|www\.", outside)
        for line in written.split("\n"):
            is_ours = re.match(
                r"$|❌ \*\*attest|Answers by |#### (Unsure|Failed|Weak answers) |</?details>|<sub>|"
                r" *- |  \S|In a clone|```|attest answer|git push",
                line,
            )
            assert is_ours, line

    def test_what_is_wrong_stands_before_what_is_right(self) -> None:
        written = markdown_format.render(
            report(verdict(hunk("a", unsure="why", weak=True), failed=True))
        )
        places = [written.index(part) for part in ("#### Unsure", "#### Failed", "#### Weak")]
        assert places == sorted(places)
        assert places[-1] < written.index("<details>")
        assert "attest answer main..HEAD\ngit push --force-with-lease\n" in written

    @pytest.mark.parametrize(
        "limit", [markdown_format.SUMMARY_BYTES, markdown_format.COMMENT_BYTES]
    )
    def test_it_is_cut_at_a_limit_and_says_what_is_left_out(self, limit: int) -> None:
        shown = report(*[verdict(hunk("word " * 300))] * 1_000)
        written = markdown_format.render(shown, limit)
        assert limit * 0.9 < len(written.encode()) <= limit
        assert re.search(r"… and the answers of \d+ more commits: ", written)
        assert written.count("<details>") == written.count("</details>")

    @pytest.mark.parametrize(
        "limit", [markdown_format.SUMMARY_BYTES, markdown_format.COMMENT_BYTES]
    )
    def test_no_part_pushes_another_out(self, limit: int) -> None:
        long = "\N{SNOWMAN}" * 600
        every = [hunk(long, unsure=long, weak=True)] * 60
        written = markdown_format.render(
            report(*[verdict(*every, text=f"{n} {long}", failed=True) for n in range(60)]), limit
        )
        assert len(written.encode()) <= limit
        for part in (r"#### Unsure \(3600\)", r"#### Failed \(60\)", r"#### Weak answers \(3600\)"):
            section = re.search(
                rf"{part}\n\n(?:In [^#]*\n\n)?(- [^…].*\n)+- … and \d+ more\n", written
            )
            assert section, part
        assert "attest answer main..HEAD\ngit push --force-with-lease\n" in written
        assert re.search(r"… and the answers of \d+ more commits: ", written)

    def test_equal_errors_are_one_item_and_a_remedy_stands_once(self) -> None:
        finding = Finding("project-mismatch", "it names no project", "Add it:\n  git fetch")
        failed = verdict(hunk("a"), failed=True)._replace(findings=(finding,))
        commits = [failed._replace(oid=f"{n:040}") for n in range(12)]
        written = markdown_format.render(report(*commits))
        assert "#### Failed (12)" in written
        assert "Failed (12)<" in html_format.render(report(*commits))
        assert written.count("project-mismatch") == 1
        assert "and 7 more **project-mismatch**: it names no project. Add it: " in written
        assert written.count("`git fetch`") == 1
        other = failed._replace(findings=(finding._replace(message="it names another"),))
        page = html_format.render(report(*commits, other)).partition('class="commit"')[0]
        assert page.count("git fetch") == 1

    def test_the_first_line_counts_doubts_and_weak_answers(self) -> None:
        shown = report(verdict(hunk("a", unsure="why"), hunk("b", unsure="how", weak=True)))
        first = markdown_format.render(shown).partition("\n")[0]
        assert "**unsure: 2, weak: 1**" in first
        last = "attest: passed, main..HEAD: 1 attested; unsure: 2, weak: 1"
        assert text_of(shown)[-1] == last

    def test_a_branch_is_counted_as_one(self) -> None:
        person = "A U Thor <author@example.com>"
        members = tuple(UnitCommit(f"{n:040}", f"part {n}", person, person) for n in range(2))
        whole = verdict(hunk("a"))._replace(unit="branch", commits=members)
        first = markdown_format.render(report(whole)).partition("\n")[0]
        assert "· the whole branch of 2 commits: 1 attested" in first
        first = markdown_format.render(report(whole, verdict(hunk("b")))).partition("\n")[0]
        assert "· 2 changes: 2 attested" in first

    def test_code_in_a_question_is_code(self) -> None:
        asked = hunk("a")._replace(answers=(Answer("answer", "Is `a*b` <ok>?", "it is"),))
        written = markdown_format.render(report(verdict(asked)))
        assert "  - *Is `a*b` &lt;ok&gt;?*<br>it is\n" in written

    def test_a_question_without_an_answer_is_shown(self) -> None:
        asked = hunk("a")._replace(answers=(Answer("breaks", "What breaks?", ""),))
        written = markdown_format.render(report(verdict(asked)))
        assert "  - *What breaks?*<br>**no answer**\n" in written


class TestGitHub:
    @ATTACKS
    def test_the_text_is_out_of_reach_and_each_annotation_is_a_line(self, attack: str) -> None:
        shown, lines = reports.hostile(attack), list[str]()
        github_format.render(
            shown, lambda: lines.extend(text_of(shown)), lines.append, token="t" * 40
        )
        start = lines.index("::stop-commands::" + "t" * 40)
        assert lines[start + 1 :] == [*text_of(shown), "::" + "t" * 40 + "::"]
        for line in lines[:start]:
            assert not STEERS.search(line), line
            match = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^:,]*,?)+)::(.*)", line)
            assert match, line
            assert {pair.partition("=")[0] for pair in match[2].split(",")} <= {
                "file",
                "line",
                "title",
            }

    def test_of_each_level_there_are_as_many_as_github_takes_and_a_count(self) -> None:
        failed = [verdict(hunk("a", unsure="why"), text=f"{n}", failed=True) for n in range(60)]
        shown = report(*failed)
        matches = github_format.find_annotations(shown)
        for level, count in (("error", 60), ("warning", 60), ("notice", 60)):
            messages = [one.lines for one in matches if one.level == level]
            assert len(messages) == 10
            assert messages[-1] == (f"{count - 9} more are in the summary and the log.",)
        assert len(matches) <= 50

    def test_the_riskiest_come_first(self) -> None:
        low, high = hunk("low"), hunk("high")._replace(risk=9)
        matches = github_format.find_annotations(report(verdict(low), verdict(high)))
        notices = [one for one in matches if one.level == "notice"]
        assert ["high" in one.lines[0] for one in notices] == [True, False]

    def test_an_error_has_its_remedy_and_equal_ones_are_one(self) -> None:
        commits = [verdict(failed=True)._replace(oid=f"{n:040}") for n in range(12)]
        (error,) = github_format.find_annotations(report(*commits))
        oids = ", ".join(["0" * 10] * 5)
        end = "%0A  attest answer main..HEAD%0A  git push --force-with-lease"
        written = github_format.command(error)
        assert written.startswith("::error file=b.py,line=7,title=")
        assert f"::{oids} and 7 more: no answer: Fix it%0AAnswer.%0AIn a clone" in written
        assert written.endswith(end)

    def test_a_line_of_theirs_stays_one(self) -> None:
        (notice,) = github_format.find_annotations(report(verdict(hunk("a\nb"))))
        assert r"What does it keep? a\nb a\nb%0AWhat breaks? a\nb" in github_format.command(notice)

    def test_outputs(self) -> None:
        shown = report(verdict(hunk("a", unsure="why"), failed=True), verdict(hunk("b")))
        assert github_format.outputs(shown) == {"result": "failed", "unsure": "1", "missing": "1"}


CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": r"^(?!\./|/).+"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}
"""What GitLab reads (docs.gitlab.com, "Code Quality", "Import code quality results"): a relative
path without `./`, one of five severities."""


class TestGitLab:
    @ATTACKS
    def test_every_entry_has_what_gitlab_reads(self, attack: str) -> None:
        written = gitlab_format.render(reports.hostile(attack))
        assert written.isascii()
        assert not re.search(r"##\w*\[", written)
        entries = json.loads(written)
        for entry in entries:
            assert set(entry) == {
                "description",
                "check_name",
                "fingerprint",
                "severity",
                "location",
            }
            assert entry["severity"] in ("info", "minor", "major", "critical", "blocker")
            assert entry["location"]["path"]
            assert entry["location"]["lines"]["begin"] >= 1
        names = [entry["check_name"] for entry in entries]
        assert {"attest/answer-missing", "attest/unsure", "attest/answer"} <= set(names)

    @ATTACKS
    def test_it_fits_what_gitlab_documents(self, attack: str) -> None:
        jsonschema.validate(json.loads(gitlab_format.render(reports.hostile(attack))), CODE_QUALITY)

    def test_doubts_come_first_and_equal_findings_are_one(self) -> None:
        commits = [verdict(failed=True)._replace(oid=f"{n:040}") for n in range(60)]
        doubt = verdict(hunk("a", unsure="why"))
        entries = json.loads(gitlab_format.render(report(*commits, doubt)))
        assert [one["check_name"] for one in entries] == [
            "attest/unsure",
            "attest/answer-missing",
            "attest/signer-unknown",
            "attest/answer",
        ]
        assert entries[1]["description"].startswith(f"{', '.join(['0' * 10] * 5)} and 55 more: ")
        assert entries[1]["description"].endswith(
            "attest answer main..HEAD git push --force-with-lease"
        )

    def test_different_entries_have_different_fingerprints(self) -> None:
        entries = json.loads(gitlab_format.render(report(verdict(hunk("a"), hunk("b", line=9)))))
        assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 3


def test_a_branch_is_no_commit_in_any_format() -> None:
    """One of several commits is counted as one change, and the result says how many it has."""
    members = tuple(UnitCommit(str(n) * 40, "Fix it", "A <a@x>", "A <a@x>") for n in range(3))
    branch = verdict(hunk("a"))._replace(unit="branch", commits=members)
    one, two = report(branch), report(branch, branch._replace(oid="f" * 40))
    for shown in (one, two):
        every = [
            "\n".join(text_of(shown)),
            markdown_format.render(shown).partition("<details>")[0],
            html_format.render(shown).partition('class="commit"')[0],
        ]
        for text in every:
            assert "1 commit" not in text
            assert "2 commits" not in text
    assert "the whole branch of 3 commits: 1 attested" in html_format.render(one)
    assert "2 changes: 2 attested" in html_format.render(two)
    assert "the whole branch of 3 commits: 1 attested" in markdown_format.render(one)


class TestJUnit:
    @ATTACKS
    def test_it_is_xml_whatever_the_texts_are(self, attack: str) -> None:
        root = ET.fromstring(junit_format.render(reports.hostile(attack)))
        assert (root.tag, root.attrib["tests"], root.attrib["failures"]) == ("testsuites", "2", "1")
        (suite,) = root
        assert {element.tag for element in suite} == {"testcase"}
        failed, passed = suite
        assert [element.tag for element in failed] == ["failure", "system-out"]
        assert [element.tag for element in passed] == ["system-out"]

    @ATTACKS
    def test_it_fits_the_schema_whatever_the_texts_are(self, attack: str) -> None:
        JUNIT.validate(junit_format.render(reports.hostile(attack)))

    def test_it_fits_the_schema_of_what_readers_know(self) -> None:
        exempt = verdict()._replace(outcome="exempt", exempt="a bot", disclosures=())
        shown = report(verdict(hunk("a"), failed=True), verdict(hunk("b")), exempt)
        text = junit_format.render(shown)
        JUNIT.validate(text)
        for good, bad in (
            ("</failure>\n      <system-out>", "</failure>\n      <skipped/><system-out>"),
            (' tests="3"', ""),
            ("classname=", "class="),
            ("<skipped>", "<skipped message='x'>"),
        ):
            assert good in text
            assert not JUNIT.is_valid(text.replace(good, bad)), bad

    def test_its_counts_are_those_of_its_elements(self) -> None:
        """No schema says so. GitLab takes two test cases of one name for one."""
        exempt = verdict()._replace(outcome="exempt", exempt="a bot", disclosures=())
        other = verdict(hunk("b"))._replace(oid="f" * 40)
        shown = report(verdict(hunk("a"), failed=True), other, exempt._replace(oid="e" * 40))
        (suite,) = ET.fromstring(junit_format.render(shown))
        counts = {
            "tests": len(suite),
            "failures": len(suite.findall("testcase/failure")),
            "errors": len(suite.findall("testcase/error")),
            "skipped": len(suite.findall("testcase/skipped")),
        }
        assert {name: int(suite.attrib[name]) for name in counts} == counts
        assert counts == {"tests": 3, "failures": 1, "errors": 0, "skipped": 1}
        assert len({(case.attrib["classname"], case.attrib["name"]) for case in suite}) == 3


class _Tags(HTMLParser):
    """Collects elements and their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))


def elements(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    return parser.elements


class TestHtml:
    @ATTACKS
    def test_a_text_adds_no_element_and_no_attribute(self, attack: str) -> None:
        page = html_format.render(reports.hostile(attack), Links("https://example.org/me/kettle"))
        matches = elements(page)
        assert not {tag for tag, _ in matches} & {
            "script",
            "img",
            "iframe",
            "object",
            "base",
            "link",
        }
        for tag, attributes in matches:
            assert not [name for name in attributes if name.startswith("on")], tag
            href = attributes.get("href") or ""
            assert href.startswith(("https://example.org/me/kettle/", "#")) or not href

    def test_a_text_that_is_slow_to_colour_has_no_colours(self) -> None:
        quotes = "+" + '\\"' * 140
        slow = hunk("a")._replace(path="a.js", lines=(quotes,) * 200)
        spans = [
            attributes
            for tag, attributes in elements(html_format.render(report(verdict(slow))))
            if tag == "span"
        ]
        assert not [one for one in spans if one.get("class") == "literal"]

    def test_of_many_hunks_the_first_have_colours(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(html_format, "MAX_COLOURED", 2_000)
        many = [hunk("a", line=n + 1) for n in range(html_format.MAX_COLOURED // 20)]
        page = html_format.render(report(verdict(*many)))
        articles = page.split("<article")[1:]
        assert len(articles) == len(many)
        assert 'class="keyword"' in articles[0]
        assert 'class="keyword"' not in articles[-1]
        assert "return" in articles[-1]

    def test_many_doubts_are_folded_so_that_the_remedy_stays_near(self) -> None:
        many = [hunk("a", line=n, unsure=f"doubt {n}") for n in range(1, 13)]
        page = html_format.render(report(verdict(*many, failed=True)))
        assert "1 commit: 1 failed · <strong>unsure: 12</strong>" in page
        first, rest = page.split("<summary>2 more</summary>")
        assert all(f">doubt {n}<" in first for n in range(1, 11))
        assert rest.index(">doubt 12<") < rest.index("attest answer main..HEAD")

    def test_nothing_but_its_own_style_may_load(self) -> None:
        page = html_format.render(report(verdict(hunk("a"))))
        (policy,) = [
            attributes["content"]
            for tag, attributes in elements(page)
            if attributes.get("http-equiv") == "Content-Security-Policy"
        ]
        assert policy is not None
        assert policy.startswith("default-src 'none'; style-src 'sha256-")

    @pytest.mark.parametrize(
        "url", ["javascript:alert(1)", "https://a.example/?x=<", "ssh://a/b", "https://a b/"]
    )
    def test_an_address_that_is_none_makes_no_link(self, url: str) -> None:
        page = html_format.render(report(verdict(hunk("a"))), Links(url))
        hrefs = [attributes["href"] for _, attributes in elements(page) if "href" in attributes]
        assert all(href and href.startswith("#") for href in hrefs)


@ATTACKS
def test_json_is_ascii_and_no_command(attack: str) -> None:
    written = json_writing.render(reports.hostile(attack))
    assert written.isascii()
    assert not re.search(r"##\w*\[", written)
    assert json.loads(written)["commits"][0]["hunks"][0]["answers"][0]["weakness"]["rule"]


def test_the_result_says_what_the_exit_code_says() -> None:
    failed = report(verdict(hunk("a"), failed=True))
    assert overview.result(report(verdict(hunk("a")))) == "passed"
    assert overview.result(failed) == "failed"
    assert overview.result(failed._replace(reprieve="advisory mode")) == "reported"
    assert overview.result(report()) == "failed"

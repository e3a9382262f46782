"""The formats of a report: their own grammar, and texts that try to get out of their place."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest

from attest.report import (
    github_format,
    gitlab_format,
    html_format,
    json_format,
    junit_format,
    markdown_format,
    overview,
    text_format,
)
from attest.report.findings import Report
from support import reports
from support.reports import HOSTILE, hunk, report, verdict

STEERS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What could steer a terminal, end a line, or reorder one."""
ATTACKS = pytest.mark.parametrize("attack", HOSTILE)


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
        assert "  unsure: src/a.py:3: whether it blocks" in lines
        assert "  AI assistance: Assisted-by: Fix it" in lines

    def test_sixty_equal_warnings_are_one_line_with_a_count(self) -> None:
        lines = text_of(report(*[verdict(hunk("a"))] * 60))
        assert [line for line in lines if "signer-unknown" in line] == [
            "60 commits: warning: signer-unknown"
        ]

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
                r"$|\*\*attest|#### (Unsure|Failed|Weak answers) |<details>|</details>|<sub>|"
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
        assert re.search(r"… \d+ more parts of this report left out", written)
        assert written.count("<details>") == written.count("</details>")


class TestGitHub:
    @ATTACKS
    def test_the_text_is_out_of_reach_and_each_annotation_is_a_line(self, attack: str) -> None:
        shown, lines = reports.hostile(attack), list[str]()
        github_format.render(
            shown, lambda: lines.extend(text_of(shown)), lines.append, token="t" * 40
        )
        assert lines[0] == "::stop-commands::" + "t" * 40
        end = lines.index("::" + "t" * 40 + "::")
        assert end == len(text_of(shown)) + 1
        for line in lines[end + 1 :]:
            assert not STEERS.search(line), line
            match = re.fullmatch(r"::(error|warning|notice) ((?:\w+=[^:,]*,?)+)::(.*)", line)
            assert match, line
            assert {pair.partition("=")[0] for pair in match[2].split(",")} <= {
                "file",
                "line",
                "title",
            }

    def test_of_each_level_there_are_as_many_as_github_takes_and_a_count(self) -> None:
        shown = report(*[verdict(hunk("a", unsure="why"), failed=True)] * 60)
        found = github_format.find_annotations(shown)
        for level, count in (("error", 60), ("warning", 60), ("notice", 60)):
            messages = [one.message for one in found if one.level == level]
            assert len(messages) == 10
            assert messages[-1] == f"{count - 9} more are in the summary and the log."
        assert len(found) <= 50

    def test_the_riskiest_come_first(self) -> None:
        from dataclasses import replace

        low, high = hunk("low"), replace(hunk("high"), risk=9)
        found = github_format.find_annotations(report(verdict(low), verdict(high)))
        notices = [one for one in found if one.level == "notice"]
        assert ["high" in one.message for one in notices] == [True, False]

    def test_outputs(self) -> None:
        shown = report(verdict(hunk("a", unsure="why"), failed=True), verdict(hunk("b")))
        assert github_format.outputs(shown) == {"result": "failed", "unsure": "1", "missing": "1"}


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

    def test_different_entries_have_different_fingerprints(self) -> None:
        entries = json.loads(gitlab_format.render(report(verdict(hunk("a"), hunk("b", line=9)))))
        assert len({entry["fingerprint"] for entry in entries}) == len(entries) == 3


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
        page = html_format.render(reports.hostile(attack), "https://example.org/me/kettle")
        found = elements(page)
        assert not {tag for tag, _ in found} & {"script", "img", "iframe", "object", "base", "link"}
        for tag, attributes in found:
            assert not [name for name in attributes if name.startswith("on")], tag
            href = attributes.get("href") or ""
            assert href.startswith(("https://example.org/me/kettle/", "#")) or not href

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
        page = html_format.render(report(verdict(hunk("a"))), url)
        hrefs = [attributes["href"] for _, attributes in elements(page) if "href" in attributes]
        assert all(href and href.startswith("#") for href in hrefs)


@ATTACKS
def test_json_is_ascii_and_no_command(attack: str) -> None:
    written = json_format.render(reports.hostile(attack))
    assert written.isascii()
    assert not re.search(r"##\w*\[", written)
    assert json.loads(written)["commits"][0]["hunks"][0]["answers"][0]["weakness"]["rule"]


def test_the_result_says_what_the_exit_code_says() -> None:
    from dataclasses import replace

    failed = report(verdict(hunk("a"), failed=True))
    assert overview.result(report(verdict(hunk("a")))) == "passed"
    assert overview.result(failed) == "failed"
    assert overview.result(replace(failed, reprieve="advisory mode")) == "reported"
    assert overview.result(report()) == "failed"

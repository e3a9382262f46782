"""Texts of commits that try to be more than words, judged by parsers of each format."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from attest.report import (
    detail_format,
    github_format,
    gitlab_format,
    html_format,
    json_writing,
    junit_format,
    markdown_format,
    text_format,
)
from attest.report.findings import Report
from attest.report.links import Links
from support.reports import OID, hunk, report, verdict

LINKS = Links("https://github.com/me/kettle", "github", 7)
TEXTS = {
    "a comment that hides the rest": "<!-- hidden",
    "the end of a comment": "--> --!> visible",
    "declarations": "<?php x ?> <!DOCTYPE x> <![CDATA[ x ]]>",
    "a tag over several words": "<a\thref='x'\n>",
    "references": "&#64;octocat &commat;org/team &lt;b&gt; &#x3c;b&#x3e;",
    "closers": "Fixes #12, closes org/repo#9, resolves GH-3, fix !4",
    "references of GitLab": "$12 %13 &14 ~15 !16 ^17 me/kettle&18",
    "schemes": "ftp://evil.example mailto:a@b.example xmpp:a@b.example HTTP://EVIL WWW.evil",
    "a link by a reference": "[x][1] [1]: http://evil.example [^1] [^1]: y",
    "an autolink": "<https://evil.example> <a@b.example>",
    "an image": "![x](https://evil.example/x.png 'y')",
    "emphasis that does not end": "** __ *** ~~ `` $$ || > - + 1.",
    "a backslash at the end": "a\\",
    "two backslashes at the end": "a\\\\",
    "the end of code": "a`](https://evil.example)`b``c```",
    "code alone": "````",
    "headings": "\n# one\n\n===\n\n---\n<h1>two",
    "a table": "\n| a | b |\n| - | - |\n| c | d |",
    "quick actions": "\n/close\n/approve\n/merge",
    "folded parts": "</summary></details></sub></li></ul></article></section></main>",
    "commands in a line": "a ::error::b ::set-output name=c::d ##[command]e ##vso[task.x]f",
    "commands on lines": "\n::error::a\r::warning::b\x85::notice::c\u2028::debug::d\v::e\f::f",
    "a command by references": "%0A::error::a%0D::b",
    "control characters": "".join(map(chr, range(0x20))) + "\x7f\x80\x9b",
    "no characters": "\ud800\udfff\ufffe\uffff",
    "order of letters": "\u202e\u2066\u061c\u200f a",
    "nothing to see": "a\u200b\u2060\ufeff\u00ad\U000e0041\u2064b",
    "colours": "\x1b[31m \x1b]8;;https://evil.example\x07 \x9b1m",
    "a long line": "x" * 100_000,
    "many combining marks": "a" + "\u0301" * 5_000,
    "a style": "</style><style>*{display:none}</style>",
    "an attribute": "\" onmouseover=\"alert(1) ' autofocus onfocus='x",
    "a template": "{{ 7 * 7 }} {% include 'x' %} {# y #}",
}
ATTACKS = pytest.mark.parametrize("attack", TEXTS)
OURS = r"</?(details|summary|sub|br)>"
INVISIBLE = re.compile("[\u00ad\u200b\u2064\ufeff\U000e0000-\U000e007f]")
"""But the word joiner, which keeps Markdown from seeing a mention."""


def hostile(attack: str) -> Report:
    """A report in which every text that a commit can choose is hostile."""
    text = TEXTS[attack]
    failed = verdict(hunk(text, unsure=text, weak=True), text=text, failed=True)
    return report(failed, verdict(hunk(text, line=None), text=text))


def tokens(written: str) -> Iterator[Token]:
    parser = MarkdownIt("gfm-like", {"linkify": False, "html": True})
    for token in parser.parse(written):
        yield token
        yield from token.children or ()


@ATTACKS
def test_markdown_has_no_element_that_is_not_ours(attack: str) -> None:
    written = markdown_format.render(hostile(attack), links=LINKS)
    for token in tokens(written):
        if token.type in ("html_block", "html_inline"):
            inside = re.sub(OURS, "", token.content)
            assert "<" not in inside, token.content[:300]
        assert token.type not in ("image", "table_open", "blockquote_open", "s_open", "hr")
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(f"{LINKS.url}/"), token.attrs
        if token.type == "heading_open":
            assert token.tag == "h4"
    headings = re.findall(r"(?m)^#+ .*", written)
    assert [one.split(" (")[0] for one in headings] == [
        "#### Unsure",
        "#### Failed",
        "#### Weak answers",
    ]
    assert written.count("<details>") == written.count("</details>") == 2


@ATTACKS
def test_no_forge_finds_a_mention_or_a_reference_in_markdown(attack: str) -> None:
    """Forges search what was rendered, where a backslash or a reference to a character is gone."""
    written = markdown_format.render(hostile(attack), links=LINKS)
    texts = [one.content for one in tokens(written) if one.type == "text"]
    folded = re.findall(r"<summary>(.*)</summary>", written)
    for text in [*texts, *folded]:
        assert not re.search(r"@\w", text)
        assert not re.search(r"[#!$%~^&]\d|GH-\d|://|www\.", text, re.IGNORECASE), text


@ATTACKS
def test_a_page_has_no_element_that_is_not_ours(attack: str) -> None:
    shapes = []
    for shown in (hostile(attack), harmless()):
        parser = _Shape()
        parser.feed(html_format.render(shown, LINKS))
        shapes.append(parser.shape)
    assert shapes[0] == shapes[1]


class _Shape(HTMLParser):
    """The elements of a page with the names of their attributes, but for the parts of a line."""

    def __init__(self) -> None:
        super().__init__()
        self.shape: list[tuple[str, ...]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("span", "code"):
            self.shape.append((tag, *(name for name, _ in attrs)))


def harmless() -> Report:
    """The same report with plain words."""
    failed = verdict(hunk("x", unsure="x", weak=True), text="x", failed=True)
    return report(failed, verdict(hunk("x", line=None), text="x"))


@ATTACKS
def test_each_line_of_a_log_is_ours_and_shows_all_of_itself(attack: str) -> None:
    shown, lines = hostile(attack), list[str]()
    text_format.render(shown, lambda line, _style: lines.append(line))
    detail_format.render(shown, lambda line, _style: lines.append(line))
    lines += map(github_format.command, github_format.find_annotations(shown))
    for line in lines:
        assert "\n" not in line
        assert "\r" not in line
        assert not INVISIBLE.search(line)
        assert "\u2060" not in line
        assert not re.search(r"##\w*\[", line)
        assert re.match(r"::(error|warning|notice) [^:]*::", line) or not line.lstrip().startswith(
            "::"
        )


@ATTACKS
def test_xml_and_json_are_whole(attack: str) -> None:
    shown = hostile(attack)
    shape = [element.tag for element in ET.fromstring(junit_format.render(shown)).iter()]
    assert shape == [one.tag for one in ET.fromstring(junit_format.render(harmless())).iter()]
    for written in (gitlab_format.render(shown), json_writing.render(shown)):
        assert written.isascii()
        assert not re.search(r"##\w*\[", written)
        json.loads(written)
    entries = json.loads(gitlab_format.render(shown))
    assert max(len(one["description"]) for one in entries) < 3_000


def test_a_report_about_nothing_has_every_format() -> None:
    nothing, lines = report(), list[str]()
    text_format.render(nothing, lambda line, _style: lines.append(line))
    assert lines[-1].startswith("attest: failed, main..HEAD: ")
    assert markdown_format.render(nothing).startswith("❌ **attest: failed** · 0 commits")
    assert "<h1>attest: <span" in html_format.render(nothing)
    assert json.loads(gitlab_format.render(nothing)) == []
    assert github_format.find_annotations(nothing) == []
    assert ET.fromstring(junit_format.render(nothing)).attrib["tests"] == "0"
    assert json.loads(json_writing.render(nothing))["ok"] is False


def test_a_commit_is_linked_by_its_whole_id() -> None:
    assert f"]({LINKS.url}/commit/{OID})" in markdown_format.render(harmless(), links=LINKS)

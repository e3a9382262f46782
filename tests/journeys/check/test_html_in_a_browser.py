"""The HTML report in a real browser. Skipped where there is none; CI has one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from attest.report import audit_html, html_format
from attest.report.audit_overview import Overview, ProjectResult
from attest.report.audit_records import Counts, Failure
from support import browser, reports
from support.browser import Browser
from support.reports import HOSTILE, hunk, report, verdict

pytestmark = [
    pytest.mark.skipif(
        browser.DRIVER is None or browser.BROWSER is None, reason="no chromium, no chromedriver"
    ),
    pytest.mark.long,
]

SHOWN = """
return [...document.querySelectorAll('article')]
  .filter(a => a.checkVisibility()).map(a => a.dataset.states)
"""
CONTRAST = """
const light = c => { const [r, g, b] = c.map(v => v / 255)
  .map(v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4);
  return .2126 * r + .7152 * g + .0722 * b; };
const parts = c => c.match(/[\\d.]+/g).map(Number);
const behind = e => { for (; e; e = e.parentElement) {
  const c = parts(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; }
  return [255, 255, 255]; };
const poor = [];
for (const e of document.querySelectorAll('body *')) {
  const said = [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim());
  if (!said || !e.checkVisibility()) continue;
  const a = light(parts(getComputedStyle(e).color).slice(0, 3)), b = light(behind(e).slice(0, 3));
  const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
  if (ratio < 4.5) poor.push([e.className || e.tagName, ratio]);
}
return poor;
"""
"""Elements whose text has less contrast than WCAG 2.2 wants (1.4.3, level AA)."""


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser.browser(tmp_path_factory.mktemp("browser")) as opened:
        yield opened


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A report with one hunk of each state."""

    answered, weak = hunk("a"), hunk("b", line=5, weak=True)
    unsure = hunk("c", line=7, unsure="whether it blocks")
    failed = hunk("d", line=9)._replace(state="missing")
    unasked = hunk("e", line=11)._replace(state="unasked", answers=(), fact="")
    shown = report(verdict(answered, weak, unsure), verdict(failed, unasked, failed=True))
    path = tmp_path / "report.html"
    path.write_text(html_format.render(shown), "utf-8")
    return path


def test_a_filter_shows_its_hunks_alone(window: Browser, page: Path) -> None:
    window.open(page)
    assert len(window.ask(SHOWN)) == 4, "what nobody was asked about is folded"
    for name, count in (("unsure", 1), ("weak", 1), ("failed", 1), ("unasked", 1), ("answered", 3)):
        window.click(f"#f-{name}")
        states = window.ask(SHOWN)
        assert len(states) == count
        assert all(name in one.split() for one in states)
    window.click("#f-all")
    assert len(window.ask(SHOWN)) == 4


def test_a_keyboard_reaches_the_filters_and_changes_them(window: Browser, page: Path) -> None:
    window.open(page)
    window.ask("document.querySelector('#f-all').focus()")
    window.press("\ue015")  # arrow down
    assert window.ask("return document.activeElement.id") == "f-unsure"
    assert len(window.ask(SHOWN)) == 1


@pytest.fixture
def overview(tmp_path: Path) -> Path:
    """An audit of a project with a failure, and of one that cannot be read."""
    failure = Failure(oid=reports.OID, subject="x" * 80, reported=False, codes=["unattested"])
    shop = ProjectResult("shop", "/shop", "main", reports.OID, has_policy=True, shards=1)
    shop.counts = Counts(units=2, attested=1, failed=1, unattested=1)
    shop.months["2026-01"] = shop.counts
    shop.failures.append(failure)
    gone = ProjectResult("gone", "/gone", faults=["/gone is not a directory"])
    path = tmp_path / "audit.html"
    path.write_text(audit_html.render(Overview([shop, gone])), "utf-8")
    return path


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_audit_is_readable_and_filtered(window: Browser, overview: Path, scheme: str) -> None:
    window.prefer(scheme)
    window.resize(400, 800)
    window.open(overview)
    assert window.ask(CONTRAST) == []
    assert window.ask("return document.documentElement.scrollWidth") <= 400
    window.click("#s-error")
    rows = "return [...document.querySelectorAll('tbody.project')].filter(e => e.checkVisibility())"
    assert window.ask(f"{rows}.map(e => e.dataset.state)") == ["error"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_enough_contrast(window: Browser, page: Path, scheme: str) -> None:
    window.prefer(scheme)
    window.open(page)
    dark = window.ask("return matchMedia('(prefers-color-scheme: dark)').matches")
    assert dark == (scheme == "dark")
    assert window.ask(CONTRAST) == []


@pytest.mark.parametrize("width", [320, 400, 1200])
def test_no_page_scrolls_sideways(window: Browser, page: Path, width: int) -> None:
    window.resize(width, 800)
    window.open(page)
    assert window.ask("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [400, 1280])
def test_the_first_screen_has_the_doubts_and_the_commands(
    window: Browser, tmp_path: Path, width: int
) -> None:
    doubt = "whether plugins that were written for the old version still reach this branch"
    unsure = [hunk("a", unsure=f"{n} {doubt}") for n in range(5)]
    failed = [verdict(failed=True, text=f"{n}") for n in range(50)]
    path = tmp_path / "report.html"
    path.write_text(html_format.render(report(verdict(*unsure), *failed)), "utf-8")
    window.resize(width, 800)
    window.open(path)
    bottom = "return document.querySelector('.failed-box pre').getBoundingClientRect().bottom"
    assert window.ask(bottom) <= 800


def test_hostile_texts_run_nothing_and_load_nothing(window: Browser, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    for attack in HOSTILE:
        path.write_text(html_format.render(reports.hostile(attack)), "utf-8")
        window.open(path)
        assert window.ask("return document.title").startswith("attest: failed"), attack
        loaded = window.ask("return performance.getEntriesByType('resource').map(e => e.name)")
        assert loaded == [], attack
        assert window.ask("return document.scripts.length + document.images.length") == 0, attack

"""The report in a real Chromium: it draws, filters, loads nothing, and runs nothing that a page of the site printed.

Debian's chromium and the packages of requirements-browser.txt are needed; `.ci/run` brings both.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from cqnspider.report.collect import Chosen, collect
from cqnspider.report.page import page
from cqnspider.store import Reader
from tests.conftest import TestDatabase
from tests.reading.test_report import HOSTILE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
)
CHARTS = ("months", "things", "units", "coverage", "points", "run-chart")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 – only where these tests run

    chromium = shutil.which("chromium")
    assert chromium, "no chromium on PATH: apt-get install chromium"
    with sync_playwright() as playwright, playwright.chromium.launch(executable_path=chromium, args=[*QUIET]) as found:
        yield found


class Opened:
    """A page in the browser, and what it said and asked for."""

    def __init__(self, browser: Browser, path: Path, width: int = 1200) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900})
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(dialog.message), dialog.dismiss()))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(path.as_uri())
        self.page.wait_for_selector("html[data-drawn]", state="attached")

    def value(self, expression: str) -> Any:
        return self.page.evaluate(expression)

    def articles(self) -> int:
        """As the chart of months has them now."""
        return int(
            self.value("document.getElementById('months').data.flatMap(each => each.y).reduce((a, b) => a + b, 0)")
        )


@pytest.fixture
def report(store: Reader, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_text(page(collect(store, Chosen())))
    return path


@pytest.mark.parametrize("width", [1200, 390])
def test_it_draws_and_asks_for_nothing(browser: Browser, report: Path, width: int) -> None:
    opened = Opened(browser, report, width)
    assert (opened.complaints, opened.requests) == ([], [report.as_uri()])
    for chart in CHARTS:
        drawn = opened.page.locator(f"#{chart} .point, #{chart} .hm image")
        assert drawn.count() > 0, chart
        box = opened.page.locator(f"#{chart}").bounding_box()
        assert box is not None
        assert box["width"] <= width
        assert box["height"] > 100
    assert opened.value("document.documentElement.scrollWidth") <= width, (
        "nothing is to be scrolled sideways on a phone"
    )
    assert opened.page.locator("#changes tr").count() > 3


def test_chinese_text_is_drawn(browser: Browser, report: Path) -> None:
    opened = Opened(browser, report)
    pixels = """(text) => {
        const canvas = document.createElement("canvas"), context = canvas.getContext("2d");
        context.font = "40px " + getComputedStyle(document.body).fontFamily;
        context.fillText(text, 10, 60);
        return canvas.toDataURL();
    }"""
    drawn = {opened.page.evaluate(pixels, each) for each in ("质", "量", "\U0010fffd")}
    assert len(drawn) == 3, "no font with Chinese characters: apt-get install fonts-wqy-microhei"


def test_filters_change_what_is_drawn(browser: Browser, report: Path, store: Reader) -> None:
    from playwright.sync_api import expect  # noqa: PLC0415 – only where these tests run

    opened = Opened(browser, report)
    everything = opened.articles()
    opened.page.select_option("#section", "食品安全")
    in_section = store.articles(section="食品安全").count()
    assert opened.articles() == in_section < everything
    assert opened.page.locator("#chosen").inner_text() == f"{in_section} articles"
    opened.page.click("button[type=reset]")
    expect(opened.page.locator("#chosen")).to_have_text(
        f"{store.articles().count()} articles"
    )  # a reset is heard after the event
    assert opened.articles() == everything
    opened.page.click("#tiles button[data-province='四川省']")
    assert opened.page.input_value("#province") == "四川省"
    assert opened.page.locator("#chosen").inner_text() == f"{store.articles(place='四川省').count()} articles"
    places = opened.page.locator("#changes td:nth-child(3)").all_inner_texts()
    assert all(each.startswith("四川省") for each in places)
    assert opened.page.locator("#change-count").inner_text() == ""  # all there are
    opened.page.click("#tiles button[data-province='四川省']")
    assert (opened.page.input_value("#province"), opened.articles()) == ("", everything)


def test_names_on_the_tiles_can_be_read(browser: Browser, report: Path) -> None:
    """WCAG AA: a contrast of 4.5 between text and ground, on every shade."""
    opened = Opened(browser, report)
    pairs = opened.value("""[...document.querySelectorAll("#tiles button")].map((each) => {
        const style = getComputedStyle(each);
        return [style.color, style.backgroundColor];
    })""")

    def light(colour: str) -> float:
        parts = [int(each) / 255 for each in re.findall(r"\d+", colour)[:3]]
        red, green, blue = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts]
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    for ink, ground in pairs:
        high, low = sorted((light(ink), light(ground)), reverse=True)
        assert (high + 0.05) / (low + 0.05) >= 4.5, (ink, ground)


def test_one_slip_of_a_text_does_not_press_all_points_on_a_line(
    browser: Browser, store: Reader, tmp_path: Path
) -> None:
    data = collect(store, Chosen())
    data["series"][0]["points"][0]["value"] = 1e300
    data["series"][0]["points"][1]["value"] = -1
    path = tmp_path / "slip.html"
    path.write_text(page(data))
    opened = Opened(browser, path)
    low, high = opened.value("document.getElementById('points').layout.yaxis.range")
    assert (low < 100 < high, high < 1000) == (True, True)
    assert "outside of the chart" in opened.page.locator("#shown").inner_text()
    opened.page.check("#log")
    assert opened.value("document.getElementById('points').layout.yaxis.type") == "log"
    assert opened.value("document.documentElement.scrollWidth") <= 1200


def test_one_slip_does_not_ruin_a_logarithmic_axis_either(browser: Browser, store: Reader, tmp_path: Path) -> None:
    data = collect(store, Chosen())
    points = data["series"][0]["points"]
    for number, each in enumerate(points):
        each["value"] = 2 + number
    points[0]["value"] = 1e300
    path = tmp_path / "slip.html"
    path.write_text(page(data))
    opened = Opened(browser, path)
    assert opened.page.is_checked("#log")
    low, high = opened.value("document.getElementById('points').layout.yaxis.range")
    assert (low < 1, high < 6) == (True, True)  # decades
    assert ", 1 of them outside of the chart" in opened.page.locator("#shown").inner_text()
    opened.page.click("summary")
    assert opened.page.locator("#point-table td.number").last.inner_text() == "1.000e+300"
    assert opened.value("document.documentElement.scrollWidth") <= 1200
    points[1]["value"] = 0
    path.write_text(page(data))
    opened = Opened(browser, path)
    assert not opened.page.is_checked("#log")
    opened.page.check("#log")
    assert ", 2 of them outside of the chart" in opened.page.locator("#shown").inner_text()


def test_text_between_dollars_is_no_formula(browser: Browser, store: Reader, tmp_path: Path) -> None:
    data = collect(store, Chosen())
    data["units"][0]["unit"] = "$x$"
    data["series"][0]["unit"] = "$y$"
    data["things"][0]["entity"] = "$z$"
    path = tmp_path / "dollars.html"
    path.write_text(page(data))
    opened = Opened(browser, path)
    assert opened.complaints == []
    assert "$x$" in opened.page.locator("#units .ytick").all_text_contents()


def test_it_can_be_read_without_seeing_it(browser: Browser, report: Path) -> None:
    opened = Opened(browser, report)
    for chart in CHARTS:
        named = opened.page.locator(f"#{chart}")
        heading = opened.page.locator(f"section:has(#{chart}) h2").text_content()
        assert (named.get_attribute("role"), named.get_attribute("aria-label")) == ("img", heading)
    heads = opened.page.locator("#point-table th")
    assert all(each.strip() for each in heads.all_text_contents())
    assert heads.count() == opened.page.locator("#point-table tbody tr").first.locator("td").count()


def test_a_province_without_articles_cannot_be_chosen(browser: Browser, report: Path) -> None:
    opened = Opened(browser, report)
    empty = opened.page.locator("#tiles button:not(:has(b:not(:empty)))")
    assert empty.count() == opened.page.locator("#tiles button:disabled").count() > 0
    opened.page.click("#tiles button[data-province='四川省']")
    opened.page.locator("#tiles button:disabled").first.click(force=True)
    assert opened.page.input_value("#province") == "四川省"


@pytest.mark.parametrize(("width", "position"), [(1200, "sticky"), (390, "static")])
def test_filters_do_not_cover_a_phone(browser: Browser, report: Path, width: int, position: str) -> None:
    opened = Opened(browser, report, width)
    assert opened.value("getComputedStyle(document.getElementById('filter')).position") == position
    assert opened.value("parseFloat(getComputedStyle(document.querySelector('#tiles button')).fontSize)") >= 10
    assert (
        opened.value(
            "[...document.querySelectorAll('#tiles span')].filter((each) => each.scrollWidth > each.parentElement.clientWidth).length"
        )
        == 0
    )


def test_what_is_cut_is_said(browser: Browser, store: Reader, tmp_path: Path) -> None:
    data = collect(store, Chosen())
    data["totals"] |= {"runs": 100, "failures": 500}
    data["changes"] = {"biggest": [data["changes"]["biggest"][0]] * 30, "counts": [(0, 30), (1, 40)]}
    group, count = data["series"][0]["counts"][0]
    data["series"][0]["counts"][0] = (group, count + 1000)
    path = tmp_path / "cut.html"
    path.write_text(page(data))
    opened = Opened(browser, path)
    assert f"newest {len(data['runs'])} of 100" in opened.page.locator("#run-count").inner_text()
    assert "newest 1 of 500" in opened.page.locator("#failure-count").inner_text()
    shown = len(data["series"][0]["points"])
    of_all = sum(each for _, each in data["series"][0]["counts"])
    assert opened.page.locator("#shown").inner_text().startswith(f"{shown} of {of_all}")
    assert opened.page.locator("#changes tbody tr").count() == 25
    assert opened.page.locator("#change-count").inner_text() == "– 25 of 70"


def test_numbers_without_their_fields_are_drawn(browser: Browser, database: TestDatabase, tmp_path: Path) -> None:
    day = {"published_at": datetime(2021, 1, 1)}
    found = database.client[database.name]
    found["articles"].insert_many(
        [{"_id": "1", "schema_version": 2, "sections": None} | day, {"_id": "2", "schema_version": 2}]
    )
    level = {"role": "level", "entity_head": "企业", "unit": "家"}
    change = {"role": "change", "direction": "increase", "unit": "%"}
    found["metrics"].insert_many(
        [level | day | {"_id": "1:0", "value": 3}, change | day | {"_id": "1:1", "value": 3}, {"_id": "1:2"}]
    )
    found["runs"].insert_many(
        [
            {"_id": "1", "schema_version": 2},
            {"_id": "2", "schema_version": 2, "arguments": None, "counts": None, "reasons": None},
        ]
    )
    found["dead_letters"].insert_one({"_id": "1"})
    path = tmp_path / "bare.html"
    with Reader(database.uri, database.name) as store:
        path.write_text(page(collect(store, Chosen())))
    opened = Opened(browser, path)
    assert (opened.complaints, opened.articles()) == ([], 1)
    assert opened.page.locator("#points .point").count() == 1
    assert [opened.page.locator(f"#{each} tbody tr").count() for each in ("changes", "runs", "failures")] == [1, 2, 1]
    assert "null" not in opened.page.locator("main").inner_text()


def test_a_point_shows_its_sentence_and_link(browser: Browser, report: Path, store: Reader) -> None:
    opened = Opened(browser, report)
    first = collect(store, Chosen())["series"][0]["points"][0]
    opened.page.locator("#points .point").first.hover(force=True)
    opened.page.locator("#points .point").first.click(force=True)
    evidence = opened.page.locator("#evidence")
    assert first["sentence"] in evidence.inner_text()
    assert evidence.locator("mark").inner_text() == first["text"]
    assert evidence.locator("a").get_attribute("href") == first["url"]
    opened.page.select_option("#series", index=1)
    other = collect(store, Chosen())["series"][1]["points"][-1]
    assert other["sentence"] in evidence.inner_text()


def test_what_a_page_printed_is_never_run(browser: Browser, store: Reader, tmp_path: Path) -> None:
    def poisoned(value: Any, name: str = "") -> Any:
        if isinstance(value, dict):
            return {key: poisoned(each, key) for key, each in value.items()}
        if isinstance(value, list | tuple):
            return [poisoned(each) for each in value]
        if name == "url":
            return "javascript:alert(1)"
        machine = name in {"at", "last_at", "started_at", "finished_at", "direction", "year"}
        return f"{HOSTILE}{value}" if isinstance(value, str) and not machine else value

    data = poisoned(collect(store, Chosen()))
    data["articles"] = [[month.removeprefix(HOSTILE), group, count] for month, group, count in data["articles"]]
    path = tmp_path / "hostile.html"
    path.write_text(page(data))
    opened = Opened(browser, path)
    opened.page.locator("#points .point").first.click(force=True)
    opened.page.locator("#things .point").first.hover(force=True)
    assert (opened.complaints, opened.requests) == ([], [path.as_uri()])
    assert opened.page.locator("img").count() == 0
    assert opened.page.locator("a[href^='javascript']").count() == 0
    assert HOSTILE.split("\u2028")[0].strip() in opened.page.locator("#evidence").inner_text()


def test_an_empty_report_draws_too(browser: Browser, store: Reader, tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text(page(collect(store, Chosen("1990-01-01", "1990-12-31"))))
    opened = Opened(browser, path)
    assert (opened.complaints, opened.requests) == ([], [path.as_uri()])
    assert opened.page.locator("#chosen").inner_text() == "0 articles"

"""`scrapy report`: what it shows is what the database holds, and the file needs nothing but itself. In a browser: test_report_in_browser.py."""

import json
import re
from collections import Counter
from datetime import datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cqnspider.items import BEIJING
from cqnspider.regions.gazetteer import gazetteer
from cqnspider.report.collect import Chosen, collect, without_credentials
from cqnspider.report.counts import COVERED
from cqnspider.report.evidence import Thing
from cqnspider.report.page import TILES, page
from cqnspider.store import Reader
from cqnspider.store.mongod import PrivateMongod
from tests.conftest import TestDatabase, fresh_database
from tests.test_processes import scrapy

HOSTILE = "</script><img src=x onerror=alert(1)><!-- \"' & <b>\u2028 {{ about }}"


class Elements(HTMLParser):
    """Names of the elements, addresses that a browser would load, and the texts of scripts of data."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.names: Counter[str] = Counter()
        self.loaded: list[str] = []
        self.data = ""
        self._in_data = False
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names[tag] += 1
        given = dict(attrs)
        self.loaded += [str(given[name]) for name in ("src", "srcset", "data", "poster") if name in given]
        if tag == "link" or (tag == "a" and "href" in given):
            self.loaded.append(str(given.get("href")))
        self._in_data = given.get("id") == "data" and tag == "script"

    def handle_endtag(self, tag: str) -> None:
        self._in_data = False

    def handle_data(self, data: str) -> None:
        if self._in_data:
            self.data += data


def local(moment: datetime) -> datetime:
    return moment.replace(tzinfo=None) + (BEIJING.utcoffset(None) or moment - moment)


def numbers(stored: TestDatabase) -> list[dict[str, Any]]:
    """The metrics that a report counts: without those of the second print of a story."""
    assert [each["_id"] for each in stored.articles().values() if each["duplicate_of"]] == ["8990999"]
    return [each for each in stored.metrics() if each["article_id"] != "8990999"]


def test_counts_are_those_of_the_database(store: Reader, stored: TestDatabase) -> None:
    found = collect(store, Chosen())
    articles, metrics = list(stored.articles().values()), numbers(stored)
    months: Counter[tuple[str, str | None, tuple[str, ...]]] = Counter()
    for month, group, count in found["articles"]:
        months[(month, *found["groups"][group])] += count
    assert months == Counter(
        (f"{local(each['published_at']):%Y-%m}", each["province"], tuple(each["sections"])) for each in articles
    )
    assert found["totals"] == {
        "articles": len(articles),
        "stories": len(articles) - 1,
        "corrected": 1,
        "gone": 0,
        "metrics": len(stored.metrics()),
        "failures": 1,
        "runs": 2,
        "first": f"{min(local(each['published_at']) for each in articles):%Y-%m-%d}",
        "last": f"{max(local(each['published_at']) for each in articles):%Y-%m-%d}",
    }
    for row in found["coverage"]:
        of_year = [each for each in articles if f"{local(each['published_at']):%Y}" == row["year"]]
        assert row["articles"] == len(of_year)
        assert row["fields"] == {name: sum(bool(each[name]) for each in of_year) for name in COVERED}
    units = Counter(each["unit"] for each in metrics if each["unit"])
    shown = {row["unit"]: sum(count for _, count in row["counts"]) for row in found["units"]}
    assert list(shown)[:40] == sorted(units, key=lambda each: (-units[each], each))[:40]
    assert shown == {unit: units[unit] for unit in shown}
    for thing in found["things"]:
        counting = {
            each["article_id"]
            for each in metrics
            if (each["entity_head"], each["unit"], each["role"]) == (thing["entity"], thing["unit"], "level")
        }
        assert sum(count for _, count in thing["counts"]) == len(counting)


def test_every_point_and_change_has_its_evidence(store: Reader, stored: TestDatabase) -> None:
    found = collect(store, Chosen())
    metrics = numbers(stored)
    assert found["series"]
    for series in found["series"]:
        wanted = [
            each
            for each in metrics
            if (each["entity_head"], each["unit"], each["role"]) == (series["entity"], series["unit"], "level")
            and each["value"] is not None
        ]
        assert sum(count for _, count in series["counts"]) == len(series["points"]) == len(wanted)
        assert sorted(each["value"] for each in series["points"]) == sorted(each["value"] for each in wanted)
    evidence = [each for series in found["series"] for each in series["points"]] + found["changes"]["biggest"]
    assert all(each["text"] in each["sentence"] and each["url"].startswith("https://") for each in evidence)
    rises = [
        each["value"] for each in found["changes"]["biggest"] if (each["direction"], each["unit"]) == ("increase", "%")
    ]
    assert rises == sorted(
        (each["value"] for each in metrics if (each["role"], each["direction"], each["unit"]) == ("change", "increase", "%")),
        reverse=True,
    )  # fmt: skip


def test_a_period_and_chosen_numbers(store: Reader, stored: TestDatabase) -> None:
    found = collect(store, Chosen("2025-01-01", "2025-12-31", (Thing("罚没款", "元"), Thing("无", ""))))
    of_year = [each for each in stored.articles().values() if local(each["published_at"]).year == 2025]
    assert found["totals"]["articles"] == sum(count for _, _, count in found["articles"]) == len(of_year) > 0
    assert [row["year"] for row in found["coverage"]] == ["2025"]
    chosen, none = found["series"]
    assert (chosen["entity"], none["points"]) == ("罚没款", [])
    assert {each["at"][:4] for each in chosen["points"]} == {"2025"}
    assert (found["runs"], found["totals"]["failures"]) == ([], 0)  # nothing ran then


@pytest.mark.parametrize(
    ("text", "thing"), [("合格率/%", ("合格率", "%")), ("用量/公斤/亩", ("用量", "公斤/亩")), ("指数/", ("指数", ""))]
)
def test_a_number_is_named_by_thing_and_unit(text: str, thing: tuple[str, str]) -> None:
    assert Thing.parse(text) == thing


def test_the_file_needs_nothing_but_itself(store: Reader) -> None:
    text = page(collect(store, Chosen()))
    elements = Elements(text)
    assert elements.loaded == []
    assert elements.names["script"] == 3  # data, plotly.js, report.js
    assert "default-src 'none'" in text
    assert json.loads(elements.data)["totals"] == collect(store, Chosen())["totals"]


def test_whatever_a_page_printed_stays_text(store: Reader) -> None:
    def poisoned(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: poisoned(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return [poisoned(each) for each in value]
        return f"{value}{HOSTILE}" if isinstance(value, str) else value

    plain = collect(store, Chosen())
    hostile = poisoned(plain)
    before, after = Elements(page(plain)), Elements(page(hostile))
    assert after.names == before.names
    assert json.loads(after.data)["series"] == hostile["series"]


METRIC = {
    "text": "3家",
    "sentence": "检查3家。",
    "entity": "企业",
    "entity_head": "企业",
    "unit": "家",
    "role": "level",
    "title": "标题",
    "url": "https://x",
}


def test_a_place_with_few_numbers_is_not_cut_off_by_one_with_many(database: TestDatabase) -> None:
    """600 newer and bigger ones of one province, 3 of another."""
    found = database.client[database.name]
    documents = []
    for number in range(603):
        rare = number >= 600
        place = {"province": "海南省" if rare else "四川省", "sections": ["食品安全"] if rare else ["地方动态"]}
        at = {
            "published_at": datetime(2020 if rare else 2021, 1, 1),
            "value": 1 if rare else 1000 + number,
            "article_id": str(number),
        }
        documents.append(METRIC | place | at | {"_id": f"{number}:0"})
        change = {"role": "change", "direction": "increase", "unit": "%", "basis": None, "_id": f"{number}:1"}
        documents.append(METRIC | place | at | change)
    for kind in range(50):  # more things than are shown of all places
        documents += [METRIC | {"_id": f"{kind}:{n}:2", "article_id": f"k{n}", "entity_head": f"物{kind}", "province": "四川省", "sections": [],
                                "published_at": datetime(2021, 1, 1), "value": 1} for n in range(4)]  # fmt: skip
    found["metrics"].insert_many(documents)
    with Reader(database.uri, database.name) as store:
        data = collect(store, Chosen(things=(Thing("企业", "家"),)))
    [series] = data["series"]
    assert Counter(each["province"] for each in series["points"]) == {"四川省": 300, "海南省": 3}
    assert [sum(count for _, count in each["counts"]) for each in (series, data["changes"])] == [603, 603]
    assert Counter(each["province"] for each in data["changes"]["biggest"]) == {"四川省": 25, "海南省": 3}
    of_hainan = {group for group, (province, _) in enumerate(data["groups"]) if province == "海南省"}
    assert [each["entity"] for each in data["things"] if of_hainan & {group for group, _ in each["counts"]}] == ["企业"]
    assert len(data["things"]) >= 40


def test_documents_that_lack_fields_are_shown_without_them(database: TestDatabase) -> None:
    found = database.client[database.name]
    found["articles"].insert_one(
        {"_id": "1", "schema_version": 2, "published_at": datetime(2021, 1, 1), "sections": None}
    )
    values = {"1:0": float("nan"), "1:1": float("inf"), "1:2": 5, "1:3": "5"}
    found["metrics"].insert_many(
        [METRIC | {"_id": key, "value": value, "published_at": datetime(2021, 1, 1)} for key, value in values.items()]
    )
    found["metrics"].insert_many(  # more of them than there is room for in the table
        [
            METRIC | {"_id": f"inf:{n}", "role": "change", "direction": "increase", "unit": "%", "value": float("inf")}
            | {"published_at": datetime(2021, 1, 1)}
            for n in range(30)
        ]
    )  # fmt: skip
    found["metrics"].insert_many(
        [
            {"_id": "2:0", "value": 7, "role": "level"},
            {"_id": "2:1", "value": 7, "role": "level", "entity_head": None, "unit": None, "published_at": None},
            {"_id": "2:2", "value": 7, "role": "level", "entity_head": "企业", "unit": "家", "sections": None},
            {"_id": "2:3", "value": 7, "role": "change", "direction": "increase", "unit": "%", "published_at": datetime(2021, 1, 1)},
        ]
    )  # fmt: skip
    found["articles"].insert_one({"_id": "2", "schema_version": 2})
    found["runs"].insert_many([{"_id": "1", "schema_version": 2}, {"_id": "2", "counts": None, "schema_version": 2}])
    found["dead_letters"].insert_one({"_id": "1", "url": "https://ana:secret@example.org/x"})
    with Reader(database.uri, database.name) as store:
        data = collect(store, Chosen(things=(Thing("企业", "家"),)))
    text = page(data)
    shown = json.loads(Elements(text).data, parse_constant=pytest.fail)
    assert [each["value"] for each in shown["series"][0]["points"]] == [5]
    assert [each["value"] for each in shown["changes"]["biggest"]] == [7]
    assert [each["sentence"] for each in shown["changes"]["biggest"]] == [""]
    assert (shown["totals"]["articles"], shown["totals"]["first"]) == (2, "2021-01-01")
    assert {(each["entity"], each["unit"]) for each in shown["things"]} == {("企业", "家")}
    assert sorted(each["id"] for each in shown["runs"]) == ["1", "2"]
    assert shown["failures"]["newest"][0]["url"] == "https://***@example.org/x"
    assert "secret" not in text


def test_a_number_that_is_not_there_is_said(stored: TestDatabase, tmp_path: Path) -> None:
    made = scrapy("report", "-o", f"{tmp_path}/r.html", "--metric=没有/元", env=stored.environment)
    assert (made.returncode, made.stderr) == (0, "cqnspider: no number of 没有/元 in the report\n")


def test_every_province_has_its_own_tile() -> None:
    provinces = {place.province for place in gazetteer().places.values() if not (place.city or place.county)}
    assert set(TILES) == provinces
    assert len(set(TILES.values())) == len(TILES)


def test_an_empty_database_has_a_report(mongod: PrivateMongod, tmp_path: Path) -> None:
    with fresh_database(mongod) as database:
        made = scrapy("report", "-o", str(tmp_path / "empty.html"), env=database.environment)
        assert (made.returncode, made.stderr) == (0, "")
        assert made.stdout == f"0 articles in {tmp_path}/empty.html; open it in a browser\n"
        assert json.loads(Elements((tmp_path / "empty.html").read_text()).data)["articles"] == []
        assert database.name not in database.client.list_database_names()


def test_from_the_command_line(stored: TestDatabase, tmp_path: Path) -> None:
    made = scrapy(
        "report", "-o", f"{tmp_path}/r.html", "--since=2025-01-01", "--metric=合格率/%", env=stored.environment
    )
    assert (made.returncode, made.stderr) == (0, "")
    data = json.loads(Elements((tmp_path / "r.html").read_text()).data)
    assert [each["entity"] for each in data["series"]] == ["合格率"]
    assert re.fullmatch(r"\d+ articles in .*r\.html; open it in a browser\n", made.stdout)
    assert [each.name for each in tmp_path.iterdir()] == ["r.html"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("out.html",), "report takes no 'out.html'; name the file with -o"),
        (("--since", "gestern"), "since='gestern' is no date"),
        (("--since", "2025-01-02", "--until", "2025-01-01"), "swap them"),
        (("--metric", "合格率"), "write the counted thing, a slash and its unit"),
        (("-o", "/none/r.html"), "/none/r.html cannot be written"),
        (("-o", "/dev/null"), "/dev/null cannot be written"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], said: str) -> None:
    made = scrapy("report", *arguments, env={"MONGODB_URI": "mongodb://127.0.0.1:1/"})
    assert (made.returncode, made.stdout, len(made.stderr.splitlines())) == (2, "", 1)
    assert said in made.stderr


def test_no_database_no_file(tmp_path: Path) -> None:
    uri = "mongodb://ana:secret@127.0.0.1:1/?serverSelectionTimeoutMS=100"
    made = scrapy("report", "-o", f"{tmp_path}/r.html", env={"MONGODB_URI": uri})
    assert (made.returncode, made.stdout, len(made.stderr.splitlines())) == (1, "", 1)
    assert made.stderr.startswith("cqnspider: no MongoDB answers at mongodb://127.0.0.1:1")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://ana:secret@example.org/x", "https://***@example.org/x"),
        ("https://ana:se@cret@example.org/x", "https://***@example.org/x"),
        ("no answer from http://ana:secret@example.org/x, gave up", "no answer from http://***@example.org/x, gave up"),
        ("https://example.org/list/@home?mail=ana@example.com", "https://example.org/list/@home?mail=ana@example.com"),
    ],
)
def test_credentials_are_not_shown_and_no_address_leads_elsewhere(text: str, shown: str) -> None:
    assert without_credentials(text) == shown


def test_too_many_reprints_are_counted_and_said(store: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    left_out = collect(store, Chosen())
    assert left_out["about"]["reprints_left_out"] == 1
    assert "reprints of stories that are stored already are left out" in page(left_out)
    monkeypatch.setattr("cqnspider.report.collect._REPRINTS", 0)
    counted = collect(store, Chosen())
    assert counted["about"]["reprints_left_out"] == 0
    assert "too many to be left out" in page(counted)


def test_only_reprints_of_the_period_are_spoken_of(store: Reader) -> None:
    assert collect(store, Chosen("1990-01-01", "1990-12-31"))["about"]["reprints_left_out"] == 0

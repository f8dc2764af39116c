"""Whole crawls on the saved pages, in this process: what is found, fetched, stored and judged."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from scrapy import Request

from cqnspider.items import BEIJING
from cqnspider.sections import BY_NAME, SECTIONS, Section
from tests.conftest import ROOT, SEED, Crawl, TestDatabase, expected_articles

EXPECTED = expected_articles()
SITE = "https://www.cqn.com.cn"


def page(site: Path, path: str) -> Path:
    return site / "www.cqn.com.cn" / path


def age_runs(database: TestDatabase, **span: int) -> None:
    """Put all runs into the past, as if the crawls had been made then."""
    runs = database.client[database.name]["runs"]
    for run in runs.find():
        runs.update_one({"_id": run["_id"]}, {"$set": {"started_at": run["started_at"] - timedelta(**span)}})


def test_every_listed_article_is_stored_as_expected(crawl: Crawl, database: TestDatabase) -> None:
    crawled = crawl("local_news")
    assert (crawled.exit_code, crawled.reasons) == (0, [])
    assert set(crawled.items) == set(EXPECTED) == set(database.articles())
    for key, expected in EXPECTED.items():
        stored = database.articles()[key]
        assert {name: stored[name] for name in expected if name not in {"id", "published_at"}} == {
            name: value for name, value in expected.items() if name not in {"id", "published_at"}
        }
        assert crawled.items[key]["published_at"].isoformat() == expected["published_at"]


def test_the_seed_facts(crawl: Crawl, database: TestDatabase) -> None:
    crawl("article", urls=SEED)
    [article] = database.articles().values()
    assert article["title"] == "重庆市高质量全方位开展“质量月”活动"
    assert article["published_at"] == datetime(2023, 10, 19, 7, 4, 8)
    assert (article["source"], article["editor"]) == ("中国质量新闻网", "加贺")
    assert article["contributors"] == [{"name": "谢旺江", "role": None, "organization": None}]
    assert article["section"] == ["新闻中心", "市场监管", "地方动态"]
    assert (article["province"], article["city"], article["county"], article["adcode"]) == (
        "重庆市",
        None,
        None,
        "500000",
    )


def test_every_article_is_stored_with_its_metrics(crawl: Crawl, database: TestDatabase) -> None:
    crawled = crawl("local_news")
    assert database.metrics() == database.metrics_of_articles()
    assert database.runs()[0]["counts"]["metrics"] == len(database.metrics()) > 100
    for key, article in database.articles().items():
        assert crawled.items[key]["metrics"] == article["metrics"]
        for metric in article["metrics"]:
            assert article["paragraphs"][metric["paragraph"]][metric["start"] : metric["end"]] == metric["text"]


def test_a_corrected_number_replaces_the_metrics_of_its_article(
    crawl: Crawl, database: TestDatabase, site: Path
) -> None:
    crawl("local_news", replay=site)
    article = next(each for each in database.articles().values() if each["metrics"] and "2023" in each["url"])
    printed = article["metrics"][0]["text"]
    path = page(site, article["url"].removeprefix(f"{SITE}/"))
    path.write_bytes(path.read_bytes().replace(printed.encode(), f"{printed}又99家".encode()))
    crawled = crawl("article", replay=site, urls=article["url"])
    assert crawled.exit_code == 0
    assert database.articles()[article["_id"]]["revision"] == 2
    assert {99} <= {metric["value"] for metric in database.metrics() if metric["article_id"] == article["_id"]}
    assert database.metrics() == database.metrics_of_articles()


def test_the_second_crawl_reads_lists_and_writes_nothing(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news")
    before = database.articles()
    again = crawl("local_news")
    assert again.exit_code == 0
    assert again.items == {}
    assert not [url for url in again.urls if "/content_" in url or ("/news/" in url and "ndex" not in url)]
    assert f"{SITE}/zj/node_20183_2.htm" not in again.urls, "a full page of old stored articles ends a list"
    assert database.articles() == before


def test_full_reads_the_lists_to_their_end(crawl: Crawl) -> None:
    crawl("local_news", sections="地方动态")
    again = crawl("local_news", sections="地方动态", full="1")
    assert f"{SITE}/zj/node_20183_3.htm" in again.urls
    assert again.items == {}


def test_no_early_stop_within_the_overlap(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news", sections="地方动态")
    newest = max(article["published_at"] for article in database.articles().values()).replace(tzinfo=UTC)
    # The complete run was two days after the newest article.
    age_runs(database, days=(datetime.now(UTC) - newest).days - 2)
    assert f"{SITE}/zj/node_20183_2.htm" in crawl("local_news", sections="地方动态").urls


def test_a_cut_short_crawl_does_not_hide_older_pages(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news", sections="地方动态", max_pages="1")
    assert len(database.articles()) == 3
    crawl("local_news", sections="地方动态")
    assert len(database.articles()) == 8


def test_a_failed_page_is_tried_again_by_the_next_crawl(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    last = page(site, "zj/content/2020-04/21/content_8555120.htm")
    content = last.read_bytes()
    last.unlink()
    broken = crawl("local_news", replay=site, sections="地方动态")
    assert broken.exit_code == 3
    assert broken.reasons[0].startswith("1 × download: missing in replay, e.g. https://www.cqn.com.cn/zj/content/")
    last.write_bytes(content)
    assert set(crawl("local_news", replay=site, sections="地方动态").items) == {"8555120"}


@pytest.mark.parametrize(
    ("window", "found"),
    [
        ({"since": "2025-06-01"}, {key for key, each in EXPECTED.items() if each["published_at"] >= "2025-06-01"}),
        ({"until": "2015-12-31"}, {key for key, each in EXPECTED.items() if each["published_at"] < "2016"}),
        ({"since": "2023-10-19", "until": "2023-10-19"}, {"8990503"}),
    ],
)
def test_the_date_window_is_inclusive(crawl: Crawl, window: dict[str, str], found: set[str]) -> None:
    assert set(crawl("local_news", **window).items) == found


def test_nothing_but_local_sections_is_fetched(crawl: Crawl) -> None:
    urls = crawl("local_news").urls
    assert all(url.startswith(f"{SITE}/") for url in urls)
    assert not [url for url in urls if "node_20334" in url or "node_20342" in url], "国家抽查 is not local"
    articles = [url for url in urls if "/content_" in url]
    assert len(articles) == len(set(articles)), "no article is fetched twice"


def test_an_article_on_two_lists_is_one_document(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news")
    assert database.articles()["9127005"]["sections"] == ["质量管理", "食品安全"]


def test_a_stored_article_met_on_another_list_is_not_fetched_again(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news", sections="质量管理")
    again = crawl("local_news", sections="食品安全")
    assert "9127005" not in again.items
    assert database.articles()["9127005"]["sections"] == ["质量管理", "食品安全"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("2024-05/06/content_9040404", "error_page"),
        ("2024-05/07/content_9040505", "unknown_layout"),
        ("2024-05/08/content_9040606", "cut_off"),
        ("2024-05/09/content_9040707", "empty_body"),
        ("2024-05/09/content_9999999", "missing in replay"),
    ],
)
def test_what_is_no_article_is_a_recorded_failure(crawl: Crawl, database: TestDatabase, name: str, reason: str) -> None:
    crawled = crawl("article", urls=f"{SITE}/zj/content/{name}.htm")
    assert (crawled.exit_code, crawled.items, database.articles()) == (3, {}, {})
    [failure] = database.runs()[0]["failures"]
    assert (failure["reason"], failure["url"]) == (reason, f"{SITE}/zj/content/{name}.htm")


def test_a_section_without_list_is_an_error(crawl: Crawl, site: Path) -> None:
    front = page(site, "zj/index.htm")
    front.write_text(front.read_text().replace("药品", "医疗"))
    crawled = crawl("local_news", replay=site, sections="药品监督")
    assert crawled.exit_code == 3
    assert crawled.reasons[0].startswith(
        "section 药品监督: its list was not found from https://www.cqn.com.cn/zj/index.htm"
    )


def test_a_list_without_articles_is_an_error(crawl: Crawl, site: Path) -> None:
    listing = page(site, "zj/node_20192.htm")
    listing.write_text(listing.read_text().replace("/content_", "/topic_"))
    crawled = crawl("local_news", replay=site, sections="质量管理")
    assert crawled.exit_code == 3
    assert "section 质量管理: its list gives no article links" in crawled.reasons[0]


def test_a_list_of_an_earlier_run_is_used_when_the_link_is_gone(crawl: Crawl, site: Path) -> None:
    crawl("local_news", replay=site, sections="药品监督")
    front = page(site, "zj/index.htm")
    front.write_text(front.read_text().replace("药品", "医疗"))
    again = crawl("local_news", replay=site, sections="药品监督")
    assert again.exit_code == 0
    assert f"{SITE}/zj/node_20197.htm" in again.urls


def test_a_list_is_found_by_an_article_breadcrumb_when_no_link_names_it(crawl: Crawl, site: Path) -> None:
    page(site, "zj/index.htm").write_text(
        '<html><body><a href="content/2023-10/19/content_8990503.htm">重庆市高质量开展活动</a></body></html>'
    )
    crawled = crawl("local_news", replay=site, sections="地方动态")
    assert crawled.exit_code == 0
    assert len(crawled.items) == 8


def test_a_missing_page_of_an_article_loses_no_fields_silently(crawl: Crawl, site: Path) -> None:
    second = next(site.rglob("content_9021436_2.htm"))
    second.unlink()
    crawled = crawl("article", replay=site, urls=EXPECTED["9021436"]["url"])
    assert (crawled.exit_code, crawled.items) == (3, {})


def test_a_corrected_article_is_a_new_revision(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    crawl("article", replay=site, urls=SEED)
    before = database.articles()["8990503"]
    path = page(site, "zj/content/2023-10/19/content_8990503.htm")
    path.write_text(path.read_text().replace("加贺", "水川"))
    crawl("article", replay=site, urls=SEED)
    after = database.articles()["8990503"]
    assert (before["revision"], after["revision"], after["editor"]) == (1, 2, "水川")
    assert after["first_seen_at"] == before["first_seen_at"]
    assert after["last_seen_at"] > before["last_seen_at"]


def test_the_mobile_address_is_the_same_article(crawl: Crawl, database: TestDatabase) -> None:
    crawl(
        "article",
        urls=SEED.replace("https://www.", "http://m.")
        + ",http://www.cqn.com.cn/m/zj/content/2023-10/19/content_8990503.htm",
    )
    assert list(database.articles()) == ["8990503"]


def test_a_page_saved_from_the_mobile_host_is_the_same_article(crawl: Crawl, site: Path) -> None:
    url = EXPECTED["9027208"]["url"]
    (site / url.split("//")[1]).unlink()
    crawled = crawl("article", replay=site, urls=url.replace("www.", "m."))
    assert crawled.exit_code == 0
    assert (crawled.items["9027208"]["url"], crawled.items["9027208"]["layout"]) == (url, "mobile")


def test_the_run_is_recorded(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news", sections="地方动态", since="2023-01-01")
    [run] = database.runs()
    assert run["arguments"] == {"sections": "地方动态", "since": "2023-01-01"}
    assert (run["exit_code"], run["reasons"], run["finish_reason"]) == (0, [], "finished")
    assert run["counts"]["new"] == len(database.articles())
    assert run["rules"]["A/title/cms"] + run["rules"]["A/title/div.Detail_Title h1"] > 0
    assert run["rules"]["A/source/div.publish span.from"] < run["counts"]["article_pages"]
    assert run["started_at"].replace(tzinfo=UTC).astimezone(BEIJING).date() <= datetime.now(BEIJING).date()


@pytest.mark.parametrize("newest_first", [True, False])
def test_all_prints_of_a_story_are_counted(
    crawl: Crawl, database: TestDatabase, site: Path, monkeypatch: pytest.MonkeyPatch, newest_first: bool
) -> None:
    """Whichever is stored first, the later print is the duplicate."""
    monkeypatch.setattr("cqnspider.store.writer.GROUP_SIZE", 1)
    first = page(site, "zj/content/2023-10/19/content_8990503.htm")
    again = first.with_name("content_8990510.htm")
    again.write_text(first.read_text().replace("8990503", "8990510").replace("15:04:08", "18:04:08"))
    urls = [SEED, SEED.replace("8990503", "8990510")]
    settings = {"CONCURRENT_REQUESTS": 1, "CONCURRENT_REQUESTS_PER_DOMAIN": 1}
    crawled = crawl("article", replay=site, urls=",".join(urls[:: -1 if newest_first else 1]), settings=settings)
    assert list(crawled.items) == (["8990510", "8990503"] if newest_first else ["8990503", "8990510"])
    assert {key: found["duplicate_of"] for key, found in database.articles().items()} == {
        "8990503": None,
        "8990510": "8990503",
    }
    assert (crawled.exit_code, database.runs()[0]["counts"]["duplicates"]) == (0, 1)


def test_rules_that_disagree_are_reported(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    path = page(site, "zj/content/2023-10/19/content_8990503.htm")
    path.write_text(path.read_text().replace("<date>2023-10-19 15:04:08", "<date>2023-10-20 01:00:00"))
    crawl("article", replay=site, urls=SEED)
    assert "published_at/anchor ≠ cms" in database.runs()[0]["disagreements"]
    assert database.articles()["8990503"]["published_at"] == datetime(2023, 10, 19, 7, 4, 8)


def test_a_feed_export_holds_every_article(crawl: Crawl, tmp_path: Path) -> None:
    crawl("local_news", settings={"FEEDS": {str(tmp_path / "out.jsonl"): {"format": "jsonlines"}}})
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert {line["id"] for line in lines} == set(EXPECTED)
    seed = next(line for line in lines if line["id"] == "8990503")
    assert seed["published_at"] == "2023-10-19T15:04:08+08:00"
    assert seed["first_seen_at"] is not None


def test_a_database_that_does_not_answer_ends_the_crawl_at_once(crawl: Crawl, tmp_path: Path) -> None:
    crawled = crawl(
        "local_news",
        settings={
            "MONGO_URI": f"mongodb://ana:geheim@{str(tmp_path).replace('/', '%2F')}%2Fnone.sock/?serverSelectionTimeoutMS=300"
        },
    )
    assert crawled.exit_code == 1
    assert crawled.reasons[0].startswith("no MongoDB answers at mongodb://%2F")
    assert "geheim" not in str(crawled.reasons)
    assert crawled.urls == []


def test_a_request_that_vanishes_is_a_failure(crawl: Crawl) -> None:
    """Whatever drops a request without a word (here: a middleware that filters it), the run says which article is missing."""
    crawled = crawl("article", urls=SEED, settings={"DOWNLOADER_MIDDLEWARES": {"tests.test_crawl.Swallow": 10}})
    assert crawled.exit_code == 3
    assert crawled.reasons == [f"1 × download: lost, e.g. {SEED} (requested, but neither answered nor failed)"]


class Swallow:
    """Turns an article's request into one that the offsite check drops when it is scheduled."""

    def process_request(self, request: Request) -> Request | None:
        return request.replace(url="https://evil.example/") if "/content_" in request.url else None


def test_a_pinned_list_needs_no_discovery(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    pinned = Section("钉住", "zj", ("无此链接",), lists=(f"{SITE}/zj/node_20197.htm",))
    monkeypatch.setitem(BY_NAME, "钉住", pinned)
    crawled = crawl("local_news", sections="钉住")
    assert (crawled.exit_code, len(crawled.items)) == (0, 2)
    assert not [url for url in crawled.urls if "index.htm" in url]


def listing(*rows: str, following: str = "") -> str:
    links = "".join(f'<li><a href="{row}">一条新闻的标题</a></li>' for row in rows)
    return f'<html><body><div>您当前位置: 新闻中心&gt;&gt;市场监管&gt;&gt;地方动态</div><ul class="l">{links}</ul>{following}</body></html>'


def test_a_pager_that_runs_in_circles_ends(crawl: Crawl, site: Path) -> None:
    pager = (
        '<a href="node_20183_2.htm">下一页</a><a href="node_20183_3.htm">下一页</a><a href="node_20183.htm">下一页</a>'
    )
    for name in ("node_20183.htm", "node_20183_2.htm", "node_20183_3.htm"):
        page(site, f"zj/{name}").write_text(listing("content/2023-10/19/content_8990503.htm", following=pager))
    crawled = crawl("local_news", replay=site, sections="地方动态")
    assert (crawled.exit_code, crawled.reasons[0].split(",")[0]) == (3, "1 × list: repeats")
    assert len([url for url in crawled.urls if "node_20183" in url]) == 2


def test_one_article_under_many_addresses_is_fetched_once(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    path = "zj/content/2023-10/19/content_8990503.htm"
    page(site, "zj/node_20183.htm").write_text(
        listing(
            f"/{path}",
            f"http://m.cqn.com.cn/{path}",
            f"//www.cqn.com.cn/m/{path}",
            f"../{path}?from=list#a",
            f"HTTPS://WWW.CQN.COM.CN/{path}",
        )
    )
    crawled = crawl("local_news", replay=site, sections="地方动态")
    assert [url for url in crawled.urls if "/content_" in url] == [f"{SITE}/{path}"]
    assert database.articles()["8990503"]["urls"] == [f"{SITE}/{path}"]


@pytest.mark.parametrize("folder", sorted((ROOT / "tests" / "sites").iterdir()), ids=lambda folder: folder.name)
def test_the_lists_of_foreign_front_pages_are_found(crawl: Crawl, database: TestDatabase, folder: Path) -> None:
    """Front pages in designs of their own; their articles are not saved, so only the way to them is looked at."""
    expected = json.loads((folder / "expected.json").read_text())
    crawled = crawl("local_news", replay=folder)
    assert {each["name"]: sorted(each["lists"]) for each in database.runs()[0]["sections"]} == {
        section.name: expected[section.name] for section in SECTIONS
    }
    wanted = {
        url for part in ("articles", "articles_page2") for urls in expected.get(part, {}).values() for url in urls
    }
    assert {url for url in crawled.urls if "/content_" in url or ("/news/" in url and "ndex" not in url)} == wanted

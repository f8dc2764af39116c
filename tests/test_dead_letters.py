"""What fails is kept with its page, tried again by `scrapy requeue`, and gone once it has succeeded."""

import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from scrapy.exceptions import DropItem
from scrapy.http import Response

from cqnspider.items import Article
from cqnspider.store import StoreLost
from tests.conftest import FIXTURES, ROOT, SEED, Crawl, TestDatabase, expected_articles
from tests.test_processes import environment, scrapy

SITE = "https://www.cqn.com.cn"
EXPECTED = expected_articles()
SEED_PATH = "www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm"


def letters(database: TestDatabase) -> list[dict[str, Any]]:
    return list(database.client[database.name]["dead_letters"].find(sort=[("url", 1), ("reason", 1)]))


class Refuse:
    """A pipeline that refuses the seed article."""

    def process_item(self, item: Article) -> Article:
        if item.id == "8990503":
            raise DropItem("editor: refused for a test")
        return item


class Raise:
    """A pipeline with a bug."""

    def process_item(self, item: Article) -> Article:
        raise ZeroDivisionError("一个缺陷")


def pipelines(name: str) -> dict[str, Any]:
    return {"ITEM_PIPELINES": {f"tests.test_dead_letters.{name}": 50, "cqnspider.pipelines.store.StorePipeline": 900}}


@pytest.mark.parametrize(
    ("content", "stage", "reason"),
    [
        ("", "layout", "empty_body"),
        ("<html><body><h1>您访问的页面不存在</h1></body></html>", "layout", "error_page"),
        ("<html><body><p>你好</p></body></html>", "layout", "unknown_layout"),
        ("cut", "layout", "cut_off"),
        ("undated", "loader", "no_date"),
    ],
)
def test_a_page_that_fails_is_kept_and_healed(  # noqa: PLR0917 – a table of cases
    crawl: Crawl, database: TestDatabase, site: Path, content: str, stage: str, reason: str
) -> None:
    path = site / SEED_PATH
    good = path.read_text()
    broken = {"cut": good[: good.index("责任编辑") - 200], "undated": good.replace("2023-10-19 15:04:08", "昨天")}
    path.write_text(broken.get(content, content))
    assert crawl("article", replay=site, urls=SEED).exit_code == 3
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"], letter["url"], letter["count"]) == (stage, reason, SEED, 1)
    assert (letter["page"] or {"body": b""})["body"] == path.read_bytes()
    assert letter["run_id"] == database.runs()[0]["_id"]
    crawl("article", replay=site, urls=SEED)
    [again] = letters(database)
    assert (again["_id"], again["count"], again["first_at"]) == (letter["_id"], 2, letter["first_at"])
    path.write_text(good)
    assert crawl("article", replay=site, urls=SEED).exit_code == 0
    assert letters(database) == []


def test_a_download_that_fails_has_no_page(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    (site / SEED_PATH).unlink()
    crawl("article", replay=site, urls=SEED)
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"], letter["page"]) == ("download", "missing in replay", None)
    again = crawl("requeue", replay=site)
    assert (again.exit_code, again.urls) == (0, []), "nothing is fetched without fetch=1"
    assert database.runs()[-1]["counts"]["need_fetch"] == 1
    shutil.copy(FIXTURES / SEED_PATH, site / SEED_PATH)
    assert crawl("requeue", replay=site, fetch="1").exit_code == 0
    assert (letters(database), list(database.articles())) == ([], ["8990503"])


def test_a_refused_article_is_stored_from_its_page_later(crawl: Crawl, database: TestDatabase) -> None:
    crawl("local_news", sections="地方动态", settings=pipelines("Refuse"))
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"], letter["detail"]) == ("pipeline", "editor", "refused for a test")
    assert (letter["section"], letter["article_id"]) == ("地方动态", "8990503")
    again = crawl("requeue")
    assert (again.exit_code, again.urls, letters(database)) == (0, [], [])
    article = database.articles()["8990503"]
    assert (article["sections"], article["title"]) == (["地方动态"], EXPECTED["8990503"]["title"])
    assert database.metrics() == database.metrics_of_articles()


def test_an_exception_in_a_pipeline_is_kept_with_its_traceback(crawl: Crawl, database: TestDatabase) -> None:
    broke = crawl("article", urls=SEED, settings=pipelines("Raise"))
    assert broke.exit_code == 1
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"], letter["detail"]) == ("pipeline", "ZeroDivisionError", "一个缺陷")
    assert "in process_item" in letter["traceback"]
    assert letter["page"]["body"] == (FIXTURES / SEED_PATH).read_bytes()
    assert crawl("requeue").exit_code == 0
    assert (letters(database), list(database.articles())) == ([], ["8990503"])


def test_an_exception_in_the_spider_is_kept_with_its_traceback(
    crawl: Crawl, database: TestDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def raising(*arguments: object) -> None:
        raise ZeroDivisionError("一个缺陷")

    with monkeypatch.context() as patched:
        patched.setattr("cqnspider.spiders.base.load_article", raising)
        assert crawl("article", urls=SEED).exit_code == 1
        [letter] = letters(database)
        assert (letter["stage"], letter["reason"], letter["url"]) == ("spider", "ZeroDivisionError", SEED)
        assert "in raising" in letter["traceback"]
        assert crawl("requeue").exit_code == 3, "it still fails"
        [letter] = letters(database)
        assert letter["count"] == 2
    assert crawl("requeue").exit_code == 0
    assert (letters(database), list(database.articles())) == ([], ["8990503"])


def test_an_item_too_large(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    path = site / SEED_PATH
    path.write_text(path.read_text().replace("</p>", f"</p><p>{'质量' * 3_000_000}</p>", 1))
    crawled = crawl("article", replay=site, urls=SEED, settings={"DOWNLOAD_MAXSIZE": 0})
    assert crawled.exit_code == 3
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"]) == ("pipeline", "not stored, too large")
    assert letter["page"] is None and "not kept" in letter["detail"], "nor does its page fit into a letter"


def test_a_list_that_failed_is_healed_by_the_next_crawl(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    path = site / "www.cqn.com.cn/zj/node_20183_2.htm"
    good = path.read_bytes()
    path.write_text("<html><body><h1>系统繁忙，请稍后再试</h1></body></html>")
    crawl("local_news", replay=site, sections="地方动态")
    [letter] = letters(database)
    assert (letter["stage"], letter["reason"], letter["article_id"]) == ("list", "error_page", None)
    path.write_bytes(good)
    assert crawl("local_news", replay=site, sections="地方动态").exit_code == 0
    assert letters(database) == []


def test_an_article_that_was_never_there_is_given_up(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    """A 404 that is answered again and again does not keep its section incomplete for ever."""
    (site / SEED_PATH).unlink()
    settings = {"DOWNLOADER_MIDDLEWARES": {"tests.test_dead_letters.NotFound": 10}}
    stored = database.client[database.name]["dead_letters"]
    for _ in range(4):
        assert crawl("local_news", replay=site, sections="地方动态", settings=settings).exit_code == 3
    stored.update_many({}, {"$set": {"first_at": datetime.now(UTC) - timedelta(days=4)}})
    assert crawl("local_news", replay=site, sections="地方动态", settings=settings).exit_code == 0
    last = database.runs()[-1]
    assert (last["counts"]["given_up"], last["sections"][0]["complete"]) == (1, True)
    assert crawl("local_news", replay=site, sections="地方动态", full="1", settings=settings).exit_code == 3


class NotFound:
    """Answers like the site where a page is missing."""

    def process_request(self, request: Any) -> Any:
        return Response(request.url, status=404) if request.url == SEED else None


def test_requeue_from_the_command_line(database: TestDatabase, site: Path) -> None:
    path = site / SEED_PATH
    good = path.read_text()
    path.write_text(good.replace("2023-10-19 15:04:08", "昨天"))
    command = ("crawl", "local_news", "-a", "sections=地方动态", "-s", f"REPLAY={site}")
    first = scrapy(*command, env=database.environment)
    assert first.returncode == 3
    assert "dead letters: 1; scrapy requeue tries them again" in first.stderr
    still = scrapy("requeue", env=database.environment)
    assert (still.returncode, "no_date" in still.stderr.splitlines()[-1]) == (3, True), still.stderr
    assert letters(database)[0]["count"] == 2
    path.write_text(good)
    fetched = scrapy("requeue", "--fetch", "-s", f"REPLAY={site}", env=database.environment)
    assert (fetched.returncode, letters(database)) == (0, []), fetched.stderr
    assert "articles: 1 new" in fetched.stderr
    assert "nothing to try again" in scrapy("requeue", env=database.environment).stderr
    listed = scrapy("runs", env=database.environment).stdout.splitlines()
    assert [line.split()[3] for line in listed] == ["good", "good", "suspect", "suspect"]
    assert "requeue fetch=1 (replay): 1 new" in listed[1]


def test_the_second_page_of_an_article_is_not_taken_for_the_first(crawl: Crawl, database: TestDatabase) -> None:
    url = EXPECTED["9021436"]["url"]
    crawl("article", urls=url, settings=pipelines("Raise"))
    [letter] = letters(database)
    assert letter["page"]["url"].endswith("content_9021436_2.htm")
    again = crawl("requeue")
    assert (again.exit_code, database.articles(), len(letters(database))) == (0, {}, 1)
    assert database.runs()[-1]["counts"]["need_fetch"] == 1
    assert crawl("requeue", fetch="1").exit_code == 0
    assert database.articles()["9021436"]["paragraphs"] == EXPECTED["9021436"]["paragraphs"]


def test_a_page_refused_twice_keeps_its_bytes(crawl: Crawl, database: TestDatabase) -> None:
    crawl("article", urls=SEED, settings=pipelines("Refuse"))
    first = letters(database)[0]
    crawl("requeue", settings=pipelines("Refuse"))
    [second] = letters(database)
    assert (second["count"], second["page"]) == (2, first["page"])
    assert crawl("requeue").exit_code == 0


def test_a_letter_that_was_overtaken_is_dropped(crawl: Crawl, database: TestDatabase) -> None:
    """The article was read after its page had failed: the old page must not come back as a new state."""
    crawl("article", urls=SEED, settings=pipelines("Refuse"))
    letter = letters(database)[0]
    crawl("article", urls=SEED)
    old = letter | {"page": letter["page"] | {"body": letter["page"]["body"].replace("加贺".encode(), "水川".encode())}}
    database.client[database.name]["dead_letters"].insert_one(old)
    before = database.articles()
    assert crawl("requeue").exit_code == 0
    assert (database.articles(), letters(database)) == (before, [])


def test_what_a_kept_page_says_is_as_old_as_the_page(crawl: Crawl, database: TestDatabase) -> None:
    crawl("article", urls=SEED, settings=pipelines("Refuse"))
    failed_at = letters(database)[0]["last_at"]
    crawl("requeue")
    assert database.articles()["8990503"]["fetched_at"] == failed_at


def test_an_argument_that_is_no_text_loses_no_record(database: TestDatabase, tmp_path: Path) -> None:
    path = tmp_path / "u\udcff.txt"
    path.write_text(SEED)
    crawled = scrapy("crawl", "article", "-a", f"file={path}", "-s", "REPLAY=fixtures", env=database.environment)
    assert (crawled.returncode, len(database.runs())) == (0, 1), crawled.stderr


def test_a_killed_run_is_listed_as_unended(database: TestDatabase) -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", "-s", "REPLAY=fixtures"]
    with subprocess.Popen(
        command, cwd=ROOT, env=environment(**database.environment), stderr=subprocess.DEVNULL
    ) as crawl:
        while not database.runs() and crawl.poll() is None:
            time.sleep(0.005)
        crawl.kill()
    assert scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=database.environment).returncode == 0
    listed = scrapy("runs", env=database.environment).stdout.splitlines()
    assert [line.split()[3] for line in listed] == ["good", "unended"]


def test_a_database_lost_before_the_first_request_is_one_clear_error(
    crawl: Crawl, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def lost(*arguments: object) -> None:
        raise StoreLost("the database does not answer: it is gone")

    monkeypatch.setattr("cqnspider.store.runs.Runs.covered", lost)
    crawled = crawl("local_news")
    assert (crawled.exit_code, crawled.reasons, crawled.urls) == (1, ["the database does not answer: it is gone"], [])
    assert "Traceback" not in caplog.text


def test_a_spider_that_breaks_at_its_start_is_not_finished(crawl: Crawl, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise ZeroDivisionError("一个缺陷")

    monkeypatch.setattr("cqnspider.spiders.local_news.LocalNewsSpider.step_request", broken)
    crawled = crawl("local_news")
    assert crawled.exit_code == 1
    assert "the spider could not go on: ZeroDivisionError" in crawled.reasons[0]


def test_the_job_of_a_scheduler_is_no_argument_of_requeue(crawl: Crawl, capsys: pytest.CaptureFixture[str]) -> None:
    crawl("requeue", _job="1")
    assert capsys.readouterr().err.startswith("cqnspider requeue: kept pages, ")

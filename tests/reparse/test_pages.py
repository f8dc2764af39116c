"""Single pages of an archive: changed, broken, too large, of another skin; and their dead letters."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest

from cqnspider.archive.captures import Captures
from cqnspider.archive.scan import warc_files
from cqnspider.reparse.plan import make_plan
from cqnspider.reparse.work import Job, let_go
from cqnspider.reparse.work import rebuild as rebuild_batch
from tests.conftest import SEED, TestDatabase, saved
from tests.reparse.rebuilding import paged, rebuild, reparse, warc
from tests.test_processes import scrapy


def test_a_page_that_cannot_be_read_is_reported_and_loses_nothing(
    archive: tuple[Path, str], copy: TestDatabase, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    assert scrapy("warc", str(archive[0]), str(saved)).returncode == 0
    page = next(saved.rglob("content_8993912.htm"))
    saved_at = page.stat().st_mtime_ns
    page.write_bytes(page.read_bytes()[:2000])
    os.utime(page, ns=(saved_at, saved_at))
    assert scrapy("warc", str(saved), f"{tmp_path}/cut.warc.gz").returncode == 0
    before = copy.articles()["8993912"]
    failed, said = rebuild(tmp_path / "cut.warc.gz", copy)
    assert failed == 1 and "1 × layout: cut_off" in said
    after = copy.articles()["8993912"]
    assert after == before
    [letter] = copy.client[copy.name]["dead_letters"].find()
    assert (letter["article_id"], letter["reason"], letter["page"]["body"]) == ("8993912", "cut_off", page.read_bytes())
    assert reparse(tmp_path / "cut.warc.gz", copy).returncode == 3
    assert rebuild(archive[0], copy)[0] == 0
    assert copy.client[copy.name]["dead_letters"].count_documents({}) == 0


def test_a_further_page_that_changed_behind_the_same_first_page(database: TestDatabase, tmp_path: Path) -> None:
    one, first, two, second = paged()
    text = re.search("[\u4e00-\u9fff]{12,}", re.sub("<[^>]*>", "\n", second.decode("utf-8").partition("<body")[2]))
    assert text is not None
    changed = second.replace(text[0].encode(), "后来改过的一句话，数字是一千二百。".encode())
    file = warc(tmp_path / "a.warc.gz", (one, 0, first), (two, 1, second), (one, 5, first), (two, 6, changed))
    assert rebuild(file, database)[0] == 0
    article = database.articles()["9021436"]
    assert article["revision"] == 2 and "后来改过的一句话" in article["body"]
    assert "0 new, 0 changed, 1 as" in rebuild(file, database)[1]


def test_the_mobile_skin_of_a_page_is_no_state_of_it(database: TestDatabase, tmp_path: Path) -> None:
    page = saved(SEED)
    mobile = SEED.replace("www.", "m.")
    file = warc(tmp_path / "a.warc.gz", (SEED, 0, page), (mobile, 1, page.replace("重庆".encode(), "四川".encode())))
    assert rebuild(file, database)[0] == 0
    assert database.articles()["8990503"]["revision"] == 1
    database.client.drop_database(database.name)
    alone = warc(tmp_path / "b.warc.gz", (mobile, 1, page))
    assert rebuild(alone, database)[0] == 0
    assert set(database.articles()) == {"8990503"}


def test_a_page_that_is_missing_at_the_mobile_host_alone_is_not_gone(database: TestDatabase, tmp_path: Path) -> None:
    page = saved(SEED)
    here = warc(tmp_path / "a.warc.gz", (SEED, 0, page))
    warc(tmp_path / "b.warc.gz", (SEED.replace("www.", "m."), 1, b"no"), status=404)
    assert rebuild(tmp_path, database)[0] == 0
    assert database.articles()["8990503"]["gone_at"] is None
    warc(tmp_path / "c.warc.gz", (SEED, 2, b"no"), status=404)
    assert rebuild(tmp_path, database)[0] == 0
    assert database.articles()["8990503"]["gone_at"] == datetime(2026, 11, 1, 0, 2)
    assert rebuild(here, database)[0] == 0
    assert database.articles()["8990503"]["gone_at"] is not None, "what is not in these files stays"


def test_a_page_beyond_the_limit_is_one_failure(database: TestDatabase, tmp_path: Path) -> None:
    page, (other, first, two, second) = saved(SEED), paged()
    large = page.replace(b"</p>", b"</p><p>" + "长".encode() * 300_000 + b"</p>", 1)
    file = warc(tmp_path / "a.warc.gz", (SEED, 0, large), (other, 1, first), (two, 2, second))
    failed, said = rebuild(file, database, limit=500_000)
    assert failed == 1 and "1 × download: archive" in said and "more than 500,000 bytes (DOWNLOAD_MAXSIZE)" in said
    assert set(database.articles()) == {"9021436"}
    assert rebuild(file, database)[0] == 0
    assert set(database.articles()) == {"8990503", "9021436"}


@pytest.mark.parametrize(
    "anchors",
    [
        '<a href="content_1.htm">x</a>' * 20_000,
        "<p>2025-07-08 12:43:54 来源：某报</p>" * 5000,
        "<div>您当前位置: 新闻中心&gt;&gt;市场监管</div>" * 5000,
    ],
    ids=["links", "date lines", "breadcrumbs"],
)
def test_thousands_of_anchors_behind_an_article_change_nothing(
    database: TestDatabase, tmp_path: Path, anchors: str
) -> None:
    page = saved(SEED)
    assert rebuild(warc(tmp_path / "a.warc.gz", (SEED, 0, page)), database)[0] == 0
    before = database.articles()["8990503"]
    many = page.replace(b"</body>", anchors.encode() + b"</body>")
    assert rebuild(warc(tmp_path / "b.warc.gz", (SEED, 1, many)), database)[0] == 0
    after = database.articles()["8990503"]
    assert (after["content_hash"], after["revision"]) == (before["content_hash"], 1)


def test_an_article_that_is_too_large_is_one_failure(database: TestDatabase, tmp_path: Path) -> None:
    page = saved(SEED)
    assert b"</p>" in page
    large = [
        page.replace(b"</p>", f"{number}号".encode() + "长".encode() * 900_000 + b"</p>", 1) for number in range(7)
    ]
    other, first, two, second = paged()
    pages = [(SEED, minute, body) for minute, body in enumerate(large)]
    failed, said = rebuild(warc(tmp_path / "a.warc.gz", *pages, (other, 20, first), (two, 21, second)), database)
    assert failed == 1 and "1 × pipeline: not stored" in said and "MongoDB takes 16 MB" in said
    assert set(database.articles()) == {"9021436"}


def test_what_a_crawl_has_not_settled_yet_is_not_lost(archive: tuple[Path, str], copy: TestDatabase) -> None:
    tables = copy.client[copy.name]
    former = tables["revisions"].find_one_and_delete({"_id": "8990503:1"})
    assert former is not None
    unarchived = former | {
        "archive": None,
        "fetched_at": former["fetched_at"].replace(year=2020),
        "content_hash": "3" * 64,
    }
    unarchived["last_seen_at"] = unarchived["fetched_at"]
    tables["articles"].update_one({"_id": "8990503"}, {"$set": {"former": [unarchived], "pending": "crawl"}})
    job = Job(copy.uri, copy.name, "test")
    with Captures(warc_files(archive[0])) as captures:
        plans = [each for each in make_plan(captures).articles.values() if each.address.id == "8990503"]
    with ThreadPoolExecutor(1) as thread:  # as a worker whose run began before the crawl was killed
        thread.submit(rebuild_batch, job, plans).result()
        thread.submit(let_go).result()
    hashes = [each["content_hash"] for each in tables["revisions"].find(sort=[("_id", 1)])]
    assert hashes[0] == "3" * 64 and len(hashes) == 2
    assert "pending" not in copy.articles()["8990503"]


def test_what_failed_later_than_the_archive_stays_a_dead_letter(archive: tuple[Path, str], copy: TestDatabase) -> None:
    letters = copy.client[copy.name]["dead_letters"]
    letter = {
        "stage": "layout",
        "reason": "unknown_layout",
        "detail": "",
        "url": SEED,
        "article_id": "8990503",
        "section": None,
    }
    times = {
        "first_at": datetime(2199, 1, 1),
        "last_at": datetime(2199, 1, 1),
        "count": 1,
        "run_id": "x",
        "schema_version": 2,
    }
    letters.insert_one({"_id": "new skin", "page": None, "traceback": None, **letter, **times})
    letters.insert_one(
        {"_id": "old", "page": None, "traceback": None, **letter, **times, "last_at": datetime(2020, 1, 1)}
    )
    rebuild(archive[0], copy)
    assert [each["_id"] for each in letters.find()] == ["new skin"]

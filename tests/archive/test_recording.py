"""The archive of real crawls, over real HTTP: what is in it, what refers to it, what replaying it gives."""

import gzip
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from warcio.archiveiterator import ArchiveIterator

from cqnspider.archive.captures import Captures
from cqnspider.archive.records import Capture, RecordReader
from cqnspider.archive.scan import scan, warc_files
from cqnspider.urls import SITE
from tests.conftest import FIXTURES, ROOT, SEED, TestDatabase, expected_articles
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, environment, scrapy

PATH = "/zj/content/2023-10/19/content_8990503.htm"
PAGE = (FIXTURES / "www.cqn.com.cn" / PATH[1:]).read_bytes()
SECTION = ("local_news", "-a", "sections=地方动态")
LIMITED = """
import resource, signal
from scrapy.cmdline import execute
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (30000, 30000))
"""
REFRESH = ("-a", "refresh_days=36500")


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(FIXTURES) as found:
        yield found


def crawl(site: Site, database: TestDatabase, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    env = database.environment | {"https_proxy": site.proxy, "ARCHIVE_DIR": str(folder)}
    return scrapy("crawl", *arguments, *UNHURRIED, env=env)


def captures(folder: Path) -> list[Capture]:
    return [each for file in warc_files(folder) for each in scan(file)]


def of_seed(folder: Path) -> list[Capture]:
    return [each for each in captures(folder) if each.url == SEED]


def utc(time: datetime) -> datetime:
    return time.replace(tzinfo=UTC)


def intact(folder: Path) -> bool:
    """Whether another tool finds every record and every digest right."""
    command = [sys.executable, "-m", "warcio.cli", "check", *map(str, warc_files(folder))]
    return subprocess.run(command, check=False).returncode == 0


def test_every_answer_is_archived_and_articles_say_where(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    crawled = crawl(site, database, tmp_path, "local_news")
    assert crawled.returncode == 0, crawled.stderr
    [file] = warc_files(tmp_path)
    assert intact(tmp_path)
    found = captures(tmp_path)
    assert sorted(each.url for each in found) == sorted(SITE + path for path in site.paths)  # robots.txt too
    assert {each.maker for each in found} == {"local_news"}
    at = {(each.path.name, each.offset): each for each in found}
    articles = database.articles()
    assert set(articles) == set(expected_articles())
    with RecordReader() as reader:
        for article in articles.values():
            capture = at[article["archive"]["file"], article["archive"]["offset"]]
            assert capture.url == article["url"]
            assert capture.at == utc(article["fetched_at"]) <= utc(article["first_seen_at"])
            assert reader.read(capture).body == (FIXTURES / capture.url.removeprefix("https://")).read_bytes()
    with open(file, "rb") as lines:
        record = next(iter(ArchiveIterator(lines)))
        assert record.rec_headers.protocol == "WARC/1.1"
        said = record.content_stream().read().decode()
    assert "isPartOf: local_news" in said and "robots: obey" in said and "mongodb" not in said


def test_replay_of_the_archive_gives_what_the_crawl_gave(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    assert crawl(site, database, tmp_path, "local_news").returncode == 0
    crawled = database.articles()
    database.client.drop_database(database.name)
    replayed = scrapy("crawl", "local_news", "-s", f"REPLAY={tmp_path}", env=database.environment)
    assert replayed.returncode == 0, replayed.stderr
    again = database.articles()
    for article in (*crawled.values(), *again.values()):
        del article["first_seen_at"], article["last_seen_at"]
    assert again == crawled  # archive and fetched_at too
    assert len(warc_files(tmp_path)) == 1  # what is replayed is not archived again


def test_bodies_are_kept_as_they_were_sent(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    packed = gzip.compress(PAGE, mtime=0)
    site.answers[PATH] = lambda: (200, {"Content-Type": "text/html", "Content-Encoding": "gzip", "ETag": '"z"'}, packed)
    assert crawl(site, database, tmp_path, "article", "-a", f"urls={SEED}").returncode == 0
    [capture] = of_seed(tmp_path)
    with open(capture.path, "rb") as file:
        file.seek(capture.offset)
        record = next(iter(ArchiveIterator(file)))
        assert record.http_headers.get_header("Content-Encoding") == "gzip"
        assert record.raw_stream.read() == packed
    with RecordReader() as reader:
        answer = reader.read(capture)
    assert (answer.body, answer.header("etag"), answer.header("Content-Encoding")) == (PAGE, '"z"', None)
    assert database.articles()["8990503"]["etag"] == '"z"'


def test_an_unchanged_page_is_a_revisit(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    site.answers[PATH] = lambda: (200, {"Content-Type": "text/html", "ETag": '"v1"'}, PAGE)
    assert crawl(site, database, tmp_path, *SECTION).returncode == 0
    before = database.articles()["8990503"]
    [first] = of_seed(tmp_path)
    assert crawl(site, database, tmp_path, *SECTION, *REFRESH).returncode == 0
    site.answers[PATH] = lambda: (304, {"ETag": '"v1"'}, b"")
    assert crawl(site, database, tmp_path, *SECTION, *REFRESH).returncode == 0
    _, same, not_modified = of_seed(tmp_path)
    assert same.refers_to == not_modified.refers_to == (SEED, first.at)
    assert (same.status, not_modified.status) == (200, 304)
    assert same.digest == not_modified.digest == first.digest
    assert intact(tmp_path)
    assert database.articles()["8990503"]["archive"] == before["archive"] == first.location
    with Captures(warc_files(tmp_path)) as found:
        answer = found.find(SEED)
    assert answer is not None and (answer.status, answer.body) == (200, PAGE)
    assert answer.capture is not None and (answer.capture.at, answer.capture.offset) == (not_modified.at, first.offset)
    sizes = [file.stat().st_size for file in warc_files(tmp_path)]
    assert max(sizes[1:]) < sizes[0]


def test_a_corrected_page_is_archived_and_replay_goes_back(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    assert crawl(site, database, tmp_path, *SECTION).returncode == 0
    [first] = of_seed(tmp_path)
    printed = database.articles()["8990503"]["metrics"][0]["text"]
    corrected = PAGE.replace(printed.encode(), "整整987家".encode())
    site.answers[PATH] = lambda: (200, {"Content-Type": "text/html"}, corrected)
    assert crawl(site, database, tmp_path, *SECTION, *REFRESH).returncode == 0
    article = database.articles()["8990503"]
    assert article["revision"] == 2
    second = of_seed(tmp_path)[-1]
    assert article["archive"] == second.location
    [revision] = database.client[database.name]["revisions"].find()
    assert revision["archive"] == first.location
    database.client.drop_database(database.name)
    moment = (first.at + timedelta(milliseconds=1)).isoformat()
    options = ("-s", f"REPLAY={tmp_path}", "-s", f"REPLAY_AT={moment}")
    replayed = scrapy("crawl", "article", "-a", f"urls={SEED}", *options, env=database.environment)
    assert replayed.returncode == 0, replayed.stderr
    assert database.articles()["8990503"]["content_hash"] == revision["content_hash"]
    assert database.runs()[0]["replay"] == f"{tmp_path} at {moment}"


def test_files_are_rotated(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    assert crawl(site, database, tmp_path, *SECTION, "-s", "ARCHIVE_FILE_SIZE=20000").returncode == 0
    files = warc_files(tmp_path)
    assert len(files) > 2 and intact(tmp_path)
    assert [file.name[-13:] for file in files] == [f"{number:05}.warc.gz" for number in range(1, len(files) + 1)]
    assert all(file.stat().st_size < 60_000 for file in files)
    for article in database.articles().values():
        assert (tmp_path / article["archive"]["file"]).is_file()


@pytest.mark.parametrize("requests", [4, 9])
def test_killed_at_any_moment_every_article_is_in_the_archive(
    requests: int, site: Site, database: TestDatabase, tmp_path: Path
) -> None:
    site.delay = 0.05
    env = database.environment | {"https_proxy": site.proxy, "ARCHIVE_DIR": str(tmp_path)}
    command = [sys.executable, "-m", "scrapy", "crawl", *SECTION, *UNHURRIED]
    with subprocess.Popen(command, cwd=ROOT, env=environment(**env), stderr=subprocess.DEVNULL) as process:
        while len([path for path in site.paths if "/content_" in path]) < requests and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
    file = warc_files(tmp_path)[0]
    with open(file, "ab") as half:  # a record that was being written when the power went
        half.write(gzip.compress(b"WARC/1.1\r\nWARC-Type: response\r\n" + bytes(1000))[:60])
    stored = database.articles()
    there = {(each.path.name, each.offset) for each in captures(tmp_path)}
    assert all((each["archive"]["file"], each["archive"]["offset"]) in there for each in stored.values())
    assert crawl(site, database, tmp_path, *SECTION).returncode == 0
    assert set(database.articles()) >= set(stored)
    there = {(each.path.name, each.offset) for each in captures(tmp_path)}
    assert all((each["archive"]["file"], each["archive"]["offset"]) in there for each in database.articles().values())


def test_a_full_disk_ends_the_crawl_and_nothing_is_acknowledged_unarchived(
    site: Site, database: TestDatabase, tmp_path: Path
) -> None:
    limited = LIMITED + f"execute({['scrapy', 'crawl', *SECTION, *UNHURRIED]!r})"
    env = database.environment | {"https_proxy": site.proxy, "ARCHIVE_DIR": str(tmp_path)}
    command = [sys.executable, "-c", limited]
    crawled = subprocess.run(
        command, cwd=ROOT, env=environment(**env), capture_output=True, text=True, timeout=60, check=False
    )
    assert crawled.returncode == 1, crawled.stderr
    assert (
        f"the archive in {tmp_path} cannot be written: File too large. What was acknowledged is stored"
        in crawled.stderr
    )
    assert "Traceback" not in crawled.stderr
    assert intact(tmp_path)
    there = {(each.path.name, each.offset) for each in captures(tmp_path)}
    assert all((each["archive"]["file"], each["archive"]["offset"]) in there for each in database.articles().values())
    again = crawl(site, database, tmp_path, *SECTION)
    assert again.returncode == 0, again.stderr
    assert len(database.articles()) == 8


def test_an_article_that_was_stored_without_archive_gets_its_page(
    site: Site, database: TestDatabase, tmp_path: Path
) -> None:
    env = database.environment | {"https_proxy": site.proxy}
    assert scrapy("crawl", "article", "-a", f"urls={SEED}", *UNHURRIED, env=env).returncode == 0
    assert database.articles()["8990503"]["archive"] is None
    assert crawl(site, database, tmp_path, "article", "-a", f"urls={SEED}").returncode == 0
    [capture] = of_seed(tmp_path)
    article = database.articles()["8990503"]
    assert (article["archive"], utc(article["fetched_at"]), article["revision"]) == (capture.location, capture.at, 1)


def test_two_crawls_archive_into_one_folder(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    archive = tmp_path / "archive"
    env = environment(**database.environment, https_proxy=site.proxy, ARCHIVE_DIR=str(archive))
    command = [sys.executable, "-m", "scrapy", "crawl", *SECTION, *UNHURRIED]
    homes = [{"CQNSPIDER_HOME": str(tmp_path / name)} for name in ("a", "b")]
    both = [subprocess.Popen(command, cwd=ROOT, env=env | home, stderr=subprocess.DEVNULL) for home in homes]
    assert [each.wait(60) for each in both] == [0, 0]
    assert len(warc_files(archive)) == 2 and intact(archive)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("ARCHIVE_DIR=/proc/none",), "ARCHIVE_DIR=/proc/none is no folder and cannot be made"),
        (("ARCHIVE_DIR=scrapy.cfg",), "scrapy.cfg is no folder and cannot be made"),
        (("ARCHIVE_FILE_SIZE=large",), "ARCHIVE_FILE_SIZE=large is no number"),
        (("REPLAY=fixtures", "REPLAY_AT=2026-11-01"), "REPLAY_AT chooses among the captures of WARC files"),
        (("REPLAY=fixtures", "REPLAY_AT=yesterday"), "REPLAY_AT=yesterday is no date"),
    ],
)
def test_settings_that_cannot_be(options: tuple[str, ...], said: str, database: TestDatabase) -> None:
    given = [each for option in options for each in ("-s", option)]
    refused = scrapy("crawl", "article", "-a", f"urls={SEED}", *given, env=database.environment)
    assert (refused.returncode, len(refused.stderr.splitlines())) == (2, 1)
    assert said in refused.stderr


def test_a_broken_index_of_seen_pages_is_said_and_may_be_deleted(
    site: Site, database: TestDatabase, tmp_path: Path
) -> None:
    (tmp_path / "seen.sqlite").write_bytes(b"no database at all, but long enough to be looked at" * 40)
    refused = crawl(site, database, tmp_path, "article", "-a", f"urls={SEED}")
    assert refused.returncode == 2
    assert "seen.sqlite cannot be used: file is not a database. It may be deleted" in refused.stderr
    assert "Traceback" not in refused.stderr
    (tmp_path / "seen.sqlite").unlink()
    assert crawl(site, database, tmp_path, "article", "-a", f"urls={SEED}").returncode == 0


def test_folder_and_warc_replay_alike(database: TestDatabase, tmp_path: Path) -> None:
    assert scrapy("warc", "fixtures", f"{tmp_path}/pages.warc.gz").returncode == 0
    results: list[dict[str, Any]] = []
    for replay in ("fixtures", f"{tmp_path}/pages.warc.gz"):
        crawled = scrapy("crawl", "local_news", "-s", f"REPLAY={replay}", env=database.environment)
        assert crawled.returncode == 0, crawled.stderr
        found = database.content()
        assert all((each.pop("archive") is None) == (replay == "fixtures") for each in found.values())
        results.append(found)
        database.client.drop_database(database.name)
    assert results[0] == results[1]
    back = scrapy("warc", f"{tmp_path}/pages.warc.gz", f"{tmp_path}/back")
    assert back.returncode == 0, back.stderr
    same = subprocess.run(["diff", "-r", FIXTURES, tmp_path / "back"], capture_output=True, text=True, check=False)
    assert same.stdout == ""

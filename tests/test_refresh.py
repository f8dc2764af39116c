"""Reading stored articles again: what changed, what did not, what is gone – over real HTTP with conditional requests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES, SEED, TestDatabase
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, scrapy

PATH = "/zj/content/2023-10/19/content_8990503.htm"
PAGE = (FIXTURES / "www.cqn.com.cn" / PATH[1:]).read_bytes()
ALL = "36500"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(FIXTURES) as found:
        yield found


def crawl(site: Site, database: TestDatabase, *arguments: str) -> Any:
    return scrapy("crawl", *arguments, *UNHURRIED, env=database.environment | {"https_proxy": site.proxy})


def answer(site: Site, body: bytes, **headers: str) -> None:
    site.answers[PATH] = lambda: (200, {"Content-Type": "text/html", **headers}, body)


def test_a_corrected_number_is_one_revision(site: Site, database: TestDatabase) -> None:
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    before = database.articles()["8990503"]
    printed = before["metrics"][0]["text"]
    assert PAGE.count(printed.encode()) >= 1
    answer(site, PAGE.replace(printed.encode(), "整整987家".encode()))
    crawled = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert "0 new, 1 changed" in crawled.stderr
    [revision] = database.client[database.name]["revisions"].find()
    assert (revision["_id"], revision["revision"], revision["changed"]) == ("8990503:1", 1, ["paragraphs"])
    assert revision["paragraphs"] == before["paragraphs"]
    assert revision["content_hash"] == before["content_hash"]
    after = database.articles()["8990503"]
    assert after["revision"] == 2 and "former" not in after and "pending" not in after
    assert 987 in {each["value"] for each in database.metrics() if each["article_id"] == "8990503"}
    assert database.metrics() == database.metrics_of_articles()


def test_a_change_of_the_chrome_is_none(site: Site, database: TestDatabase) -> None:
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    before = database.articles()["8990503"]
    skin = '<body data-skin="2"><div class="ad">广告位招租</div>'.encode()
    answer(site, PAGE.replace(b"</head>", b"<script>var v=2</script></head>").replace(b"<body>", skin))
    crawled = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert "0 new, 0 changed, 8 read again unchanged" in crawled.stderr
    after = database.articles()["8990503"]
    assert after.pop("last_seen_at") > before.pop("last_seen_at")
    assert after == before
    assert list(database.client[database.name]["revisions"].find()) == []


def test_conditional_requests(site: Site, database: TestDatabase) -> None:
    answer(site, PAGE, ETag='"v1"', **{"Last-Modified": "Thu, 19 Oct 2023 07:04:08 GMT"})
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    before = database.articles()["8990503"]
    assert (before["etag"], before["last_modified"]) == ('"v1"', "Thu, 19 Oct 2023 07:04:08 GMT")
    site.answers[PATH] = lambda: (304, {"ETag": '"v1"'}, b"")
    crawled = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert crawled.returncode == 0, crawled.stderr
    assert site.headers[PATH]["If-None-Match"] == '"v1"'
    assert site.headers[PATH]["If-Modified-Since"] == "Thu, 19 Oct 2023 07:04:08 GMT"
    after = database.articles()["8990503"]
    assert after.pop("last_seen_at") > before.pop("last_seen_at")
    assert after == before
    assert database.runs()[-1]["counts"]["not_modified"] == 1


def test_an_article_that_is_gone_keeps_its_record(site: Site, database: TestDatabase) -> None:
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    before = database.articles()["8990503"]
    site.answers[PATH] = lambda: (410, {}, b"")
    gone = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert gone.returncode == 0, gone.stderr
    assert "1 stored articles are gone from the site" in gone.stderr
    first = database.articles()["8990503"]["gone_at"]
    assert first is not None
    assert database.articles()["8990503"] | {"gone_at": None} == before
    asked = len(site.paths)
    crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert PATH not in site.paths[asked:], "what is gone is not asked for again"
    crawl(site, database, "article", "-a", f"urls={SEED}")
    assert database.articles()["8990503"]["gone_at"] == first
    del site.answers[PATH]
    crawl(site, database, "article", "-a", f"urls={SEED}")
    assert database.articles()["8990503"]["gone_at"] is None


def test_only_what_is_young_is_read_again(site: Site, database: TestDatabase) -> None:
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    asked = len(site.paths)
    crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", "refresh_days=1")
    assert not [path for path in site.paths[asked:] if "content_" in path]


def test_an_article_met_everywhere_is_one_document_fetched_once(database: TestDatabase, tmp_path: Path) -> None:
    """Listed twice, in two sections, on the mobile host, below another channel."""
    folder = tmp_path / "site"
    rows = (
        '<li><a href="content/2023-10/19/content_8990503.htm">重庆</a></li>'
        '<li><a href="http://m.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm">重庆</a></li>'
        '<li><a href="https://www.cqn.com.cn/m/zj/content/2023-10/19/content_8990503.htm">重庆</a></li>'
        '<li><a href="/zgzlb/content/2023-10/19/content_8990503.htm">重庆</a></li>'
    )
    for name, node in {"地方动态": "node_1", "食品安全": "node_2"}.items():
        path = folder / "www.cqn.com.cn/zj" / f"{node}.htm"
        path.parent.mkdir(parents=True, exist_ok=True)
        crumb = f"<div>您当前位置: 新闻中心&gt;&gt;市场监管&gt;&gt;{name}</div>"
        path.write_text(f"<html><body>{crumb}<ul>{rows}</ul></body></html>")
    (folder / "www.cqn.com.cn/zj/index.htm").write_text(
        '<html><body><a href="node_1.htm">地方动态</a><a href="node_2.htm">食品安全</a></body></html>'
    )
    article = folder / "www.cqn.com.cn" / PATH[1:]
    article.parent.mkdir(parents=True)
    article.write_bytes(PAGE)
    with serve(folder) as site:
        crawled = crawl(site, database, "local_news", "-a", "sections=地方动态,食品安全")
        assert crawled.returncode == 0, crawled.stderr
        assert [path for path in site.paths if "content_" in path] == [PATH]
        assert "1 new" in crawled.stderr
    [stored] = database.articles().values()
    assert stored["sections"] == ["地方动态", "食品安全"]
    assert stored["urls"] == [SEED.replace("/zj/", "/zgzlb/"), SEED]


def test_a_redirected_article_never_becomes_another(site: Site, database: TestDatabase) -> None:
    site.answers[PATH] = lambda: (302, {"Location": "/zj/content/2023-11/02/content_8993912.htm"}, b"")
    moved = crawl(site, database, "article", "-a", f"urls={SEED}")
    assert (moved.returncode, "1 × layout: redirected" in moved.stderr) == (3, True)
    again = scrapy("requeue", env=database.environment)
    assert (again.returncode, database.articles()) == (3, {}), again.stderr


def test_when_everything_is_gone_the_addresses_are_suspected(site: Site, database: TestDatabase) -> None:
    crawl(site, database, "local_news", "-a", "sections=地方动态")
    known = database.articles()
    site.answers |= {
        article["url"].removeprefix("https://www.cqn.com.cn"): lambda: (404, {}, b"") for article in known.values()
    }
    gone = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", f"refresh_days={ALL}")
    assert gone.returncode == 3
    assert "8 of 8 stored articles that were asked for again are gone" in gone.stderr.splitlines()[-1]
    known_to_be_gone = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", "full=1")
    assert (known_to_be_gone.returncode, "8 listed articles are still gone" in known_to_be_gone.stderr) == (0, True)
    site.answers.clear()
    back = crawl(site, database, "local_news", "-a", "sections=地方动态", "-a", "full=1")
    assert back.returncode == 0, back.stderr
    assert all(article["gone_at"] is None for article in database.articles().values()), (
        "a list that names one is believed"
    )


def test_an_answer_cannot_write_to_the_terminal(site: Site, database: TestDatabase) -> None:
    site.answers[PATH] = lambda: (302, {"Location": "https://evil.example/\x1b]0;owned\x07\x1b[2J"}, b"")
    moved = crawl(site, database, "article", "-a", f"urls={SEED}")
    assert (moved.returncode, "evil.example" in moved.stderr, "\x1b" in moved.stderr) == (3, True, False)
    assert "\x1b" not in scrapy("runs", env=database.environment).stdout

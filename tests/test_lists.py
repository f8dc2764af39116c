"""Nothing is skipped for ever: after whatever went wrong in a list, the next plain crawl fetches what is missing."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import SEED, Crawl, TestDatabase, saved
from tests.test_crawl import SITE, listing, page

OLD = [f"content/2015-05/{day:02}/content_{2460000 + day}.htm" for day in range(1, 13)]


@pytest.fixture
def small(site: Path) -> Path:
    """地方动态 with three pages of four old articles each."""
    body = saved(SEED).decode()
    for row in OLD:
        path = page(site, f"zj/{row}")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(body.replace("2023-10-19 15:04:08", f"{row[8:15]}-{row[16:18]} 10:00:00"))
    write_small(site)
    return site


def write_small(site: Path) -> None:
    names = ("node_20183.htm", "node_20183_2.htm", "node_20183_3.htm")
    for number, name in enumerate(names):
        rows = OLD[::-1][number * 4 : number * 4 + 4]
        following = f'<a href="{names[number + 1]}">下一页</a>' if number < 2 else ""
        page(site, f"zj/{name}").write_text(listing(*rows, following=f'{following}<a href="{names[2]}">尾页</a>'))


def heals(crawl: Crawl, site: Path) -> bool:
    write_small(site)
    crawled = crawl("local_news", replay=site, sections="地方动态")
    return crawled.exit_code == 0


@pytest.mark.parametrize(
    ("second", "reason"),
    [
        ("<html><body><h1>系统繁忙，请稍后再试</h1></body></html>", "error_page"),
        ("<html><body><p>hello</p></body></html>", "empty_list"),
        ('{"error": 1}', "cut_off"),
        ("", "empty_body"),
        (listing(*OLD[:2])[:-14], "cut_off"),
        (listing(*OLD[4:8]), "ends early"),
        (listing(*OLD[8:], following='<a href="node_20183_3.htm">下一页</a>'), "repeats"),
        (listing(*OLD[4:8]).replace("地方动态", "国家要闻"), "another list"),
    ],
)
def test_a_bad_second_list_page_is_no_end_of_the_list(
    crawl: Crawl, database: TestDatabase, small: Path, second: str, reason: str
) -> None:
    page(small, "zj/node_20183_2.htm").write_text(second)
    crawled = crawl("local_news", replay=small, sections="地方动态")
    assert (crawled.exit_code, crawled.reasons[0].split(",")[0]) == (3, f"1 × list: {reason}")
    assert heals(crawl, small)
    assert len(database.articles()) == 12


def test_a_next_link_that_points_back_does_not_end_the_list(crawl: Crawl, database: TestDatabase, small: Path) -> None:
    second = page(small, "zj/node_20183_2.htm")
    second.write_text(
        second.read_text().replace('<a href="node_20183_3.htm">下一页', '<a href="node_20183.htm">下一页')
    )
    assert crawl("local_news", replay=small, sections="地方动态").exit_code == 0
    assert len(database.articles()) == 12


@pytest.mark.parametrize(
    "first",
    [{"since": "2015-05-07"}, {"since": "2015-05-03"}, {"until": "2015-05-08"}, {"max_pages": "1"}, {"max_pages": "2"}],
)
def test_a_part_first_and_the_whole_later(
    crawl: Crawl, database: TestDatabase, small: Path, first: dict[str, str]
) -> None:
    crawl("local_news", replay=small, sections="地方动态", **first)
    assert len(database.articles()) < 12
    assert heals(crawl, small)
    assert len(database.articles()) == 12


def test_an_article_that_a_pipeline_refused_is_asked_for_again(
    crawl: Crawl, database: TestDatabase, small: Path
) -> None:
    path = page(small, f"zj/{OLD[0]}")
    good = path.read_text()
    path.write_text(good.replace("重庆市高质量全方位开展", "重庆市" * 120))
    assert crawl("local_news", replay=small, sections="地方动态").exit_code == 3
    path.write_text(good)
    assert heals(crawl, small)
    assert len(database.articles()) == 12


def test_a_crawl_that_was_closed_early_is_not_complete(crawl: Crawl, database: TestDatabase, small: Path) -> None:
    crawl(
        "local_news", replay=small, sections="地方动态", settings={"CLOSESPIDER_ITEMCOUNT": 5, "CONCURRENT_REQUESTS": 1}
    )
    assert not database.runs()[0]["sections"][0]["complete"]
    assert heals(crawl, small)
    assert len(database.articles()) == 12


def test_a_replay_says_nothing_about_another_source(
    crawl: Crawl, database: TestDatabase, small: Path, tmp_path: Path
) -> None:
    crawl("local_news", replay=small, sections="地方动态")
    other = Path(shutil.copytree(small, tmp_path / "other"))
    for article_id in (2460001, 2460002):
        database.client[database.name]["articles"].delete_one({"_id": str(article_id)})
    assert f"{SITE}/zj/node_20183_3.htm" in crawl("local_news", replay=other, sections="地方动态").urls
    assert len(database.articles()) == 12


def test_a_section_is_not_complete_while_an_article_it_shares_has_failed(
    crawl: Crawl, database: TestDatabase, site: Path
) -> None:
    path = next(site.rglob("content_9127005.htm"))
    content = path.read_bytes()
    path.unlink()
    crawl("local_news", replay=site, sections="质量管理,食品安全")
    assert [section["complete"] for section in database.runs()[0]["sections"]] == [False, False]
    path.write_bytes(content)
    assert "9127005" in crawl("local_news", replay=site, sections="食品安全").items


def test_the_printed_date_decides_at_midnight(crawl: Crawl, small: Path) -> None:
    path = page(small, f"zj/{OLD[4]}")  # the folder says 2015-05-05
    path.write_text(path.read_text().replace("2015-05-05 10:00:00", "2015-05-06 00:05:00"))
    found = crawl("local_news", replay=small, sections="地方动态", since="2015-05-06", until="2015-05-06").items
    assert set(found) == {"2460005", "2460006"}

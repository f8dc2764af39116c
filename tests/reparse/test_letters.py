"""Dead letters of a reparse: those that a crawl of the same pages writes, kept however often it is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cqnspider.archive.convert import folder_to_warc
from tests.conftest import SEED, Crawl, TestDatabase, saved
from tests.reparse.rebuilding import paged, rebuild

Letters = dict[tuple[str, str, str], tuple[str, Any]]


def letters(database: TestDatabase) -> Letters:
    """Stage, reason and address, by which a letter is known → what it says, the page that it keeps."""
    found = database.client[database.name]["dead_letters"].find()
    return {(each["stage"], each["reason"], each["url"]): (each["detail"], each["page"]) for each in found}


def seed(site: Path) -> Path:
    return site / SEED.removeprefix("https://")


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1500])


def changed(path: Path, old: str, new: str) -> None:
    path.write_text(path.read_text().replace(old, new))


def without_body(path: Path) -> None:
    head, _, rest = path.read_text().partition("<!--enpcontent-->")
    path.write_text(head + "<!--enpcontent--><!--/enpcontent-->" + rest.partition("<!--/enpcontent-->")[2])


BROKEN: dict[str, Callable[[Path], None]] = {
    "layout cut_off": lambda site: cut(seed(site)),
    "layout empty_body": lambda site: seed(site).write_bytes(b" "),
    "layout error_page": lambda site: seed(site).write_text("<html><h1>服务器繁忙</h1></html>"),
    "layout missing_page": lambda site: cut(site / paged()[2].removeprefix("https://")),
    "loader no_date": lambda site: changed(seed(site), "2023-10-19 15:04:08", "昨天"),
    "loader empty_body": lambda site: without_body(seed(site)),
    "pipeline title": lambda site: changed(seed(site), "重庆市高质量全方位开展", "重庆市" * 120),
    "pipeline published_at": lambda site: changed(seed(site), "2023-10-19 15:04:08", "2093-10-19 15:04:08"),
}


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """An article of one page and one of two."""
    for url in (SEED, paged()[0], paged()[2]):
        page = tmp_path / "site" / url.removeprefix("https://")
        page.parent.mkdir(parents=True, exist_ok=True)
        page.write_bytes(saved(url))
    return tmp_path / "site"


@pytest.mark.parametrize("kind", BROKEN)
def test_they_are_those_of_a_crawl(crawl: Crawl, database: TestDatabase, site: Path, kind: str) -> None:
    BROKEN[kind](site)
    file = site / "pages.warc.gz"
    folder_to_warc(site, file)
    assert crawl("article", replay=file, urls=f"{SEED},{paged()[0]}").exit_code == 3
    crawled = letters(database)
    assert [f"{stage} {reason}" for stage, reason, _ in crawled] == [kind]
    assert rebuild(file, database)[0] == 1
    assert letters(database) == crawled, "the failure is known already"
    database.client.drop_database(database.name)
    rebuild(file, database)
    assert letters(database) == crawled

"""Dead letters of a reparse: those that a crawl of the same pages writes, kept however often it is done."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from cqnspider.archive.convert import folder_to_warc
from cqnspider.reparse.pool import PoolError, Results, ThisProcess
from tests.conftest import SEED, Crawl, TestDatabase, saved
from tests.reparse.rebuilding import paged, rebuild, warc

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


class GoneAfterOne(ThisProcess):
    """Is killed when one batch is done."""

    def run(self, function: Callable[..., Any], shared: Sequence[Any], tasks: Sequence[Any]) -> Results:
        for each in super().run(function, shared, tasks):
            yield each
            raise PoolError("the workers are gone")


def test_a_run_that_goes_on_keeps_and_reports_those_of_the_first_part(database: TestDatabase, tmp_path: Path) -> None:
    urls = [SEED.replace("8990503", str(9000000 + number)) for number in range(60)]  # more than a batch
    broken = [(urls[0], 0, saved(SEED)[:1500]), (urls[59], 0, saved(SEED)[:1500])]
    good = [(url, 0, saved(SEED)) for url in urls[1:59]]
    file = warc(tmp_path / "a.warc.gz", broken[0], *good, broken[1])
    with pytest.raises(PoolError):
        rebuild(file, database, kind=GoneAfterOne)
    first = letters(database)
    assert [url for _, _, url in first] == [urls[0]]
    failed, said = rebuild(file, database)
    assert (failed, "50 of them were done by an earlier run" in said) == (2, True)
    assert {url for _, _, url in letters(database)} == {urls[0], urls[59]}
    assert letters(database).items() >= first.items()
    assert len(database.articles()) == 58

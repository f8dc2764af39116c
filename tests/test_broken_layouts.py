"""A site whose pages changed under the rules: the run says which rule, with exit code 3."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Crawl, TestDatabase

ERROR = "<html><head><title>系统维护</title></head><body><h1>系统繁忙，请稍后再试</h1></body></html>"


def rewrite(site: Path, pattern: str, change: Callable[[str], str]) -> int:
    """Change saved pages; how many changed."""
    changed = 0
    for path in site.rglob(pattern):
        raw = path.read_bytes()
        encoding = "utf-8" if b"utf-8" in raw[:2000].lower() else "gb18030"
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if (new := change(text)) != text:
            path.write_bytes(new.encode(encoding))
            changed += 1
    return changed


def renamed(text: str) -> str:
    return text.replace("Detail_Title", "tit_2027").replace("Detail_Content", "con_2027")


def no_title_class(text: str) -> str:
    return text.replace("Detail_Title", "tit_2027")


def other_date(text: str) -> str:
    """`2023-10-19 15:04:08` → `2023年10月19日`, also in the comment of the CMS."""
    return re.sub(r"(\d{4})-(\d\d)-(\d\d) \d\d:\d\d:\d\d(?:\.0)?", r"\1年\2月\3日", text)


def no_publish_class(text: str) -> str:
    return text.replace('class="publish"', 'class="pub"')


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (renamed, r"layout A was on most pages of 2016, .*2024, now on none of 14 \(now B\)"),
        (no_title_class, r"rule A/title/div\.Detail_Title h1 found nothing on \d+ pages"),
        (no_publish_class, r"rule A/published_at/div\.publish found nothing on \d+ pages"),
        (other_date, r"\d+ × loader: no_date, e\.g\. https://www\.cqn\.com\.cn/"),
    ],
)
def test_a_broken_article_rule_is_named(
    crawl: Crawl, database: TestDatabase, site: Path, change: Callable[[str], str], reason: str
) -> None:
    assert crawl("local_news", replay=site).exit_code == 0
    before = database.articles()
    assert rewrite(site, "content_*.htm", change) > 5
    broken = crawl("local_news", replay=site, refresh_days="36500")
    assert broken.exit_code == 3
    assert any(re.match(reason, each) for each in broken.reasons), broken.reasons
    assert database.articles().keys() == before.keys()


def test_a_list_selector_that_is_gone(crawl: Crawl, site: Path) -> None:
    assert rewrite(site, "node_*.htm", lambda text: re.sub(r"<a [^>]*content_[^>]*>", "<a>", text)) > 3
    broken = crawl("local_news", replay=site)
    assert broken.exit_code == 3
    assert any("its list gives no article links" in each for each in broken.reasons), broken.reasons


def test_every_page_an_error_page_with_status_200(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    for path in site.rglob("*.htm*"):
        path.write_text(ERROR)
    broken = crawl("local_news", replay=site)
    assert (broken.exit_code, database.articles()) == (3, {})
    assert broken.reasons[0].startswith("3 × list: error_page, e.g. https://www.cqn.com.cn/")
    assert "系统维护" in broken.reasons[0]


def test_every_article_an_error_page_with_status_200(crawl: Crawl, database: TestDatabase, site: Path) -> None:
    for path in site.rglob("content_*.htm"):
        path.write_text(ERROR)
    broken = crawl("local_news", replay=site)
    assert broken.exit_code == 3
    assert re.match(r"\d+ × layout: error_page", broken.reasons[0])


def test_changed_pages_of_the_same_layout_are_no_alarm(crawl: Crawl, site: Path) -> None:
    crawl("local_news", replay=site)
    rewrite(site, "content_*.htm", lambda text: text.replace("</head>", "<style>p{}</style></head>"))
    again = crawl("local_news", replay=site, refresh_days="36500")
    assert (again.exit_code, again.reasons) == (0, [])

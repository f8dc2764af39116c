from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.urls import SITE, article_address, file_url, list_address, site_url

ARTICLE = f"{SITE}/zj/content/2023-10/19/content_8990503.htm"


@pytest.mark.parametrize(
    ("href", "base"),
    [
        ("content/2023-10/19/content_8990503.htm", f"{SITE}/zj/node_1.htm"),
        ("../zj/content/2023-10/19/content_8990503.htm", f"{SITE}/ms/node_1.htm"),
        ("zj/content/2023-10/19/content_8990503.htm", f"{SITE}/index.htm"),
        ("/zj/content/2023-10/19/content_8990503.htm", f"{SITE}/ms/node_1.htm"),
        ("http://www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm", SITE),
        ("//m.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm", SITE),
        ("https://www.cqn.com.cn:443/m/zj/content/2023-10/19/content_8990503.htm#top", SITE),
        ("HTTP://WWW.CQN.COM.CN/zj//content/2023-10/19/content_8990503.htm?from=home", SITE),
        (" content/2023-10/19/\ncontent_8990503.htm ", f"{SITE}/zj/"),
        ("/zj/content/2023-10/19/content_8990503_2.htm", SITE),
    ],
)
def test_every_form_of_href_is_one_article(href: str, base: str) -> None:
    address = article_address(href, base)
    assert address is not None
    assert (address.id, address.url, address.channel, address.date) == ("8990503", ARTICLE, "zj", date(2023, 10, 19))


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#",
        "javascript:void(0)",
        "mailto:lxwm@cqn.com.cn",
        "data:text/html,<p>",
        "file:///etc/passwd",
        "http://[",
        "https://evil.example/zj/content/2023-10/19/content_1.htm",
        "https://www.cqn.com.cn.evil.example/zj/content/2023-10/19/content_1.htm",
        "https://www.cqn.com.cn@evil.example/zj/content/2023-10/19/content_1.htm",
        "https://user@www.cqn.com.cn/zj/content/2023-10/19/content_1.htm",
        "https://www.cqn.com.cn:8080/zj/content/2023-10/19/content_1.htm",
        "ftp://www.cqn.com.cn/zj/content/2023-10/19/content_1.htm",
        "/zj/content/2023-13/40/content_1.htm",
        "/zj/content/2023-10/19/content_.htm",
        "/zj/content/2023-10/19/content_9999999999999.htm",
        "/zj/content/2023-10/19/content_１２３.htm",
        "/zj/node_1.htm",
        "x" * 5000,
    ],
)
def test_what_is_no_article(href: str) -> None:
    assert article_address(href) is None


def test_legacy_articles_have_ids_of_their_own() -> None:
    address = article_address("http://www.cqn.com.cn/news/zjpd/zljd/jiangsu/1010277.html")
    assert address is not None
    assert (address.id, address.channel, address.date) == ("news-1010277", "zjpd", None)


def test_pages_of_an_article_and_of_a_list() -> None:
    article, listing = (
        article_address(ARTICLE.replace(".htm", "_3.htm")),
        list_address("/news/zjpd/zljd/jiangsu/Index_4.html"),
    )
    assert article is not None and listing is not None
    assert (article.page, article.at(1), article.at(2)) == (3, ARTICLE, ARTICLE.replace(".htm", "_2.htm"))
    assert (listing.page, listing.url, listing.channel) == (4, f"{SITE}/news/zjpd/zljd/jiangsu/Index.html", "zjpd")
    assert listing.channel_of("zj") and not listing.channel_of("ms")


@pytest.mark.parametrize(
    ("href", "page", "url"),
    [
        ("node_20190.htm", 1, f"{SITE}/zj/node_20190.htm"),
        ("http://m.cqn.com.cn/zj/node_20190_12.htm", 12, f"{SITE}/zj/node_20190.htm"),
        ("/zj/", 1, f"{SITE}/zj/index.htm"),
    ],
)
def test_lists(href: str, page: int, url: str) -> None:
    address = list_address(href, f"{SITE}/zj/index.htm")
    assert address is not None
    assert (address.page, address.url) == (page, url)


@pytest.mark.parametrize(
    ("src", "url"),
    [
        ("../img/2023-10/19/a.jpg", f"{SITE}/zj/img/2023-10/19/a.jpg"),
        ("//m.cqn.com.cn/zj/img/a.jpg", f"{SITE}/zj/img/a.jpg"),
        ("https://img.example/a.jpg", "https://img.example/a.jpg"),
        ("data:image/png;base64,AAAA", None),
        ("file:///etc/passwd", None),
        ("http://[", None),
    ],
)
def test_images(src: str, url: str | None) -> None:
    assert file_url(src, f"{SITE}/zj/x/content_1.htm") == url


@given(st.text(max_size=80))
def test_any_text_is_canonical_once(text: str) -> None:
    url = site_url(text)
    assert url is None or (url.startswith(f"{SITE}/") and site_url(url) == url)

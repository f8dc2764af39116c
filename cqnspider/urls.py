"""Addresses of cqn.com.cn: what a URL names, and the one form it is known by.

In: any URL or href of a page. Out: an `ArticleAddress`, a `ListAddress`, or None for what is not the site's. The same page answers on
`www.`, `m.` and the bare host, over http and https, and below `/m/`; all of these become `https://www.cqn.com.cn/…`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final
from urllib.parse import urljoin, urlsplit

from cqnspider.text import visible

SITE: Final = "https://www.cqn.com.cn"
HOSTS: Final = frozenset({"www.cqn.com.cn", "m.cqn.com.cn", "cqn.com.cn"})
_ABSOLUTE: Final = ("http:", "https:", "//")
_PORTS: Final = {"http": (None, 80), "https": (None, 443)}
_MAX_URL: Final = 2000

# Seen 2007–2026: /zj/content/2023-10/19/content_8990503.htm; `_2` is what the CMS prints for further pages of one article.
_ARTICLE = re.compile(
    r"/(?P<channel>[a-z][\w-]{0,30})(?:/[\w-]{1,40}){0,4}/content/(?P<y>\d{4})-(?P<m>\d{2})/(?P<d>\d{2})"
    r"/content_(?P<id>\d{1,12})(?:_(?P<page>\d{1,3}))?\.s?html?",
    re.ASCII,
)
# Seen until 2015: /news/zjpd/zljd/jiangsu/1010277.html
_LEGACY = re.compile(
    r"/news/(?P<channel>[a-z][\w-]{0,30})(?:/[\w-]{1,40}){0,6}/(?P<id>\d{1,12})(?:_(?P<page>\d{1,3}))?\.s?html?",
    re.ASCII,
)
# /zj/node_20190.htm and /zj/node_20190_2.htm; legacy /news/zjpd/zljd/jiangsu/Index.html and Index_2.html; front pages /zj/index.htm
_LIST = re.compile(
    r"/(?P<channel>(?:news/)?[a-z][\w-]{0,30})(?:/[\w-]{1,40}){0,6}/(?:node_\d{1,9}|[Ii]ndex)"
    r"(?:_(?P<page>\d{1,5}))?\.s?html?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class ArticleAddress:
    """One page of one article: `id` is its identity, `url` the canonical address of its first page."""

    id: str
    url: str
    channel: str
    date: date | None
    page: int

    def at(self, page: int) -> str:
        """Address of another page of the same article."""
        return _numbered(self.url, page)


@dataclass(frozen=True, slots=True)
class ListAddress:
    """One page of one list; `url` is the canonical address of the list's first page."""

    url: str
    channel: str
    page: int

    def at(self, page: int) -> str:
        """Address of page `page` by the site's scheme (`node_N_k.htm`, `Index_k.html`)."""
        return _numbered(self.url, page)

    def channel_of(self, channel: str) -> bool:
        """Whether the list belongs to a channel; legacy pages call `zj` `zjpd`."""
        return self.channel in {channel, f"{channel}pd"}


def site_url(href: str, base: str = SITE + "/") -> str | None:
    """Canonical https URL of `href` on the page `base`, or None if it leaves the site (or is no web address at all).

    >>> site_url("//m.cqn.com.cn/zj/content/2023-10/19/content_1.htm#top")
    'https://www.cqn.com.cn/zj/content/2023-10/19/content_1.htm'
    """
    if href.startswith(_ABSOLUTE):
        base = SITE + "/"
    elif not href.startswith("?"):
        folder = base.partition("?")[0].rpartition("/")[0]
        base = f"{folder}/" if "://" in folder else base
    return _site_url(href, base)


# A link is looked at as an article, as a list and as a page of one; menus are the same on every page.
@lru_cache(maxsize=4096)
def _site_url(href: str, base: str) -> str | None:
    href = visible("".join(href.split()))
    if not href or href.startswith("#") or len(href) > _MAX_URL:
        return None
    try:
        parts = urlsplit(urljoin(base, href))
        port, host = parts.port, (parts.hostname or "").rstrip(".")
    except ValueError:  # "http://[": no address
        return None
    if (
        parts.scheme not in _PORTS
        or host not in HOSTS
        or port not in _PORTS[parts.scheme]
        or parts.username is not None
    ):
        return None
    path = re.sub(r"/{2,}", "/", parts.path) or "/"
    if path.startswith("/m/"):
        path = path[2:]
    if path.endswith("/") and path != "/":
        path += "index.htm"
    return SITE + path + (f"?{parts.query}" if parts.query else "")


def article_address(url: str, base: str = SITE + "/") -> ArticleAddress | None:
    """What article, and which page of it, `url` names; None if it names none."""
    if not any(map(str.isdigit, url)):  # most links of a page: menus, buttons
        return None
    path = _path(url, base)
    return None if path is None else _article(path)


@lru_cache(maxsize=4096)
def _article(path: str) -> ArticleAddress | None:
    if match := _ARTICLE.fullmatch(path):
        try:
            day = date(int(match["y"]), int(match["m"]), int(match["d"]))
        except ValueError:
            return None
        return ArticleAddress(
            match["id"], SITE + _first_page(path, match), match["channel"], day, int(match["page"] or 1)
        )
    if match := _LEGACY.fullmatch(path):
        first = SITE + _first_page(path, match)
        return ArticleAddress(f"news-{match['id']}", first, match["channel"], None, int(match["page"] or 1))
    return None


def list_address(url: str, base: str = SITE + "/") -> ListAddress | None:
    """What list, and which page of it, `url` names; None if it names none."""
    path = _path(url, base)
    return None if path is None else _list(path)


@lru_cache(maxsize=4096)
def _list(path: str) -> ListAddress | None:
    match = _LIST.fullmatch(path)
    if match is None:
        return None
    return ListAddress(
        SITE + _first_page(match.string, match), match["channel"].removeprefix("news/"), int(match["page"] or 1)
    )


def file_url(src: str, base: str) -> str | None:
    """Absolute URL of an image or attachment: canonical on the site, as it is on other hosts, None for `data:` and the like."""
    if own := site_url(src, base):
        return own
    try:
        url = urljoin(base, visible(src.strip()))
        return url if urlsplit(url).scheme in _PORTS and urlsplit(url).hostname and len(url) <= _MAX_URL else None
    except ValueError:
        return None


def _path(url: str, base: str) -> str | None:
    canonical = site_url(url, base)
    return None if canonical is None else urlsplit(canonical).path


def _numbered(url: str, page: int) -> str:
    """Address of a further page, as the CMS prints it: `content_8990503_2.htm`, `node_20190_2.htm`, `Index_2.html`."""
    stem, dot, ext = url.rpartition(".")
    return url if page == 1 else f"{stem}_{page}{dot}{ext}"


def _first_page(path: str, match: re.Match[str]) -> str:
    if match["page"] is None:
        return path
    start, end = match.span("page")
    return path[: start - 1] + path[end:]

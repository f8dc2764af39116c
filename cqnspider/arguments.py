"""Arguments of the spiders (`-a name=value`), checked before the first request.

In: the raw strings of the command line. Out: a frozen dataclass. Anything wrong is an `ArgumentError` whose message is one line
that says what was given, what is allowed and how to write it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

from cqnspider.sections import BY_NAME, SECTIONS, Section
from cqnspider.urls import ArticleAddress, article_address

ONE_DAY: Final = timedelta(days=1)


class ArgumentError(ValueError):
    """A spider argument is wrong; the message is meant for the person who typed it."""


@dataclass(frozen=True, slots=True)
class LocalNewsArguments:
    """Arguments of `scrapy crawl local_news`; dates are publication dates in Beijing time, both ends inclusive."""

    sections: tuple[Section, ...] = SECTIONS
    since: date | None = None
    until: date | None = None
    max_pages: int | None = None
    full: bool = False
    refresh_days: int | None = None

    def in_window(self, day: date) -> bool:
        """Whether an article of this publication date is wanted."""
        return not ((self.since and day < self.since) or (self.until and day > self.until))

    def near_window(self, day: date) -> bool:
        """Whether an article whose address has this date may be wanted: the printed date may be the day before or after."""
        return any(self.in_window(each) for each in (day, day - ONE_DAY, day + ONE_DAY))


def local_news_arguments(raw: dict[str, Any]) -> LocalNewsArguments:
    """Check the arguments of the local_news spider."""
    _only(raw, ("sections", "since", "until", "max_pages", "full", "refresh_days"))
    since, until = _day(raw, "since"), _day(raw, "until")
    if since and until and since > until:
        raise ArgumentError(f"since={since} is later than until={until}: swap them")
    pages = _whole(raw, "max_pages", "page count", 5)
    days = _whole(raw, "refresh_days", "number of days", 30)
    return LocalNewsArguments(_sections(raw), since, until, pages, _flag(raw, "full"), days)


def requeue_arguments(raw: dict[str, Any]) -> bool:
    """Check the arguments of the requeue spider: `fetch=1` or nothing."""
    _only(raw, ("fetch",))
    return _flag(raw, "fetch")


def article_arguments(raw: dict[str, Any]) -> tuple[ArticleAddress, ...]:
    """Check the arguments of the article spider: `urls=URL[,URL]` or `file=urls.txt` (one URL a line, # starts a comment)."""
    _only(raw, ("urls", "file"))
    if ("urls" in raw) == ("file" in raw):
        raise ArgumentError("say which articles: either -a urls=URL[,URL] or -a file=urls.txt")
    if "urls" in raw:
        lines = str(raw["urls"]).split(",")
    else:
        try:
            lines = Path(str(raw["file"])).read_text(encoding="utf-8-sig").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise ArgumentError(
                f"file={raw['file']} cannot be read: {getattr(error, 'strerror', None) or error}"
            ) from error
    urls = [line.partition("#")[0].strip() for line in lines]
    addresses: dict[str, ArticleAddress] = {}
    for url in filter(None, urls):
        address = article_address(url)
        if address is None or "//" not in url:
            raise ArgumentError(
                f"{url[:200]!r} is no article of cqn.com.cn; expected e.g. https://www.cqn.com.cn/zj/content/2023-10/19/content_8990503.htm"
            )
        addresses[address.id] = address
    if not addresses:
        raise ArgumentError("no article URL given: -a urls=URL[,URL] or -a file=urls.txt")
    return tuple(addresses.values())


def _only(raw: dict[str, Any], known: tuple[str, ...]) -> None:
    for name, value in raw.items():
        if name not in known and not name.startswith("_"):  # scrapyd adds _job
            raise ArgumentError(f"unknown argument {name}={value}; known are {', '.join(known)}")


def _day(raw: dict[str, Any], name: str) -> date | None:
    if name not in raw:
        return None
    text = str(raw[name])
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):  # fromisoformat also takes 2023-W40-1
            raise ValueError
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"{name}={text} is no date; write it as YYYY-MM-DD, e.g. {name}=2023-10-01") from None


def _sections(raw: dict[str, Any]) -> tuple[Section, ...]:
    if "sections" not in raw:
        return SECTIONS
    names = [name.strip() for name in str(raw["sections"]).replace("，", ",").split(",") if name.strip()]
    known = ", ".join(BY_NAME)
    if not names:
        raise ArgumentError(f"sections= names no section; known are {known}")
    for name in names:
        if name not in BY_NAME:
            raise ArgumentError(f"unknown section {name!r} in sections={raw['sections']}; known are {known}")
    return tuple(BY_NAME[name] for name in dict.fromkeys(names))


def _whole(raw: dict[str, Any], name: str, what: str, example: int) -> int | None:
    if name not in raw:
        return None
    text = str(raw[name])
    if not (text.isascii() and text.isdigit() and len(text) < 6 and int(text) > 0):
        raise ArgumentError(f"{name}={text} is no {what}; write a whole number from 1, e.g. {name}={example}")
    return int(text)


def _flag(raw: dict[str, Any], name: str) -> bool:
    text = str(raw.get(name, "0")).lower()
    if text in {"1", "true", "yes"}:
        return True
    if text in {"0", "false", "no"}:
        return False
    raise ArgumentError(f"{name}={text} is neither yes nor no; write {name}=1 or leave it out")

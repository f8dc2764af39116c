"""ArticleLoader: from a layout's raw candidates to a clean `Article`.

In: the `Reading`s of an article's pages. Out: an `Article` without storage fields. Processors clean each field; the first candidate that gives
a value wins; every rule's hits are counted, zero included; rules that disagree about title or date are reported.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any, Final, Protocol

from itemloaders import ItemLoader
from itemloaders.processors import Identity, TakeFirst

from cqnspider.bylines import drop_second_bylines, read_bylines
from cqnspider.content import content_hash
from cqnspider.items import CONTENT_FIELDS, Article
from cqnspider.layouts import PageError, Reading
from cqnspider.layouts.body import single_copy
from cqnspider.layouts.dateline import parse_date_time
from cqnspider.rights import decide_rights
from cqnspider.text import clean, key
from cqnspider.urls import ArticleAddress

logger = logging.getLogger(__name__)

_LONGEST_TITLE: Final = 1000
_CUT = re.compile(r"\s*(?:…+|\.{3,})$")


class Stats(Protocol):
    """The part of Scrapy's stats collector that rule hits need."""

    def inc_value(self, key: str, count: int = 1) -> None:
        """Count up."""


def clean_values(values: Iterable[object]) -> list[str]:
    """Input processor: clean text, nothing empty."""
    return [text for value in values if (text := clean(str(value)))]


def titles(values: Iterable[object]) -> list[str]:
    """Input processor: titles, without tags that the CMS comment may carry; what is endless is cut and then refused."""
    values = [str(value)[:_LONGEST_TITLE] for value in values]
    found = (re.sub(r"</?(?:br|b|strong|font|span|p)\b[^<>]{0,80}>", "", text).strip() for text in clean_values(values))
    return [text for text in found if text]


def date_times(values: Iterable[object]) -> list[datetime]:
    """Input processor: aware Beijing time; a value without a time of day is none."""
    parsed = (value if isinstance(value, datetime) else parse_date_time(str(value)) for value in values)
    return [value for value in parsed if value is not None]


def sources(values: Iterable[object]) -> list[str]:
    """Input processor: `来源：中国质量新闻网` → `中国质量新闻网`."""
    found = (re.sub(r"^(?:文章|稿件)?来\s*源\s*[:：]?\s*", "", text) for text in clean_values(values))
    return [text for text in found if text]


def keywords(values: Iterable[object]) -> list[str]:
    """Input processor: `质量月,重庆；监管` → list, each once."""
    parts = (part for text in clean_values(values) for part in re.split(r"[,，;；、\s]+", text))
    return list(dict.fromkeys(part for part in parts if part))


class ArticleLoader(ItemLoader):
    """Processors by field; `add_candidates` counts which rule gave what."""

    default_item_class = Article
    default_input_processor = staticmethod(clean_values)
    default_output_processor = TakeFirst()
    title_in = staticmethod(titles)
    published_at_in = staticmethod(date_times)
    source_in = staticmethod(sources)
    keywords_in = staticmethod(keywords)
    keywords_out = Identity()
    section_out = Identity()

    def add_candidates(self, layout: str, name: str, candidates: Sequence[tuple[str, object]]) -> list[tuple[str, Any]]:
        """Take the first candidate that gives a value; return all values with their rules, for comparison."""
        values: list[tuple[str, Any]] = []
        for rule, raw in candidates:
            taken = self.get_value(
                raw if isinstance(raw, list) else [raw] if raw is not None else [],
                getattr(self, f"{name}_in", clean_values),
            )
            if self.stats is not None:
                self.stats.inc_value(f"rule/{layout}/{name}/{rule}", 1 if taken else 0)
            if taken:
                values.append((rule, taken))
        if values:
            self.replace_value(name, values[0][1])
        return values


def load_article(readings: Sequence[Reading], address: ArticleAddress, stats: Stats | None = None) -> Article:
    """The article that `readings` (its pages in order) print. Raises PageError where a required field is not printed."""
    first = readings[0]
    loader = ArticleLoader(stats=stats)
    values = {name: loader.add_candidates(first.layout, name, found) for name, found in first.candidates.items()}
    article: Article = loader.load_item()
    _choose_title(article, values.get("title", []))
    if not article.title:
        raise PageError("no_title", f"layout {first.layout} found no title")
    if article.published_at is None:
        raise PageError("no_date", f"layout {first.layout} found no date-time line")
    _report_disagreement(address, values, stats)
    article.id, article.url, article.urls, article.channel = address.id, address.url, [address.url], address.channel
    article.layout = first.layout
    _fill_body(article, readings, first.candidates)
    if not (article.paragraphs or article.images or article.tables or article.attachments):
        raise PageError("empty_body", f"layout {first.layout} found title and date but no text, image, table or file")
    if stats is not None:
        _count_cohort(article, values, stats)
    article.content_hash = content_hash({name: getattr(article, name) for name in CONTENT_FIELDS})
    return article


def _count_cohort(article: Article, values: dict[str, list[tuple[str, Any]]], stats: Stats) -> None:
    """Rule hits among the pages of one layout and year, which is what later runs can be compared with."""
    assert article.published_at is not None
    cohort = f"cohort/{article.layout} {article.published_at.year}"
    stats.inc_value(f"{cohort}/pages")
    for name, found in values.items():
        for rule, _ in found:
            stats.inc_value(f"{cohort}/{name}/{rule}")


def _choose_title(article: Article, values: list[tuple[str, Any]]) -> None:
    """The full print: where the first rule's title is cut with `…`, the longest that begins like it."""
    printed = [found[0] for _, found in values]
    if printed and _CUT.search(article.title):
        stem = key(_CUT.sub("", article.title))
        longer = [title for title in printed if key(title).startswith(stem) and not _CUT.search(title)]
        article.title = max(longer, key=len, default=article.title)


def _report_disagreement(
    address: ArticleAddress, values: dict[str, list[tuple[str, Any]]], stats: Stats | None
) -> None:
    """Two rules that print different titles or dates: one of them is wrong, somebody should look."""
    found = [(rule, key(_CUT.sub("", taken[0]))) for rule, taken in values.get("title", [])]
    dates = [(rule, taken[0]) for rule, taken in values.get("published_at", [])]
    for (rule, title), (other, second) in pairwise(found):
        if not (title.startswith(second) or second.startswith(title)):
            _disagree(address, "title", rule, other, stats)
    for (rule, day), (other, second_day) in pairwise(dates):
        if day != second_day:
            _disagree(address, "published_at", rule, other, stats)
    if dates and address.date and dates[0][1].date() != address.date:
        _disagree(address, "published_at", dates[0][0], "url", stats)


def _disagree(address: ArticleAddress, name: str, rule: str, other: str, stats: Stats | None) -> None:
    logger.info("%s: rules %s and %s disagree about %s", address.url, rule, other, name)
    if stats is not None:
        stats.inc_value(f"disagreement/{name}/{rule} ≠ {other}")


def _fill_body(article: Article, readings: Sequence[Reading], candidates: dict[str, list[tuple[str, object]]]) -> None:
    bodies = [reading.body for reading in readings]
    for later in readings[1:]:  # the editor line stands on the last page
        article.editor = article.editor or next(
            (str(raw) for _, raw in later.candidates.get("editor", []) if raw), None
        )
    article.editor = article.editor or next((name for body in bodies for name in body.editors if name), None)
    paragraphs = [text for body in bodies for text in body.paragraphs]
    if len(bodies) > 1:
        paragraphs = single_copy(paragraphs)
    paragraphs = [text for place, text in enumerate(paragraphs) if place > 1 or key(text) != key(article.title)]
    article.contributors = read_bylines(paragraphs)
    article.paragraphs = drop_second_bylines(paragraphs)
    article.body = "\n".join(article.paragraphs)
    article.images = [image for body in bodies for image in body.images]
    article.attachments = [entry for body in bodies for entry in body.attachments]
    article.tables = [table for body in bodies for table in body.tables]
    article.rights, article.reprinted_from = decide_rights(
        article.source, [mark for body in bodies for mark in body.marks], article.paragraphs
    )

"""Refuses an article that lacks what every article has, before anything is written."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from scrapy.exceptions import DropItem

from cqnspider.items import BEIJING, Article

_FIRST_DAY: Final = datetime(1998, 1, 1, tzinfo=BEIJING)  # before the site existed
_MAX_TITLE: Final = 300  # characters; more is a page read wrongly
_MAX_NAME: Final = 80


class ValidatePipeline:
    """Raises DropItem with the field and the rule; the run counts it as a failure."""

    def process_item(self, item: object) -> object:
        """The same item, or DropItem."""
        if isinstance(item, Article) and (problem := problem_of(item)):
            raise DropItem(problem, log_level="INFO")
        return item


def problem_of(article: Article) -> str | None:
    """What is wrong with an article: field and rule; None if nothing is."""
    if not article.id or not article.url:
        return "id: missing"
    if not article.title or len(article.title) > _MAX_TITLE:
        return f"title: {len(article.title)} characters, expected 1 to {_MAX_TITLE}"
    published = article.published_at
    if published is None or published.tzinfo is None:
        return "published_at: missing or without time zone"
    if not _FIRST_DAY <= published <= datetime.now(BEIJING) + timedelta(days=1):
        return f"published_at: {published.isoformat()} lies before 1998 or in the future"
    if not (article.paragraphs or article.images or article.tables or article.attachments):
        return "paragraphs: nothing to read, no image, table or file either"
    for name in ("source", "editor"):
        value = getattr(article, name)
        if value is not None and len(value) > _MAX_NAME:
            return f"{name}: {len(value)} characters, expected at most {_MAX_NAME}"
    return None

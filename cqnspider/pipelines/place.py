"""Decides where the story of an article happens: from title, beginning, byline and source."""

from __future__ import annotations

from typing import Final

from cqnspider.bylines import affiliations
from cqnspider.items import Article
from cqnspider.regions import Place, locate
from cqnspider.rights import OWN_SOURCES

_LEAD_LENGTH: Final = 30


class PlacePipeline:
    """Fills `Article.province`, `city`, `county` and `adcode`; null where it is unclear."""

    def process_item(self, item: object) -> object:
        """The same item with its place."""
        if isinstance(item, Article):
            fill_place(item)
        return item


def fill_place(article: Article) -> None:
    """Set where the story happens. The lead is the first paragraph of some length; where that says nothing, the beginning of the body."""
    first = next((text for text in article.paragraphs[:4] if len(text) >= _LEAD_LENGTH), "")
    place = Place()
    for lead in dict.fromkeys((first, " ".join(article.paragraphs[:8]))):
        place = locate(
            title=article.title,
            lead=lead,
            byline=affiliations(article.contributors),
            source=article.source if article.source not in OWN_SOURCES else None,
            section=article.section,
        )
        if place.province:
            break
    article.province, article.city, article.county, article.adcode = (
        place.province,
        place.city,
        place.county,
        place.adcode,
    )

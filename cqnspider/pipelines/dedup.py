"""Sketches an article for the look-up of near-duplicates.

The link itself is made when the article is stored (store/links.py): earlier it would miss what another crawl writes at the same moment.
"""

from __future__ import annotations

from cqnspider.duplicates.quantities import with_facts
from cqnspider.duplicates.sketch import sketch_of
from cqnspider.items import Article


class DedupPipeline:
    """Fills `Article.simhash` and `Article.bands`; short texts have none."""

    def process_item(self, item: object) -> object:
        """The same item with its sketch."""
        if isinstance(item, Article):
            fill_sketch(item)
        return item


def fill_sketch(article: Article) -> None:
    """Set the sketch; its keys know place and metrics, which must be there already."""
    if (sketch := sketch_of(article.paragraphs)) is not None:
        article.simhash = sketch.simhash
        article.bands = with_facts(sketch.bands, article.adcode, [metric.document() for metric in article.metrics])

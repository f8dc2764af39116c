"""The columns of exported articles and metrics: those of feed exports, and of a metric with its article.

A document of MongoDB in, a row in the order of the columns out.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any, Final

from cqnspider.items import Article
from cqnspider.store.reader import StoredMetric

Document = dict[str, Any]
_OF_METRICS: Final = tuple(each.name for each in fields(StoredMetric))
# Name of the collection → columns. A metric's article comes first, then the number; index keys are of no use in a file.
COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "articles": tuple(each.name for each in fields(Article) if each.name != "bands"),
    "metrics": ("id", *_OF_METRICS[_OF_METRICS.index("article_id") :], *_OF_METRICS[: _OF_METRICS.index("article_id")]),
}


def row(collection: str, document: Document) -> Document:
    """The columns of a document; None for a field that it does not have."""
    return {name: document.get("_id" if name == "id" else name) for name in COLUMNS[collection]}

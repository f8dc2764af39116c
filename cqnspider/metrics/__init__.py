"""The numbers of a text, with their evidence: text in, a list of `Metric` out. Knows nothing of Scrapy or MongoDB.

>>> [(metric.text, metric.unit, metric.entity) for metric in extract("全市抽检食品1,205批次,合格率98.5%。")]
[('1,205批次', '批次', '食品'), ('98.5%', '%', '合格率')]
"""

from cqnspider.metrics.extract import extract

__all__ = ["extract"]

"""Local market-regulation news of cqn.com.cn (中国质量新闻网) as data: a Scrapy project that fills MongoDB."""

__version__ = "1.0.0"

import logging

import pytest

from cqnspider.items import Article
from cqnspider.pipelines.metrics import MAX_METRICS, metrics_of


def test_offsets_count_in_their_paragraph() -> None:
    article = Article(title="抽检900批次", paragraphs=["本报讯。", "抽检食品60批次,合格58批次。", "罚款5万元。"])
    metrics = metrics_of(article)
    assert [(each.paragraph, each.text) for each in metrics] == [(1, "60批次"), (1, "58批次"), (2, "5万元")]
    assert all(article.paragraphs[each.paragraph][each.start : each.end] == each.text for each in metrics)


def test_titles_tables_and_captions_are_not_read() -> None:
    article = Article(
        title="检查900家",
        tables=[{"rows": [["检查企业", "300家"]]}],
        images=[{"url": "https://www.cqn.com.cn/a.jpg", "caption": "检查企业20家"}],
    )
    assert metrics_of(article) == []


def test_a_hostile_article_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    article = Article(id="7", url="https://www.cqn.com.cn/zj/content_7.htm", paragraphs=["检查企业3家。" * 100] * 100)
    with caplog.at_level(logging.WARNING):
        assert len(metrics_of(article)) == MAX_METRICS
    assert "7 has more than 2000 numbers, the rest is left out: https://www.cqn.com.cn/zj/content_7.htm" in caplog.text

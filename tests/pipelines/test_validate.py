from datetime import datetime, timedelta
from typing import Any

import pytest
from scrapy.exceptions import DropItem

from cqnspider.items import BEIJING
from cqnspider.pipelines.validate import ValidatePipeline
from tests.store.test_writer import article


def test_a_good_article_passes() -> None:
    item = article()
    assert ValidatePipeline().process_item(item) is item


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"id": ""}, "id: missing"),
        ({"title": ""}, "title: 0 characters"),
        ({"title": "长" * 301}, "title: 301 characters"),
        ({"published_at": None}, "published_at: missing"),
        ({"published_at": datetime(2023, 10, 19)}, "without time zone"),
        ({"published_at": datetime(1990, 1, 1, tzinfo=BEIJING)}, "before 1998"),
        ({"published_at": datetime.now(BEIJING) + timedelta(days=3)}, "in the future"),
        ({"paragraphs": []}, "nothing to read"),
        ({"source": "长" * 81}, "source: 81 characters"),
    ],
)
def test_what_is_refused_and_why(fields: dict[str, Any], says: str) -> None:
    with pytest.raises(DropItem, match=says):
        ValidatePipeline().process_item(article(**fields))


def test_an_image_alone_is_content() -> None:
    assert ValidatePipeline().process_item(
        article(paragraphs=[], images=[{"url": "https://www.cqn.com.cn/a.jpg", "caption": None}])
    )

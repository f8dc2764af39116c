from datetime import UTC, datetime
from typing import Any

import pytest

from cqnspider.content import changed_fields, content_hash
from cqnspider.items import BEIJING, CONTENT_FIELDS

CONTENT: dict[str, Any] = dict.fromkeys(CONTENT_FIELDS) | {
    "title": "标题",
    "published_at": datetime(2023, 10, 19, 15, 4, 8, tzinfo=BEIJING),
    "paragraphs": ["检查企业3家。"],
    "images": [{"url": "https://www.cqn.com.cn/zj/img/2023-10/19/1_a.jpg", "caption": None}],
    "attachments": [{"url": "https://www.cqn.com.cn/zj/a.xls", "name": "附件"}],
}


@pytest.mark.parametrize(
    "same",
    [
        {"published_at": datetime(2023, 10, 19, 7, 4, 8, tzinfo=UTC)},
        {"images": [{"url": "https://img7.cqn.com.cn/zj/img/2023-10/19/1_a.jpg", "caption": None}]},
        {"attachments": [{"url": "http://file.example/zj/a.xls", "name": "附件"}]},
        {"fetched_at": 1, "layout": "B", "urls": ["x"], "revision": 9},
    ],
)
def test_what_is_no_content_changes_nothing(same: dict[str, Any]) -> None:
    assert content_hash(CONTENT | same) == content_hash(CONTENT)
    assert changed_fields(CONTENT, CONTENT | same) == []


@pytest.mark.parametrize(
    "other",
    [
        {"paragraphs": ["检查企业4家。"]},
        {"published_at": datetime(2023, 10, 19, 15, 4, 9, tzinfo=BEIJING)},
        {"images": [{"url": "https://www.cqn.com.cn/zj/img/2023-10/19/1_b.jpg", "caption": None}]},
        {"images": [{"url": "https://www.cqn.com.cn/zj/img/2023-10/19/1_a.jpg", "caption": "图为现场"}]},
        {"editor": "水川"},
    ],
)
def test_what_is_content_is_named(other: dict[str, Any]) -> None:
    assert content_hash(CONTENT | other) != content_hash(CONTENT)
    assert changed_fields(CONTENT, CONTENT | other) == list(other)

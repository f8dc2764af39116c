"""What makes two states of an article the same: the content fields, compared without the host that happens to serve their files.

In: the content fields by name, of an `Article` or of a stored document. Out: a hash, or the names of the fields that differ.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from cqnspider.items import BEIJING, CONTENT_FIELDS


def content_hash(content: Mapping[str, Any]) -> str:
    """SHA-256 of the content fields: no fetch time, no chrome, no address, no host of an image. Equal hashes are one state of an article."""
    comparable = {name: _comparable(name, content.get(name)) for name in CONTENT_FIELDS}
    return hashlib.sha256(json.dumps(comparable, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def changed_fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names of the content fields that differ, in the order of `CONTENT_FIELDS`."""
    return [
        name for name in CONTENT_FIELDS if _comparable(name, before.get(name)) != _comparable(name, after.get(name))
    ]


def _comparable(name: str, value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(BEIJING).isoformat()
    if name in {"images", "attachments"}:
        return [each | {"url": _without_host(each["url"])} for each in value or ()]
    return value


def _without_host(url: str) -> str:
    """A file moves between the site's image hosts without being another file.

    >>> _without_host("https://img1.cqn.com.cn/zj/img/2023-10/19/8990503_a.jpg?x=1")
    '/zj/img/2023-10/19/8990503_a.jpg?x=1'
    """
    parts = urlsplit(url)
    return parts.path + (f"?{parts.query}" if parts.query else "")

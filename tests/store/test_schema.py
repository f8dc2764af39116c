"""items.py, the validator, the exported columns and docs/schema.md speak of the same fields and types."""

from dataclasses import fields
from typing import Any, get_type_hints

import pytest

from cqnspider.items import CONTENT_FIELDS, Article, Metric
from cqnspider.store.metrics import ARTICLE_FIELDS
from cqnspider.store.reader import StoredMetric
from cqnspider.store.validators import ARTICLE_SCHEMA, METRIC_FIELDS, METRIC_SCHEMA, VALIDATORS
from tests.store.schema_tables import PAGE, bson_type, python_type, written

ONLY_STORED = {"_id", "pending", "former"}


def names(kind: type) -> list[str]:
    return [each.name for each in fields(kind)]


def test_the_page_is_what_the_code_says() -> None:
    """`python -m tests.store.schema_tables` writes it."""
    assert written(PAGE.read_text()) == PAGE.read_text()


def test_validator_and_items_have_the_same_fields() -> None:
    assert set(ARTICLE_SCHEMA["properties"]) - ONLY_STORED == set(names(Article)) - {"id"}
    assert list(METRIC_FIELDS) == names(Metric)
    of_article = set(METRIC_SCHEMA["properties"]) - set(METRIC_FIELDS)
    assert of_article == {"article_id", *ARTICLE_FIELDS}
    assert of_article - {"schema_version"} == set(names(StoredMetric)) - set(names(Metric))
    assert set(CONTENT_FIELDS) < set(names(Article))


@pytest.mark.parametrize(("kind", "rules"), [(Article, ARTICLE_SCHEMA["properties"]), (Metric, METRIC_FIELDS)])
def test_validator_and_items_have_the_same_types(kind: type, rules: dict[str, Any]) -> None:
    for name, hint in get_type_hints(kind).items():
        if name in rules and name != "metrics":
            of_item = python_type(hint).removesuffix(" or null") if name == "published_at" else python_type(hint)
            mandatory = (
                of_item.removesuffix(" or null") if name in {"fetched_at", "first_seen_at", "last_seen_at"} else of_item
            )
            assert bson_type(rules[name]) == mandatory, name


def test_every_field_of_an_article_is_explained() -> None:
    for collection, validator in VALIDATORS.items():
        for name, rule in validator["$jsonSchema"]["properties"].items():
            meant = rule.get("description") or name in {
                "county", "url", "published_at", "sections", "schema_version", "content_hash", "article_id", "started_at",
            }  # fmt: skip
            assert meant, f"{collection}.{name}"

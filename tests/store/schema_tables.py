"""The tables of docs/schema.md, made from items.py, validators.py and schema.py: `python -m tests.store.schema_tables` writes them anew."""

from __future__ import annotations

import re
import types
from dataclasses import fields
from datetime import datetime
from typing import Any, Final, get_args, get_origin, get_type_hints, is_typeddict

from cqnspider.items import CONTENT_FIELDS, Article, Metric
from cqnspider.store.schema import INDEXES
from cqnspider.store.validators import METRIC_FIELDS, VALIDATORS, Document
from tests.conftest import ROOT

PAGE: Final = ROOT / "docs" / "schema.md"
_WORDS: Final = {str: "str", int: "int", float: "number", bool: "bool", datetime: "date", Metric: "object"}
_BSON: Final = {
    "string": "str",
    "int": "int",
    "long": "int",
    "double": "number",
    "bool": "bool",
    "date": "date",
    "object": "object",
    "null": "null",
}


def python_type(hint: Any) -> str:
    """A type of items.py as the page writes it: `[str]`, `date or null`."""
    if get_origin(hint) is types.UnionType:
        inner = [python_type(each) for each in get_args(hint) if each is not type(None)]
        return " or ".join([*inner, "null"])
    if get_origin(hint) is list:
        return f"[{python_type(get_args(hint)[0])}]"
    if is_typeddict(hint):
        return f"{{{', '.join(get_type_hints(hint))}}}"
    return _WORDS[hint]


def bson_type(rule: Document) -> str:
    """A rule of the validator as the page writes it."""
    if "enum" in rule:
        return "str or null" if None in rule["enum"] else "str"
    given = rule["bsonType"]
    if given == "array":
        items = rule.get("items", {"bsonType": "object"})
        return f"[{bson_type(items)}]"
    if given == "object" and rule.get("properties"):
        return f"{{{', '.join(rule['properties'])}}}"
    names = dict.fromkeys(_BSON[each] for each in ([given] if isinstance(given, str) else given))
    if "number" in names:
        names.pop("int", None)
    if "properties" in rule:
        names = dict.fromkeys([f"{{{', '.join(rule['properties'])}}}", *(each for each in names if each != "object")])
    return " or ".join(names)


def table(rules: Document, kinds: dict[str, str]) -> str:
    """One row a field."""
    rows = []
    for name, rule in rules.items():
        meaning = rule.get("description", "").replace("|", "\\|")
        stored = bson_type(rule)
        kind = (
            stored if kinds.get(name) == f"{stored} or null" else kinds.get(name, stored)
        )  # what is stored may be stricter
        rows.append(f"| `{name}` | {kind} | {meaning} |")
    return "\n".join(["| field | type | meaning |", "|---|---|---|", *rows])


def indexes(collection: str) -> str:
    """The named indexes with their keys."""
    named = [
        f"`{each.document['name']}` ({', '.join(key if direction == 1 else f'−{key}' for key, direction in each.document['key'].items())})"
        for each in INDEXES[collection]
    ]
    return f"Indexes: {', '.join(named)}."


def parts() -> dict[str, str]:
    """What stands between the marks of the page, by the name of the mark."""
    kinds = {each.name: python_type(get_type_hints(Article)[each.name]) for each in fields(Article)}
    of_metrics = {each.name: python_type(get_type_hints(Metric)[each.name]) for each in fields(Metric)}
    found = {name: VALIDATORS[name]["$jsonSchema"]["properties"] for name in VALIDATORS}
    own = {name: rule for name, rule in found["metrics"].items() if name not in METRIC_FIELDS}
    return {
        "articles": f"{table(found['articles'], kinds)}\n\n{indexes('articles')}\n\nThe content hash covers: {', '.join(CONTENT_FIELDS)}"
        " – of files without the host that serves them.",
        "revisions": f"{table(found['revisions'], {})}\n\n{indexes('revisions')}",
        "metrics": f"{table(METRIC_FIELDS, of_metrics)}\n\nBeside them:\n\n{table(own, {})}\n\n{indexes('metrics')}",
        "dead_letters": f"{table(found['dead_letters'], {})}\n\n{indexes('dead_letters')}",
        "runs": f"{table(found['runs'], {})}\n\n{indexes('runs')}",
    }


def written(page: str) -> str:
    """The page with its tables made anew. Raises ValueError for a mark that is missing."""
    for name, text in parts().items():
        page, count = re.subn(
            f"(<!-- {name} -->\n).*?(<!-- /{name} -->)",
            lambda mark, text=text: f"{mark[1]}{text}\n{mark[2]}",
            page,
            flags=re.S,
        )
        if count != 1:
            raise ValueError(f"docs/schema.md has no place for {name}")
    return page


if __name__ == "__main__":
    PAGE.write_text(written(PAGE.read_text()))

"""The file formats. In: rows of one collection. Out: bytes of a file, written as the rows come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from math import isfinite
from typing import IO, Any, Final

from cqnspider.export.columns import COLUMNS, Document, row
from cqnspider.extensions.feeds import defused
from cqnspider.items import BEIJING, iso_time

# What is too deep or too long for a cell: numbers are a table of their own, `body` has the paragraphs.
_NOT_IN_CSV: Final = {"metrics", "paragraphs"}


class ExportError(Exception):
    """A file cannot be written; the message says what to do."""


def written(name: str, collection: str, documents: Iterable[Document], file: IO[bytes]) -> Iterator[int]:
    """Write documents of a collection in the format of this name; yields how many were taken since the last time. Raises ExportError, OSError."""
    return FORMATS[name](collection, documents, file)


def jsonl(collection: str, documents: Iterable[Document], file: IO[bytes]) -> Iterator[int]:
    """One JSON object a line, as the feed exports print articles."""
    for document in documents:
        found = row(collection, document)
        try:
            line = json.dumps(found, ensure_ascii=False, default=_json, allow_nan=False)
        except ValueError:  # not written by this project
            line = json.dumps(_finite(found), ensure_ascii=False, default=_json)
        file.write(line.encode("utf-8", "replace") + b"\n")
        yield 1


def spreadsheet(collection: str, documents: Iterable[Document], file: IO[bytes]) -> Iterator[int]:
    """CSV that spreadsheets open by a double click: UTF-8 with BOM, times as 2023-10-19 15:04:08 in Beijing, no formulas."""
    columns = [name for name in COLUMNS[collection] if name not in _NOT_IN_CSV]
    text = io.TextIOWrapper(file, encoding="utf-8-sig", errors="replace", newline="", write_through=True)
    try:
        lines = csv.writer(text)
        lines.writerow(columns)
        for document in documents:
            found = row(collection, document)
            lines.writerow([defused(_cell(found[name])) for name in columns])
            yield 1
    finally:
        text.detach()  # the file is its opener's


def parquet(collection: str, documents: Iterable[Document], file: IO[bytes]) -> Iterator[int]:
    """Parquet with the types of the schema, in row groups."""
    from cqnspider.export.parquet import write  # noqa: PLC0415 – pyarrow is optional and takes its time

    return write(collection, documents, file)


FORMATS: Final[dict[str, Callable[[str, Iterable[Document], IO[bytes]], Iterator[int]]]] = {
    "csv": spreadsheet,
    "jsonl": jsonl,
    "parquet": parquet,
}


def _json(value: object) -> Any:
    if isinstance(value, datetime):
        return iso_time(value)
    raise TypeError(f"{type(value).__name__} in a document")


def _finite(value: Any) -> Any:
    """Without NaN and Infinity, which JSON does not have."""
    if isinstance(value, dict):
        return {name: _finite(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_finite(each) for each in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def _cell(value: object) -> object:
    if isinstance(value, datetime):
        return f"{value.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list) and all(isinstance(each, str) for each in value):
        return "; ".join(value)
    if isinstance(value, list | dict):
        return json.dumps(value, ensure_ascii=False, default=_json)
    return value

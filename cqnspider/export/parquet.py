"""Rows as Arrow: the types come from the dataclasses of the schema, so that an empty column has its type too. Needs the extra `arrow`."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import IO, Any, Final, Union, get_args, get_origin, get_type_hints, is_typeddict

from cqnspider.export.columns import COLUMNS, Document, row
from cqnspider.export.formats import ExportError
from cqnspider.items import Article, Metric
from cqnspider.store.reader import StoredMetric

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError:
    raise ExportError(
        "Parquet and Arrow need pyarrow: pip install -r requirements-arrow.txt; csv and jsonl work without"
    ) from None

_KINDS: Final[dict[str, type]] = {"articles": Article, "metrics": StoredMetric}
_GROUP: Final = {"articles": 500, "metrics": 20_000}  # rows that are in memory at once, and in a row group
_PLAIN: Final = {
    str: pa.string(),
    int: pa.int64(),
    float: pa.float64(),
    bool: pa.bool_(),
    datetime: pa.timestamp("ms", tz="Asia/Shanghai"),
}
_AMOUNTS: Final = ("value", "min_value", "max_value")


def schema(collection: str) -> pa.Schema:
    """The Arrow schema of an exported collection.

    >>> schema("articles").field("keywords").type, schema("metrics").field("value").type
    (ListType(list<item: string>), DataType(double))
    """
    hints = get_type_hints(_KINDS[collection]) | {"id": str}
    return pa.schema([(name, _arrow_type(hints[name])) for name in COLUMNS[collection]])


def table(collection: str, documents: Iterable[Document]) -> pa.Table:
    """Documents as one table in memory."""
    return pa.Table.from_batches(_batches(collection, documents), schema(collection))


def write(collection: str, documents: Iterable[Document], file: IO[bytes]) -> Iterator[int]:
    """Documents as a Parquet file; yields the rows of a group when it is written."""
    with pq.ParquetWriter(file, schema(collection), compression="zstd") as writer:
        for batch in _batches(collection, documents):
            writer.write_batch(batch)
            yield batch.num_rows


def _batches(collection: str, documents: Iterable[Document]) -> Iterator[pa.RecordBatch]:
    rows = (_with_floats(collection, row(collection, document)) for document in documents)
    while group := list(islice(rows, _GROUP[collection])):
        try:
            yield pa.RecordBatch.from_pylist(group, schema(collection))
        except pa.ArrowException as error:
            raise ExportError(
                f"{_misfit(collection, group)} of {collection} does not fit its schema: {error}"
            ) from None


def _with_floats(collection: str, found: Document) -> Document:
    """Arrow refuses whole numbers that a float holds inexactly; MongoDB has whole numbers where the text prints them."""
    for each in [found] if collection == "metrics" else found["metrics"] or []:
        for name in _AMOUNTS:
            each[name] = None if each.get(name) is None else float(each[name])
    return found


def _misfit(collection: str, group: list[Document]) -> str:
    for each in group:
        try:
            pa.RecordBatch.from_pylist([each], schema(collection))
        except pa.ArrowException:
            return str(each["id"])
    return "a document"


def _arrow_type(hint: Any) -> pa.DataType:
    origin = get_origin(hint)
    if origin in {types.UnionType, Union}:  # X | None: every Arrow column may be null
        [inner] = [each for each in get_args(hint) if each is not type(None)]
        return _arrow_type(inner)
    if origin is list:
        return pa.list_(_arrow_type(get_args(hint)[0]))
    if is_typeddict(hint) or hint is Metric:
        return pa.struct([(name, _arrow_type(each)) for name, each in get_type_hints(hint).items()])
    return _PLAIN[hint]

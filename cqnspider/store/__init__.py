"""MongoDB: connection and private mongod, schema and indexes, group commit, reading."""

from cqnspider.store.errors import Rejected, StoreError, StoreLost, brief, redact
from cqnspider.store.reader import Reader, open_store
from cqnspider.store.runs import Covered
from cqnspider.store.store import Known, Store

__all__ = [
    "Covered",
    "Known",
    "Reader",
    "Rejected",
    "Store",
    "StoreError",
    "StoreLost",
    "brief",
    "open_store",
    "redact",
]

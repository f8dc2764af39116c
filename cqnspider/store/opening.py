"""What may go wrong when a database is opened, for those who write (store.py) and those who only read (reader.py).

In: how the database is called. Out: a client, and driver errors as `StoreError` with what to do.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from bson.codec_options import CodecOptions
from pymongo.errors import ConfigurationError, ConnectionFailure, InvalidName, PyMongoError

from cqnspider.items import BEIJING, SCHEMA_VERSION
from cqnspider.store.errors import StoreError, brief

Document = dict[str, Any]
Client = TypeVar("Client")
SERVER_TIMEOUT_MS: Final = 5000  # a replica set may elect a new primary
PRIVATE_TIMEOUT_MS: Final = 1500  # a private mongod that is gone does not come back
BEIJING_TIMES: Final[CodecOptions[Document]] = CodecOptions(tz_aware=True, tzinfo=BEIJING)


@contextmanager
def opening(label: str, database: str) -> Iterator[None]:
    """Driver errors of a first use as StoreError with what to do; `label` and `database` are how messages call it."""
    try:
        yield
    except (ConfigurationError, ValueError) as error:
        advice = "expected mongodb://user:password@host:27017/?options with : / @ % ? in the password percent-encoded"
        raise StoreError(f"MONGODB_URI is not usable ({type(error).__name__}); {advice}") from None
    except ConnectionFailure as error:
        advice = "Start it, or unset MONGODB_URI to use the private one."
        raise StoreError(f"no MongoDB answers at {label} ({brief(error)}). {advice}") from None
    except InvalidName as error:
        raise StoreError(f"MONGO_DATABASE={database} is no name of a database: {brief(error)}") from None
    except PyMongoError as error:
        raise StoreError(f"MongoDB at {label} refuses: {brief(error)}") from None


def client(kind: Callable[..., Client], uri: str, *, private: bool) -> Client:
    """A client of this kind; nothing is sent yet. It waits for a server as long as the URI says, else as fits."""
    given = re.search(r"serverSelectionTimeoutMS=(\d{1,9})", uri, re.IGNORECASE)
    patience = int(given[1]) if given else PRIVATE_TIMEOUT_MS if private else SERVER_TIMEOUT_MS
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the driver's warnings about a URI quote it
        return kind(uri, serverSelectionTimeoutMS=patience, appname="cqnspider")


def check_version(database: str, oldest: int, newest: int, *, migrating: bool = False) -> None:
    """Raise StoreError where the documents have another schema than this cqnspider knows; nothing is touched then."""
    if newest > SCHEMA_VERSION:
        raise StoreError(
            f"the database {database} was written by a newer cqnspider (schema version {newest}, this one knows"
            f" {SCHEMA_VERSION}). Update cqnspider; nothing was changed"
        )
    if oldest < SCHEMA_VERSION and not migrating:
        raise StoreError(
            f"the database {database} has schema version {oldest}, this cqnspider knows {SCHEMA_VERSION}."
            " Run: scrapy doctor --migrate"
        )

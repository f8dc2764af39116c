"""What can go wrong with the database; every message is meant for a person and never holds a password."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from pymongo.errors import BulkWriteError, InvalidOperation, PyMongoError


class StoreError(Exception):
    """The database cannot be used: not started, not reachable, not allowed."""


class StoreLost(StoreError):
    """The database went away in the middle of a run; what it had acknowledged is there."""


class Rejected(Exception):
    """One document was refused (validator, size); others are not affected."""


def redact(text: str) -> str:
    """A text without user names and passwords of URIs and without the values of secret options.

    >>> redact("mongodb://ana:secret@db.example:27017/?proxyPassword=x failed")
    'mongodb://***@db.example:27017/?proxyPassword=*** failed'
    """
    text = re.sub(r"(\w+:/{0,2})[^\s]*@", r"\1***@", text)
    return re.sub(r"(\w*(?:password|token|properties|secret)\w*[=:])[^&\s,]+", r"\1***", text, flags=re.IGNORECASE)


def label(uri: str) -> str:
    """How a database may be called in logs: its hosts, without user, password and options.

    >>> label("mongodb://ana:se/cret@db.example:27017/cqn?authSource=admin")
    'mongodb://db.example:27017'
    """
    scheme, mark, rest = uri.partition("://")
    hosts = re.split(r"[/?\s]", rest.rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme}://{hosts}" if mark and scheme in {"mongodb", "mongodb+srv"} and hosts else "MONGODB_URI"


def brief(error: BaseException) -> str:
    """A driver's error in one short line: the first statement, without passwords, topology and timeouts.

    >>> brief(ValueError("db:27017: [Errno 111] Connection refused (configured timeouts: …), Timeout: 5.0s, Topology …"))
    'db:27017: [Errno 111] Connection refused'
    """
    first: Iterable[Mapping[str, object]] = ()
    if isinstance(error, BulkWriteError):  # says itself no more than that there were errors
        first = error.details.get("writeErrors", ())[:1]
    text = next((str(each["errmsg"]) for each in first if "errmsg" in each), str(error))
    text = re.split(r" \(configured timeouts|, Timeout: |, full error: ", text, maxsplit=1)[0]
    return " ".join(redact(text).split())[:300] or type(error).__name__


@contextmanager
def translated() -> Iterator[None]:
    """Driver errors as StoreLost."""
    try:
        yield
    except InvalidOperation as error:  # closed by ourselves
        raise StoreLost(f"the database was not asked: {brief(error)}") from error
    except PyMongoError as error:
        raise StoreLost(f"the database does not answer: {brief(error)}") from error

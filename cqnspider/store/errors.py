"""What can go wrong with the database; every message is meant for a person and never holds a password."""

from __future__ import annotations

import re


class StoreError(Exception):
    """The database cannot be used: not started, not reachable, not allowed."""


class StoreLost(StoreError):
    """The database went away in the middle of a run; what it had acknowledged is there."""


class Rejected(Exception):
    """One document was refused (validator, size); others are not affected."""


def redact(text: str) -> str:
    """A text without the passwords of the URIs in it.

    >>> redact("mongodb://ana:secret@db.example:27017/")
    'mongodb://ana:***@db.example:27017/'
    """
    return re.sub(r"(\w+://[^/\s:@]*):[^/\s]*@", r"\1:***@", text)


def brief(error: BaseException) -> str:
    """A driver's error in one short line: the first statement, without passwords, topology and timeouts.

    >>> brief(ValueError("db:27017: [Errno 111] Connection refused (configured timeouts: …), Timeout: 5.0s, Topology …"))
    'db:27017: [Errno 111] Connection refused'
    """
    text = re.split(r" \(configured timeouts|, Timeout: |, full error: ", str(error), maxsplit=1)[0]
    return " ".join(redact(text).split())[:300] or type(error).__name__

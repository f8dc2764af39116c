"""A database that has everything a reader may meet: articles, numbers, a corrected article, two prints of one story, failures, runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from cqnspider.store import Reader
from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, SEED, TestDatabase, fresh_database, run_spider, saved

REPRINT = SEED.replace("8990503", "8990999")


@pytest.fixture(scope="session")
def stored(mongod: PrivateMongod, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestDatabase]:
    """The saved pages, then a corrected number in one of them, a second print of it, and a page that is none. Not to be changed."""
    later = Path(shutil.copytree(FIXTURES, tmp_path_factory.mktemp("later") / "site"))
    page = saved(SEED)
    assert page.count("1126场".encode()) == 1
    (later / SEED.split("//")[1]).write_bytes(page.replace("1126场".encode(), "1127场".encode()))
    (later / REPRINT.split("//")[1]).write_bytes(page)
    (later / SEED.split("//")[1].replace("8990503", "8990998")).write_bytes(b"<html><body><p>none</p></body></html>")
    with fresh_database(mongod) as database:
        assert run_spider(database, "local_news").exit_code == 0
        run_spider(database, "article", later, urls=",".join([SEED, REPRINT, SEED.replace("8990503", "8990998")]))
        yield database


@pytest.fixture
def store(stored: TestDatabase) -> Iterator[Reader]:
    with Reader(stored.uri, stored.name) as reader:
        yield reader

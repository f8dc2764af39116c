"""Several machines crawl into one database at once, each its sections or dates: the data of one crawl of everything, every part once."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, ROOT, TestDatabase, expected_articles
from tests.test_crash_matrix import COLLECTIONS, State, changed_site, state_of
from tests.test_processes import environment, scrapy

# Sections that overlap in 食品安全; sections whose lists name articles of the others; all sections of some years.
SHARES = (
    ("-a", "sections=地方动态,地方要闻,质量监督,食品安全"),
    ("-a", "sections=食品安全,质量管理,药品监督,地方抽查,中国质量报"),
    ("-a", "since=2019-01-01", "-a", "until=2024-06-30"),
)


@pytest.fixture(scope="module")
def changed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site some weeks later: corrections, reprints, a broken page."""
    return changed_site(tmp_path_factory.mktemp("changed") / "site")


@pytest.fixture(scope="module")
def alone(mongod: PrivateMongod, changed: Path) -> Iterator[tuple[str, State, State]]:
    """What one crawl of everything stores, and a second one of the changed site; the name of a database with the first."""
    name = f"alone_{os.getpid()}"
    env = {"MONGODB_URI": mongod.uri, "MONGO_DATABASE": name}
    with pymongo.MongoClient(mongod.uri) as client:
        assert scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=env).returncode == 0
        first = state_of(client, name)
        copy(client, name, f"{name}_later")
        env["MONGO_DATABASE"] = f"{name}_later"
        again = scrapy("crawl", "local_news", "-s", f"REPLAY={changed}", "-a", "refresh_days=36500", env=env)
        assert (again.returncode, "cut_off" in again.stderr) == (3, True), again.stderr
        yield name, first, state_of(client, f"{name}_later")
        client.drop_database(name)
        client.drop_database(f"{name}_later")


def copy(client: pymongo.MongoClient[dict[str, object]], source: str, target: str) -> None:
    for each in COLLECTIONS:
        client[source][each].aggregate([{"$out": {"db": target, "coll": each}}])


def at_once(database: TestDatabase, homes: Path, *options: str) -> list[tuple[int, str]]:
    """The shares on machines of their own; exit code and output of each."""
    crawls = [
        subprocess.Popen(
            [sys.executable, "-m", "scrapy", "crawl", "local_news", *share, *options],
            cwd=ROOT,
            env=environment(**database.environment, CQNSPIDER_HOME=str(homes / str(number))),
            stderr=subprocess.PIPE,
            text=True,
        )
        for number, share in enumerate(SHARES)
    ]
    said = [crawl.communicate(timeout=120)[1] for crawl in crawls]
    return [(crawl.returncode, errors) for crawl, errors in zip(crawls, said, strict=True)]


def test_three_crawls_fill_a_database(database: TestDatabase, alone: tuple[str, State, State], tmp_path: Path) -> None:
    outcomes = at_once(database, tmp_path, "-s", f"REPLAY={FIXTURES}")
    assert [code for code, _ in outcomes] == [0, 0, 0], outcomes
    assert set(database.articles()) == set(expected_articles())
    assert all(each["revision"] == 1 for each in database.articles().values())
    assert state_of(database.client, database.name) == alone[1]
    assert len(database.runs()) == 3


def test_three_crawls_meet_what_has_changed(
    database: TestDatabase, alone: tuple[str, State, State], changed: Path, tmp_path: Path
) -> None:
    name, _, expected = alone
    copy(database.client, name, database.name)
    outcomes = at_once(database, tmp_path, "-s", f"REPLAY={changed}", "-a", "refresh_days=36500")
    assert [code for code, _ in outcomes] == [0, 3, 0], outcomes  # the broken page is in a list of the second
    assert len(expected["revisions"]) >= 5 and len(expected["dead_letters"]) == 1
    assert state_of(database.client, database.name) == expected

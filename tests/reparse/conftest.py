"""An archive of two crawls between which the site has changed, and one that is work for some seconds."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pymongo
import pytest

from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, TestDatabase
from tests.reparse.rebuilding import State, state_of
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, scrapy

CORRECTED, NOT_MODIFIED, GONE = "content_8990503", "content_8993912", "content_9127005"


def crawl(site: Site, folder: Path, env: dict[str, str], *arguments: str) -> None:
    env = env | {"https_proxy": site.proxy, "ARCHIVE_DIR": str(folder)}
    crawled = scrapy("crawl", "local_news", *UNHURRIED, *arguments, env=env)
    assert crawled.returncode in (0, 3), crawled.stderr


@pytest.fixture(scope="session")
def archive(mongod: PrivateMongod, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str]]:
    """The archive of two crawls, between which the site has changed, and the database that they filled."""
    folder, name = tmp_path_factory.mktemp("archive"), f"reparse_{os.getpid()}"
    env = {"MONGODB_URI": mongod.uri, "MONGO_DATABASE": name}
    paths = {
        path.stem: "/" + str(path.relative_to(FIXTURES / "www.cqn.com.cn"))
        for path in (FIXTURES / "www.cqn.com.cn" / "zj").rglob("content_*.htm")
    }
    page = (FIXTURES / "www.cqn.com.cn" / paths[CORRECTED][1:]).read_bytes()
    with serve(FIXTURES) as site, pymongo.MongoClient(mongod.uri) as client:
        site.answers[paths[NOT_MODIFIED]] = lambda: (
            200,
            {"Content-Type": "text/html", "ETag": '"1"'},
            (FIXTURES / "www.cqn.com.cn" / paths[NOT_MODIFIED][1:]).read_bytes(),
        )
        crawl(site, folder, env)
        printed = client[name]["articles"].find_one({"_id": CORRECTED.removeprefix("content_")})["metrics"][0]["text"]  # type: ignore[index]
        site.answers[paths[NOT_MODIFIED]] = lambda: (304, {"ETag": '"1"'}, b"")
        site.answers[paths[GONE]] = lambda: (404, {}, b"")
        corrected = page.replace(printed.encode(), "整整987家".encode())
        site.answers[paths[CORRECTED]] = lambda: (200, {"Content-Type": "text/html"}, corrected)
        crawl(site, folder, env, "-a", "refresh_days=36500")
        assert client[name]["revisions"].count_documents({}) == 1
        assert client[name]["articles"].count_documents({"gone_at": {"$ne": None}}) == 1
        yield folder, name
        client.drop_database(name)


@pytest.fixture
def copy(archive: tuple[Path, str], database: TestDatabase) -> TestDatabase:
    """A database as the crawls left it."""
    for each in ("articles", "revisions", "metrics", "runs"):
        database.client[archive[1]][each].aggregate([{"$out": {"db": database.name, "coll": each}}])
    return database


def big_archive(archive: Path, folder: Path) -> Path:
    """The articles of an archive many times over under other ids: work for some seconds."""
    saved = folder / "saved"
    assert scrapy("warc", str(archive), str(saved)).returncode == 0
    pages = sorted((saved / "www.cqn.com.cn").rglob("content_*.htm"))
    for number in range(12):
        for page in pages:
            name, more = re.fullmatch(r"content_(\d+)(.*)", page.name).groups()  # type: ignore[union-attr]
            page.with_name(f"content_{int(name) + 10_000_000 * (number + 1)}{more}").write_bytes(page.read_bytes())
    assert scrapy("warc", str(saved), str(folder / "big.warc.gz")).returncode == 0
    return folder / "big.warc.gz"


@pytest.fixture(scope="session")
def big(archive: tuple[Path, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    return big_archive(archive[0], tmp_path_factory.mktemp("big"))


@pytest.fixture(scope="session")
def undisturbed(big: Path, mongod: PrivateMongod) -> Iterator[State]:
    """What an undisturbed run makes of it."""
    name = f"reparse_big_{os.getpid()}"
    with pymongo.MongoClient(mongod.uri) as client:
        done = scrapy("reparse", str(big), env={"MONGODB_URI": mongod.uri, "MONGO_DATABASE": name}, timeout=120)
        assert done.returncode == 0, done.stderr + done.stdout
        yield state_of(client, name)
        client.drop_database(name)

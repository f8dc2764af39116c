"""`scrapy copy`: the private MongoDB into a server, here a second mongod on a TCP port of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import PyMongoError

from cqnspider.store.mongod import PrivateMongod, find_mongod
from cqnspider.store.schema import INDEXES
from tests.conftest import FIXTURES, ROOT
from tests.test_processes import environment, scrapy

COLLECTIONS = ("articles", "revisions", "metrics", "dead_letters", "runs")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URI of a mongod as a server runs it: over TCP."""
    folder = tmp_path_factory.mktemp("server")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [str(find_mongod(None)), "--dbpath", str(folder), "--bind_ip", "127.0.0.1", "--port", str(port)]
    with subprocess.Popen([*command, "--nounixsocket"], stdout=subprocess.DEVNULL) as process:
        try:
            yield f"mongodb://127.0.0.1:{port}/"
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A private MongoDB with the data of the demo."""
    folder = tmp_path_factory.mktemp("home")
    crawled = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env={"CQNSPIDER_HOME": str(folder)})
    assert crawled.returncode == 0, crawled.stderr
    return folder


@contextmanager
def database(uri: str, name: str) -> Iterator[Any]:
    with pymongo.MongoClient[dict[str, Any]](uri) as client:
        yield client[name]


def hashes(uri: str, name: str) -> dict[str, tuple[int, str]]:
    """Counts and the server's own hashes."""
    with database(uri, name) as found:
        return {
            each: (found[each].count_documents({}), found.command("dbHash", collections=[each])["collections"][each])
            for each in COLLECTIONS
        }


def copied(home: Path, server: str, name: str) -> subprocess.CompletedProcess[str]:
    return scrapy("copy", env={"CQNSPIDER_HOME": str(home), "MONGODB_URI": server, "MONGO_DATABASE": name})


def named(home: Path, name: str) -> None:
    """The private data under another name, because a copy keeps the name of the database."""
    with PrivateMongod(home) as private, pymongo.MongoClient[dict[str, Any]](private.uri) as client:
        for each in COLLECTIONS:
            client.cqn[each].aggregate([{"$out": {"db": name, "coll": each}}])


def test_the_server_holds_the_same(home: Path, server: str) -> None:
    moved = copied(home, server, "cqn")
    assert (moved.returncode, moved.stderr) == (0, "")
    assert [line.split(":")[0] for line in moved.stdout.splitlines()] == [*COLLECTIONS]
    with PrivateMongod(home) as private:
        here = hashes(private.uri, "cqn")
    assert hashes(server, "cqn") == here
    assert (here["articles"][0], here["runs"][0]) == (26, 1)
    with database(server, "cqn") as found:
        for name, indexes in INDEXES.items():
            assert {each.document["name"] for each in indexes} <= set(found[name].index_information())
    again = copied(home, server, "cqn")
    assert (again.returncode, again.stdout) == (0, moved.stdout)


def test_a_crawl_goes_on_at_the_server(home: Path, server: str) -> None:
    named(home, "onward")
    assert copied(home, server, "onward").returncode == 0
    env = {"MONGODB_URI": server, "MONGO_DATABASE": "onward"}
    crawled = scrapy("crawl", "local_news", "-s", f"REPLAY={FIXTURES}", env=env)
    assert crawled.returncode == 0, crawled.stderr
    assert "articles: 0 new, 0 changed" in crawled.stderr + crawled.stdout


def test_a_copy_that_is_killed_goes_on(home: Path, server: str) -> None:
    named(home, "killed")
    env = environment(CQNSPIDER_HOME=str(home), MONGODB_URI=server, MONGO_DATABASE="killed")
    with database(server, "killed") as found, PrivateMongod(home):
        process = subprocess.Popen(
            [sys.executable, "-m", "scrapy", "copy"], cwd=ROOT, env=env, stdout=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while not found["articles"].count_documents({}) and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.002)
        process.kill()
        process.wait()
        found["articles"].delete_many({"_id": {"$gt": "9"}})  # wherever the kill came, this much is missing
    again = copied(home, server, "killed")
    assert (again.returncode, again.stderr) == (0, "")
    with PrivateMongod(home) as private:
        assert hashes(server, "killed") == hashes(private.uri, "killed")


def test_what_the_server_holds_is_not_touched(home: Path, server: str) -> None:
    named(home, "taken")
    with database(server, "taken") as found:
        found["runs"].insert_one({"_id": "20200101T000000Z-other", "schema_version": 2})
        refused = copied(home, server, "taken")
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
        assert "already holds runs that this database does not have (20200101T000000Z-other)" in refused.stderr
        assert found["articles"].count_documents({}) == 0
        assert found["runs"].count_documents({}) == 1


def test_a_difference_is_said_and_not_written_over(home: Path, server: str) -> None:
    named(home, "differs")
    assert copied(home, server, "differs").returncode == 0
    with database(server, "differs") as found:
        found["articles"].update_one({"_id": "8990503"}, {"$set": {"editor": "另一人"}})
        refused = copied(home, server, "differs")
        assert refused.returncode == 1
        assert refused.stderr.startswith("cqnspider: articles differ after the copy: 26 documents ")
        assert found["articles"].find_one({"_id": "8990503"})["editor"] == "另一人"


@pytest.mark.parametrize(
    ("arguments", "uri", "code", "said"),
    [
        ((), "", 2, "set MONGODB_URI to the server"),
        (("mongodb://x",), "mongodb://127.0.0.1:1/", 2, "copy takes no 'mongodb://x'"),
        ((), "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=100", 1, "no MongoDB answers at mongodb://127.0.0.1:1"),
    ],
)
def test_what_is_wrong(home: Path, arguments: tuple[str, ...], uri: str, code: int, said: str) -> None:
    refused = scrapy("copy", *arguments, env={"CQNSPIDER_HOME": str(home), "MONGODB_URI": uri})
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (code, "", 1)
    assert said in refused.stderr


def test_a_server_that_is_gone(home: Path, tmp_path: Path) -> None:
    env = {"CQNSPIDER_HOME": str(home)}
    with PrivateMongod(tmp_path) as other:
        assert scrapy("copy", env=env | {"MONGODB_URI": other.uri}).returncode == 0
        with pymongo.MongoClient[dict[str, Any]](other.uri) as client, suppress(PyMongoError):
            client.admin.command("shutdown", force=True)
        refused = scrapy("copy", env=env | {"MONGODB_URI": other.uri + "&serverSelectionTimeoutMS=100"})
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)


def test_without_a_private_database_there_is_nothing_to_copy(server: str, tmp_path: Path) -> None:
    refused = copied(tmp_path, server, "nothing")
    assert (refused.returncode, list(tmp_path.iterdir())) == (1, [])
    assert (
        refused.stderr
        == f"cqnspider: there is no private MongoDB in {tmp_path} yet; a crawl makes one, or set MONGODB_URI\n"
    )

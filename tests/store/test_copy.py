"""`scrapy copy`: the private MongoDB into a server, here a second mongod on a TCP port of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
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


def copied(home: Path, server: str, name: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    return scrapy("copy", *arguments, env={"CQNSPIDER_HOME": str(home), "MONGODB_URI": server, "MONGO_DATABASE": name})


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


def test_articles_of_the_server_s_own_are_not_touched(home: Path, server: str) -> None:
    with database(server, "taken") as found:
        found["articles"].insert_one({"_id": "1", "schema_version": 2})
        refused = copied(home, server, "cqn", "--into", "taken")
        assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
        assert (
            "holds articles that this database does not have (e.g. 1); copy into another one with --into NAME"
            in refused.stderr
        )
        assert found.list_collection_names() == ["articles"]
    assert copied(home, server, "cqn", "--into", "beside").returncode == 0
    with PrivateMongod(home) as private, pymongo.MongoClient[dict[str, Any]](private.uri) as client:
        assert hashes(server, "beside") == hashes(private.uri, "cqn")
        assert not {"taken", "beside"} & set(client.list_database_names())


def test_what_was_crawled_at_the_server_is_not_taken_back(home: Path, server: str) -> None:
    """A crawl there that found nothing new has left a run; a correction that it saw must not be undone either."""
    named(home, "moved")
    assert copied(home, server, "moved").returncode == 0
    env = {"MONGODB_URI": server, "MONGO_DATABASE": "moved"}
    assert scrapy("crawl", "local_news", "-s", f"REPLAY={FIXTURES}", env=env).returncode == 0
    before = hashes(server, "moved")
    refused = copied(home, server, "moved")
    assert (refused.returncode, len(refused.stderr.splitlines())) == (1, 1)
    assert "holds runs that this database does not have" in refused.stderr
    assert hashes(server, "moved") == before


def test_what_has_changed_here_changes_there(home: Path, server: str) -> None:
    named(home, "changing")
    assert copied(home, server, "changing").returncode == 0
    with PrivateMongod(home) as private, database(private.uri, "changing") as here:
        here["articles"].update_one({"_id": "8990503"}, {"$set": {"editor": "另一人"}})
        here["metrics"].delete_many({"article_id": "8993912"})
        here["runs"].insert_one({"_id": "20300101T000000Z-later", "schema_version": 2})
        pending = {"_id": "8993912", "pending": "a crawl was killed"}
        here["articles"].update_one({"_id": "8993912"}, {"$set": pending})
        before = hashes(private.uri, "changing")
        again = copied(home, server, "changing")
        assert (again.returncode, again.stderr) == (0, "")
        assert hashes(server, "changing") == before == hashes(private.uri, "changing"), "the source is only read"


def test_documents_of_megabytes_are_copied_a_few_at_a_time(home: Path, server: str) -> None:
    named(home, "large")
    with PrivateMongod(home) as private, database(private.uri, "large") as here:
        letter = {
            "stage": "layout",
            "reason": "unknown_layout",
            "url": "https://x",
            "run_id": "1",
            "count": 1,
            "schema_version": 2,
        }
        moments = dict.fromkeys(("first_at", "last_at"), datetime(2026, 1, 1))
        page = {"body": b"x" * 8_000_000}
        for number in range(60):
            here["dead_letters"].insert_one({"_id": str(number), **letter, **moments, "page": page})
        limit = "ulimit -v 1500000"  # kilobytes; all of them at once are 480 MB, and pymongo copies them
        command = f"{limit}; exec {sys.executable} -m scrapy copy"
        env = environment(CQNSPIDER_HOME=str(home), MONGODB_URI=server, MONGO_DATABASE="large")
        moved = subprocess.run(
            ["bash", "-c", command], cwd=ROOT, env=env, capture_output=True, text=True, timeout=120, check=False
        )
        assert (moved.returncode, moved.stderr) == (0, "")
        assert "dead_letters: 60 documents" in moved.stdout


def test_the_private_one_is_not_copied_into_itself(home: Path) -> None:
    with PrivateMongod(home) as private:
        refused = copied(home, private.uri, "cqn")
        assert (refused.returncode, refused.stdout) == (1, "")
        assert "MONGODB_URI is the private MongoDB itself" in refused.stderr


def test_a_name_without_articles_is_no_copy(home: Path, server: str) -> None:
    refused = copied(home, server, "cnq")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "there are no articles in cnq of private MongoDB" in refused.stderr
    with PrivateMongod(home) as private, pymongo.MongoClient[dict[str, Any]](private.uri) as client:
        assert "cnq" not in client.list_database_names()


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

"""The same crawl does not run twice at once: real processes on a slow site."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from scrapy.settings import Settings

from cqnspider.overlap import AlreadyRunning, identity, only_one
from tests.conftest import FIXTURES, ROOT, SEED, TestDatabase
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, environment, scrapy

CRAWL = ("crawl", "local_news", *UNHURRIED, "-a", "sections=地方动态,食品安全")
REFUSED = re.compile(
    r"cqnspider: the same crawl is running since \d{4}-\d\d-\d\d \d\d:\d\d \(process (\d+)\); this one was not started\n"
)
PASSWORD = "mongodb://ana:geheim@db.example:27017/"


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(FIXTURES) as found:
        yield found


@contextmanager
def crawling(site: Site, *command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A crawl that has sent its first request and waits for the answer; killed at the end."""
    site.delay = 60
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *command], cwd=ROOT, env=environment(**env), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            deadline = time.monotonic() + 30
            while not site.paths:
                assert process.poll() is None and time.monotonic() < deadline, process.communicate()
                time.sleep(0.02)
            site.delay = 0
            yield process
        finally:
            process.kill()


def test_the_same_crawl_is_not_started_until_the_first_is_gone(
    site: Site, database: TestDatabase, tmp_path: Path
) -> None:
    env = database.environment | {"https_proxy": site.proxy, "CQNSPIDER_HOME": str(tmp_path)}
    with crawling(site, *CRAWL, env=env) as first:
        requests, runs = len(site.paths), len(database.runs())
        second = scrapy(*CRAWL, "-a", "_job=26", env=env)
        assert (second.returncode, second.stdout) == (1, "")
        said = REFUSED.fullmatch(second.stderr)
        assert said is not None and int(said[1]) == first.pid, second.stderr
        assert (len(site.paths), len(database.runs())) == (requests, runs), "before any request and any record"
        first.send_signal(signal.SIGKILL)
        first.wait()
        third = scrapy(*CRAWL, env=env)
    assert (third.returncode, len(database.runs())) == (0, 2), third.stderr
    assert not list((tmp_path / "crawls").iterdir()), "a crawl that ends leaves no file"


@pytest.mark.parametrize("change", ["arguments", "spider", "database", "home", "pages"])
def test_another_crawl_runs_beside_it(site: Site, database: TestDatabase, tmp_path: Path, change: str) -> None:
    env = database.environment | {"https_proxy": site.proxy, "CQNSPIDER_HOME": str(tmp_path)}
    command = {
        "arguments": ("crawl", "local_news", *UNHURRIED, "-a", "sections=地方抽查"),
        "spider": ("crawl", "article", *UNHURRIED, "-a", f"urls={SEED}"),
        "pages": (*CRAWL, "-s", "REPLAY=fixtures"),
    }.get(change, CRAWL)
    changed = {
        "database": {"MONGO_DATABASE": f"{database.name}_b"},
        "home": {"CQNSPIDER_HOME": str(tmp_path / "another")},
    }.get(change, {})
    with crawling(site, *CRAWL, env=env) as first:
        beside = scrapy(*command, env=env | changed)
        assert (beside.returncode, first.poll()) == (0, None), beside.stderr
    database.client.drop_database(f"{database.name}_b")


def test_no_database_is_started_for_a_crawl_that_is_refused(tmp_path: Path) -> None:
    settings = Settings({"CQNSPIDER_HOME": str(tmp_path), "MONGO_DATABASE": "cqn", "REPLAY": "fixtures"})
    with only_one(settings, "local_news", {"full": "1"}):
        refused = scrapy(
            "crawl", "local_news", "-s", "REPLAY=fixtures", "-a", "full=1", env={"CQNSPIDER_HOME": str(tmp_path)}
        )
    assert (refused.returncode, bool(REFUSED.fullmatch(refused.stderr))) == (1, True), refused.stderr
    assert not (tmp_path / "mongod").exists()


def test_a_requeue_beside_a_requeue_is_refused(database: TestDatabase, tmp_path: Path) -> None:
    settings = Settings({"CQNSPIDER_HOME": str(tmp_path), "MONGO_URI": database.uri, "MONGO_DATABASE": database.name})
    env = database.environment | {"CQNSPIDER_HOME": str(tmp_path)}
    with only_one(settings, "requeue", {}):
        assert REFUSED.fullmatch(scrapy("requeue", env=env).stderr)
    assert scrapy("requeue", env=env).returncode == 0


def test_a_home_that_cannot_be_written_ends_no_crawl(database: TestDatabase) -> None:
    env = database.environment | {"CQNSPIDER_HOME": "/proc/none"}
    crawled = scrapy("crawl", "article", "-a", f"urls={SEED}", "-s", "REPLAY=fixtures", env=env)
    assert (crawled.returncode, list(database.articles())) == (0, ["8990503"]), crawled.stderr
    assert "WARNING: Not checked whether the same crawl is running: /proc/none/crawls/" in crawled.stderr
    private = scrapy(
        "crawl", "article", "-a", f"urls={SEED}", "-s", "REPLAY=fixtures", env={"CQNSPIDER_HOME": "/proc/none"}
    )
    assert (private.returncode, "Not checked" in private.stderr) == (1, False)
    assert private.stderr.splitlines()[-1].endswith("Set CQNSPIDER_HOME to a writable folder.")


def test_no_password_is_in_the_lock(tmp_path: Path) -> None:
    settings = Settings({"CQNSPIDER_HOME": str(tmp_path), "MONGO_URI": PASSWORD, "MONGO_DATABASE": "cqn"})
    with only_one(settings, "local_news", {"full": "1"}):
        [lock] = (tmp_path / "crawls").iterdir()
        assert "geheim" not in lock.name + lock.read_text()
    other = settings.copy()
    other.set("MONGO_URI", PASSWORD.replace("geheim", "secret"))
    assert identity(settings, "local_news", {}) == identity(other, "local_news", {}), "a hash of it could be guessed"


def test_a_lock_is_given_back_however_the_crawl_ends(tmp_path: Path) -> None:
    settings = Settings({"CQNSPIDER_HOME": str(tmp_path), "MONGO_DATABASE": "cqn", "REPLAY": ""})
    for _ in range(2):
        with pytest.raises(SystemExit), only_one(settings, "local_news", {}):
            with pytest.raises(AlreadyRunning), only_one(settings, "local_news", {}):
                pass
            raise SystemExit
    assert not list((tmp_path / "crawls").iterdir())


def test_of_many_that_take_turns_never_two_at_once(tmp_path: Path) -> None:
    """The file is removed at every end: a lock on a removed file would let a second one in."""
    counting = (
        "import json, os, sys\n"
        "from scrapy.settings import Settings\n"
        "from cqnspider.overlap import AlreadyRunning, only_one\n"
        "settings, entered = Settings(json.loads(sys.argv[1])), 0\n"
        "while entered < 200:\n"
        "    try:\n"
        "        with only_one(settings, 'local_news', {}):\n"
        "            os.mkdir(sys.argv[2])\n"
        "            os.rmdir(sys.argv[2])\n"
        "            entered += 1\n"
        "    except AlreadyRunning:\n"
        "        pass\n"
    )
    settings = json.dumps({"CQNSPIDER_HOME": str(tmp_path), "MONGO_DATABASE": "cqn", "REPLAY": ""})
    command = [sys.executable, "-c", counting, settings, str(tmp_path / "alone")]
    several = [subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) for _ in range(3)]
    assert [(each.communicate(timeout=60)[1], each.returncode) for each in several] == [("", 0)] * 3

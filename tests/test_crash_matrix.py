"""However a crawl ends, the same command again ends in the state of an undisturbed run: articles, revisions, metrics, links, dead letters.

Every case begins with a crawled site. Then the site has changed – corrected numbers, new articles, reprints of stored ones, a broken page – and the crawl
that meets all this is ended in the middle. CRASH_CASES says how many random moments of each kind are tried (CI: 1).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import PyMongoError

from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, ROOT, TestDatabase
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, environment, scrapy

CASES = int(os.environ.get("CRASH_CASES", "1"))
COLLECTIONS = ("articles", "revisions", "metrics", "dead_letters", "runs")
COMMAND = ("crawl", "local_news", *UNHURRIED, "-a", "refresh_days=36500")
_TIMES = {"fetched_at", "first_seen_at", "last_seen_at", "replaced_at", "first_at", "last_at", "run_id", "count"}
_NUMBER = re.compile(r"(?<![\d.])(\d{2,3})(余?家|批次|件|余?人次|余?万元|余?名|余?项)")
State = dict[str, list[dict[str, Any]]]


def changed_site(folder: Path) -> Path:
    """The saved pages some weeks later."""
    shutil.copytree(FIXTURES, folder)
    www = folder / "www.cqn.com.cn"
    for name in ("2023-10/19/content_8990503", "2023-11/02/content_8993912"):
        page = www / "zj/content" / f"{name}.htm"
        number = int(name.rpartition("_")[2])
        reprint = page.with_name(f"content_{number + 7}.htm")
        text = page.read_text()
        reprint.write_text(text.replace(str(number), str(number + 7)).replace("</h1>", "（转载）</h1>"))
    rows = [
        row[0].replace(row[1], str(int(row[1]) + 7))
        for row in re.finditer(
            r"<li>.*content_(8990503|8993912)\.htm.*</li>", (www / "zj/node_20183_2.htm").read_text()
        )
    ]
    first = www / "zj/node_20183.htm"
    first.write_text(re.sub(r"(?=<li>.*/content_)", "\n".join(rows), first.read_text(), count=1))
    for page in sorted(www.glob("*/content/202*/*/content_*.htm")):
        with suppress(UnicodeDecodeError):
            page.write_text(_NUMBER.sub(lambda found: f"{int(found[1]) + 3}{found[2]}", page.read_text(), count=1))
    broken = sorted(www.glob("ms/content/*/*/content_*.htm"))[0]
    broken.write_bytes(broken.read_bytes()[:1500])
    return folder


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return changed_site(tmp_path_factory.mktemp("later") / "site")


@pytest.fixture
def site(later: Path) -> Iterator[Site]:
    with serve(later) as found:
        yield found


def state_of(client: pymongo.MongoClient[dict[str, Any]], name: str) -> State:
    found = {
        each: [{k: v for k, v in one.items() if k not in _TIMES} for one in client[name][each].find(sort=[("_id", 1)])]
        for each in COLLECTIONS[:-1]
    }
    for article in found["articles"]:
        article["urls"].sort()
        article["sections"].sort()
    for metric in found["metrics"]:
        metric["sections"].sort()
    return found


@pytest.fixture(scope="session")
def template(mongod: PrivateMongod) -> Iterator[str]:
    """A database in which the site has been crawled once."""
    name = "crash_template"
    env = {"MONGODB_URI": mongod.uri, "MONGO_DATABASE": name}
    with pymongo.MongoClient(mongod.uri) as client:
        client.drop_database(name)
        assert scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=env).returncode == 0
        client[name]["runs"].update_many({}, {"$set": {"replay": None}})
        yield name
        client.drop_database(name)


@pytest.fixture
def crawled(database: TestDatabase, template: str) -> TestDatabase:
    for name in COLLECTIONS:
        database.client[template][name].aggregate([{"$out": {"db": database.name, "coll": name}}])
    return database


@pytest.fixture(scope="session")
def undisturbed(mongod: PrivateMongod, template: str, later: Path) -> Iterator[tuple[State, float]]:
    """What two undisturbed runs end in, and how long the first takes."""
    name = "crash_undisturbed"
    env = {"MONGODB_URI": mongod.uri, "MONGO_DATABASE": name}
    with pymongo.MongoClient(mongod.uri) as client, serve(later) as site:
        client.drop_database(name)
        for each in COLLECTIONS:
            client[template][each].aggregate([{"$out": {"db": name, "coll": each}}])
        site.delay = 0.04
        begun = time.monotonic()
        first = scrapy(*COMMAND, env=env | {"https_proxy": site.proxy})
        seconds = time.monotonic() - begun
        assert first.returncode == 3 and "cut_off" in first.stderr, first.stderr
        found = state_of(client, name)
        assert len(found["revisions"]) >= 5 and len(found["dead_letters"]) == 1
        assert {each["_id"]: each["duplicate_of"] for each in found["articles"] if each["duplicate_of"]} == {
            "8990510": "8990503",
            "8993919": "8993912",
        }
        site.delay = 0
        scrapy(*COMMAND, env=env | {"https_proxy": site.proxy})
        assert state_of(client, name) == found, "a second run changes nothing"
        yield found, seconds
        client.drop_database(name)


def moment(kind: str, case: int, seconds: float) -> float:
    """When to strike; the crawl proper is the later part of its life."""
    return random.Random(f"{kind} {case}").uniform(0.3 * seconds, seconds)


def heals(site: Site, database: TestDatabase, undisturbed: State) -> None:
    site.delay = 0
    again = scrapy(*COMMAND, env=database.environment | {"https_proxy": site.proxy})
    assert again.returncode == 3 and "cut_off" in again.stderr, again.stderr
    assert state_of(database.client, database.name) == undisturbed


@pytest.mark.parametrize("case", range(CASES))
def test_sigkill_of_the_crawl(site: Site, crawled: TestDatabase, undisturbed: tuple[State, float], case: int) -> None:
    expected, seconds = undisturbed
    site.delay = 0.04
    env = environment(**crawled.environment, https_proxy=site.proxy)
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *COMMAND], cwd=ROOT, env=env, stderr=subprocess.DEVNULL
    ) as crawl:
        with suppress(subprocess.TimeoutExpired):
            crawl.wait(moment("crawl", case, seconds))
        crawl.kill()
    heals(site, crawled, expected)


@pytest.mark.parametrize("case", range((CASES + 1) // 2))
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_that_asks_to_end(
    site: Site, crawled: TestDatabase, undisturbed: tuple[State, float], number: signal.Signals, case: int
) -> None:
    expected, seconds = undisturbed
    site.delay = 0.04
    env = environment(**crawled.environment, https_proxy=site.proxy)
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *COMMAND], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
    ) as crawl:
        with suppress(subprocess.TimeoutExpired):
            crawl.wait(moment(number.name, case, seconds))
        early = not site.paths
        crawl.send_signal(number)
        _, errors = crawl.communicate(timeout=30)
    assert early or crawl.returncode in {1, 3} or "verdict:" in errors, errors  # the last: it was over already
    heals(site, crawled, expected)


@pytest.fixture(scope="session")
def home_of_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the private MongoDB in which the site has been crawled once; nothing runs in it."""
    home = tmp_path_factory.mktemp("template") / "home"
    assert scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env={"CQNSPIDER_HOME": str(home)}).returncode == 0
    with PrivateMongod(home) as private, pymongo.MongoClient(private.uri) as client:
        client["cqn"]["runs"].update_many({}, {"$set": {"replay": None}})
    wait_for_end(home)
    return home


def wait_for_end(home: Path) -> None:
    lock = home / "mongod" / "data" / "mongod.lock"
    deadline = time.monotonic() + 20
    while lock.exists() and lock.read_text().strip() and time.monotonic() < deadline:
        time.sleep(0.02)


def heals_at_home(site: Site, home: Path, undisturbed: State) -> None:
    site.delay = 0
    again = scrapy(*COMMAND, env={"CQNSPIDER_HOME": str(home), "https_proxy": site.proxy})
    assert again.returncode == 3 and "cut_off" in again.stderr, again.stderr
    with PrivateMongod(home) as private, pymongo.MongoClient(private.uri) as client:
        assert state_of(client, "cqn") == undisturbed


@pytest.mark.parametrize("case", range(CASES))
def test_sigkill_of_mongod(
    site: Site, home_of_template: Path, tmp_path: Path, undisturbed: tuple[State, float], case: int
) -> None:
    expected, seconds = undisturbed
    home = Path(shutil.copytree(home_of_template, tmp_path / "home", ignore=shutil.ignore_patterns("*.sock")))
    site.delay = 0.04
    env = environment(CQNSPIDER_HOME=str(home), https_proxy=site.proxy)
    lock = home / "mongod" / "data" / "mongod.lock"
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", *COMMAND], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
    ) as crawl:
        with suppress(subprocess.TimeoutExpired):
            crawl.wait(moment("mongod", case, seconds))
        struck = crawl.poll() is None and lock.exists() and lock.read_text().strip().isdigit()
        if struck:
            with suppress(ProcessLookupError):
                os.kill(int(lock.read_text()), signal.SIGKILL)
        _, errors = crawl.communicate(timeout=90)
    if struck and crawl.returncode != 3:  # 3: all was written before
        assert (crawl.returncode, "Traceback" in errors) == (1, False), errors
    heals_at_home(site, home, expected)


def test_a_full_disk(site: Site, home_of_template: Path, tmp_path: Path, undisturbed: tuple[State, float]) -> None:
    expected, _ = undisturbed
    disk = tmp_path / "disk"
    disk.mkdir()
    size = sum(path.stat().st_size for path in home_of_template.rglob("*") if path.is_file()) // 2**20 + 40
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}m", "tmpfs", disk], check=False, capture_output=True
    )
    if mounted.returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        home = Path(shutil.copytree(home_of_template, disk / "home", ignore=shutil.ignore_patterns("*.sock")))
        site.delay = 0.04
        env = environment(CQNSPIDER_HOME=str(home), https_proxy=site.proxy)
        with subprocess.Popen(
            [sys.executable, "-m", "scrapy", *COMMAND], cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True
        ) as crawl:
            deadline = time.monotonic() + 30
            while sum("/content_" in path for path in site.paths) < 6 and time.monotonic() < deadline:
                time.sleep(0.01)
            with suppress(OSError), open(disk / "filler", "wb", buffering=0) as filler:
                while True:
                    filler.write(b"x" * 4096)
            with PrivateMongod(home) as private, pymongo.MongoClient(private.uri) as client, suppress(PyMongoError):
                for _ in range(100):  # mongod has reserved 8 MB for its journal
                    client["other"]["filler"].insert_one({"x": os.urandom(500_000)})
            _, errors = crawl.communicate(timeout=120)
        assert (crawl.returncode, "Traceback" in errors) == (1, False), errors
        assert f"the disk of {home / 'mongod'} is full" in errors.splitlines()[-1]
        (disk / "filler").unlink()
        heals_at_home(site, home, expected)
        wait_for_end(home)
    finally:
        subprocess.run(["umount", "-l", disk], check=False)


def test_two_machines_crawl_at_once(
    site: Site, crawled: TestDatabase, undisturbed: tuple[State, float], tmp_path: Path
) -> None:
    env = environment(**crawled.environment, https_proxy=site.proxy)
    command = [sys.executable, "-m", "scrapy", *COMMAND]
    homes = [{"CQNSPIDER_HOME": str(tmp_path / name)} for name in ("a", "b")]
    both = [subprocess.Popen(command, cwd=ROOT, env=env | home, stderr=subprocess.PIPE, text=True) for home in homes]
    outcomes = [(crawl.communicate(timeout=60)[1], crawl.returncode) for crawl in both]
    assert [code for _, code in outcomes] == [3, 3], outcomes
    assert state_of(crawled.client, crawled.name) == undisturbed[0]

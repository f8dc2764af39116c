"""Rebuilding the data set from an archive: what a crawl stored, again; after a kill, on many processes, on a cluster."""

import asyncio
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pymongo
import pytest

from cqnspider.archive.captures import Captures
from cqnspider.archive.scan import warc_files
from cqnspider.archive.warc_file import Exchange, WarcFile
from cqnspider.archive.writer import digest_of
from cqnspider.arguments import ArgumentError
from cqnspider.commands.reparse import archives, described, worker_count
from cqnspider.reparse.plan import make_plan
from cqnspider.reparse.pool import ThisProcess, cores
from cqnspider.reparse.run import Order, Outcome
from cqnspider.reparse.run import reparse as reparse_all
from cqnspider.reparse.work import Job, let_go
from cqnspider.reparse.work import rebuild as rebuild_batch
from cqnspider.store import Store
from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, ROOT, SEED, TestDatabase
from tests.site import Site, serve
from tests.test_processes import UNHURRIED, environment, scrapy

State = dict[str, list[dict[str, Any]]]
CORRECTED, NOT_MODIFIED, GONE = "content_8990503", "content_8993912", "content_9127005"
_OF_STORING = ("first_seen_at", "last_seen_at", "replaced_at", "pending", "former")


def state_of(client: pymongo.MongoClient[dict[str, Any]], name: str) -> State:
    """Articles, revisions and metrics without the times of storing."""
    found = {
        each: [
            {k: bool(v) if k == "gone_at" else v for k, v in one.items() if k not in _OF_STORING}
            for one in client[name][each].find(sort=[("_id", 1)])
        ]
        for each in ("articles", "revisions", "metrics")
    }
    for one in (*found["articles"], *found["metrics"]):
        for field in ("urls", "sections"):
            one[field] = sorted(one.get(field, []))
    return found


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


def rebuild(
    folder: Path, database: TestDatabase, *, dry_run: bool = False, until: datetime | None = None
) -> tuple[int, str]:
    """A reparse in this process: how many pages failed, and what it says."""

    async def main() -> Outcome:
        store = await Store(database.uri, database.name).open()
        try:
            with ThisProcess(let_go) as pool:
                job = Job(database.uri, database.name, "test", dry_run)
                return await reparse_all(Order(warc_files(folder), until, dry_run), store, pool, job)
        finally:
            await store.close()

    outcome = asyncio.run(main())
    return len(outcome.report.failures), "\n".join(described(outcome, dry_run=dry_run))


def reparse(folder: Path, database: TestDatabase, *arguments: str) -> subprocess.CompletedProcess[str]:
    return scrapy("reparse", str(folder), *arguments, env=database.environment, timeout=120)


def test_an_empty_database_is_filled_as_the_crawls_filled_it(archive: tuple[Path, str], database: TestDatabase) -> None:
    done = reparse(archive[0], database)
    assert done.returncode == 0, done.stderr
    assert "26 new, 0 changed, 0 as they are stored; 1 former states written" in done.stdout
    assert state_of(database.client, database.name) == state_of(database.client, archive[1])
    assert database.metrics() == database.metrics_of_articles()
    assert "reparse" not in database.client[database.name].list_collection_names()


def test_what_the_crawls_stored_is_what_the_archive_says(archive: tuple[Path, str], copy: TestDatabase) -> None:
    before = {each: list(copy.client[copy.name][each].find(sort=[("_id", 1)])) for each in ("articles", "revisions")}
    failed, said = rebuild(archive[0], copy)
    assert failed == 0 and "0 new, 0 changed, 26 as they are stored; 0 former states" in said
    assert before == {each: list(copy.client[copy.name][each].find(sort=[("_id", 1)])) for each in before}


def spoil(database: TestDatabase) -> None:
    """What older code may have left: wrong fields, a state too many, a missing article, metrics of nothing."""
    tables = database.client[database.name]
    tables["articles"].update_one(
        {"_id": "8990503"}, {"$set": {"title": "错", "content_hash": "0" * 64, "province": None}}
    )
    tables["articles"].update_many({}, {"$set": {"metrics": []}})
    tables["metrics"].delete_many({})
    tables["articles"].delete_one({"_id": "8993912"})
    former = tables["revisions"].find_one({"_id": "8990503:1"})
    assert former is not None
    tables["revisions"].insert_one(
        former | {"_id": "8990503:2", "revision": 2, "paragraphs": ["多余"], "content_hash": "1" * 64}
    )


def test_a_dry_run_says_what_differs_and_writes_nothing(archive: tuple[Path, str], copy: TestDatabase) -> None:
    spoil(copy)
    before = {
        each: list(copy.client[copy.name][each].find(sort=[("_id", 1)]))
        for each in ("articles", "revisions", "metrics")
    }
    failed, said = rebuild(archive[0], copy, dry_run=True)
    assert failed == 0
    assert "1 would be new, 25 would be changed, 0 as they are stored; 1 former states would be" in said
    assert re.search(r"^  title: differs in 1 articles\n    8990503: '错' → '.+'$", said, re.MULTILINE)
    assert re.search(r"^  metrics: differs in 25 articles$", said, re.MULTILINE)
    assert "dry run: nothing was written" in said
    assert before == {each: list(copy.client[copy.name][each].find(sort=[("_id", 1)])) for each in before}


def test_what_differs_is_made_what_the_archive_says(archive: tuple[Path, str], copy: TestDatabase) -> None:
    spoil(copy)
    done = reparse(archive[0], copy, "--workers", "2")
    assert done.returncode == 0, done.stderr
    assert state_of(copy.client, copy.name) == state_of(copy.client, archive[1])
    assert "0 new, 0 changed, 26 as" in rebuild(archive[0], copy)[1]


def test_in_one_process_it_ends_the_same(archive: tuple[Path, str], copy: TestDatabase) -> None:
    spoil(copy)
    assert rebuild(archive[0], copy)[0] == 0
    assert state_of(copy.client, copy.name) == state_of(copy.client, archive[1])


def test_a_state_that_is_not_archived_stays(archive: tuple[Path, str], copy: TestDatabase) -> None:
    tables = copy.client[copy.name]
    older = tables["revisions"].find_one({"_id": "8990503:1"})
    current = tables["articles"].find_one({"_id": "8990503"})
    assert older is not None and current is not None
    first = older["fetched_at"].replace(year=2020)
    lost = {
        "_id": "8990503:1",
        "archive": None,
        "fetched_at": first,
        "last_seen_at": first,
        "paragraphs": ["旧"],
        "content_hash": "2" * 64,
    }
    tables["revisions"].replace_one({"_id": "8990503:1"}, older | lost)
    tables["revisions"].insert_one(older | {"_id": "8990503:2", "revision": 2})
    tables["articles"].update_one({"_id": "8990503"}, {"$set": {"revision": 3}})
    assert rebuild(archive[0], copy)[0] == 0
    revisions = list(tables["revisions"].find(sort=[("_id", 1)]))
    assert [(each["revision"], each["paragraphs"] == ["旧"]) for each in revisions] == [(1, True), (2, False)]
    assert revisions[0]["changed"] == ["paragraphs"]
    assert copy.articles()["8990503"]["revision"] == 3


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


@contextmanager
def running(*command: str, env: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A process group of its own, killed at the end."""
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment(**env),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("written", [1, 120])
def test_killed_and_run_again_it_goes_on(written: int, big: Path, undisturbed: State, database: TestDatabase) -> None:
    articles = database.client[database.name]["articles"]
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "2")
    with running(*command, env=database.environment) as process:
        until(lambda: articles.count_documents({}) >= written or process.poll() is not None)
        os.killpg(process.pid, signal.SIGKILL)
    done = reparse(big, database)
    assert done.returncode == 0, done.stderr
    if written > 100:
        assert "were done by an earlier run" in done.stdout
    assert state_of(database.client, database.name) == undisturbed
    assert "0 new, 0 changed" in reparse(big, database).stdout


def test_a_killed_worker_costs_nothing(big: Path, undisturbed: State, database: TestDatabase) -> None:
    articles = database.client[database.name]["articles"]
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "2")
    with running(*command, env=database.environment) as process:
        until(lambda: articles.count_documents({}) >= 1 or process.poll() is not None)
        workers = [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _is_worker(int(pid), process.pid)]
        assert workers
        os.kill(max(workers), signal.SIGKILL)
        assert process.wait(120) == 0
    assert state_of(database.client, database.name) == undisturbed


def _is_worker(pid: int, group: int) -> bool:
    """A grandchild: the child is the server that forks workers."""
    try:
        parent = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
        grandparent = int(Path(f"/proc/{parent}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return False
    return grandparent == group


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_on_a_dask_cluster_whose_worker_is_killed(big: Path, undisturbed: State, database: TestDatabase) -> None:
    address = f"tcp://127.0.0.1:{free_port()}"
    dask = (sys.executable, "-m", "distributed.cli.dask_scheduler")
    worker = (
        sys.executable,
        "-m",
        "distributed.cli.dask_worker",
        address,
        "--nthreads",
        "1",
        "--no-dashboard",
        "--no-nanny",
    )
    articles = database.client[database.name]["articles"]
    with (
        running(
            *dask, "--host", "127.0.0.1", "--port", address.rsplit(":", 1)[1], "--no-dashboard", "--no-show", env={}
        ),
        running(*worker, "--name", "first", env={}) as first,
        running(*worker, "--name", "second", env={}),
    ):
        command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--dask", address)
        with running(*command, env=database.environment) as process:
            until(lambda: articles.count_documents({}) >= 1 or process.poll() is not None)
            first.kill()
            output, errors = process.communicate(timeout=120)
            assert process.returncode == 0, errors
    assert f"{len(undisturbed['articles'])} articles in the archive: " in output
    assert state_of(database.client, database.name) == undisturbed


def test_two_at_once_end_like_one(big: Path, undisturbed: State, database: TestDatabase) -> None:
    command = (sys.executable, "-m", "scrapy", "reparse", str(big), "--workers", "1")
    with running(*command, env=database.environment) as one, running(*command, env=database.environment) as other:
        assert (one.wait(120), other.wait(120)) == (0, 0)
    assert state_of(database.client, database.name) == undisturbed


def test_a_page_that_cannot_be_read_is_reported_and_loses_nothing(
    archive: tuple[Path, str], copy: TestDatabase, tmp_path: Path
) -> None:
    saved = tmp_path / "saved"
    assert scrapy("warc", str(archive[0]), str(saved)).returncode == 0
    page = next(saved.rglob("content_8993912.htm"))
    saved_at = page.stat().st_mtime_ns
    page.write_bytes(page.read_bytes()[:2000])
    os.utime(page, ns=(saved_at, saved_at))
    assert scrapy("warc", str(saved), f"{tmp_path}/cut.warc.gz").returncode == 0
    before = copy.articles()["8993912"]
    failed, said = rebuild(tmp_path / "cut.warc.gz", copy)
    assert failed == 1 and "1 × layout: cut_off" in said
    after = copy.articles()["8993912"]
    assert after == before
    [letter] = copy.client[copy.name]["dead_letters"].find()
    assert (letter["article_id"], letter["reason"], letter["page"]["body"]) == ("8993912", "cut_off", page.read_bytes())
    assert reparse(tmp_path / "cut.warc.gz", copy).returncode == 3
    assert rebuild(archive[0], copy)[0] == 0
    assert copy.client[copy.name]["dead_letters"].count_documents({}) == 0


def warc(path: Path, *pages: tuple[str, int, bytes]) -> Path:
    """A file of captures: address, minute, body."""
    file = WarcFile(path, {"isPartOf": "article"})
    for url, minute, body in pages:
        exchange = Exchange(url, 200, [("Content-Type", "text/html")], body)
        file.append(exchange, datetime(2026, 11, 1, 0, minute, tzinfo=UTC), digest_of(body))
    file.close()
    return path


def paged() -> tuple[str, bytes, str, bytes]:
    """Address and body of both pages of an article that has two."""
    first = next((FIXTURES / "www.cqn.com.cn").rglob("content_9021436.htm"))
    second = first.with_name("content_9021436_2.htm")
    urls = [f"https://{path.relative_to(FIXTURES)}" for path in (first, second)]
    return urls[0], first.read_bytes(), urls[1], second.read_bytes()


def test_a_further_page_that_changed_behind_the_same_first_page(database: TestDatabase, tmp_path: Path) -> None:
    one, first, two, second = paged()
    text = re.search("[\u4e00-\u9fff]{12,}", re.sub("<[^>]*>", "\n", second.decode("utf-8").partition("<body")[2]))
    assert text is not None
    changed = second.replace(text[0].encode(), "后来改过的一句话，数字是一千二百。".encode())
    file = warc(tmp_path / "a.warc.gz", (one, 0, first), (two, 1, second), (one, 5, first), (two, 6, changed))
    assert rebuild(file, database)[0] == 0
    article = database.articles()["9021436"]
    assert article["revision"] == 2 and "后来改过的一句话" in article["body"]
    assert "0 new, 0 changed, 1 as" in rebuild(file, database)[1]


def test_the_mobile_skin_of_a_page_is_no_state_of_it(database: TestDatabase, tmp_path: Path) -> None:
    page = (FIXTURES / SEED.removeprefix("https://")).read_bytes()
    mobile = SEED.replace("www.", "m.")
    file = warc(tmp_path / "a.warc.gz", (SEED, 0, page), (mobile, 1, page.replace("重庆".encode(), "四川".encode())))
    assert rebuild(file, database)[0] == 0
    assert database.articles()["8990503"]["revision"] == 1
    database.client.drop_database(database.name)
    alone = warc(tmp_path / "b.warc.gz", (mobile, 1, page))
    assert rebuild(alone, database)[0] == 0
    assert set(database.articles()) == {"8990503"}


def test_an_article_that_is_too_large_is_one_failure(database: TestDatabase, tmp_path: Path) -> None:
    page = (FIXTURES / SEED.removeprefix("https://")).read_bytes()
    assert b"</p>" in page
    large = [
        page.replace(b"</p>", f"{number}号".encode() + "长".encode() * 900_000 + b"</p>", 1) for number in range(7)
    ]
    other, first, two, second = paged()
    pages = [(SEED, minute, body) for minute, body in enumerate(large)]
    failed, said = rebuild(warc(tmp_path / "a.warc.gz", *pages, (other, 20, first), (two, 21, second)), database)
    assert failed == 1 and "1 × pipeline: not stored" in said and "MongoDB takes 16 MB" in said
    assert set(database.articles()) == {"9021436"}


def test_what_a_crawl_has_not_settled_yet_is_not_lost(archive: tuple[Path, str], copy: TestDatabase) -> None:
    tables = copy.client[copy.name]
    former = tables["revisions"].find_one_and_delete({"_id": "8990503:1"})
    assert former is not None
    unarchived = former | {
        "archive": None,
        "fetched_at": former["fetched_at"].replace(year=2020),
        "content_hash": "3" * 64,
    }
    unarchived["last_seen_at"] = unarchived["fetched_at"]
    tables["articles"].update_one({"_id": "8990503"}, {"$set": {"former": [unarchived], "pending": "crawl"}})
    job = Job(copy.uri, copy.name, "test")
    with Captures(warc_files(archive[0])) as captures:
        plans = [each for each in make_plan(captures).articles.values() if each.address.id == "8990503"]
    with ThreadPoolExecutor(1) as thread:  # as a worker whose run began before the crawl was killed
        thread.submit(rebuild_batch, job, plans).result()
        thread.submit(let_go).result()
    hashes = [each["content_hash"] for each in tables["revisions"].find(sort=[("_id", 1)])]
    assert hashes[0] == "3" * 64 and len(hashes) == 2
    assert "pending" not in copy.articles()["8990503"]


def test_what_failed_later_than_the_archive_stays_a_dead_letter(archive: tuple[Path, str], copy: TestDatabase) -> None:
    letters = copy.client[copy.name]["dead_letters"]
    letter = {
        "stage": "layout",
        "reason": "unknown_layout",
        "detail": "",
        "url": SEED,
        "article_id": "8990503",
        "section": None,
    }
    times = {
        "first_at": datetime(2199, 1, 1),
        "last_at": datetime(2199, 1, 1),
        "count": 1,
        "run_id": "x",
        "schema_version": 2,
    }
    letters.insert_one({"_id": "new skin", "page": None, "traceback": None, **letter, **times})
    letters.insert_one(
        {"_id": "old", "page": None, "traceback": None, **letter, **times, "last_at": datetime(2020, 1, 1)}
    )
    rebuild(archive[0], copy)
    assert [each["_id"] for each in letters.find()] == ["new skin"]


def test_a_dry_run_makes_no_collection(archive: tuple[Path, str], database: TestDatabase) -> None:
    done = reparse(archive[0], database, "--dry-run")
    assert done.returncode == 0 and "26 would be new" in done.stdout
    assert database.client[database.name].list_collection_names() == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "say which archive"),
        (("nowhere",), 2, "nowhere is no WARC file"),
        (("fixtures",), 2, "fixtures is no WARC file"),
        (("scrapy.cfg",), 2, "scrapy.cfg is no WARC file"),
        (("{}", "--workers", "many"), 2, "--workers many is no number from 1 to 256"),
        (("{}", "--workers", "0"), 2, "--workers 0 is no number"),
        (("{}", "--workers", "2", "--dask", "tcp://127.0.0.1:1"), 2, "--workers is for this machine"),
        (("{}", "-s", "REPLAY_AT=never"), 2, "REPLAY_AT=never is no date"),
        (("{}", "--dask", "tcp://127.0.0.1:1"), 1, "no Dask scheduler answers at tcp://127.0.0.1:1"),
        (("{}", "--dask", "nonsense://x"), 2, "--dask nonsense://x is no address of a scheduler"),
    ],
)
def test_wrong_arguments(
    arguments: tuple[str, ...], code: int, said: str, archive: tuple[Path, str], database: TestDatabase
) -> None:
    given = [each.format(archive[0]) for each in arguments]
    refused = scrapy("reparse", *given, env=database.environment)
    assert refused.returncode == code, refused.stderr
    assert said in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_arguments(archive: tuple[Path, str]) -> None:
    [*files] = warc_files(archive[0])
    assert archives([str(archive[0]), str(files[0])]) == files
    for arguments in ([], ["nowhere"], ["scrapy.cfg"]):
        with pytest.raises(ArgumentError):
            archives(arguments)
    assert (worker_count("3"), worker_count(None)) == (3, cores())
    for text in ("0", "-1", "257", "١", "two", ""):
        with pytest.raises(ArgumentError):
            worker_count(text)


def test_without_a_database(archive: tuple[Path, str]) -> None:
    refused = scrapy(
        "reparse", str(archive[0]), env={"MONGODB_URI": "mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=300"}
    )
    assert refused.returncode == 1
    assert "no MongoDB answers" in refused.stderr and len(refused.stderr.splitlines()) == 1


def test_pages_after_a_moment_are_left_out(archive: tuple[Path, str], database: TestDatabase) -> None:
    runs = list(database.client[archive[1]]["runs"].find(sort=[("started_at", 1)]))
    failed, said = rebuild(archive[0], database, until=runs[1]["started_at"].replace(tzinfo=UTC))
    assert failed == 0 and "26 new" in said and "0 former states" in said
    assert database.client[database.name]["articles"].count_documents({"gone_at": None}) == 26

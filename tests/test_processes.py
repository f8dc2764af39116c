"""Real processes: the commands a user types, their output and exit codes, over real HTTP and through SIGKILL."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import FIXTURES, ROOT, SEED, TestDatabase, expected_articles
from tests.site import Site, serve

EXPECTED = expected_articles()
UNHURRIED = ("-s", "DOWNLOAD_DELAY=0", "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "RETRY_TIMES=1")
PROVENANCE = ("fetched_at", "first_seen_at", "last_seen_at")


def environment(**changes: str) -> dict[str, str]:
    clean = {
        name: value
        for name, value in os.environ.items()
        if not name.lower().endswith("_proxy") and not name.startswith(("MONGO", "CQNSPIDER"))
    }
    return clean | {"PYTHONPATH": str(ROOT), "SCRAPY_SETTINGS_MODULE": "cqnspider.settings"} | changes


def scrapy(*arguments: str, env: dict[str, str] | None = None, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "scrapy", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=environment(**(env or {})), capture_output=True, text=True, timeout=timeout, check=False
    )


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(FIXTURES) as found:
        yield found


def lines(path: Path) -> dict[str, dict[str, Any]]:
    items = (json.loads(line) for line in path.read_text().splitlines())
    return {item["id"]: {k: v for k, v in item.items() if k not in PROVENANCE} for item in items}


def test_many_requests_at_once_all_hear_of_robots_txt(site: Site, database: TestDatabase) -> None:
    at_once = ("-s", "CONCURRENT_REQUESTS=8", "-s", "CONCURRENT_REQUESTS_PER_DOMAIN=8")
    site.delay = 0.05
    env = database.environment | {"https_proxy": site.proxy}
    crawled = scrapy("crawl", "local_news", *UNHURRIED, *at_once, env=env)
    assert crawled.returncode == 0, crawled.stderr
    assert site.paths.count("/robots.txt") == 1
    assert set(database.articles()) == set(EXPECTED)


def test_http_and_replay_give_identical_items(site: Site, database: TestDatabase, tmp_path: Path) -> None:
    env = database.environment | {"https_proxy": site.proxy, "CQNSPIDER_CONTACT": "mail@example.org"}
    http = scrapy("crawl", "local_news", *UNHURRIED, "-O", f"{tmp_path}/http.jsonl", env=env)
    assert http.returncode == 0, http.stderr
    database.client.drop_database(database.name)
    replay = scrapy(
        "crawl", "local_news", "-s", "REPLAY=fixtures", "-O", f"{tmp_path}/replay.jsonl", env=database.environment
    )
    assert replay.returncode == 0, replay.stderr
    assert lines(tmp_path / "http.jsonl") == lines(tmp_path / "replay.jsonl")
    assert set(lines(tmp_path / "http.jsonl")) == set(EXPECTED)
    assert site.paths[0] == "/robots.txt"
    assert all(agent.startswith("cqnspider/") and "contact: mail@example.org" in agent for agent in site.agents)


def test_no_network_is_one_clear_error(database: TestDatabase) -> None:
    crawled = scrapy(
        "crawl", "local_news", *UNHURRIED, env=database.environment | {"https_proxy": "http://127.0.0.1:1"}
    )
    assert crawled.returncode == 1
    assert "Traceback" not in crawled.stderr
    why = crawled.stderr.splitlines()[-1]
    assert why.startswith("  the site cannot be reached: robots.txt unavailable") and ".." not in why
    assert len(crawled.stderr.splitlines()) < 8


def test_extract_prints_json_lines() -> None:
    printed = scrapy("extract", "检查企业300余家。\n罚款5万元。")
    assert (printed.returncode, printed.stderr) == (0, "")
    first, second = map(json.loads, printed.stdout.splitlines())
    assert (first["paragraph"], first["text"], first["value"], first["entity"]) == (0, "300余家", 300, "企业")
    assert (second["paragraph"], second["start"], second["unit_code"]) == (1, 2, "CNY")


@pytest.mark.parametrize("text", [b"", b"\n\n", b"\xff\xfe \x00\n", "没有数字。".encode()])
def test_extract_reads_standard_input(text: bytes) -> None:
    command = [sys.executable, "-m", "scrapy", "extract", "-"]
    printed = subprocess.run(command, cwd=ROOT, env=environment(), input=text, capture_output=True, check=True)
    assert (printed.stdout, printed.stderr) == (b"", b"")


def test_extract_stops_when_nobody_reads() -> None:
    shell = f"yes 检查企业3家。 | head -20000 | {sys.executable} -m scrapy extract - | head -1"
    printed = subprocess.run(
        ["bash", "-c", shell], cwd=ROOT, env=environment(), capture_output=True, text=True, check=True
    )
    assert (len(printed.stdout.splitlines()), printed.stderr) == (1, "")


def test_extract_reads_stored_articles_again(database: TestDatabase) -> None:
    scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=database.environment)
    before, stored = database.metrics(), database.client[database.name]
    stored["articles"].update_many({}, {"$set": {"metrics": []}})
    stored["metrics"].delete_many({})
    printed = scrapy("extract", "--stored", env=database.environment)
    assert (
        printed.stdout
        == f"{len(EXPECTED)} articles read, the metrics of {len(EXPECTED)} changed; {len(before)} metrics in all\n"
    )
    assert database.metrics() == before
    again = scrapy("extract", "--stored", env=database.environment)
    assert "the metrics of 0 changed" in again.stdout


@pytest.mark.parametrize("arguments", [("一", "二"), ("",)])
def test_extract_says_what_it_takes(arguments: tuple[str, ...]) -> None:
    printed = scrapy("extract", *arguments)
    assert (printed.returncode, printed.stdout) == (2, "")
    assert printed.stderr.startswith("cqnspider: extract takes one text in quotes, or - to read standard input")


@pytest.mark.parametrize("argument", ["since=yesterday", "sections=xyz", "max_pages=none", "colour=red"])
def test_a_bad_argument_is_one_line_and_exit_code_2(argument: str, tmp_path: Path) -> None:
    crawled = scrapy("crawl", "local_news", "-a", argument, env={"CQNSPIDER_HOME": str(tmp_path)})
    assert (crawled.returncode, len(crawled.stderr.splitlines()), crawled.stdout) == (2, 1, "")
    assert not list(tmp_path.iterdir()), "nothing is started before the arguments are checked"


@pytest.mark.parametrize(
    "command",
    [
        ("crawl", "nosuch"),
        ("crawl",),
        ("crawl", "local_news", "article"),
        ("crawl", "local_news", "-s", "REPLAY=/none"),
    ],
)
def test_a_wrong_command_is_exit_code_2(command: tuple[str, ...]) -> None:
    assert scrapy(*command).returncode == 2


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        ((404, {}, b""), "HTTP 404"),
        ((500, {}, b"oops"), "HTTP 500"),
        ((302, {"Location": "https://evil.example/x.htm"}, b""), "redirected"),
        ((302, {"Location": "http://127.0.0.1:9/x.htm"}, b""), "redirected"),
        ((302, {"Location": "file:///etc/passwd"}, b""), "redirected"),
        ((302, {"Location": "/zj/index.htm"}, b""), "redirected"),
        ((200, {"Content-Type": "image/png"}, b"\x89PNG\r\n"), "unknown_layout"),
        ((200, {"Content-Type": "text/html"}, b""), "empty_body"),
        (
            (200, {"Content-Type": "text/html"}, "<html><body><h1>您访问的页面不存在</h1></body></html>".encode()),
            "error_page",
        ),
        ((200, {"Content-Type": "text/html"}, b"x" * 17_000_000), "DownloadCancelledError"),
    ],
)
def test_what_the_site_answers_instead_of_an_article(
    site: Site, database: TestDatabase, answer: Any, reason: str
) -> None:
    site.answers["/zj/content/2023-10/19/content_8990503.htm"] = lambda: answer
    crawled = scrapy(
        "crawl", "article", "-a", f"urls={SEED}", *UNHURRIED, env=database.environment | {"https_proxy": site.proxy}
    )
    assert (crawled.returncode, database.articles()) == (3, {})
    [failure] = database.runs()[0]["failures"]
    assert failure["reason"] == reason
    assert "Traceback" not in crawled.stderr


def test_robots_txt_is_obeyed(site: Site, database: TestDatabase) -> None:
    site.answers["/robots.txt"] = lambda: (
        200,
        {"Content-Type": "text/plain"},
        b"User-agent: *\nDisallow: /zj/content/\n",
    )
    crawled = scrapy(
        "crawl", "article", "-a", f"urls={SEED}", *UNHURRIED, env=database.environment | {"https_proxy": site.proxy}
    )
    assert crawled.returncode == 3
    assert site.paths == ["/robots.txt"]
    assert database.runs()[0]["failures"][0]["reason"] == "forbidden"


def test_a_killed_crawl_is_healed_by_the_same_command(site: Site, database: TestDatabase) -> None:
    """Killed at many other moments: test_crash_matrix.py."""
    site.delay = 0.05
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", *UNHURRIED]
    env = environment(**database.environment, https_proxy=site.proxy)
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as crawl:
        deadline = time.monotonic() + 60
        while sum("/content_" in path for path in site.paths) < 8 and time.monotonic() < deadline:
            time.sleep(0.01)
        crawl.send_signal(signal.SIGKILL)
    partly = len(database.articles())
    assert partly < len(EXPECTED)
    site.delay = 0
    fetched = len(site.paths)
    again = scrapy("crawl", "local_news", *UNHURRIED, env=database.environment | {"https_proxy": site.proxy})
    assert again.returncode == 0, again.stderr
    assert set(database.articles()) == set(EXPECTED)
    assert all(stored["revision"] == 1 for stored in database.articles().values())
    second = [
        path
        for path in site.paths[fetched:]
        if "/content_" in path or (path.startswith("/news/") and "ndex" not in path)
    ]
    assert len(second) == len(set(second)), "nothing is fetched twice"
    assert database.metrics() == database.metrics_of_articles() != []
    assert len(second) <= len(EXPECTED) + 1 - partly, "what is stored is not fetched again (one article has two pages)"


def test_an_interrupted_crawl_says_so(site: Site, database: TestDatabase) -> None:
    site.delay = 0.2
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", *UNHURRIED]
    env = environment(**database.environment, https_proxy=site.proxy)
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as crawl:
        while not site.paths:
            time.sleep(0.02)
        crawl.send_signal(signal.SIGINT)
        _, errors = crawl.communicate(timeout=30)
    assert crawl.returncode == 1
    assert "the crawl was interrupted before its end" in errors


def test_the_private_database_from_first_command_to_last(tmp_path: Path) -> None:
    env = {"CQNSPIDER_HOME": str(tmp_path / "home")}
    first = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=env)
    assert first.returncode == 0, first.stderr
    assert f"articles: {len(EXPECTED)} new" in first.stderr
    second = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=env)
    assert "nothing new: no article was fetched, none written" in second.stderr
    stored = scrapy("stored", env=env)
    assert stored.stdout.startswith(f"{len(EXPECTED)} articles in cqn.articles")
    assert "mongosh URI" in stored.stdout
    doctor = scrapy("doctor", "-s", "REPLAY=fixtures", env=env)
    assert (doctor.returncode, "FAIL" in doctor.stdout) == (0, False)
    assert "section 地方动态: https://www.cqn.com.cn/zj/node_20183.htm" in doctor.stdout


def test_mongod_prints_its_uri_and_ends_with_sigterm(tmp_path: Path) -> None:
    env = environment(CQNSPIDER_HOME=str(tmp_path / "home"))
    command = [sys.executable, "-m", "scrapy", "mongod"]
    with subprocess.Popen(
        command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as keeper:
        assert keeper.stdout is not None
        uri = keeper.stdout.readline().strip()
        assert uri.startswith("mongodb://") and uri.endswith("?journal=true&directConnection=true")
        used = scrapy(
            "crawl", "local_news", "-a", "sections=地方动态", "-s", "REPLAY=fixtures", env={"MONGODB_URI": uri}
        )
        assert used.returncode == 0, used.stderr
        keeper.send_signal(signal.SIGTERM)
        assert keeper.wait(timeout=20) == 0


def test_doctor_says_what_to_do(tmp_path: Path) -> None:
    dead = scrapy("doctor", env={"MONGODB_URI": "mongodb://ana:geheim@127.0.0.1:1/?serverSelectionTimeoutMS=300"})
    assert dead.returncode == 1
    assert "FAIL connection" in dead.stdout and "Start it, or unset MONGODB_URI" in dead.stdout
    assert "geheim" not in dead.stdout + dead.stderr
    none = scrapy("doctor", env={"CQNSPIDER_HOME": str(tmp_path), "MONGOD": "/nonexistent"})
    assert none.returncode == 1 and "MONGOD=/nonexistent is no executable file" in none.stdout


def test_a_crawl_without_a_usable_mongod_is_one_clear_error(tmp_path: Path) -> None:
    crawled = scrapy(
        "crawl", "local_news", "-s", "REPLAY=fixtures", env={"CQNSPIDER_HOME": str(tmp_path), "MONGOD": "/nonexistent"}
    )
    assert crawled.returncode == 1
    assert "MONGOD=/nonexistent is no executable file" in crawled.stderr.splitlines()[-1]
    assert "Traceback" not in crawled.stderr


def test_a_database_that_dies_in_the_middle(site: Site, tmp_path: Path) -> None:
    site.delay = 0.1
    home = tmp_path / "home"
    env = environment(CQNSPIDER_HOME=str(home), https_proxy=site.proxy)
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", *UNHURRIED]
    with subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) as crawl:
        while sum("/content_" in path for path in site.paths) < 5:
            time.sleep(0.02)
        os.kill(int((home / "mongod" / "data" / "mongod.lock").read_text()), signal.SIGKILL)
        _, errors = crawl.communicate(timeout=90)
    assert crawl.returncode == 1
    assert "Traceback" not in errors
    assert "the database does not answer" in errors.splitlines()[-1]
    site.delay = 0
    healed = scrapy("crawl", "local_news", *UNHURRIED, env={"CQNSPIDER_HOME": str(home), "https_proxy": site.proxy})
    assert healed.returncode == 0, healed.stderr
    assert scrapy("stored", env={"CQNSPIDER_HOME": str(home)}).stdout.startswith(f"{len(EXPECTED)} articles")


def test_progress_is_shown_on_a_terminal_only(database: TestDatabase) -> None:
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 120, 0, 0))
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", "-s", "REPLAY=fixtures"]
    with subprocess.Popen(command, cwd=ROOT, env=environment(**database.environment), stderr=terminal) as crawl:
        os.close(terminal)
        shown = b""
        with suppress(OSError):  # the terminal is gone when the crawl has ended
            while piece := os.read(controller, 65536):
                shown += piece
    os.close(controller)
    assert crawl.returncode == 0
    assert re.search(r"\d+ pages, .*\d+ articles, [\u4e00-\u9fff]+", shown.decode().split("cqnspider local_news")[0])
    assert "\r" not in scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", env=database.environment).stderr


def test_a_robots_txt_that_fails_forbids_everything(site: Site, database: TestDatabase) -> None:
    site.answers["/robots.txt"] = lambda: (503, {"Content-Type": "text/plain"}, b"busy")
    crawled = scrapy(
        "crawl", "article", "-a", f"urls={SEED}", *UNHURRIED, env=database.environment | {"https_proxy": site.proxy}
    )
    assert (crawled.returncode, database.articles()) == (3, {}), crawled.stderr
    assert "Traceback" not in crawled.stderr
    assert set(site.paths) == {"/robots.txt"}


def test_an_output_file_that_cannot_be_written_is_refused(database: TestDatabase, tmp_path: Path) -> None:
    for name in (f"{tmp_path}/none/out.jsonl", f"{tmp_path}:jsonl"):
        crawled = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", "-O", name, env=database.environment)
        assert (crawled.returncode, len(crawled.stderr.splitlines())) == (2, 1), crawled.stderr
    full = scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", "-O", "/dev/full:jsonl", env=database.environment)
    assert (full.returncode, full.stderr.count("Error caught")) == (1, 0), full.stderr
    assert full.stderr.splitlines()[-1].endswith("an output file could not be written, see the log above")
    assert len(database.articles()) == len(EXPECTED), "the database is not concerned"


def test_crawls_that_start_at_once_on_a_new_database(database: TestDatabase, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "scrapy", "crawl", "local_news", "-s", "REPLAY=fixtures"]
    machines = [environment(**database.environment, CQNSPIDER_HOME=str(tmp_path / str(each))) for each in range(4)]
    crawls = [subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.PIPE, text=True) for env in machines]
    outcomes = [(crawl.communicate(timeout=60)[1], crawl.returncode) for crawl in crawls]
    assert [code for _, code in outcomes] == [0] * 4, outcomes
    assert set(database.articles()) == set(EXPECTED)
    assert all(stored["revision"] == 1 for stored in database.articles().values())


def test_one_front_page_that_fails_does_not_end_the_crawl(site: Site, database: TestDatabase) -> None:
    site.answers["/zj/index.htm"] = lambda: (500, {}, b"")
    crawled = scrapy("crawl", "local_news", *UNHURRIED, env=database.environment | {"https_proxy": site.proxy})
    assert crawled.returncode == 3
    assert set(database.articles()) == {
        key for key, each in EXPECTED.items() if {"中国质量报", "地方抽查"} & set(each["sections"])
    }


def test_a_list_that_redirects_elsewhere_is_not_read(site: Site, database: TestDatabase) -> None:
    site.answers["/zj/node_20183_2.htm"] = lambda: (302, {"Location": "/zj/index.htm"}, b"")
    crawled = scrapy(
        "crawl",
        "local_news",
        "-a",
        "sections=地方动态",
        *UNHURRIED,
        env=database.environment | {"https_proxy": site.proxy},
    )
    assert crawled.returncode == 3
    assert "1 × list: redirected" in crawled.stderr
    assert len(database.articles()) == 3


@pytest.mark.parametrize(
    "uri",
    [
        "mongodb://ana:ge heim@127.0.0.1:1/", "mongodb://ana:ge/heim@127.0.0.1:1/", "mongodb:ana:geheim@127.0.0.1:1", "ana:geheim@127.0.0.1",
        "mongodb://127.0.0.1:1/?proxyPassword=geheim&proxyHost=x", "mongodb://ana:ge?heim@127.0.0.1:1/", "mongodb://ana:geheim@127.0.0.1:1/?x=geheim",
    ],
)  # fmt: skip
@pytest.mark.parametrize("command", [("crawl", "local_news", "-s", "REPLAY=fixtures"), ("doctor",), ("stored",)])
def test_a_password_is_never_shown(command: tuple[str, ...], uri: str) -> None:
    found = scrapy(*command, env={"MONGODB_URI": uri + ("&" if "?" in uri else "?") + "serverSelectionTimeoutMS=200"})
    assert found.returncode == 1
    assert "heim" not in found.stdout + found.stderr

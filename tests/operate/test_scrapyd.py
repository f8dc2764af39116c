"""The project in a real scrapyd: built into an egg, deployed, scheduled, run from the zip, and what is seen of it afterwards."""

from __future__ import annotations

import configparser
import json
import re
import socket
import subprocess
import sys
import time
import urllib.error
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import ProxyHandler, build_opener

import pytest

from cqnspider.store.mongod import PrivateMongod
from tests.conftest import FIXTURES, TestDatabase, fresh_database
from tests.operate.conftest import DEADLINE, VERSION, environment, run, scrapyd_deploy

FIRST, SECOND = "地方动态,食品安全", "质量管理"  # one article is on lists of both
MISSING = "https://www.cqn.com.cn/zj/content/2023-10/19/content_1.htm"  # not among the saved pages
OPEN = build_opener(ProxyHandler({})).open


@dataclass
class Scrapyd:
    """A running scrapyd with folders of its own."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]
    ids: dict[str, str] = field(default_factory=dict)  # job ids by our names

    @property
    def log(self) -> str:
        return (self.folder / "scrapyd.log").read_text()

    def ask(self, service: str, *fields: tuple[str, str]) -> dict[str, Any]:
        data = urlencode(fields).encode() if fields else None
        with OPEN(f"http://127.0.0.1:{self.port}/{service}", data, timeout=DEADLINE) as answer:
            found: dict[str, Any] = json.load(answer)
        assert found["status"] == "ok", found
        return found

    def schedule(self, name: str, *fields: tuple[str, str], spider: str = "local_news") -> None:
        replay = ("setting", f"REPLAY={FIXTURES}")
        job = ("project", "cqnspider"), ("spider", spider), replay
        self.ids[name] = self.ask("schedule.json", *job, *fields)["jobid"]

    def wait(self) -> None:
        """Until all scheduled jobs are finished."""
        deadline = time.monotonic() + DEADLINE
        while set(self.ids.values()) - {job["id"] for job in self.ask("listjobs.json")["finished"]}:
            assert time.monotonic() < deadline, f"jobs do not end:\n{self.log}"
            time.sleep(0.1)

    def job_log(self, name: str) -> str:
        [path] = (self.folder / "logs" / "cqnspider").glob(f"*/{self.ids[name]}.log")
        return path.read_text()


def answers(scrapyd: Scrapyd) -> bool:
    """True when it serves, False when it has ended."""
    deadline = time.monotonic() + DEADLINE
    while scrapyd.process.poll() is None:
        try:
            return bool(scrapyd.ask("daemonstatus.json"))
        except urllib.error.URLError:
            assert time.monotonic() < deadline, f"scrapyd does not answer:\n{scrapyd.log}"
            time.sleep(0.05)
    return False


@pytest.fixture(scope="module")
def stored(mongod: PrivateMongod) -> Iterator[TestDatabase]:
    """What the jobs fill."""
    with fresh_database(mongod) as found:
        yield found


@pytest.fixture(scope="module")
def scrapyd(project: Path, stored: TestDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scrapyd]:
    """A scrapyd to which the project was deployed and in which all jobs have ended."""
    folder = tmp_path_factory.mktemp("scrapyd")
    (folder / "temporary").mkdir()
    env = {
        **stored.environment,
        "CQNSPIDER_HOME": str(folder / "home"),
        "HOME": str(folder),
        "TMPDIR": str(folder / "temporary"),
    }
    for _ in range(3):  # somebody may take the port before scrapyd does
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        (folder / "scrapyd.conf").write_text(f"[scrapyd]\nhttp_port = {port}\nmax_proc = 1\npoll_interval = 0.2\n")
        with open(folder / "scrapyd.log", "wb") as log:
            command = [sys.executable, "-m", "scrapyd"]
            process = subprocess.Popen(command, cwd=folder, env=environment(**env), stdout=log, stderr=log)
        found = Scrapyd(folder, port, process)
        try:
            if answers(found):
                deploy(project, port)
                schedule_all(found)
                yield found
                return
        finally:
            process.terminate()
            process.wait(DEADLINE)
    pytest.fail(f"scrapyd ended at once:\n{found.log}")


def deploy(project: Path, port: int) -> None:
    """With the project's own scrapy.cfg, of which only the port is another one."""
    config = configparser.ConfigParser()
    config.read(project / "scrapy.cfg")
    assert dict(config["deploy"]) == {"url": "http://127.0.0.1:6800/", "project": "cqnspider"}
    config["deploy"]["url"] = f"http://127.0.0.1:{port}/"
    with open(project / "scrapy.cfg", "w") as file:
        config.write(file)
    assert json.loads(scrapyd_deploy(project))["spiders"] == 3


def schedule_all(scrapyd: Scrapyd) -> None:
    scrapyd.schedule("first", ("sections", FIRST))
    scrapyd.schedule("second", ("sections", SECOND))
    scrapyd.schedule("bad", ("sections", "天气"))
    private = ("setting", "MONGO_URI="), ("setting", "LOG_LEVEL=INFO")
    scrapyd.schedule("private", *private, ("sections", SECOND))
    elsewhere = ("setting", "MONGO_URI="), ("setting", "MONGO_DATABASE=elsewhere")
    scrapyd.schedule("suspect", *elsewhere, ("urls", MISSING), spider="article")
    scrapyd.wait()


def test_two_jobs_of_a_night_are_recorded_as_runs(scrapyd: Scrapyd, stored: TestDatabase) -> None:
    first, second = stored.runs()
    assert first["arguments"] == {"_job": scrapyd.ids["first"], "sections": FIRST}
    assert second["arguments"] == {"_job": scrapyd.ids["second"], "sections": SECOND}
    for each in (first, second):
        assert (each["exit_code"], each["reasons"], each["finish_reason"]) == (0, [], "finished")
        assert each["versions"]["cqnspider"] == VERSION, "the code was not the egg's"


def test_jobs_store_what_plain_crawls_store(
    scrapyd: Scrapyd, stored: TestDatabase, project: Path, database: TestDatabase
) -> None:
    for sections in (FIRST, SECOND):
        crawl = ("-m", "scrapy", "crawl", "local_news", "-a", f"sections={sections}", "-s", f"REPLAY={FIXTURES}")
        run(sys.executable, *crawl, cwd=project, env=database.environment)
    assert stored.content() == database.content() != {}
    assert stored.metrics() == stored.metrics_of_articles() == database.metrics() != []


def test_the_second_job_does_not_fetch_what_the_first_has_stored(scrapyd: Scrapyd, stored: TestDatabase) -> None:
    first, second = stored.runs()
    both = [article for article in stored.articles().values() if set(article["sections"]) >= {"食品安全", "质量管理"}]
    assert len(both) == second["counts"]["already_stored"] == 1
    assert second["counts"]["article_pages"] == second["counts"]["new"] == second["counts"]["listed"] - 1 > 0
    assert first["counts"]["new"] + second["counts"]["new"] == len(stored.articles())


def test_a_bad_argument_is_one_line_in_the_log_of_the_job(scrapyd: Scrapyd, stored: TestDatabase) -> None:
    [line] = scrapyd.job_log("bad").splitlines()
    assert "cqnspider: unknown section '天气' in sections=天气; known are 地方动态," in line
    assert re.findall(r"exitstatus=(\d+)", scrapyd.log) == ["2", "3"]
    assert scrapyd.ids["bad"] not in [each["arguments"]["_job"] for each in stored.runs()]


def test_a_job_without_a_server_uses_the_private_mongodb(scrapyd: Scrapyd) -> None:
    """Its guard is a file of the egg, which no process can run as it is."""
    log = scrapyd.job_log("private")
    assert f"database: private MongoDB in {scrapyd.folder / 'home'}" in log
    assert "\nverdict: good (exit code 0)\n" in log
    assert not list((scrapyd.folder / "temporary").glob("*guard.py")), "the file taken out of the egg was left behind"


def test_a_bad_verdict_is_in_the_log_of_the_job(scrapyd: Scrapyd) -> None:
    log = scrapyd.job_log("suspect")
    assert "ERROR: cqnspider article: replay of" in log
    assert "\nverdict: the data look wrong (exit code 3)\n" in log


def test_logs_of_good_jobs_are_empty_and_no_log_has_a_traceback(scrapyd: Scrapyd) -> None:
    assert (scrapyd.job_log("first"), scrapyd.job_log("second")) == ("", "")
    assert "Traceback" not in scrapyd.log + "".join(map(scrapyd.job_log, scrapyd.ids))

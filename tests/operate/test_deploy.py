"""deploy/: the unit files and the crontab say commands that exist, and what they start works as it does there: without anything of this environment."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from cqnspider.arguments import local_news_arguments
from cqnspider.spiders.local_news import LocalNewsSpider
from tests.conftest import FIXTURES, ROOT
from tests.site import Site, serve

DEPLOY = ROOT / "deploy"
INSTALLED = "/opt/cqnspider"
ENVIRONMENT_FILE = "/etc/cqnspider.env"
Unit = dict[str, dict[str, str]]


def unit(text: str) -> Unit:
    """A unit file, read strictly: every line is a section, a comment or a key that its section has only once."""
    sections: Unit = {}
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if header := re.fullmatch(r"\[(\w+)\]", line):
            assert header[1] not in sections, line
            section = sections.setdefault(header[1], {})
            continue
        key, mark, value = line.partition("=")
        assert mark and re.fullmatch(r"[A-Z]\w+", key) and value == value.strip() and key not in section, line
        section[key] = value
    return sections


def weekly(name: str) -> str:
    """What docs/scheduling.md makes of a unit file for the weekly crawl."""
    [expressions] = re.findall(r"sed (-e .+?) cqnspider\.", (ROOT / "docs" / "scheduling.md").read_text())
    done = subprocess.run(["sed", *shlex.split(expressions), DEPLOY / name], capture_output=True, text=True, check=True)
    return done.stdout


def jobs(crontab: str) -> list[tuple[list[str], str]]:
    """Times and command of every job."""
    lines = [line for line in crontab.splitlines() if line and not line.startswith("#") and not re.match(r"\w+=", line)]
    return [(line.split()[:5], line.split(maxsplit=5)[5]) for line in lines]


def variables(text: str) -> dict[str, str]:
    """Lines `NAME=value` of a crontab or an environment file."""
    return {name: value.strip("'") for name, value in re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE)}


SERVICES = {
    "nightly": unit((DEPLOY / "cqnspider.service").read_text()),
    "weekly": unit(weekly("cqnspider.service")),
}
TIMERS = {"nightly": unit((DEPLOY / "cqnspider.timer").read_text()), "weekly": unit(weekly("cqnspider.timer"))}
CRONTAB = (DEPLOY / "crontab").read_text()
COMMANDS = {
    "service": [each["Service"]["ExecStart"] for each in SERVICES.values()],
    "crontab": [command for _, command in jobs(CRONTAB)],
    "container": [line for line in (DEPLOY / "nightly").read_text().splitlines() if "run scrapy" in line],
}


@pytest.mark.parametrize(
    ("where", "full"), [("service", [False, True]), ("crontab", [False, True]), ("container", [False, True, False])]
)
def test_every_command_is_a_crawl_with_good_arguments(where: str, full: list[bool]) -> None:
    found = [re.search(r"scrapy crawl (\w+)((?: -a \w+=\w+)*)(?=\)|$)", command) for command in COMMANDS[where]]
    assert [each and each[1] for each in found] == [LocalNewsSpider.name] * len(full)
    given = [dict(part.split("=") for part in each[2].split() if part != "-a") for each in found if each]
    assert [local_news_arguments(arguments).full for arguments in given] == full


def test_nights_and_sundays_share_the_week() -> None:
    assert [times for times, _ in jobs(CRONTAB)] == [["0", "3", "*", "*", "1-6"], ["0", "3", "*", "*", "0"]]
    when = {name: each["Timer"]["OnCalendar"] for name, each in TIMERS.items()}
    assert when == {
        "nightly": "Mon..Sat *-*-* 03:00:00 Asia/Shanghai",
        "weekly": "Sun *-*-* 03:00:00 Asia/Shanghai",
    }
    assert all(each["Timer"]["Persistent"] == "yes" for each in TIMERS.values()), "a missed night is made up for"


@pytest.mark.parametrize("name", SERVICES)
def test_the_service_lets_a_crawl_end_in_order(name: str) -> None:
    service = SERVICES[name]["Service"]
    assert (service["Type"], service["KillMode"]) == ("oneshot", "process")
    assert "SuccessExitStatus" not in service, "exit code 3 is a failure"
    written = dict(each.split("=") for each in service["Environment"].split())
    folder = f"/var/lib/{service['StateDirectory']}"
    assert all(Path(path).is_relative_to(folder) for path in written.values())


def test_no_secret_is_in_the_crontab() -> None:
    assert not {"MONGODB_URI", "ALERT_WEBHOOK"} & variables(CRONTAB).keys(), "cron copies them into its mails"
    assert "%" not in CRONTAB, "cron makes a line break of it"


@dataclass
class Machine:
    """The project in a folder of its own, which stands for /opt/cqnspider, and its environment file."""

    project: Path
    environment_file: Path

    def here(self, text: str) -> str:
        """A line of deploy/ with the paths of this machine."""
        return text.replace(INSTALLED, str(self.project)).replace(ENVIRONMENT_FILE, str(self.environment_file))


@pytest.fixture
def site() -> Iterator[Site]:
    with serve(FIXTURES) as found:
        yield found


@pytest.fixture
def machine(tmp_path: Path, site: Site) -> Machine:
    """As after the steps of docs/scheduling.md; only the pauses between two requests are left out."""
    project = tmp_path / "opt"
    shutil.copytree(ROOT / "cqnspider", project / "cqnspider", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "scrapy.cfg", project)
    settings = project / "cqnspider" / "settings.py"
    text = re.sub(r"(?m)^(DOWNLOAD_DELAY|AUTOTHROTTLE_ENABLED) = \S+", r"\1 = 0", settings.read_text())
    settings.write_text(text)
    scrapy = project / ".venv" / "bin" / "scrapy"
    scrapy.parent.mkdir(parents=True)
    scrapy.write_text(f'#!/bin/sh\nexec {sys.executable} -m scrapy "$@"\n')
    scrapy.chmod(0o755)
    filled = (DEPLOY / "cqnspider.env").read_text() + f"https_proxy='{site.proxy}'\n"
    (tmp_path / "cqnspider.env").write_text(filled.replace("CONTACT=''", "CONTACT='night@example.org'"))
    return Machine(project, tmp_path / "cqnspider.env")


def run(command: list[str], cwd: Path, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("job", [0, 1], ids=["nightly", "weekly"])
def test_cron_mails_what_a_bad_crawl_says_and_nothing_of_a_good_one(
    job: int, machine: Machine, site: Site, tmp_path: Path
) -> None:
    home = tmp_path / "user"
    home.mkdir()
    env = {"HOME": str(home), "LOGNAME": "crawler"} | variables(machine.here(CRONTAB))
    command = ["/bin/sh", "-c", machine.here(jobs(CRONTAB)[job][1])]
    good = run(command, home, env)
    log = machine.project / "crawl.log"
    assert (good.returncode, good.stdout, good.stderr) == (0, "", ""), good
    assert log.read_text().splitlines()[-1] == "verdict: good (exit code 0)"
    assert any("contact: night@example.org" in agent for agent in site.agents)
    site.answers["/ms/index.htm"] = lambda: (500, {}, b"")
    bad = run(command, home, env)
    assert bad.stdout.splitlines()[-2:] == [
        "verdict: the data look wrong (exit code 3)",
        "  1 × list: HTTP 500, e.g. https://www.cqn.com.cn/ms/index.htm",
    ]


def test_the_service_starts_as_it_does_there(machine: Machine, tmp_path: Path) -> None:
    service = SERVICES["nightly"]["Service"]
    state = tmp_path / "state"
    given = dict(each.split("=") for each in service["Environment"].replace("/var/lib/cqnspider", str(state)).split())
    state.mkdir()
    assert service["EnvironmentFile"] == ENVIRONMENT_FILE
    env = {"PATH": "/usr/bin:/bin"} | given | variables(machine.environment_file.read_text())
    started = run(machine.here(service["ExecStart"]).split(), machine.project, env)
    assert (started.returncode, started.stderr.splitlines()[-1]) == (0, "verdict: good (exit code 0)"), started.stderr
    assert list((state / "archive").glob("*.warc.gz")) and (state / "mongod").is_dir()
    left = {path.name for path in machine.project.iterdir()}
    assert left == {"cqnspider", "scrapy.cfg", ".venv"}, "nothing is written into the project"


@pytest.mark.machine
@pytest.mark.parametrize("name", SERVICES)
def test_systemd_takes_the_units(name: str, tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    assert tool is not None, "no systemd-analyze: as root, apt-get install systemd"
    for each in ("cqnspider.service", "cqnspider.timer"):
        text = (DEPLOY / each).read_text() if name == "nightly" else weekly(each)
        (tmp_path / each).write_text(text.replace(f"{INSTALLED}/.venv/bin/scrapy", sys.executable))
    units = [str(tmp_path / each) for each in ("cqnspider.service", "cqnspider.timer")]
    verified = run([tool, "verify", *units], tmp_path, {"PATH": "/usr/bin:/bin"})
    assert (verified.returncode, verified.stdout + verified.stderr) == (0, "")
    when = run([tool, "calendar", TIMERS[name]["Timer"]["OnCalendar"]], tmp_path, {"PATH": "/usr/bin:/bin"})
    assert when.returncode == 0, when.stderr
    (tmp_path / "cqnspider.service").write_text("[Service]\nType=once\nExecStart=/bin/true\n")
    refused = run([tool, "verify", *units], tmp_path, {"PATH": "/usr/bin:/bin"})
    assert "Failed to parse service type" in refused.stderr, "what is wrong would be seen"

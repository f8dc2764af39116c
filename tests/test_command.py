"""What a command that goes wrong says, and its exit code."""

from __future__ import annotations

import argparse
import subprocess
import sys

import pytest
from pymongo.errors import PyMongoError
from scrapy.cmdline import execute
from scrapy.settings import BaseSettings, Settings

from cqnspider.arguments import ArgumentError
from cqnspider.command import ProjectCommand
from cqnspider.store import StoreError, StoreLost
from tests.conftest import ROOT, TestDatabase
from tests.test_processes import environment, scrapy


class Broken(ProjectCommand):
    """Ends as it is told."""

    def __init__(self, error: BaseException | None) -> None:
        super().__init__()
        self.settings = Settings()
        self.error = error

    def short_desc(self) -> str:
        return "For a test"

    def execute(self, settings: BaseSettings, args: list[str], opts: argparse.Namespace) -> int:
        if self.error is not None:
            raise self.error
        return 3


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (None, 3, ""),
        (ArgumentError("say what"), 2, "cqnspider: say what\n"),
        (StoreError("no MongoDB answers"), 1, "cqnspider: no MongoDB answers\n"),
        (StoreLost("it is gone"), 1, "cqnspider: it is gone\n"),
        (PyMongoError("mongodb://ana:geheim@db fails, full error: {…}"), 1, "cqnspider: mongodb://***@db fails\n"),
        (KeyboardInterrupt(), 1, "cqnspider: interrupted\n"),
    ],
)
def test_an_end_is_one_line_and_an_exit_code(
    error: BaseException | None, code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    command = Broken(error)
    command.run([], argparse.Namespace())
    assert (command.exitcode, capsys.readouterr().err) == (code, said)


def test_a_bug_is_no_line() -> None:
    with pytest.raises(ZeroDivisionError):
        Broken(ZeroDivisionError()).run([], argparse.Namespace())


def test_the_base_is_no_command() -> None:
    listed = [line.split()[0] for line in scrapy().stdout.splitlines() if line.startswith("  ")]
    assert {"crawl", "doctor", "extract", "mongod", "reparse", "requeue", "runs", "stored", "warc"} <= set(listed)
    assert not {"command", "commands", "base"} & set(listed)


def test_a_reader_may_have_seen_enough(database: TestDatabase) -> None:
    shell = f"{sys.executable} -m scrapy stored | true"
    env = environment(**database.environment)
    printed = subprocess.run(["bash", "-c", shell], cwd=ROOT, env=env, capture_output=True, text=True, check=True)
    assert printed.stderr == ""


@pytest.mark.parametrize("command", sorted(each.stem for each in (ROOT / "cqnspider" / "commands").glob("[a-z]*.py")))
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        execute(["scrapy", command, "--help"])
    assert (ended.value.code, capsys.readouterr().out.startswith(f"Usage\n=====\n  scrapy {command}")) == (0, True)

"""Where the last lines of a crawl go."""

import io
import logging
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cqnspider.extensions import console
from cqnspider.extensions.console import say

SUMMARY = "cqnspider local_news: 3 requests\nverdict: 100 % {good}"


@pytest.fixture
def log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The log file of `-s LOG_FILE=… -s LOG_LEVEL=WARNING`."""
    handler = logging.FileHandler(tmp_path / "crawl.log")
    handler.setLevel(logging.WARNING)
    logging.root.addHandler(handler)
    monkeypatch.setattr(console, "get_scrapy_root_handler", lambda: handler)
    yield tmp_path / "crawl.log"
    logging.root.removeHandler(handler)
    handler.close()


@pytest.mark.parametrize(("level", "logged"), [(logging.ERROR, f"{SUMMARY}\n"), (logging.INFO, "")])
def test_a_log_file_gets_what_its_level_lets_through(
    log: Path, capsys: pytest.CaptureFixture[str], level: int, logged: str
) -> None:
    say(SUMMARY, level)
    assert (capsys.readouterr().err, log.read_text()) == (f"{SUMMARY}\n", logged)


def test_a_log_on_stderr_does_not_say_it_twice(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(console, "get_scrapy_root_handler", lambda: logging.StreamHandler(sys.stderr))
    say(SUMMARY)
    assert capsys.readouterr().err == f"{SUMMARY}\n"


def test_nobody_at_stderr_is_no_error(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with io.FileIO(writing, "w") as nobody:
        monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(nobody, write_through=True))
        say(SUMMARY)
    assert log.read_text() == f"{SUMMARY}\n"

"""The examples of docs/reading.md and docs/pandas.md, run as they are printed on the data of the demo."""

import doctest
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from cqnspider.store.mongod import PrivateMongod
from tests.conftest import ROOT, TestDatabase, fresh_database, run_spider
from tests.test_processes import environment


@pytest.fixture(scope="module")
def demo(mongod: PrivateMongod) -> Iterator[TestDatabase]:
    with fresh_database(mongod) as database:
        assert run_spider(database, "local_news").exit_code == 0
        yield database


@pytest.mark.parametrize("page", ["reading.md", "pandas.md"])
def test_an_example_prints_what_it_says(
    page: str, demo: TestDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("MONGODB_URI", demo.uri)
    monkeypatch.setenv("MONGO_DATABASE", demo.name)
    text = (ROOT / "docs" / page).read_text()
    lines = [line.strip() for line in text.splitlines()]
    for number, line in enumerate(lines):
        if line.startswith("$ scrapy "):
            command = f"{sys.executable} -m {line.removeprefix('$ ')}"
            env = environment(**demo.environment)
            printed = subprocess.run(
                ["bash", "-c", command], cwd=tmp_path, env=env, capture_output=True, text=True, check=True, timeout=60
            )
            assert printed.stdout.strip() == lines[number + 1]
    example = doctest.DocTestParser().get_doctest(text, {}, page, page, 0)
    assert len(example.examples) > 5
    said: list[str] = []
    result = doctest.DocTestRunner(verbose=False).run(example, out=said.append)
    assert result.failed == 0, "".join(said)

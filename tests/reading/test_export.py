"""`scrapy export`: what is in the files is what is in the database, in every format, and a file is whole or not there."""

import csv
import io
import json
import stat
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from cqnspider.export import FORMATS, ExportError, finished_file, written
from cqnspider.export.columns import COLUMNS
from cqnspider.store import Reader
from tests.conftest import ROOT, TestDatabase
from tests.test_processes import PROVENANCE, environment, scrapy

LATER = (*PROVENANCE, "revision", "duplicate_of")  # what the time of storing and later crawls decide


def stored_rows(store: Reader, collection: str) -> list[dict[str, Any]]:
    found = store.articles() if collection == "articles" else store.metrics()
    return [
        {name: each.get("_id" if name == "id" else name) for name in COLUMNS[collection]} for each in found.documents()
    ]


def read_csv(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def export(stored: TestDatabase, collection: str, path: Path, *arguments: str) -> None:
    exported = scrapy("export", collection, "-o", str(path), *arguments, env=stored.environment)
    assert (exported.returncode, exported.stderr) == (0, "")
    assert exported.stdout.endswith(f" {collection} in {path}\n")
    assert [each.name for each in path.parent.iterdir()] == [path.name], "nothing half-written is left"


@pytest.mark.parametrize("collection", list(COLUMNS))
def test_parquet(store: Reader, stored: TestDatabase, tmp_path: Path, collection: str) -> None:
    export(stored, collection, tmp_path / "all.parquet")
    assert pq.read_table(tmp_path / "all.parquet").to_pylist() == stored_rows(store, collection)


@pytest.mark.parametrize("collection", list(COLUMNS))
def test_json_lines(store: Reader, stored: TestDatabase, tmp_path: Path, collection: str) -> None:
    export(stored, collection, tmp_path / "all.jsonl")
    rows = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text().splitlines()]
    printed = json.dumps(stored_rows(store, collection), default=lambda moment: moment.isoformat(timespec="seconds"))
    assert rows == json.loads(printed)


def test_json_lines_are_those_of_a_feed_export(stored: TestDatabase, database: TestDatabase, tmp_path: Path) -> None:
    feed = tmp_path / "feed.jsonl"
    scrapy("crawl", "local_news", "-s", "REPLAY=fixtures", "-O", str(feed), env=database.environment)
    exported = scrapy("export", "articles", "--format=jsonl", "-o", "-", env=stored.environment).stdout

    def articles(lines: Iterable[str]) -> dict[str, dict[str, Any]]:
        found = (json.loads(line) for line in lines)
        return {each["id"]: {k: v for k, v in each.items() if k not in LATER} for each in found}

    of_feed, of_export = articles(feed.read_text().splitlines()), articles(exported.splitlines())
    corrected, reprint = of_export.pop("8990503"), of_export.pop("8990999")
    assert (corrected["title"], corrected["content_hash"]) != (reprint["title"], of_feed.pop("8990503")["content_hash"])
    assert of_export == of_feed


@pytest.mark.parametrize("collection", list(COLUMNS))
def test_csv(store: Reader, stored: TestDatabase, tmp_path: Path, collection: str) -> None:
    export(stored, collection, tmp_path / "all.csv")
    content = (tmp_path / "all.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbfid,")
    for cells, row in zip(read_csv(content), stored_rows(store, collection), strict=True):
        assert (cells["id"], cells["title"], cells["url"]) == (row["id"], row["title"], row["url"])
        assert cells["published_at"] == f"{row['published_at']:%Y-%m-%d %H:%M:%S}"
        assert cells["sections"] == "; ".join(row["sections"])
        if collection == "articles":
            assert (cells["body"], json.loads(cells["tables"] or "[]")) == (row["body"], row["tables"])
        else:
            assert cells["value"] == ("" if row["value"] is None else str(row["value"]))


def test_hostile_cells_are_texts(tmp_path: Path) -> None:
    hostile = ["=1+1", "@SUM(A1)", "+86 400", "-2", "|cmd", '"quoted",\r\nline', "\ud800 half", "\x00zero", "\ufeff=1"]
    documents = [{"_id": str(n), "title": each, "metrics": []} for n, each in enumerate(hostile)]
    for form in ("csv", "jsonl"):
        with finished_file(tmp_path / form) as file:
            assert sum(written(form, "articles", documents, file)) == len(hostile)
    titles = [each["title"] for each in read_csv((tmp_path / "csv").read_bytes())]
    assert titles == [
        "'=1+1",
        "'@SUM(A1)",
        "'+86 400",
        "-2",
        "'|cmd",
        '"quoted",\r\nline',
        "? half",
        "\x00zero",
        "'\ufeff=1",
    ]
    lines = [json.loads(line)["title"] for line in (tmp_path / "jsonl").read_text().splitlines()]
    assert lines == [*hostile[:-3], "? half", "\x00zero", "\ufeff=1"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what: scrapy export articles or scrapy export metrics"),
        (("runs",), "say what"),
        (("articles", "--unit", "元"), "articles cannot be chosen by --unit"),
        (("metrics", "--stories"), "metrics cannot be chosen by --stories"),
        (("metrics", "--since", "2023"), "since='2023' is no date"),
        (("metrics", "--place", "朝阳区"), "北京市朝阳区"),
        (("metrics", "--section", "地方"), "unknown section '地方'"),
        (("metrics", "--place", ""), "--place is empty; leave it out for all"),
        (("metrics", "--since="), "--since is empty"),
        (
            ("metrics", "-o", "numbers.xlsx"),
            "numbers.xlsx says no format; name it .csv, .jsonl, .parquet, or say --format",
        ),
        (("metrics", "-o", "/", "--format", "csv"), "it is a folder"),
        (("metrics", "-o", "/none/x.csv"), "its folder does not exist"),
        (("metrics", "-o", "/dev/null", "--format=csv"), "it is no regular file; -o - writes to stdout"),
    ],
)
def test_wrong_arguments(arguments: tuple[str, ...], said: str) -> None:
    exported = scrapy("export", *arguments, env={"MONGODB_URI": "mongodb://127.0.0.1:1/"})
    assert (exported.returncode, exported.stdout, len(exported.stderr.splitlines())) == (2, "", 1)
    assert said in exported.stderr


def test_nothing_found_is_a_file_without_rows(stored: TestDatabase, tmp_path: Path) -> None:
    for form in FORMATS:
        path = tmp_path / form / f"none.{form}"
        path.parent.mkdir()
        export(stored, "metrics", path, "--since", "2099-01-01")
    assert read_csv((tmp_path / "csv" / "none.csv").read_bytes()) == []
    assert (tmp_path / "jsonl" / "none.jsonl").read_bytes() == b""
    assert pq.read_table(tmp_path / "parquet" / "none.parquet").column_names == list(COLUMNS["metrics"])


def test_rows_are_chosen(stored: TestDatabase) -> None:
    chosen = ("--unit", "元", "--entity", "罚款，罚没款", "--since", "2025-01-01", "--place", "陕西")
    exported = scrapy("export", "metrics", *chosen, "-o", "-", env=stored.environment)
    rows = read_csv(exported.stdout.encode())
    assert {row["province"] for row in rows} == {"陕西省"}
    assert {row["entity_head"] for row in rows} <= {"罚款", "罚没款"}
    assert exported.stderr == f"{len(rows)} metrics in all\n"


def test_a_reader_who_has_seen_enough(stored: TestDatabase) -> None:
    shell = f"{sys.executable} -m scrapy export metrics --format jsonl -o - | head -1"
    command = ["bash", "-c", shell]
    env = environment(**stored.environment)
    printed = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=True)
    assert (len(printed.stdout.splitlines()), "Traceback" in printed.stderr) == (1, False)


def test_without_pyarrow_the_other_formats_work(stored: TestDatabase, tmp_path: Path) -> None:
    (tmp_path / "pyarrow.py").write_text("raise ImportError('not installed')")
    env = stored.environment | {"PYTHONPATH": f"{tmp_path}:{ROOT}"}
    refused = scrapy("export", "articles", "-o", str(tmp_path / "a.parquet"), env=env)
    assert (refused.returncode, refused.stdout, len(refused.stderr.splitlines())) == (1, "", 1)
    assert "pip install -r requirements-arrow.txt" in refused.stderr
    assert not (tmp_path / "a.parquet").exists()
    assert scrapy("export", "articles", "-o", str(tmp_path / "a.csv"), env=env).returncode == 0


def test_a_file_is_whole_or_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text("before")

    def half() -> Iterator[dict[str, Any]]:
        yield {"_id": "1:0"}
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), finished_file(path) as file:
        sum(written("csv", "metrics", half(), file))
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_what_is_replaced_keeps_its_mode_and_a_link_stays_one(tmp_path: Path) -> None:
    secret, link = tmp_path / "secret.csv", tmp_path / "link.csv"
    secret.write_text("before")
    secret.chmod(0o600)
    link.symlink_to(secret)
    with finished_file(link) as file:
        file.write(b"after")
    assert (secret.read_text(), stat.S_IMODE(secret.stat().st_mode), link.is_symlink()) == ("after", 0o600, True)
    with finished_file(tmp_path / "new.csv") as file:
        file.write(b"new")
    (tmp_path / "plain").touch()
    assert (tmp_path / "new.csv").stat().st_mode == (tmp_path / "plain").stat().st_mode


def test_sigterm_leaves_nothing_behind(tmp_path: Path) -> None:
    program = f"""
import os, pathlib, signal
from cqnspider.export import finished_file
with finished_file(pathlib.Path({str(tmp_path)!r}) / "a.csv") as file:
    file.write(b"half")
    os.kill(os.getpid(), signal.SIGTERM)
    signal.pause()
"""
    command = [sys.executable, "-c", program]
    ended = subprocess.run(
        command, cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
    )
    assert "KeyboardInterrupt" in ended.stderr
    assert not list(tmp_path.iterdir())


def test_what_json_does_not_have_is_null(tmp_path: Path) -> None:
    metric = {"_id": "1:0", "value": float("nan"), "min_value": float("inf"), "max_value": 3.5}
    with finished_file(tmp_path / "a.jsonl") as file:
        sum(written("jsonl", "metrics", [metric], file))
    found = json.loads((tmp_path / "a.jsonl").read_text(), parse_constant=pytest.fail)
    assert (found["value"], found["min_value"], found["max_value"]) == (None, None, 3.5)


def test_a_document_that_does_not_fit_is_named(tmp_path: Path) -> None:
    documents = [{"_id": "1", "metrics": []}, {"_id": "2", "metrics": [], "title": 5}]
    with (
        pytest.raises(ExportError, match="2 of articles does not fit its schema"),
        finished_file(tmp_path / "a") as file,
    ):
        sum(written("parquet", "articles", documents, file))


def test_a_full_disk_is_said(stored: TestDatabase, tmp_path: Path) -> None:
    limit = f"ulimit -f 20; exec {sys.executable} -m scrapy export articles -o {tmp_path}/a.jsonl"
    command = ["bash", "-c", limit]
    env = environment(**stored.environment)
    printed = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False)
    assert (printed.returncode, printed.stdout) == (1, "")
    assert printed.stderr == "cqnspider: [Errno 27] File too large\n"
    assert not list(tmp_path.iterdir())

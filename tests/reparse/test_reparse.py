"""Rebuilding the data set from an archive: what the crawls stored, again."""

import re
from datetime import UTC
from pathlib import Path

import pytest

from cqnspider.archive.scan import warc_files
from cqnspider.arguments import ArgumentError
from cqnspider.commands.reparse import archives, worker_count
from cqnspider.reparse.pool import cores
from tests.conftest import TestDatabase
from tests.reparse.rebuilding import rebuild, reparse, state_of
from tests.test_processes import scrapy


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


def test_a_dry_run_makes_no_collection(archive: tuple[Path, str], database: TestDatabase) -> None:
    done = reparse(archive[0], database, "--dry-run")
    assert done.returncode == 0 and "26 would be new" in done.stdout
    assert database.client[database.name].list_collection_names() == []


def test_pages_after_a_moment_are_left_out(archive: tuple[Path, str], database: TestDatabase) -> None:
    runs = list(database.client[archive[1]]["runs"].find(sort=[("started_at", 1)]))
    failed, said = rebuild(archive[0], database, until=runs[1]["started_at"].replace(tzinfo=UTC))
    assert failed == 0 and "26 new" in said and "0 former states" in said
    assert database.client[database.name]["articles"].count_documents({"gone_at": None}) == 26


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

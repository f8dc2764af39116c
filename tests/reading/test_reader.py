"""The typed, read-only answers of `open_store`, against what MongoDB itself says."""

from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pymongo
import pytest
from pymongo.errors import ConnectionFailure

from cqnspider.items import BEIJING, SCHEMA_VERSION
from cqnspider.store import Reader, StoreError, StoreLost, open_store
from cqnspider.store.mongod import PrivateMongod
from tests.conftest import SEED, TestDatabase, expected_articles, fresh_database

EXPECTED = expected_articles()


def ids(store: Reader, **query: Any) -> list[str]:
    return [article.id for article in store.articles(**query)]


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ({}, {}),
        ({"place": "四川省"}, {"province": "四川省"}),
        ({"place": "苍溪"}, {"county": "苍溪县"}),
        ({"place": "510824"}, {"adcode": "510824"}),
        ({"place": "重庆"}, {"province": "重庆市"}),
        ({"section": "地方抽查"}, {"sections": "地方抽查"}),
        ({"source": "中国质量新闻网"}, {"source": "中国质量新闻网"}),
        ({"stories": True}, {"duplicate_of": None}),
        ({"text": "猕猴桃"}, {"body": {"$regex": "猕猴桃"}}),
        ({"text": "猕猴桃 追溯码"}, {"$and": [{"body": {"$regex": "猕猴桃"}}, {"body": {"$regex": "追溯码"}}]}),
        ({"text": ".*"}, {"body": "nothing"}),  # as written, no pattern
        ({"since": "2025-01-01"}, {"published_at": {"$gte": datetime(2025, 1, 1, tzinfo=BEIJING)}}),
        ({"until": date(2023, 10, 19)}, {"published_at": {"$lt": datetime(2023, 10, 20, tzinfo=BEIJING)}}),
    ],
)
def test_articles_are_those_that_mongodb_finds(
    store: Reader, stored: TestDatabase, query: dict[str, Any], condition: dict[str, Any]
) -> None:
    wanted = [each["_id"] for each in stored.client[stored.name]["articles"].find(condition)]
    found = store.articles(**query)
    assert sorted(article.id for article in found) == sorted(wanted)
    assert (found.count(), bool(found)) == (len(wanted), bool(wanted))
    times = [article.published_at for article in found]
    assert times == sorted(times, key=lambda each: each or datetime.min, reverse=True)


def test_an_article_is_what_the_pipelines_made(store: Reader) -> None:
    article = store.article("8993912")
    assert article is not None
    expected = EXPECTED["8993912"]
    assert {name: getattr(article, name) for name in expected if name != "published_at"} == {
        name: value for name, value in expected.items() if name != "published_at"
    }
    assert article.published_at == datetime.fromisoformat(expected["published_at"])
    assert article.body == "\n".join(article.paragraphs)
    for metric in article.metrics:
        assert article.paragraphs[metric.paragraph][metric.start : metric.end] == metric.text
    assert store.article("none") is None


@pytest.mark.parametrize(
    ("query", "condition"),
    [
        ({"unit": "元"}, {"unit": "元"}),
        ({"unit": ("人次", "人", "名"), "place": "重庆市"}, {"unit": {"$in": ["人次", "人", "名"]}, "province": "重庆市"}),
        ({"entity": ["罚没款", "罚款"], "at_least": 100_000}, {"entity_head": {"$regex": "^罚(没)?款$"}, "value": {"$gte": 100_000}}),
        ({"unit": "%", "at_most": 50.0}, {"unit": "%", "value": {"$lte": 50}}),
        ({"role": "change", "direction": "increase"}, {"role": "change", "direction": "increase"}),
        ({"basis": "yoy"}, {"basis": "yoy"}),
        ({"section": "食品安全", "since": "2025-01-01", "until": "2025-12-31"},
         {"sections": "食品安全", "published_at": {"$gte": datetime(2025, 1, 1, tzinfo=BEIJING), "$lt": datetime(2026, 1, 1, tzinfo=BEIJING)}}),
    ],
)  # fmt: skip
def test_metrics_are_those_that_mongodb_finds(
    store: Reader, stored: TestDatabase, query: dict[str, Any], condition: dict[str, Any]
) -> None:
    wanted = list(stored.client[stored.name]["metrics"].find(condition))
    assert wanted, "a question that nothing answers tests nothing"
    found = list(store.metrics(**query))
    assert sorted((each.article_id, each.paragraph, each.start) for each in found) == sorted(
        (each["article_id"], each["paragraph"], each["start"]) for each in wanted
    )
    assert all(each.url.startswith("https://www.cqn.com.cn/") and each.text in each.sentence for each in found)


def test_revisions_and_duplicates(store: Reader) -> None:
    [former] = store.revisions("8990503")
    now = store.article("8990503")
    assert now is not None
    assert (former.revision, former.changed, now.revision) == (1, ("paragraphs",), 2)
    assert ("1126场" in former.state.body, "1127场" in now.body) == (True, True)
    assert [each.value for each in former.state.metrics if each.unit == "场"] == [1126]
    assert store.revisions("8993912") == []
    assert [each.id for each in store.duplicates("8990999")] == ["8990503"]
    assert [each.id for each in store.duplicates("8990503")] == ["8990999"]
    assert (store.duplicates("8993912"), store.duplicates("none")) == ([], [])


def test_an_answer_is_asked_again_each_time(store: Reader) -> None:
    found = store.metrics(place="重庆市")
    assert list(found) == list(found)
    assert found.first(3) == list(found)[:3]


def test_an_answer_as_arrow(store: Reader) -> None:
    table = store.metrics(unit="元").arrow()
    assert table.num_rows == store.metrics(unit="元").count()
    assert table.column("value").to_pylist() == [each.value for each in store.metrics(unit="元")]
    assert store.articles(section="地方抽查").arrow().column("tables").to_pylist() == [
        each.tables for each in store.articles(section="地方抽查")
    ]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"place": "朝阳区"}, "北京市朝阳区"),
        ({"place": "亚特兰蒂斯"}, "no place '亚特兰蒂斯'"),
        ({"since": "2023-13-01"}, "since='2023-13-01' is no date"),
        ({"since": "2023-10-02", "until": "2023-10-01"}, "swap them"),
        ({"colour": "red"}, "nothing can be asked by colour"),
        ({"section": "不存在"}, "unknown section '不存在'; known are .*地方动态"),
        ({"section": None}, "section=None is no text"),
        ({"since": 2023}, "since=2023 is no date"),
    ],
)
def test_what_cannot_be_asked(store: Reader, query: dict[str, Any], said: str) -> None:
    for ask in (store.articles, store.metrics):
        with pytest.raises(ValueError, match=said):
            ask(**query)


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ({"role": "levels"}, "unknown role 'levels'; known are change, level, share, target"),
        ({"role": {"$ne": "level"}}, "is no text"),
        ({"direction": "up"}, "unknown direction 'up'"),
        ({"basis": "同比"}, "unknown basis '同比'; known are mom, yoy"),
        ({"unit": 5}, "unit=5 is neither a text nor several"),
        ({"entity": ["罚款", None]}, "entity=None is no text"),
        ({"at_least": "1000"}, "at_least='1000' is no number"),
        ({"at_least": float("nan")}, "at_least=nan is no number"),
        ({"at_most": 10**400}, "is no number"),
    ],
)
def test_what_cannot_be_asked_of_numbers(store: Reader, query: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        store.metrics(**query)


def test_what_cannot_be_asked_of_texts(store: Reader) -> None:
    for query in ({"text": None}, {"text": ["猕猴桃"]}, {"source": {"$ne": ""}}):
        with pytest.raises(ValueError, match="is no text"):
            store.articles(**query)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="an id is a text such as '8990503', not 8993912"):
        store.article(8993912)  # type: ignore[arg-type]


@pytest.mark.parametrize("query", [{"until": date.max}, {"until": "9999-12-31"}, {"since": "0001-01-01"}])
def test_the_ends_of_the_calendar_are_open(store: Reader, query: dict[str, Any]) -> None:
    assert store.articles(**query).count() == store.articles().count() > 0


def test_a_code_of_a_renamed_division_means_both(database: TestDatabase) -> None:
    names = {"1": "普洱市", "2": "思茅市", "3": "昆明市"}
    database.client[database.name]["articles"].insert_many(
        [
            {"_id": each, "province": "云南省", "city": city, "county": None, "schema_version": 2}
            for each, city in names.items()
        ]
    )
    database.client[database.name].create_collection("metrics")
    with Reader(database.uri, database.name) as store:
        assert sorted(ids(store, place="530800")) == ["1", "2"]
        assert ids(store, place="普洱市") == ["1"]


def test_documents_that_lack_fields_have_empty_ones(database: TestDatabase) -> None:
    found = database.client[database.name]
    found["articles"].insert_one({"_id": "1", "schema_version": 2, "metrics": [{"text": "3家", "more": 1}]})
    found["metrics"].insert_one({"_id": "1:0", "text": "3家", "value": 3})
    with Reader(database.uri, database.name) as store:
        [article], [metric] = store.articles(), store.metrics()
        assert (article.title, article.archive, article.metrics[0].text, article.metrics[0].unit) == (
            "",
            None,
            "3家",
            "",
        )
        assert (metric.value, metric.unit, metric.basis, metric.province, metric.sections) == (3, "", None, None, [])
        assert store.metrics().arrow().column("value").to_pylist() == [3.0]


def test_metrics_that_were_dropped_are_not_nothing(database: TestDatabase) -> None:
    database.client[database.name]["articles"].insert_one({"_id": "1", "schema_version": 2})
    with pytest.raises(StoreError, match="the collection metrics is missing; run scrapy stored"):
        Reader(database.uri, database.name)


def test_reading_writes_nothing(stored: TestDatabase) -> None:
    def everything() -> dict[str, Any]:
        database = stored.client[stored.name]
        names = sorted(database.list_collection_names())
        return {name: database.command("dbHash", collections=[name])["md5"] for name in names}

    before = everything()
    with Reader(stored.uri, stored.name) as store:
        assert ids(store)
        assert store.metrics().count()
        store.duplicates("8990503")
    assert everything() == before


def test_an_empty_database_answers_nothing_and_stays_empty(mongod: PrivateMongod) -> None:
    with fresh_database(mongod) as database, Reader(database.uri, database.name) as store:
        assert (ids(store), store.metrics().count(), store.article("1")) == ([], 0, None)
        assert database.name not in database.client.list_database_names()


@pytest.mark.parametrize(
    ("version", "said"), [(SCHEMA_VERSION + 1, "Update cqnspider"), (1, "Run: scrapy doctor --migrate")]
)
def test_another_schema_is_refused(database: TestDatabase, version: int, said: str) -> None:
    database.client[database.name]["articles"].insert_one({"_id": "1", "schema_version": version})
    with pytest.raises(StoreError, match=said):
        Reader(database.uri, database.name)


def test_a_server_that_does_not_answer(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"no MongoDB answers at mongodb://127\.0\.0\.1:1 "):
        open_store("mongodb://ana:secret@127.0.0.1:1/?serverSelectionTimeoutMS=200")
    with pytest.raises(StoreError, match=r"there is no private MongoDB in .* yet; a crawl makes one"):
        open_store(home=tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_store_that_was_closed(stored: TestDatabase) -> None:
    with Reader(stored.uri, stored.name) as store:
        found = store.articles()
    with pytest.raises(StoreLost, match="the database was not asked: Cannot use MongoClient after close"):
        found.count()


def test_a_server_that_goes_away(tmp_path: Path) -> None:
    with PrivateMongod(tmp_path) as private, Reader(private.uri, "cqn") as store:
        assert store.articles().count() == 0
        with pymongo.MongoClient[dict[str, Any]](private.uri) as client, suppress(ConnectionFailure):
            client.admin.command("shutdown", force=True)
        with pytest.raises(StoreLost, match="the database does not answer"):
            store.articles().count()


def test_the_environment_says_which(stored: TestDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONGODB_URI", stored.uri)
    monkeypatch.setenv("MONGO_DATABASE", stored.name)
    with open_store() as store:
        article = store.article("8990503")
        assert article is not None
        assert article.url == SEED


def test_the_private_database(tmp_path: Path) -> None:
    with PrivateMongod(tmp_path):
        pass
    with open_store(home=tmp_path) as store:
        assert store.label == f"private MongoDB in {tmp_path}/mongod"
        assert ids(store) == []

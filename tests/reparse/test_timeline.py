"""The states of an article in order of time, whatever parts of them come from where."""

from datetime import UTC, datetime, timedelta

import pytest

from cqnspider.items import BEIJING
from cqnspider.reparse.timeline import Document, Met, timeline

BEGIN = datetime(2026, 11, 1, tzinfo=UTC).astimezone(BEIJING)


def at(minute: int) -> datetime:
    return BEGIN + timedelta(minutes=minute)


def reading(text: str, minute: int, file: str = "a", **fields: object) -> Document:
    """What a page says: its text is its hash."""
    page = {"_id": "1", "fetched_at": at(minute), "archive": {"file": file, "offset": minute}, "content_hash": text}
    return (
        page
        | {"paragraphs": [text], "etag": None, "last_modified": None, "metrics": ["today"], "schema_version": 2}
        | fields
    )


def made(*readings: Document, before: tuple[Document, list[Document]] | None = None) -> tuple[Document, list[Document]]:
    seen = [each["fetched_at"] for each in readings]
    found = timeline(before[0] if before else None, before[1] if before else [], readings, Met(seen, []))
    assert found is not None
    return found


def texts(found: tuple[Document, list[Document]]) -> str:
    current, former = found
    assert [each["revision"] for each in former] == list(range(1, len(former) + 1))
    assert current["revision"] == len(former) + 1
    return "".join(each["content_hash"] for each in (*former, current))


@pytest.mark.parametrize(
    ("pages", "expected"),
    [("A", "A"), ("AA", "A"), ("AB", "AB"), ("ABA", "ABA"), ("AABBA", "ABA"), ("ABC", "ABC")],
)
def test_equal_neighbours_are_one_state(pages: str, expected: str) -> None:
    readings = [reading(text, minute) for minute, text in enumerate(pages)]
    found = made(*readings)
    assert texts(found) == expected
    assert made(*readings, before=found) == found  # its own result
    assert made(*readings[::-1]) == made(*readings)


@pytest.mark.parametrize("order", ["12", "21"])
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ([("A", 0)], [("B", 1)], "AB"),
        ([("A", 0), ("A", 9)], [("B", 5)], "ABA"),
        ([("A", 0)], [("A", 5)], "A"),
        ([("A", 0), ("B", 5)], [("A", 9)], "ABA"),
        ([("A", 3)], [("B", 3)], "AB"),  # in the same moment
    ],
)
def test_parts_of_an_archive_end_like_the_whole(
    one: list[tuple[str, int]], other: list[tuple[str, int]], expected: str, order: str
) -> None:
    parts = {"1": [reading(*each, "one") for each in one], "2": [reading(*each, "two") for each in other]}
    first, second = (parts[each] for each in order)
    found = made(*second, before=made(*first))
    assert texts(found) == texts(made(*first, *second)) == expected
    assert texts(made(*first, before=found)) == expected


def test_a_stored_state_is_what_its_page_says_today() -> None:
    before = made(reading("A", 0), reading("B", 5))
    assert texts(made(reading("a", 0), reading("b", 5), before=before)) == "ab"
    assert texts(made(reading("x", 0), reading("x", 5), before=before)) == "x"


def test_a_state_without_a_page_stays_and_gets_what_follows_from_its_text() -> None:
    stored = reading("A", 0, metrics=[], archive=None) | {"revision": 1, "first_seen_at": at(0), "last_seen_at": at(1)}
    current, former = made(reading("A", 5), before=(stored, []))
    assert former == []
    assert (current["metrics"], current["archive"], current["fetched_at"]) == (
        ["today"],
        {"file": "a", "offset": 5},
        at(5),
    )
    assert (current["first_seen_at"], current["last_seen_at"]) == (at(0), at(5))
    assert texts(made(reading("B", 5), before=(stored, []))) == "AB"


def test_of_two_crawls_at_once_the_later_write_is_the_current_state() -> None:
    current, [former] = made(reading("A", 0), reading("B", 1))
    late = former | {"last_seen_at": at(2)}  # the first crawl wrote after the second had fetched
    assert texts(made(reading("A", 0), reading("B", 1), before=(current, [late]))) == "AB"


def test_gone_and_back() -> None:
    def gone(missed: list[int], seen: list[int], before: Document | None = None) -> datetime | None:
        met = Met([at(each) for each in seen], [at(each) for each in missed])
        found = timeline(before, [], [reading("A", 0)], met)
        assert found is not None
        when: datetime | None = found[0]["gone_at"]
        return when

    assert gone([5, 7], [0]) == at(5)
    assert gone([5], [0, 6]) is None
    before = made(reading("A", 0))[0] | {"gone_at": at(4)}
    assert gone([5], [0], before) == at(4)
    assert gone([], [0, 6], before) is None


def test_nothing_is_nothing() -> None:
    assert timeline(None, [], [], Met([], [at(1)])) is None

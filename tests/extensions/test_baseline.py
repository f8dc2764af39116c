from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cqnspider.extensions.baseline import drift

NOW = datetime(2026, 11, 1, tzinfo=UTC)


def run(days_ago: float = 0, **fields: Any) -> dict[str, Any]:
    base: dict[str, Any] = {
        "spider": "local_news", "arguments": {}, "replay": None, "started_at": NOW - timedelta(days=days_ago),
        "counts": {"accepted": 40, "new": 40}, "coverage": {"source": 40, "section": 40, "paragraphs": 40, "editor": 38},
        "cohorts": {"B 2026": {"pages": 40, "title/anchor": 40, "editor/anchor": 38, "source/x": 0}},
        "sections": [{"name": "地方动态", "listed": 60, "pages": 3}],
    }  # fmt: skip
    return base | fields


def cohort(name: str, pages: int, **hits: int) -> dict[str, Any]:
    return {name: {"pages": pages} | {key.replace("__", "/"): value for key, value in hits.items()}}


EARLIER = [run(days) for days in (1, 2, 3, 4)]


def test_no_baseline_no_alarm() -> None:
    assert (
        drift(
            run(
                cohorts=cohort("B 2026", 40, title__anchor=0), sections=[{"name": "地方动态", "listed": 1, "pages": 3}]
            ),
            [],
        )
        == []
    )


def test_a_run_like_the_others_is_fine() -> None:
    assert drift(run(), EARLIER) == []


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        (
            {"cohorts": cohort("B 2026", 9, title__anchor=9, editor__anchor=0)},
            "rule B/editor/anchor found nothing on 9 pages; in earlier runs it did",
        ),
        (
            {"cohorts": cohort("C 2026", 9, title__x=9)},
            "layout B was on most pages of 2026, now on none of 9 (now C): its class names may have changed",
        ),
        (
            {"sections": [{"name": "地方动态", "listed": 12, "pages": 3}]},
            "section 地方动态: a page of its lists names 4.0 articles, in earlier runs 20.0",
        ),
        (
            {"counts": {"gone": 9, "unchanged": 20}},
            "9 of 29 stored articles that were asked for again are gone: have their addresses changed?",
        ),
        ({"coverage": {"editor": 20, "section": 40}}, "field editor: 50% of 40 articles have it, in earlier runs 95%"),
        (
            {"coverage": {"source": 4, "section": 40}},
            "field source: only 10% of 40 articles have it, expected at least 30%",
        ),
    ],
)
def test_what_changed_is_named(fields: dict[str, Any], reason: str) -> None:
    assert drift(run(**fields), EARLIER) == [reason]


@pytest.mark.parametrize(
    "fields",
    [
        {"cohorts": cohort("B 2026", 2, title__anchor=0, editor__anchor=0)},  # two pages say nothing
        {"cohorts": cohort("A 2016", 40, title__cms=0)},  # pages of a year that earlier runs did not read
        {"cohorts": cohort("B 2026", 40, title__anchor=1, editor__anchor=1)},  # fell, but not to zero
        {"sections": [{"name": "地方动态", "listed": 20, "pages": 1}]},  # stopped earlier
        {"counts": {"gone": 2, "unchanged": 0}},
        {"coverage": {"editor": 30, "section": 40, "source": 40, "paragraphs": 40}},
        {"counts": {"accepted": 3, "new": 3}, "coverage": {"source": 0}},  # three articles say nothing about shares
        {
            "arguments": {"sections": "食品安全"},
            "sections": [{"name": "地方动态", "listed": 1}],
        },  # asked for something else
    ],
)
def test_what_is_within_bounds_is_no_alarm(fields: dict[str, Any]) -> None:
    assert drift(run(**fields), EARLIER) == []


def test_a_new_normal_is_learned() -> None:
    redesigned = run(cohorts=cohort("D 2026", 40, title__x=40))
    assert drift(redesigned, EARLIER) != []
    assert drift(redesigned, [redesigned] * 5 + EARLIER) == []


def starts(*days: float) -> list[datetime]:
    return [NOW - timedelta(days=each) for each in days]


@pytest.mark.parametrize(
    ("news", "alarm"),
    [
        (starts(10, 10.1, 10.2, 10.3, 13), True),  # every hour, a weekend, then ten days nothing
        (starts(3, 4, 5, 6, 7), False),  # a weekend after daily news
        (starts(5, 8, 9, 12), False),  # not twice as long as the longest silence
        (starts(30, 31), False),  # too little is known
        ([], False),
    ],
)
def test_silence(news: list[datetime], alarm: bool) -> None:
    assert bool(drift(run(counts={"new": 0}), [], news)) == alarm
    assert drift(run(counts={"new": 1}), [], news) == []

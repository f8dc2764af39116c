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
        "sections": [{"name": "地方动态", "listed": 60}],
    }  # fmt: skip
    return base | fields


def cohort(name: str, pages: int, **hits: int) -> dict[str, Any]:
    return {name: {"pages": pages} | {key.replace("__", "/"): value for key, value in hits.items()}}


EARLIER = [run(days) for days in (1, 2, 3, 4)]


def test_no_baseline_no_alarm() -> None:
    assert (
        drift(run(cohorts=cohort("B 2026", 40, title__anchor=0), sections=[{"name": "地方动态", "listed": 1}]), [])
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
            {"sections": [{"name": "地方动态", "listed": 12}]},
            "section 地方动态: its lists name 12 articles, in earlier runs 60",
        ),
        ({"coverage": {"editor": 20, "section": 40}}, "field editor: 50% of 40 articles have it, in earlier runs 95%"),
        (
            {"coverage": {"source": 4, "section": 40}},
            "field source: only 10% of 40 articles have it, expected at least 30%",
        ),
        ({"counts": {"accepted": 0, "new": 0}}, "no new article in 1.0 days, earlier runs found 40 a day"),
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
        {"sections": [{"name": "地方动态", "listed": 16}]},
        {"coverage": {"editor": 30, "section": 40, "source": 40, "paragraphs": 40}},
        {"counts": {"accepted": 3, "new": 3}, "coverage": {"source": 0}},  # three articles say nothing about shares
        {
            "arguments": {"sections": "食品安全"},
            "sections": [{"name": "地方动态", "listed": 1}],
        },  # asked for something else
        {"started_at": NOW - timedelta(days=0.9), "counts": {"accepted": 0, "new": 0}},  # hours after the last run
    ],
)
def test_what_is_within_bounds_is_no_alarm(fields: dict[str, Any]) -> None:
    assert drift(run(**fields), EARLIER) == []


def test_a_new_normal_is_learned() -> None:
    redesigned = run(cohorts=cohort("D 2026", 40, title__x=40))
    assert drift(redesigned, EARLIER) != []
    assert drift(redesigned, [redesigned] * 5 + EARLIER) == []


def test_runs_in_a_row_are_no_rate() -> None:
    again = [run(minutes / 1440) for minutes in (1, 2, 3, 4, 5)]
    assert drift(run(counts={"accepted": 0, "new": 0}), again) == []

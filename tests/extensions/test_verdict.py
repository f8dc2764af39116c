from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cqnspider.extensions.summary import summary
from cqnspider.extensions.verdict import judge

FAILED = {"stage": "layout", "url": "https://www.cqn.com.cn/a.htm", "reason": "cut_off", "detail": "", "section": None}
SECTION = {"name": "地方动态", "problem": "", "listed": 3, "pages": 1, "lists": ["x"]}


def run(**fields: Any) -> dict[str, Any]:
    counts = dict.fromkeys(
        (
            "spider_exceptions",
            "item_errors",
            "failures",
            "new",
            "changed",
            "unchanged",
            "requests",
            "list_pages",
            "article_pages",
            "already_stored",
            "metrics",
            "duplicates",
            "sections_added",
        ),
        0,
    )
    now = datetime(2026, 11, 1, tzinfo=UTC)
    base = {
        "_id": "r1", "spider": "local_news",
        "arguments": {}, "replay": None, "started_at": now, "finished_at": now + timedelta(seconds=3), "finish_reason": "finished",
        "error": None, "counts": counts | fields.pop("counts", {}), "sections": [SECTION], "failures": [], "disagreements": {},
    }  # fmt: skip
    return base | fields


@pytest.mark.parametrize(
    ("fields", "exit_code", "first"),
    [
        ({}, 0, None),
        ({"finish_reason": "closespider_itemcount"}, 0, None),
        ({"finish_reason": "shutdown"}, 1, "the crawl was interrupted"),
        ({"finish_reason": "mongo_lost", "error": "the database does not answer"}, 1, "the database does not answer"),
        ({"finish_reason": "strange"}, 1, "the crawl ended early: strange"),
        ({"counts": {"spider_exceptions": 2}}, 1, "2 exceptions in the spider"),
        ({"counts": {"item_errors": 1}}, 1, "1 exceptions in the pipelines"),
        (
            {"failures": [FAILED, FAILED], "counts": {"failures": 2}},
            3,
            "2 × layout: cut_off, e.g. https://www.cqn.com.cn/a.htm",
        ),
        (
            {"sections": [SECTION | {"problem": "its list was not found"}]},
            3,
            "section 地方动态: its list was not found",
        ),
        ({"counts": {"failures": 5}}, 3, "5 further failures"),
    ],
)
def test_verdicts(fields: dict[str, Any], exit_code: int, first: str | None) -> None:
    verdict = judge(run(**fields))
    assert verdict.exit_code == exit_code
    assert (verdict.reasons[0].startswith(first) if first else verdict.reasons == []) is True


def test_the_summary_ends_with_the_reasons() -> None:
    bad = run(failures=[FAILED], counts={"failures": 1})
    lines = summary(bad | {"exit_code": 3, "reasons": judge(bad).reasons}, "a database").splitlines()
    assert lines[-2:] == [
        "verdict: the data look wrong (exit code 3)",
        "  1 × layout: cut_off, e.g. https://www.cqn.com.cn/a.htm",
    ]


def test_a_good_run_that_found_nothing_new_says_so() -> None:
    text = summary(run() | {"exit_code": 0, "reasons": []}, "a database")
    assert "nothing new: no article was fetched, none written" in text
    assert text.endswith("verdict: good (exit code 0)")

"""The record of a run: what was asked, what was met, what failed – stored in `runs`, summed up on the terminal.

Fed by signals and stats; of the spider it reads `raw_arguments`, `error` and `section_records()`.
"""

from __future__ import annotations

import logging
import platform
import sys
import uuid
from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import scrapy
from scrapy import signals

from cqnspider import __version__
from cqnspider.extensions.verdict import BROKE, Verdict, judge
from cqnspider.items import SCHEMA_VERSION, Article, Failure
from cqnspider.signals import page_failed
from cqnspider.store import StoreError
from cqnspider.store.database import Database

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.crawler import Crawler

logger = logging.getLogger(__name__)
_KEPT_FAILURES: Final = 1000  # with URL and reason; beyond that they are counted


class RunRecord:
    """One document of `runs`; `verdict` is set when the spider has closed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.id = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{uuid.uuid4().hex[:8]}"
        self.started_at = datetime.now(UTC)
        self.failures: list[Failure] = []
        self.failure_count = 0
        self.item_errors = 0
        self.accepted = 0
        self.verdict = Verdict(BROKE, ["the crawl did not start"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        """Scrapy's constructor."""
        record = cls(crawler)
        connect = crawler.signals.connect
        connect(record.failed, signal=page_failed)
        connect(record.item_scraped, signal=signals.item_scraped)
        connect(record.item_dropped, signal=signals.item_dropped)
        connect(record.item_error, signal=signals.item_error)
        connect(record.spider_closed, signal=signals.spider_closed)
        return record

    def failed(self, failure: Failure) -> None:
        """A page that did not become an article or a list."""
        self.failure_count += 1
        if len(self.failures) < _KEPT_FAILURES:
            self.failures.append(failure)
        logger.info("%s failed at %s: %s %s", failure.stage, failure.url, failure.reason, failure.detail)

    def item_scraped(self, item: object) -> None:
        """An article that passed all pipelines."""
        self.accepted += isinstance(item, Article)

    def item_dropped(self, item: object, exception: BaseException) -> None:
        """An article that a pipeline refused."""
        url = getattr(item, "url", "")
        self.failed(Failure("pipeline", url, str(exception)))

    def item_error(self, item: object) -> None:
        """An exception in a pipeline; its traceback is in the log."""
        self.item_errors += 1

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the run, store its record, print the summary."""
        database = Database.of(self.crawler)
        run = self.document(spider, reason, database.error)
        self.verdict = judge(run)
        run |= {"exit_code": self.verdict.exit_code, "reasons": self.verdict.reasons}
        if database.store is not None and database.error is None:
            try:
                await database.store.put_run(run)
            except StoreError as error:
                self.verdict = Verdict(BROKE, [str(error), *self.verdict.reasons])
                run |= {"exit_code": BROKE, "reasons": self.verdict.reasons}
        label = database.store.label if database.store is not None else "no database"
        print(summary(run, label), file=sys.stderr, flush=True)

    def document(self, spider: Spider, reason: str, error: StoreError | None) -> dict[str, Any]:
        """The record as stored."""
        stats = self.crawler.stats.get_stats()
        counts = {name: int(stats.get(key, 0)) for name, key in _COUNTS.items()}
        records = getattr(spider, "section_records", None)
        return {
            "_id": self.id,
            "spider": spider.name,
            "arguments": getattr(spider, "raw_arguments", {}),
            "replay": self.crawler.settings["REPLAY"] or None,
            "started_at": self.started_at,
            "finished_at": datetime.now(UTC),
            "finish_reason": reason,
            "error": str(error) if error else getattr(spider, "error", None),
            "versions": {"cqnspider": __version__, "scrapy": scrapy.__version__, "python": platform.python_version()},
            "schema_version": SCHEMA_VERSION,
            "counts": counts
            | {"accepted": self.accepted, "failures": self.failure_count, "item_errors": self.item_errors},
            "rules": {
                key.removeprefix("rule/"): value for key, value in sorted(stats.items()) if key.startswith("rule/")
            },
            "disagreements": {
                key.removeprefix("disagreement/"): value
                for key, value in sorted(stats.items())
                if key.startswith("disagreement/")
            },
            "sections": records(reason) if records else [],
            "failures": [asdict(failure) for failure in self.failures],
        }


_COUNTS: Final = {
    "requests": "downloader/request_count",
    "responses": "downloader/response_count",
    "list_pages": "pages/list",
    "article_pages": "pages/article",
    "listed": "articles/listed",
    "already_stored": "articles/already_stored",
    "outside_window": "articles/outside_window",
    "new": "store/new",
    "changed": "store/changed",
    "unchanged": "store/unchanged",
    "metrics": "metrics/found",
    "sections_added": "store/sections_added",
    "spider_exceptions": "spider_exceptions/count",
    "output_errors": "feedexport/failed_count/while_writing",
}


def summary(run: dict[str, Any], database: str) -> str:
    """What a person reads at the end of a crawl; reasons of a bad verdict come last."""
    counts = run["counts"]
    seconds = (run["finished_at"] - run["started_at"]).total_seconds()
    source = f"replay of {run['replay']}" if run["replay"] else "www.cqn.com.cn"
    pages = f"{counts['list_pages']} list pages, {counts['article_pages']} article pages"
    written = f"{counts['new']} new, {counts['changed']} changed, {counts['unchanged']} read again unchanged"
    lines = [
        f"cqnspider {run['spider']}: {source}, {seconds:.1f} s, {counts['requests']} requests: {pages}",
        f"articles: {written}, {counts['already_stored']} already stored and not read again, {counts['failures']} failures",
        f"metrics: {counts['metrics']} in the articles read",
    ]
    if not any((counts["article_pages"], counts["sections_added"], run["failures"], run["error"])):
        lines.append("nothing new: no article was fetched, none written")
    for each in run["sections"] if not run["error"] else ():
        problem = f" – {each['problem']}" if each["problem"] else ""
        lines.append(f"  {each['name']}: {each['listed']} articles listed, list pages read: {each['pages']}{problem}")
    if run["disagreements"]:
        lines.append(
            "rules that disagree: " + ", ".join(f"{name} {count}×" for name, count in run["disagreements"].items())
        )
    lines.append(f"database: {database}; run {run['_id']}")
    if run["exit_code"]:
        what = "the crawl broke" if run["exit_code"] == BROKE else "the data look wrong"
        lines.append(f"verdict: {what} (exit code {run['exit_code']})")
        lines.extend(f"  {reason}" for reason in run["reasons"])
    else:
        lines.append("verdict: good (exit code 0)")
    return "\n".join(lines)

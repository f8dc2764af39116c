"""The record of a run: what was asked, what was met, what failed – stored in `runs`, summed up on the terminal.

Fed by signals and stats; of the spider it reads `raw_arguments`, `error` and `section_records()`.
"""

from __future__ import annotations

import logging
import platform
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

import scrapy
from scrapy import signals

from cqnspider import __version__
from cqnspider.archive.replay import replay_name
from cqnspider.extensions.alert import alert
from cqnspider.extensions.console import say
from cqnspider.extensions.failures import Failures
from cqnspider.extensions.summary import summary
from cqnspider.extensions.verdict import BROKE, Verdict, judge
from cqnspider.items import SCHEMA_VERSION, Article, Failure
from cqnspider.signals import page_failed
from cqnspider.store import Store, StoreError, StoreLost
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
        self.started_at = datetime.now(UTC)
        self.failures: list[Failure] = []
        self.failure_count = 0
        self.item_errors = 0
        self.accepted = 0
        self.read: set[str] = set()  # ids of these
        self.coverage = dict.fromkeys(_COVERED, 0)
        self.verdict = Verdict(BROKE, ["the crawl did not start"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunRecord:
        """Scrapy's constructor."""
        record = cls(crawler)
        connect = crawler.signals.connect
        connect(record.spider_opened, signal=signals.spider_opened)
        connect(record.failed, signal=page_failed)
        connect(record.item_scraped, signal=signals.item_scraped)
        connect(record.spider_closed, signal=signals.spider_closed)
        return record

    async def spider_opened(self, spider: Spider) -> None:
        """Note that the run has begun: where nothing follows, it was killed."""
        database = Database.of(self.crawler)
        if database.store is not None:
            try:
                await database.store.runs.put(self.document(spider, None, None) | {"exit_code": None, "reasons": []})
            except StoreLost as error:
                database.lose(error)

    def failed(self, failure: Failure) -> None:
        """A page that did not become an article or a list."""
        self.failure_count += 1
        self.item_errors += failure.stage == "pipeline" and failure.traceback is not None
        if len(self.failures) < _KEPT_FAILURES:
            self.failures.append(replace(failure, traceback=None, page=None))  # the whole is a dead letter
        logger.info("%s failed at %s: %s %s", failure.stage, failure.url, failure.reason, failure.detail)

    def item_scraped(self, item: object) -> None:
        """An article that passed all pipelines."""
        if isinstance(item, Article):
            self.accepted += 1
            for name in _COVERED:
                self.coverage[name] += bool(getattr(item, name))
            self.read.add(item.id)

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Judge the run, store its record, print the summary."""
        database = Database.of(self.crawler)
        run = self.document(spider, reason, database.error)
        try:
            if database.store is not None and database.error is None:
                await self.record(run, database.store, getattr(spider, "lists_read", ()))
            else:
                self.judge(run)
        except Exception as error:  # whatever it is, a run without its record is not good
            said = str(error) if isinstance(error, StoreError) else repr(error)
            reason = f"the record of the run was not written: {said}"
            self.judge(run)
            self.verdict = Verdict(BROKE, [reason, *self.verdict.reasons])
            run |= {"exit_code": BROKE, "reasons": self.verdict.reasons}
        label = database.store.label if database.store is not None else "no database"
        say(summary(run, label), logging.ERROR if self.verdict.exit_code else logging.INFO)
        if self.verdict.exit_code and (webhook := self.crawler.settings["ALERT_WEBHOOK"]):
            await alert(webhook, run)

    def judge(self, run: dict[str, Any], earlier: Sequence[dict[str, Any]] = (), news: Sequence[datetime] = ()) -> None:
        """Write the verdict into the record."""
        self.verdict = judge(run, earlier, news)
        run |= {"exit_code": self.verdict.exit_code, "reasons": self.verdict.reasons}

    async def record(self, run: dict[str, Any], store: Store, lists_read: Iterable[str]) -> None:
        """Judge the run against earlier ones and store its record. Raises StoreError."""
        failures = self.crawler.get_extension(Failures)
        if failures is not None:
            await failures.drain()
        await store.dead_letters.remove_lists(lists_read)
        run["counts"]["dead_letters"] = await store.dead_letters.count()
        # Not counted as they come: the link of a print may be made when an earlier one is stored after it.
        run["counts"]["duplicates"] = await store.linked(self.read)
        self.judge(run, await store.runs.earlier(run["started_at"]), await store.runs.news(run))
        await store.runs.put(run)

    def document(self, spider: Spider, reason: str | None, error: StoreError | None) -> dict[str, Any]:
        """The record as stored; no `reason` while it runs."""
        stats = self.crawler.stats.get_stats()
        counts = {name: int(stats.get(key, 0)) for name, key in _COUNTS.items()}
        records = getattr(spider, "section_records", None)
        return {
            "_id": Database.of(self.crawler).run_id,
            "spider": spider.name,
            "arguments": getattr(spider, "raw_arguments", {}),
            "replay": replay_name(self.crawler.settings),
            "started_at": self.started_at,
            "finished_at": datetime.now(UTC) if reason else None,
            "finish_reason": reason,
            "error": str(error) if error else getattr(spider, "error", None),
            "versions": {"cqnspider": __version__, "scrapy": scrapy.__version__, "python": platform.python_version()},
            "schema_version": SCHEMA_VERSION,
            "counts": counts
            | {
                "accepted": self.accepted,
                "failures": self.failure_count,
                "item_errors": self.item_errors,
            },
            "coverage": self.coverage,
            "cohorts": cohorts(stats),
            "rules": _below(stats, "rule/"),
            "disagreements": _below(stats, "disagreement/"),
            "sections": records(reason) if records and reason else [],
            "failures": [{name: getattr(failure, name) for name in _SHOWN} for failure in self.failures],
        }


# Fields whose share among the articles is watched.
_COVERED: Final = ("source", "editor", "keywords", "contributors", "section", "paragraphs", "province", "metrics")
_SHOWN: Final = ("stage", "url", "reason", "detail", "section")
_COUNTS: Final = {
    "requests": "downloader/request_count",
    "responses": "downloader/response_count",
    "list_pages": "pages/list",
    "article_pages": "pages/article",
    "listed": "articles/listed",
    "already_stored": "articles/already_stored",
    "outside_window": "articles/outside_window",
    "not_modified": "articles/not_modified",
    "gone": "articles/gone",
    "still_gone": "articles/still_gone",
    "given_up": "articles/given_up",
    "need_fetch": "letters/need_fetch",
    "new": "store/new",
    "changed": "store/changed",
    "unchanged": "store/unchanged",
    "metrics": "metrics/found",
    "sections_added": "store/sections_added",
    "spider_exceptions": "spider_exceptions/count",
    "output_errors": "feedexport/failed_count/while_writing",
}


def cohorts(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Pages and rule hits by layout and year: `{"A 2023": {"pages": 12, "title/cms": 12}}`."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for key, value in stats.items():
        if key.startswith("cohort/"):
            _, cohort, rule = key.split("/", maxsplit=2)
            found[cohort][rule] = value
    rules = {(layout, f"{name}/{rule}") for layout, name, rule in _rules(stats)}
    for cohort, hits in found.items():
        hits |= {rule: hits.get(rule, 0) for layout, rule in rules if layout == cohort.split()[0]}
    return dict(found)


def _below(stats: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """The counts whose key begins so, by the rest of the key, in the order of the keys."""
    return {key.removeprefix(prefix): value for key, value in sorted(stats.items()) if key.startswith(prefix)}


def _rules(stats: Mapping[str, Any]) -> list[list[str]]:
    """Layout, field and rule of every rule that was tried."""
    return [key.split("/", maxsplit=3)[1:] for key in stats if key.startswith("rule/")]

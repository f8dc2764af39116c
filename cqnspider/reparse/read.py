"""Archived pages as articles and lists, read as a crawl reads them: same layouts, loader, checks and derived fields, without Scrapy."""

from __future__ import annotations

import traceback
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from cqnspider.archive.records import Answer, ArchiveError, Capture, RecordReader
from cqnspider.charset import page_text
from cqnspider.headers import condition, is_html
from cqnspider.items import BEIJING, Article, Failure, RawPage
from cqnspider.layouts import Page, PageError, Reading, read_article
from cqnspider.layouts.health import error_line
from cqnspider.layouts.lists import read_list
from cqnspider.loaders import load_article
from cqnspider.pipelines.dedup import fill_sketch
from cqnspider.pipelines.metrics import metrics_of
from cqnspider.pipelines.place import fill_place
from cqnspider.pipelines.validate import problem_of
from cqnspider.reparse.plan import ArticlePlan
from cqnspider.sections import SECTIONS, is_path
from cqnspider.urls import list_address


def read_state(plan: ArticlePlan, capture: Capture, reader: RecordReader) -> Article | Failure:
    """What an article said when its first page was captured; what is derived from its text is left to `derive`."""
    found = _read(plan, capture, reader)
    return replace(found, at=capture.at) if isinstance(found, Failure) else found


def _read(plan: ArticlePlan, capture: Capture, reader: RecordReader) -> Article | Failure:
    answer: Answer | None = None
    readings: list[Reading] = []
    stage = "layout"
    try:
        answer = reader.read(capture)
        readings.append(_reading(answer, capture))
        for number in range(2, len(readings[0].pages) + 2):
            if (further := plan.page(number, capture.at)) is None:
                detail = f"page {number} of the article is not in the archive"
                return Failure(stage, plan.address.at(number), "missing_page", detail)
            answer = reader.read(further)
            readings.append(_reading(answer, further))
        stage = "loader"
        article = load_article(readings, plan.address)
    except ArchiveError as error:
        return Failure("download", plan.address.at(len(readings) + 1), "archive", str(error))
    except PageError as error:
        return _failed(stage, plan, len(readings), error, answer)
    except Exception as error:  # a bug that this page wakes hides no other page
        lines = "".join(traceback.format_exception(error))
        url, reason = plan.address.at(len(readings) + (stage == "layout")), type(error).__name__
        return Failure("spider", url, reason, str(error), traceback=lines, page=_raw(answer))
    if len(readings) == 1:
        article.etag, article.last_modified = (
            condition(answer.header("ETag") or ""),
            condition(answer.header("Last-Modified") or ""),
        )
    article.fetched_at, article.archive = capture.at.astimezone(BEIJING), capture.location
    article.sections = sorted(plan.sections)
    article.urls = sorted(plan.urls | {plan.address.url})
    if problem := problem_of(article):
        reason, _, detail = problem.partition(": ")
        return Failure("pipeline", plan.address.url, reason, detail, page=_raw(answer))
    return article


def _failed(stage: str, plan: ArticlePlan, read: int, error: PageError, answer: Answer | None) -> Failure:
    """A page that cannot be read, told as a crawl tells it, so that it is one dead letter whoever met it: `read` pages before it could be."""
    if stage == "layout" and read:
        number = read + 1
        detail = f"page {number} of the article: {error}"
        return Failure(stage, plan.address.at(number), "missing_page", detail, page=_raw(answer))
    return Failure(stage, plan.address.url, error.reason, error.detail, page=_raw(answer))


def derive(article: Article) -> Article:
    """Fill what the pipelines of a crawl fill: place, metrics, sketch (`DERIVED` of store/states.py)."""
    fill_place(article)
    article.metrics = metrics_of(article)
    fill_sketch(article)
    return article


def read_lists(
    captures: Iterable[Capture], known: Mapping[str, frozenset[str]], limit: int = 0
) -> Iterator[tuple[str, str, str]]:
    """Section, article id and address of every entry of the list pages that belong to a section: by breadcrumb, or `known` by address."""
    with RecordReader(limit) as reader:
        for capture in captures:
            address = list_address(capture.url)
            assert address is not None
            try:
                answer = reader.read(capture)
            except ArchiveError:  # the articles it names are stored or named elsewhere; the page cannot say
                continue
            page = Page(capture.url, page_text(answer.body))
            listed = read_list(page)
            if not listed.entries and error_line(page):
                continue
            names = set(known.get(address.url, ()))
            names |= {section.name for section in SECTIONS if is_path(section, listed.breadcrumb)}
            for entry in listed.entries:
                for name in names:
                    yield from ((name, entry.address.id, url) for url in entry.urls)


def _reading(answer: Answer, capture: Capture) -> Reading:
    if not answer.body.strip():
        raise PageError("empty_body", "the response has no text")
    if not is_html(kind := answer.header("Content-Type")):
        raise PageError("unknown_layout", f"not HTML but {kind!r}")
    return read_article(Page(capture.url, page_text(answer.body)))


def _raw(answer: Answer | None) -> RawPage | None:
    if answer is None or answer.capture is None or not answer.body:
        return None
    return RawPage(answer.capture.url, answer.status, answer.header("Content-Type"), answer.body)

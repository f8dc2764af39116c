"""Reads article pages with one tool: `python extractor_worker.py NAME`, in the tool's own environment.

Reads JSON lines {"url", "path"} from standard input and answers a JSON line each: {"found": the fields (see `Found`), "seconds": CPU time from
the page's bytes to the fields, decoding included, "clock": seconds since the epoch, "error": str or null}. No tool reaches the network.
Each tool is asked as its documentation says; no option that keeps tables gave better bodies on the replica.
"""

from __future__ import annotations

import json
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypedDict

PRINTED = "%Y-%m-%d %H:%M:%S"


class Found(TypedDict, total=False):
    """What a tool reads on a page; a field that it doesn't have is left out, `published_at` is as the tool prints it."""

    title: str | None
    published_at: str | None
    source: str | None
    editor: str | None
    body: str


Tool = Callable[[str, bytes], Found]


def decoded(body: bytes) -> str:
    """The text of a page, for a tool that takes no bytes."""
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("gb18030", "replace")


def cqnspider() -> Tool:
    from cqnspider.charset import page_text  # noqa: PLC0415
    from cqnspider.layouts import Page, read_article  # noqa: PLC0415
    from cqnspider.loaders import load_article  # noqa: PLC0415
    from cqnspider.urls import article_address  # noqa: PLC0415

    def read(url: str, body: bytes) -> Found:
        address = article_address(url)
        assert address is not None
        article = load_article([read_article(Page(url, page_text(body)))], address)
        assert article.published_at is not None
        return {
            "title": article.title,
            "published_at": article.published_at.strftime(PRINTED),
            "source": article.source,
            "editor": article.editor,
            "body": article.body,
        }

    return read


def trafilatura() -> Tool:
    """Not told the URL: it would take the day in it for the whole date-time."""
    from trafilatura import bare_extraction  # noqa: PLC0415
    from trafilatura.settings import set_date_params  # noqa: PLC0415

    dates = set_date_params() | {"outputformat": PRINTED}

    def read(url: str, body: bytes) -> Found:
        found = bare_extraction(body, with_metadata=True, include_comments=False, date_extraction_params=dates)
        if found is None:
            raise ValueError("nothing extracted")
        return {"title": found.title, "published_at": found.date, "editor": found.author, "body": found.text or ""}

    return read


def newspaper4k() -> Tool:
    """Told the URL, where it looks for the date first; on these pages it finds none elsewhere."""
    import newspaper  # noqa: PLC0415

    def read(url: str, body: bytes) -> Found:
        found = newspaper.article(url, language="zh", input_html=decoded(body), fetch_images=False)
        date = found.publish_date
        return {
            "title": found.title,
            "published_at": date.strftime(PRINTED) if date else None,
            "editor": "、".join(found.authors),
            "body": found.text,
        }

    return read


def gne() -> Tool:
    from gne import GeneralNewsExtractor  # noqa: PLC0415

    extractor = GeneralNewsExtractor()

    def read(url: str, body: bytes) -> Found:
        found = extractor.extract(decoded(body))
        return {
            "title": found["title"],
            "published_at": found["publish_time"],
            "editor": found["author"],
            "body": found["content"],
        }

    return read


def readability() -> Tool:
    """Title and body from readability, the date from htmldate, which is not told the URL: it would take the day in it for the whole date-time."""
    from htmldate import find_date  # noqa: PLC0415
    from lxml.html import fromstring  # noqa: PLC0415
    from readability import Document  # noqa: PLC0415

    def read(url: str, body: bytes) -> Found:
        document = Document(body)
        return {
            "title": document.short_title(),
            "published_at": find_date(body, original_date=True, outputformat=PRINTED),
            "editor": document.author().replace("[no-author]", ""),
            "body": fromstring(document.summary(html_partial=True)).text_content(),
        }

    return read


TOOLS: dict[str, Callable[[], Tool]] = {
    "cqnspider": cqnspider,
    "trafilatura": trafilatura,
    "newspaper4k": newspaper4k,
    "gne": gne,
    "readability-lxml+htmldate": readability,
}


def answer(tool: Tool, url: str, body: bytes) -> dict[str, Any]:
    """One page through the tool; a tool that raises has found nothing on it."""
    found: Found = {}
    error = None
    start = time.process_time()
    try:
        found = tool(url, body)
    except Exception as problem:
        error = f"{type(problem).__name__}: {problem}"
    seconds = time.process_time() - start
    return {"found": found, "seconds": seconds, "clock": time.time(), "error": error}


def offline(*_: object) -> None:
    raise OSError("the benchmark is offline")


def main() -> None:
    socket.socket.connect = offline  # type: ignore[assignment, method-assign]
    answers, sys.stdout = sys.stdout, sys.stderr  # what a tool prints must not come among the answers
    tool = TOOLS[sys.argv[1]]()
    for line in sys.stdin:
        page = json.loads(line)
        print(json.dumps(answer(tool, page["url"], Path(page["path"]).read_bytes())), file=answers, flush=True)


if __name__ == "__main__":
    main()

"""Signals of this project, beside Scrapy's own."""

page_failed = object()
"""A page did not become an article or a list; handlers get `failure` (items.Failure)."""


def raw_page(response: object) -> tuple[bytes | None, str | None]:
    """Body and content type of a response; None where there is none, or nothing in it."""
    body = getattr(response, "body", b"")
    kind = getattr(response, "headers", {}).get("Content-Type")
    return body or None, kind.decode("latin-1")[:200] if kind else None

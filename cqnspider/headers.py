"""What headers of an answer say. Pure functions, str in."""

from __future__ import annotations


def condition(value: str) -> str | None:
    """A header's value that may be sent back as a condition (ETag, Last-Modified); None for what is endless or cannot be printed."""
    value = value.strip()
    return value if 0 < len(value) <= 200 and value.isascii() and value.isprintable() else None


def is_html(content_type: str | None) -> bool:
    """Whether an answer may be a page: a text that does not say it is anything but HTML.

    >>> is_html("text/html; charset=gb2312"), is_html("image/png"), is_html(None)
    (True, False, True)
    """
    kind = (content_type or "text/html").split(";")[0].strip().lower()
    return kind.startswith(("text/", "application/xhtml"))

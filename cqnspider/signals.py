"""Signals of this project, beside Scrapy's own."""

page_failed = object()
"""A page did not become an article or a list; handlers get `failure` (items.Failure)."""

"""Subcommands of `scrapy` in this project."""

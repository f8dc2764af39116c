"""Spiders: traversal only. What a page says is read by layouts/, discovery.py and loaders.py."""

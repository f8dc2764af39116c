"""For scrapyd-deploy, which runs this file and would write one where there is none. Everything is said in pyproject.toml."""

from setuptools import setup

setup()

"""Loads the tables that every worker needs, by being imported: workers that are forked from a process that has them share its memory."""

from cqnspider.extensions.garbage import search_less
from cqnspider.metrics import extract
from cqnspider.regions import locate
from cqnspider.reparse import work

extract("检查经营主体1.6万余家次。")
locate(title="四川苍溪")
search_less()

__all__ = ["work"]

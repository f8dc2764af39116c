"""A replica of the site to measure crawls on: `python bench/replica.py FOLDER [--articles 2000] [--per-list 20] [--seed 1]`.

Writes pages laid out like their URLs (`-s REPLAY=FOLDER` crawls them), and `truth.jsonl` with what a reader of each article sees. The shapes of the
pages are the site's (replica_pages.py), the places are real, everything else is invented (replica_prose.py). The same seed gives the same
bytes. Pages of the mobile skin stand at www addresses, as topic pages do.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from itertools import pairwise
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from replica_pages import Pages, Section, Story, Trail
from replica_prose import Newsroom

BEIJING = timezone(timedelta(hours=8))
LAST_DAY = datetime(2026, 9, 30, tzinfo=BEIJING)
# channel, way to the list, first and last year, share of the articles in percent, layout
SECTIONS = [
    Section("zj", (("地方动态", 20183),), 2016, 2024, 34, "A"),
    Section("zj", (("质检要闻", 20170), ("地方要闻", 20171)), 2011, 2015, 6, "C"),
    Section("zj", (("质量监督", 20160), ("江苏省", 20161)), 2012, 2015, 2, "C"),
    Section("zj", (("质量监督", 20160), ("四川省", 20162)), 2012, 2015, 2, "C"),
    Section("zj", (("食品安全", 20195),), 2021, 2026, 16, "B"),
    Section("zj", (("质量管理", 20192),), 2025, 2026, 13, "B"),
    Section("zj", (("药品监督", 20197),), 2025, 2026, 5, "B"),
    Section("ms", (("抽查", 20330), ("地方抽查", 20335), ("2023", 20336)), 2023, 2023, 3, "A"),
    Section("ms", (("抽查", 20330), ("地方抽查", 20335), ("2024", 20338)), 2024, 2024, 3, "A"),
    Section("ms", (("抽查", 20330), ("地方抽查", 20335), ("2025", 20341)), 2025, 2025, 3, "A"),
    Section("zgzlb", (("第一版", 20412),), 2016, 2025, 7, "A"),
    Section("zgzlb", (("第三版", 20414),), 2016, 2025, 6, "A"),
]
# Where the site's one counter of ids stood on a few days.
COUNTER = {
    "2007-11-01": 760628, "2015-05-13": 2467626, "2017-12-08": 5255677, "2020-04-21": 8553977, "2023-10-19": 8990503,
    "2025-06-19": 9109780, "2026-10-01": 9171802,
}  # fmt: skip
NEWEST = 24  # stories in the side lists of a page
TRUTH = ("url", "layout", "title", "source", "editor", "paragraphs", "reprint_of")


def make_site(folder: Path, articles: int = 2000, per_list: int = 20, seed: int = 1) -> None:
    """Write the pages of the site and what they tell."""
    chance = random.Random(seed)
    newsroom, pages = Newsroom(chance), Pages(SECTIONS, chance)
    site = folder / "www.cqn.com.cn"
    stories: list[Story] = []
    number = 0
    for day, section in plan(articles, chance):
        number = max(number + 1, counter(day))
        stories.append(newsroom.story(section, day, number, stories[-9:]))
    for place, story in enumerate(stories):
        newest = stories[max(place - NEWEST, 0) : place][::-1]
        write(site, story.path, pages.article(story, newest), old=story.layout == "C")
    write_lists(site, stories, pages, per_list)
    write(site, "/robots.txt", "User-agent: *\nDisallow: /search/\nAllow: /\n")
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for story in stories:
            told = {name: getattr(story, name) for name in TRUTH} | {"published_at": story.published_at.isoformat()}
            truth.write(json.dumps(told, ensure_ascii=False) + "\n")


def plan(articles: int, chance: random.Random) -> list[tuple[datetime, Section]]:
    """When and in which section each article is published, in order of time; no section stays empty."""
    if articles < len(SECTIONS):
        raise SystemExit(f"at least {len(SECTIONS)} articles, because no list may be empty")
    shares = [section.share for section in SECTIONS]
    dates = []
    for section in SECTIONS + chance.choices(SECTIONS, shares, k=articles - len(SECTIONS)):
        first = datetime(section.first, 1, 1, tzinfo=BEIJING)
        days = (min(datetime(section.last, 12, 31, tzinfo=BEIJING), LAST_DAY) - first).days
        time_of_day = timedelta(seconds=chance.randrange(7 * 3600, 20 * 3600))
        dates.append((first + timedelta(days=chance.randrange(days)) + time_of_day, section))
    return sorted(dates, key=lambda each: each[0])


def counter(day: datetime) -> int:
    """Where the counter stood."""
    known = [(datetime.fromisoformat(date).replace(tzinfo=BEIJING), count) for date, count in COUNTER.items()]
    for (start, low), (end, high) in pairwise(known):
        if day < end:
            return round(low + (high - low) * ((day - start) / (end - start)))
    raise ValueError(day)


def write_lists(site: Path, stories: Sequence[Story], pages: Pages, per_list: int) -> None:
    """The lists, the newest articles first, and the pages that lead to them."""
    newest = stories[: -NEWEST - 1 : -1]
    below: dict[tuple[str, Trail], dict[tuple[str, int], list[Story]]] = defaultdict(dict)
    for section in SECTIONS:
        own = [story for story in reversed(stories) if story.section is section]
        last = math.ceil(len(own) / per_list)
        for number in range(1, last + 1):
            listed = own[per_list * (number - 1) : per_list * number]
            text = pages.listing(section, listed, number, last, newest)
            write(site, f"/{section.channel}/{section.page(number)}", text, old=section.layout == "C")
        for depth, step in enumerate(section.trail):
            below[section.channel, section.trail[:depth]].setdefault(step, own)
    for (channel, trail), steps in below.items():
        name = f"node_{trail[-1][1]}" if trail else "index"
        write(site, f"/{channel}/{name}.htm", pages.menu(channel, trail, steps, newest))


def write(site: Path, path: str, text: str, old: bool = False) -> None:
    """A page as bytes; old ones call their gb18030 gb2312."""
    file = site / path[1:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("gb18030" if old else "utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--per-list", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    make_site(**vars(options))
    seconds = time.perf_counter() - start
    sizes = [page.stat().st_size for page in options.folder.rglob("*.htm")]
    size = sum(sizes) / len(sizes) / 1000
    print(
        f"{options.articles:,} articles on {len(sizes):,} pages of {size:.0f} KB in {options.folder}, {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()

"""A replica of the site to measure crawls on: `python bench/replica.py FOLDER [--articles 2000] [--per-list 20] [--seed 1]`.

Writes pages laid out like their URLs (`-s REPLAY=FOLDER` crawls them) and `truth.jsonl` with what a reader of every article sees. The shapes
are those of the site (replica_pages.py), the prose is made of the sentences in replica_words.txt, the places are real, everybody and everything
else is invented. The same seed gives the same bytes. Pages of the mobile skin stand at www addresses, as topic pages do.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from replica_pages import CHANNELS, Pages, Section, Story

from cqnspider.regions.gazetteer import Place, gazetteer, short

BEIJING = timezone(timedelta(hours=8))
LAST_DAY = datetime(2026, 9, 30, tzinfo=BEIJING)
WORDS = Path(__file__).with_name("replica_words.txt")
# channel, way to the list, first and last year, share in %, skin of the list
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
# The id counts everything the site publishes: a few known days.
IDS = [("2007-11-01", 760628), ("2015-05-13", 2467626), ("2017-12-08", 5255677), ("2020-04-21", 8553977), ("2023-10-19", 8990503),
       ("2025-06-19", 9109780), ("2026-09-30", 9171802)]  # fmt: skip
SOURCES = (
    ["中国质量新闻网"] * 34
    + ["中国质量报"] * 3
    + ["江南晚报", "西部日报", "楚天市场网", "海峡消费报", "北方法治报", None]
)
EDITORS = ["若谷", "听澜", "景初", "南乔", "知微", "怀瑾", "云舒", "向晚", "予安", "清和", "石泉", "半夏", None]
# Kinds of sentences in a paragraph: 事 the article's own subject, 旁 a neighbouring one.
PARAGRAPHS = [
    "背景 事 做法",
    "事 做法 事",
    "事 细节 引语",
    "做法 旁 成效",
    "细节 事 引语",
    "事 引语 旁",
    "成效 事 引语",
    "做法 事 旁",
    "背景 做法 引语",
]
REPRINTS, IMAGES, TABLES, MOBILE = 0.01, 0.1, 0.05, 0.05
_PART = re.compile(r"[{}|]|<[^<>]+>|[^{}|<>]+")
_RANGE = re.compile(r"<([\d.]+)~([\d.]+)>")

Facts = dict[str, str]
Teller = Callable[[Facts], str]


class Language:
    """The sentences of replica_words.txt, ready to be said; `lines` are the ways to say a heading."""

    def __init__(self, text: str, chance: random.Random) -> None:
        self.chance = chance
        self.lines: dict[str, list[Teller]] = defaultdict(list)
        heading = ""
        for line in text.splitlines():
            if line.startswith("["):
                heading = line.strip("[]")
            elif heading and not line.startswith("#") and (line or heading in {"约", "连"}):
                self.lines[heading].append(self._sequence(_PART.findall(line)))

    def say(self, heading: str, facts: Facts) -> str:
        """One way to say it."""
        return self.chance.choice(self.lines[heading])(facts)

    def draw(self, heading: str) -> Iterator[Teller]:
        """All ways to say it in any order, each once."""
        return iter(self.chance.sample(self.lines[heading], len(self.lines[heading])))

    def _sequence(self, parts: list[str]) -> Teller:
        """Consumes `parts` up to the end of an alternative."""
        tellers: list[Teller] = []
        while parts and parts[0] not in {"|", "}"}:
            part = parts.pop(0)
            tellers.append(
                self._choice(parts)
                if part == "{"
                else self._slot(part)
                if part[0] == "<"
                else lambda _, text=part: text
            )
        return lambda facts: "".join([tell(facts) for tell in tellers])

    def _choice(self, parts: list[str]) -> Teller:
        options = [self._sequence(parts)]
        while parts.pop(0) == "|":
            options.append(self._sequence(parts))
        choice = self.chance.choice
        return lambda facts: choice(options)(facts)

    def _slot(self, slot: str) -> Teller:
        if bounds := _RANGE.fullmatch(slot):
            low, high = math.log(float(bounds[1])), math.log(float(bounds[2]))
            places = len(bounds[1].partition(".")[2])
            return lambda facts: format(
                round(math.exp(self.chance.uniform(low, high)), places), f"{facts['千']}.{places}f"
            )
        name = slot[1:-1]
        return lambda facts: facts[name] if name in facts else self.say(name, facts)


class Newsroom:
    """Invents stories: who, where, when, and what is said about it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.language = Language(WORDS.read_text("utf-8"), chance)
        self.counties: dict[str | None, list[Place]] = defaultdict(list)
        for place in gazetteer().places.values():
            if place.county and (place.province, place.city) not in gazetteer().gone:
                self.counties[place.province].append(place)
                self.counties[None].append(place)

    def story(self, section: Section, day: datetime, number: int, earlier: Sequence[Story]) -> Story:
        """A new story, or now and then a reprint of one of the `earlier` ones."""
        chance = self.chance
        layout = "C" if day.year < 2016 else "mobile" if chance.random() < MOBILE else "A" if day.year < 2025 else "B"
        recent = [story for story in earlier if not story.reprint_of and day - story.published_at < timedelta(days=40)]
        if recent and chance.random() < REPRINTS:
            return self._reprint(chance.choice(recent), section, day, number, layout)
        place = chance.choice(self.counties[section.name if section.name.endswith("省") else None])
        subject, beside = chance.sample(
            ["食品", "电梯", "计量", "标准", "质量", "打假", "维权", "认证", "产权", "广告", "药品", "价格"], 2
        )
        facts = self._facts(place, subject, day)
        say = self.language.say
        title = say("题", facts)
        source, editor = chance.choice(SOURCES), chance.choice(EDITORS)
        story = Story(
            number, section.channel, day, layout, title, self._text(subject, beside, facts), source, editor, section
        )
        self._byline(story, facts)
        if chance.random() < IMAGES:
            story.caption = f"图为{facts['局']}执法人员在{say('商户', facts)}检查。{say('人', facts)} 摄"
        if chance.random() < TABLES:
            story.paragraphs.insert(3, f"各乡镇{facts['事']}情况见下表。")
            rows = [
                [
                    say("镇", facts),
                    str(chance.randrange(20, 400)),
                    str(chance.randrange(3, 60)),
                    str(chance.randrange(9)),
                ]
                for _ in range(5)
            ]
            story.table = [["乡镇", "检查单位（家）", "发现问题（个）", "立案（件）"], *rows]
        return story

    def _facts(self, place: Place, subject: str, day: datetime) -> Facts:
        """What stays the same throughout an article."""
        county, province = str(place.county), str(place.province)
        city = place.city or province
        bureau = "市场监督管理局" if day.year > 2018 else "质量技术监督局"
        brief = "市场监管局" if day.year > 2018 else "质监局"
        before = day - timedelta(days=self.chance.randrange(1, 6))
        facts = {
            "地": province + (place.city or "") + county, "地短": short(province) + short(county), "省": province, "市短": short(city),
            "县短": short(county) if len(short(county)) > 1 else county, "全": f"全{county[-1] if county[-1] in '县区市旗' else '县'}",
            "局": county + bureau, "简局": county + brief, "月": f"{before.month}月", "日": f"{before.month}月{before.day}日",
            "季": "冬春夏秋"[day.month % 12 // 3], "千": self.chance.choice(["", "", ","]),
        }  # fmt: skip
        return facts | {"事": self.language.say(f"事{subject}", facts)}

    def _text(self, subject: str, beside: str, facts: Facts) -> list[str]:
        """Paragraphs of 1,800 to 3,200 characters in all; no sentence is said twice."""
        chance, language = self.chance, self.language
        drawn = {kind: language.draw(kind) for kind in ("背景", "做法", "引语", "细节", "成效")}
        drawn |= {"事": language.draw(subject), "旁": language.draw(beside)}
        wanted = chance.randrange(1750, 2800)
        paragraphs = [language.say("开头", facts) + next(drawn["事"])(facts)]
        while sum(map(len, paragraphs)) < wanted:
            tellers = (next(drawn[kind], None) for kind in chance.choice(PARAGRAPHS).split())
            if text := "".join([tell(facts) for tell in tellers if tell]):
                paragraphs.append(text)
        return [*paragraphs, language.say("结尾", facts)]

    def _byline(self, story: Story, facts: Facts) -> None:
        reporter, writer = (self.language.say("人", facts) for _ in range(2))
        kind = self.chance.random()
        if story.source in {"中国质量新闻网", "中国质量报"} and kind < 0.7:
            paper = "本报讯" if story.source == "中国质量报" else "中国质量新闻网讯"
            names = (
                f"记者 {reporter}" if kind < 0.4 else f"{writer} 记者 {reporter}" if kind < 0.5 else f"通讯员 {writer}"
            )
            story.paragraphs[0] = f"{paper}（{names}）{story.paragraphs[0]}"
        elif kind < 0.9:
            story.paragraphs[-1] += f"（{facts['简局']} {writer}）"

    def _reprint(self, first: Story, section: Section, day: datetime, number: int, layout: str) -> Story:
        """The same story again: another title or a paragraph less, and a word or two changed."""
        paragraphs = [text.replace("日前", "近日").replace("据介绍", "据了解") for text in first.paragraphs]
        title = first.title
        if self.chance.random() < 0.5:
            title += self.chance.choice(["见成效", "有实招", "受欢迎"])
        elif "见下表" not in paragraphs[-3]:
            del paragraphs[-3]
        source, editor = self.chance.choice(SOURCES), self.chance.choice(EDITORS)
        return Story(
            number,
            section.channel,
            day,
            layout,
            title,
            paragraphs,
            source,
            editor,
            section,
            table=first.table,
            reprint_of=first.url,
        )


def article_id(day: datetime) -> int:
    """About where the site's counter stood."""
    known = [(datetime.fromisoformat(text).replace(tzinfo=BEIJING), number) for text, number in IDS]
    (start, low), (end, high) = next(pair for pair in zip(known, known[1:], strict=False) if day <= pair[1][0])
    return round(low + (high - low) * ((day - start) / (end - start)))


def plan(articles: int, chance: random.Random) -> list[tuple[datetime, Section]]:
    """When and in which list each article is published, in order of time; no list stays empty."""
    if articles < len(SECTIONS):
        raise SystemExit(f"at least {len(SECTIONS)} articles: no list may be empty")
    chosen = SECTIONS + chance.choices(SECTIONS, [section.share for section in SECTIONS], k=articles - len(SECTIONS))
    dates = []
    for section in chosen:
        first = datetime(section.first, 1, 1, tzinfo=BEIJING)
        last = min(datetime(section.last, 12, 31, tzinfo=BEIJING), LAST_DAY)
        day = first + timedelta(days=chance.randrange((last - first).days))
        dates.append((day + timedelta(seconds=chance.randrange(7 * 3600, 20 * 3600)), section))
    return sorted(dates, key=lambda each: each[0])


def make_site(folder: Path, articles: int = 2000, per_list: int = 20, seed: int = 1) -> None:
    """Write the pages of the site and what they tell."""
    chance = random.Random(seed)
    newsroom, pages = Newsroom(chance), Pages(SECTIONS, chance)
    site = folder / "www.cqn.com.cn"
    stories: list[Story] = []
    number = 0
    for day, section in plan(articles, chance):
        number = max(number + 1, article_id(day))
        stories.append(newsroom.story(section, day, number, stories[-12:]))
    for place, story in enumerate(stories):
        newest = stories[max(0, place - 24) : place][::-1] or stories[-24:]
        write(site, story.path, pages.article(story, newest), legacy=story.layout == "C")
    write_lists(site, stories, pages, per_list)
    write(site, "/robots.txt", "User-agent: *\nDisallow: /search/\nAllow: /\n")
    with (folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for story in stories:
            told = {
                name: getattr(story, name)
                for name in ("url", "layout", "title", "source", "editor", "paragraphs", "reprint_of")
            }
            truth.write(json.dumps(told | {"published_at": story.published_at.isoformat()}, ensure_ascii=False) + "\n")


def write_lists(site: Path, stories: Sequence[Story], pages: Pages, per_list: int) -> None:
    """The lists, and above them the pages that lead to them."""
    newest = stories[-24:][::-1]
    below: dict[tuple[str, tuple[tuple[str, int], ...]], dict[tuple[str, int], list[Story]]] = defaultdict(dict)
    for section in SECTIONS:
        own = [story for story in reversed(stories) if story.section is section]
        last = math.ceil(len(own) / per_list)
        for number in range(1, last + 1):
            text = pages.list(section, own[per_list * (number - 1) : per_list * number], number, last, newest)
            write(site, f"/{section.channel}/{section.page(number)}", text, legacy=section.skin == "C")
        for depth, step in enumerate(section.trail):
            below[section.channel, section.trail[:depth]].setdefault(step, own)
    for (channel, trail), steps in below.items():
        name = f"node_{trail[-1][1]}.htm" if trail else "index.htm"
        write(site, f"/{channel}/{name}", pages.menu_page(channel, trail, steps, newest))
    assert set(CHANNELS) == {channel for channel, _ in below}


def write(site: Path, path: str, text: str, legacy: bool = False) -> None:
    file = site / path[1:]
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode("gb18030" if legacy else "utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=2000)
    parser.add_argument("--per-list", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    start = time.perf_counter()
    make_site(options.folder, options.articles, options.per_list, options.seed)
    files = [path for path in (options.folder / "www.cqn.com.cn").rglob("*.htm")]
    size = sum(path.stat().st_size for path in files)
    seconds = time.perf_counter() - start
    print(
        f"{options.folder}: {options.articles:,} articles on {len(files):,} pages, {size / len(files) / 1000:.0f} KB a page, {seconds:.1f} s"
    )


if __name__ == "__main__":
    main()

"""The stories of the replica: invented news of market regulation in real counties.

In: when and for which section. Out: a `Story` of 1,800 to 3,200 characters, made of the sentences in replica_words.txt.
"""

from __future__ import annotations

import math
import random
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from replica_pages import Section, Story

from cqnspider.regions.gazetteer import Place, gazetteer, short

SUBJECTS = ["食品", "电梯", "计量", "标准", "质量", "打假", "维权", "认证", "产权", "广告", "药品", "价格"]
OWN = ["中国质量新闻网", "中国质量报"]
SOURCES = [*OWN[:1] * 34, *OWN[1:] * 3, "江南晚报", "西部日报", "楚天市场网", "海峡消费报", "北方法治报", None]
EDITORS = ["若谷", "听澜", "景初", "南乔", "知微", "怀瑾", "云舒", "向晚", "予安", "清和", "石泉", "半夏", None]
# Kinds of sentences that stand together: 事 the article's own subject, 旁 a neighbouring one.
GROUPS = [
    "背景 事 道理 引语", "事 做法 人物", "事 细节 引语 提示", "做法 旁 道理", "细节 事 人物 引语", "引语 事 道理 细节",
    "成效 人物 引语 道理", "做法 事 细节", "背景 做法 细节 引语", "人物 旁 提示", "提示 做法 人物 道理", "细节 道理 成效",
]  # fmt: skip
KINDS = ["背景", "做法", "引语", "细节", "成效", "道理", "提示", "人物"]
MOBILE, REPRINTS, IMAGES, TABLES = 0.05, 0.01, 0.1, 0.05  # shares of the articles
_PART = re.compile(r"[{}|]|<[^<>]+>|[^{}|<>]+")
_RANGE = re.compile(r"<([\d.]+)~([\d.]+)>")

Facts = dict[str, str]
Teller = Callable[[Facts], str]


class Language:
    """The headings of replica_words.txt, each with its ways to be said."""

    def __init__(self, text: str, chance: random.Random) -> None:
        self.chance = chance
        self.lines: dict[str, list[Teller]] = defaultdict(list)
        heading = ""
        for line in text.splitlines():
            if line.startswith("["):
                heading = line.strip("[]")
            elif line and not line.startswith("#"):
                self.lines[heading].append(self._sequence(_PART.findall(line)))

    def say(self, heading: str, facts: Facts) -> str:
        """One way to say it."""
        return self.chance.choice(self.lines[heading])(facts)

    def draw(self, heading: str) -> Iterator[Teller]:
        """All ways to say it in any order, each once."""
        return iter(self.chance.sample(self.lines[heading], len(self.lines[heading])))

    def _sequence(self, parts: list[str]) -> Teller:
        """Takes `parts` up to the end of an alternative."""
        tellers: list[Teller] = []
        while parts and parts[0] not in {"|", "}"}:
            part = parts.pop(0)
            read = {"{": lambda _: self._choice(parts), "<": self._slot}.get(part[0], self._text)
            tellers.append(read(part))
        return lambda facts: "".join([tell(facts) for tell in tellers])

    def _choice(self, parts: list[str]) -> Teller:
        options = [self._sequence(parts)]
        while parts.pop(0) == "|":
            options.append(self._sequence(parts))

        def tell(facts: Facts) -> str:
            return self.chance.choice(options)(facts)

        return tell

    def _slot(self, part: str) -> Teller:
        if bounds := _RANGE.fullmatch(part):
            return self._number(bounds[1], bounds[2])
        name = part[1:-1]
        return lambda facts: facts[name] if name in facts else self.say(name, facts)

    def _number(self, low: str, high: str) -> Teller:
        """Small numbers are more frequent than large ones."""
        least, most, places = math.log(float(low)), math.log(float(high)), len(low.partition(".")[2])
        return lambda facts: f"{math.exp(self.chance.uniform(least, most)):{facts['千']}.{places}f}"

    @staticmethod
    def _text(part: str) -> Teller:
        return lambda _: part


class Newsroom:
    """Invents stories: who, where, when, and what is said about it."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.language = Language(Path(__file__).with_name("replica_words.txt").read_text("utf-8"), chance)
        self.counties = [place for place in gazetteer().places.values() if place.county]

    def story(self, section: Section, day: datetime, number: int, earlier: Sequence[Story]) -> Story:
        """A new story, or now and then a reprint of one of the `earlier` ones."""
        chance = self.chance
        layout = "C" if day.year < 2016 else "mobile" if chance.random() < MOBILE else "A" if day.year < 2025 else "B"
        first = chance.choice(earlier) if earlier and chance.random() < REPRINTS else None
        story = Story(number, section, day, layout, "", [], chance.choice(SOURCES), chance.choice(EDITORS))
        if first is not None and first.reprint_of is None and day - first.published_at < timedelta(days=40):
            self._reprint(first, story)
        else:
            self._tell(story)
        return story

    def _tell(self, story: Story) -> None:
        chance, say = self.chance, self.language.say
        province = story.section.name if story.section.name.endswith("省") else ""
        place = chance.choice(
            [each for each in self.counties if each.province == province] if province else self.counties
        )
        subject, beside = chance.sample(SUBJECTS, 2)
        facts = self._facts(place, subject, story.published_at)
        story.title = say("题", facts)
        story.paragraphs = self._text(subject, beside, facts)
        self._sign(story, facts)
        if chance.random() < IMAGES:
            story.caption = f"图为{facts['局']}执法人员在{say('商户', facts)}检查。{say('人', facts)} 摄"
        if chance.random() < TABLES:
            story.paragraphs.insert(3, f"各乡镇{facts['事']}情况见下表。")
            rows = [[say("镇", facts), *(str(chance.randrange(most)) for most in (400, 60, 9))] for _ in range(5)]
            story.table = [["乡镇", "检查单位（家）", "发现问题（个）", "立案（件）"], *rows]

    def _facts(self, place: Place, subject: str, day: datetime) -> Facts:
        """What stays the same throughout an article."""
        county, province, city = str(place.county), str(place.province), place.city or ""
        brief = short(county) if len(short(county)) > 1 else county
        before = day - timedelta(days=self.chance.randrange(1, 6))
        facts = {
            "地": province + city + county, "地短": short(province) + brief, "省": province,
            "市短": short(city or province), "县短": brief, "全": f"全{county[-1] if county[-1] in '县区市旗' else '县'}",
            "局": county + ("市场监督管理局" if day.year > 2018 else "质量技术监督局"),
            "简局": county + ("市场监管局" if day.year > 2018 else "质监局"),
            "月": f"{before.month}月", "日": f"{before.month}月{before.day}日", "季": "冬春夏秋"[day.month % 12 // 3],
            "千": self.chance.choice(["", "", ","]),
        }  # fmt: skip
        return facts | {"事": self.language.say(f"事{subject}", facts)}

    def _text(self, subject: str, beside: str, facts: Facts) -> list[str]:
        """Paragraphs in which no sentence is said twice."""
        chance, language = self.chance, self.language
        drawn = {kind: language.draw(kind) for kind in KINDS} | {
            "事": language.draw(subject),
            "旁": language.draw(beside),
        }
        wanted = chance.randrange(1800, 2750)
        paragraphs = [language.say("开头", facts) + next(drawn["事"])(facts)]
        while sum(map(len, paragraphs)) < wanted:
            kinds = " ".join(chance.choices(GROUPS, k=chance.choice([1, 2, 2]))).split()
            tellers = [next(drawn[kind], None) for kind in kinds]
            if text := "".join([tell(facts) for tell in tellers if tell]):
                paragraphs.append(text)
        return [*paragraphs, language.say("结尾", facts)]

    def _sign(self, story: Story, facts: Facts) -> None:
        """Most stories of the site's own begin with a byline, others end with one or have none."""
        writer, kind = self.language.say("人", facts), self.chance.random()
        if story.source in OWN and kind < 0.7:
            paper = "本报讯" if story.source == "中国质量报" else "中国质量新闻网讯"
            story.paragraphs[0] = f"{paper}（{'记者' if kind < 0.4 else '通讯员'} {writer}）{story.paragraphs[0]}"
        elif kind < 0.9:
            story.paragraphs[-1] += f"（{facts['简局']} {writer}）"

    def _reprint(self, first: Story, story: Story) -> None:
        """The same story again: another title or a paragraph less, and a word or two changed."""
        story.title, story.table, story.reprint_of = first.title, first.table, first.url
        story.paragraphs = [text.replace("日前", "近日").replace("据介绍", "据了解") for text in first.paragraphs]
        if self.chance.random() < 0.5:
            story.title += self.chance.choice(["见成效", "有实招", "受欢迎"])
        else:
            del story.paragraphs[-2]

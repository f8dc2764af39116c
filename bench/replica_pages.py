"""The pages of the replica: articles, lists and what leads to them, in the four layouts of the site.

In: stories, and lists of them. Out: whole pages as text, put together from the pieces in replica_pages.txt.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from pathlib import Path
from string import Template

CHANNELS = {"zj": "市场监管", "ms": "民生", "zgzlb": "中国质量报"}
Trail = tuple[tuple[str, int], ...]  # names and nodes of the sections on the way to a list
_PIECE = re.compile(r"^\[([^]\n]+)\]\n(.*?)\s*(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass(frozen=True)
class Section:
    """A list of the site: the way to it, the years of its articles, its share of them in percent, its layout."""

    channel: str
    trail: Trail
    first: int
    last: int
    share: int
    layout: str

    @property
    def name(self) -> str:
        return self.trail[-1][0]

    def page(self, number: int = 1) -> str:
        """File name of a page of the list."""
        return f"node_{self.trail[-1][1]}{f'_{number}' if number > 1 else ''}.htm"


@dataclass
class Story:
    """An article as it is printed; `paragraphs` are its clean text."""

    id: int
    section: Section
    published_at: datetime
    layout: str
    title: str
    paragraphs: list[str]
    source: str | None
    editor: str | None
    caption: str | None = None
    table: list[list[str]] = field(default_factory=list)
    reprint_of: str | None = None

    @property
    def path(self) -> str:
        """Address below the host."""
        return f"/{self.section.channel}/content/{self.published_at:%Y-%m/%d}/content_{self.id}.htm"

    @property
    def url(self) -> str:
        return f"https://www.cqn.com.cn{self.path}"

    @property
    def values(self) -> dict[str, object]:
        """What the pieces of pages print of it."""
        return {
            "id": self.id, "path": self.path, "url": self.url, "channel": self.section.channel, "section": self.section.name,
            "title": escape(self.title), "cut": escape(self.title if len(self.title) < 15 else self.title[:13] + "…"),
            "time": f"{self.published_at:%Y-%m-%d %H:%M:%S}", "day": f"{self.published_at:%Y-%m-%d}",
            "source": self.source or "", "editor": self.editor or "", "caption": self.caption,
        }  # fmt: skip


class Pages:
    """Fills in pages; what all of them share is made once."""

    def __init__(self, sections: Sequence[Section], chance: random.Random) -> None:
        self.chance = chance
        text = Path(__file__).with_suffix(".txt").read_text("utf-8")
        self.pieces = {name: Template(piece) for name, piece in _PIECE.findall(text)}
        nodes = {name: node for section in sections for name, node in section.trail}
        self.shared: dict[str, object] = {}
        self.shared = {
            "menu": "\n".join(self._menu(nodes)),
            "friends": "\n".join(f'<a href="https://{n}.example.cn/">{name}</a>' for n, name in enumerate(self._names("friends"))),
            "style": "\n".join(self._style()),
            "script": "\n".join(self._fill("function", name=name, wait=self.chance.randrange(100, 9000)) for name in self._names("functions")),
            "notice": self.pieces["notice"].template,
        }  # fmt: skip

    def article(self, story: Story, newest: Sequence[Story]) -> str:
        """An article's page, with links to what was new when it was published."""
        body = "\n".join(self._body(story))
        content = self._fill(f"article {story.layout}", story.values, crumb=self._crumb(story.section), body=body)
        return self._page(story.layout, story.title, content, newest)

    def listing(
        self, section: Section, stories: Sequence[Story], number: int, last: int, newest: Sequence[Story]
    ) -> str:
        """Page `number` of the `last` pages of a list."""
        items = "\n".join(self._fill(f"item {section.layout}", story.values) for story in stories)
        values = {"section": section.name, "crumb": self._crumb(section), "pager": self._pager(section, number, last)}
        return self._page(
            section.layout, section.name, self._fill(f"list {section.layout}", values, items=items), newest
        )

    def menu(
        self, channel: str, trail: Trail, below: dict[tuple[str, int], list[Story]], newest: Sequence[Story]
    ) -> str:
        """A page between a front page and the lists, or (without a trail) the front page: the sections below it with their newest articles."""
        boxes = []
        for (name, node), stories in below.items():
            items = "\n".join(self._fill("item A", story.values) for story in stories[:5])
            boxes.append(self._fill("section", section=name, path=f"node_{node}.htm", items=items))
        crumb = f"您当前位置: {self._links(channel, trail)}&gt;&gt;"
        title = trail[-1][0] if trail else CHANNELS[channel]
        return self._page("A", title, self._fill("sections", crumb=crumb, items="\n".join(boxes)), newest)

    def _fill(self, piece: str, values: Mapping[str, object] | None = None, **more: object) -> str:
        return self.pieces[piece].substitute({**self.shared, **(values or {})}, **more)

    def _page(self, layout: str, title: str, content: str, newest: Sequence[Story]) -> str:
        values = {
            "title": escape(title),
            "content": content,
            "newest": "\n".join(self._fill(f"newest {layout}", story.values) for story in newest),
            "pictures": "\n".join(self._fill(f"picture {layout}", story.values) for story in newest[::3]),
        }
        return self._fill(f"page {layout}", self.shared | values) + "\n"

    def _body(self, story: Story) -> Iterable[str]:
        """Paragraphs, with the image behind the second one and the table behind the one that announces it."""
        word = story.layout == "A" and self.chance.random() < 0.4
        for place, text in enumerate(story.paragraphs):
            if word:
                yield self._fill("paragraph Word", text=_NUMBER.sub(r'<span lang="EN-US">\g<0></span>', text))
            else:
                yield self._fill(f"paragraph {story.layout}", text=text)
            if story.caption and place == 1:
                month, uuid = f"{story.published_at:%Y-%m/%d}", f"{self.chance.getrandbits(64):016x}"
                yield self._fill("image", story.values, month=month, uuid=uuid)
            if story.table and "见下表" in text:
                rows = ("".join(f'<td valign="center"><p>{cell}</p></td>' for cell in row) for row in story.table)
                yield self._fill("table", rows="\n".join(f"<tr>{row}</tr>" for row in rows))

    def _crumb(self, section: Section) -> str:
        links = self._links(section.channel, section.trail)
        return f"您当前位置: &gt;&gt;{links}" if section.layout == "B" else f"您当前位置: {links}&gt;&gt;"

    def _links(self, channel: str, trail: Trail) -> str:
        above = [("新闻中心", "/"), (CHANNELS[channel], f"/{channel}/index.htm")]
        steps = above + [(name, f"/{channel}/node_{node}.htm") for name, node in trail]
        return "&gt;&gt;".join(f'<a href="https://www.cqn.com.cn{path}">{name}</a>' for name, path in steps)

    def _pager(self, section: Section, number: int, last: int) -> str:
        near = sorted({1, last, *range(max(1, number - 4), min(last, number + 4) + 1)})
        links = [f"<b>{n}</b>" if n == number else f'<a href="{section.page(n)}">{n}</a>' for n in near]
        if number < last:
            links += [f'<a href="{section.page(number + 1)}">下一页</a>', f'<a href="{section.page(last)}">尾页</a>']
        return " ".join(links)

    def _names(self, kind: str) -> list[str]:
        return self.pieces[f"names of {kind}"].template.split()

    def _menu(self, nodes: dict[str, int]) -> Iterable[str]:
        """A channel's folder and name a line, then its columns; the sections have their own nodes, others any."""
        for row, line in enumerate(self.pieces["names of the menu"].template.splitlines()):
            folder, channel, *columns = line.split()
            links = (
                (f"/{folder}/node_{nodes.get(name, 21000 + 20 * row + place)}.htm", name)
                for place, name in enumerate(columns)
            )
            items = "".join(f'<li><a href="{path}" target="_blank">{name}</a></li>' for path, name in links)
            yield f'<li class="ch"><a href="/{folder}/index.htm">{channel}</a><ul class="sub">{items}</ul></li>'

    def _style(self) -> Iterable[str]:
        for name in self._names("classes"):
            width, height = self.chance.randrange(80, 1000, 10), self.chance.randrange(16, 60, 2)
            yield self._fill(
                "rules", name=name, width=width, height=height, colour=f"#{self.chance.randrange(16**3):03x}"
            )

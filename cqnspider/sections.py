"""The registry of local-news sections. A new section is one entry of `SECTIONS`.

A section is a path of link texts under a channel's front page: its list address is discovered by following these texts (see
discovery.py) and need not be known. `lists` pins addresses by hand where discovery fails or is not wanted.
Source of the paths: breadcrumbs printed on the site 2007–2026.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from cqnspider.text import fold
from cqnspider.urls import SITE

# How the channel calls itself in breadcrumbs, by the channel's folder.
CHANNELS: Final = {"zj": "市场监管", "ms": "民生", "zgzlb": "中国质量报"}

_PROVINCES = (
    "北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海"
    "|内蒙古|广西|西藏|宁夏|新疆"
)
PROVINCE: Final = re.compile(rf"(?:{_PROVINCES})(?:壮族|回族|维吾尔)?(?:省|市|自治区)?")
YEAR: Final = re.compile(r"(?:19|20)\d{2}年?")
NEWSPAPER_PAGE: Final = re.compile(r"第?[一二三四五六七八九十\d]{1,3}版(?:[:·\-—| ].{0,12})?")

Step = str | re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Section:
    """A local-news section: `name` is what users type, `path` the link texts below the channel's front page."""

    name: str
    channel: str
    path: tuple[Step, ...]
    lists: tuple[str, ...] = ()

    @property
    def front_page(self) -> str:
        """Where discovery starts."""
        return f"{SITE}/{self.channel}/index.htm"


SECTIONS: Final = (
    Section("地方动态", "zj", ("地方动态",)),
    Section("地方要闻", "zj", ("质检要闻", "地方要闻")),
    Section("质量监督", "zj", ("质量监督", PROVINCE)),
    Section("食品安全", "zj", ("食品安全",)),
    Section("质量管理", "zj", ("质量管理",)),
    Section("药品监督", "zj", ("药品监督",)),
    Section("地方抽查", "ms", ("抽查", "地方抽查", YEAR)),
    Section("中国质量报", "zgzlb", (NEWSPAPER_PAGE,)),
)
BY_NAME: Final = {section.name: section for section in SECTIONS}


def is_step(step: Step, text: str) -> bool:
    """Whether a printed link text or breadcrumb entry is this step of a path."""
    text = "".join(fold(text).split())  # 质量 管理 in a table menu is 质量管理
    return text == step if isinstance(step, str) else step.fullmatch(text) is not None


def is_path(section: Section, breadcrumb: Iterable[str]) -> bool:
    """Whether a list page's breadcrumb (`民生, 抽查, 地方抽查, 2025`) is this section's own.

    The last step must be the last entry and the step before it must stand before it; a section of one step must hang directly
    under its channel, so that `消费 › 食品安全` is not `市场监管 › 食品安全`.
    """
    crumb = [fold(entry) for entry in breadcrumb]
    if not crumb or not is_step(section.path[-1], crumb[-1]):
        return False
    before = crumb[:-1]
    if len(section.path) == 1:
        return not before or before[-1] in {CHANNELS[section.channel], "新闻中心", "首页"}
    return any(is_step(section.path[-2], entry) for entry in before)

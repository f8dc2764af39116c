"""Look-alikes: dates, times, document numbers, standards, hotlines, ordinals, enumerators, titles, slogans – numbers that count nothing.

`LOOK_ALIKE` is tried at every offset before a numeral is; what it matches is skipped whole. The text is folded (half-width).
"""

from __future__ import annotations

import re
import string
from typing import Final

from cqnspider.metrics import tables

_N: Final = "一二三四五六七八九十"
_YEAR: Final = r"(?:(?:19|20)[0-9]{2}|[一二][〇零九][〇零一二三四五六七八九]{2})"
_MONTH: Final = rf"(?:1[0-2]|0?[1-9]|十[一二]|[{_N}])"
_DAY: Final = rf"(?:[12][0-9]|3[01]|0?[1-9]|[二三]?十[{_N}]?|[{_N}])"
_TO: Final = "[-–—~至到、和及]"

_PHRASES: Final = tables.words("look_alikes", "phrases")
LOOK_ALIKE: Final = "|".join(
    [
        r"《[^《》\n]{1,80}》",
        # A short quotation without a clause in it is a slogan or a name: “33618”, “两个100%”.
        *(rf"{a}[^{a}{b},。;;!?!?\n]{{1,24}}{b}" for a, b in ("“”", "‘’", "「」", "『』", '""')),
        r"[〔\[(][0-9]{4}[〕\])](?:第)?[0-9]+号",
        rf"第[{_N}零〇百千万两0-9]++(?:[、至到-][{_N}0-9]++)?",
        rf"{_YEAR}年?{_TO}{_YEAR}年(?:度|间)?|{_YEAR}年(?:度|底|末|初)?(?:{_MONTH}月(?:份|底|末|初|[上中下]旬|(?:{_DAY}[日号])?))?",
        r"(?:19|20)[0-9]{2}[-/.][01]?[0-9](?:[-/.][0-3]?[0-9])?(?![0-9%个家])",
        rf"{_MONTH}(?:{_TO}{_MONTH})?月(?:份|底|末|初|[上中下]旬|{_DAY}[日号]?)?(?:{_TO}(?:{_MONTH}月)?{_DAY}[日号]|{_TO}{_MONTH}月份?)?",
        rf"{_DAY}[日号](?:{_TO}{_DAY}[日号])?(?![程报均常])|[一二三四1-4](?:{_TO}[一二三四1-4])?季度|前[两三二]季度?",
        r"[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?|[0-9]{1,2}(?:时|点(?![0-9]))(?:[0-9]{1,2}分(?!钟))?|[0-9]{1,3}(?:周?岁)",
        r"(?<![A-Za-z])(?:GB|DB|ISO|IEC|JJG|JJF|TSG|HJ|NY|QB|YY|SB|SN|SC|HG|JB|CCC|CNAS|CMA|Q|T)[A-Z0-9/]{0,16}[ -]?[0-9][0-9.:]{0,16}(?:[-—–][0-9]{1,8}){0,3}",
        r"(?<![A-Za-z])(?:[A-Za-z]{1,2}-?[0-9][0-9.]*+|[A-Za-z]{3,16}-[0-9]++)",
        r"[0-9]{3,4}-[0-9]{7,8}|(?<![0-9])1[3-9][0-9]{9}(?![0-9])|400-[0-9]{3,4}-[0-9]{3,4}|[0-9]++(?:\.[0-9]++){2,}",
        r"(?<![0-9])(?<![0-9][,.])(?:123(?:15|45|65|31|58|30|69|20|33|48)|96[0-9]{3})(?![0-9.,]?[0-9]|[万余件起])",
        rf"[((](?:[0-9]{{1,2}}|[{_N}]{{1,3}})[))]|(?<![^\n。;;:: ])(?:[0-9]{{1,2}}[.、](?![0-9])|[{_N}]{{1,3}}(?:、|是|要))",
        "[一二三](?:类、[一二三]){0,4}类(?=医疗|压力|疫苗|汽车|、[二三]类)",
        "光绪[一二三四五六七八九十]+年|[一二三四五六七八九十]+者",
        *_PHRASES,
    ]
)

# What a look-alike can begin with: at all other characters nothing needs to be tried.
FIRST: Final = "".join(
    sorted(
        {
            *'0123456789《“‘「『"〔[(第一二三四五六七八九十前光',
            *string.ascii_letters,
            *(phrase[0] for phrase in _PHRASES),
        }
    )
)

# Right before a number: it orders, repeats or is a base (每50公斤), not a count.
BEFORE: Final = re.compile("(?:第|每|每隔|每满|每逢|逢|满分|标准装|周|星期|礼拜|农历|闰|[±≥≤]|》(?:全文)?共) ?$")

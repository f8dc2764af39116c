"""Words of the page that are not the article's: headings of side boxes, share bars, notices, captions, alt texts, newspaper marks.

In: a line of text. Out: what it is. A new skin's words are added to these tables. Sources: pages of 2007–2026 and what Chinese portals print.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from cqnspider.text import clean, fold

# Headings of what surrounds an article, one word a line of print.
END_MARKS: Final = frozenset(
    """
    最新评论 声明 版权声明 免责声明 图片新闻 最新新闻 相关网站导航 网站导航 站内导航 友情链接 网站地图
    关于我们     相关新闻 相关阅读 相关报道 相关文章 相关链接 相关推荐 延伸阅读 推荐阅读 为您推荐 猜你喜欢 精彩推荐
    编辑推荐 新闻推荐 要闻推荐 热点推荐 热门推荐 专题推荐 图片推荐
    热点 热点新闻 热点排行 热门新闻 热门文章 新闻排行 点击排行 阅读排行 排行榜 今日头条 更多新闻 最新资讯 视频新闻
    热文 热门 热度榜 热搜榜 往期回顾 往期精彩 大家都在看 大家爱看 您可能还想看 您可能感兴趣 精彩图集 图集 随机推荐
    网友评论 我要评论 发表评论
    """.split()  # noqa: SIM905 – a table to be read and added to
)

# Alt texts and numbering that editors' tools print as text: `image.png`, `微信图片_20240314.jpg`, `图片 1`.
IMAGE_NOISE = re.compile(
    r"(?:(?:image|img|图片|微信图片|QQ图片|微信截图|photo|pic)[\w\s()_-]{0,40}\.(?:png|jpe?g|gif|bmp|webp))",
    re.IGNORECASE,
)
IMAGE_LABEL = re.compile(r"\(?(?:图片|图|照片|image)\s*[\d一二三四五六七八九十]{0,3}\)?(?:加载中.*)?", re.IGNORECASE)
ICON = re.compile(
    r"/fileTypeImages/|/(?:ad|ads|advert)/|/(?:blank|spacer|space|loading|lazy|placeholder|icon_\w{1,12}|wx|weixin|qrcode)\.(?:gif|png|svg|jpg)$",
    re.IGNORECASE,
)
# A caption is known by its own marks, never by its place behind an image: that would eat whole short items.
_CAPTION = re.compile(
    r"[(▲△↑↓【\s]*(?:图为|图示|图片说明|图说|左图|右图|上图|下图|组图|资料图|(?:图片|图)\s*[\d一二三四五六七八九十]{0,2}\s*[:：为]).*"
)
_CREDIT = re.compile(
    r"[(]?(?:本报|本网)?(?:特约)?(?:记者|通讯员|摄影)?\s*[:：/]?\s*[\u4e00-\u9fff·]{1,5}(?:\s[\u4e00-\u9fff]{1,3}){0,3}"
    r"\s*[/ ]?(?:摄影报道|摄影|摄|供图|配图|制图)[)]?"
    r"|[(]?(?:摄影|供图|制图|图片来源|图片提供|图)\s*[:：/]\s*[\u4e00-\u9fff·\s]{2,20}[)]?|[(]?(?:资料图片?|网络图片)[)]?"
)
_WRITER = re.compile(r"(?:^|[(\s])文(?:字)?\s*[/、:\s]")  # 文/赵静 and (文 摄/赵静) are bylines
_LABELLED_CREDIT_AT_END = re.compile(r".{2,100}[。.\s]\s*(?:摄影|供图|图片来源|图)\s*[:：/]\s*[\u4e00-\u9fff·\s]{2,12}")
_CREDIT_AT_END = re.compile(
    r".{0,120}[。.!！)）\s]\s*[(（]?(?:本报|本网)?(?:记者|通讯员)?\s*[\u4e00-\u9fff·]{1,4}(?:\s[\u4e00-\u9fff]{1,3}){0,2}\s*[/ ]?摄影?[)）]?"
)
NEWSPAPER = re.compile(
    r"[(（]?(?:[—\-─]*\s*)?(?:来源|摘自|原载|转自)?\s*[:：]?\s*《(?:中国质量报|中国国门时报|中国质量万里行|产品可靠性报告)》[^。；]{0,30}[)）]?|【信息速递】|\[信息速递\]"
)
SOURCE_LINE = re.compile(r"[(【\[]?\s*(?:文章|稿件|信息|图文|新闻)?来源\s*:\s*([^()【】\[\]]{2,40}?)\s*[)】\]]?")
_FURNITURE = re.compile(
    r"分享(?:到|至)?(?:\s*[:：].*|[微QQ新].*)?|(?:微信|微博|新浪微博|QQ空间|QQ好友|朋友圈|复制链接|收藏|点赞|转发|评论|人民网|豆瓣)(?:[\s\d]*(?:微信|微博|QQ空间|朋友圈|QQ好友|复制链接|收藏|点赞|转发|评论|更多))*[\s\d]{0,8}"
    r"|【?\s*(?:字\s*[号体]\s*[:：]?)?\s*[\[【]?(?:特?大|中|小|A\+|A-|\+|-)(?:[\s|/\]\[【】]*(?:大|中|小|标准|A\+|A-|\+|-)){1,3}\s*[\]】]?.{0,4}|字[号体](?:大小)?\s*[:：]?.{0,12}"
    r"|[\[【]?\s*(?:打印|关闭|收藏|返回)(?:本页|此页|窗口|顶部|列表|首页)?(?:[\s|｜\[\]【】]*(?:打印|关闭|收藏|返回|分享|复制)(?:本页|此页|窗口|顶部|列表|首页)?)*[\s\]】]*"
    r"|(?:上|下|前|后)一(?:篇|条|页)\s*(?:[:：].*|没有了.*|.{0,40})|(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：]?\s*\d*\s*次?"
    r"|扫一扫.{0,30}|(?:长按|识别|扫描).{0,6}二维码.{0,20}|我要(?:纠错|评论|分享).{0,6}|(?:共|第)\s*\d+\s*页.{0,20}|(?:首页|上页|下页|尾页|末页|上一页|下一页|[\s\d\[\]>»›|…])+"
    r"|(?:点击)?(?:收听|播放)(?:本文|全文|音频).{0,24}|(?:倍速|广告|推广|AD|展开全文|查看全文|阅读全文|收起|展开|查看原文|听新闻|语音播报)(?:\s*剩余\s*\d+%)?|(?:上一张|下一张|上一图|下一图|\s)+|\d{1,2}\s*/\s*\d{1,2}|"
    r"(?:正文|内容|数据|页面|图片)?(?:正在)?加载(?:中|，|,).{0,10}"
    r"|关注.{0,12}公众号.{0,10}|(?:点击)?(?:加载|查看)更多.{0,4}|评论\s*\(?\d*\)?|点击(?:图片)?(?:查看|进入)(?:大图|下一页).{0,6}|责任编辑\s*[:：]?|(?:标签|关键[词字]|Tags?)\s*[:：].{0,50}",
    re.IGNORECASE,
)
_NOTICE = re.compile(
    r"(?:凡)?本[网站]{1,2}(?:凡)?注明|(?:【|\[)?(?:版权|免责)?声明(?:】|\])?\s*[:：]|(?:凡)?(?:本网|中国质量新闻网)(?:独家)?(?:稿件|作品).{0,12}(?:版权|转载)"
)


def is_furniture(text: str) -> bool:
    """Share bars, font switches, page turns, notices: lines that belong to the page, not to the article."""
    return (
        (len(text) <= 60 and _FURNITURE.fullmatch(text) is not None)
        or _NOTICE.match(text) is not None
        or is_end_mark(text)
    )


def is_caption(text: str) -> bool:
    """Whether a line is the caption or credit of an image, by its own marks (图为…, …摄)."""
    if "图" not in text and "摄" not in text:
        return False  # every mark has one of them
    folded = fold(text)
    if len(folded) <= 40 and _CREDIT.fullmatch(folded) and not _WRITER.search(folded):
        return True
    if len(folded) > 200:
        return False
    if _CAPTION.fullmatch(folded):
        return True
    if len(folded) > 130 or "讯" in folded or _WRITER.search(folded):
        return False
    return bool(_CREDIT_AT_END.fullmatch(folded) or _LABELLED_CREDIT_AT_END.fullmatch(folded))


@lru_cache(maxsize=4096)  # chrome is the same on every page
def is_end_mark(text: str) -> bool:
    """Whether a line is a heading of what follows an article."""
    return len(text) <= 14 and clean(re.sub(r"[:：>＞»|·•\s]|更多|MORE|more", "", text)) in END_MARKS

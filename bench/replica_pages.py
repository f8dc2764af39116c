"""The pages of the replica: what stands around its articles and lists, in the four layouts of the site.

In: stories, and lists of them. Out: whole pages as text. Everything around the text (menus, side lists, notice, styles, scripts) is made up; the names
of classes and the order of print are those of the site.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

CHANNELS = {"zj": "市场监管", "ms": "民生", "zgzlb": "中国质量报"}
# The menu that every page carries: a channel's folder and name, then its columns.
MENU = [line.split() for line in """
zj 市场监管 地方动态 质检要闻 质量监督 食品安全 质量管理 药品监督 检验检测 特种设备 标准计量 反垄断 信用监管 网络交易 执法稽查 队伍建设 政策解读
ms 民生 抽查 召回 曝光台 消费提示 餐桌 出行 居家 母婴 养老 教育 医疗 家政 环境 气象
zgzlb 中国质量报 第一版 第三版 评论员文章 数字报 往期 订阅 投稿 记者站 质量周刊 发行 读者来信 版面导航
xf 消费 汽车 家电 手机 服装 美妆 家居 珠宝 酒水 茶叶 旅游 体育 玩具 宠物 图书
cj 财经 银行 保险 证券 基金 上市公司 区域经济 能源 物流 房产 农业 外贸 人物 研报 曝光
bz 标准 国家标准 行业标准 团体标准 企业标准 国际标准 标准解读 标准馆 试点示范 领跑者 标委会 标准物质 征求意见
rz 认证认可 产品认证 体系认证 服务认证 有机 绿色产品 实验室 能力验证 认可公告 机构名录 碳足迹 从业人员 国际互认
jl 计量 民生计量 产业计量 能源计量 计量史话 计量器具 校准 比对 型式批准 计量院 量值溯源 世界计量日
tz 特种设备 锅炉 压力容器 电梯 起重机 索道 游乐设施 场车 气瓶 作业人员 事故警示 节能 智慧监管
cq 知识产权 专利 商标 地理标志 版权 品牌 维权援助 海外纠纷 代理机构 转化 奖项 审查 案例
zt 专题 质量月 世界认可日 两会 进博会 春运 高考 三农 科普 乡村振兴 营商环境 年度盘点 直播间
sp 视频 访谈 微电影 短视频 动画 现场 纪录片 公开课 发布会 航拍 回放 听新闻 H5
yq 舆情 热点解析 舆论 回应 监测 榜单 研判 案例库 培训 数据报告 智库 词条 周报
df 地方站 华北站 东北站 华东站 华中站 华南站 西南站 西北站 长三角 大湾区 京津冀 成渝 自贸港 县域 园区
""".strip().splitlines()]  # fmt: skip
FRIENDS = """市场监管总局 samr 药监局 nmpa 知识产权局 cnipa 标准委 sac 认监委 cnca 消费者协会 cca 全国12315平台 12315 计量院 nim 特检院 csei 标准院 cnis
编码中心 ancc 缺陷产品中心 dpac 认可中心 cnas 质量协会 caq 检科院 caiq 信息中心 cqi 信用公示 gsxt 个私协会 cilea 广告协会 caa 电梯协会 cea""".split()
STYLES = """top logo nav sub wrap left right box share comment notice rbox pic hot foot pager tags flash tabs more date crumb search login weather
banner adv qr fixed float slide thumb arrow dots mask layer tip badge form field btn table row col card media quote list item meta lead"""
SCRIPTS = """menu slide tabs search share font comment login layer lazy top date print favor copy scroll player weather vote counter
cookie format resize track hot""".split()
NOTICE = (
    "凡标注“来源：中国质量新闻网”的内容，其权利属于本站。其他机构若要采用，须先取得书面同意，并在采用时写明出处与作者姓名。",
    "标注为其他来源的内容系转载，意在让更多读者看到，并不表示本站认可其中观点。权利人如有异议，请在刊出后三十日内来电 010-84648459 或写信说明，我们会及时处理。",
)
_NUMBER = re.compile(r"\d[\d,.]*")


@dataclass
class Story:
    """An article as it is told and as a reader sees it."""

    id: int
    channel: str
    published_at: datetime
    layout: str
    title: str
    paragraphs: list[str]
    source: str | None
    editor: str | None
    section: Section
    caption: str | None = None
    table: list[list[str]] = field(default_factory=list)
    reprint_of: str | None = None

    @property
    def path(self) -> str:
        """Address below the host."""
        return f"/{self.channel}/content/{self.published_at:%Y-%m/%d}/content_{self.id}.htm"

    @property
    def url(self) -> str:
        return f"https://www.cqn.com.cn{self.path}"

    @property
    def cut_title(self) -> str:
        """The title as side lists print it."""
        return self.title if len(self.title) < 15 else self.title[:13] + "…"


@dataclass(frozen=True)
class Section:
    """A list of the site: names and nodes of the way to it, the years of its articles, its share of the site."""

    channel: str
    trail: tuple[tuple[str, int], ...]
    first: int
    last: int
    share: int
    skin: str

    @property
    def name(self) -> str:
        return self.trail[-1][0]

    def page(self, number: int = 1) -> str:
        """File name of a page of the list."""
        return f"node_{self.trail[-1][1]}{f'_{number}' if number > 1 else ''}.htm"


class Pages:
    """Writes pages; what all pages of a layout share is made once."""

    def __init__(self, sections: Sequence[Section], chance: random.Random) -> None:
        self.chance = chance
        nodes = {name: node for section in sections for name, node in section.trail}
        self.menu = "\n".join(
            f'<li class="ch"><a href="/{folder}/index.htm">{name}</a><ul class="sub">'
            + "".join(
                f'<li><a href="/{folder}/node_{nodes.get(column, 21000 + 20 * row + place)}.htm" target="_blank">{column}</a></li>'
                for place, column in enumerate(columns)
            )
            + "</ul></li>"
            for row, (folder, name, *columns) in enumerate(MENU)
        )
        friends = zip(FRIENDS[::2], FRIENDS[1::2], strict=True)
        self.friends = "\n".join(
            f'<a href="https://www.{host}.example.cn/" target="_blank">{name}</a>' for name, host in friends
        )
        self.style = "\n".join(self._rules(STYLES.split()))
        self.script = "\n".join(self._functions(SCRIPTS))
        self.notice = "".join(f"<p>{text}</p>\n" for text in NOTICE)

    def _rules(self, names: Iterable[str]) -> Iterable[str]:
        chance = self.chance
        for name in names:
            width, height = chance.randrange(80, 1000, 10), chance.randrange(16, 60, 2)
            colour = f"#{chance.randrange(16**3):03x}"
            yield f".{name}{{width:{width}px;line-height:{height}px;color:{colour};overflow:hidden;margin:0 auto {height // 2}px}}"
            yield f".{name} a{{color:{colour};text-decoration:none}} .{name} a:hover{{color:#c00;text-decoration:underline}}"

    def _functions(self, names: Iterable[str]) -> Iterable[str]:
        for name in names:
            wait = self.chance.randrange(100, 9000, 50)
            yield (
                f'function {name}Init(id){{var box=document.getElementById(id||"{name}_box");if(!box)return false;\n'
                f'  var items=box.getElementsByTagName("li"),now=0,timer=null;\n'
                f'  function show(n){{for(var i=0;i<items.length;i++){{items[i].className=i==n?"on":"";}}now=n;}}\n'
                f"  box.onmouseover=function(){{clearInterval(timer);}};"
                f"timer=setInterval(function(){{show((now+1)%items.length);}},{wait});return true;}}"
            )

    def article(self, story: Story, newest: Sequence[Story]) -> str:
        """An article's page, with links to what was new when it was published."""
        return {"A": self._a, "B": self._b, "C": self._c, "mobile": self._mobile}[story.layout](story, newest)

    def _a(self, story: Story, newest: Sequence[Story]) -> str:
        word = self.chance.random() < 0.4
        comment = (
            f"<!--enpproperty <articleid>{story.id}</articleid><date>{story.published_at:%Y-%m-%d %H:%M:%S}.0</date><author></author>"
            f"<title>{escape(story.title)}</title><keyword></keyword><nodename>{story.section.name}</nodename>/enpproperty-->\n"
        )
        editor = f"(责任编辑:{story.editor or ''})"
        inside = self.chance.random() < 0.5
        return self._frame(
            story.title + "_" + CHANNELS[story.channel] + "_中国质量新闻网",
            f'<div class="box">{self._crumb(story.section)}</div>\n{comment}'
            f'<div class="Detail_Title"><h1>{escape(story.title)}</h1></div>\n'
            f'<div class="publish">{story.published_at:%Y-%m-%d %H:%M:%S}&nbsp;&nbsp;<span class="from">{story.source or ""}</span></div>\n'
            f'<div class="Detail_Content"><div class="content">\n<!--enpcontent-->{self._body(story, word)}<!--/enpcontent-->\n'
            + (f"<p>{editor}</p></div></div>" if inside else f'</div><div align="right" class="editor">{editor}</div></div>')
            + self._after(),
            self._side(newest),
        )  # fmt: skip

    def _after(self) -> str:
        return (
            '\n<div class="share bdsharebuttonbox"><a href="#" class="bds_more" data-cmd="more">分享到：</a></div>\n'
            '<div class="comment"><h3>最新评论</h3><form action="/comment/post.jsp"><textarea name="text"></textarea>'
            '<input type="submit" value="发表"></form><p>还没有评论。</p></div>\n'
            f'<div class="notice"><strong>声明:</strong>\n{self.notice}</div>\n'
        )

    def _b(self, story: Story, newest: Sequence[Story]) -> str:
        return self._new_frame(
            f"{story.title}-中国质量新闻网",
            f'<div class="where">{self._crumb(story.section)}</div>\n<article class="art"><div class="art-hd"><h1>{escape(story.title)}</h1>\n'
            f'<div class="art-meta"><time>{story.published_at:%Y-%m-%d %H:%M:%S}</time> <i>{story.source or ""}</i></div></div>\n'
            f'<div class="art-txt" id="txt">\n{self._body(story)}</div>\n<div class="art-ed">（责任编辑：{story.editor or ""}）</div></article>\n'
            f'<section class="rights"><b>声明：</b>\n{self.notice}</section>\n',
            self._cards(newest),
        )

    def _c(self, story: Story, newest: Sequence[Story]) -> str:
        return self._old_frame(
            f"{story.title}-中国质量新闻网",
            f"<DIV class=Index_Position>{self._crumb(story.section)}</DIV>\n"
            f'<DIV class="Index_ShowDetail_Title"><H1>{escape(story.title)}</H1></DIV>\n'
            f'<DIV class="Index_ShowDetail_Time">{story.published_at:%Y-%m-%d %H:%M:%S}&nbsp;&nbsp;{story.source or ""}</DIV>\n'
            f'<DIV class="Index_ShowDetail_Content">\n{self._body(story)}</DIV>\n<DIV align=right>（责任编辑：{story.editor or ""}）</DIV>\n'
            f'<DIV class=Index_Comment>最新评论 <A href="/comment.asp?id={story.id}">查看全部</A></DIV>\n'
            f"<DIV class=Index_Notice>声明:\n{self.notice}</DIV>\n",
            newest,
        )

    def _mobile(self, story: Story, newest: Sequence[Story]) -> str:
        items = "\n".join(
            f'<li><a href="{each.url}" title="{escape(each.title)}">{escape(each.cut_title)}</a></li>'
            for each in newest
        )
        return (
            '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">\n'
            f"<title>{escape(story.title)}</title><style>\n{self.style}\n</style>\n<script>\n{self.script}\n</script></head><body>\n"
            f'<div class="mtop"><a href="https://m.cqn.com.cn/">中国质量新闻网</a></div>\n<ul class="mnav">{self.menu}</ul>\n'
            f'<div class="title">{escape(story.title)}</div>\n<div class="info">{story.published_at:%Y-%m-%d %H:%M:%S} <span>{story.source or ""}</span></div>\n'
            f'<div class="content">\n{self._body(story)}<p>(责任编辑:{story.editor or ""})</p>\n</div>\n<div class="mnotice">声明:\n{self.notice}</div>\n'
            f'<div class="mlist"><h3>最新新闻</h3><ul>\n{items}\n</ul></div>\n<div class="mfoot"><a href="/wzdt/index.htm">网站地图</a></div>\n</body></html>\n'
        )

    def _body(self, story: Story, word: bool = False) -> str:
        """Paragraphs, with image and caption behind the second one and the table behind the one that announces it."""
        lines = []
        for place, text in enumerate(story.paragraphs):
            if word:
                marked = _NUMBER.sub(lambda number: f'<span lang="EN-US">{number[0]}</span>', text)
                lines.append(
                    '<p class="MsoNormal" style="TEXT-INDENT: 24pt; LINE-HEIGHT: 150%"><span style="FONT-FAMILY: 宋体; FONT-SIZE: 12pt">'
                    f'{marked}<span lang="EN-US"><o:p></o:p></span></span></p>'
                )
            else:
                lines.append({
                    "A": f'<p style="MARGIN: 0px 3px 15px; TEXT-INDENT: 30px">{text}</p>',
                    "B": f'<p class="txt">　　{text}</p>',
                    "C": f"<P>&nbsp;&nbsp;&nbsp; {text}</P>",
                    "mobile": f"<p>{text}</p>",
                }[story.layout])  # fmt: skip
            if story.caption and place == 1:
                picture = f"/{story.channel}/img/{story.published_at:%Y-%m/%d}/{story.id}_{self.chance.getrandbits(64):016x}.jpg"
                lines.append(
                    f'<p align="center"><img src="{picture}" border="0" /></p>\n<p align="center">{story.caption}</p>'
                )
            if story.table and "见下表" in text:
                rows = ("".join(f"<td><p>{cell}</p></td>" for cell in row) for row in story.table)
                lines.append(
                    '<table class="MsoNormalTable" border="1"><tbody>\n'
                    + "\n".join(f"<tr>{row}</tr>" for row in rows)
                    + "\n</tbody></table>"
                )
        return "\n".join(lines) + "\n"

    def list(self, section: Section, stories: Sequence[Story], number: int, last: int, newest: Sequence[Story]) -> str:
        """Page `number` of the `last` pages of a list."""
        pager = self._pager(section, number, last)
        title = f"{section.name}-中国质量新闻网"
        if section.skin == "C":
            items = "\n".join(
                f'<LI>·<A href="{each.path}" target=_blank>{escape(each.title)}</A> ({each.published_at:%Y-%m-%d})</LI>'
                for each in stories
            )
            content = f"<DIV class=Index_Position>{self._crumb(section)}</DIV>\n<DIV class=Article_List_C_D><UL>\n{items}\n</UL></DIV>\n<DIV class=page>{pager}</DIV>"
            return self._old_frame(title, content, newest)
        if section.skin == "B":
            items = "\n".join(
                f'<div class="nl-item"><h5><a href="{each.url}" title="{escape(each.title)}">{escape(each.title)}</a></h5>'
                f'<p class="nl-x">发布时间：{each.published_at:%Y-%m-%d}</p></div>'
                for each in stories
            )
            content = f'<div class="where">{self._crumb(section)}</div>\n<div class="newslist">\n{items}\n</div>\n<div class="pn">{pager}</div>\n'
            return self._new_frame(title, content, self._cards(newest))
        items = "\n".join(
            f'<li><a href="..{each.path}" target="_blank">{escape(each.title)}</a><span>{each.published_at:%Y-%m-%d}</span></li>'
            for each in stories
        )
        content = (
            f'<div class="box">{self._crumb(section)}</div>\n<div class="List_List"><dl><dt>{section.name}</dt><dd class="cont_l"><ul>\n{items}\n'
            f"</ul></dd></dl>\n<center>{pager}</center></div>"
        )
        return self._frame(title, content, self._side(newest))

    def menu_page(
        self,
        channel: str,
        trail: Sequence[tuple[str, int]],
        below: dict[tuple[str, int], list[Story]],
        newest: Sequence[Story],
    ) -> str:
        """A page between a front page and the lists, or (without a trail) the front page: the sections below it with their newest articles."""
        boxes = "\n".join(
            f'<dl><dt><h2>{name}</h2><a href="node_{node}.htm" class="more">更多&gt;&gt;</a></dt><dd><ul>\n'
            + "\n".join(
                f'<li><a href="{each.url}">{escape(each.title)}</a><span>{each.published_at:%Y-%m-%d}</span></li>'
                for each in stories[:5]
            )
            + "\n</ul></dd></dl>"
            for (name, node), stories in below.items()
        )
        crumb = self._links(channel, trail)
        content = f'<div class="box">您当前位置: {crumb}&gt;&gt;</div>\n<div class="List_Sub_List">{boxes}</div>\n'
        return self._frame(
            f"{trail[-1][0] if trail else CHANNELS[channel]}-中国质量新闻网", content, self._side(newest)
        )

    def _pager(self, section: Section, number: int, last: int) -> str:
        near = sorted({1, last, *range(max(1, number - 4), min(last, number + 4) + 1)})
        links = [f"<b>{each}</b>" if each == number else f'<a href="{section.page(each)}">{each}</a>' for each in near]
        ahead = (
            f' <a href="{section.page(number + 1)}">下一页</a> <a href="{section.page(last)}">尾页</a>'
            if number < last
            else " 下一页 尾页"
        )
        return " ".join(links) + ahead

    def _links(self, channel: str, trail: Sequence[tuple[str, int]]) -> str:
        steps = [
            ("新闻中心", "/"),
            (CHANNELS[channel], f"/{channel}/index.htm"),
            *((name, f"/{channel}/node_{node}.htm") for name, node in trail),
        ]
        return "&gt;&gt;".join(f'<a href="https://www.cqn.com.cn{href}">{name}</a>' for name, href in steps)

    def _crumb(self, section: Section) -> str:
        links = self._links(section.channel, section.trail)
        return f"您当前位置: &gt;&gt;{links}" if section.skin == "B" else f"您当前位置: {links}&gt;&gt;"

    def _side(self, newest: Sequence[Story]) -> str:
        pictures = "\n".join(
            f'<li><a href="{each.path}"><img src="/{each.channel}/img/{each.published_at:%Y-%m/%d}/{each.id}_s.jpg" alt="{escape(each.title)}" /></a>'
            f'<p><a href="{each.path}">{escape(each.cut_title)}</a></p></li>'
            for each in newest[::3]
        )
        latest = "\n".join(
            f'<li><a href="{each.path}" title="{escape(each.title)}">{escape(each.cut_title)}</a></li>'
            for each in newest
        )
        return (
            f'<div class="rbox"><h3>图片新闻</h3><ul class="pic">\n{pictures}\n</ul></div>\n<div class="rbox"><h3>最新新闻</h3><ul>\n{latest}\n</ul></div>\n'
            f'<div class="rbox"><h3>友情链接</h3>{self.friends}</div>'
        )

    def _cards(self, newest: Sequence[Story]) -> str:
        latest = "\n".join(
            f'<li><a href="{each.url}" title="{escape(each.title)}">{escape(each.cut_title)}</a></li>'
            for each in newest
        )
        pictures = "\n".join(
            f'<li><a href="{each.url}"><img loading="lazy" src="/{each.channel}/img/{each.id}_s.jpg" alt=""><span>{escape(each.cut_title)}</span></a></li>'
            for each in newest[::3]
        )
        return f'<div class="card"><h4>最新新闻</h4><ul>\n{latest}\n</ul></div><div class="card"><h4>图片新闻</h4><ul>\n{pictures}\n</ul></div>'

    def _frame(self, title: str, content: str, side: str) -> str:
        return (
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">\n'
            '<html xmlns="http://www.w3.org/1999/xhtml"><head>\n<meta http-equiv="Content-Type" content="text/html; charset=utf-8" />\n'
            f'<title>{escape(title)}</title>\n<meta name="Author" content="cqn" />\n<style type="text/css">\n{self.style}\n</style>\n'
            f'<script type="text/javascript">\n{self.script}\n</script></head>\n<body>\n<div class="top"><a href="https://m.cqn.com.cn/">手机版</a></div>\n'
            f'<div class="logo"><a href="/"><img src="/images/logo.gif" alt="中国质量新闻网" /></a></div>\n<div class="nav"><ul>\n{self.menu}\n</ul></div>\n'
            f'<div class="wrap"><div class="left">\n{content}\n</div>\n<div class="right">\n{side}\n</div></div>\n'
            '<div class="foot"><p><a href="/gywm/index.htm">关于我们</a> | <a href="/wzdt/index.htm">网站地图</a></p><p>版权所有 中国质量新闻网</p></div>\n'
            '<div id="map" style="display:none"></div>\n<script>var mapSite={lng:116.40,lat:39.95,zoom:15};slideInit("map");</script>\n</body></html>\n'
        )

    def _new_frame(self, title: str, content: str, side: str) -> str:
        return (
            f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)}</title>\n<style>\n{self.style}\n</style></head>\n'
            '<body class="detail-page"><header class="hd"><p class="zg">国家市场监督管理总局主管 中国质量报刊社主办</p>'
            '<a class="lg" href="https://www.cqn.com.cn/"><img src="/2025/img/logo.png" alt="中国质量新闻网"></a>\n'
            f'<nav class="main-nav"><ul>\n{self.menu}\n</ul></nav></header>\n<main class="pg">\n{content}'
            f'<section class="links-bar"><h4>相关网站导航</h4>\n{self.friends}\n</section>\n<aside class="more">{side}</aside></main>\n'
            '<footer class="ft"><a href="/gywm/index.htm">关于我们</a><p>中国质量新闻网版权所有</p></footer>\n'
            f"<script>\n{self.script}\n</script></body></html>\n"
        )

    def _old_frame(self, title: str, content: str, newest: Sequence[Story]) -> str:
        items = "\n".join(
            f'<LI>·<A href="{each.path}" target=_blank>{escape(each.cut_title)}</A></LI>' for each in newest
        )
        return (
            '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN">\n<HTML><HEAD>\n'
            f'<META http-equiv=Content-Type content="text/html; charset=gb2312">\n<TITLE>{escape(title)}</TITLE>\n<STYLE type=text/css>\n{self.style}\n</STYLE>\n'
            f"<SCRIPT language=JavaScript>\n{self.script}\n</SCRIPT></HEAD>\n<BODY><CENTER>\n"
            '<DIV class=Index_Top><A href="http://www.cqn.com.cn/"><IMG src="/images/logo2008.gif" alt=中国质量新闻网></A></DIV>\n'
            f"<DIV class=Index_Nav><UL>\n{self.menu}\n</UL></DIV>\n<TABLE width=960 border=0><TR><TD align=left valign=top>\n{content}\n</TD><TD valign=top>\n"
            f"<DIV class=Index_Right><H3>最新新闻</H3><UL>\n{items}\n</UL></DIV>\n<DIV class=Index_Right><H3>友情链接</H3>{self.friends}</DIV></TD></TR></TABLE>\n"
            "<DIV class=Index_Bottom><P>中国质量报社 版权所有</P></DIV></CENTER></BODY></HTML>\n"
        )

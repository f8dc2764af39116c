"""The body of an article: from the blocks of its region to clean paragraphs, images, tables, attachments.

In: the blocks that a layout found to be the body. Out: a `Body`. Removed are page furniture, the copyright notice, the editor line, captions
(they go to their image), alt texts printed as text, newspaper end marks, source lines and second copies. Everything else stays as printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from cqnspider.items import Attachment, Image, Table
from cqnspider.layouts.anchors import is_end_mark, split_editor
from cqnspider.layouts.blocks import Block
from cqnspider.text import clean, fold, key
from cqnspider.urls import article_address, image_url, list_address

_FILE = re.compile(r"\.(?:xlsx?|docx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|csv)$", re.IGNORECASE)
# Alt texts and numbering that editors' tools print as text: `image.png`, `微信图片_20240314.jpg`, `图片 1`.
_IMAGE_NOISE = re.compile(r"(?:(?:image|img|图片|微信图片|QQ图片|微信截图|photo|pic)[\w\s()_-]{0,40}\.(?:png|jpe?g|gif|bmp|webp))", re.IGNORECASE)
_IMAGE_LABEL = re.compile(r"\(?(?:图片|图|照片|image)\s*[\d一二三四五六七八九十]{0,3}\)?(?:加载中.*)?", re.IGNORECASE)
_ICON = re.compile(r"/fileTypeImages/|/(?:blank|spacer|space|loading|lazy|placeholder|icon_\w{1,12}|wx|weixin|qrcode)\.(?:gif|png|svg|jpg)$", re.IGNORECASE)
# A caption is known by its own marks, never by its place behind an image: that would eat whole short items.
_CAPTION = re.compile(r"[(▲△↑↓【\s]*(?:图为|图示|图片说明|图说|左图|右图|上图|下图|组图|资料图|(?:图片|图)\s*[\d一二三四五六七八九十]{0,2}\s*[:：为]).*")
_CREDIT = re.compile(
    r"[(]?(?:本报|本网)?(?:特约)?(?:记者|通讯员|摄影)?\s*[:：/]?\s*[\u4e00-\u9fff·]{1,5}(?:\s[\u4e00-\u9fff]{1,3}){0,3}\s*[/ ]?(?:摄影报道|摄影|摄|供图|配图|制图)[)]?"
    r"|[(]?(?:摄影|供图|制图|图片来源|图片提供|图)\s*[:：/]\s*[\u4e00-\u9fff·\s]{2,20}[)]?|[(]?(?:资料图片?|网络图片)[)]?"
)
_CREDIT_AT_END = re.compile(r".{0,120}[。.!！)）\s]\s*[(（]?(?:本报|本网)?(?:记者|通讯员)?\s*[\u4e00-\u9fff·]{1,4}(?:\s[\u4e00-\u9fff]{1,3}){0,2}\s*[/ ]?摄影?[)）]?")
_NEWSPAPER = re.compile(r"[(（]?(?:[—\-─]*\s*)?(?:来源|摘自|原载|转自)?\s*[:：]?\s*《(?:中国质量报|中国国门时报|中国质量万里行|产品可靠性报告)》[^。；]{0,30}[)）]?|【信息速递】|\[信息速递\]")
_SOURCE_LINE = re.compile(r"[(【\[]?\s*(?:文章|稿件|信息|图文|新闻)?来源\s*:\s*([^()【】\[\]]{2,40}?)\s*[)】\]]?")
_ATTACHMENT_LINE = re.compile(r"(?:附件|附|下载|点击下载|点击查看|附件下载)?\s*[\d一二三四五六七八九十]{0,2}\s*[:：.、]?\s*")
_FURNITURE = re.compile(
    r"分享(?:到|至)?(?:\s*[:：].*|[微QQ新].*)?|(?:微信|微博|新浪微博|QQ空间|QQ好友|朋友圈|复制链接|收藏|点赞|转发|评论|人民网|豆瓣)\s*\d{0,7}(?:\s*(?:微信|微博|QQ空间|朋友圈|QQ好友|复制链接|收藏|点赞|转发|评论|更多)\s*\d{0,7})*"
    r"|【?\s*(?:字\s*[号体]\s*[:：]?)?\s*[\[【]?(?:特?大|中|小|A\+|A-|\+|-)(?:[\s|/\]\[【】]*(?:大|中|小|标准|A\+|A-|\+|-)){1,3}\s*[\]】]?.{0,4}|字[号体](?:大小)?\s*[:：]?.{0,12}"
    r"|[\[【]?\s*(?:打印|关闭|收藏|返回)(?:本页|此页|窗口|顶部|列表|首页)?\s*[\]】]?(?:\s*[|｜]?\s*[\[【]?\s*(?:打印|关闭|收藏|返回|分享|复制)(?:本页|此页|窗口|顶部|列表|首页)?\s*[\]】]?)*"
    r"|(?:上|下|前|后)一(?:篇|条|页)\s*(?:[:：].*|没有了.*|.{0,40})|(?:浏览|阅读|点击|访问)(?:次数|量|数)?\s*[:：]?\s*\d*\s*次?"
    r"|扫一扫.{0,30}|(?:长按|识别|扫描).{0,6}二维码.{0,20}|我要(?:纠错|评论|分享).{0,6}|(?:共|第)\s*\d+\s*页.{0,20}|(?:首页|上页|下页|尾页|末页|上一页|下一页|[\s\d\[\]>»›|…])+"
    r"|关注.{0,12}公众号.{0,10}|(?:点击)?(?:加载|查看)更多.{0,4}|评论\s*\(?\d*\)?|点击(?:图片)?(?:查看|进入)(?:大图|下一页).{0,6}|责任编辑\s*[:：]?",
    re.IGNORECASE,
)
_NOTICE = re.compile(r"(?:凡)?本[网站]{1,2}(?:凡)?注明|(?:【|\[)?(?:版权|免责)?声明(?:】|\])?\s*[:：]|(?:凡)?(?:本网|中国质量新闻网)(?:独家)?(?:稿件|作品).{0,12}(?:版权|转载)")


@dataclass(slots=True)
class Body:
    """What the body holds; `marks` are the reprint marks taken out of the text, `editors` what closed a paragraph."""

    paragraphs: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    editors: list[str | None] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether there is nothing a reader would call content."""
        return not (self.paragraphs or self.images or self.attachments or self.tables)


def is_furniture(text: str) -> bool:
    """Share bars, font switches, page turns, notices: lines that belong to the page, not to the article."""
    return (len(text) <= 60 and _FURNITURE.fullmatch(text) is not None) or _NOTICE.match(text) is not None or is_end_mark(text)


def read_body(blocks: Iterable[Block], base: str) -> Body:
    """Clean body of the given blocks; `base` is the page's URL for relative addresses."""
    body = Body()
    captions: list[str] = []
    for block in blocks:
        if block.kind == "image":
            _add_image(body, block, base, captions)
        elif block.kind == "table":
            body.tables.append({"rows": block.rows})
        elif block.kind == "text":
            _add_text(body, block, base, captions)
    _give_captions(body, captions)
    body.paragraphs = single_copy(body.paragraphs)
    body.images = list({image["url"]: image for image in reversed(body.images)}.values())[::-1]
    body.attachments = list({entry["url"]: entry for entry in body.attachments}.values())
    body.tables = list({str(table["rows"]): table for table in body.tables}.values())
    return body


def _add_image(body: Body, block: Block, base: str, captions: list[str]) -> None:
    if any(article_address(link.href, base) or list_address(link.href, base) for link in block.links):
        return  # a teaser for another article
    if (url := image_url(block.src, base) if block.src else None) and not _ICON.search(url):
        caption = captions.pop() if captions and not body.images else None
        body.images.append({"url": url, "caption": caption})


def _add_text(body: Body, block: Block, base: str, captions: list[str]) -> None:
    text = block.text
    for link in block.links:
        path = link.href.split("?")[0].split("#")[0].strip()
        if _FILE.search(path) and (url := image_url(link.href, base)):
            body.attachments.append({"url": url, "name": link.text or path.rsplit("/", 1)[-1]})
            if _ATTACHMENT_LINE.fullmatch(text.replace(link.text, "", 1).strip()):
                return
    if (closed := split_editor(text)) is not None:
        text = closed[0]
        body.editors.append(closed[1])
    text = clean(_IMAGE_NOISE.sub("", text)) if "." in text else text
    folded = fold(text)
    if not text or is_furniture(text) or _IMAGE_LABEL.fullmatch(folded):
        return
    if _NEWSPAPER.fullmatch(text) or _SOURCE_LINE.fullmatch(folded):
        body.marks.append(text)
    elif is_caption(text) or block.element.tag == "figcaption":
        _give_caption(body, text, captions)
    else:
        body.paragraphs.append(text)


def is_caption(text: str) -> bool:
    """Whether a line is the caption or credit of an image, by its own marks (图为…, …摄)."""
    folded = fold(text)
    if len(folded) <= 40 and _CREDIT.fullmatch(folded) and "文" not in folded:
        return True
    if len(folded) > 200:
        return False
    return _CAPTION.fullmatch(folded) is not None or (len(folded) <= 130 and "讯" not in folded and bool(_CREDIT_AT_END.fullmatch(folded)))


def _give_caption(body: Body, text: str, captions: list[str]) -> None:
    """To the nearest image before it; a credit under a caption joins it. Before any image: kept for the first one."""
    if not body.images:
        captions.append(text)
        return
    image = body.images[-1]
    image["caption"] = text if image["caption"] is None else f"{image['caption']} {text}"


def _give_captions(body: Body, captions: list[str]) -> None:
    for image, caption in zip((image for image in body.images if image["caption"] is None), captions, strict=False):
        image["caption"] = caption


def single_copy(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs without a second copy of the body or of a single paragraph (the CMS stored some bodies twice)."""
    keys = [key(text) for text in paragraphs]
    for size in (place for place in range(1, len(keys) // 2 + 1) if keys[place] == keys[0]):
        if keys[:size] == keys[size : 2 * size] and sum(map(len, keys[:size])) >= _COPY_LENGTH:
            return single_copy([*paragraphs[:size], *paragraphs[2 * size :]])
    seen: set[str] = set()
    kept = []
    for text, same in zip(paragraphs, keys, strict=True):
        if len(same) < _COPY_LENGTH or same not in seen:
            kept.append(text)
        seen.add(same)
    return kept


_COPY_LENGTH: Final = 15  # shorter lines (sub-headings, signatures) may honestly repeat

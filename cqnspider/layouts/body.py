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
from cqnspider.layouts.anchors import split_editor
from cqnspider.layouts.blocks import Block
from cqnspider.layouts.furniture import ICON, IMAGE_LABEL, IMAGE_NOISE, NEWSPAPER, SOURCE_LINE, is_caption, is_furniture
from cqnspider.text import clean, fold, key
from cqnspider.urls import article_address, file_url, list_address

_FILE = re.compile(r"\.(?:xlsx?|docx?|pptx?|pdf|wps|et|ofd|zip|rar|7z|csv)$", re.IGNORECASE)
_COPY_LENGTH: Final = 15  # shorter lines (sub-headings, signatures) may honestly repeat
# What every newspaper mark has; the whole pattern costs more than all others.
_MARK = re.compile("《中国|《产品|信息速递")
_DIGEST = re.compile(r"[\[【]?(?:导读|内容摘要|摘要|内容提要)[\]】]?\s*[:：]")
_DIGEST_LABELS: Final = ("导读", "摘要")
_ATTACHMENT_LINE = re.compile(
    r"(?:附件|附|下载|点击下载|点击查看|附件下载)?\s*[\d一二三四五六七八九十]{0,2}\s*[:：.、]?\s*"
)


@dataclass(slots=True)
class Body:
    """What the body holds; `marks` are the reprint marks taken out of the text, `editors` what closed a paragraph."""

    paragraphs: list[str] = field(default_factory=list)
    images: list[Image] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)
    editors: list[str | None] = field(default_factory=list)


class _Run:
    """Images and captions that follow each other without text between: as many captions as images belong in order, else to the last image."""

    def __init__(self) -> None:
        self.images: list[Image] = []
        self.captions: list[str] = []
        self.bare: list[Image] = []  # images of earlier runs without a caption

    def add_image(self, image: Image) -> None:
        """An image; one behind a caption starts a new run, unless the caption stood above its image."""
        if self.captions and (self.images or self.bare):
            self.settle()
        self.images.append(image)

    def settle(self) -> None:
        """Give the captions of the run to its images. A caption without any image before it waits for the next one."""
        if self.captions:
            takers = self.images or self.bare[-1:]
            if not takers:
                return
            if len(self.captions) == len(takers):
                for image, caption in zip(takers, self.captions, strict=True):
                    image["caption"] = caption
            else:  # a credit under a caption joins it
                takers[-1]["caption"] = " ".join(self.captions)
        self.bare = [image for image in (*self.bare, *self.images) if image["caption"] is None]
        self.images, self.captions = [], []


def read_body(blocks: Iterable[Block], base: str) -> Body:
    """Clean body of the given blocks; `base` is the page's URL for relative addresses."""
    body = Body()
    run = _Run()
    for block in blocks:
        if block.kind == "image":
            _add_image(body, block, base, run)
        elif block.kind == "table":
            body.tables.append({"rows": block.rows})
        elif block.kind == "text":
            _add_text(body, block, base, run)
    run.settle()
    body.paragraphs = single_copy(body.paragraphs)
    body.images = _each_once(body.images)
    body.attachments = list({entry["url"]: entry for entry in body.attachments}.values())
    body.tables = list({str(table["rows"]): table for table in body.tables}.values())
    return body


def _each_once(images: Iterable[Image]) -> list[Image]:
    """Images by address in order of print; a later print may add the caption."""
    found: dict[str, Image] = {}
    for image in images:
        known = found.setdefault(image["url"], image)
        known["caption"] = known["caption"] or image["caption"]
    return list(found.values())


def _add_image(body: Body, block: Block, base: str, run: _Run) -> None:
    if any(article_address(link.href, base) or list_address(link.href, base) for link in block.links):
        return  # a teaser for another article
    if (url := file_url(block.src, base) if block.src else None) and not ICON.search(url):
        body.images.append({"url": url, "caption": None})
        run.add_image(body.images[-1])


def _add_text(body: Body, block: Block, base: str, run: _Run) -> None:
    text = block.text
    for link in block.links:
        path = link.href.split("?")[0].split("#")[0].strip()
        named = any(_FILE.search(name) for name in (path, link.href.strip(), link.text))  # down.jsp?id=1&f=2.xlsx
        if named and (url := file_url(link.href, base)):
            body.attachments.append({"url": url, "name": link.text or path.rsplit("/", 1)[-1]})
            if _ATTACHMENT_LINE.fullmatch(text.replace(link.text, "", 1).strip()):
                return
    if (closed := split_editor(text)) is not None:
        text = closed[0]
        body.editors.append(closed[1])
    text = clean(IMAGE_NOISE.sub("", text)) if "." in text else text
    folded = fold(text)
    if not text or is_furniture(text) or IMAGE_LABEL.fullmatch(folded):
        return
    if _DIGEST.match(text) or (
        text.startswith(_DIGEST_LABELS) and block.pieces[:1] and block.pieces[0] in _DIGEST_LABELS
    ):
        return  # a box that repeats the body in short
    if (_MARK.search(text) and NEWSPAPER.fullmatch(text)) or ("来源" in text and SOURCE_LINE.fullmatch(folded)):
        body.marks.append(text)
    elif is_caption(text) or block.element.tag == "figcaption":
        run.captions.append(text)
    else:
        run.settle()
        body.paragraphs.append(text)


def single_copy(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs without a second copy of the body or of a single paragraph (the CMS stored some bodies twice)."""
    keys = [key(text) for text in paragraphs]
    size, copies = _repeated_start(keys)
    places = [*range(size), *range(size * copies, len(keys))]
    seen: set[str] = set()
    kept = []
    for place in places:
        if len(keys[place]) < _COPY_LENGTH or keys[place] not in seen:
            kept.append(paragraphs[place])
        seen.add(keys[place])
    return kept


def _repeated_start(keys: Sequence[str]) -> tuple[int, int]:
    """The shortest start that is repeated right behind itself, and how often it stands there (all of it, once, if none is).

    `reach[i]` is how many keys from `i` on equal those from the beginning on (the Z function): linear for any text.
    """
    count, left, right = len(keys), 0, 0
    reach = [0] * count
    length = 0
    for place in range(1, count):
        length += len(keys[place - 1])
        if place < right:
            reach[place] = min(right - place, reach[place - left])
        while place + reach[place] < count and keys[reach[place]] == keys[place + reach[place]]:
            reach[place] += 1
        if place + reach[place] > right:
            left, right = place, place + reach[place]
        if reach[place] >= place and length >= _COPY_LENGTH:
            return place, 1 + reach[place] // place
    return count, 1

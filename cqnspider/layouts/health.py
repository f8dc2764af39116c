"""Whether a page is whole, and whether it says that something is missing or broken. For articles and lists alike."""

from __future__ import annotations

import re

from cqnspider.layouts.furniture import is_end_mark
from cqnspider.layouts.page import Page
from cqnspider.text import fold

_ERROR_LINE = re.compile(
    r"(?:页面|网页|文件|资源|内容|文章|信息|地址|链接|网址).{0,10}(?:不存在|找不到|未找到|无法(?:找到|显示|访问|打开)|已(?:被)?(?:删除|移除|下线|失效)|走丢|出错|没有找到)"
    r"|(?:找不到|未找到|无法(?:找到|显示|访问)|没有找到)(?:您|你|该|此|请求|所)?.{0,12}(?:页|文件|资源|内容|文章|目录)"
    r"|服务器.{0,10}(?:错误|繁忙|出错|异常|维护|无响应)|系统.{0,6}(?:错误|繁忙|维护|出错|异常|升级)|访问.{0,10}(?:过于频繁|受限|被拒绝|被禁止|异常|出错)|(?:访问|请求).{0,12}(?:被阻断|被阻止|被拦截|安全威胁)|请求.{0,10}(?:被拒绝|被拦截|错误|超时)"
    r"|\b(?:not found|bad gateway|service (?:temporarily )?unavailable|gateway time-?out|internal server error|access denied|forbidden|bad request)\b"
    r"|^(?:error|错误)?\s*[45]\d\d\s*(?:error|错误)?$|^(?:出错了|抱歉).{0,30}$",
    re.IGNORECASE,
)


def is_complete(page: Page) -> bool:
    """A page cut off in the middle lacks its closing tags and whatever is printed after an article."""
    if page.is_closed:
        return True
    return page.editor is not None and any(
        block.kind == "text" and is_end_mark(block.text) for block in page.blocks[page.editor[0] + 1 :]
    )


def error_line(page: Page) -> str | None:
    """A short line in which the page says that something is missing or broken; None if there is none."""
    lines = [page.title_tag, *(block.text for block in page.whole.blocks if block.kind == "text")]
    return next((line for line in lines if len(line) <= 80 and _ERROR_LINE.search(fold(line))), None)

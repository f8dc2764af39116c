import pytest

from cqnspider.items import Article
from cqnspider.layouts import Page, read_article
from cqnspider.layouts.anchors import split_editor
from cqnspider.layouts.dateline import parse_date_time, split_date_line
from cqnspider.loaders import load_article
from cqnspider.urls import SITE


def page(html: str) -> Page:
    return Page(SITE, f"<html><body>{html}</body></html>")


CRUMB = ["新闻中心", "市场监管", "质量管理"]


@pytest.mark.parametrize(
    "html",
    [
        "<div>您当前位置: 新闻中心&gt;&gt;市场监管&gt;&gt;质量管理&gt;&gt;</div>",
        "<div>您当前位置： &gt;&gt;新闻中心&gt;&gt;市场监管&gt;&gt;质量管理</div>",
        "<p><a>您当前位置:</a> <a href=1>新闻中心</a> &gt; <a href=2>市场监管</a> &gt; 质量管理 &gt; 正文</p>",
        "<div><span>您当前位置：</span><ul><li>新闻中心</li><li>市场监管</li><li>质量管理</li></ul></div>",
        "<table><tr><td>您当前位置：</td><td><a href=1>新闻中心</a>》<a href=2>市场监管</a>》质量管理</td></tr></table>",
        "<div><span>您</span><span>当前</span><span>位置</span>:新闻中心»市场监管»质量管理</div>",
        "<div>当前位置：新闻中心 / 市场监管 / 质量管理</div>",
    ],
)
def test_the_breadcrumb_in_every_form(html: str) -> None:
    crumb = page(html + "<p>正文。</p>").crumb
    assert crumb is not None
    assert crumb.entries == CRUMB


def test_no_breadcrumb_is_none() -> None:
    assert page("<p>位置很重要。</p>").crumb is None
    assert page("<div>您当前位置：</div><p>" + "很长的正文" * 60 + "</p>").crumb is None


@pytest.mark.parametrize(
    ("html", "source"),
    [
        ("<div>2025-07-08 12:43:54 中国质量新闻网</div>", "中国质量新闻网"),
        ("<div>２０２５-０７-０８　１２：４３：５４　中国质量新闻网</div>", "中国质量新闻网"),
        ("<div>2025年07月08日 12:43:54 来源：中国质量报</div>", "中国质量报"),
        ("<div>来源：中国质量报 发布时间：2025-07-08 12:43:54 字号：大 中 小</div>", "中国质量报"),
        ("<div>发布时间：2025-07-08 12:43:54 来源：中国质量新闻网 作者：张三 编辑：李四</div>", "中国质量新闻网"),
        (
            "<div>2025-07-08 12:43:54<span class=from>中国质量新闻网-中国质量报</span></div>",
            "中国质量新闻网-中国质量报",
        ),
        ("<div>2025-07-08 12:43:54 <span>中国质量新闻网</span><a>小</a><a>中</a><a>大</a></div>", "中国质量新闻网"),
        ("<div><p>2025-07-08 12:43:54</p><p>来源：新疆日报</p></div>", "新疆日报"),
        (
            "<table><tr><th>时间：</th><td>2025-07-08 12:43:54</td><th>来源：</th><td>无锡日报</td></tr></table>",
            "无锡日报",
        ),
        ("<div><time>2025-07-08 12:43:54</time> <address>中国质量新闻网</address></div>", "中国质量新闻网"),
        ("<div>2025-07-08 12:43:54 来源：</div>", None),
        ("<div>2025-07-08 12:43:54</div>", None),
    ],
)
def test_the_date_line_in_every_form(html: str, source: str | None) -> None:
    line = page(f"<div><h1>标题</h1>{html}<div><p>这里是正文第一段，讲的是检查情况。</p></div></div>").date_line
    assert line is not None
    assert (line.published_at.isoformat(), line.source) == ("2025-07-08T12:43:54+08:00", source)


@pytest.mark.parametrize(
    "text",
    [
        "2025-07-08",
        "2025-13-40 12:00:00",
        "截至2025-07-08 12:00:00，执法人员已检查经营主体300余家。发现问题12个。",
        "电话 010-84648459",
        "",
    ],
)
def test_what_is_no_date_line(text: str) -> None:
    assert split_date_line(text) is None


@pytest.mark.parametrize(
    "title", ["<h1>西藏错那靶向施策强化价格监管</h1>", '<div class="art-title">某市质量发布</div>']
)
def test_a_title_above_an_empty_source_is_no_medium(title: str) -> None:
    line = page(f"<div>您当前位置: 新闻中心</div>{title}<div>2025-07-08 12:43:54</div><p>正文。</p>").date_line
    assert line is not None
    assert (line.source, line.first) == (None, 2)


def test_an_entry_of_a_list_is_no_date_line() -> None:
    html = '<ul><li><a href="/zj/content/2025-07/08/content_1.htm">一条新闻的标题</a> 2025-07-08 12:43:54</li></ul>'
    assert page(html).date_line is None


def test_a_time_is_beijing_time() -> None:
    parsed = parse_date_time("2023-10-19 15:04")
    assert parsed is not None and parsed.isoformat() == "2023-10-19T15:04:00+08:00"


@pytest.mark.parametrize(
    ("text", "before", "editor"),
    [
        ("(责任编辑:加贺)", "", "加贺"),
        ("（责任编辑：陆明）", "", "陆明"),
        ("( 责任编辑: 小易 )", "", "小易"),
        ("(责任编辑:)", "", None),
        ("（责任编辑　景欣）", "", "景欣"),
        ("[责任编辑：水川]", "", "水川"),
        ("【责任编辑:凌云】", "", "凌云"),
        ("责任编辑：陆明", "", "陆明"),
        ("责 任 编 辑：陆明", "", "陆明"),
        ("责编：凌云", "", "凌云"),
        ("工作取得实效。(责任编辑:陆明)", "工作取得实效。", "陆明"),
        ("（责任编辑：陆明）返回顶部", "", "陆明"),
        ("责任编辑：陆明 审核：李四", "", "陆明"),
        ("责任编辑：陆明、水川", "", "陆明、水川"),
        ("他是该报的责任编辑。", None, None),
        ("“责任编辑：包青山”", None, None),
        ("编辑部", None, None),
    ],
)
def test_the_editor_in_every_printed_form(text: str, before: str | None, editor: str | None) -> None:
    found = split_editor(text)
    assert found == (None if before is None else (before, editor))


ARTICLE = f"{SITE}/zj/content/2025-07/08/content_9109780.htm"
CHROME = "<ul>" + "<li><a href=/zj/index.htm>菜单</a></li>" * 30 + "</ul>"
HEAD = "<div>您当前位置: 新闻中心&gt;&gt;市场监管</div><h1>某县开展质量检查</h1><div>2025-07-08 12:43:54 中国质量新闻网</div>"
TEXT = "<p>某县市场监督管理局近日检查企业三十家，发现问题五个，全部整改。</p>"
CLOSED = f"<html><head><title>某县开展质量检查</title></head><body>{CHROME}{{}}{CHROME}</body></html>"


@pytest.mark.parametrize(
    ("html", "editor", "paragraphs", "tables"),
    [
        (f"<div>{HEAD}{TEXT}<p>(责任编辑:李四)</p></div>", "李四", 1, 0),
        (f"<div>{HEAD}{TEXT}<p>（责编：王五）</p></div><div>{TEXT.replace('三十', '四十')}<p>责任编辑 李四</p></div>", "李四", 2, 0),
        (
            f"<div class=Detail_Content><div>{HEAD}{TEXT}<p>（责任编辑：）</p></div>"
            "<table><tr><td>甲</td><td>1</td></tr><tr><td>乙</td><td>2</td></tr></table></div>",
            None, 3, 1,
        ),
        (f"<div>{HEAD}<!--ENPCONTENT-->{TEXT}</div><div>{TEXT.replace('三十', '四十')}<!--/ENPCONTENT--></div><p>责编：李四</p>", "李四", 2, 0),
    ],
    ids=["one box", "two editors", "body around the anchors", "marks in capitals"],
)  # fmt: skip
def test_reading_around_the_anchors_is_reading_the_page(
    html: str, editor: str | None, paragraphs: int, tables: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read() -> Article:
        found = Page(ARTICLE, CLOSED.format(html))
        assert found.address is not None
        return load_article([read_article(found)], found.address)

    article = read()
    assert (article.editor, len(article.paragraphs), len(article.tables)) == (editor, paragraphs, tables)
    monkeypatch.setattr("cqnspider.layouts.page.main_part", lambda root, source: None)
    assert read() == article


def test_what_stands_around_an_article_is_not_read_line_by_line() -> None:
    found = Page(ARTICLE, CLOSED.format(f"<div>{HEAD}{TEXT}<p>(责任编辑:李四)</p></div>"))
    assert len(found.blocks) == 5
    assert len(found.whole.blocks) == 65

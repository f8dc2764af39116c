import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.layouts import Page
from cqnspider.urls import SITE


def lines(html: str) -> list[str]:
    return [block.text for block in Page(SITE, f"<html><body>{html}</body></html>").blocks if block.kind == "text"]


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>质<span>量</span><font>月</font><b>活动</b></p>", ["质量月活动"]),
        ("<p>一<br>二<br/><br>三</p>", ["一", "二", "三"]),
        ("<div>一<div>二</div>三</div>", ["一", "二", "三"]),
        ("<ul><li>一<li>二</ul>", ["一", "二"]),
        ("<p>a<script>x</script>b<style>y</style>c<noscript>z</noscript></p>", ["abc"]),
        ('<p>一</p><div style="DISPLAY : none">二</div><p hidden>三</p>', ["一"]),
        ("<pre>一\n二\n\n三</pre>", ["一", "二", "三"]),
        ("<p>一<!-- 注释 -->二</p>", ["一二"]),
        ("裸露<i>的</i>文字<hr>下一段", ["裸露的文字", "下一段"]),
        ("<p>&emsp;&emsp;&nbsp;缩进</p>", ["缩进"]),
        ("<custom-tag><p>一</p></custom-tag>", ["一"]),
    ],
)
def test_lines_as_a_reader_sees_them(html: str, expected: list[str]) -> None:
    assert lines(html) == expected


def test_links_of_a_line() -> None:
    [block] = Page(
        SITE, "<html><body><p>见<a href='/a.htm'>这里</a>和<a href='b.htm'>那<b>里</b></a></p></body></html>"
    ).blocks
    assert [(link.href, link.text) for link in block.links] == [("/a.htm", "这里"), ("b.htm", "那里")]
    assert (block.linked, block.plain) == (4, 2)


def test_a_link_around_blocks_covers_each_of_them() -> None:
    blocks = Page(SITE, "<html><body><a href='/a.htm'><h3>标题</h3><p>摘要</p></a></body></html>").blocks
    assert [(block.text, [link.text for link in block.links]) for block in blocks] == [
        ("标题", ["标题"]),
        ("摘要", ["摘要"]),
    ]


def test_images_and_marks_stand_in_order() -> None:
    html = (
        "<html><body><!--enpcontent--><p>一</p><img data-src='b.jpg' src='blank.gif'><!--/enpcontent--></body></html>"
    )
    assert [(block.kind, block.text or block.src) for block in Page(SITE, html).blocks] == [
        ("mark", "enpcontent"),
        ("text", "一"),
        ("image", "b.jpg"),
        ("mark", "/enpcontent"),
    ]


def test_deep_nesting_is_no_danger() -> None:
    assert lines("<p>浅</p>" + "<div>" * 100_000 + "深" + "</div>" * 100_000)[:1] == ["浅"]


@given(st.text(alphabet="<>/=\"' abdipr!-天\x00\u200b", max_size=200))
def test_any_markup_gives_clean_lines(markup: str) -> None:
    for block in Page(SITE, markup or "x").blocks:
        assert block.text == block.text.strip()

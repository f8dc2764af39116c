import pytest

from cqnspider.layouts import Page
from cqnspider.urls import SITE


def tables(html: str) -> list[list[list[str]]]:
    return [block.rows for block in Page(SITE, f"<html><body>{html}</body></html>").blocks if block.kind == "table"]


def row(*cells: str) -> str:
    return "<tr>" + "".join(f"<td>{cell}</td>" for cell in cells) + "</tr>"


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        (f"<table>{row('a', 'b')}{row('c', 'd')}</table>", [["a", "b"], ["c", "d"]]),
        ("<table><tr><td rowspan=2>a</td><td>b</td></tr><tr><td>c</td></tr></table>", [["a", "b"], ["a", "c"]]),
        ("<table><tr><td colspan=2>a</td></tr><tr><td>b</td><td>c</td></tr></table>", [["a", "a"], ["b", "c"]]),
        (
            "<table><tr><td rowspan=3>a</td><td colspan=2 rowspan=2>b</td></tr><tr></tr><tr><td>c</td><td>d</td></tr></table>",
            [["a", "b", "b"], ["a", "b", "b"], ["a", "c", "d"]],
        ),
        (
            "<table><tr><td>a</td><td>b</td><td rowspan=2>c</td></tr><tr><td>d</td></tr><tr><td>e</td><td>f</td><td>g</td></tr></table>",
            [["a", "b", "c"], ["d", "", "c"], ["e", "f", "g"]],
        ),
        (
            "<table><tr><td>a</td><td rowspan=2>b</td></tr><tr><td colspan=2>c</td></tr>"
            "<tr><td>d</td><td>e</td></tr></table>",
            [["a", "b"], ["c", "b"], ["d", "e"]],
        ),
        (f"<table>{row('a', 'b', 'c')}{row('d')}</table>", [["a", "b", "c"], ["d", "", ""]]),
        (
            "<table><thead><tr><th>a<th>b</thead><tbody><tr><td><p>c</p><p>d</p><td><b>e</b>f</tbody></table>",
            [["a", "b"], ["c d", "ef"]],
        ),
        ('<table class="MsoNormalTable">' + row("a", "b") + "</table>", [["a", "b"]]),
        ("<table border=1>" + row("名单") + row("甲") + row("乙") + "</table>", [["名单"], ["甲"], ["乙"]]),
    ],
)
def test_data_tables_are_expanded(html: str, expected: list[list[str]]) -> None:
    assert tables(html) == [expected]


LONG = "这是一段很长的正文文字，不是数据。" * 20


@pytest.mark.parametrize(
    "html",
    [
        f"<table>{row(LONG)}{row(LONG)}</table>",
        f"<table>{row(LONG, '')}{row(LONG, 'x')}</table>",
        f"<table>{row('<table>' + row('a', 'b') + '</table>', 'x')}</table>",
        "<table><tr><td><h1>标题</h1></td><td>x</td></tr><tr><td>a</td><td>b</td></tr></table>",
        f"<table>{row('<a href=1>一</a>', '<a href=2>二</a>')}{row('<a href=3>三</a>', '<a href=4>四</a>')}</table>",
        f"<table>{row('<img src=a.jpg>')}{row('图为检查现场')}</table>",
        f"<table>{row('发布时间：', '2025-10-30 17:18:19')}{row('来源：', '中国质量报')}</table>",
        "<table></table>",
    ],
)
def test_tables_that_arrange_the_page_are_no_data(html: str) -> None:
    assert [each for each in tables(html) if each != [["a", "b"]]] == []


def test_a_hostile_span_is_bounded() -> None:
    [rows] = tables("<table><tr><td colspan=99999 rowspan=99999>a</td></tr><tr><td>b</td></tr></table>")
    assert len(rows) == 2 and len(rows[0]) <= 201
    assert tables("<table>" + "<tr><td colspan=200>a</td><td>b</td></tr>" * 400 + "</table>") == []

import pytest

from cqnspider.discovery import crumb_lists, next_steps
from cqnspider.layouts import Page
from cqnspider.sections import BY_NAME
from cqnspider.urls import SITE
from tests.conftest import saved


def steps(html: str, section: str, done: int = 0, url: str = f"{SITE}/zj/index.htm") -> list[tuple[str, int]]:
    found = next_steps(Page(url, f"<html><body>{html}</body></html>"), BY_NAME[section], done)
    return [(candidate.url.removeprefix(SITE), candidate.done) for candidate in found]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="node_5.htm">地方动态</a>',
        '<a href="node_5.htm"> 地 方动态 &gt;&gt;</a>',
        '<a href="http://m.cqn.com.cn/zj/node_5.htm"><span>地方</span><b>动态</b></a>',
        '<a href="node_5.htm"><img src="a.gif" alt="地方动态"></a>',
        '<a href="node_5.htm" title="地方动态">…</a>',
        '<h2>地方动态</h2><a href="node_5.htm">更多&gt;&gt;</a>',
        '<dl><dt><h2>地方动态</h2><a href="node_5.htm">MORE+</a></dt></dl>',
        '<div>· 地方动态</div><div><a href="node_5.htm">&gt;&gt;</a></div>',
    ],
)
def test_a_list_by_its_text(html: str) -> None:
    assert steps(html, "地方动态") == [("/zj/node_5.htm", 1)]


@pytest.mark.parametrize(
    "html",
    [
        '<a href="https://other.example/zj/node_5.htm">地方动态</a>',
        '<a href="/xf/node_5.htm">地方动态</a>',
        '<a href="content/2023-10/19/content_1.htm">地方动态</a>',
        '<a href="javascript:void(0)">地方动态</a>',
        '<a href="node_5.htm">地方动态周报</a>',
        "地方动态",
    ],
)
def test_what_does_not_lead_to_a_list(html: str) -> None:
    assert steps(html, "地方动态") == []


YEARS = '<a href="node_1.htm">2025</a><a href="node_2.htm">2024年</a>'


def test_years_under_another_heading_are_not_taken() -> None:
    html = f"<h3>国家抽查</h3>{YEARS}<h3>地方抽查</h3>{YEARS.replace('node_', 'node_3')}"
    assert steps(html, "地方抽查", url=f"{SITE}/ms/index.htm") == [("/ms/node_31.htm", 3), ("/ms/node_32.htm", 3)]


def test_years_of_the_page_itself() -> None:
    html = f'<div>您当前位置: <a href="index.htm">民生</a>&gt;&gt;抽查&gt;&gt;地方抽查</div><div>年份</div>{YEARS}'
    assert steps(html, "地方抽查", done=2, url=f"{SITE}/ms/node_9.htm") == [
        ("/ms/node_1.htm", 3),
        ("/ms/node_2.htm", 3),
    ]


def test_years_without_any_parent_are_not_taken() -> None:
    assert steps(YEARS, "地方抽查", url=f"{SITE}/ms/index.htm") == []


def test_a_named_step_may_stand_on_an_earlier_page() -> None:
    html = '<a href="node_7.htm">质检要闻</a><a href="node_8.htm">地方要闻</a>'
    assert steps(html, "地方要闻") == [("/zj/node_8.htm", 2)]


@pytest.mark.parametrize(
    ("section", "done", "page", "found"),
    [
        ("地方动态", 0, "/zj/index.htm", ["/zj/node_20183.htm"]),
        ("地方要闻", 0, "/zj/index.htm", ["/zj/node_20170.htm"]),
        ("地方要闻", 1, "/zj/node_20170.htm", ["/zj/node_20171.htm"]),
        ("质量管理", 0, "/zj/index.htm", ["/zj/node_20192.htm"]),
        ("药品监督", 0, "/zj/index.htm", ["/zj/node_20197.htm"]),
        ("地方抽查", 0, "/ms/index.htm", ["/ms/node_20330.htm"]),
        ("地方抽查", 1, "/ms/node_20330.htm", ["/ms/node_20335.htm"]),
    ],
)
def test_the_saved_front_pages(section: str, done: int, page: str, found: list[str]) -> None:
    candidates = next_steps(Page(SITE + page, saved(SITE + page).decode()), BY_NAME[section], done)
    assert [candidate.url.removeprefix(SITE) for candidate in candidates] == found


def test_breadcrumb_hrefs_name_lists() -> None:
    links = [("新闻中心", "/"), ("市场监管", "/zj/index.htm"), ("食品安全", "/zj/node_7.htm")]
    entries = [text for text, _ in links]
    assert [(section.name, url) for section, url in crumb_lists(links, entries, SITE)] == [
        ("食品安全", f"{SITE}/zj/node_7.htm")
    ]

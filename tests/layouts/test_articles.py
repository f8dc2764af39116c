"""Article pages of many skins against what a reader wrote down of them; pages that are none against the reason."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cqnspider.charset import page_text
from cqnspider.layouts import Page, PageError, read_article
from cqnspider.layouts.lists import read_list
from cqnspider.loaders import load_article
from cqnspider.pipelines.place import fill_place
from tests.conftest import FIXTURES, expected_articles, saved

SKINS = Path(__file__).parents[1] / "skins"
EXPECTED = expected_articles()


def page(url: str, body: bytes) -> Page:
    return Page(url, page_text(body))


def article(url: str, body: bytes) -> dict[str, Any]:
    first = page(url, body)
    assert first.address is not None
    reading = read_article(first)
    readings = [reading, *(read_article(page(further, saved(further))) for further in reading.pages)]
    found = load_article(readings, first.address)
    fill_place(found)
    loaded = asdict(found)
    return loaded | {"published_at": loaded["published_at"].isoformat()}


def cases(kind: str) -> list[Any]:
    return [pytest.param(path, id=f"{path.parts[-3]}-{path.stem}") for path in sorted(SKINS.glob(f"*/{kind}/*.html"))]


@pytest.mark.parametrize("expected", EXPECTED.values(), ids=EXPECTED)
def test_saved_articles(expected: dict[str, Any]) -> None:
    found = article(expected["url"], saved(expected["url"]))
    assert {name: found[name] for name in expected if name != "sections"} == {
        k: v for k, v in expected.items() if k != "sections"
    }


@pytest.mark.parametrize("path", cases("pages"))
def test_foreign_skins(path: Path) -> None:
    expected = json.loads((path.parents[1] / "expected" / f"{path.stem}.json").read_text())
    found = article(expected.pop("url_fetched"), path.read_bytes())
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("path", cases("bad"))
def test_what_is_no_article_has_a_reason(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    with pytest.raises(PageError) as caught:
        article(expected["url_fetched"], path.read_bytes())
    assert caught.value.reason == expected["reason"]


@pytest.mark.parametrize("path", cases("lists"))
def test_list_skins(path: Path) -> None:
    expected = json.loads(path.with_suffix(".json").read_text())
    listed = read_list(page(expected["url"], path.read_bytes()))
    assert [entry.address.url for entry in listed.entries] == expected["articles"]
    assert (listed.next_url, listed.last, listed.breadcrumb) == (
        expected["next"],
        expected["last"],
        expected["section"],
    )


@pytest.mark.parametrize(
    "path", [*FIXTURES.glob("m.cqn.com.cn/**/content_*.htm"), *FIXTURES.glob("www.cqn.com.cn/m/**/content_*.htm")]
)
def test_the_mobile_skins_say_the_same(path: Path) -> None:
    found = article("https://" + str(path.relative_to(FIXTURES)), path.read_bytes())
    expected = EXPECTED[found["id"]]
    same = (
        "id",
        "url",
        "title",
        "published_at",
        "source",
        "editor",
        "contributors",
        "paragraphs",
        "province",
        "city",
        "county",
        "rights",
    )
    assert {name: found[name] for name in same} == {name: expected[name] for name in same}
    assert found["layout"] == "mobile"


@pytest.mark.parametrize("share", range(5, 100, 5))
@pytest.mark.parametrize("key", ["8990503", "9127005", "news-1010277", "9094386"])
def test_a_page_cut_anywhere_is_never_a_shorter_article(key: str, share: int) -> None:
    """Accepted only where the cut lies behind the article: then nothing of it is missing."""
    expected = EXPECTED[key]
    body = saved(expected["url"])
    try:
        found = article(expected["url"], body[: len(body) * share // 100])
    except PageError as error:
        assert error.reason in {"cut_off", "unknown_layout"}
    else:
        assert share > 50
        assert {name: found[name] for name in ("paragraphs", "editor", "tables")} == {
            name: expected[name] for name in ("paragraphs", "editor", "tables")
        }


@pytest.mark.parametrize(
    ("old", "new", "layout"),
    [
        ("Detail_Title", "x1", "A"),
        ("publish", "x2", "A"),
        ("Detail_Content", "x3", "A"),
        ("enpcontent", "x4", "A"),
        ("Detail_", "x5", "B"),
    ],
)
def test_renamed_classes_fall_back_to_anchors(old: str, new: str, layout: str) -> None:
    expected = EXPECTED["8990503"]
    found = article(expected["url"], saved(expected["url"]).decode().replace(old, new).encode())
    assert found["layout"] == layout
    names = ("title", "published_at", "source", "editor", "paragraphs", "section")
    assert {name: found[name] for name in names} == {name: expected[name] for name in names}


def test_a_date_line_without_a_time_is_an_error() -> None:
    url = EXPECTED["9127005"]["url"]
    text = saved(url).decode()
    published = EXPECTED["9127005"]["published_at"].replace("T", " ").removesuffix("+08:00")
    with pytest.raises(PageError, match=r"unknown_layout|no_date"):
        article(url, text.replace(published, published[:10]).encode())


def b_page(body: str) -> bytes:
    return (
        "<html><head><title>一条新闻的标题</title></head><body><div>您当前位置: >>新闻中心>>市场监管>>质量管理</div><h1>一条新闻的标题</h1>"
        f"<div>2025-07-08 12:43:54 中国质量新闻网</div><div>{body}</div><div>(责任编辑:陆明)</div><div>相关网站导航</div></body></html>"
    ).encode()


B_URL = "https://www.cqn.com.cn/zj/content/2025-07/08/content_9110344.htm"


@pytest.mark.parametrize(
    "body",
    [
        "1" * 1_000_000,
        "(（" * 200_000,
        "<div>" * 20_000 + "x",
        "<ul><li>" * 3000 + "字",
        "<table><tr><td>" * 2000 + "x",
        "<table><tr><td>a</td><td>b</td></tr></table>" * 2000,
        "<table>" + "<tr><td>a</td><td>b</td></tr>" * 20_000 + "</table>",
        "<p>(责任编辑:甲)</p>" * 5000,
        "<p>2025-07-08 12:43:54 来源：某报</p>" * 5000,
        "<p>（" + "张 三 " * 20 + "</p>",
        "<p>图为" + "张三 " * 60 + "摄影</p>",
        "字<br>" * 50_000,
        "\x00\x01\x1b[31m\u202e" * 1000,
        "&#x110000;&#xD800;&#0;&nbsp;" * 1000,
        "<![CDATA[ x ]]><!-- <!-- --><?php ?><svg><script>",
    ],
    ids=range(15),
)
def test_hostile_bodies_end_in_an_article_or_a_reason(body: str) -> None:
    try:
        assert article(B_URL, b_page(body))["title"] == "一条新闻的标题"
    except PageError as error:
        assert error.reason in {"empty_body", "cut_off", "unknown_layout"}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(["8990503", "9127005", "9094386", "news-1010277", "9062415"]), st.data())
def test_a_damaged_page_is_an_article_or_a_reason(key: str, data: st.DataObject) -> None:
    """Anything cut out of a page, or put into it, gives an article with all required fields, or a PageError."""
    body = saved(EXPECTED[key]["url"])
    start = data.draw(st.integers(0, len(body)))
    stop = data.draw(st.integers(start, min(len(body), start + 3000)))
    junk = data.draw(
        st.binary(max_size=30)
        | st.sampled_from([b"</div>" * 30, b"<table>", b"<!--", b"</body>", b"<a href='", b"</html>"])
    )
    try:
        found = article(EXPECTED[key]["url"], body[:start] + junk + body[stop:])
    except PageError:
        return
    assert found["title"] and found["published_at"]
    assert found["paragraphs"] or found["images"] or found["tables"] or found["attachments"]

"""Article pages of many skins against what a reader wrote down of them; pages that are none against the reason."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from cqnspider.charset import charset_of
from cqnspider.layouts import Page, PageError, read_article
from cqnspider.layouts.lists import read_list
from cqnspider.loaders import load_article
from tests.conftest import FIXTURES, expected_articles, saved

SKINS = Path(__file__).parents[1] / "skins"
EXPECTED = expected_articles()


def page(url: str, body: bytes) -> Page:
    return Page(url, body.decode(charset_of(body), "replace").lstrip("\ufeff"))


def article(url: str, body: bytes) -> dict[str, Any]:
    first = page(url, body)
    assert first.address is not None
    reading = read_article(first)
    readings = [reading, *(read_article(page(further, saved(further))) for further in reading.pages)]
    loaded = asdict(load_article(readings, first.address))
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

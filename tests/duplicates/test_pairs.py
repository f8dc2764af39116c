"""The labelled pairs: what an editor prints again is linked, what a template prints again is not."""

import json
from functools import cache

import pytest

from tests.duplicates.scoring import HERE, PARTS, Judged, judge, scores


@cache
def judged(part: str) -> list[Judged]:
    return list(judge(part))


def test_the_set_is_large_and_has_both_kinds() -> None:
    pairs = [json.loads(line) for part in PARTS for line in (HERE / f"{part}.jsonl").read_text().splitlines()]
    labels = [pair["label"] for pair in pairs]
    assert len(pairs) >= 250
    assert min(labels.count("duplicate"), labels.count("different")) >= 120
    assert len({pair["id"] for pair in pairs}) == len(pairs)


@pytest.mark.parametrize("part", PARTS)
def test_no_two_stories_are_linked(part: str) -> None:
    assert [each.id for each in judged(part) if each.linked and not each.wanted] == []


@pytest.mark.parametrize(("part", "least"), [("dev", 0.75), ("test", 0.69), ("third", 0.9)])
def test_prints_of_one_story_are_linked(part: str, least: float) -> None:
    """The rest is rewritten in every sentence, mostly with fewer than two numbers."""
    assert scores(judged(part))[1] >= least
    light = [each for each in judged(part) if each.wanted and each.kind.startswith("light")]
    assert scores(light)[1] >= 0.93

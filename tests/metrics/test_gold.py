"""The gold set: its form, its size, and floors under the scores, so that a change that makes the extractor worse is seen."""

from itertools import pairwise

import pytest

from cqnspider.metrics import extract
from tests.gold.scoring import PARTS, README, Passage, Score, load, readme_with, score

PASSAGES: dict[str, list[Passage]] = {part: list(load(part)) for part in PARTS}
SCORES: dict[str, Score] = {part: score(passages) for part, passages in PASSAGES.items()}


def test_it_is_large_enough() -> None:
    assert sum(map(len, PASSAGES.values())) >= 60
    assert sum(each.gold for each in SCORES.values()) >= 400
    assert sum(each.look_alikes for each in SCORES.values()) >= 200


@pytest.mark.parametrize("part", PARTS)
def test_marks_do_not_overlap(part: str) -> None:
    for passage in PASSAGES[part]:
        spans = sorted([(each.start, each.end) for each in passage.metrics] + passage.look_alikes)
        assert all(first[1] <= second[0] for first, second in pairwise(spans)), passage.name
        for metric in passage.metrics:
            assert metric.head in metric.entity, f"{passage.name}: {metric}"
            assert metric.entity in passage.text, f"{passage.name}: {metric}"


@pytest.mark.parametrize("part", PARTS)
def test_scores_do_not_fall(part: str) -> None:
    found = SCORES[part]
    assert found.precision >= 0.98, found.wrong
    assert found.f1 >= 0.97, found.wrong
    assert found.taken <= 0.03 * found.look_alikes, found.wrong
    assert found.share("comparator, approximate") >= 0.98
    assert found.share("direction, basis") >= 0.95
    assert (
        found.share("entity head")
        >= {"dev": 0.95, "test": 0.9, "third": 0.82, "fourth": 0.92, "fifth": 0.9, "sixth": 0.92}[part]
    )


def test_a_worse_extractor_scores_worse() -> None:
    """The scorer can tell: without the last metric of each passage, recall falls."""
    assert score(PASSAGES["dev"], lambda text: extract(text)[:-1]).recall < SCORES["dev"].recall


def test_the_readme_shows_these_scores() -> None:
    """After a change: `python -m tests.gold.scoring --readme`."""
    assert README.read_text(encoding="utf-8") == readme_with(SCORES)

from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.duplicates.decide import Story, containment, same_story
from cqnspider.duplicates.quantities import Quantity, agreement, fact_keys
from cqnspider.duplicates.sketch import distance, grams, letters, sketch_of, worth_a_look
from cqnspider.items import BEIJING

TEXT = "四川省苍溪县市场监管局组织执法人员对全县农贸市场、超市和学校食堂开展节前食品安全专项检查，共检查经营主体126家。"


def quantity(amount: float, unit: str = "家", *, rounded: bool = False, kind: str = "classifier") -> Quantity:
    return Quantity(unit, kind, amount, rounded)


def test_a_sketch_is_the_same_on_every_machine() -> None:
    sketch = sketch_of([TEXT])
    assert sketch is not None
    assert (sketch.simhash, sketch.bands[:3], len(sketch.bands)) == (
        "9807563ea266fec3",
        [1706181758, -671015167, -787256904],
        30,
    )


def test_width_spaces_and_punctuation_do_not_matter() -> None:
    wide = TEXT.replace("126", "１２６").replace("，", ", ").replace("、", " ")
    assert sketch_of([wide]) == sketch_of([TEXT])


def test_a_short_text_has_no_sketch() -> None:
    assert sketch_of(["图为检查现场。"]) is None
    assert sketch_of([]) is None


def test_a_moved_paragraph_keeps_most_bands() -> None:
    paragraphs = [TEXT, TEXT[::-1], "检验检测机构" * 10]
    one, other = sketch_of(paragraphs), sketch_of(paragraphs[1:] + paragraphs[:1])
    assert one is not None and other is not None
    assert worth_a_look(one.bands, other.bands)
    assert distance(one.simhash, other.simhash) < 16


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_has_a_sketch_of_bson_integers(one: str, other: str) -> None:
    sketch = sketch_of([one, other])
    if sketch is not None:
        assert all(-(2**31) <= band < 2**31 for band in sketch.bands)
        assert 0 <= containment(grams(letters(one)), grams(letters(other))) <= 1


@pytest.mark.parametrize(
    ("one", "other", "agree"),
    [
        (quantity(2318), quantity(2300, rounded=True), True),
        (quantity(48_000, "元", kind="currency"), quantity(50_000, "元", rounded=True, kind="currency"), True),
        (quantity(268), quantity(260), False),
        (quantity(3), quantity(3, "起"), False),
        (quantity(126), quantity(126, "户"), True),
        (quantity(9), quantity(10, rounded=True), False),
        (quantity(500), quantity(300, rounded=True), False),
    ],
)
def test_which_numbers_agree(one: Quantity, other: Quantity, agree: bool) -> None:
    assert one.agrees(other) == other.agrees(one) == agree


def test_each_number_agrees_once() -> None:
    assert agreement([quantity(3), quantity(3)], [quantity(3), quantity(5)]) == (0.5, 2)
    assert agreement([], [quantity(3)]) == (0.0, 0)


def test_facts_meet_in_spite_of_rounding() -> None:
    def metric(value: float) -> dict[str, object]:
        return {
            "value": value, "min_value": None, "max_value": None, "unit": "件", "unit_kind": "classifier", "comparator": None, "approximate": False,
        }  # fmt: skip

    exact, rounded = fact_keys("510824", [metric(2318)]), fact_keys("510824", [metric(2300)])
    assert exact == rounded and len(exact) == 2, "the county and the number"
    assert fact_keys(None, [metric(2318)]) == []
    assert len(fact_keys("510824", [metric(10**n + 11) for n in range(2, 40)])) == 12


@given(st.permutations(["甲", "乙"]))
def test_the_decision_is_symmetric(order: list[str]) -> None:
    def story(name: str) -> Story:
        return Story.of(
            {
                "paragraphs": [TEXT.replace("苍溪县", f"{name}县")],
                "metrics": [],
                "published_at": datetime(2023, 1, 1, tzinfo=BEIJING),
            }
        )

    one, other = map(story, order)
    assert same_story(one, other) == same_story(other, one)


def test_endless_texts_are_compared_by_their_beginning() -> None:
    def story(text: str) -> Story:
        return Story.of({"paragraphs": [text], "metrics": [], "published_at": datetime(2023, 1, 1, tzinfo=BEIJING)})

    assert same_story(story("检查" * 500_000), story("检查" * 500_000 + "完"))

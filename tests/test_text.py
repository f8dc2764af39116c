import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.text import clean, fold, key


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("　　四川省苍溪县\n", "四川省苍溪县"),
        ("质\u200b量\ufeff月", "质量月"),
        ("增强质量意识 \xa0推进", "增强质量意识 推进"),
        ("市场监\n   管局", "市场监管局"),
        ("word\nbreak", "word break"),
        ("共 3\t 批次", "共 3 批次"),
        ("a\x00b\x07c\ud800d", "abcd"),
    ],
)
def test_clean(printed: str, expected: str) -> None:
    assert clean(printed) == expected


@given(st.text())
def test_clean_is_stable_and_fold_keeps_offsets(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert len(fold(text)) == len(text)


def test_key_ignores_width_and_punctuation() -> None:
    assert key("重庆“质量月”：２０２３年") == key("重庆质量月 2023年")

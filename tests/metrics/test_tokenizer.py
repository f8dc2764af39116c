"""The tokenizer gives what jieba gives."""

import jieba
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cqnspider.metrics.tokenizer import Tokenizer
from cqnspider.metrics.words import _dictionary
from tests.gold.scoring import load

OURS: Tokenizer = _dictionary().tokenizer
THEIRS: jieba.Tokenizer = OURS._jieba
PASSAGES = [passage.text for part in ("dev", "test") for passage in load(part)]


@pytest.mark.parametrize("text", PASSAGES)
def test_windows_of_news(text: str) -> None:
    for start in range(0, len(text), 3):
        for length in (1, 2, 5, 18):
            window = text[start : start + length]
            assert OURS.cut(window) == list(THEIRS.cut(window))


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=30))
def test_any_characters(text: str) -> None:
    assert OURS.cut(text) == list(THEIRS.cut(text))
    assert "".join(OURS.cut(text)) == text

"""The word tables: what stands in them is used, and a word that is added has its effect without a change of code."""

import re
from collections import Counter
from itertools import combinations

import pytest

from cqnspider.metrics import extract, lexicon, tables
from cqnspider.metrics.units import ARABIC_ONLY, TABLE

LISTS = [
    (name, section)
    for name in ("contexts", "look_alikes", "nouns", "words")
    for section in tables.read(name)
    if section not in {"increase", "decrease"}
]
_PLAIN = re.compile("[\u4e00-\u9fff0-9]+")


@pytest.mark.parametrize(("name", "section"), LISTS)
def test_an_entry_stands_once_in_its_list(name: str, section: str) -> None:
    assert [word for word, count in Counter(tables.words(name, section)).items() if count > 1] == []


def test_a_word_has_one_part_of_speech() -> None:
    counts = Counter(word for words in lexicon.WORDS.values() for word in words)
    assert [word for word, count in counts.items() if count > 1] == []


def test_no_phrase_is_hidden_by_an_earlier_one() -> None:
    """The first that matches wins: behind 一人一 the phrase 一人一档 is never tried."""
    phrases = tables.words("look_alikes", "phrases")
    hidden = [
        later for earlier, later in combinations(phrases, 2) if _PLAIN.fullmatch(earlier) and later.startswith(earlier)
    ]
    assert hidden == []


def test_rules_about_units_are_about_units() -> None:
    refusing = [line.split()[0] for line in tables.read("units")["not before"]]
    assert set(refusing) <= TABLE.keys() and len(refusing) == len(set(refusing))
    assert TABLE.keys() >= ARABIC_ONLY


BEHIND = {word: f"检查企业300家{word}。" for word in lexicon.BEHIND.keys() - {"余", "多", "起"}}
IN_FRONT = {word: f"检查企业{word}300家。" for word in lexicon.FRONT.keys() - lexicon.ONLY_BEFORE_POWERS}


@pytest.mark.parametrize(
    ("word", "text", "qualifier"),
    [(word, BEHIND[word], lexicon.BEHIND[word]) for word in sorted(BEHIND)]
    + [(word, IN_FRONT[word], lexicon.FRONT[word]) for word in sorted(IN_FRONT)],
)
def test_every_qualifier_is_read(word: str, text: str, qualifier: lexicon.Qualifier) -> None:
    [metric] = extract(text)
    found = (metric.qualifier, metric.comparator, metric.approximate)
    assert found == (word, qualifier.comparator, qualifier.approximate)

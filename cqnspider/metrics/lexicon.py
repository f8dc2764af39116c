"""Words around a number, as the logic uses them: qualifiers, change verbs, bases of comparison, plans, norms, nouns. Read from tables/."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from cqnspider.metrics import tables


class Qualifier(NamedTuple):
    """What a word around a number says of it."""

    comparator: str | None
    approximate: bool
    part_of_word_after: str = ""  # characters behind which it is no qualifier: 节|约


class Lexical(NamedTuple):
    """A quantity without a numeral: 一半, 翻番."""

    value: str
    unit: str
    comparator: str | None


def _qualifiers(section: str) -> dict[str, Qualifier]:
    found = {}
    for line in tables.read("qualifiers")[section]:
        word, comparator, approximate, *after = line.split()
        found[word] = Qualifier(None if comparator == "=" else comparator, approximate == "~", "".join(after))
    return found


def _expression(section: str) -> str:
    return "|".join(tables.words("contexts", section))


FRONT: Final = _qualifiers("front")
BEHIND: Final = _qualifiers("behind")
ONLY_BEFORE_POWERS: Final = frozenset(tables.words("qualifiers", "front of powers"))
LEXICAL: Final = {
    word: Lexical(value, unit.replace("-", ""), None if comparator == "=" else comparator)
    for word, value, unit, comparator in (line.split() for line in tables.read("qualifiers")["lexical"])
}

# Verb of change → direction, and the characters behind which it is part of another word.
CHANGES: Final = {
    line.split()[0]: direction for direction in ("increase", "decrease") for line in tables.read("contexts")[direction]
}
NO_VERB_AFTER: Final = {
    verb: after
    for direction in ("increase", "decrease")
    for verb, after in (line.split() for line in tables.read("contexts")[direction] if " " in line)
}
CHANGE_NOUNS: Final = {
    noun: direction
    for direction in ("increase", "decrease")
    for noun in tables.words("contexts", f"nouns of {direction}")
}
NEED_BASIS: Final = frozenset(tables.words("contexts", "only compared"))
YEAR_ON_YEAR: Final = _expression("year on year")
MONTH_ON_MONTH: Final = _expression("month on month")
PLANS: Final = _expression("plans")
PLANS_OF_CLAUSE: Final = _expression("plans of the clause")
DONE: Final = _expression("done")
NORMS: Final = _expression("norms")
CLAIMS: Final = _expression("claims")
LASTED: Final = _expression("lasted")

# Part of speech → words that jieba's dictionary lacks or files elsewhere.
WORDS: Final = {tag: " ".join(lines).split() for tag, lines in tables.read("words").items()}
WORD_FREQUENCY: Final = 20000  # in jieba's dictionary: enough to win over its parts
ACTS: Final = frozenset(WORDS["v"])  # verbs that govern what is counted


def _set(section: str) -> frozenset[str]:
    return frozenset(tables.words("nouns", section))


ACTIVITIES: Final = _set("activities")
ACTIVITY_UNITS: Final = _set("activity units")
LIGHT_VERBS: Final = _set("light verbs")
GOVERNING: Final = _set("governing")
MODIFYING_VERBS: Final = _set("modifying verbs")
ACTORS: Final = tuple(tables.words("nouns", "actors"))
AFTER_ACTORS: Final = _set("after actors")
AGENT_ENDINGS: Final = tuple(tables.words("nouns", "agent endings"))
HOLDER_UNITS: Final = _set("holder units")
HOLDERS: Final = tuple(tables.words("nouns", "holders"))
NO_HOLDERS: Final = tuple(tables.words("nouns", "no holders"))
PERSON_UNITS: Final = _set("person units")
NO_PERSONS: Final = tuple(tables.words("nouns", "no persons"))
NO_SUMS: Final = tuple(tables.words("nouns", "no sums"))
AMBIGUOUS: Final = _set("ambiguous")
PREDICATES_ONLY: Final = _set("predicates only")
GOODS: Final = tuple(tables.words("nouns", "goods"))
WHOLE: Final = _set("whole")
NO_ANTECEDENT: Final = _set("no antecedent")
VERDICTS: Final = tuple(tables.words("nouns", "verdicts"))
CLASS_WORDS: Final = _set("class words")
MEASURE_NOUNS: Final = _set("measure nouns")
MEASURE_ENDINGS: Final = tuple(tables.words("nouns", "measure endings"))
PAYMENTS: Final = _set("payments")
LEADING: Final = _set("leading")
NO_HEADS: Final = _set("no heads")
NO_NOUN_BEGINS: Final = _set("no noun begins")
SUFFIXES: Final = _set("suffixes")
MEASURE_SUFFIXES: Final = _set("measure suffixes")
MORE_SUFFIXES: Final = _set("more suffixes")
SHORT_NOUNS: Final = SUFFIXES | _set("short nouns")
PLACE_ENDINGS: Final = _set("place endings")
CONNECTORS: Final = "|".join(sorted(tables.words("nouns", "connectors"), key=len, reverse=True))
PREDICATES: Final = "|".join(tables.words("nouns", "predicates"))


def longest_first(words: Iterable[str]) -> str:
    """A regular expression for any of some words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

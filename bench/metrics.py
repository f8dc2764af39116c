"""Compares the number extractor with other tools on the gold set: `python bench/metrics.py [--part test] [--runs 5]`.

Prints a Markdown table, one row a tool. Each tool runs in a process of its own: the others in environments that are made once under
`.venv-bench` (bench/requirements.txt), ours in this interpreter. All are asked for the same texts, one passage a call, in every run in turn.

How the others are met half-way, so that the table shows what they find and not how they spell it:

* Bounds are not asked for, of nobody: 近2000册 is 2000 册, 百余家 is 100 家. A range needs both ends; two answers with only 至, 到 or a
  dash between them are one range.
* A unit is what the tool's own span prints behind the number, in the gold set's spelling (人民币 → 元, 个小时 → 小时, 成 → %), be it called
  `Chinese yuan`, `$` or `gram`; a value that was converted to another unit is converted back, 0.05 for 百分之五 is 5 %.
* What a tool knows to be a date, a time, an ordinal, a level or an age takes the numbers in it out, unless they come with a unit and are
  longer; bare digits that it holds for a year do not. recognizers-text's durations are such times too: it scores higher so on `dev`.
* Full-width digits and percent signs are made ASCII for the others, as any caller would.
* The Ducklings and recognizers-text read most classifiers (家, 批次, 人次 …) as no unit at all: the value F1 is their measure.
* cn2an and jieba are what one writes with them in an hour, tried on `dev`: see peers.py.

Columns: F1 of the value (both ends of a range); F1 of value and unit; share of the answers whose value is right; look-alikes (dates, standards,
slogans …) that an answer overlaps; characters a second, inside the process, after one pass over other passages; seconds from the start
of the process to the answer to one sentence; the most memory the process has held. Times and memory are the medians of the runs.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from environments import pins
from running import OURS, ROOT, Run, Texts, measure

sys.path.insert(0, str(ROOT))

from tests.gold.scoring import PARTS, Gold, Passage, load, score

ARTICLE = 2500  # characters
HEAD = (
    "| | value F1 | value + unit F1 | precision of values | look-alikes taken | characters/s | start-up s | peak MB |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass
class Answer:
    """A tool's quantity with the attributes that scoring reads; what no other tool gives stays empty."""

    start: int
    end: int
    text: str
    value: float | None
    min_value: float | None
    max_value: float | None
    unit: str
    comparator: str | None = None
    approximate: bool = False
    role: str = "level"
    direction: str | None = None
    basis: str | None = None
    entity_head: str = ""


def bare(value: float | None, low: float | None, high: float | None) -> tuple[float | None, float | None, float | None]:
    """Value and ends without a bound: a number with one is that number, only a range keeps its ends."""
    if value is None and (low is None) != (high is None):
        value = high if low is None else low
    return (value, None, None) if value is not None else (None, low, high)


def without_bounds(passage: Passage) -> Passage:
    """The passage with gold metrics that ask for no bound."""

    def strip(gold: Gold) -> Gold:
        value, low, high = bare(gold.value, gold.low, gold.high)
        return gold._replace(value=value, low=low, high=high)

    return Passage(passage.name, passage.text, [strip(gold) for gold in passage.metrics], passage.look_alikes)


def adapt(text: str, found: Sequence[dict[str, Any]]) -> list[Answer]:
    """A worker's quantities as scoring wants them."""
    return [
        Answer(
            each["start"],
            each["end"],
            text[each["start"] : each["end"]],
            *bare(each["value"], each["low"], each["high"]),
            each["unit"],
        )
        for each in found
    ]


def joined(passages: Sequence[str]) -> list[str]:
    """Texts of at least ARTICLE characters; passages that are left over at the end are dropped."""
    articles, text = [], ""
    for passage in passages:
        text += passage + "\n"
        if len(text) >= ARTICLE:
            articles.append(text)
            text = ""
    return articles or [text]


def row(name: str, runs: Sequence[Run], passages: Sequence[Passage]) -> str:
    """The tool's row of the table."""
    answers = {each.text: adapt(each.text, found) for each, found in zip(passages, runs[-1].found, strict=True)}
    result = score(passages, answers.__getitem__)  # type: ignore[arg-type]
    characters = sum(len(each.text) for each in passages)
    cells = [
        titled(name),
        f"{result.value_f1:.3f}",
        f"{result.f1:.3f}",
        f"{result.value_right / max(1, result.given):.3f}",
        f"{taken(passages, answers)} of {result.look_alikes}",
        f"{characters / median(run.passages for run in runs):,.0f}",
        f"{median(run.start_up for run in runs):.2f}",
        f"{median(run.peak for run in runs):.0f}",
    ]
    return f"| {' | '.join(cells)} |"


def taken(passages: Sequence[Passage], answers: dict[str, list[Answer]]) -> int:
    """Look-alikes that an answer overlaps which overlaps no metric; one is counted once, however many answers are in it."""
    count = 0
    for passage in passages:
        free = [
            each for each in answers[passage.text]
            if not any(each.start < gold.end and each.end > gold.start for gold in passage.metrics)
        ]  # fmt: skip
        count += sum(any(each.start < end and each.end > start for each in free) for start, end in passage.look_alikes)
    return count


def titled(name: str) -> str:
    """The tool with its pinned package: `jieba 0.42.1`, `duckling (pyduckling-native-phihos 0.3.0)`; ours has no pin."""
    if name == OURS:
        return name
    package, _, version = pins()[name][0].partition("==")
    return f"{name} {version}" if package == name else f"{name} ({package} {version})"


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares the number extractor with other tools on the gold set.")
    parser.add_argument("--part", choices=PARTS, default="test")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    passages = [without_bounds(each) for each in load(options.part)]
    warm_up = [each.text for each in load("test" if options.part == "dev" else "dev")]
    texts = Texts(warm_up, [each.text for each in passages], joined([each.text for each in passages]))
    runs, missing = measure(texts, options.runs)
    print(
        f"{options.part}: {len(passages)} passages, {sum(map(len, texts.passages)):,} characters, {options.runs} runs,"
    )
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}\n")
    print(HEAD, *(row(name, each, passages) for name, each in runs.items()), sep="\n", end="\n\n")
    for name, each in runs.items():
        if each[-1].failed:
            print(f"* {name}: raised on {len(each[-1].failed)} of {len(passages)} passages: {each[-1].failed[0]}")
    for name, why in missing.items():
        print(f"* {titled(name)}: {why}")
    if OURS in runs:
        speed = sum(map(len, texts.articles)) / median(run.articles for run in runs[OURS])
        count, milliseconds = len(texts.articles), 1000 * ARTICLE / speed
        print(
            f"* {OURS}, {count} joined texts: {speed:,.0f} characters/s, {milliseconds:.1f} ms for {ARTICLE:,} characters"
        )


if __name__ == "__main__":
    main()

"""Reads the gold set and scores an extractor on it: `python -m tests.gold.scoring [dev test third fourth …] [-v] [--readme]` prints the table.

A metric counts as found if its span overlaps a marked one; as right if value, ends of the range and unit are equal.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from cqnspider.items import Metric
from cqnspider.metrics import extract

ROOT = Path(__file__).parent
PARTS = ("dev", "test", "third", "fourth", "fifth", "sixth")
_MARK = re.compile("⟦([^⟧]*)⟧|⟪([^⟫]*)⟫")


class Gold(NamedTuple):
    """One marked metric."""

    start: int
    end: int
    text: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    comparator: str | None
    approximate: bool
    role: str
    direction: str | None
    basis: str | None
    head: str
    entity: str


@dataclass
class Passage:
    """A passage with its marks taken out."""

    name: str
    text: str
    metrics: list[Gold]
    look_alikes: list[tuple[int, int]]


def load(part: str) -> Iterator[Passage]:
    """The passages of `dev`, `test`, `third` …."""
    for path in sorted((ROOT / part).glob("*.txt")):
        head, _, rows = path.read_text(encoding="utf-8").partition("\n---\n")
        marked = head.partition("\n")[2]
        text, spans, looks, at = "", [], [], 0
        for match in _MARK.finditer(marked):
            text += marked[at : match.start()]
            content, at = match[1] if match[1] is not None else match[2], match.end()
            (looks if match[1] is None else spans).append((len(text), len(text) + len(content)))
            text += content
        text += marked[at:]
        lines = [line for line in rows.splitlines() if line.strip()]
        metrics = [_gold(span, line) for span, line in zip(spans, lines, strict=True)]
        for metric in metrics:
            if text[metric.start : metric.end] != metric.text:
                raise ValueError(f"{path}: {metric.text!r} is not what is marked")
        yield Passage(f"{part}/{path.stem}", text, metrics, looks)


def _gold(span: tuple[int, int], line: str) -> Gold:
    text, amount, flags_text, head, entity = (cell.strip() for cell in line.split("|"))
    number, _, unit = amount.partition(" ")
    flags = flags_text.split()
    comparator = next((flag for flag in flags if flag in ("<", "<=", ">", ">=")), None)
    low, dots, high = number.partition("..")
    value = float(number) if not dots and number != "?" else None
    ends = (float(low) if low else None, float(high) if high else None) if dots else (None, None)
    if value is not None and comparator:
        ends = (value, None) if ">" in comparator else (None, value)
    role = next((flag for flag in flags if flag in ("change", "share", "target")), "level")
    direction = {"up": "increase", "down": "decrease"}.get(next((f for f in flags if f in ("up", "down")), ""))
    basis = next((flag for flag in flags if flag in ("yoy", "mom")), None)
    return Gold(*span, text, value, *ends, unit, comparator, "~" in flags, role, direction, basis, head, entity)


@dataclass
class Score:
    """Counts over passages; `rows` are what went wrong."""

    gold: int = 0
    given: int = 0
    value_right: int = 0
    right: int = 0
    found: int = 0
    look_alikes: int = 0
    taken: int = 0
    same: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.given)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.gold)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.given + self.gold)

    @property
    def value_f1(self) -> float:
        return 2 * self.value_right / max(1, self.given + self.gold)

    def share(self, name: str) -> float:
        return self.same[name] / max(1, self.of[name])


def _close(first: float | None, second: float | None) -> bool:
    if first is None or second is None:
        return first is second
    return abs(first - second) <= 1e-6 * max(1.0, abs(second))


def score(passages: Sequence[Passage], extractor: Callable[[str], list[Metric]] = extract) -> Score:
    """Scores an extractor on passages."""
    total = Score()
    for passage in passages:
        metrics = extractor(passage.text)
        free = list(metrics)
        total.gold += len(passage.metrics)
        total.given += len(metrics)
        total.look_alikes += len(passage.look_alikes)
        for gold in passage.metrics:
            metric = next((each for each in free if each.start < gold.end and each.end > gold.start), None)
            if metric is None:
                total.wrong.append(f"missed   {passage.name} {_around(passage.text, gold.start, gold.end)}")
                continue
            free.remove(metric)
            total.found += 1
            _compare(total, passage, gold, metric)
        for metric in free:
            taken = any(metric.start < end and metric.end > start for start, end in passage.look_alikes)
            total.taken += taken
            total.wrong.append(
                f"{'taken' if taken else 'extra':8} {passage.name} {_around(passage.text, metric.start, metric.end)}"
            )
    return total


def _compare(total: Score, passage: Passage, gold: Gold, metric: Metric) -> None:
    amounts = (gold.value, gold.low, gold.high), (metric.value, metric.min_value, metric.max_value)
    amount = all(map(_close, *amounts))
    total.value_right += amount
    total.right += amount and metric.unit == gold.unit
    pairs = {
        "amount and unit": ((*amounts[0], gold.unit), (*amounts[1], metric.unit)),
        "comparator, approximate": ((gold.comparator, gold.approximate), (metric.comparator, metric.approximate)),
        "entity head": (gold.head, metric.entity_head),
        "role": (gold.role, metric.role),
        "text": (gold.text, metric.text),
    }
    if gold.direction or metric.direction:
        pairs["direction, basis"] = (gold.direction, gold.basis), (metric.direction, metric.basis)
    for name, (expected, got) in pairs.items():
        right = amount and metric.unit == gold.unit if name == "amount and unit" else expected == got
        total.of[name] += 1
        total.same[name] += right
        if not right:
            place = _around(passage.text, gold.start, gold.end)
            total.wrong.append(f"{name:8} {passage.name} {place}: {expected} – got {got}")


def _around(text: str, start: int, end: int) -> str:
    return f"{text[max(0, start - 14) : start]}[{text[start:end]}]{text[end : end + 10]}".replace("\n", "↵")


MEASURES = ("comparator, approximate", "direction, basis", "entity head", "role", "text")


def table(scores: dict[str, Score]) -> str:
    """The Markdown table of the README."""
    lines = ["| | " + " | ".join(scores) + " |", "|---|" + "---|" * len(scores)]

    def row(name: str, cell: Callable[[Score], str]) -> None:
        lines.append(f"| {name} | " + " | ".join(cell(each) for each in scores.values()) + " |")

    row("metrics, look-alikes marked", lambda each: f"{each.gold}, {each.look_alikes}")
    row("value + unit: precision", lambda each: f"{each.precision:.3f}")
    row("value + unit: recall", lambda each: f"{each.recall:.3f}")
    row("value + unit: F1", lambda each: f"{each.f1:.3f}")
    for name in MEASURES:
        row(f"{name} (of the found)", lambda each, name=name: f"{each.share(name):.3f}")
    row("look-alikes taken", lambda each: f"{each.taken} of {each.look_alikes}")
    return "\n".join(lines)


README = ROOT.parent.parent / "README.md"
_SCORES = re.compile("(?<=<!-- scores -->\n).*?(?=<!-- /scores -->)", re.DOTALL)


def readme_with(scores: dict[str, Score]) -> str:
    """The README with its table replaced."""
    return _SCORES.sub(lambda _: table(scores) + "\n", README.read_text(encoding="utf-8"))


if __name__ == "__main__":
    parts = [argument for argument in sys.argv[1:] if argument[0] != "-"] or list(PARTS)
    scores = {part: score(list(load(part))) for part in parts}
    print(table(scores))
    if "--readme" in sys.argv:
        README.write_text(readme_with(scores), encoding="utf-8")
    if "-v" in sys.argv:
        print(*(line for each in scores.values() for line in sorted(each.wrong)), sep="\n")

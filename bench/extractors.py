"""Compares the reading of article pages with general extractors: `python bench/extractors.py FOLDER [--pages 300] [--runs 3]`.

In: a folder with `truth.jsonl` (a JSON object a line: url, title, published_at, source, editor, paragraphs) and the pages as bytes below
`www.cqn.com.cn/`, as bench/replica.py makes it. Out: a Markdown table, one row a tool, ours first. Each tool runs in a process of its own: the
others in environments that are made once under `.venv-bench` (bench/extractors.txt) and on `--pages` pages spread evenly over the folder, ours
in this interpreter and on all pages: layouts and loader, without places, metrics and duplicates.

Columns: pages per second of CPU time, from bytes to fields, after a few pages to warm up; how many times as fast ours is; the share of pages whose
title is right but for white space, whose date-time is right to the second, whose day, source and editor are right (None where the page prints none);
the mean F1 of the body's character bigrams, without white space; seconds from the start of the process to the first page read; pages on which
the tool raised or gave nothing, which count as wrong. Times are the medians of the runs.

How the others are met half-way: who takes no bytes gets text in the right charset; a tool's only person, its author, is its editor, which is
how GNE means it; a date may be printed in any way. A dash is for a field that the tool never fills; none of them has one for the source an
article names. All tools see only the first page of an article.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from statistics import fmean, median
from typing import Any
from urllib.parse import urlsplit

from environments import pins
from running import OURS, ask, in_turn

REQUIREMENTS = Path(__file__).with_name("extractors.txt")
WARM_UP = 8  # first pages, whose time does not count
HEAD = (
    "| | pages/CPU s | × | title | date-time | day | source | editor | body F1 | start s | failed pages |\n"
    "|---|---|---|---|---|---|---|---|---|---|---|"
)

Truth = dict[str, Any]
Found = dict[str, Any]


@dataclass
class Run:
    """One process of a tool: seconds until the first page, pages a CPU second, what it found on each page, what it raised."""

    start_up: float
    speed: float
    found: list[Found]
    failed: list[str]


@dataclass
class Row:
    """A tool in the table; shares are of 1, None where the tool never fills the field."""

    name: str
    speed: float
    times: float
    title: float | None
    date_time: float | None
    day: float | None
    source: float | None
    editor: float | None
    body: float
    start_up: float
    failed: list[str]
    pages: int

    def __str__(self) -> str:
        shares = (self.title, self.date_time, self.day, self.source, self.editor)
        cells = [
            self.name,
            f"{self.speed:,.1f}",
            f"{self.times:.1f}",
            *("–" if each is None else f"{100 * each:.1f} %" for each in shares),
            f"{self.body:.3f}",
            f"{self.start_up:.2f}",
            f"{len(self.failed)} of {self.pages}",
        ]
        return f"| {' | '.join(cells)} |"


def load(folder: Path) -> list[Truth]:
    """What the pages say, with the `path` of each."""
    lines = (folder / "truth.jsonl").read_text(encoding="utf-8").splitlines()
    return [
        {**truth, "path": str(folder / "www.cqn.com.cn" / urlsplit(truth["url"]).path.lstrip("/"))}
        for truth in map(json.loads, lines)
    ]


def spread(truths: Sequence[Truth], count: int) -> list[Truth]:
    """`count` of the pages, evenly spread, so that all years and layouts are among them."""
    count = min(count, len(truths))
    return [truths[place * len(truths) // count] for place in range(count)]


def run_once(name: str, python: Path, truths: Sequence[Truth]) -> Run:
    """Asks a fresh process of the tool for all pages."""
    questions = [{"url": each["url"], "path": each["path"]} for each in truths]
    start_up, answers = ask("extractor_worker.py", name, python, questions)
    measured = answers[WARM_UP:] or answers
    return Run(
        start_up=start_up,
        speed=len(measured) / sum(each["seconds"] for each in measured),
        found=[each["found"] for each in answers],
        failed=[each["error"] for each in answers if each["error"]],
    )


def same(field: str) -> Callable[[Truth, Found], bool]:
    """Whether a text field is right, white space aside."""
    return lambda truth, found: (truth[field] or "").split() == (found.get(field) or "").split()


def same_time(parts: int) -> Callable[[Truth, Found], bool]:
    """Whether the first `parts` numbers of the date-time are right: 3 for the day, 6 for the second. 00 seconds need not be printed."""

    def compared(truth: Truth, found: Found) -> bool:
        printed = [int(each) for each in re.findall(r"\d+", found.get("published_at") or "")]
        wanted = datetime.fromisoformat(truth["published_at"])
        return tuple((printed + [0] * (len(printed) == 5))[:parts]) == wanted.timetuple()[:parts]

    return compared


def bigrams(text: str) -> Counter[str]:
    text = "".join(text.split())
    return Counter(map("".join, pairwise(text)))


def body_f1(truth: Truth, found: Found) -> float:
    """F1 of the bigrams of the paragraphs and of the tool's text."""
    wanted, given = bigrams("".join(truth["paragraphs"])), bigrams(found.get("body") or "")
    both = wanted.total() + given.total()
    return 2 * (wanted & given).total() / both if both else 1.0


def row(name: str, runs: Sequence[Run], truths: Sequence[Truth], ours: float) -> Row:
    """The tool's row; `ours` is our speed."""
    found = runs[-1].found
    filled = {field for each in found for field, value in each.items() if value}
    pairs = list(zip(truths, found, strict=True))

    def share(field: str, right: Callable[[Truth, Found], bool]) -> float | None:
        return fmean(right(truth, each) if each else 0 for truth, each in pairs) if field in filled else None

    speed = median(run.speed for run in runs)
    return Row(
        name=titled(name),
        speed=speed,
        times=ours / speed,
        title=share("title", same("title")),
        date_time=share("published_at", same_time(6)),
        day=share("published_at", same_time(3)),
        source=share("source", same("source")),
        editor=share("editor", same("editor")),
        body=fmean(body_f1(truth, each) if each else 0 for truth, each in pairs),
        start_up=median(run.start_up for run in runs),
        failed=runs[-1].failed,
        pages=len(truths),
    )


def titled(name: str) -> str:
    """The tool with its pinned version, `readability-lxml 0.9 + htmldate 1.11.0`; ours has no pin."""
    versions = dict(pin.split("==") for pin in pins(REQUIREMENTS).get(name, []))
    return " + ".join(f"{package} {versions.get(package, '')}".strip() for package in name.split("+"))


def compare(folder: Path, runs: int, pages: int) -> tuple[list[Row], dict[str, str]]:
    """The rows, ours first, and tool → why it has none."""
    truths = load(folder)
    sample = spread(truths, pages)
    asked = {name: truths if name == OURS else sample for name in (OURS, *pins(REQUIREMENTS))}
    done, missing = in_turn(lambda name, python: run_once(name, python, asked[name]), runs, REQUIREMENTS)
    ours = median(run.speed for run in done[OURS]) if OURS in done else float("nan")
    return [row(name, each, asked[name], ours) for name, each in done.items()], {
        titled(name): why for name, why in missing.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Compares the reading of article pages with general extractors.")
    parser.add_argument("folder", type=Path, help="made by bench/replica.py")
    parser.add_argument("--pages", type=int, default=300, help="for the other tools; ours reads all")
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    rows, missing = compare(options.folder, options.runs, options.pages)
    print(f"{options.folder}: {max((each.pages for each in rows), default=0):,} pages, {options.runs} runs,")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}\n")
    print(HEAD, *rows, sep="\n", end="\n\n")
    for each in rows:
        if each.failed:
            print(f"* {each.name}: the first failure: {each.failed[0]}")
    for name, why in missing.items():
        print(f"* {name}: {why}")


if __name__ == "__main__":
    main()

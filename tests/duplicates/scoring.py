"""How well prints of one story are told from prints of one template: `python -m tests.duplicates.scoring [part …] [-v]`.

A pair counts as linked if the look-up would find it and the decision links it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from itemadapter import ItemAdapter

from cqnspider.bylines import read_bylines
from cqnspider.duplicates.decide import Story, same_story
from cqnspider.duplicates.sketch import worth_a_look
from cqnspider.items import BEIJING, Article
from cqnspider.pipelines.dedup import DedupPipeline
from cqnspider.pipelines.metrics import metrics_of
from cqnspider.pipelines.place import fill_place

HERE = Path(__file__).parent
PARTS = sorted(path.stem for path in HERE.glob("*.jsonl"))


@dataclass(frozen=True, slots=True)
class Judged:
    id: str
    kind: str
    note: str
    wanted: bool
    linked: bool


def document_of(printed: dict[str, Any]) -> dict[str, Any]:
    """An article of the labelled set as the pipelines make it."""
    published = datetime.fromisoformat(printed["published_at"]).replace(tzinfo=BEIJING)
    article = Article(
        id="1",
        title=printed["title"],
        paragraphs=printed["paragraphs"],
        source=printed["source"],
        published_at=published,
    )
    article.contributors = read_bylines(article.paragraphs)
    fill_place(article)
    article.metrics = metrics_of(article)
    return ItemAdapter(DedupPipeline().process_item(article)).asdict()


def judge(part: str) -> Iterator[Judged]:
    for line in (HERE / f"{part}.jsonl").read_text().splitlines():
        pair = json.loads(line)
        one, other = document_of(pair["a"]), document_of(pair["b"])
        linked = worth_a_look(one["bands"], other["bands"]) and same_story(Story.of(one), Story.of(other))
        yield Judged(pair["id"], pair["kind"], pair["note"], pair["label"] == "duplicate", linked)


def scores(judged: list[Judged]) -> tuple[float, float]:
    """Precision and recall."""
    right = sum(each.wanted and each.linked for each in judged)
    return right / max(1, sum(each.linked for each in judged)), right / max(1, sum(each.wanted for each in judged))


if __name__ == "__main__":
    for name in [each for each in sys.argv[1:] if not each.startswith("-")] or PARTS:
        judged = list(judge(name))
        precision, recall = scores(judged)
        light = [each for each in judged if each.wanted and each.kind.startswith("light")]
        print(
            f"{name}: {len(judged)} pairs, precision {precision:.3f}, recall {recall:.3f}, of light edits {scores(light)[1]:.3f}"
        )
        for each in judged if "-v" in sys.argv else ():
            if each.wanted != each.linked:
                print(f"  {'missed' if each.wanted else 'wrongly linked'} {each.id} {each.kind}: {each.note}")

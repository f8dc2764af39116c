"""The verdict of a run: whether to trust its data, and the exit code that says so.

In: the run's record. Out: exit code and reasons. 0 good · 1 the crawl broke · 3 the data look wrong; 2 (bad arguments) is decided before a run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cqnspider.extensions.baseline import drift

GOOD, BROKE, ARGUMENTS, SUSPECT = 0, 1, 2, 3
_ENDED_WELL: Final = ("finished", "closespider_")
_WHY: Final = {
    "shutdown": "the crawl was interrupted before its end; run it again, it goes on from what is stored",
    "start_error": "the spider could not start",
}


@dataclass(frozen=True, slots=True)
class Verdict:
    """`exit_code` and the reasons for it, most important first; no reasons for a good run."""

    exit_code: int
    reasons: list[str]


def judge(run: dict[str, Any], earlier: Sequence[dict[str, Any]] = (), news: Sequence[datetime] = ()) -> Verdict:
    """Decide about a run by its record (finish reason, error, exceptions, sections, failures) and by the records of earlier runs, newest first."""
    broken = []
    reason = run["finish_reason"]
    if not reason.startswith(_ENDED_WELL) or run["error"]:
        broken.append(run["error"] or _WHY.get(reason) or f"the crawl ended early: {reason}")
    if run["counts"]["spider_exceptions"]:
        broken.append(f"{run['counts']['spider_exceptions']} exceptions in the spider, see the log above")
    if run["counts"]["item_errors"]:
        broken.append(f"{run['counts']['item_errors']} exceptions in the pipelines, see the log above")
    if run["counts"].get("output_errors"):
        broken.append("an output file could not be written, see the log above")
    if broken:
        return Verdict(BROKE, broken)
    reasons = [f"section {each['name']}: {each['problem']}" for each in run["sections"] if each["problem"]]
    kinds = Counter((each["stage"], each["reason"]) for each in run["failures"])
    failures = [
        f"{count} × {stage}: {why}, e.g. {_example(run, stage, why)}" for (stage, why), count in kinds.most_common()
    ]
    lists = [each for each in failures if " × list: " in each]  # a list that fails is why a section finds nothing
    reasons = [*lists, *reasons, *(each for each in failures if each not in lists), *drift(run, earlier, news)]
    left_out = run["counts"]["failures"] - len(run["failures"])
    if left_out > 0:
        reasons.append(f"{left_out} further failures")
    return Verdict(SUSPECT if reasons else GOOD, reasons)


def _example(run: dict[str, Any], stage: str, why: str) -> str:
    found = next(each for each in run["failures"] if each["stage"] == stage and each["reason"] == why)
    return f"{found['url']}" + (f" ({found['detail']})" if found["detail"] else "")

"""What has changed since earlier runs: rules that find nothing any more, layouts that vanished, fields and lists that went thin.

In: the record of a run and those of earlier ones, newest first. Out: reasons, none where there is nothing to compare with. Pages are compared with pages
of the same year of publication: an old page keeps its layout, so where it lost one, a rule is broken – or the site was redesigned, which
somebody should look at as well. Everything is held against the median of earlier runs, so a new normal is learned in some runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

Run = Mapping[str, Any]
_WINDOW: Final = 9  # earlier runs that count
_FEWEST: Final = 3  # pages of a kind that say something; earlier runs that make a median
_CHANCE: Final = 0.001  # that so many pages miss a rule by accident
_SUREST: Final = 0.95  # no rule is trusted more
_MANY: Final = 20  # articles from which a share of fields says something
_DROP: Final = 0.3  # of a share
_FLOORS: Final = {
    "section": 0.9,
    "paragraphs": 0.8,
    "source": 0.3,
}  # shares of articles that print a field, whatever earlier runs say
_THIN: Final = 0.25  # of the links that a section's lists usually give
_SILENCE: Final = 10  # articles that should have come by now
_INTERVAL: Final = timedelta(hours=6)  # between two runs that say something about a rate


def drift(run: Run, earlier: Sequence[Run]) -> list[str]:
    """All reasons to distrust a run."""
    alike = [
        each for each in earlier if all(each.get(name) == run.get(name) for name in ("spider", "arguments", "replay"))
    ]
    return [
        *_rules(run, earlier),
        *_layouts(run, earlier),
        *_fields(run, earlier),
        *_lists(run, alike),
        *_silence(run, alike),
    ]


def _unlikely(share: float, pages: int) -> bool:
    """Whether `pages` without a single hit are no accident for something that had this share."""
    return pages >= _FEWEST and share > 0 and (1 - min(share, _SUREST)) ** pages < _CHANCE


def _rules(run: Run, earlier: Sequence[Run]) -> Iterator[str]:
    lost: dict[tuple[str, str], int] = defaultdict(int)
    for cohort, hits in run.get("cohorts", {}).items():
        before = [each["cohorts"][cohort] for each in earlier if _pages(each, cohort) >= _FEWEST][:_WINDOW]
        for rule in hits.keys() - {"pages"} if before else ():
            share = median(each.get(rule, 0) / each["pages"] for each in before)
            if not hits[rule] and _unlikely(share, hits["pages"]):
                lost[cohort.split()[0], rule] += hits["pages"]
    for (layout, rule), pages in sorted(lost.items()):
        yield f"rule {layout}/{rule} found nothing on {pages} pages; in earlier runs it did"


def _layouts(run: Run, earlier: Sequence[Run]) -> Iterator[str]:
    for year, layouts in sorted(_by_year(run).items()):
        before = [found for each in earlier if sum((found := _by_year(each).get(year, {})).values()) >= _FEWEST][
            :_WINDOW
        ]
        pages = sum(layouts.values())
        for layout in sorted({name for found in before for name in found} - layouts.keys()):
            share = median(found.get(layout, 0) / sum(found.values()) for found in before)
            if share >= 0.5 and _unlikely(share, pages):
                now = ", ".join(sorted(layouts))
                yield f"layout {layout} was on most pages of {year}, now on none of {pages} (now {now}): its class names may have changed"


def _fields(run: Run, earlier: Sequence[Run]) -> Iterator[str]:
    articles = run["counts"].get("accepted", 0)
    if articles < _MANY:
        return
    before = [each for each in earlier if each["counts"].get("accepted", 0) >= _MANY and each.get("coverage")][:_WINDOW]
    for name, count in run.get("coverage", {}).items():
        share = count / articles
        usual = (
            median(each["coverage"].get(name, 0) / each["counts"]["accepted"] for each in before)
            if len(before) >= _FEWEST
            else 0.0
        )
        if share < _FLOORS.get(name, 0.0):
            yield f"field {name}: only {share:.0%} of {articles} articles have it, expected at least {_FLOORS[name]:.0%}"
        elif share < usual - _DROP:
            yield f"field {name}: {share:.0%} of {articles} articles have it, in earlier runs {usual:.0%}"


def _lists(run: Run, alike: Sequence[Run]) -> Iterator[str]:
    for section in run["sections"]:
        before = [
            found["listed"]
            for each in alike[:_WINDOW]
            for found in each["sections"]
            if found["name"] == section["name"]
        ]
        if len(before) >= _FEWEST and section["listed"] < _THIN * (usual := median(before)):
            yield f"section {section['name']}: its lists name {section['listed']} articles, in earlier runs {usual:.0f}"


def _silence(run: Run, alike: Sequence[Run]) -> Iterator[str]:
    """No new article, although by the rate of earlier runs there should be some: a list that is served from a stale cache."""
    starts = [run["started_at"], *(each["started_at"] for each in alike)]
    gaps = [newer - older for newer, older in pairwise(starts)]
    rates = [
        each["counts"].get("new", 0) / (gap / timedelta(days=1))
        for each, gap in zip(alike, gaps[1:], strict=False)
        if gap >= _INTERVAL
    ][:_WINDOW]
    if len(rates) >= _FEWEST and not run["counts"].get("new") and gaps[0] >= _INTERVAL:
        days = gaps[0] / timedelta(days=1)
        if median(rates) * days >= _SILENCE:
            yield f"no new article in {days:.1f} days, earlier runs found {median(rates):.0f} a day"


def _pages(run: Run, cohort: str) -> int:
    pages: int = run.get("cohorts", {}).get(cohort, {}).get("pages", 0)
    return pages


def _by_year(run: Run) -> dict[str, dict[str, int]]:
    """Pages by year and layout."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    for cohort, hits in run.get("cohorts", {}).items():
        layout, _, year = cohort.partition(" ")
        found[year][layout] = hits["pages"]
    return found

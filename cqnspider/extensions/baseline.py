"""What has changed since earlier runs: rules that find nothing any more, layouts that vanished, fields and lists that went thin, silence.

In: the record of a run and those of earlier ones, newest first. Out: reasons, none where there is nothing to compare with. Pages are compared with pages
of the same layout and years of publication: an old page keeps its layout, so where it lost one, a rule is broken – or the site was
redesigned, which somebody should look at as well. Everything is held against the median of earlier runs, so a new normal is learned in some runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any, Final

Run = Mapping[str, Any]
Cohorts = Mapping[tuple[str, str], Mapping[str, int]]  # pages and rule hits by layout and year
_WINDOW: Final = 9  # earlier runs that count
_FEWEST: Final = 3  # pages that say something; runs that make a median
_KNOWN: Final = 5  # earlier pages that make a rule known
_CHANCE: Final = 0.001  # that so many pages miss a rule by accident
_SUREST: Final = 0.95  # no rule is trusted more
_MANY: Final = 20  # articles from which a share of fields says something
_DROP: Final = 0.3  # of a share
# Shares of articles that print a field, whatever earlier runs say.
_FLOORS: Final = {"section": 0.9, "paragraphs": 0.8, "source": 0.3}
_THIN: Final = 0.25  # of the links that a page of a section's lists usually gives
_SILENCE: Final = timedelta(days=4)  # a long weekend …
_LONGER: Final = 2  # … and so many times the longest silence before
_GONE: Final = 0.2  # of the stored articles that were asked for again


def drift(run: Run, earlier: Sequence[Run] = (), news: Sequence[datetime] = ()) -> list[str]:
    """All reasons to distrust a run; `news` are the starts of earlier runs like it that found something new, newest first."""
    if run["spider"] == "requeue":  # pages that failed before are like no others
        return []
    earlier = [each for each in earlier if each["spider"] != "requeue"]
    alike = [each for each in earlier if like(run, each)]
    return [
        *_gone(run),
        *_rules(run, earlier),
        *_layouts(run, earlier),
        *_fields(run, alike),
        *_lists(run, alike),
        *_silence(run, news),
    ]


def like(run: Run, other: Run) -> bool:
    """Whether two runs read the same sections of the same source; which dates they asked for does not matter."""
    same = all(run.get(name) == other.get(name) for name in ("spider", "replay"))
    return same and run["arguments"].get("sections") == other["arguments"].get("sections")


def _unlikely(share: float, pages: int) -> bool:
    """Whether `pages` without a single hit are no accident for something that had this share."""
    return pages >= _FEWEST and share > 0 and (1 - min(share, _SUREST)) ** pages < _CHANCE


def _gone(run: Run) -> Iterator[str]:
    counts = run["counts"]
    gone = counts.get("gone", 0)
    asked = gone + sum(counts.get(name, 0) for name in ("changed", "unchanged", "not_modified"))
    if gone >= _FEWEST and gone > _GONE * asked:
        yield f"{gone} of {asked} stored articles that were asked for again are gone: have their addresses changed?"


def _rules(run: Run, earlier: Sequence[Run]) -> Iterator[str]:
    """Rules without a hit on pages of layouts and years on which earlier runs had hits."""
    now = _cohorts(run)
    for layout in sorted({layout for layout, _ in now}):
        before = [_cohorts(each) for each in earlier]
        shared = {key for key in now if key[0] == layout and any(key in each for each in before)}
        pages = sum(now[key]["pages"] for key in shared)
        rules = sorted({rule for key in shared for rule in now[key]} - {"pages"})
        for rule in rules if pages >= _FEWEST else ():
            if not sum(now[key].get(rule, 0) for key in shared) and _unlikely(_usual(before, shared, rule), pages):
                yield f"rule {layout}/{rule} found nothing on {pages} pages; in earlier runs it did"


def _usual(before: Sequence[Cohorts], keys: set[tuple[str, str]], rule: str) -> float:
    """Median share of a rule's hits among the pages of these cohorts; 0 where too few are known."""
    sums = [
        (
            sum(each[key].get(rule, 0) for key in keys & each.keys()),
            sum(each[key]["pages"] for key in keys & each.keys()),
        )
        for each in before
    ]
    return _median_share([(hits, pages) for hits, pages in sums if pages >= _FEWEST], _KNOWN)


def _layouts(run: Run, earlier: Sequence[Run]) -> Iterator[str]:
    """Layouts that most pages of some years had in earlier runs, and none has now."""
    now = _by_year(_cohorts(run))
    before = [_by_year(_cohorts(each)) for each in earlier]
    for layout in sorted({name for each in before for layouts in each.values() for name in layouts}):
        years = {
            year
            for year, layouts in now.items()
            if layout not in layouts and _share_of_layout(before, {year}, layout, fewest=1) > 0.5
        }
        pages = sum(sum(now[year].values()) for year in years)
        if years and _unlikely(_share_of_layout(before, years, layout, fewest=_KNOWN), pages):
            others = ", ".join(sorted({name for year in years for name in now[year]}))
            yield (
                f"layout {layout} was on most pages of {', '.join(sorted(years))}, now on none of {pages} (now {others}):"
                " its class names may have changed"
            )


def _share_of_layout(
    before: Sequence[Mapping[str, Mapping[str, int]]], years: set[str], layout: str, *, fewest: int
) -> float:
    """Median share of a layout among the pages of these years; 0 where fewer are known."""
    sums = [
        (
            sum(each[year].get(layout, 0) for year in years & each.keys()),
            sum(sum(each[year].values()) for year in years & each.keys()),
        )
        for each in before
    ]
    return _median_share([(hits, pages) for hits, pages in sums if pages], fewest)


def _median_share(sums: Sequence[tuple[int, int]], fewest: int) -> float:
    """Median of hits by pages among the newest runs; 0 where they have fewer pages together."""
    known = sums[:_WINDOW]
    return median(hits / pages for hits, pages in known) if sum(pages for _, pages in known) >= fewest else 0.0


def _fields(run: Run, alike: Sequence[Run]) -> Iterator[str]:
    articles = run["counts"].get("accepted", 0)
    if articles < _MANY:
        return
    before = [each for each in alike if each["counts"].get("accepted", 0) >= _MANY and each.get("coverage")][:_WINDOW]
    for name, count in run.get("coverage", {}).items():
        share = count / articles
        shares = [each["coverage"].get(name, 0) / each["counts"]["accepted"] for each in before]
        usual = median(shares) if len(shares) >= _FEWEST else 0.0
        if share < _FLOORS.get(name, 0.0):
            yield f"field {name}: only {share:.0%} of {articles} articles have it, expected at least {_FLOORS[name]:.0%}"
        elif share < usual - _DROP:
            yield f"field {name}: {share:.0%} of {articles} articles have it, in earlier runs {usual:.0%}"


def _lists(run: Run, alike: Sequence[Run]) -> Iterator[str]:
    """How far a list is read differs from run to run; how many articles a page of it names does not."""
    for section in run["sections"]:
        before = [
            found["listed"] / found["pages"]
            for each in alike
            for found in each["sections"]
            if found["name"] == section["name"] and found["pages"]
        ][:_WINDOW]
        if len(before) >= _FEWEST and section["pages"]:
            usual, each_page = median(before), section["listed"] / section["pages"]
            if each_page < _THIN * usual:
                yield f"section {section['name']}: a page of its lists names {each_page:.1f} articles, in earlier runs {usual:.1f}"


def _silence(run: Run, news: Sequence[datetime]) -> Iterator[str]:
    """No new article for longer than ever: a list that is served from a stale cache."""
    if run["counts"].get("new") or len(news) <= _FEWEST:
        return
    silence = run["started_at"] - news[0]
    longest = max(newer - older for newer, older in pairwise(news))
    if silence > max(_SILENCE, _LONGER * longest):
        days = silence / timedelta(days=1)
        yield f"no new article for {days:.1f} days; before, the longest silence was {longest / timedelta(days=1):.1f} days"


def _cohorts(run: Run) -> Cohorts:
    found = {}
    for cohort, hits in run.get("cohorts", {}).items():
        layout, _, year = cohort.partition(" ")
        found[layout, year] = hits
    return found


def _by_year(cohorts: Cohorts) -> dict[str, dict[str, int]]:
    """Pages by year and layout."""
    found: dict[str, dict[str, int]] = {}
    for (layout, year), hits in cohorts.items():
        found.setdefault(year, {})[layout] = hits["pages"]
    return found

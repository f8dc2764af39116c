"""Where a story happens, from its title, lead, byline, source and breadcrumb.

The title decides; the lead, then the byline, then the source answer where it is silent or make its answer more
precise; all of them tell which of several places of one name is meant. Two unrelated places of equal weight give what
they have in common.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from cqnspider.regions.gazetteer import Place, common, gazetteer
from cqnspider.regions.mentions import Mention, scan
from cqnspider.text import fold

# A place further in is not what the story is about, and the cut bounds the work on hostile input.
_TITLE, _LEAD, _BYLINE, _SOURCE = 200, 600, 100, 60
_EVIDENCE = 32
_AGENCY: Final = (
    "(?:国家)?市场监(?:督管理|管)总局|总局|国务院|中消协|中国消费者协会|国家(?:药监局|药品监督管理局|标准委|标准化管理委员会|认监委"
    "|知识产权局|质检总局|食药监总局|发展改革委)|工信部|农业农村部|商务部|公安部|教育部"
)
_NATIONAL_TITLE: Final = re.compile(f'[“"【《( ]*(?:{_AGENCY}|全国[^:]*[在于]$)')
_NATIONAL_LEAD: Final = re.compile(f"(?:[^,。省市县区局]{{0,16}},)?[^,。省市县区局]{{0,16}}?(?:记者)?从?(?:{_AGENCY})")
_NOT_SUBJECT: Final = re.compile("落实|贯彻|根据|按照|响应|依据|遵照|转发")
# Between two names of one list: 四川、重庆; 重庆市市场监管局与四川省…
_LISTED: Final = re.compile(
    "(?:市?市场监(?:督管理|管)局?|消委会|局|两[地市省县])?[、,和与及同暨跟来 /—-]*(?:携手|联合|联手)?"
)
_DATELINE: Final = re.compile(r"(?:[\w-]{0,12}讯)?\s*(?:\([^()]{0,40}\))?\s*")
_STARTS: Final = re.compile("[“\"'【《〈([\\s0-9年月日]*")


class Found(NamedTuple):
    """A mention and the place it turned out to be; the empty place where it stays unclear."""

    mention: Mention
    place: Place


def locate(
    *, title: str, lead: str = "", byline: str = "", source: str | None = None, section: Sequence[str] = ()
) -> Place:
    """The place of the story; None at each level that is unclear (see `Place`)."""
    title, lead = _tidy(title, _TITLE), _DATELINE.sub("", _tidy(lead, _LEAD), count=1)
    scans = {
        "title": scan(title),
        "section": scan(_tidy(section[-1], _SOURCE)) if section else [],
        "lead": scan(lead),
        "byline": scan(_tidy(byline, _BYLINE)),
        "source": scan(_tidy(source or "", _SOURCE)),
    }
    everything = [(field, mention) for field, mentions in scans.items() for mention in mentions]
    readings = (_meaning(mention, field, ()) for field, mention in everything)
    evidence = list(dict.fromkeys(place for place in readings if place and place.province))[:_EVIDENCE]
    found: dict[str, list[Found]] = {field: [] for field in scans}
    for field, mention in everything:
        place = _meaning(mention, field, evidence)
        if place is not None and not mention.passing:
            found[field].append(Found(mention, place))
    if _is_national(title, found["title"]):
        return Place()
    authors = [one for one in (*found["byline"], *found["source"]) if one.mention.bureau or one.mention.chained]
    if found["title"]:
        return _of_title(title, found["title"], found["lead"] or authors)
    if _is_national_lead(lead):
        return Place()
    if found["lead"]:
        return _of_lead(lead, found["lead"])
    for candidates in (found["byline"], [one for one in found["source"] if one.mention.bureau], found["section"]):
        if candidates:
            return candidates[0].place
    return Place()


def _tidy(text: str, length: int) -> str:
    return fold(text[:length]).strip()


def _meaning(mention: Mention, field: str, evidence: Sequence[Place]) -> Place | None:
    """The place `mention` means given what else is named: None if it is no place, the empty place if unclear."""
    options = mention.options if mention.region else _narrow(mention.options, evidence)
    if mention.region or mention.chained:
        return common(options)
    if not mention.bare:
        # 老城区 is a word unless its own city is named or its bureau follows; 和县 only must not stand inside 市和县.
        one_letter = mention.end - mention.start == 2
        sure = one_letter or mention.bureau or any(place.city == options[0].city for place in evidence)
        return None if mention.weak and not (mention.bounded and len(options) == 1 and sure) else common(options)
    if field in ("byline", "source") and not mention.bureau and (field == "byline" or mention.weak):
        return None  # 高平 may be a person
    anchored = mention.bounded and mention.bureau
    cities = [place for place in options if not place.county]
    if cities and (not mention.weak or anchored):
        return common(cities)
    if mention.weak or not mention.bounded or len(options) > 1:
        return None
    county = options[0]
    supported = any(county.within(place) or place.within(county) for place in evidence)
    return county if supported or anchored or (field != "lead" and mention.start == 0) else None


def _narrow(options: Sequence[Place], evidence: Sequence[Place]) -> Sequence[Place]:
    """Those of `options` that the other named places speak for: the place itself, else its city, else its province."""
    if len(options) > 1:
        gone = gazetteer().gone
        exact = [place for place in options if place in evidence]
        options = exact or options
        for near in evidence:
            for area in (near, *near.parents()):
                inside = [place for place in options if place.within(area)]
                if inside:
                    options = inside
                    break
        options = [place for place in options if (place.province, place.city) not in gone] or options
    return options


def _of_title(title: str, found: list[Found], others: list[Found]) -> Place:
    first = found[0]
    group = found if first.mention.start > len((_STARTS.match(title) or [""])[0]) else _listed(title, found)
    place = common(_leaves(group))
    if not place.province:
        return place
    if not first.mention.bureau or len(group) > 1:
        inner = [one.place for one in found if one.place.within(place)]
        place = common(_leaves_of(inner)) if inner else place
    authority = any(one.mention.bureau and one.place == place for one in found)
    if authority or len(group) > 1:
        return place
    inner_found = [one for one in others if one.place.province and one.place.within(place)]
    # 四川:… with a lead that opens in 苍溪县 is a story of 苍溪县; one that opens with the province stays there.
    if inner_found and inner_found[0].place != place:
        return common(_leaves(inner_found))
    return place


def _of_lead(lead: str, found: list[Found]) -> Place:
    for start, one in enumerate(found):
        if one.mention.bureau and one.place.province:
            return common(_leaves(_listed(lead, found[start:])))
    # With no authority to act, names of several provinces are a round-up.
    round_up = len({one.place.province for one in found}) > 1
    return Place() if round_up else common(_leaves(_listed(lead, found)))


def _listed(text: str, found: list[Found]) -> list[Found]:
    """The first of `found` and those that stand in one list with it."""
    group = found[:1]
    for one in found[1:]:
        if not _LISTED.fullmatch(text, group[-1].mention.end, one.mention.start):
            break
        group.append(one)
    return group


def _leaves(found: list[Found]) -> list[Place]:
    return _leaves_of([one.place for one in found])


def _leaves_of(places: list[Place]) -> list[Place]:
    """`places` without those that another one lies in."""
    return [place for place in places if not any(p != place and p.within(place) for p in places if p.province)]


def _is_national(title: str, found: list[Found]) -> bool:
    before = title[: found[0].mention.start] if found else title
    return bool(_NATIONAL_TITLE.match(before))


def _is_national_lead(lead: str) -> bool:
    subject = _NATIONAL_LEAD.match(lead)
    return bool(subject and not _NOT_SUBJECT.search(subject[0]))

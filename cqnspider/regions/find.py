"""The division that a person means by a name or a code: what is typed in, a `Place` out.

Other than `locate`, which reads running text, this takes the whole string as one name and refuses what is unclear.
"""

from __future__ import annotations

from collections.abc import Iterator

from cqnspider.regions.gazetteer import Place, gazetteer, short, written


def find_places(name: str) -> list[Place]:
    """The division of this name (四川省, 四川, 苍溪县, 北京市朝阳区) or GB/T 2260 code (51, 5108, 510824).

    Several only for a code whose division was renamed: 530800 is 普洱市 and, in older texts, 思茅市. Raises ValueError that says what the
    name may mean, or how to write one.

    >>> [place.name for each in ("苍溪县", "51", "530800") for place in find_places(each)]
    ['苍溪县', '四川省', '思茅市', '普洱市']
    """
    wanted = f"{name:0<6}" if name.isascii() and name.isdigit() and len(name) in {2, 4, 6} else "".join(name.split())
    places = gazetteer().places.values()
    if found := [place for place in places if wanted in (place.adcode, _path(place))]:
        return found
    for ways in (_in_full, _bare):
        found = [place for place in places if wanted in ways(place)]
        if len(found) == 1:
            return found
        if found:
            meant = ", ".join(_path(place) for place in found[:6])
            raise ValueError(f"{name!r} may be {meant}; write it that way")
    raise ValueError(
        f"no place {name[:100]!r}; write an official name (四川省, 广元市, 苍溪县, 北京市朝阳区) or a code (51, 5108, 510824)"
    )


def _path(place: Place) -> str:
    return "".join(filter(None, place.names))


def _in_full(place: Place) -> Iterator[str | None]:
    yield from written(place)
    if place.county:  # 四川苍溪县, 广元市苍溪县
        yield from (f"{place.province}{place.county}", f"{place.city}{place.county}")


def _bare(place: Place) -> Iterator[str]:
    bare = short(place.name)
    yield bare
    yield "".join([short(each) for each in place.names[:2] if each and each != place.name] + [bare])  # 四川广元苍溪
    if place.county:
        yield f"{short(place.province or '')}{bare}"

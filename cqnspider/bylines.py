"""Bylines: who wrote an article, from its first and last paragraphs.

In: paragraphs as printed. Out: contributors in order of print, each once; the paragraphs with every byline once. Who is named in one: credits.py. Forms seen:
`中国质量新闻网讯(记者 徐建华)`, `本报讯 (记者张文礼)`, `(蔡 霞 张吉祥)`, `(童 霞 记者龚志伟)`, `□ 本报记者 曹吉根`; at the end `(通讯员 阮蜜)`,
`(江苏省仪征市市场监管局 宦琪)`, `(文 摄/赵静)`, unclosed `(张洪超 通讯员杨琳琳`. Two-character names are printed with a space inside.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from cqnspider.credits import parse_names
from cqnspider.items import Contributor
from cqnspider.text import clean, fold

# Where an opening byline may stand: behind the dateline, behind a box, or at the very start in brackets.
_DATELINE = (
    r"(?:(?:中国质量新闻网|中国质量报|中国国门时报|本报|本网|中国市场监管报)[^()。,;]{0,24}?(?:讯|电|消息)?"
    r"|[\u4e00-\u9fff]{2,12}(?:讯|电))"
)
_START_BRACKETS = re.compile(rf"^(?P<dateline>{_DATELINE}\s*)?\((?P<names>[^()]{{1,60}})\)?")
_START_BOX = re.compile(r"^\s*(?:□|■|◎|●|○|★|◆|▢|☐)\s*(?P<names>[^。,;!?]{2,60})$")
_START_WORDS = re.compile(
    rf"^(?:{_DATELINE}\s*)?"
    r"(?P<names>(?:本报|本网)?(?:首席|特约|实习)?(?:记者|通讯员)\s*[\u4e00-\u9fff·\s、]{2,40}?)(?:报道|讯|\s*$|:)"
)
_START_LABEL = re.compile(
    r"^(?P<names>(?:文|图|摄|撰文|作者|文字|摄影|记者|通讯员|本报记者)\s*[/:].{2,50}|.{0,10}(?:本报|本网)(?:记者|通讯员)\s*.{2,30})$"
)
_END_BRACKETS = re.compile(r"\((?P<names>[^()]{2,60})\)?\s*$")
_END_WORDS = re.compile(r"[。!?”)]\s*(?P<names>(?:本报|本网)?(?:记者|通讯员|文/|文字/)\s*[\u4e00-\u9fff·\s、/]{2,40})$")
_END_LINE = re.compile(r"(?P<names>(?:本报|本网)?(?:记者|通讯员)\s*[\u4e00-\u9fff·\s、]{2,40})")
_LONGEST: Final = 80  # characters of a paragraph that is a byline
_OPENING: Final = 60  # characters within which an opening byline's bracket stands
_AUTHORS_BUREAU = re.compile(r"\(作者(?:单位|系)\s*:?\s*(?P<bureau>[^()]{3,40})\)")


def read_bylines(paragraphs: Sequence[str]) -> list[Contributor]:
    """Contributors named at either end of the body.

    >>> read_bylines(["正文。(江苏省仪征市市场监管局 宦琪)"])
    [{'name': '宦琪', 'role': None, 'organization': '江苏省仪征市市场监管局'}]
    """
    found: list[Contributor] = []
    for people in _starts(paragraphs[:3]) + _ends(paragraphs):
        for person in people:
            _add(found, person)
    for text in (*paragraphs[:1], *paragraphs[-3:]):
        if match := _AUTHORS_BUREAU.search(fold(text)):
            for person in found:
                person["organization"] = person["organization"] or match["bureau"]
    return found


def drop_second_bylines(paragraphs: Sequence[str]) -> list[str]:
    """The paragraphs with every byline once: no stand-alone copy of another byline, no byline printed twice in a row."""
    texts = [_single_start(text) for text in paragraphs]
    if not any(map(whole_byline, texts)):
        return texts
    inline = {
        _names(people) for text in texts if not whole_byline(text) for people in (*_starts([text]), *_ends([text]))
    }
    kept: list[str] = []
    for text in texts:
        names = _names(whole_byline(text))
        if names and names in inline:
            continue
        inline.add(names)
        kept.append(text)
    return kept


def _single_start(text: str) -> str:
    match = _START_BRACKETS.match(fold(text[:120])) if "(" in text[:_OPENING] or "（" in text[:_OPENING] else None
    if (
        match
        and match[0].endswith(")")
        and parse_names(match["names"])
        and text.startswith(text[: match.end()], match.end())
    ):
        return text[match.end() :]
    return text


def whole_byline(text: str) -> list[Contributor]:
    """The people of a paragraph that is nothing but a byline, else []."""
    if len(text) > _LONGEST:
        return []
    folded = fold(text).strip()
    for pattern in (_START_BOX, _START_LABEL, _END_BRACKETS, _END_LINE):
        if (match := pattern.fullmatch(folded)) and (people := parse_names(match["names"])):
            return people
    return []


def _names(people: Sequence[Contributor]) -> frozenset[str]:
    return frozenset(person["name"] for person in people)


def _starts(paragraphs: Sequence[str]) -> list[list[Contributor]]:
    """Bylines of the first paragraphs: at the start of the first text, or paragraphs that are nothing else."""
    found: list[list[Contributor]] = []
    for text in paragraphs:
        folded = fold(text[:120]).strip()
        for pattern in (_START_BRACKETS, _START_BOX, _START_WORDS, _START_LABEL):
            if match := pattern.match(folded):
                people = parse_names(match["names"], vouched=bool(match.groupdict().get("dateline")))
                if people:
                    found.append(people)
                    break
        if len(folded) > 60:
            break  # the text has begun
    return found


def _ends(paragraphs: Sequence[str]) -> list[list[Contributor]]:
    """Bylines that close the text: the last paragraphs that are nothing else, or the brackets that end the last text."""
    found: list[list[Contributor]] = []
    for text in reversed(paragraphs[-4:] if len(paragraphs) > 1 else paragraphs):
        folded = fold(text[-120:]).strip()
        if people := whole_byline(text):
            found.insert(0, people)
            continue
        match = _END_BRACKETS.search(folded) or _END_WORDS.search(folded)
        if match and (people := parse_names(match["names"])):
            found.insert(0, people)
            break
        if len(folded) > 40:
            break  # the text has ended before
    return found


def _add(found: list[Contributor], person: Contributor) -> None:
    """A person named twice (at the start and at the end) is one; the second print may add role and affiliation."""
    for known in found:
        if known["name"] == person["name"] and (
            known["role"] is None or person["role"] is None or known["role"] == person["role"]
        ):
            known["role"] = known["role"] or person["role"]
            known["organization"] = known["organization"] or person["organization"]
            return
    found.append(person)


def affiliations(contributors: Sequence[Contributor]) -> str:
    """The affiliations of a byline, for finding the place of the story."""
    return clean(" ".join(dict.fromkeys(person["organization"] for person in contributors if person["organization"])))

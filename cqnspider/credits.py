"""Who a byline names, and in which role: `童 霞 记者龚志伟`, `文 摄/赵静`, `江苏省仪征市市场监管局 宦琪`.

In: what stands in the brackets or behind the box of a byline. Out: contributors in the order of print; none if it is anything else.
"""

from __future__ import annotations

import re
from typing import Final

from cqnspider.items import Contributor
from cqnspider.names import is_name, is_organisation, split_organisation
from cqnspider.text import fold

_ROLE: Final = {
    "记者": "记者",
    "通讯员": "通讯员",
    "摄影": "摄",
    "摄影报道": "摄",
    "摄": "摄",
    "图": "摄",
    "文": "文",
    "文字": "文",
    "撰文": "文",
    "图文": "文",
}
_ROLE_WORD = re.compile(
    r"(?:本报|本网|本刊|中国质量报|中国质量新闻网|中国国门时报)?(?:首席|特约|实习|见习|特派|驻站|融媒体?)?(记者|通讯员)|(摄影报道|摄影|撰文|文字|图文|文|摄|图)(?=[/:\s]|$|[和、])"
)
_MEDIA_REPORTER = re.compile(r"([\u4e00-\u9fff]{2,8}(?:日报|晚报|晨报|早报|商报|新闻网|通讯社))(?=记者)")
_POST = re.compile(
    r"(?<=[局会院所司])(?:党组书记|党委书记|副?局长|副?会长|副?院长|副?所长|副?主任|副?总经理|董事长)[、\s]*"
    r"|(?<=\s)(?:副?局长|副?主任|副?处长|副?科长)(?=\s)"
)
_NO_ROLE = re.compile(
    r"^\s*(?:作者[系为]|(?:供稿|投稿|撰稿|来稿|作者|整理)\s*(?:单位|人)?\s*[:/])|(?:报道|供稿|投稿|整理|综合)\s*$"
)


def parse_names(byline: str, *, vouched: bool = False) -> list[Contributor]:
    """People of a byline's content; [] if it is anything else, so that brackets in the text are not taken for bylines.

    `vouched`: it stands behind a dateline. A role word or one sure name vouches as well, so that rare surnames are taken.

    >>> [person["name"] for person in parse_names("童 霞 记者龚志伟")]
    ['童霞', '龚志伟']
    """
    people: list[Contributor] = []
    role: str | None = None
    credits: list[str] = []  # 文 and 摄 printed before the names they belong to
    used = False  # the words in `credits` have been given to a name
    bare = 0  # people from here on have no 文/摄 yet: these words may also stand behind a name
    organization: str | None = None
    text = _MEDIA_REPORTER.sub(r"\1 ", _NO_ROLE.sub("", fold(byline)).strip())
    vouched = vouched or fold(byline).lstrip().startswith("作者")
    tokens = _tokens(_POST.sub(" ", text))
    vouched = vouched or any(token in _ROLE or is_name(token, strict=True) for token in tokens)
    for token in tokens:
        kind = _ROLE.get(token)
        if kind in {"文", "摄"}:
            if len(people) > bare:
                _credit(people, bare, kind)
            else:
                credits = [kind] if used else [*credits, kind]
                used = False
        elif kind is not None:
            role, credits, bare = kind, [], len(people)
            organization = None if people else organization
        elif is_name(token, strict=not vouched):
            if len(people) > bare and all(person["role"] in {"文", "摄"} for person in people[bare:]):
                bare = len(people)
            given: list[str | None] = [*credits] or [role]
            people.extend({"name": token, "role": each, "organization": organization} for each in given)
            bare, used = (len(people), True) if credits else (bare, False)
        elif is_organisation(token):
            organization = token
        elif (split := split_organisation(token)) is not None:
            organization = split[0]
            people.append({"name": split[1], "role": role, "organization": organization})
        else:
            return []
    return people


def _credit(people: list[Contributor], start: int, kind: str) -> None:
    """`赵静 文/摄`: the word belongs to the names before it; a second word is a second entry."""
    for person in people[start:]:
        if person["role"] is None:
            person["role"] = kind
        elif person["role"] in {"文", "摄"} and person["role"] != kind:
            people.append({**person, "role": kind})


def _tokens(text: str) -> list[str]:
    """Role words, organisations and names; single characters are joined to two-character names."""
    spaced = _ROLE_WORD.sub(lambda match: f" {match[1] or match[2]} ", text)
    raw = [token for token in re.split(r"[\s、,;/:&|—-]+", spaced) if token]
    tokens: list[str] = []
    place = 0
    while place < len(raw):
        token = raw[place]
        alone = len(token) == 1 and token not in _ROLE
        if alone and place + 1 < len(raw) and len(raw[place + 1]) == 1 and raw[place + 1] not in _ROLE:
            tokens.append(token + raw[place + 1])
            place += 2
        else:
            tokens.append(token)
            place += 1
    return tokens

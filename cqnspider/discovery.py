"""Finding the lists of a section: which links of a page are the next step of a section's path.

In: a `Page` and a section's path with the number of steps that lead to this page. Out: addresses with the number of steps they complete.
A step is known by its link text, by a heading with a 更多 link, or by an image's alt text; a text under another heading
(国家抽查 › 2025) is not the step. Breadcrumb hrefs of any page name lists too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from lxml import etree

from cqnspider.layouts.blocks import text_of
from cqnspider.layouts.page import Page
from cqnspider.sections import CHANNELS, SECTIONS, Section, Step, is_path, is_step
from cqnspider.text import clean, fold
from cqnspider.urls import article_address, list_address, site_url

_MORE = re.compile(r"(?:更多|more|查看更多|进入|详细|全部)?[\s>＞»›+.…]*", re.IGNORECASE)
_TRIM = re.compile(r"^[\s·•■◆►▪|\[【>＞»›]+|[\s·•|\]】>＞»›:：]+$")
_FILLER = re.compile(r"年份|按年份?|历年|更多|全部|首页|栏目|子栏目|分类")
_HEADINGS: Final = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "dt"})
_LABEL_LIMIT: Final = 20  # characters; a section's name is short


@dataclass(frozen=True, slots=True)
class Candidate:
    """A link that may lead on: `done` steps of the path are complete when it is followed; `weak` if its group is not known."""

    url: str
    done: int
    weak: bool = False


@dataclass(frozen=True, slots=True)
class _Label:
    """A short text of the page in document order, with its address if it is a link."""

    text: str
    url: str | None
    heading: bool = False


def next_steps(page: Page, section: Section, done: int) -> list[Candidate]:
    """Links of `page` that lead on from the first `done` steps of the section's path; a later step may stand on the page itself."""
    labels = list(_labels(page))
    path = section.path
    found: dict[str, Candidate] = {}
    for reach in range(len(path), done, -1):  # the step that is furthest along the path first
        step = path[reach - 1]
        for place, label in enumerate(labels):
            if (
                label.url is None
                or not is_step(step, label.text)
                or not _may_lead(label.url, section, last=reach == len(path))
            ):
                continue
            parent = path[reach - 2] if reach > 1 else None
            if parent is None or isinstance(step, str):
                # A name is enough: 地方要闻 on the front page is 质检要闻 › 地方要闻. Under a heading it may be that heading's own.
                own = [name for name in (step, parent, CHANNELS[section.channel]) if isinstance(name, str)]
                candidate = Candidate(label.url, reach, weak=_under_other(labels, place, own))
            else:
                group = _group(labels, place, step)
                if group is not None and is_step(parent, group):
                    candidate = Candidate(label.url, reach)
                elif reach - 1 == done:
                    candidate = Candidate(label.url, reach, weak=group is not None and _names_other(group, page))
                else:
                    continue
            known = found.get(label.url)
            if known is None or (known.weak and not candidate.weak):
                found[label.url] = candidate
        if found:
            break
    strong = [candidate for candidate in found.values() if not candidate.weak]
    return strong or list(found.values())


def crumb_lists(links: list[tuple[str, str]], entries: list[str], base: str) -> list[tuple[Section, str]]:
    """Section lists that the hrefs of a breadcrumb name: (section, list address)."""
    found = []
    for text, href in links:
        if text not in entries:
            continue
        address = list_address(href, base)
        upto = entries[: entries.index(text) + 1]
        for section in SECTIONS:
            if address is not None and address.channel_of(section.channel) and len(upto) > 1 and is_path(section, upto):
                found.append((section, address.url))
    return found


def _labels(page: Page) -> Iterator[_Label]:
    """Short texts and links in document order; a 更多 link takes the name of the text before it."""
    before: str | None = None
    for element in page.root.iter():
        if not isinstance(element.tag, str) or element.tag in {"script", "style", "option", "title"}:
            continue
        if element.tag == "a" and (href := element.get("href")):
            url = site_url(href, page.url)
            texts = _link_texts(element)
            if url is not None and article_address(url) is None:
                if all(_MORE.fullmatch(text) for text in texts) and before is not None:
                    texts = [before]
                for text in texts:
                    yield _Label(text, url)
            before = texts[0] if texts and not _MORE.fullmatch(texts[0]) else before
        elif not any(up.tag == "a" for up in element.iterancestors()):
            text = _trim(element.text or "")
            if 1 < len(text) <= _LABEL_LIMIT and not _MORE.fullmatch(text):
                before = text
                yield _Label(text, None, element.tag in _HEADINGS)
        tail = _trim(element.tail or "") if element.tag in {"a", "span", "b", "strong", "i", "img", "em"} else ""
        if 1 < len(tail) <= _LABEL_LIMIT and not _MORE.fullmatch(tail):
            before = tail
            yield _Label(tail, None)


def _link_texts(link: etree._Element) -> list[str]:
    """What a link may be called: its text, its title, the alt of its image."""
    texts = [text_of(link), link.get("title") or "", *((image.get("alt") or "") for image in link.iter("img"))]
    return list(dict.fromkeys(text for raw in texts if (text := _trim(raw)) and len(text) <= _LABEL_LIMIT))


def _trim(text: str) -> str:
    return _TRIM.sub("", fold(clean(text))) if text and len(text) <= 10 * _LABEL_LIMIT else ""


def _group(labels: list[_Label], place: int, step: Step) -> str | None:
    """The nearest text before a link that is not itself such a step (another year, another province) nor filler."""
    for label in reversed(labels[max(0, place - 60) : place]):
        if label.text != labels[place].text and not is_step(step, label.text) and not _FILLER.fullmatch(label.text):
            return label.text
    return None


def _under_other(labels: list[_Label], place: int, own: list[str]) -> bool:
    """Whether the nearest heading before a link is none of `own`: the step itself and what it belongs to."""
    heading = next((label.text for label in reversed(labels[:place]) if label.heading), None)
    return heading is not None and not any(is_step(name, heading) for name in own)


def _names_other(group: str, page: Page) -> bool:
    """Whether the group's heading is another section than the page's own."""
    crumb = page.crumb.entries if page.crumb else []
    return group not in crumb and bool(re.search(r"抽查|监督|要闻|版$|安全|管理|动态", group))


def _may_lead(url: str, section: Section, *, last: bool) -> bool:
    """The list itself must be a list address; all must stay in the section's channel (legacy pages stand below /news/)."""
    address = list_address(url)
    if address is None:
        return not last and url.startswith(section.front_page.rsplit("/", 1)[0] + "/")
    return address.channel_of(section.channel)

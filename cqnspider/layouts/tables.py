"""Data tables: which `<table>` carries data, and its cells with rowspan and colspan expanded.

In: a `<table>` element. Out: rows of equal length, or None for a table that only arranges the page. Word's tables (MsoNormalTable)
are data by their class; any other table must look like one: two rows and columns at least, short cells, no page furniture inside.
"""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from cqnspider.text import clean

_MAX_SPAN: Final = 200  # a hostile colspan must not fill the memory
_MAX_CELLS: Final = 50_000
_LABEL = re.compile(r"(?:发布时间|来\s*源|责任编辑|发布日期)\s*[:：]?")
_SHORT_CELL: Final = 40
_LONG_CELL: Final = 120  # characters; a data cell is a name, a number, a short reason


def data_table(table: etree._Element) -> list[list[str]] | None:
    """The table's expanded rows if it carries data, else None."""
    trs = _own_rows(table)
    if not trs or (len(trs) < 2 and not _is_word(table)):
        return None
    if any(True for _ in table.iterdescendants("table")) or _has_furniture(table):
        return None
    rows = _expand(trs)
    if not rows:
        return None
    width = max(len(row) for row in rows)
    cells = [cell for row in rows for cell in row if cell]
    if not cells or any(_LABEL.match(cell) for cell in cells):
        return None
    if width < 2 and not _is_ruled_column(table, cells):
        return None
    if 2 * sum(1 for _ in table.iterdescendants("img")) >= len(cells):
        return None  # images and their captions
    long_cells = sum(len(cell) > _LONG_CELL for cell in cells)
    if not _is_word(table) and long_cells * 4 > len(cells):
        return None
    return [row + [""] * (width - len(row)) for row in rows]


def _is_word(table: etree._Element) -> bool:
    return "MsoNormalTable" in (table.get("class") or "") or "MsoTableGrid" in (table.get("class") or "")


def _is_ruled_column(table: etree._Element, cells: list[str]) -> bool:
    """One column is data only where it is ruled and its cells are short: a list of names in a frame."""
    ruled = (table.get("border") or "0") not in {"", "0"} or "border" in (table.get("style") or "")
    return (ruled or _is_word(table)) and len(cells) > 2 and max(map(len, cells)) <= _SHORT_CELL


def _has_furniture(table: etree._Element) -> bool:
    """Headings, forms, many links or the body's own CMS mark: this table arranges the page."""
    furniture = {"h1", "h2", "form", "input", "script", "iframe"}
    links = text = 0
    for element in table.iterdescendants():
        if not isinstance(element.tag, str):
            if "enpcontent" in (element.text or ""):
                return True
        elif element.tag in furniture:
            return True
        elif element.tag == "a":
            links += len(str(element.xpath("string()")))
        if isinstance(element.tag, str) and element.text:
            text += len(element.text.strip())
    return links * 2 > text > 0


def _own_rows(table: etree._Element) -> list[etree._Element]:
    rows: list[etree._Element] = []
    for child in table:
        if child.tag == "tr":
            rows.append(child)
        elif child.tag in {"thead", "tbody", "tfoot"}:
            rows.extend(row for row in child if row.tag == "tr")
    return rows


def _expand(trs: list[etree._Element]) -> list[list[str]]:
    """Cells in their grid places; the text of a spanning cell is repeated in every place it covers."""
    pending: dict[int, tuple[int, str]] = {}  # column → rows still covered from above, text
    rows: list[list[str]] = []
    cells = 0
    for tr in trs:
        row: list[str] = []
        below: dict[int, tuple[int, str]] = {}
        for cell in (child for child in tr if child.tag in {"td", "th"}):
            while len(row) in pending:
                row.append(pending[len(row)][1])
            text = clean(_cell_text(cell))
            down = _span(cell, "rowspan")
            for _ in range(_span(cell, "colspan")):
                if len(row) in pending:
                    break  # a place that an earlier row's cell covers is not taken over
                if down > 1:
                    below[len(row)] = (down - 1, text)
                row.append(text)
            if cells + len(row) > _MAX_CELLS:
                return []
        for column in sorted(column for column in pending if column >= len(row)):
            row += [""] * (column - len(row)) + [pending[column][1]]
        pending = {column: (left - 1, text) for column, (left, text) in pending.items() if left > 1} | below
        cells += len(row)
        if row:
            rows.append(row)
    return rows


def _span(cell: etree._Element, name: str) -> int:
    value = (cell.get(name) or "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _cell_text(cell: etree._Element) -> str:
    pieces: list[str] = []
    for event, element in etree.iterwalk(cell, events=("start", "end")):
        if element.tag in {"p", "div", "br", "li"}:
            pieces.append(" ")
        if event == "start" and element.text:
            pieces.append(element.text)
        elif event == "end" and element.tail and element is not cell:
            pieces.append(element.tail)
    return "".join(pieces)

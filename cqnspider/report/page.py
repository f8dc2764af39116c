"""A report's data as one HTML file: no request leaves it, every text of the site is escaped.

The charts are plotly.js, inlined from the installed package; the data are JSON in the file, and report.js draws them with the pieces of parts.js.
Whatever a page of the site said is put in as text, never as markup, and a content security policy forbids all loading.
"""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup
from plotly.offline import get_plotlyjs

from cqnspider.regions.gazetteer import short
from cqnspider.report.counts import COVERED

# Column and row of each province where it lies, roughly: equal squares, so that small ones are read as easily as large ones.
TILES: Final = {
    "黑龙江省": (9, 0),
    "内蒙古自治区": (6, 1), "辽宁省": (8, 1), "吉林省": (9, 1),
    "新疆维吾尔自治区": (1, 2), "甘肃省": (3, 2), "宁夏回族自治区": (4, 2), "山西省": (5, 2), "河北省": (6, 2), "北京市": (7, 2), "天津市": (8, 2),
    "青海省": (2, 3), "陕西省": (4, 3), "河南省": (6, 3), "山东省": (7, 3),
    "西藏自治区": (1, 4), "四川省": (3, 4), "重庆市": (4, 4), "湖北省": (5, 4), "安徽省": (6, 4), "江苏省": (7, 4), "上海市": (8, 4),
    "贵州省": (4, 5), "湖南省": (5, 5), "江西省": (6, 5), "浙江省": (7, 5),
    "云南省": (3, 6), "广西壮族自治区": (4, 6), "广东省": (5, 6), "福建省": (6, 6), "台湾省": (8, 6),
    "海南省": (4, 7), "澳门特别行政区": (5, 7), "香港特别行政区": (6, 7),
}  # fmt: skip
_NAMES: Final = {  # of the fields whose coverage is shown
    "source": "来源", "editor": "责任编辑", "keywords": "关键词", "contributors": "作者", "province": "省", "city": "市", "county": "县",
    "images": "图片", "attachments": "附件", "tables": "表格", "metrics": "数字指标",
}  # fmt: skip


def page(data: dict[str, Any]) -> str:
    """The whole file for what `collect` found."""
    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    parts = files("cqnspider.report")
    tiles = [
        {"name": name, "short": short(name), "column": column + 1, "row": row + 1}
        for name, (column, row) in TILES.items()
    ]
    return environment.from_string((parts / "report.html").read_text("utf-8")).render(
        about=data["about"],
        totals=data["totals"],
        tiles=tiles,
        style=Markup((parts / "report.css").read_text("utf-8")),
        script=Markup("".join((parts / name).read_text("utf-8") for name in ("parts.js", "report.js"))),
        charts=Markup(get_plotlyjs()),
        data=_embedded(data | {"fields": {name: _NAMES[name] for name in COVERED}}),
    )


def _embedded(data: dict[str, Any]) -> Markup:
    """JSON that no text in it can end: `</script>` and `<!--` need a `<`."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return Markup(text.encode("utf-8", "replace").decode().replace("<", "\\u003c").replace("\u2028", "\\u2028"))

import pytest

from cqnspider.rights import decide_rights

NEWS, PAPER = "中国质量新闻网", "中国质量报"


@pytest.mark.parametrize(
    ("source", "marks", "text", "expected"),
    [
        (NEWS, [], "正文。", ("original", None)),
        (None, [], "正文。", ("original", None)),
        (f"{NEWS}-{PAPER}", [], "正文。", ("original", None)),
        (PAPER, [f"《{PAPER}》"], "正文。", ("original", None)),
        (NEWS, [f"(来源:{NEWS})"], "正文。", ("original", None)),
        ("新疆日报", [], "正文。", ("reprint", "新疆日报")),
        (NEWS, ["（来源：无锡市场监管）"], "正文。", ("reprint", "无锡市场监管")),
        (NEWS, [], "正文。（来源：潜江市场监管）", ("reprint", "潜江市场监管")),
        (NEWS, ["《中国国门时报》"], "正文。", ("reprint", "中国国门时报")),
        (NEWS, [], "《中国国门时报》记者到场采访。", ("original", None)),
        (NEWS, [], "记者从江苏省市场监管局官网获悉，该局日前通报案例。", ("reprint", "江苏省市场监管局")),
        (NEWS, [], "附原文：\n关于开展检查的通知", ("reprint", None)),
        (NEWS, [], "按原文：执行。", ("original", None)),
    ],
)
def test_rights(source: str | None, marks: list[str], text: str, expected: tuple[str, str | None]) -> None:
    assert decide_rights(source, marks, text.split("\n")) == expected
